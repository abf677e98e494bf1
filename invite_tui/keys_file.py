"""The file with keys of one's own, beside the settings: which key does what, by the names that `docs/keys.md` lists.

It is followed whole or not at all: a slip in it must not leave a key doing something that nobody expects.
"""

import importlib
import pkgutil
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from textual.app import App
from textual.binding import Binding
from textual.dom import DOMNode
from textual.keys import KEY_ALIASES, Keys, format_key
from textual.screen import Screen

import invite_tui.screens
import invite_tui.widgets
from invite_core.errors import InviteError
from invite_core.settings import CONFIG_FILE
from invite_tui.screens.audience import AudienceScreen
from invite_tui.widgets.audience_picker import PickTable

KEYS_FILE = CONFIG_FILE.with_name("keys.toml")
"""Where it is looked for. Without it every key is as it comes."""

_ONLY_ON: Mapping[type[DOMNode], type[DOMNode]] = {PickTable: AudienceScreen}
"""Parts that one screen alone holds; any other may be on every screen."""

_MODIFIERS = ("ctrl+", "shift+", "alt+", "super+")


class KeysFault(InviteError):
    """The file cannot be followed, and no line of it is."""

    def __init__(self, sentence: str) -> None:
        super().__init__(
            f"{KEYS_FILE.name} is not followed, and the keys are as they come: {sentence}",
            f"Mend {KEYS_FILE}; docs/keys.md lists the names.",
        )


def own_keys(program: type[App[None]], path: Path = KEYS_FILE) -> dict[str, str]:
    """The keys of each act that the file names, as Textual's keymap; empty where there is no file.

    Raises `KeysFault` for a file that cannot be read, a name or a key that does not exist, and a key that
    would do two things on one screen.
    """
    if not path.is_file():
        return {}
    try:
        told = dict(_flat(tomllib.loads(path.read_text(encoding="utf-8"))))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise KeysFault(f"it cannot be read ({error}).") from None
    reaches = list(_reaches(program))
    known = {name for reach in reaches for name in reach}
    for name, keys in told.items():
        if name not in known:
            raise KeysFault(f"“{name}” is the name of nothing that a key does.")
        if not isinstance(keys, str) or not all(_exists(key.strip()) for key in keys.split(",")):
            raise KeysFault(f"“{keys}”, for {name}, is no key.")
    keymap = {name: str(keys) for name, keys in told.items()}
    normal = App._normalize_keymap(keymap)
    for reach in reaches:
        _refuse_clashes(reach, {name: keys for name, keys in normal.items() if name in reach})
    return keymap


def known_bindings() -> dict[str, Binding]:
    """Every binding of the screens and the parts that they are made of, by its name; one of those that share it."""
    return {
        binding.id: binding
        for kind in _kinds(DOMNode)
        for binding in Binding.make_bindings(kind.__dict__.get("BINDINGS", ()))
        if binding.id and kind.__module__.startswith("invite_tui.")
    }


def _flat(table: Mapping[str, object], before: str = "") -> Iterator[tuple[str, object]]:
    """`run.pause = "z"` and `[run]` with `pause = "z"` are the same."""
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{before}{name}.")
        else:
            yield f"{before}{name}", value


def _exists(key: str) -> bool:
    while key.startswith(_MODIFIERS):
        key = key.partition("+")[2]
    names = {str(each.value) for each in Keys} | set(KEY_ALIASES)
    return (len(key) == 1 and key.isprintable() and key != " ") or key in names


def _reaches(program: type[App[None]]) -> Iterator[dict[str, str]]:
    """What can be pressed on each screen: its own keys, those of the parts that it may hold, the program's."""
    kinds = list(_kinds(DOMNode))
    parts = [kind for kind in kinds if kind.__module__.startswith("invite_tui.widgets.")]
    for kind in kinds:
        if issubclass(kind, Screen) and kind.__module__.startswith("invite_tui."):
            here = [part for part in parts if issubclass(kind, _ONLY_ON.get(part, kind))]
            yield {name: keys for part in (program, *here, kind) for name, keys in _of(part).items()}


def _of(kind: type[DOMNode]) -> dict[str, str]:
    bindings = kind._merged_bindings
    keys: dict[str, list[str]] = {}
    for key, found in bindings.key_to_bindings.items() if bindings else ():
        for binding in found:
            if binding.id:
                keys.setdefault(binding.id, []).append(key)
    return {name: ",".join(of_name) for name, of_name in keys.items()}


def _kinds(kind: type[DOMNode]) -> Iterator[type[DOMNode]]:
    if kind is DOMNode:
        for package in (invite_tui.screens, invite_tui.widgets):
            for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
                importlib.import_module(module.name)
    for each in kind.__subclasses__():
        yield each
        yield from _kinds(each)


def _refuse_clashes(reach: Mapping[str, str], told: Mapping[str, str]) -> None:
    """Refuse a key of `told` that does something else in this reach too, unless it did both before."""
    now = {**reach, **told}
    for name, keys in told.items():
        for key in keys.split(","):
            for other, others in now.items():
                before = key in reach[name].split(",") and key in reach[other].split(",")
                if other != name and key in others.split(",") and not before:
                    raise KeysFault(f"“{format_key(key)}” would be both {name} and {other} on one screen.")
