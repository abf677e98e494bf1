"""The people: adding one, and showing what is known of them; `find` says whom a person means."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime

from invite_core.errors import InviteError
from invite_core.instants import stored
from invite_core.operators import Operator
from invite_core.people import consent, erased, guard_entries, tags
from invite_core.people.addressing import written_to
from invite_core.people.attributes import checked_attribute
from invite_core.people.do_not_message import BLOCKED, MARKETING_STOPPED
from invite_core.people.finding import AmbiguousContact, UnknownContact, by_address, find, phones_of
from invite_core.people.identity import Phone, parse_phone
from invite_core.people.languages import normalised_language
from invite_core.people.names import name_key, shown
from invite_core.people.written_address import Address, parse_user_id
from invite_core.store import Row, Store

__all__ = [
    "MOST_PLACES",
    "AmbiguousContact",
    "ContactFault",
    "UnknownContact",
    "add",
    "by_address",
    "find",
    "listing",
    "show",
]

MOST_PLACES = 99
"""More seats for one invitation than this is a typing error."""


class ContactFault(InviteError):
    """A person cannot be stored as given."""


def add(
    store: Store,
    *,
    name: str,
    phones: Iterable[str] = (),
    user_ids: Iterable[str] = (),
    language: str = "",
    household: str = "",
    places: int = 1,
    attributes: Mapping[str, str] | None = None,
    tags: Iterable[str] = (),
    region: str | None = None,
    by: Operator,
    now: datetime,
) -> int:
    """Store a new person; gives their id. `region` is the country of national numbers.

    Raises `ContactFault` for neither name, number nor user id, what is no user id, an unknown language or places
    outside 1–99, `InviteError` for a number or an attribute's name that cannot be used, `ErasedPerson` where they
    were erased, and `AmbiguousContact` where a person of this name already has one of the numbers, or anybody one
    of the user ids.
    """
    by.may_act("add a person")
    numbers = [*_numbers(phones, region), *_user_ids(user_ids)]
    if not shown(name) and not numbers:
        raise ContactFault("A person needs a name or a number.", "Give one of them.")
    values = _columns(name, language, household, places, attributes or {}, stored(now))
    with store.write():
        erased.require_allowed(store, name_key(name), [phone.match_key for phone in numbers])
        _refuse_known(store, name, numbers)
        contact = store.insert(
            """INSERT INTO contacts (name, name_key, language, household, places, attributes, created_at, changed_at)
               VALUES (:name, :key, :language, :household, :places, :attributes, :now, :now)""",
            values,
        )
        _store_numbers(store, contact, numbers, stored(now))
        guard_entries.recognise(store, [phone.match_key for phone in numbers], now=now)
        _tag(store, contact, tags)
    return contact


def _columns(
    name: str, language: str, household: str, places: int, attributes: Mapping[str, str], now: str
) -> dict[str, object]:
    for attribute in attributes:
        checked_attribute(attribute)
    spoken = normalised_language(language) if language.strip() else ""
    if spoken is None:
        raise ContactFault(f"“{language}” is no language.", "Use a code such as pt or pt_BR.")
    if not 1 <= places <= MOST_PLACES:
        raise ContactFault(f"{places} places cannot be right.", f"Give a number from 1 to {MOST_PLACES}.")
    return {
        "name": shown(name),
        "key": name_key(name),
        "language": spoken,
        "household": shown(household),
        "places": places,
        "attributes": json.dumps(dict(attributes), ensure_ascii=False),
        "now": now,
    }


def _store_numbers(store: Store, contact: int, numbers: Iterable[Address], now: str) -> None:
    store.execute_many(
        """INSERT INTO contact_identities (contact, kind, value, match_key, usable, position, created_at)
           VALUES (:contact, :kind, :value, :key, :usable, :position, :now)""",
        [
            {
                "contact": contact,
                "kind": phone.kind,
                "value": phone.value,
                "key": phone.match_key,
                "usable": int(phone.usable),
                "position": position,
                "now": now,
            }
            for position, phone in enumerate(numbers)
        ],
    )


def _numbers(phones: Iterable[str], region: str | None) -> list[Phone]:
    numbers: dict[str, Phone] = {}
    for text in phones:
        phone = parse_phone(text, region)
        if not isinstance(phone, Phone):
            raise phone.error()
        numbers.setdefault(phone.match_key, phone)
    return list(numbers.values())


def _user_ids(texts: Iterable[str]) -> list[Address]:
    ids: dict[str, Address] = {}
    for text in texts:
        user_id = parse_user_id(text)
        if user_id is None:
            raise ContactFault(
                f"“{text}” is no user id of WhatsApp.",
                "Copy it as Meta tells it, as in GB.13491208655302741918.",
            )
        ids[user_id.match_key] = user_id
    return list(ids.values())


def _refuse_known(store: Store, name: str, numbers: Iterable[Address]) -> None:
    for phone in numbers:
        for contact in by_address(store, phone.value):
            known = str(store.value("SELECT name FROM contacts WHERE id = ?", (contact,)))
            if name_key(known) == name_key(name) or phone.kind == "user_id":
                raise AmbiguousContact(
                    f"{known or 'Somebody'} with {phone.value} is already there, as person {contact}.",
                    f"Change that person, or see `invite-tui contacts show {contact}`.",
                )


def _tag(store: Store, contact: int, names: Iterable[str]) -> None:
    wanted = [name for name in names if name_key(name)]
    identifiers = tags.ensure(store, wanted)
    store.execute_many(
        "INSERT INTO contact_tags (contact, tag) VALUES (:contact, :tag) ON CONFLICT DO NOTHING",
        [{"contact": contact, "tag": identifiers[name_key(name)]} for name in wanted],
    )


_PERSON = f"""SELECT person.contact, person.name,
    {written_to("person.contact")} AS phone,
    person.language, person.household, person.places, person.attributes,
    CASE WHEN {consent.CONSENT_HOLDS} THEN 1 ELSE 0 END AS consent,
    CASE WHEN {BLOCKED} THEN 1 ELSE 0 END AS do_not_message,
    CASE WHEN {MARKETING_STOPPED} THEN 1 ELSE 0 END AS marketing_stopped
    FROM (SELECT contacts.*, contacts.id AS contact FROM contacts) AS person"""


def listing(store: Store, *, tag: str | None = None) -> list[dict[str, object]]:
    """Everyone who is neither merged nor erased, by id; with `tag`, only those who have it.

    `contact, name, phone` (the one that is written to, or None), `language, household, places, tags,
    attributes, consent, do_not_message, marketing_stopped`, the last three as booleans.
    """
    tagged = """AND EXISTS (SELECT 1 FROM contact_tags JOIN tags ON tags.id = contact_tags.tag
        WHERE contact_tags.contact = person.contact AND tags.name_key = :tag)"""
    rows = store.rows(
        f"""{_PERSON} WHERE person.merged_into IS NULL AND person.erased_at IS NULL
            {tagged if tag is not None else ""} ORDER BY person.contact""",
        {} if tag is None else {"tag": name_key(tag)},
    )
    names: dict[int, list[str]] = {}
    for row in store.rows(
        """SELECT contact_tags.contact, tags.name FROM contact_tags JOIN tags ON tags.id = contact_tags.tag
           ORDER BY tags.name_key"""
    ):
        names.setdefault(row["contact"], []).append(row["name"])
    return [_person(row, names.get(row["contact"], [])) for row in rows]


def show(store: Store, contact: int) -> dict[str, object]:
    """What is known of one person: what `listing` gives, `phones`, `consents` and `shares_number_with`.

    Raises `UnknownContact`.
    """
    row = store.row(f"{_PERSON} WHERE person.contact = :contact", {"contact": contact})
    if row is None:
        raise UnknownContact(f"There is no person {contact}.", "See `invite-tui contacts list`.")
    names = store.rows(
        """SELECT tags.name FROM contact_tags JOIN tags ON tags.id = contact_tags.tag
           WHERE contact_tags.contact = ? ORDER BY tags.name_key""",
        (contact,),
    )
    phones = phones_of(store, contact)
    sharers = {each for phone in phones for each in by_address(store, phone)} - {contact}
    return {
        **_person(row, [each["name"] for each in names]),
        "phones": phones,
        "consents": consent.history(store, contact),
        "shares_number_with": sorted(sharers),
    }


def _person(row: Row, names: list[str]) -> dict[str, object]:
    return {
        **dict(row),
        "tags": names,
        "attributes": json.loads(row["attributes"]),
        "consent": bool(row["consent"]),
        "do_not_message": bool(row["do_not_message"]),
        "marketing_stopped": bool(row["marketing_stopped"]),
    }
