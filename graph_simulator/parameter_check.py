"""The parameters of one part of a template: how many, which, and what may stand in them. Pure."""

import re
from collections.abc import Sequence
from typing import Any

from graph_simulator.graph_error import GraphError

_PLACEHOLDER = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_FORBIDDEN = re.compile(r"[\n\r\t]| {5,}")
_MEDIA = ("IMAGE", "VIDEO", "DOCUMENT")

Parameters = Sequence[dict[str, Any]]


def placeholders(text: object) -> list[str]:
    """The names or numbers that `text` asks for, each once, in the order they are sent in."""
    found = list(dict.fromkeys(_PLACEHOLDER.findall(text if isinstance(text, str) else "")))
    return sorted(found, key=int) if all(name.isdecimal() for name in found) else found


def check_texts(part: str, text: str, parameters: Parameters, named: bool) -> str:
    """`text` with its placeholders filled from `parameters`. Raises `GraphError`."""
    wanted = placeholders(text)
    if len(parameters) != len(wanted):
        raise GraphError(
            132000,
            f"{part}: number of localizable_params ({len(parameters)}) does not match the expected number of "
            f"params ({len(wanted)})",
        )
    names = _names(part, parameters, wanted) if named else wanted
    values: dict[str, str] = {}
    for name, parameter in zip(names, parameters, strict=True):
        if not named and "parameter_name" in parameter:
            raise GraphError(132012, f"{part}: the template takes parameters by position, not by name")
        values[name] = _text(part, parameter)
    return _PLACEHOLDER.sub(lambda found: values[found[1]], text)


def _names(part: str, parameters: Parameters, wanted: list[str]) -> list[str]:
    names = [parameter.get("parameter_name") for parameter in parameters]
    if not all(isinstance(name, str) and name for name in names):
        raise GraphError(132012, f"{part}: Parameter name is missing or empty")
    given = [str(name) for name in names]
    if sorted(given) != sorted(wanted):
        raise GraphError(132012, f"{part}: the parameter names ({given}) are not the template's ({wanted})")
    return given


def _text(part: str, parameter: dict[str, Any]) -> str:
    if parameter.get("type") != "text":
        raise GraphError(132012, f"{part}: Format mismatch, expected TEXT, received {parameter.get('type')}")
    for key in parameter:
        if key not in ("type", "text", "parameter_name"):
            raise GraphError(100, f'Unexpected key "{key}" on param "parameters".')
    text = parameter.get("text")
    if not isinstance(text, str):
        raise GraphError(131008, f"{part}: Parameter of type text is missing text value")
    if not text.strip():
        raise GraphError(132018, f"{part}: Param text cannot be empty")
    if _FORBIDDEN.search(text):
        raise GraphError(
            132018,
            f"{part}: Param text cannot have new-line/tab characters or more than 4 consecutive spaces",
        )
    return text


def check_media(kind: str, parameters: Parameters) -> None:
    """A header of `kind` (IMAGE, VIDEO, DOCUMENT, LOCATION) must be given with every message."""
    received = str(parameters[0].get("type", "")).upper() if len(parameters) == 1 else "UNKNOWN"
    if received != kind:
        raise GraphError(132012, f"header: Format mismatch, expected {kind}, received {received}")
    content = parameters[0].get(kind.lower())
    if not isinstance(content, dict):
        raise GraphError(131008, f"header: Parameter of type {kind.lower()} is missing its value")
    if kind in _MEDIA and len({"id", "link"} & set(content)) != 1:
        raise GraphError(131009, f"header: {kind.lower()} takes either id or link")
    if kind == "LOCATION" and not {"latitude", "longitude", "name", "address"} <= set(content):
        raise GraphError(131008, "header: location takes latitude, longitude, name and address")
