"""`invite-tui dnm`: who must never be messaged."""

import click

from invite_core import instants
from invite_core.people import block_record, do_not_message
from invite_tui.command_line.root import Group
from invite_tui.command_line.session import session
from invite_tui.who_is_meant import who_is_meant


@click.group(cls=Group)
def dnm() -> None:
    """Keep the Do-Not-Message list."""


@dnm.command("add")
@click.argument("ref")
@click.option("--reason", required=True, help="Why, for the record.")
def add(ref: str, reason: str) -> None:
    """Block a person (all addresses), a phone number or a WhatsApp user id, for good."""
    shared = session()
    now = instants.now()
    with shared.store() as store:
        target = who_is_meant(store, ref, shared.settings.default_region)
        do_not_message.block(
            store, **target, reason=reason, source="organiser", at=now, by=shared.operator, now=now
        )
        lines = [line for line in block_record.listing(store) if line["lifted_at"] is None]
    shared.document(
        {"blocked": ref, "reason": reason, "active": len(lines)}, [f"{ref} will not be messaged."]
    )


@dnm.command("list")
@click.option("--search", default="", help="Part of a name, a number or a reason.")
def list_(search: str) -> None:
    """List every block, lifted ones included."""
    shared = session()
    with shared.looking() as store:
        shared.listing(
            block_record.listing(store, search),
            ("address", "name", "reason", "source", "at", "by", "lifted_at"),
            "Nobody is blocked." if not search else f"No block matches “{search}”.",
        )


@dnm.command("history")
@click.argument("ref")
def history(ref: str) -> None:
    """List every block and lift of a person or a phone number."""
    shared = session()
    with shared.looking() as store:
        target = who_is_meant(store, ref, shared.settings.default_region)
        shared.listing(
            block_record.history(store, **target),
            ("act", "scope", "address", "reason", "source", "at", "by"),
            f"Nothing was ever blocked or lifted for {ref}.",
        )


@dnm.command("lift")
@click.argument("ref")
@click.option("--reason", required=True, help="Why the person may be messaged again, for the record.")
def lift(ref: str, reason: str) -> None:
    """Lift the block of a person or a phone number."""
    shared = session()
    with shared.store() as store:
        target = who_is_meant(store, ref, shared.settings.default_region)
        do_not_message.lift(store, **target, reason=reason, by=shared.operator, now=instants.now())
    shared.document({"lifted": ref, "reason": reason}, [f"{ref} may be messaged again."])
