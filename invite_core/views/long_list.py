"""A list of any length in one order: read from either end, or from a row that is known, never counted through.

A page far inside would cost a walk over all rows before it. The list remembers one place, where it was read last,
and the next page, or the place of the next row, is looked for from there.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from invite_core.store import Row, Store

COUNTED = 100_000
"""In a list with a guide that is no longer than this, the rows before a letter are counted all the same."""

EDGE = 1_000
"""So many rows from either end on, a place is exact."""


@dataclass(frozen=True, slots=True)
class Walk:
    """A list as SQL. An index should have `keys` in this order behind what each condition fixes."""

    source: str
    """What follows FROM."""
    conditions: Sequence[str]
    """Parts of the list that have no row in common; their rows are merged."""
    keys: Sequence[str]
    """What orders the list; the last is another one for each row."""
    identity: str
    """The number by which a row is known."""
    values: Mapping[str, object] = field(default_factory=dict)
    """What is bound in the conditions."""
    descending: bool = False
    one_from: str = ""
    """What follows FROM where one row is looked for by its identity, if that is another order of tables."""


class Place(NamedTuple):
    """Before which row a walk may begin."""

    position: int
    """How many rows stand before it."""
    key: Sequence[object] | None
    """The row's; None at either end of the list."""


class LongList:
    """One list. It belongs to whoever shows it, and is called by one thread at a time.

    `count` says how many rows there are, `walk` how so many are best walked (None: not counted yet). In a
    `steady` list rows do not change places while their number stays the same. Where counting rows is slow, `guide`
    says about which share of them stands before a text.
    """

    def __init__(
        self,
        count: Callable[[Store], int],
        walk: Callable[[Store, int | None], Walk],
        *,
        steady: bool = True,
        guide: Callable[[Store, str], float] | None = None,
    ) -> None:
        self._count = count
        self._walk = walk
        self._steady = steady
        self._guide = guide
        self._rows: int | None = None
        self._known: Place | None = None
        self._fresh = False

    def count(self, store: Store) -> int:
        """How many rows there are."""
        rows = self._count(store)
        self._fresh = self._steady and rows == self._rows
        self._rows = rows
        return rows

    def page(self, store: Store, offset: int, limit: int) -> list[int]:
        """The identities of at most `limit` rows from `offset` on, in order."""
        end = offset + limit if self._rows is None else min(offset + limit, self._rows)
        if offset >= end:
            return []
        walk = self._walk(store, self._rows)
        place = min(self._places(), key=lambda place: _way(place.position, offset, end))
        turn, begin = min(end, place.position), max(offset, place.position)
        before = _read(store, walk, place.key, back=True, skip=place.position - turn, limit=turn - offset)
        after = _read(store, walk, place.key, back=False, skip=begin - place.position, limit=end - begin)
        rows = [*reversed(before), *after]
        if rows:
            self._known = Place(offset, _key(walk, rows[0]))
        return [row["identity"] for row in rows]

    def position(self, store: Store, identity: int) -> int | None:
        """How many rows stand before that one, or None where it is not in the list."""
        rows = self.count(store) if self._rows is None else self._rows
        walk = self._walk(store, rows)
        key = _key_of(store, walk, identity)
        if key is not None:
            self._known = Place(self._before(store, walk, key, rows), key)
            self._fresh = True
            return self._known.position
        return None

    def first_from(self, store: Store, text: str) -> int:
        """How many rows stand before the first whose first key begins with `text`, or would come after it.

        In a long list with a guide, about how many; the pages around it, and its ends, are exact.
        """
        rows = self.count(store) if self._rows is None else self._rows
        walk = self._walk(store, rows)
        edge = (text + ("\U0010ffff" if walk.descending else ""),)
        if self._guide is None or rows <= COUNTED:
            return min(self._before(store, walk, edge, rows), max(0, rows - 1))
        before = len(_read(store, walk, edge, back=True, skip=0, limit=EDGE))
        after = _read(store, walk, edge, back=False, skip=0, limit=EDGE)
        if before < EDGE:
            return min(before, rows - 1)
        if len(after) < EDGE:
            return min(rows - len(after), rows - 1)
        share = self._guide(store, edge[0])
        place = round(rows * (1 - share if walk.descending else share))
        self._known = Place(min(max(EDGE, place), rows - EDGE), _key(walk, after[0]))
        return self._known.position

    def _places(self) -> list[Place]:
        places = [Place(0, None)]
        if self._rows is not None:
            places.append(Place(self._rows, None))
        if self._known is not None:
            places.append(self._known)
        return places

    def _before(self, store: Store, walk: Walk, key: Sequence[object], rows: int) -> int:
        known = self._known
        if known is not None and known.key is not None and self._fresh and len(key) == len(known.key):
            forward = _counted(store, walk, from_=known.key, to=key)
            return known.position + (forward or -_counted(store, walk, from_=key, to=known.key))
        if known is not None and known.position > rows // 2:
            return rows - _counted(store, walk, from_=key)
        return _counted(store, walk, to=key)


def _way(position: int, begin: int, end: int) -> int:
    return max(begin - position, position - end, 0)


def _key(walk: Walk, row: Row) -> tuple[object, ...]:
    return tuple(row[f"key_{n}"] for n in range(len(walk.keys)))


def _key_of(store: Store, walk: Walk, identity: int) -> tuple[object, ...] | None:
    for condition in walk.conditions:
        row = store.row(
            f"""SELECT {_columns(walk)} FROM {walk.one_from or walk.source}
                WHERE {condition} AND {walk.identity} = :identity""",
            {**walk.values, "identity": identity},
        )
        if row is not None:
            return _key(walk, row)
    return None


def _columns(walk: Walk) -> str:
    keys = ", ".join(f"{key} AS key_{n}" for n, key in enumerate(walk.keys))
    return f"{keys}, {walk.identity} AS identity"


def _read(
    store: Store, walk: Walk, key: Sequence[object] | None, *, back: bool, skip: int, limit: int
) -> list[Row]:
    if limit <= 0:
        return []
    side, values = _compared(walk, key, "before" if back else "from")
    direction = "DESC" if walk.descending is not back else "ASC"
    by = ", ".join(f"{key} {direction}" for key in walk.keys)
    branches = [
        f"SELECT {_columns(walk)} FROM {walk.source} WHERE {condition} {side} ORDER BY {by} LIMIT :most"
        for condition in walk.conditions
    ]
    union = " UNION ALL ".join(f"SELECT * FROM ({branch}) AS branch_{n}" for n, branch in enumerate(branches))
    merged = ", ".join(f"key_{n} {direction}" for n in range(len(walk.keys)))
    sql = f"{union} ORDER BY {merged} LIMIT :limit OFFSET :skip"
    bound = {**walk.values, **values, "most": skip + limit, "limit": limit, "skip": skip}
    return store.rows(
        sql if len(branches) > 1 else branches[0].replace(":most", ":limit OFFSET :skip"), bound
    )


def _counted(
    store: Store, walk: Walk, *, from_: Sequence[object] | None = None, to: Sequence[object] | None = None
) -> int:
    lower, low = _compared(walk, from_, "from")
    upper, high = _compared(walk, to, "before")
    counts = [
        f"(SELECT count(*) FROM {walk.source} WHERE {condition} {lower} {upper})"
        for condition in walk.conditions
    ]
    return int(store.value(f"SELECT {' + '.join(counts)}", {**walk.values, **low, **high}))


def _compared(walk: Walk, key: Sequence[object] | None, side: str) -> tuple[str, dict[str, object]]:
    """A condition that the row is on that side of `key` (or of the first of its parts), and what it binds."""
    if key is None:
        return "", {}
    sign = ("<" if side == "before" else ">=") if not walk.descending else (">" if side == "before" else "<=")
    names = [f"{side}_{n}" for n in range(len(key))]
    columns, bound = ", ".join(walk.keys[: len(key)]), ", ".join(f":{each}" for each in names)
    return f" AND ({columns}) {sign} ({bound})", dict(zip(names, key, strict=True))
