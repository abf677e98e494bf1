"""The people, page by page, narrowed to those in whom every word of a search is found."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from invite_core.people.addressing import written_to
from invite_core.people.consent import CONSENT_HOLDS
from invite_core.people.do_not_message import BLOCKED, MARKETING_STOPPED
from invite_core.people.names import name_key
from invite_core.store import Row, Store
from invite_core.store.dialect import members, together
from invite_core.store.search_index import matching
from invite_core.views.long_list import LongList, Walk


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One person in a list."""

    contact: int
    """The person's id."""
    name: str
    phone: str | None
    """The address that is written to."""
    language: str
    places: int
    """Seats that an invitation stands for."""
    tags: str
    """Joined by commas."""
    consent: bool
    """Whether a consent to invitations holds."""
    blocked: bool
    """Whether a block stands on any of their addresses."""
    marketing_stopped: bool
    """Whether they stopped marketing inside WhatsApp."""


class By(StrEnum):
    """What people are ordered by; those who are alike, by name."""

    NAME = "name"
    LANGUAGE = "language"
    PLACES = "places"


MOST_FOUND = 1_000
"""So many people found are put in order for a screen; whoever needs fewer types on."""

_EVERYBODY = "contacts.merged_into IS NULL AND contacts.erased_at IS NULL"

# Every index of this count is narrow; the table itself need not be read.
_COUNT = """SELECT (SELECT count(*) FROM contacts)
    - (SELECT count(*) FROM contacts WHERE merged_into IS NOT NULL)
    - (SELECT count(*) FROM contacts WHERE erased_at IS NOT NULL AND merged_into IS NULL)"""


class _Found:
    """Whom a search finds: asked of the index once, and again when the file has changed."""

    def __init__(self, words: Sequence[str], most: int | None) -> None:
        self._words = words
        self._most = most
        self._moment: tuple[Store, int] | None = None
        self._people: list[int] = []

    def people(self, store: Store) -> list[int]:
        """The ids of the first `most` of them, in no order."""
        # A store that writes does not tell its own changes by its data version.
        moment = (store, store.data_version()) if store.read_only else None
        if moment is None or moment != self._moment:
            found = matching(store, self._words)
            limit, values = ("", {}) if self._most is None else ("LIMIT :most", {"most": self._most})
            rows = store.rows(
                f"""SELECT contacts.id FROM contacts WHERE {_EVERYBODY}
                    AND contacts.id IN (SELECT * FROM ({found.sql} {limit}) AS found)""",
                {**found.values, **values},
            )
            self._people, self._moment = [row["id"] for row in rows], moment
        return self._people


def people_count(store: Store, search: str = "", *, most: int | None = MOST_FOUND) -> int:
    """How many people match: all there are where nothing is searched for, else not more than `most`."""
    return people_list(search, most=most).count(store)


def people_list(
    search: str = "", by: By = By.NAME, *, descending: bool = False, most: int | None = MOST_FOUND
) -> LongList:
    """The first `most` people who match (None: all) in that order."""
    keys = () if by is By.NAME else (f"contacts.{by}",)
    words = name_key(search).split()
    found = _Found(words, most)

    def count(store: Store) -> int:
        return len(found.people(store)) if words else int(store.value(_COUNT))

    def walk(store: Store, _: int | None) -> Walk:
        condition, values = _EVERYBODY, {}
        if words:
            condition = f"contacts.id IN ({members('found')})"
            values = {"found": together(found.people(store))}
        order = (*keys, "contacts.name_key", "contacts.id")
        return Walk("contacts", (condition,), order, "contacts.id", values, descending)

    return LongList(count, walk)


def people_slice(
    store: Store, search: str = "", *, offset: int, limit: int, most: int | None = MOST_FOUND
) -> list[PersonLine]:
    """Some of the first `most` people who match (None: of all), by name."""
    return people_lines(store, people_list(search, most=most).page(store, offset, limit))


def people_lines(store: Store, people: Sequence[int]) -> list[PersonLine]:
    """A line for each of them, in the order in which they are named."""
    rows = store.rows(
        f"""SELECT person.contact, person.name, {written_to("person.contact")} AS phone, person.language,
                person.places, CASE WHEN {CONSENT_HOLDS} THEN 1 ELSE 0 END AS consent,
                CASE WHEN {BLOCKED} THEN 1 ELSE 0 END AS blocked,
                CASE WHEN {MARKETING_STOPPED} THEN 1 ELSE 0 END AS marketing_stopped
            FROM (SELECT contacts.id AS contact, contacts.* FROM contacts
                WHERE contacts.id IN ({members("people")})) AS person""",
        {"people": together(people)},
    )
    tags = _tags(store, people)
    lines = {row["contact"]: _line(row, tags.get(row["contact"], "")) for row in rows}
    return [lines[person] for person in people if person in lines]


def _tags(store: Store, contacts: Sequence[int]) -> dict[int, str]:
    rows = store.rows(
        f"""SELECT contact_tags.contact, tags.name FROM contact_tags JOIN tags ON tags.id = contact_tags.tag
            WHERE contact_tags.contact IN ({members("contacts")})
            ORDER BY tags.name_key""",
        {"contacts": together(contacts)},
    )
    names: dict[int, list[str]] = {}
    for row in rows:
        names.setdefault(row["contact"], []).append(row["name"])
    return {contact: ", ".join(each) for contact, each in names.items()}


def _line(row: Row, tags: str) -> PersonLine:
    return PersonLine(
        contact=row["contact"],
        name=row["name"],
        phone=row["phone"],
        language=row["language"],
        places=row["places"],
        tags=tags,
        consent=bool(row["consent"]),
        blocked=bool(row["blocked"]),
        marketing_stopped=bool(row["marketing_stopped"]),
    )
