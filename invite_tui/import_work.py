"""One reading of a file of people, on the thread that acts, which can be stopped at any row."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from threading import Event

from textual.message import Message

from invite_core.operators import Operator
from invite_core.people.importing.contact_import import import_people
from invite_core.people.importing.report import ImportReport
from invite_core.store import Store


class Stopped(Exception):
    """The reading was stopped; nothing of it is stored."""


@dataclass(frozen=True, slots=True)
class ImportWish:
    """What is to be made of a file."""

    content: bytes
    """The file as it was when it was read: what was previewed is what is stored."""
    called: str
    """The file's name, for the record."""
    region: str = ""
    """The country of national numbers; '' refuses them."""
    tags: tuple[str, ...] = ()
    """Tags for everyone."""
    consent_source: str = ""
    """How everyone agreed; '' where the rows say it, or nobody did."""
    consent_at: str = ""
    """When everyone agreed, as it was typed."""
    columns: tuple[str, ...] = ()
    """The organiser's word on columns, such as `Handy=phone`."""
    sheet: str = ""
    """Which sheet of a workbook; '' for the first that holds anything."""


Progress = Callable[[str, int, int | None], None]
"""Told `reading` or `storing`, the rows done, and the rows in all where that is known; on any thread."""


class ImportWork:
    """A preview of a wish, or its import."""

    def __init__(self, wish: ImportWish, tell: Progress) -> None:
        self._wish = wish
        self._tell = tell
        self._stopped = Event()

    def stop(self) -> None:
        """Let it end at the next row that it looks up from; harmless afterwards. Any thread may call it."""
        self._stopped.set()

    def run(self, store: Store, *, preview: bool, by: Operator, now: datetime) -> ImportReport:
        """Do it. Raises `Stopped`, and what `import_people` raises; nothing is stored then."""
        wish = self._wish
        self._look_up("reading", 0, None)
        return import_people(
            store,
            wish.content,
            called=wish.called,
            tags=wish.tags,
            consent_source=wish.consent_source or None,
            consent_at=wish.consent_at or None,
            default_region=wish.region or None,
            columns=wish.columns,
            sheet=wish.sheet,
            preview=preview,
            progress=self._look_up,
            by=by,
            now=now,
        )

    def _look_up(self, phase: str, done: int, total: int | None) -> None:
        if self._stopped.is_set():
            raise Stopped
        self._tell(phase, done, total)


@dataclass
class ImportProgressed(Message):
    """So many rows are done."""

    work: ImportWork
    phase: str
    """`reading` or `storing`."""
    done: int
    total: int | None
    """None while nobody knows it."""

    def can_replace(self, message: Message) -> bool:
        """The newest count is enough."""
        return isinstance(message, ImportProgressed)
