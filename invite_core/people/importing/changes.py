"""What a batch of rows changes, kept together and stored together.

Values are bound by position here: by name it takes twice as long, and an import binds millions.
"""

import json
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from invite_core.instants import stored
from invite_core.operators import Operator
from invite_core.people import guard_entries
from invite_core.people.importing.consent_cells import Consent
from invite_core.people.importing.matching import Person
from invite_core.people.written_address import Address
from invite_core.store import Store


@dataclass(slots=True)
class Changes:
    """New people, and what was added to new or known ones."""

    new: list[Person] = field(default_factory=list)
    """People who are not stored yet; storing gives them their id."""
    numbers: list[tuple[Person, Address, int]] = field(default_factory=list)
    """Numbers they did not have, with their positions."""
    tags: list[tuple[Person, int]] = field(default_factory=list)
    """Tags they did not have."""
    consents: list[tuple[Person, Consent]] = field(default_factory=list)
    """Agreements that are not on record."""
    before: dict[int, tuple[Person, tuple[object, ...]]] = field(default_factory=dict)
    """Known people who were changed, by id, with their facts before."""

    def store(self, store: Store, *, by: Operator, now: datetime) -> None:
        """Write everything, inside `Store.write`."""
        at = stored(now)
        self._store_people(store, at)
        self._store_numbers(store, at)
        self._store_tags(store)
        self._store_consents(store, by, at)
        guard_entries.recognise(store, [phone.match_key for _, phone, _ in self.numbers], now=now)

    def _store_people(self, store: Store, now: str) -> None:
        # One statement for all needs their ids beforehand; nobody else writes until the import has ended.
        first = int(store.value("SELECT coalesce(max(id), 0) + 1 FROM contacts"))
        for identifier, person in enumerate(self.new, first):
            person.id = identifier
        store.execute_rows(
            """INSERT INTO contacts (id, name, name_key, language, household, places, attributes, created_at,
                   changed_at) {rows}""",
            [(person.id, *_facts(person), now, now) for person in self.new],
        )
        store.execute_many(
            """UPDATE contacts SET name = ?, name_key = ?, language = ?, household = ?, places = ?,
                   attributes = ?, changed_at = ? WHERE id = ?""",
            [
                (*_facts(person), now, person.id)
                for person, before in self.before.values()
                if person.facts() != before
            ],
        )

    def _store_numbers(self, store: Store, now: str) -> None:
        store.execute_rows(
            """INSERT INTO contact_identities (contact, kind, value, match_key, usable, position, created_at)
               {rows} ON CONFLICT DO NOTHING""",
            [
                (person.id, phone.kind, phone.value, phone.match_key, int(phone.usable), position, now)
                for person, phone, position in self.numbers
            ],
        )

    def _store_tags(self, store: Store) -> None:
        store.execute_rows(
            "INSERT INTO contact_tags (contact, tag) {rows} ON CONFLICT DO NOTHING",
            [(person.id, tag) for person, tag in self.tags],
        )

    def _store_consents(self, store: Store, by: Operator, now: str) -> None:
        store.execute_rows(
            """INSERT INTO consents (contact, act, scope, at, source, wording, evidence_ref, recorded_at,
                   recorded_by) {rows}""",
            [
                (
                    person.id,
                    "grant",
                    consent.scope,
                    consent.at,
                    consent.source,
                    consent.wording,
                    consent.evidence_ref,
                    now,
                    by.name,
                )
                for person, consent in self.consents
            ],
        )


def _facts(person: Person) -> tuple[object, ...]:
    """The columns from `name` to `attributes`."""
    return (
        person.name,
        person.key,
        person.language,
        person.household,
        person.places,
        _encoded(tuple(person.attributes.items())),
    )


@lru_cache(maxsize=1024)
def _encoded(attributes: tuple[tuple[str, str], ...]) -> str:
    # Guests of one event come from few towns.
    return json.dumps(dict(attributes), ensure_ascii=False)
