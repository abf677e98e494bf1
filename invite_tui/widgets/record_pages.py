"""The pages of a table that have been read, as many as are worth keeping."""

from collections.abc import Sequence

from invite_tui.widgets.records import Record

PAGE = 100
"""Records in one page."""

KEPT = 24
"""Pages kept; the one read longest ago goes first."""


class RecordPages:
    """Some pages of a list of `count` records; None while nobody has counted."""

    def __init__(self, count: int | None = None) -> None:
        self.count = count
        self._pages: dict[int, Sequence[Record]] = {}

    def has(self, number: int) -> bool:
        """Whether the page with that number is here."""
        return number in self._pages

    def keep(self, number: int, records: Sequence[Record]) -> None:
        """Keep a page."""
        self._pages[number] = records
        while len(self._pages) > KEPT:
            del self._pages[next(iter(self._pages))]

    def record(self, position: int) -> Record | None:
        """The record at that position if its page is here."""
        records = self._pages.get(position // PAGE, ())
        place = position % PAGE
        return records[place] if position >= 0 and place < len(records) else None
