"""What can be done now, for the command palette and for help: the keys of the screen in front that work."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from textual.app import App, SystemCommand
from textual.binding import Binding
from textual.dom import DOMNode
from textual.screen import Screen


@dataclass(slots=True)
class Act:
    """One act, with every key that does it."""

    node: DOMNode
    """The part of the program that does it."""
    binding: Binding
    keys: list[str]
    """As the keys are shown."""
    enabled: bool
    """Whether it is possible now."""
    explained: str
    """What it does, in a few words."""


def acts(screen: Screen[object]) -> Sequence[Act]:
    """The acts that this program binds to keys here: the screen's first, then those of the whole program, then
    those of the widget with the focus. Textual's own have no id, and are left out."""
    found: dict[str, Act] = {}
    for node, binding, enabled, tooltip in screen.active_bindings.values():
        if not binding.id or not binding.description:
            continue
        key = screen.app.get_key_display(binding)
        if binding.id in found:
            found[binding.id].keys.append(key)
        else:
            explained = tooltip or binding.tooltip or binding.description
            found[binding.id] = Act(node, binding, [key], enabled, explained)
    order = {screen: 0, screen.app: 1}
    return sorted(found.values(), key=lambda act: order.get(act.node, 2))


def possible_now(app: App[None], screen: Screen[object]) -> Iterable[SystemCommand]:
    """A command for each act of the screen, and of the whole program, that is possible now."""
    for act in acts(screen):
        if act.enabled and act.node in (screen, app) and act.binding.id != "app.quit":

            async def run(act: Act = act) -> None:
                await app.run_action(act.binding.action, act.node)

            yield SystemCommand(act.binding.description, f"{act.explained}  (key {', '.join(act.keys)})", run)
