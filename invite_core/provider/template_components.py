"""The one reader of a template's `components` as Meta returns them: what must be filled, which buttons
there are, and what the message will look like. Pure."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from invite_core.provider.template_values import link_ending, link_length, repaired

Components = Sequence[Mapping[str, Any]]
"""`components` of a template node: dictionaries with `type`, `text`, `format`, `buttons`."""

_PLACEHOLDER = re.compile(r"\{\{\s*([A-Za-z0-9_]+)\s*\}\}")


MEDIA_FORMATS = ("IMAGE", "VIDEO", "DOCUMENT")
"""The formats of a header that shows a file (Meta, templates/components)."""

MEDIA_PARAMETER = "header.media"
"""The key of the file in a header: a link that begins with `https://`, or `id:` and what an upload was given."""

MOST_IN_HEADER = 60
"""Characters of one text that is filled into a header (Meta, reference/messages: parameter object)."""
MOST_IN_BODY = 1024
"""Characters of a body beside which there are other parts."""
MOST_IN_BODY_ALONE = 32_768
"""Characters of a body that is the only part."""
MOST_IN_LINK = 2000
"""Characters of a button's link (Meta, templates/components: URL buttons)."""


@dataclass(frozen=True, slots=True)
class RenderedMessage:
    """The message as the chat shows it; parts that the template lacks are empty."""

    header: str
    body: str
    footer: str
    buttons: tuple[str, ...]
    """The labels, in their order."""
    leads_to: tuple[str, ...]
    """What a tap on each button opens: the whole link, or the number to call; empty for any other button."""


def template_parameters(components: Components) -> tuple[str, ...]:
    """The keys of every parameter that a send must fill, in the order of the message.

    Body parameters are `1`, `2` … or their names, a header's are `header.1` or `header.NAME`, a URL
    button's suffix `button.0` by the button's index (design, section 8). A picture, video or document in the
    header is `header.media`.
    """
    keys: list[str] = []
    for component in components:
        kind = _kind(component)
        if kind == "HEADER" and _format(component) == "TEXT":
            keys += [f"header.{name}" for name in placeholders(component.get("text"))]
        elif kind == "HEADER" and _format(component) in MEDIA_FORMATS:
            keys.append(MEDIA_PARAMETER)
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


_UNFILLED = {
    "LOCATION": "a place in its header",
    "COPY_CODE": "a code to be copied",
}


def header_format(components: Components) -> str:
    """What the header is: `TEXT`, `IMAGE`, `VIDEO`, `DOCUMENT`, `LOCATION`, or '' where there is none."""
    return next((_format(component) for component in components if _kind(component) == "HEADER"), "")


def unfilled_parts(components: Components) -> list[str]:
    """What Meta wants to be given with every message and `build_template_message` does not give, in words."""
    formats = [_format(component) for component in components if _kind(component) == "HEADER"]
    buttons = [
        _kind(button)
        for component in components
        if _kind(component) == "BUTTONS"
        for button in component.get("buttons") or ()
    ]
    return [_UNFILLED[each] for each in formats + buttons if each in _UNFILLED]


@dataclass(frozen=True, slots=True)
class TextPart:
    """A text whose length Meta limits: the body with all that is filled in, a link with its ending, or what is
    filled into the header."""

    name: str
    """`header`, `body`, or `button.0` for the link of a button by its index."""
    fixed: int
    """Characters that are the same for everyone."""
    parameters: dict[str, int]
    """How often each parameter, by its key, stands in it."""
    most: int
    """The most characters that Meta takes once it is filled in."""

    @property
    def is_link(self) -> bool:
        """Whether what is filled in is the ending of a link."""
        return self.name.startswith("button.")


def text_parts(components: Components) -> list[TextPart]:
    """The parts of the message that can become too long by what is filled in."""
    parts = []
    for component in components:
        kind, text = _kind(component), component.get("text")
        if kind == "HEADER" and isinstance(text, str):
            parts += [
                TextPart("header", 0, {f"header.{name}": 1}, MOST_IN_HEADER) for name in placeholders(text)
            ]
        elif kind == "BODY" and isinstance(text, str):
            counted = dict(Counter(_PLACEHOLDER.findall(text)))
            most = MOST_IN_BODY if len(components) > 1 else MOST_IN_BODY_ALONE
            parts.append(TextPart("body", len(_PLACEHOLDER.sub("", text)), counted, most))
        elif kind == "BUTTONS":
            parts += _links(component.get("buttons") or ())
    return parts


def _links(buttons: Components) -> list[TextPart]:
    links = []
    for index, button in enumerate(buttons):
        key, link = f"button.{index}", str(button.get("url", ""))
        if _kind(button) == "URL" and placeholders(link):
            links.append(TextPart(key, len(_PLACEHOLDER.sub("", link)), {key: 1}, MOST_IN_LINK))
    return links


def filled_length(part: TextPart, texts: Mapping[str, str]) -> int:
    """How many characters a part has, or at most has if it is a link, with `texts` in it; a parameter that is not
    among them counts nothing."""
    if part.is_link:
        return part.fixed + sum(link_length(texts.get(key, "")) for key in part.parameters)
    return part.fixed + sum(n * len(repaired(texts.get(key, ""))) for key, n in part.parameters.items())


def placeholders(text: object) -> list[str]:
    """The names or numbers of the placeholders of `text`, each once; numbers in their own order."""
    return list(_placeholders(text)) if isinstance(text, str) else []


@lru_cache(maxsize=256)
def _placeholders(text: str) -> tuple[str, ...]:
    found = dict.fromkeys(_PLACEHOLDER.findall(text))
    return tuple(sorted(found, key=int) if all(name.isdecimal() for name in found) else found)


def render(components: Components, parameters: Mapping[str, str]) -> RenderedMessage:
    """The message with `parameters` filled in, as they are sent; what is missing stays a placeholder."""
    parts = {"HEADER": "", "BODY": "", "FOOTER": ""}
    buttons: list[Mapping[str, Any]] = []
    for component in components:
        kind = _kind(component)
        if kind == "BUTTONS":
            buttons += component.get("buttons") or ()
        elif kind == "HEADER" and _format(component) != "TEXT":
            parts[kind] = f"[{_format(component).lower()}]"
        elif kind in parts:
            prefix = "header." if kind == "HEADER" else ""
            parts[kind] = _filled(str(component.get("text", "")), parameters, prefix)
    return RenderedMessage(
        parts["HEADER"],
        parts["BODY"],
        parts["FOOTER"],
        tuple(str(button.get("text", "")) for button in buttons),
        tuple(_leads_to(button, parameters.get(f"button.{n}", "")) for n, button in enumerate(buttons)),
    )


def _filled(text: str, parameters: Mapping[str, str], prefix: str) -> str:
    return _PLACEHOLDER.sub(lambda found: repaired(parameters.get(prefix + found[1], "")) or found[0], text)


def _leads_to(button: Mapping[str, Any], ending: str) -> str:
    if _kind(button) == "URL":
        link = str(button.get("url", ""))
        return _PLACEHOLDER.sub(lambda found: link_ending(ending) or found[0], link)
    return str(button.get("phone_number", "")) if _kind(button) == "PHONE_NUMBER" else ""


def _kind(component: Mapping[str, Any]) -> str:
    return str(component.get("type", "")).upper()


def _format(component: Mapping[str, Any]) -> str:
    return str(component.get("format", "TEXT")).upper()
