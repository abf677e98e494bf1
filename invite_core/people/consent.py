"""Consent: who agreed to be messaged, how and when. Nothing here is ever changed or deleted."""

from collections.abc import Collection
from datetime import datetime, timedelta

from invite_core.errors import InviteError
from invite_core.instants import stored
from invite_core.operators import Operator
from invite_core.people import acts, guard_entries
from invite_core.people.addressing import own_contacts
from invite_core.store import Store

INVITATIONS = "invitations"
"""The scope that an invitation needs; `all` covers it too."""

_AHEAD = timedelta(days=1)


def _acts(name: str, act: str) -> str:
    return f"""SELECT 1 FROM consents AS {name} WHERE {name}.contact IN {own_contacts("person.contact")}
        AND {name}.act = '{act}' AND {name}.scope IN ('{INVITATIONS}', 'all')"""


CONSENT_HOLDS = f"""EXISTS ({_acts("granted", "grant")}
    AND NOT EXISTS ({_acts("revoked", "revoke")} AND revoked.at >= granted.at))"""
"""SQL condition on a row `person` with the column `contact`: the latest act by its own time is a grant.

A revocation at the very time of the grant wins. Acts of contacts merged into this one count.
"""


class ConsentFault(InviteError):
    """A consent cannot be recorded as it was given."""


def grant(
    store: Store,
    contact: int,
    *,
    source: str,
    at: datetime,
    wording: str = "",
    evidence_ref: str = "",
    scope: str = INVITATIONS,
    by: Operator,
    now: datetime,
) -> int:
    """Record that the person agreed at `at`, by way of `source`; gives the id of the record.

    A time up to a day ahead (a date in a zone further east) counts as now. Raises `ConsentFault` for
    an empty source, a later time, or a contact that does not exist or is erased.
    """
    by.may_act("record a consent")
    if not source.strip():
        raise ConsentFault("A consent needs its source.", "Say how the person agreed, e.g. “paper form”.")
    if at > now + _AHEAD:
        raise ConsentFault(f"{at:%Y-%m-%d} lies in the future.", "Give the day on which the person agreed.")
    return _record(store, contact, "grant", scope, source, min(at, now), wording, evidence_ref, by, now)


def revoke(
    store: Store,
    contact: int,
    *,
    source: str,
    at: datetime,
    wording: str = "",
    scope: str = INVITATIONS,
    by: Operator,
    now: datetime,
) -> int:
    """Record that the person took their consent back at `at` (now, if that is ahead); gives the id.

    Raises `ConsentFault` for an empty source, or a contact that does not exist or is erased.
    """
    by.may_act("record that a consent was taken back")
    if not source.strip():
        raise ConsentFault("A revocation needs its source.", "Say how the person took it back.")
    return _record(store, contact, "revoke", scope, source, min(at, now), wording, "", by, now)


def _record(
    store: Store,
    contact: int,
    act: str,
    scope: str,
    source: str,
    at: datetime,
    wording: str,
    evidence_ref: str,
    by: Operator,
    now: datetime,
) -> int:
    with store.write():
        if store.value("SELECT 1 FROM contacts WHERE id = ? AND erased_at IS NULL", (contact,)) is None:
            raise ConsentFault(f"There is no person {contact}.", "See `invite-tui contacts list`.")
        recorded = store.insert(
            """INSERT INTO consents (contact, act, scope, at, source, wording, evidence_ref, recorded_at, recorded_by)
               VALUES (:contact, :act, :scope, :at, :source, :wording, :evidence_ref, :now, :by)""",
            {
                "contact": contact,
                "act": act,
                "scope": scope.strip().casefold() or INVITATIONS,
                "at": stored(at),
                "source": source.strip(),
                "wording": wording.strip(),
                "evidence_ref": evidence_ref.strip(),
                "now": stored(now),
                "by": by.name,
            },
        )
        if act == "revoke":
            kept_scope = scope.strip().casefold() or INVITATIONS
            guard_entries.keep_revocation(store, contact, scope=kept_scope, at=stored(at))
        acts.record(store, f"{act} consent", "contact", str(contact), reason=source.strip(), by=by, now=now)
    return recorded


def holds(store: Store, contact: int) -> bool:
    """Whether the person's consent to invitations holds."""
    sql = f"SELECT 1 FROM (SELECT id AS contact FROM contacts WHERE id = :contact) AS person WHERE {CONSENT_HOLDS}"
    return store.value(sql, {"contact": contact}) is not None


def agreeing(store: Store, contacts: Collection[int]) -> set[int]:
    """Those of `contacts` whose consent to invitations holds."""
    lowest, highest = min(contacts, default=0), max(contacts, default=-1)
    sql = f"""SELECT contact FROM (SELECT id AS contact FROM contacts
        WHERE id BETWEEN :lowest AND :highest) AS person WHERE {CONSENT_HOLDS}"""
    return {row["contact"] for row in store.rows(sql, {"lowest": lowest, "highest": highest})} & set(contacts)


_ACT = """act, scope, at, source, wording, evidence_ref, recorded_at, recorded_by"""


def history(store: Store, contact: int) -> list[dict[str, object]]:
    """Every act of the person and of contacts merged into them, the latest by its own time first:
    `act, scope, at, source, wording, evidence_ref, recorded_at, recorded_by`."""
    sql = f"""SELECT {_ACT} FROM consents WHERE contact IN {own_contacts(":contact")}
              ORDER BY at DESC, id DESC"""
    return [dict(row) for row in store.rows(sql, {"contact": contact})]


def export(store: Store) -> list[dict[str, object]]:
    """Every act of everyone by person and time, with `contact, name` before what `history` gives."""
    sql = f"""SELECT contacts.id AS contact, contacts.name, {_ACT}
              FROM consents JOIN contacts ON contacts.id = consents.contact
              ORDER BY contacts.id, at, consents.id"""
    return [dict(row) for row in store.rows(sql)]
