"""The body of `POST /{phone number id}/messages` for a template message. Pure.

Shapes: Meta, messages/send-messages and templates/components.
"""

from collections.abc import Mapping
from typing import Any

from invite_core.provider.template_components import (
    MEDIA_FORMATS,
    MEDIA_PARAMETER,
    Components,
    header_format,
    placeholders,
)
from invite_core.provider.template_values import link_ending, repaired

MAX_CALLBACK_DATA = 512
"""Characters that `biz_opaque_callback_data` may have."""


def build_template_message(
    *,
    to: str,
    template: str,
    language: str,
    components: Components,
    parameter_format: str,
    parameters: Mapping[str, str],
    button_payloads: Mapping[int, str],
    callback_data: str,
) -> dict[str, Any]:
    """The JSON body for one person.

    `to` is E.164 with `+`, or a business-scoped user id, which travels as `recipient`. `parameters`
    has the keys of `template_components.template_parameters`; `button_payloads` gives each
    quick-reply button, by index, what it sends back when tapped. Raises KeyError for a parameter
    that is missing and ValueError for callback data that is too long, or for a header's file that is neither
    a link nor an uploaded one.
    """
    if len(callback_data) > MAX_CALLBACK_DATA:
        raise ValueError(f"callback data of more than {MAX_CALLBACK_DATA} characters")
    node: dict[str, Any] = {"name": template, "language": {"code": language}}
    filled = _components(components, parameter_format == "NAMED", parameters, button_payloads)
    if filled:
        node["components"] = filled
    return {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        ("to" if to.startswith("+") else "recipient"): to,
        "type": "template",
        "biz_opaque_callback_data": callback_data,
        "template": node,
    }


def _components(
    components: Components, named: bool, parameters: Mapping[str, str], payloads: Mapping[int, str]
) -> list[dict[str, Any]]:
    filled: list[dict[str, Any]] = []
    for component in components:
        kind = str(component.get("type", "")).upper()
        if kind == "HEADER" and (shown := header_format([component])) in MEDIA_FORMATS:
            filled.append(
                {"type": "header", "parameters": [_media(shown.lower(), parameters[MEDIA_PARAMETER])]}
            )
        elif kind in ("HEADER", "BODY"):
            prefix = "header." if kind == "HEADER" else ""
            texts = [
                _text(name, parameters[prefix + name], named) for name in placeholders(component.get("text"))
            ]
            if texts:
                filled.append({"type": kind.lower(), "parameters": texts})
        elif kind == "BUTTONS":
            filled += _buttons(component.get("buttons") or (), parameters, payloads)
    return filled


def _buttons(
    buttons: Components, parameters: Mapping[str, str], payloads: Mapping[int, str]
) -> list[dict[str, Any]]:
    filled: list[dict[str, Any]] = []
    for index, button in enumerate(buttons):
        kind = str(button.get("type", "")).upper()
        if kind == "QUICK_REPLY" and index in payloads:
            parameter = {"type": "payload", "payload": payloads[index]}
        elif kind == "URL" and placeholders(button.get("url")):
            parameter = {"type": "text", "text": link_ending(parameters[f"button.{index}"])}
        else:
            continue
        filled.append(
            {"type": "button", "sub_type": kind.lower(), "index": str(index), "parameters": [parameter]}
        )
    return filled


def _media(kind: str, value: str) -> dict[str, Any]:
    if value.startswith("id:"):
        return {"type": kind, kind: {"id": value.removeprefix("id:")}}
    if value.startswith("https://"):
        return {"type": kind, kind: {"link": value}}
    raise ValueError("the header's file is no link that begins with https://")


def _text(name: str, value: str, named: bool) -> dict[str, str]:
    parameter = {"type": "text", "text": repaired(value)}
    return {**parameter, "parameter_name": name} if named else parameter
