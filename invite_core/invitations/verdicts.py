"""The one resolver: who is in the audience, what each would get, and why some may not.

Preview reads it, a run freezes it, and the claim before each POST asks it again for the few people
it is about to write to. All three run the same SQL.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from invite_core.instants import stored
from invite_core.invitations import audience, restraint
from invite_core.invitations.plan import Plan, Purpose
from invite_core.invitations.policy import DOUBTED, reasons_sql
from invite_core.invitations.templates import Variant
from invite_core.invitations.wordings import choices, wordings
from invite_core.people.addressing import own_contacts, written_to
from invite_core.store import Store

MAY_HAVE_GOT_IT = "('sending', 'unconfirmed', 'accepted', 'sent', 'delivered', 'read')"


def _invited(condition: str) -> str:
    return f"""EXISTS (SELECT 1 FROM invite_messages WHERE contact IN {own_contacts("person.id")}
        AND event + 0 = :event AND purpose = 'invitation' AND {condition})"""


_MAY_HAVE_GOT_IT = _invited(f"(state IN {MAY_HAVE_GOT_IT} OR {audience.WAS_DELIVERED})")

_WITHIN: dict[Purpose, str] = {
    Purpose.REMINDER: _invited(audience.WAS_DELIVERED),
    Purpose.UPDATE: _MAY_HAVE_GOT_IT,
    Purpose.CANCELLATION: _MAY_HAVE_GOT_IT,
}
"""Purposes that go only to people of whom something is already known."""


PORTION = 20_000
"""How many contacts are judged at once when a run is frozen."""

_NO_RUN = -1
"""In the place of a run's id while there is none that has messages."""

_EVERYONE: Mapping[str, object] = {"lowest": 0, "highest": 2**63 - 1}


@dataclass(frozen=True, slots=True)
class Query:
    """A SELECT with one row per person of the audience: `contact, name, address, address_kind,
    match_key, household, places, variant, parameters, reasons` (joined by commas, '' if eligible)."""

    sql: str
    values: dict[str, object]


@dataclass(frozen=True, slots=True)
class Verdict:
    """One person of the audience, and why they would be blocked (strongest first; empty: eligible)."""

    contact: int
    name: str
    phone: str | None
    language: str | None
    reasons: tuple[str, ...]

    @property
    def eligible(self) -> bool:
        """Whether the message would go out."""
        return not self.reasons


def verdict_query(store: Store, plan: Plan, *, now: datetime) -> Query:
    """The query for everyone in the plan's audience. Raises `AudienceFault`."""
    return _audience_query(store, plan, _EVERYONE, now=now)


def portions(store: Store, plan: Plan, run: int, *, now: datetime) -> Iterator[Query]:
    """The query for the plan's audience in portions by contact id, each to be frozen into `run` before the next
    is asked for: judging a million people at once takes half a gigabyte. Raises `AudienceFault`."""
    whole = _audience_query(store, plan, {"lowest": 0, "highest": 0, "run": run, "freezing": run}, now=now)
    highest = 0
    while (lowest := store.value("SELECT min(id) FROM contacts WHERE id > ?", (highest,))) is not None:
        highest = store.value(
            """SELECT max(id) FROM (SELECT id FROM contacts WHERE id >= :lowest ORDER BY id LIMIT :portion)
               AS portion""",
            {"lowest": lowest, "portion": PORTION},
        )
        yield replace(whole, values={**whole.values, "lowest": lowest, "highest": highest})


def _audience_query(store: Store, plan: Plan, part: Mapping[str, object], *, now: datetime) -> Query:
    chosen = audience.condition(store, audience.parse(plan.audience), plan.event.id)
    within = _WITHIN.get(plan.purpose, "1 = 1")
    where = f"person.id BETWEEN :lowest AND :highest AND {chosen.sql} AND {within}"
    spoken = [row["language"] for row in store.rows("SELECT DISTINCT language FROM contacts")]
    bound = {**chosen.values, **part}
    return _query(plan, where, bound, choices(plan, spoken), "contacts.language", now=now)


def single_query(store: Store, plan: Plan, contact: int, *, now: datetime) -> Query:
    """The query for one person alone, whether or not they are in the audience."""
    spoken = [row["language"] for row in store.rows("SELECT language FROM contacts WHERE id = ?", (contact,))]
    where, values = "person.id = :contact", {"contact": contact}
    return _query(plan, where, values, choices(plan, spoken), "contacts.language", now=now)


def recheck_query(
    plan: Plan, contacts_sql: str, values: Mapping[str, object], *, now: datetime, run: int
) -> Query:
    """The same judgement for the contacts that `contacts_sql` chooses from `run`, each in the text
    that was frozen for them, whatever the audience and their language have become since."""
    frozen = {variant.language: variant for variant in plan.variants}
    language = """(SELECT frozen.language FROM invite_messages AS frozen
        WHERE frozen.run = :run AND frozen.contact = contacts.id)"""
    where = f"person.id IN ({contacts_sql})"
    return _query(plan, where, {**values, "run": run}, frozen, language, now=now)


def preview(store: Store, plan: Plan, *, now: datetime) -> list[Verdict]:
    """The verdict on every person of the audience, each exactly once, by contact id."""
    query = verdict_query(store, plan, now=now)
    rows = store.rows(f"SELECT * FROM ({query.sql}) AS judged ORDER BY contact", query.values)
    return [
        Verdict(
            contact=row["contact"],
            name=row["name"],
            phone=row["address"],
            language=row["variant"],
            reasons=tuple(reason for reason in row["reasons"].split(",") if reason),
        )
        for row in rows
    ]


# One message goes to a number, and with `:per_household` one to a household: to the first who may have it.
_ONE_EACH = """
first_of_number AS MATERIALIZED (
    SELECT match_key, min(contact) AS contact FROM judged
    WHERE shares AND own_reasons = '' AND :purpose <> 'test' GROUP BY match_key
),
one_per_number AS (
    SELECT judged.*, CASE WHEN own_reasons = '' AND shares AND (judged.contact <> first_of_number.contact
            OR EXISTS (SELECT 1 FROM invite_messages AS earlier
                WHERE earlier.slot_address = judged.match_key AND earlier.run + 0 = :freezing))
        THEN 'same_number,' ELSE own_reasons END AS so_far
    FROM judged LEFT JOIN first_of_number ON first_of_number.match_key = judged.match_key
),
first_of_household AS MATERIALIZED (
    SELECT household, min(contact) AS contact FROM one_per_number
    WHERE :per_household = 1 AND household <> '' AND so_far = '' GROUP BY household
)"""

_REASONS = """rtrim(CASE WHEN so_far = '' AND (one_per_number.contact <> first_of_household.contact
        OR :per_household = 1 AND EXISTS (SELECT 1 FROM contacts AS mate
            JOIN invite_messages AS earlier ON earlier.contact = mate.id AND earlier.run + 0 = :freezing
            WHERE mate.household = one_per_number.household AND mate.household <> ''
            AND earlier.slot_person IS NOT NULL))
    THEN 'same_household,' ELSE so_far END, ',')"""


def _people(where: str, spoken: str, unfit: str) -> str:
    """A SELECT of the people `where` holds for, with all that the rules ask about them."""
    return f"""SELECT contacts.id AS contact, contacts.household, contacts.places, contacts.erased_at,
        identity.value AS address, identity.kind AS address_kind, identity.match_key,
        coalesce(identity.usable, 0) AS usable, variant.variant, variant.approved, variant.marketing,
        {unfit} AS unfit,
        EXISTS (SELECT 1 FROM contacts AS merged WHERE merged.merged_into = contacts.id) AS has_merged,
        EXISTS (SELECT 1 FROM contact_identities AS sharing
            WHERE sharing.match_key = identity.match_key AND sharing.contact <> contacts.id) AS shares
    FROM contacts
    JOIN (SELECT person.id FROM contacts AS person
          WHERE person.merged_into IS NULL AND ({where})) AS chosen ON chosen.id = contacts.id
    LEFT JOIN contact_identities AS identity ON identity.id = {written_to("contacts.id", "id")}
    LEFT JOIN variant ON variant.spoken = {spoken}"""


def _query(
    plan: Plan,
    where: str,
    bound: Mapping[str, object],
    texts: Mapping[str, Variant | None],
    spoken: str,
    *,
    now: datetime,
) -> Query:
    words = wordings(plan, texts)
    sql = f"""
WITH RECURSIVE variant (spoken, variant, approved, marketing) AS ({words.variants}),
{DOUBTED},
person AS ({_people(where, spoken, words.unfit)}),
judged AS MATERIALIZED (SELECT contact, household, places, address, address_kind, match_key, variant, shares,
    {reasons_sql()} AS own_reasons FROM person),
{_ONE_EACH}
SELECT one_per_number.contact, contacts.name, address, address_kind, match_key, one_per_number.household,
    one_per_number.places, variant, {words.parameters} AS parameters, {_REASONS} AS reasons
FROM one_per_number JOIN contacts ON contacts.id = one_per_number.contact
LEFT JOIN first_of_household ON first_of_household.household = one_per_number.household"""
    values = {
        "run": _NO_RUN,
        "freezing": _NO_RUN,
        **bound,
        **words.values,
        "event": plan.event.id,
        "purpose": plan.purpose,
        "occasion": plan.occasion,
        "now": stored(now),
        "not_after": plan.not_after,
        "per_household": int(plan.per_household),
        **restraint.bound(plan.cap, now),
    }
    # SQLite refuses a value that no placeholder names only when bound by position; by name, extras are
    # harmless, but other engines refuse them.
    named = set(re.findall(r":([a-z_0-9]+)", sql))
    return Query(sql, {name: value for name, value in values.items() if name in named})
