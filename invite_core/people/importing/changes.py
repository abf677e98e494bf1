"""What a batch of rows changes, kept together and stored together."""

import json
from dataclasses import dataclass, field
from datetime import datetime

from invite_core.instants import stored
from invite_core.operators import Operator
from invite_core.people import guard_entries
from invite_core.people.identity import Phone
from invite_core.people.importing.matching import Person
from invite_core.people.importing.rows import Consent
from invite_core.store import Store


@dataclass(slots=True)
class Changes:
    """New people, and what was added to new or known ones."""

    new: list[Person] = field(default_factory=list)
    """People who are not stored yet; storing gives them their id."""
    numbers: list[tuple[Person, Phone]] = field(default_factory=list)
    """Numbers they did not have."""
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
        guard_entries.recognise(store, [phone.match_key for _, phone in self.numbers], now=now)

    def _store_people(self, store: Store, now: str) -> None:
        for person in self.new:
            person.id = store.insert(
                """INSERT INTO contacts (name, name_key, language, household, places, attributes, created_at,
                       changed_at)
                   VALUES (:name, :key, :language, :household, :places, :attributes, :now, :now)""",
                _values(person, now),
            )
        store.execute_many(
            """UPDATE contacts SET name = :name, name_key = :key, language = :language, household = :household,
                   places = :places, attributes = :attributes, changed_at = :now WHERE id = :id""",
            [_values(person, now) for person, before in self.before.values() if person.facts() != before],
        )

    def _store_numbers(self, store: Store, now: str) -> None:
        store.execute_many(
            """INSERT INTO contact_identities (contact, kind, value, match_key, usable, position, created_at)
               VALUES (:contact, 'phone', :value, :key, :usable, (SELECT coalesce(max(position) + 1, 0)
                   FROM contact_identities AS own WHERE own.contact = :contact), :now)
               ON CONFLICT DO NOTHING""",
            [
                {
                    "contact": person.id,
                    "value": phone.e164,
                    "key": phone.match_key,
                    "usable": int(phone.usable),
                    "now": now,
                }
                for person, phone in self.numbers
            ],
        )

    def _store_tags(self, store: Store) -> None:
        store.execute_many(
            "INSERT INTO contact_tags (contact, tag) VALUES (:contact, :tag) ON CONFLICT DO NOTHING",
            [{"contact": person.id, "tag": tag} for person, tag in self.tags],
        )

    def _store_consents(self, store: Store, by: Operator, now: str) -> None:
        store.execute_many(
            """INSERT INTO consents (contact, act, scope, at, source, wording, evidence_ref, recorded_at,
                   recorded_by)
               VALUES (:contact, 'grant', :scope, :at, :source, :wording, :evidence_ref, :now, :by)""",
            [
                {
                    "contact": person.id,
                    "scope": consent.scope,
                    "at": consent.at,
                    "source": consent.source,
                    "wording": consent.wording,
                    "evidence_ref": consent.evidence_ref,
                    "now": now,
                    "by": by.name,
                }
                for person, consent in self.consents
            ],
        )


def _values(person: Person, now: str) -> dict[str, object]:
    return {
        "id": person.id,
        "name": person.name,
        "key": person.key,
        "language": person.language,
        "household": person.household,
        "places": person.places,
        "attributes": json.dumps(person.attributes, ensure_ascii=False),
        "now": now,
    }
