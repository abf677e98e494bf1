"""Rows become changes of people, and the counts of the report."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from invite_core.operators import Operator
from invite_core.people import consent, do_not_message, tags
from invite_core.people.erased import anybody, refused
from invite_core.people.importing.changes import Changes
from invite_core.people.importing.matching import Person, load, meant
from invite_core.people.importing.report import ImportReport, Note
from invite_core.people.importing.rows import ImportedRow
from invite_core.people.names import name_key
from invite_core.store import Store


@dataclass(slots=True)
class _Overwritten:
    """A person of whom rows overwrote facts: the facts before the import, after it, and how many rows did."""

    before: tuple[object, ...]
    after: tuple[object, ...]
    rows: int = 0
    lasting: bool = False


class Applying:
    """One import in progress, inside its write transaction."""

    def __init__(self, store: Store, report: ImportReport, *, by: Operator, now: datetime) -> None:
        self._store = store
        self._report = report
        self._by = by
        self._now = now
        self._anybody_erased = anybody(store)
        self._tags: dict[tuple[str, ...], frozenset[int]] = {(): frozenset()}
        self._overwritten: dict[int, _Overwritten] = {}
        self._people: set[int] = set()

    def apply(self, rows: Sequence[ImportedRow]) -> None:
        """Store what `rows` say; a row may be about a person of an earlier one."""
        keys = {phone.match_key for row in rows for phone in row.phones}
        erased: set[tuple[str, str]] = set()
        if self._anybody_erased:
            erased = refused(
                self._store, ((phone.match_key, row.key) for row in rows for phone in row.phones)
            )
        directory = load(self._store, keys)
        changes = Changes()
        applied: list[tuple[ImportedRow, Person, str]] = []
        for row in rows:
            if erased and any((phone.match_key, row.key) in erased for phone in row.phones):
                self._reject(row, "erased")
                continue
            sharing = directory.sharing(row)
            person = meant(row, sharing)
            if person is None and sharing and not row.key:
                self._refuse_ambiguous(row)
                continue
            outcome = "unchanged"
            if person is None:
                outcome = "created"
                person = _new(row)
                changes.new.append(person)
                self._add(person, row, changes)
                self._report.shared_number += bool(sharing)
            elif self._change(person, row, changes):
                outcome = "updated"
            directory.enter(person, [phone.match_key for phone in row.phones])
            applied.append((row, person, outcome))
        changes.store(self._store, by=self._by, now=self._now)
        self._people |= {person.id for _, person, _ in applied if person.id is not None}
        taken_back = self._take_back(applied)
        for row, person, outcome in applied:
            if outcome == "unchanged" and person.id in taken_back:
                outcome = "updated"
            self._count(self._block(row, person, outcome))

    def finish(self) -> None:
        """Count the people and their consents, and as unchanged the rows that overwrote each other and
        left everything as it was."""
        for person in self._overwritten.values():
            if not person.lasting and person.before == person.after:
                self._report.updated -= person.rows
                self._report.unchanged += person.rows
        self._report.people = len(self._people)
        self._report.without_consent = len(self._people - consent.agreeing(self._store, self._people))

    def _reject(self, row: ImportedRow, reason: str) -> None:
        self._report.rejected.append(Note(row.row, reason, row.phones[0].e164))

    def _refuse_ambiguous(self, row: ImportedRow) -> None:
        """Several people share the number and the row names none; a block holds for all of them."""
        self._reject(row, "ambiguous_person")
        if row.block:
            self._report.warnings.append(Note(row.row, "number_blocked", row.phones[0].e164))
            for phone in row.phones:
                do_not_message.block(
                    self._store,
                    address=phone.e164,
                    reason=row.block,
                    source="import",
                    at=self._now,
                    by=self._by,
                    now=self._now,
                )

    def _change(self, person: Person, row: ImportedRow, changes: Changes) -> bool:
        """Take over what the row says; gives whether that is anything new."""
        before = person.facts()
        if row.key and (not person.key or row.key == person.key):
            person.name, person.key = row.name, row.key
            person.names.add(row.key)
        person.language = row.language or person.language
        person.household = row.household or person.household
        person.places = row.places or person.places
        person.attributes.update(row.attributes)
        after = person.facts()
        added = self._add(person, row, changes)
        if person.id is not None and (added or before != after):
            changes.before.setdefault(person.id, (person, before))
            known = self._overwritten.setdefault(person.id, _Overwritten(before, after))
            known.after = after
            known.rows += 1
            known.lasting |= added
        return added or before != after

    def _add(self, person: Person, row: ImportedRow, changes: Changes) -> bool:
        """Add the numbers, tags and consent that the person has not; gives whether there were any."""
        numbers = [phone for phone in row.phones if phone.match_key not in person.numbers]
        for phone in numbers:
            person.numbers.add(phone.match_key)
            changes.numbers.append((person, phone, person.next_position))
            person.next_position += 1
        wanted = self._tags_of(row.tags) - person.tags
        if wanted:
            person.tags |= wanted
            changes.tags += [(person, tag) for tag in sorted(wanted)]
        agreed = row.consent
        known_as = (agreed.scope, agreed.at, agreed.source) if agreed else None
        if agreed is None or known_as is None or known_as in person.consents:
            return bool(numbers or wanted)
        person.consents.add(known_as)
        changes.consents.append((person, agreed))
        return True

    def _tags_of(self, names: tuple[str, ...]) -> frozenset[int]:
        """The ids of the tags; many rows have the same ones."""
        if names not in self._tags:
            known = tags.ensure(self._store, names)
            self._tags[names] = frozenset(known[name_key(name)] for name in names if name_key(name))
        return self._tags[names]

    def _take_back(self, applied: Sequence[tuple[ImportedRow, Person, str]]) -> set[int]:
        """Record that people whose row says no take back the consent that stands for them; gives their ids."""
        refusing = {person.id: row.row for row, person, _ in applied if row.refused and person.id is not None}
        standing = consent.agreeing(self._store, refusing)
        for contact in sorted(standing):
            consent.revoke(
                self._store,
                contact,
                source="The imported file says no.",
                at=self._now,
                by=self._by,
                now=self._now,
            )
            self._report.warnings.append(Note(refusing[contact], "consent_taken_back", ""))
            if contact in self._overwritten:
                self._overwritten[contact].lasting = True
        return standing

    def _block(self, row: ImportedRow, person: Person, outcome: str) -> str:
        """Block every address of the person if the row says so; gives the outcome with that in it."""
        if not row.block:
            return outcome
        blocked = do_not_message.block(
            self._store,
            contact=person.id,
            reason=row.block,
            source="import",
            at=self._now,
            by=self._by,
            now=self._now,
        )
        if blocked and person.id in self._overwritten:
            self._overwritten[person.id].lasting = True
        return "updated" if blocked and outcome == "unchanged" else outcome

    def _count(self, outcome: str) -> None:
        self._report.created += outcome == "created"
        self._report.updated += outcome == "updated"
        self._report.unchanged += outcome == "unchanged"


def _new(row: ImportedRow) -> Person:
    return Person(
        id=None,
        name=row.name,
        key=row.key,
        names={row.key},
        language=row.language,
        household=row.household,
        places=row.places or 1,
        attributes=dict(row.attributes),
    )
