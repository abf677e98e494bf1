"""The people, page by page, narrowed to those in whom every word of a search is found."""

from collections.abc import Mapping
from dataclasses import dataclass

from invite_core.people.addressing import written_to
from invite_core.people.consent import CONSENT_HOLDS
from invite_core.people.do_not_message import BLOCKED, MARKETING_STOPPED
from invite_core.people.names import name_key
from invite_core.store import Row, Store
from invite_core.store.dialect import members, together
from invite_core.store.search_index import matching


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


MOST_FOUND = 1_000
"""So many people found are put in order for a screen; whoever needs fewer types on."""

_EVERYBODY = "contacts.merged_into IS NULL AND contacts.erased_at IS NULL"

# Every index of this count is narrow; the table itself need not be read.
_COUNT = """SELECT (SELECT count(*) FROM contacts)
    - (SELECT count(*) FROM contacts WHERE merged_into IS NOT NULL)
    - (SELECT count(*) FROM contacts WHERE erased_at IS NOT NULL AND merged_into IS NULL)"""


def people_count(store: Store, search: str = "", *, most: int | None = MOST_FOUND) -> int:
    """How many people match: all there are where nothing is searched for, else not more than `most`."""
    if not search.strip():
        return int(store.value(_COUNT))
    condition, values = _condition(store, search, most)
    return int(store.value(f"SELECT count(*) FROM contacts WHERE {condition}", values))


def people_slice(
    store: Store, search: str = "", *, offset: int, limit: int, most: int | None = MOST_FOUND
) -> list[PersonLine]:
    """Some of the first `most` people who match (None: of all), by name."""
    condition, values = _condition(store, search, most)
    rows = store.rows(
        f"""SELECT person.contact, person.name, {written_to("person.contact")} AS phone, person.language,
                person.places, CASE WHEN {CONSENT_HOLDS} THEN 1 ELSE 0 END AS consent,
                CASE WHEN {BLOCKED} THEN 1 ELSE 0 END AS blocked,
                CASE WHEN {MARKETING_STOPPED} THEN 1 ELSE 0 END AS marketing_stopped
            FROM (SELECT contacts.id AS contact, contacts.* FROM contacts WHERE {condition}
                ORDER BY contacts.name_key, contacts.id LIMIT :limit OFFSET :offset) AS person
            ORDER BY person.name_key, person.contact""",
        {**values, "limit": limit, "offset": offset},
    )
    tags = _tags(store, [row["contact"] for row in rows])
    return [_line(row, tags.get(row["contact"], "")) for row in rows]


def people_position(
    store: Store, contact: int, search: str = "", *, most: int | None = MOST_FOUND
) -> int | None:
    """How many people who match stand before that one, or None where they do not match."""
    condition, values = _condition(store, search, most)
    own = store.row(
        f"SELECT contacts.name_key FROM contacts WHERE contacts.id = :own AND {condition}",
        {**values, "own": contact},
    )
    if own is None:
        return None
    before = store.value(
        f"""SELECT count(*) FROM contacts WHERE {condition} AND (contacts.name_key < :key
            OR (contacts.name_key = :key AND contacts.id < :own))""",
        {**values, "own": contact, "key": own["name_key"]},
    )
    return int(before)


def _condition(store: Store, search: str, most: int | None) -> tuple[str, Mapping[str, object]]:
    words = name_key(search).split()
    if not words:
        return _EVERYBODY, {}
    found = matching(store, words)
    limit = "" if most is None else "LIMIT :most"
    condition = f"{_EVERYBODY} AND contacts.id IN (SELECT * FROM ({found.sql} {limit}) AS found)"
    return condition, {**found.values, **({} if most is None else {"most": most})}


def _tags(store: Store, contacts: list[int]) -> dict[int, str]:
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
