"""The one resolver: who is in the audience, what each would get, and why some may not.

Preview reads it, a run freezes it, and the claim before each POST asks it again for the few people
it is about to write to. All three run the same SQL.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from invite_core.instants import stored
from invite_core.invitations import audience, restraint
from invite_core.invitations.fields import Source, event_value, parse_field
from invite_core.invitations.plan import Plan, Purpose
from invite_core.invitations.policy import reasons_sql
from invite_core.invitations.templates import Variant, choose_variant
from invite_core.people.addressing import own_contacts, written_to
from invite_core.store import Store
from invite_core.store.dialect import json_object

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


def verdict_query(store: Store, plan: Plan, *, now: datetime, run: int = -1) -> Query:
    """The query for everyone in the plan's audience. Raises `AudienceFault`."""
    chosen = audience.condition(store, audience.parse(plan.audience), plan.event.id)
    where = f"{chosen.sql} AND {_WITHIN.get(plan.purpose, '1 = 1')}"
    spoken = [row["language"] for row in store.rows("SELECT DISTINCT language FROM contacts")]
    return _query(plan, where, chosen.values, _choices(plan, spoken), "contacts.language", now=now, run=run)


def single_query(store: Store, plan: Plan, contact: int, *, now: datetime) -> Query:
    """The query for one person alone, whether or not they are in the audience."""
    spoken = [row["language"] for row in store.rows("SELECT language FROM contacts WHERE id = ?", (contact,))]
    choices = _choices(plan, spoken)
    where, values = "person.id = :contact", {"contact": contact}
    return _query(plan, where, values, choices, "contacts.language", now=now, run=-1)


def _choices(plan: Plan, spoken: Iterable[str]) -> dict[str, Variant | None]:
    """The variant that each spoken language gets."""
    return {
        language: choose_variant(language, plan.variants, language=plan.language, fallback=plan.fallback)
        for language in spoken
    }


def recheck_query(
    plan: Plan, contacts_sql: str, values: Mapping[str, object], *, now: datetime, run: int
) -> Query:
    """The same judgement for the contacts that `contacts_sql` chooses from `run`, each in the text
    that was frozen for them, whatever the audience and their language have become since."""
    frozen = {variant.language: variant for variant in plan.variants}
    language = """(SELECT frozen.language FROM invite_messages AS frozen
        WHERE frozen.run = :run AND frozen.contact = contacts.id)"""
    return _query(plan, f"person.id IN ({contacts_sql})", values, frozen, language, now=now, run=run)


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


def _query(
    plan: Plan,
    where: str,
    bound: Mapping[str, object],
    choices: Mapping[str, Variant | None],
    spoken: str,
    *,
    now: datetime,
    run: int,
) -> Query:
    variants = _variants(plan, choices)
    sql = f"""
WITH variant (spoken, variant, approved) AS ({variants.sql}),
person AS (
    SELECT contacts.id AS contact, contacts.name, contacts.language, contacts.household, contacts.places,
        contacts.attributes, contacts.erased_at, identity.value AS address, identity.kind AS address_kind,
        identity.match_key, coalesce(identity.usable, 0) AS usable, variant.variant, variant.approved,
        {variants.parameters} AS parameters, {variants.incomplete} AS incomplete
    FROM contacts
    JOIN (SELECT person.id FROM contacts AS person
          WHERE person.merged_into IS NULL AND ({where})) AS chosen ON chosen.id = contacts.id
    LEFT JOIN contact_identities AS identity ON identity.id = {written_to("contacts.id", "id")}
    LEFT JOIN variant ON variant.spoken = {spoken}
),
judged AS MATERIALIZED (SELECT person.*, {reasons_sql()} AS own_reasons FROM person),
numbered AS (
    SELECT judged.*, row_number() OVER (PARTITION BY own_reasons = '', match_key ORDER BY contact) AS turn
    FROM judged
),
one_per_number AS (
    SELECT numbered.*, own_reasons || CASE
        WHEN own_reasons = '' AND turn > 1 AND :purpose <> 'test' THEN 'same_number,' ELSE '' END AS so_far
    FROM numbered
),
housed AS (
    SELECT one_per_number.*,
        row_number() OVER (PARTITION BY so_far = '', household ORDER BY contact) AS turn_at_home
    FROM one_per_number
)
SELECT contact, name, address, address_kind, match_key, household, places, variant, parameters,
    rtrim(so_far || CASE WHEN :per_household = 1 AND so_far = '' AND household <> '' AND turn_at_home > 1
        THEN 'same_household,' ELSE '' END, ',') AS reasons
FROM housed"""
    values = {
        **bound,
        **variants.values,
        "run": run,
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


@dataclass(slots=True)
class _Variants:
    sql: str
    parameters: str
    incomplete: str
    values: dict[str, object]


def _variants(plan: Plan, choices: Mapping[str, Variant | None]) -> _Variants:
    """Which variant each language of `choices` gets, and its parameters, as SQL over `contacts`."""
    values: dict[str, object] = {}
    lines = []
    for n, (language, variant) in enumerate(choices.items()):
        if variant is not None:
            lines.append(f"SELECT :spoken_{n}, :variant_{n}, {int(variant.approved)}")
            values |= {f"spoken_{n}": language, f"variant_{n}": variant.language}
    parameters, incomplete = [], []
    for n, variant in enumerate(plan.variants):
        values[f"text_{n}"] = variant.language
        filled, missing = _parameters(plan, variant, f"value_{n}", values)
        parameters.append(f"WHEN :text_{n} THEN {filled}")
        incomplete.append(f"WHEN :text_{n} THEN {missing}")
    return _Variants(
        sql=" UNION ALL ".join(lines) or "SELECT NULL, NULL, NULL WHERE 1 = 0",
        parameters=f"CASE variant.variant {' '.join(parameters)} ELSE '{{}}' END",
        incomplete=f"CASE variant.variant {' '.join(incomplete)} ELSE 0 END",
        values=values,
    )


def _parameters(plan: Plan, variant: Variant, name: str, values: dict[str, object]) -> tuple[str, str]:
    pairs: list[tuple[str, str]] = []
    missing = ["1 = 0"]
    for n, parameter in enumerate(variant.parameters):
        values[f"{name}_{n}_key"] = parameter
        value = f":{name}_{n}"
        field = parse_field(variant.mapping[parameter]) if parameter in variant.mapping else None
        if field is None:
            values[f"{name}_{n}"] = ""
        elif field.source is Source.NAME:
            value = "contacts.name"
        elif field.source is Source.ATTRIBUTE:
            values[f"{name}_{n}"] = field.key
            value = f"coalesce(contacts.attributes ->> :{name}_{n}, '')"
        elif field.source is Source.EVENT:
            values[f"{name}_{n}"] = event_value(plan.event, field.key, variant.language)
        else:
            values[f"{name}_{n}"] = field.key
        pairs.append((f":{name}_{n}_key", f"trim({value})"))
        missing.append(f"trim({value}) = ''")
    return json_object(pairs), f"CASE WHEN {' OR '.join(missing)} THEN 1 ELSE 0 END"
