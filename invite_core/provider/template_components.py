"""The one reader of a template's `components` as Meta returns them: what must be filled, which buttons
there are, and what the message will look like. Pure."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

Components = Sequence[Mapping[str, Any]]
"""`components` of a template node: dictionaries with `type`, `text`, `format`, `buttons`."""

_PLACEHOLDER = re.compile(r"\{\{\s*([A-Za-z0-9_]+)\s*\}\}")


MOST_IN_HEADER = 60
"""Characters of one text that is filled into a header (Meta, reference/messages: parameter object)."""
MOST_IN_BODY = 1024
"""Characters of a body beside which there are other parts."""
MOST_IN_BODY_ALONE = 32_768
"""Characters of a body that is the only part."""


@dataclass(frozen=True, slots=True)
class RenderedMessage:
    """The message as the chat shows it; parts that the template lacks are empty."""

    header: str
    body: str
    footer: str
    buttons: tuple[str, ...]


def template_parameters(components: Components) -> tuple[str, ...]:
    """The keys of every parameter that a send must fill, in the order of the message.

    Body parameters are `1`, `2` … or their names, a header's are `header.1` or `header.NAME`, a URL
    button's suffix `button.0` by the button's index (design, section 8).
    """
    keys: list[str] = []
    for component in components:
        kind = _kind(component)
        if kind == "HEADER" and _format(component) == "TEXT":
            keys += [f"header.{name}" for name in placeholders(component.get("text"))]
        elif kind == "BODY":
            keys += placeholders(component.get("text"))
        elif kind == "BUTTONS":
            keys += [
                f"button.{index}"
                for index, button in enumerate(component.get("buttons") or ())
                if _kind(button) == "URL" and placeholders(button.get("url"))
            ]
    return tuple(keys)


def quick_reply_buttons(components: Components) -> dict[int, str]:
    """The quick-reply buttons: index among all buttons to label."""
    return {
        index: str(button.get("text", ""))
        for component in components
        if _kind(component) == "BUTTONS"
        for index, button in enumerate(component.get("buttons") or ())
        if _kind(button) == "QUICK_REPLY"
    }


@dataclass(frozen=True, slots=True)
class TextPart:
    """A text whose length Meta limits: the body with all that is filled in, or what is filled into the header."""

    fixed: int
    """Characters that are the same for everyone."""
    parameters: dict[str, int]
    """How often each parameter, by its key, stands in it."""
    most: int
    """The most characters that Meta takes once it is filled in."""


def text_parts(components: Components) -> list[TextPart]:
    """The parts of the message that can become too long by what is filled in."""
    parts = []
    for component in components:
        kind, text = _kind(component), component.get("text")
        if kind == "HEADER" and isinstance(text, str):
            parts += [TextPart(0, {f"header.{name}": 1}, MOST_IN_HEADER) for name in placeholders(text)]
        elif kind == "BODY" and isinstance(text, str):
            counted = dict(Counter(_PLACEHOLDER.findall(text)))
            most = MOST_IN_BODY if len(components) > 1 else MOST_IN_BODY_ALONE
            parts.append(TextPart(len(_PLACEHOLDER.sub("", text)), counted, most))
    return parts


def placeholders(text: object) -> list[str]:
    """The names or numbers of the placeholders of `text`, each once; numbers in their own order."""
    return list(_placeholders(text)) if isinstance(text, str) else []


@lru_cache(maxsize=256)
def _placeholders(text: str) -> tuple[str, ...]:
    found = dict.fromkeys(_PLACEHOLDER.findall(text))
    return tuple(sorted(found, key=int) if all(name.isdecimal() for name in found) else found)


def render(components: Components, parameters: Mapping[str, str]) -> RenderedMessage:
    """The message with `parameters` filled in; what is missing stays a placeholder."""
    parts = {"HEADER": "", "BODY": "", "FOOTER": ""}
    buttons: list[str] = []
    for component in components:
        kind = _kind(component)
        if kind == "BUTTONS":
            buttons += [str(button.get("text", "")) for button in component.get("buttons") or ()]
        elif kind == "HEADER" and _format(component) != "TEXT":
            parts[kind] = f"[{_format(component).lower()}]"
        elif kind in parts:
            prefix = "header." if kind == "HEADER" else ""
            parts[kind] = _filled(str(component.get("text", "")), parameters, prefix)
    return RenderedMessage(parts["HEADER"], parts["BODY"], parts["FOOTER"], tuple(buttons))


def _filled(text: str, parameters: Mapping[str, str], prefix: str) -> str:
    return _PLACEHOLDER.sub(lambda found: parameters.get(prefix + found[1]) or found[0], text)


def _kind(component: Mapping[str, Any]) -> str:
    return str(component.get("type", "")).upper()


def _format(component: Mapping[str, Any]) -> str:
    return str(component.get("format", "TEXT")).upper()
