"""Whom the organiser means: an id, a phone number in any notation, or an exact name."""

import re

from invite_core.errors import InviteError
from invite_core.people.addressing import WRITTEN_TO_FIRST
from invite_core.people.identity import Phone, match_key, parse_phone
from invite_core.people.names import name_key
from invite_core.store import Store

_CANDIDATES = 8


class UnknownContact(InviteError):
    """Nobody is meant by that."""


class AmbiguousContact(InviteError):
    """Several people may be meant; the message names them with their ids and numbers."""


def by_address(store: Store, address: str) -> list[int]:
    """Everyone who has the address now, in any spelling of it: a couple shares a number."""
    rows = store.rows(
        """SELECT DISTINCT contacts.id FROM contact_identities AS own JOIN contacts ON contacts.id = own.contact
           WHERE own.match_key = ? AND own.retired_at IS NULL AND contacts.merged_into IS NULL
           AND contacts.erased_at IS NULL ORDER BY contacts.id""",
        (match_key(address),),
    )
    return [row["id"] for row in rows]


def find(store: Store, ref: str, *, region: str | None = None) -> int:
    """The person with that id, phone number in any notation, or exact name (case-folded).

    The id of a person merged into another gives the other. A national number is found without
    `region` if only one person's number ends so. Raises `UnknownContact` or `AmbiguousContact`.
    """
    text = ref.strip()
    if text.isascii() and text.isdecimal() and len(text) < 19:
        row = store.row("SELECT id, merged_into FROM contacts WHERE id = ?", (int(text),))
        if row is not None:
            return int(row["merged_into"] or row["id"])
    found = _by_number(store, text, region) or _by_name(store, text)
    if not found:
        raise UnknownContact(f"There is nobody called “{ref}”.", "See `invite-tui contacts list`.")
    if len(found) > 1:
        raise AmbiguousContact(
            f"Several people may be meant by “{ref}”.",
            f"Name one by the id: {'; '.join(_candidate(store, each) for each in found[:_CANDIDATES])}"
            + ("; …" if len(found) > _CANDIDATES else "."),
        )
    return found[0]


def _by_number(store: Store, text: str, region: str | None) -> list[int]:
    phone = parse_phone(text, region)
    if isinstance(phone, Phone):
        return by_address(store, phone.e164)
    if re.fullmatch(r"[A-Z]{2}\.[A-Za-z0-9.]+", text):
        return by_address(store, text)
    digits = "".join(re.findall(r"\d", text)) if re.fullmatch(r"[\d\s().+/-]+", text) else ""
    if len(digits) < 7:
        return []
    rows = store.rows(
        """SELECT DISTINCT contacts.id FROM contact_identities AS own JOIN contacts ON contacts.id = own.contact
           WHERE (own.value LIKE :ending OR own.match_key = :key) AND own.retired_at IS NULL
           AND contacts.merged_into IS NULL AND contacts.erased_at IS NULL ORDER BY contacts.id""",
        {"ending": f"%{digits.lstrip('0')}", "key": match_key(digits)},
    )
    return [row["id"] for row in rows]


def _by_name(store: Store, text: str) -> list[int]:
    rows = store.rows(
        """SELECT id FROM contacts WHERE name_key = ? AND name_key <> '' AND merged_into IS NULL
           AND erased_at IS NULL ORDER BY id""",
        (name_key(text),),
    )
    return [row["id"] for row in rows]


def _candidate(store: Store, contact: int) -> str:
    name = store.value("SELECT name FROM contacts WHERE id = ?", (contact,))
    return f"{contact} ({', '.join([name or 'no name', *phones_of(store, contact)])})"


def phones_of(store: Store, contact: int) -> list[str]:
    """The addresses of a person in use, the one that is written to first."""
    rows = store.rows(
        f"""SELECT value FROM contact_identities WHERE contact = ? AND retired_at IS NULL
            AND kind IN ('phone', 'user_id') ORDER BY {WRITTEN_TO_FIRST}""",
        (contact,),
    )
    return [row["value"] for row in rows]
