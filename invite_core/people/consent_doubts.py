"""Consents that hold and may not bear much: old ones, and words that do not say who will write.

Meta asks that the person agreed to be messaged by this business, under its name
(https://developers.facebook.com/documentation/business-messaging/whatsapp/getting-opt-in).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from invite_core.errors import InviteError
from invite_core.instants import after, stored
from invite_core.operators import Operator
from invite_core.people.acts import record
from invite_core.people.consent import CONSENT_HOLDS, INVITATIONS
from invite_core.people.names import name_key, shown
from invite_core.store import Store

_SENDER, _OLDEST = "consent_names", "consent_days"


class Doubt(StrEnum):
    """Why a consent that holds deserves a look."""

    SENDER_NOT_NAMED = "sender_not_named"
    """Its wording, or the lack of one, does not say who will write."""
    OLD = "old"
    """It is older than the organiser wants to rely on."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What the organiser asks of a consent; without a limit nothing is doubted."""

    sender: str = ""
    """The name that the wording is to hold, or ''."""
    days: int | None = None
    """After so many days a consent counts as old, or None."""


def limits(store: Store) -> Limits:
    """What the organiser chose."""
    rows = store.rows(
        "SELECT name, value FROM organiser_choices WHERE name IN (:sender, :oldest)",
        {"sender": _SENDER, "oldest": _OLDEST},
    )
    chosen = {row["name"]: row["value"] for row in rows}
    return Limits(chosen.get(_SENDER, ""), int(chosen[_OLDEST]) if chosen.get(_OLDEST) else None)


def choose(store: Store, wanted: Limits, *, by: Operator, now: datetime) -> None:
    """Keep what is asked of a consent from now on. Raises `InviteError` for a limit of less than a day."""
    by.may_act("choose what a consent has to say")
    if wanted.days is not None and wanted.days < 1:
        raise InviteError("A consent cannot be old on its first day.", "Give a number of days, 730 say.")
    values = {_SENDER: shown(wanted.sender), _OLDEST: "" if wanted.days is None else str(wanted.days)}
    with store.write():
        store.execute_many(
            """INSERT INTO organiser_choices (name, value, changed_at, changed_by)
               VALUES (:name, :value, :at, :by) ON CONFLICT (name) DO UPDATE SET value = excluded.value,
                   changed_at = excluded.changed_at, changed_by = excluded.changed_by""",
            [
                {"name": name, "value": value, "at": stored(now), "by": by.name}
                for name, value in values.items()
            ],
        )
        record(store, "choose consent limits", "file", store.path.name, detail=values, by=by, now=now)


def judged(limits: Limits, grant: Mapping[str, Any], *, now: datetime) -> list[Doubt]:
    """The doubts about one grant (`at, wording`). Pure."""
    doubts = []
    if limits.sender and name_key(limits.sender) not in name_key(grant["wording"]):
        doubts.append(Doubt.SENDER_NOT_NAMED)
    if limits.days is not None and grant["at"] < after(stored(now), -limits.days * 86_400):
        doubts.append(Doubt.OLD)
    return doubts


def doubtful(store: Store, *, now: datetime, contact: int | None = None) -> list[dict[str, Any]]:
    """Everyone whose consent holds and is in doubt (or one person), by id: `contact, name, doubts, at, source,
    wording` of the latest grant."""
    asked = limits(store)
    if asked == Limits():
        return []
    found = []
    for row in store.rows(_LATEST, {"contact": contact}):
        doubts = judged(asked, row, now=now)
        if doubts:
            found.append({"contact": row["contact"], "name": row["name"], "doubts": list(map(str, doubts)),
                          **{column: row[column] for column in ("at", "source", "wording")}})  # fmt: skip
    return found


_LATEST = f"""SELECT contact, name, at, source, wording FROM (
        SELECT person.contact, person.name, grants.at, grants.source, grants.wording,
            row_number() OVER (PARTITION BY person.contact ORDER BY grants.at DESC, grants.id DESC) AS turn
        FROM (SELECT contacts.id AS contact, contacts.name FROM contacts
              WHERE contacts.merged_into IS NULL AND contacts.erased_at IS NULL
              AND (:contact IS NULL OR contacts.id = :contact)) AS person
        JOIN contacts AS own ON own.id = person.contact OR own.merged_into = person.contact
        JOIN consents AS grants ON grants.contact = own.id AND grants.act = 'grant'
            AND grants.scope IN ('{INVITATIONS}', 'all')
        WHERE {CONSENT_HOLDS}) AS latest
    WHERE turn = 1 ORDER BY contact"""
