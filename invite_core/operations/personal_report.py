"""Everything that is held about one person, for the person to read."""

import json
import re
from datetime import datetime
from typing import Any

from invite_core.instants import spoken, stored
from invite_core.operations.personal_data import HELD, Held
from invite_core.people.contacts import UnknownContact
from invite_core.store import Row, Store

_STORED = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def personal_report(store: Store, contact: int, *, now: datetime) -> dict[str, Any]:
    """`contact, name, at`, and `sections`: for every table that holds anything of the person `title, table` and
    `rows`, each a mapping of words to values, without what is empty.

    What is held of entries merged into the person is among it. Raises `UnknownContact`.
    """
    with store.snapshot():
        person = store.row(
            """SELECT person.id, person.name FROM contacts AS own
               JOIN contacts AS person ON person.id = coalesce(own.merged_into, own.id) WHERE own.id = ?""",
            (contact,),
        )
        if person is None:
            raise UnknownContact(f"There is no person {contact}.", "See `invite-tui contacts list`.")
        sections = [
            {"title": held.title, "table": table, "rows": rows}
            for table, held in HELD.items()
            if (rows := _rows(store, table, held, person["id"]))
        ]
    return {"contact": person["id"], "name": person["name"], "at": stored(now), "sections": sections}


def _rows(store: Store, table: str, held: Held, person: int) -> list[dict[str, Any]]:
    columns = ", ".join(
        f"{held.read_as.get(column, f'held.{column}')} AS told_{n}" for n, column in enumerate(held.told)
    )
    order = next((n for n, column in enumerate(held.told) if column in _MOMENTS), 0)
    rows = store.rows(
        f"SELECT {columns} FROM {table} AS held WHERE {held.rows} ORDER BY told_{order}", {"person": person}
    )
    return [told for row in rows if (told := _told(held, row))]


_MOMENTS = ("at", "claimed_at", "received_at", "given_at", "accepted_at", "created_at")
"""The columns by which a list is in order of time."""


def _told(held: Held, row: Row) -> dict[str, Any]:
    values = {word: row[f"told_{n}"] for n, word in enumerate(held.told.values())}
    return {word: value for word, value in values.items() if value not in (None, "", "{}")}


def as_lines(report: dict[str, Any]) -> list[str]:
    """The report as a page of plain text that the person can be given. Pure."""
    lines = [
        f"What is held about {report['name'] or 'this person'}, as of {spoken(report['at'])}.",
        "This is all that the file holds about you; copies of it from before may hold the same.",
        "You may ask for it to be corrected or erased.",
    ]
    for section in report["sections"]:
        lines += ["", section["title"]]
        lines += [f"  - {_line(row)}" for row in section["rows"]]
    return lines


def _line(row: dict[str, Any]) -> str:
    return "; ".join(f"{word}: {_value(value)}" for word, value in row.items())


def _value(value: Any) -> str:
    text = str(value)
    if _STORED.fullmatch(text):
        return spoken(text)
    if text.startswith("{") and text.endswith("}"):
        try:
            return ", ".join(f"{key} {each}" for key, each in json.loads(text).items())
        except (ValueError, AttributeError):
            return text
    return text
