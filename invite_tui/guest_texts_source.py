"""What guests wrote as the source of a table, and what each status of it looks like."""

from collections.abc import Hashable, Sequence
from typing import cast

from invite_core.views.guest_texts import GuestText, text_count, text_position, text_slice
from invite_tui.desk import Desk
from invite_tui.local_time import day_and_clock
from invite_tui.state_style import Look
from invite_tui.tone import Tone
from invite_tui.widgets.records import Cell, Record

LOOKS: dict[str, Look] = {
    "possible_opt_out": Look("!", "stop?", Tone.WARNING),
    "unread": Look("○", "unread", Tone.STRONG),
    "done": Look("✓", "dealt with", Tone.MUTED),
    "stop": Look("⊘", "stop", Tone.MUTED),
    "answer": Look("=", "answer", Tone.MUTED),
}
"""What each status of a text looks like."""


class GuestTexts:
    """What guests wrote, as the source of a table."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.texts: dict[int, GuestText] = {}
        """Those that have been read, by the id of the reply."""

    async def count(self) -> int:
        """How many there are."""
        return await self._desk.read(text_count)

    async def page(self, offset: int, limit: int) -> Sequence[Record]:
        """Some of them."""
        texts = await self._desk.read(text_slice, offset=offset, limit=limit)
        self.texts.update({text.reply: text for text in texts})
        return [Record(text.reply, _cells(text)) for text in texts]

    async def position(self, key: Hashable) -> int | None:
        """Where one of them stands."""
        return await self._desk.read(text_position, cast(int, key))


def _cells(text: GuestText) -> list[Cell]:
    look = LOOKS[text.status]
    tone = Tone.PLAIN if text.waits else Tone.MUTED
    return [
        Cell(look.text, look.tone),
        Cell(text.name or text.address or "(unknown)", tone),
        Cell(text.text or "(a picture, a voice message or a file)", tone),
        Cell(text.event_name, Tone.MUTED),
        Cell(day_and_clock(text.at), Tone.MUTED),
    ]
