"""`invite-tui dnm`: who must never be messaged."""

from typing import TypedDict

import click

from invite_core import instants
from invite_core.people import contacts as people
from invite_core.people import do_not_message
from invite_core.people.identity import FaultReason, Phone, parse_phone
from invite_core.store import Store
from invite_tui.command_line.root import Group
from invite_tui.command_line.session import session


@click.group(cls=Group)
def dnm() -> None:
    """Keep the Do-Not-Message list."""


class _Target(TypedDict, total=False):
    address: str
    contact: int


def _find(store: Store, ref: str, region: str) -> _Target:
    """The address that REF is, else the person whom it names. Raises `InviteError`."""
    phone = parse_phone(ref, region or None)
    if isinstance(phone, Phone):
        return {"address": phone.e164}
    try:
        return {"contact": people.find(store, ref)}
    except people.UnknownContact:
        if phone.reason is FaultReason.NEEDS_COUNTRY:
            raise phone.error() from None
        raise


@dnm.command("add")
@click.argument("ref")
@click.option("--reason", required=True, help="Why, for the record.")
def add(ref: str, reason: str) -> None:
    """Block a person (all addresses) or a phone number, for good."""
    shared = session()
    now = instants.now()
    with shared.store() as store:
        target = _find(store, ref, shared.settings.default_region)
        do_not_message.block(
            store, **target, reason=reason, source="organiser", at=now, by=shared.operator, now=now
        )
        lines = [line for line in do_not_message.listing(store) if line["lifted_at"] is None]
    shared.document(
        {"blocked": ref, "reason": reason, "active": len(lines)}, [f"{ref} will not be messaged."]
    )


@dnm.command("list")
def list_() -> None:
    """List every block, lifted ones included."""
    shared = session()
    with shared.looking() as store:
        shared.listing(
            do_not_message.listing(store),
            ("address", "name", "reason", "source", "at", "by", "lifted_at"),
            "Nobody is blocked.",
        )


@dnm.command("lift")
@click.argument("ref")
@click.option("--reason", required=True, help="Why the person may be messaged again, for the record.")
def lift(ref: str, reason: str) -> None:
    """Lift the block of a person or a phone number."""
    shared = session()
    with shared.store() as store:
        target = _find(store, ref, shared.settings.default_region)
        do_not_message.lift(store, **target, reason=reason, by=shared.operator, now=instants.now())
    shared.document({"lifted": ref, "reason": reason}, [f"{ref} may be messaged again."])
