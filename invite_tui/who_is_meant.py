"""Whom the organiser means to block: an address that somebody may have, or a person."""

from typing import TypedDict

from invite_core.people import contacts
from invite_core.people.identity import FaultReason, Phone, parse_phone
from invite_core.store import Store


class Meant(TypedDict, total=False):
    """One of the two, as the Do-Not-Message list takes it."""

    address: str
    """A number in E.164."""
    contact: int
    """A person's id."""


def who_is_meant(store: Store, ref: str, region: str) -> Meant:
    """The number that `ref` is, whether or not anybody has it, else the person whom it names.

    `region` is the country of national numbers, or ''. Raises `InviteError`.
    """
    phone = parse_phone(ref, region or None)
    if isinstance(phone, Phone):
        return {"address": phone.e164}
    try:
        return {"contact": contacts.find(store, ref)}
    except contacts.UnknownContact:
        if phone.reason is FaultReason.NEEDS_COUNTRY:
            raise phone.error() from None
        raise
