"""`invite-tui templates test`: one template to one number, to see it on a phone."""

from typing import Any

import click

from invite_core import instants
from invite_core.dispatch.sender_lock import require_free
from invite_core.errors import InviteError
from invite_core.invitations import events
from invite_core.invitations.plan import Plan, Purpose, Wish, make_plan
from invite_core.invitations.policy import REMEDIES, BlockReason
from invite_core.invitations.text_faults import require_complete
from invite_core.invitations.verdicts import preview
from invite_core.operations.sending import becoming_sender, freeze_confirmed, require_listener
from invite_core.people import contacts
from invite_core.people.finding import UnknownContact
from invite_core.store import Store
from invite_tui.command_line.following import follow
from invite_tui.command_line.pairs import with_buttons, with_mapping
from invite_tui.command_line.root import Command
from invite_tui.command_line.session import is_interactive, session
from invite_tui.command_line.which_event import only_event
from invite_tui.inert_text import inert
from invite_tui.reasons import blocked_because


class TestRefused(InviteError):
    """Policy keeps the test from the number, as it would keep an invitation."""


@click.command("test", cls=Command)
@click.argument("name")
@click.option(
    "--to", "number", required=True, metavar="PHONE", help="Your own number, as it is among the contacts."
)
@click.option("--event", help="The event it is about; the only one to come if not said.")
@click.option("--language", help="The variant, e.g. pt_BR; the person's own if not said.")
@click.option("--fallback", help="The variant if their language has none.")
@with_mapping
@with_buttons
@click.option("--without-listener", is_flag=True, help="Send although nobody hears answers and stops.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def test(name: str, number: str, event: str | None, without_listener: bool, yes: bool, **given: Any) -> None:
    """Send one template to one number, your own: it is a real message, and no invitation."""
    shared = session()
    shared.operator.may_act("send")
    shared.settings.require("phone_number_id", "access_token")
    with shared.store() as store:
        person = _person(store, number, shared.settings.default_region or None)
        about = events.find(store, event) if event else only_event(store, instants.now())
        only = f"contact:{person}"
        plan = make_plan(store, Wish(str(about.id), name, audience=only, purpose=Purpose.TEST, **given))
        require_complete(plan.variants)
        _require_allowed(store, plan, number)
        require_free(store.path)
        if not without_listener:
            require_listener(store, now=instants.now())
        if not yes:
            _ask(plan, number)
        with becoming_sender(store, by=shared.operator):
            run = freeze_confirmed(store, plan, confirmed=1, by=shared.operator, now=instants.now())
            follow(shared, store, run.id, wait=False, without_listener=without_listener)


def _person(store: Store, number: str, region: str | None) -> int:
    try:
        return contacts.find(store, number, region=region)
    except UnknownContact:
        raise UnknownContact(
            f"Nobody among the contacts has the number {number}.",
            "A test goes by the same rules as an invitation: import yourself first, with your consent.",
        ) from None


def _require_allowed(store: Store, plan: Plan, number: str) -> None:
    for verdict in preview(store, plan, now=instants.now()):
        if verdict.reasons:
            strongest = verdict.reasons[0]
            raise TestRefused(
                f"{number} would not get it: {', '.join(map(blocked_because, verdict.reasons))}.",
                REMEDIES[BlockReason(strongest)],
            )


def _ask(plan: Plan, number: str) -> None:
    if not is_interactive():
        raise click.UsageError("A test is a real message: say --yes.")
    question = f"Send “{plan.template}” to {number} as a test? It is a real message, and Meta may charge it."
    if not click.confirm(inert(question), default=False, err=True):
        raise InviteError("Nothing was sent.", "")
