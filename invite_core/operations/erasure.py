"""Erasing a person from everything this program keeps, and a past event's personal data."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from invite_core.invitations import purging
from invite_core.invitations.events import Event
from invite_core.operators import Operator
from invite_core.people import erasing
from invite_core.store import Store


@dataclass(frozen=True, slots=True)
class Erasure:
    """What an erasure did, and what it leaves to be done."""

    contact: int
    """The id, under which nothing is kept but counts."""
    messages: int
    """Their messages, which stay as numbers."""
    waiting: int
    """Those of them that wait in a run; they are held back (`erased`) when their turn comes."""
    shares_with: int
    """People who have one of their numbers too, and keep it."""
    overwritten: bool
    """Whether the older bytes are gone from the disk too; another program that reads the file holds them back."""

    def as_json(self) -> dict[str, Any]:
        """The document of `contacts erase`."""
        return asdict(self)


def erase(store: Store, contact: int, *, by: Operator, now: datetime) -> Erasure:
    """Erase a person: every table, the raw bodies, the bytes on disk. What was blocked stays blocked, by hash.

    Raises `ErasureFault` as `people.erasing.erase` does. Not inside a transaction of the caller's.
    """
    done = erasing.erase(store, contact, by=by, now=now)
    return Erasure(**asdict(done), overwritten=store.forget_deleted())


@dataclass(frozen=True, slots=True)
class Purge:
    """What a purge did."""

    event: int
    """The event's id."""
    messages: int
    """Messages that are gone, with all that was known of them."""
    answers: int
    """Answers and other replies that are gone."""
    tally: dict[str, int]
    """How many had answered what, for the record: people by answer."""
    overwritten: bool
    """Whether the older bytes are gone from the disk too."""

    def as_json(self) -> dict[str, Any]:
        """The document of `events purge`."""
        return asdict(self)


def purge(store: Store, event: Event, *, by: Operator, now: datetime) -> Purge:
    """Take the personal data of a past event out of the file; blocks, consents and people stay.

    Raises `PurgeFault` as `invitations.purging.purge` does. Not inside a transaction of the caller's.
    """
    done = purging.purge(store, event, by=by, now=now)
    return Purge(done.event, done.messages, done.answers, done.tally, overwritten=store.forget_deleted())
