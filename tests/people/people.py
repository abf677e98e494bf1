"""Builders for the tests of people."""

from datetime import UTC, datetime
from typing import Any

from invite_core.instants import stored
from invite_core.operators import Operator, Role
from invite_core.people import contacts, erasing
from invite_core.people.importing.contact_import import import_people
from invite_core.store import Store

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
ORGANISER = Operator("Rita")
VIEWER = Operator("Vera", Role.VIEWER)


def a_contact(store: Store, number: int = 1, name: str = "") -> int:
    """A person with the number +44 7700 900… ; the id."""
    return contacts.add(
        store,
        name=name or f"Person {number}",
        phones=[f"+44 7700 900{number:03d}"],
        by=ORGANISER,
        now=NOW,
    )


def merge(store: Store, loser: int, *, into: int) -> None:
    """Leave `loser` as a merge leaves them."""
    with store.write():
        store.execute("UPDATE contacts SET merged_into = ? WHERE id = ?", (into, loser))


def retire(store: Store, contact: int) -> None:
    """Take every address from a person, as when the number went to someone else."""
    with store.write():
        store.execute(
            "UPDATE contact_identities SET retired_at = ? WHERE contact = ?", (stored(NOW), contact)
        )


def erase(store: Store, contact: int) -> None:
    """Erase a person."""
    erasing.erase(store, contact, by=ORGANISER, now=NOW)


def imported(store: Store, text: str | bytes, **options: Any) -> dict[str, Any]:
    """The report of importing CSV `text`."""
    content = text if isinstance(text, bytes) else text.encode()
    settings: dict[str, Any] = {"default_region": "GB", "by": ORGANISER, "now": NOW} | options
    return import_people(store, content, **settings).as_json()


def numbers(report: dict[str, Any]) -> tuple[int, int, int, int]:
    """`created, updated, unchanged` and how many were rejected."""
    return report["created"], report["updated"], report["unchanged"], len(report["rejected"])
