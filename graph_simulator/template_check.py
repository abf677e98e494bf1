"""The `template` of a message against the template that the account has. Pure.

Meta fills header, body and URL buttons from parameters, by position or by name, and refuses what does
not fit (132000, 132012, 132018), what is too long when filled (132005) and a template it will not send.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from graph_simulator.graph_error import GraphError
from graph_simulator.parameter_check import check_media, check_texts, placeholders

MAX_BODY = 1024
MAX_HEADER = 60
MAX_URL = 2000
MAX_PAYLOAD = 256

Node = dict[str, Any]


def check_template(value: object, templates: Sequence[Node]) -> tuple[Node, tuple[tuple[str, str], ...]]:
    """The account's template that `value` names, and its quick replies as (payload, label) in order.

    Raises `GraphError`.
    """
    if not isinstance(value, dict):
        raise GraphError(131008, "Parameter template is required for messages of type template.")
    _only_keys(value, {"name", "language", "components"}, "template")
    template = _find(value, templates)
    header, body, buttons = _sorted_components(value.get("components"))
    named = str(template.get("parameter_format", "POSITIONAL")).upper() == "NAMED"
    parts = {str(part.get("type", "")).upper(): part for part in template.get("components") or ()}
    _check_header(parts.get("HEADER"), header, named)
    body_text = str(parts.get("BODY", {}).get("text", ""))
    filled = check_texts("body", body_text, body, named)
    if len(filled) > MAX_BODY:
        raise GraphError(
            132005, f"body: the text has {len(filled)} characters, at most {MAX_BODY} are allowed"
        )
    return template, _check_buttons(parts.get("BUTTONS", {}).get("buttons") or (), buttons)


def _find(value: Mapping[str, Any], templates: Sequence[Node]) -> Node:
    name, language = value.get("name"), value.get("language")
    if not isinstance(name, str) or not name:
        raise GraphError(131008, "Parameter name of template is required.")
    if not isinstance(language, dict) or not isinstance(language.get("code"), str):
        raise GraphError(131008, "Parameter language.code of template is required.")
    _only_keys(language, {"code", "policy"}, "language")
    if language.get("policy", "deterministic") != "deterministic":
        raise GraphError(100, "Param policy must be one of {DETERMINISTIC}")
    code = language["code"]
    found = next((node for node in templates if (node["name"], node["language"]) == (name, code)), None)
    status = str(found.get("status", "")).upper() if found else ""
    if status == "PAUSED":
        raise GraphError(132015, f"Template {name} ({code}) is paused due to low quality.")
    if status == "DISABLED":
        raise GraphError(132016, f"Template {name} ({code}) is disabled permanently.")
    if found is None or status != "APPROVED":
        raise GraphError(132001, f"template name ({name}) does not exist in {code}")
    return found


def _sorted_components(value: object) -> tuple[list[Node], list[Node], list[Node]]:
    """Header and body parameters, and the button components, of the request."""
    if value is None:
        return [], [], []
    if not isinstance(value, list):
        raise GraphError(100, "Param components must be an array")
    texts: dict[str, list[Node]] = {}
    buttons: list[Node] = []
    for component in value:
        kind = str(component.get("type", "")).lower() if isinstance(component, dict) else ""
        if kind == "button":
            _only_keys(component, {"type", "sub_type", "index", "parameters"}, "components")
            buttons.append(component)
        elif kind in ("header", "body"):
            _only_keys(component, {"type", "parameters"}, "components")
            if kind in texts:
                raise GraphError(100, f"Param components has more than one {kind}")
            texts[kind] = _parameters(component)
        else:
            raise GraphError(100, "Param type of components must be one of {HEADER, BODY, BUTTON}")
    return texts.get("header", []), texts.get("body", []), buttons


def _check_header(part: Node | None, parameters: list[Node], named: bool) -> None:
    kind = str(part.get("format", "TEXT")).upper() if part else "TEXT"
    if kind != "TEXT":
        check_media(kind, parameters)
        return
    filled = check_texts("header", str(part.get("text", "")) if part else "", parameters, named)
    if len(filled) > MAX_HEADER:
        raise GraphError(
            132005, f"header: the text has {len(filled)} characters, at most {MAX_HEADER} are allowed"
        )


def _check_buttons(known: Sequence[Node], given: list[Node]) -> tuple[tuple[str, str], ...]:
    by_index = _by_index(known, given)
    quick_replies: list[tuple[str, str]] = []
    for index, button in enumerate(known):
        kind = str(button.get("type", "")).upper()
        component = by_index.get(index)
        if component is None:
            if kind == "URL" and placeholders(button.get("url")):
                raise GraphError(131008, f"buttons: Button at index {index} of type Url requires a parameter")
            if kind == "QUICK_REPLY":
                quick_replies.append((str(button.get("text", "")), str(button.get("text", ""))))
            continue
        sub_type = str(component.get("sub_type", "")).upper()
        if sub_type != kind:
            raise GraphError(132012, f"buttons: Button at index {index} is of type {kind}, not {sub_type}")
        if kind == "QUICK_REPLY":
            quick_replies.append((_payload(index, component), str(button.get("text", ""))))
        elif kind == "URL":
            _check_url(index, str(button.get("url", "")), component)
    return tuple(quick_replies)


def _by_index(known: Sequence[Node], given: list[Node]) -> dict[int, Node]:
    found: dict[int, Node] = {}
    for component in given:
        written = component.get("index")
        if isinstance(written, bool) or not re.fullmatch(r"\d{1,2}", str(written)):
            raise GraphError(131009, f"buttons: index must be the number of a button: {written}")
        index = int(str(written))
        if index >= len(known):
            raise GraphError(131009, f"buttons: the template has no button at index {index}")
        if index in found:
            raise GraphError(131009, f"buttons: two components for the button at index {index}")
        found[index] = component
    return found


def _payload(index: int, component: Node) -> str:
    parameters = _parameters(component)
    if len(parameters) != 1 or parameters[0].get("type") != "payload":
        raise GraphError(132012, f"buttons: Button at index {index} takes one parameter of type payload")
    _only_keys(parameters[0], {"type", "payload"}, "parameters")
    payload = parameters[0].get("payload")
    if not isinstance(payload, str) or not payload or len(payload) > MAX_PAYLOAD:
        raise GraphError(
            131009, f"buttons: the payload at index {index} must have 1 to {MAX_PAYLOAD} characters"
        )
    return payload


def _check_url(index: int, url: str, component: Node) -> None:
    # A URL button's one variable is positional whatever the template's format.
    filled = check_texts(f"button {index}", url, _parameters(component), named=False)
    if len(filled) > MAX_URL:
        raise GraphError(132005, f"button {index}: the address has more than {MAX_URL} characters")


def _parameters(component: Node) -> list[Node]:
    parameters = component.get("parameters", [])
    if not isinstance(parameters, list) or not all(isinstance(one, dict) for one in parameters):
        raise GraphError(100, "Param parameters must be an array of objects")
    return parameters


def _only_keys(value: Mapping[str, Any], known: set[str], param: str) -> None:
    for key in value:
        if key not in known:
            raise GraphError(100, f'Unexpected key "{key}" on param "{param}".')
