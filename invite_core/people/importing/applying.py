"""Rows become changes of people, and the counts of the report."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from invite_core.operators import Operator
from invite_core.people import consent, do_not_message, tags
from invite_core.people.erased import anybody, refused
from invite_core.people.importing import blocking
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
        self._new: set[int] = set()
        self._granted: set[int] = set()

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
            person = meant(row, sharing) or directory.known_by_id(row) if sharing else None
            if person is None and sharing and not row.key:
                self._refuse_ambiguous(row)
                continue
            if person is not None and row.key and person.key and row.key not in person.names:
                known = next(each for each in row.phones if each.kind == "user_id")
                self._report.warnings.append(Note(row.row, "same_user_id", known.value))
            outcome = "unchanged"
            if person is None:
                outcome = "created"
                person = self._create(row, changes)
                self._report.shared_number += bool(sharing)
            elif self._change(person, row, changes):
                outcome = "updated"
            directory.enter(person, row)
            applied.append((row, person, outcome))
        changes.store(self._store, by=self._by, now=self._now)
        self._people.update(person.id for _, person, _ in applied if person.id is not None)
        self._new.update(person.id for person in changes.new if person.id is not None)
        self._granted.update(
            person.id
            for person, agreed in changes.consents
            if person.id is not None and agreed.scope in (consent.INVITATIONS, "all")
        )
        self._count(applied, self._take_back(applied), self._block(applied))

    def finish(self) -> None:
        """Count the people and their consents, and as unchanged the rows that overwrote each other and
        left everything as it was."""
        for person in self._overwritten.values():
            if not person.lasting and person.before == person.after:
                self._report.updated -= person.rows
                self._report.unchanged += person.rows
        self._report.people = len(self._people)
        self._report.without_consent = len(self._people - self._agreeing())

    def _agreeing(self) -> set[int]:
        """Those of the people whose consent to invitations holds. A new person has what this file grants, unless
        it was taken back at once: by the file, or by what the guard knows."""
        revoked = self._store.rows(
            "SELECT contact FROM consents WHERE act = 'revoke' AND contact >= :first",
            {"first": min(self._new, default=0)},
        )
        plain = self._new - {row["contact"] for row in revoked}
        return (plain & self._granted) | consent.agreeing(self._store, self._people - plain)

    def _reject(self, row: ImportedRow, reason: str) -> None:
        self._report.rejected.append(Note(row.row, reason, row.phones[0].value))

    def _refuse_ambiguous(self, row: ImportedRow) -> None:
        """Several people share the number and the row names none; a block holds for all of them."""
        self._reject(row, "ambiguous_person")
        if row.block:
            self._report.warnings.append(Note(row.row, "number_blocked", row.phones[0].value))
            for phone in row.phones:
                do_not_message.block(
                    self._store,
                    address=phone.value,
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

    def _create(self, row: ImportedRow, changes: Changes) -> Person:
        agreed = row.consent
        person = Person(
            None, row.name, row.key, {row.key}, row.language, row.household, row.places or 1,
            dict(row.attributes), {phone.match_key for phone in row.phones}, len(row.phones),
            self._tags_of(row.tags), {(agreed.scope, agreed.at, agreed.source)} if agreed else set(),
        )  # fmt: skip
        changes.new.append(person)
        changes.numbers += [(person, phone, position) for position, phone in enumerate(row.phones)]
        changes.tags += [(person, tag) for tag in sorted(person.tags)]
        if agreed:
            changes.consents.append((person, agreed))
        return person

    def _add(self, person: Person, row: ImportedRow, changes: Changes) -> bool:
        """Add the numbers, tags and consent that the person has not; gives whether there were any."""
        numbers = [phone for phone in row.phones if phone.match_key not in person.numbers]
        for phone in numbers:
            person.numbers.add(phone.match_key)
            changes.numbers.append((person, phone, person.next_position))
            person.next_position += 1
        wanted = self._tags_of(row.tags) - person.tags
        if wanted:
            person.tags = person.tags | wanted
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

    def _block(self, applied: Sequence[tuple[ImportedRow, Person, str]]) -> set[int]:
        """Block every address of the people whose rows say so; gives the ids of those who were not blocked yet."""
        reasons: dict[int, str] = {}
        for row, person, _ in applied:
            if row.block and person.id is not None:
                reasons.setdefault(person.id, row.block)
        if not reasons:
            return set()
        blocked = blocking.block(self._store, reasons, self._new, by=self._by, now=self._now)
        for contact in blocked & self._overwritten.keys():
            self._overwritten[contact].lasting = True
        return blocked

    def _count(
        self, applied: Sequence[tuple[ImportedRow, Person, str]], taken_back: set[int], blocked: set[int]
    ) -> None:
        """Count the rows; one that took a consent back, or blocked somebody first, changed something."""
        outcomes = Counter(outcome for _, _, outcome in applied)
        for row, person, outcome in applied if taken_back or blocked else ():
            by_block = bool(row.block) and person.id in blocked
            if by_block:
                blocked.discard(person.id or 0)
            if outcome == "unchanged" and (by_block or person.id in taken_back):
                outcomes.subtract(["unchanged"])
                outcomes["updated"] += 1
        self._report.created += outcomes["created"]
        self._report.updated += outcomes["updated"]
        self._report.unchanged += outcomes["unchanged"]
