"""What a `RecordTable` shows: columns, records, and where the records come from."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Generic, NamedTuple, Protocol, TypeVar, runtime_checkable

from invite_tui.tone import Tone

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Column:
    """One column. Widths are in cells and fixed, so that no row has to be measured."""

    title: str
    """What stands above it."""
    width: int
    """Its least width."""
    grows: bool = False
    """Whether it takes a share of the room that is left."""
    right: bool = False
    """Whether its text stands on the right, as numbers should."""
    drop: int = 0
    """In a narrow table columns go, the highest number first; 0 never goes."""
    order: str = ""
    """What an `Ordered` source calls the order by this column; '' where there is none."""
    high_first: bool = False
    """Whether who orders by it wants to see the highest, or the newest, first."""


class Order(NamedTuple):
    """By what the records are ordered."""

    by: str
    """As the column calls it (`Column.order`)."""
    descending: bool = False
    """Whether the highest comes first."""


class Cell(NamedTuple):
    """One cell: text from anywhere (the table makes it inert), and how much it matters."""

    text: str
    tone: Tone = Tone.PLAIN


class Record(NamedTuple):
    """One row: what it is known by, and a cell for each column."""

    key: Hashable
    cells: Sequence[Cell]


class Source(Protocol):
    """Where records come from, a page at a time. Each call may take its time and may raise `InviteError`."""

    async def count(self) -> int:
        """How many records there are."""
        ...

    async def page(self, offset: int, limit: int) -> Sequence[Record]:
        """The records from `offset` on, at most `limit`."""
        ...

    async def position(self, key: Hashable) -> int | None:
        """The offset of the record with that key, or None where it is there no more."""
        ...


@runtime_checkable
class Ordered(Source, Protocol):
    """A source that has more than one order."""

    order: Order | None
    """The order in which it is; None for one that is no column's."""

    def in_order(self, order: Order) -> "Ordered":
        """The same records in another order."""
        ...

    async def first_from(self, letter: str) -> int | None:
        """The offset of the first record whose name begins with that letter, or would stand after it.

        None where the records are not in the order of names.
        """
        ...


class Listed(Generic[T]):
    """A source over a sequence in memory; records are made only for the pages shown."""

    def __init__(
        self, items: Sequence[T], key: Callable[[T], Hashable], cells: Callable[[T], Sequence[Cell]]
    ) -> None:
        self._items = items
        self._key = key
        self._cells = cells
        self._positions: dict[Hashable, int] | None = None

    async def count(self) -> int:
        """How many items there are."""
        return len(self._items)

    async def page(self, offset: int, limit: int) -> list[Record]:
        """The records of the items from `offset` on."""
        return [Record(self._key(item), self._cells(item)) for item in self._items[offset : offset + limit]]

    async def position(self, key: Hashable) -> int | None:
        """Where the item with that key stands."""
        if self._positions is None:
            self._positions = {self._key(item): n for n, item in enumerate(self._items)}
        return self._positions.get(key)
