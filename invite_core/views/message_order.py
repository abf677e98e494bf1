"""The messages of a run in the orders in which a table shows them, each read a page at a time."""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from functools import partial
from typing import Protocol

from invite_core.lifecycle.states import State
from invite_core.store import Store
from invite_core.views.long_list import LongList, Walk
from invite_core.views.run_messages import message_count

SORTED_AT_ONCE = 20_000
"""So many messages in one state are sorted faster than they are looked for among all people."""


class By(StrEnum):
    """What messages are ordered by."""

    PERSON = "person"
    """Each person as they came into the file."""
    NAME = "name"
    """The person's name."""
    STATE = "state"
    """The state, in an order that the caller gives; within it, the last change, the newest first."""
    CHANGE = "change"
    """The last change."""


class MessageList(Protocol):
    """The ids of messages in one order. Called by one thread at a time."""

    def count(self, store: Store) -> int:
        """How many there are."""
        ...

    def page(self, store: Store, offset: int, limit: int) -> list[int]:
        """At most `limit` from `offset` on."""
        ...

    def position(self, store: Store, identity: int) -> int | None:
        """How many stand before that message, or None where it is not in the list."""
        ...


def message_list(
    run: int, state: State | None, by: By, *, descending: bool = False, states: Sequence[State] = tuple(State)
) -> MessageList:
    """The messages of the run (in one state, if given). `states` is the order of the states."""
    if by is By.STATE and state is None:
        return _StateByState(run, states[::-1] if descending else states)
    if by in (By.STATE, By.CHANGE):
        return _by_change(run, state, descending=descending)
    count = partial(message_count, run=run, state=state)
    if by is By.NAME:
        return LongList(count, _by_name(run, state, descending=descending), guide=_share_of_names)
    return LongList(count, _by_person(run, state, descending=descending))


def _share_of_names(store: Store, text: str) -> float:
    """Which share of all people comes before `text` by name."""
    before = store.value("SELECT count(*) FROM contacts WHERE name_key < :text", {"text": text})
    return float(before / max(1, store.value("SELECT count(*) FROM contacts")))


def _by_person(run: int, state: State | None, *, descending: bool) -> Callable[[Store, int | None], Walk]:
    condition, values = _those(run, state)
    walk = Walk(
        "invite_messages AS messages", (condition,), ("messages.contact",), "messages.id", values, descending
    )
    return lambda *_: walk


def _by_name(run: int, state: State | None, *, descending: bool) -> Callable[[Store, int | None], Walk]:
    condition, values = _those(run, state)
    # CROSS JOIN: everybody by name, who has a message is looked up, and the first page ends the search. A
    # few messages are sorted instead, because most people have none of them.
    among = "contacts CROSS JOIN invite_messages AS messages"
    few = "invite_messages AS messages CROSS JOIN contacts"

    def walk(_: Store, rows: int | None) -> Walk:
        return Walk(
            few if rows is not None and rows <= SORTED_AT_ONCE else among,
            (f"messages.contact = contacts.id AND {condition}",),
            ("contacts.name_key", "contacts.id"),
            "messages.id",
            values,
            descending,
            one_from=few,
        )

    return walk


def _by_change(run: int, state: State | None, *, descending: bool) -> LongList:
    chosen = [state] if state is not None else list(State)
    values = {"run": run, **{f"state_{n}": each for n, each in enumerate(chosen)}}
    walk = Walk(
        "invite_messages AS messages",
        [f"messages.run = :run AND messages.state = :state_{n}" for n in range(len(chosen))],
        ("messages.changed_at", "messages.id"),
        "messages.id",
        values,
        descending,
    )
    return LongList(partial(message_count, run=run, state=state), lambda *_: walk, steady=False)


def _those(run: int, state: State | None) -> tuple[str, Mapping[str, object]]:
    if state is None:
        return "messages.run = :run", {"run": run}
    return "messages.run = :run AND messages.state = :state", {"run": run, "state": state}


class _StateByState:
    """The lists of every state, one behind the other."""

    def __init__(self, run: int, states: Sequence[State]) -> None:
        self._run = run
        self._lists = {state: _by_change(run, state, descending=True) for state in states}
        self._counts: dict[State, int] = {}

    def count(self, store: Store) -> int:
        """How many there are."""
        self._counts = {state: each.count(store) for state, each in self._lists.items()}
        return sum(self._counts.values())

    def page(self, store: Store, offset: int, limit: int) -> list[int]:
        """At most `limit` from `offset` on."""
        if not self._counts:
            self.count(store)
        found: list[int] = []
        for state, each in self._lists.items():
            n = self._counts.get(state, 0)
            if offset < n and len(found) < limit:
                found += each.page(store, offset, limit - len(found))
            offset = max(0, offset - n)
        return found

    def position(self, store: Store, identity: int) -> int | None:
        """How many stand before that message, or None where it is not in the list."""
        state = store.value(
            "SELECT state FROM invite_messages WHERE id = :id AND run = :run",
            {"id": identity, "run": self._run},
        )
        before = 0
        for each, listed in self._lists.items():
            if each == state:
                within = listed.position(store, identity)
                return None if within is None else before + within
            before += self._counts.get(each, 0)
        return None
