"""Whom a row means: the people who have its numbers, as the file knows them, for many rows at once."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from invite_core.people.importing.rows import ImportedRow
from invite_core.store import Row, Store
from invite_core.store.dialect import members, together


@dataclass(eq=False, slots=True)
class Person:
    """A person as stored, and as the import changes them."""

    id: int | None
    """None until a new person is stored."""
    name: str = ""
    """As it is shown."""
    key: str = ""
    """What equal names share."""
    names: set[str] = field(default_factory=set)
    """The keys of this name and of the names of those merged into this person."""
    language: str = ""
    """A code, or ''."""
    household: str = ""
    """Or ''."""
    places: int = 1
    """Seats."""
    attributes: dict[str, str] = field(default_factory=dict)
    """By name."""
    numbers: set[str] = field(default_factory=set)
    """Match keys, retired ones included."""
    next_position: int = 0
    """Where the next number stands among the person's own."""
    tags: frozenset[int] = frozenset()
    """Ids."""
    consents: set[tuple[str, str, str]] = field(default_factory=set)
    """Scope, time and source of each grant."""

    @property
    def has_number(self) -> bool:
        """Whether any of the person's addresses is or was a number."""
        return any(key.isdecimal() for key in self.numbers)

    def facts(self) -> tuple[object, ...]:
        """What rows may overwrite, to tell whether the whole import changed it."""
        return (
            self.name,
            self.language,
            self.household,
            self.places,
            tuple(sorted(self.attributes.items())),
        )


class Directory:
    """The people who have some match keys, found by key."""

    def __init__(self) -> None:
        self._by_key: dict[str, list[Person]] = {}

    def enter(self, person: Person, row: ImportedRow) -> None:
        """Let `person` be found under the numbers of `row`."""
        for phone in row.phones:
            self.enter_under(person, phone.match_key)

    def enter_under(self, person: Person, key: str) -> None:
        """Let `person` be found under `key`."""
        found = self._by_key.get(key)
        if found is None:
            self._by_key[key] = [person]
        elif person not in found:
            found.append(person)

    def sharing(self, row: ImportedRow) -> Sequence[Person]:
        """Everyone who has one of the row's numbers."""
        if len(row.phones) == 1:
            return self._by_key.get(row.phones[0].match_key, ())
        found: dict[int, Person] = {}
        for phone in row.phones:
            for person in self._by_key.get(phone.match_key, ()):
                found[id(person)] = person
        return list(found.values())

    def known_by_id(self, row: ImportedRow) -> Person | None:
        """The only person who has a user id of the row, whatever the row calls them, where one of the two has no
        number; or None.

        A family may share a number, and the id that goes with it. An id alone is one person's, who would be
        written to at the id and at the number.
        """
        has_number = any(address.kind == "phone" for address in row.phones)
        found: dict[int, Person] = {}
        for address in row.phones:
            for person in self._by_key.get(address.match_key, ()) if address.kind == "user_id" else ():
                if not (has_number and person.has_number):
                    found[id(person)] = person
        return next(iter(found.values())) if len(found) == 1 else None


def meant(row: ImportedRow, sharing: Sequence[Person]) -> Person | None:
    """The one of `sharing` (who have the row's numbers) whom the row is about, or None for nobody yet.

    The same name is the same person. A row without a name means the only person, or the only one
    without a name; a row with a name may name the only one who has none.
    """
    if row.key:
        same = [person for person in sharing if row.key in person.names]
        if same:
            return same[0]
    nameless = [person for person in sharing if not person.key]
    if len(nameless) == 1:
        return nameless[0]
    return sharing[0] if len(sharing) == 1 and not row.key else None


def load(store: Store, keys: Collection[str]) -> Directory:
    """The people who have one of `keys` now, each with everything that a row may change."""
    directory = Directory()
    found = store.rows(
        f"""SELECT own.match_key, person.* FROM contact_identities AS own
            JOIN contacts AS holder ON holder.id = own.contact
            JOIN contacts AS person ON person.id = coalesce(holder.merged_into, holder.id)
            WHERE own.match_key IN ({members("keys")}) AND own.retired_at IS NULL AND person.erased_at IS NULL
            ORDER BY person.id""",
        {"keys": together(keys)},
    )
    people: dict[int, Person] = {}
    for row in found:
        if row["id"] not in people:
            people[row["id"]] = _person(row)
        directory.enter_under(people[row["id"]], row["match_key"])
    _complete(store, people)
    return directory


def _person(row: Row) -> Person:
    return Person(
        id=row["id"],
        name=row["name"],
        key=row["name_key"],
        names={row["name_key"]},
        language=row["language"],
        household=row["household"],
        places=row["places"],
        attributes=json.loads(row["attributes"]),
    )


def _complete(store: Store, people: dict[int, Person]) -> None:
    if not people:
        return
    among, values = members("people"), {"people": together(people)}
    for row in store.rows(
        f"SELECT merged_into, name_key FROM contacts WHERE merged_into IN ({among}) AND name_key <> ''",
        values,
    ):
        people[row["merged_into"]].names.add(row["name_key"])
    for row in store.rows(
        f"""SELECT coalesce(contacts.merged_into, contacts.id) AS contact, own.match_key, own.position,
                contacts.merged_into
            FROM contact_identities AS own JOIN contacts ON contacts.id = own.contact
            WHERE contacts.id IN ({among}) OR contacts.merged_into IN ({among})""",
        values,
    ):
        person = people[row["contact"]]
        person.numbers.add(row["match_key"])
        if row["merged_into"] is None:
            person.next_position = max(person.next_position, row["position"] + 1)
    for row in store.rows(f"SELECT contact, tag FROM contact_tags WHERE contact IN ({among})", values):
        people[row["contact"]].tags |= {row["tag"]}
    for row in store.rows(
        f"""SELECT coalesce(contacts.merged_into, contacts.id) AS contact, scope, at, source
            FROM consents JOIN contacts ON contacts.id = consents.contact
            WHERE act = 'grant' AND (contacts.id IN ({among}) OR contacts.merged_into IN ({among}))""",
        values,
    ):
        people[row["contact"]].consents.add((row["scope"], row["at"], row["source"]))
