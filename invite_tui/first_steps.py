"""What is needed before the first message, step by step: what is there, and how what is missing is come by."""

from invite_core.settings import Settings
from invite_core.views.home_board import Supplies
from invite_tui.tone import Tone
from invite_tui.widgets.inert_label import Piece

_CONNECTION = ("phone_number_id", "waba_id", "access_token")
"""The settings without which neither a template can be fetched nor a message sent."""


def first_steps(stock: Supplies, settings: Settings) -> list[Piece]:
    """The list, in the order in which it is gone through; empty once all of it is there."""
    counted = [
        (stock.contacts, "people", "press p, then i (or invite-tui contacts import FILE)"),
        (stock.events, "events", "invite-tui events add --name … --starts-at … --timezone … --venue …"),
        (stock.templates, "templates", "press t, then f (or invite-tui templates sync)"),
    ]
    connected = not settings.missing(*_CONNECTION)
    if connected and all(n for n, _, _ in counted):
        return []
    return [
        ("What is needed before the first message", Tone.STRONG),
        ("\n ✓ connected to WhatsApp", Tone.GOOD)
        if connected
        else "\n ○ not connected to WhatsApp: run `invite-tui init` in the terminal",
        *(
            (f"\n ✓ {n:,} {what}", Tone.GOOD) if n else f"\n ○ no {what} yet: {command}"
            for n, what, command in counted
        ),
        "\n   Then start webhook-listener beside this program, and press n.",
    ]
