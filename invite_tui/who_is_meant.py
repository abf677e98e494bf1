"""Whom the organiser means to block: an address that somebody may have, or a person."""

from typing import TypedDict

from invite_core.people import contacts
from invite_core.people.identity import FaultReason, PhoneFault
from invite_core.people.written_address import parse_address
from invite_core.store import Store


class Meant(TypedDict, total=False):
    """One of the two, as the Do-Not-Message list takes it."""

    address: str
    """A number in E.164, or a WhatsApp user id."""
    contact: int
    """A person's id."""


def who_is_meant(store: Store, ref: str, region: str) -> Meant:
    """The number or user id that `ref` is, whether or not anybody has it, else the person whom it names.

    `region` is the country of national numbers, or ''. Raises `InviteError`.
    """
    phone = parse_address(ref, region or None)
    if not isinstance(phone, PhoneFault):
        return {"address": phone.value}
    try:
        return {"contact": contacts.find(store, ref)}
    except contacts.UnknownContact:
        if phone.reason is FaultReason.NEEDS_COUNTRY:
            raise phone.error() from None
        raise
