"""`invite-tui preview` and `invite-tui send`."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import click

from invite_core import instants
from invite_core.dispatch.listener_gap import accept_losses
from invite_core.dispatch.sender_lock import require_free
from invite_core.errors import InviteError
from invite_core.invitations import freezing, marketing
from invite_core.invitations.audience_counts import AudienceCounts, term_counts
from invite_core.invitations.estimate import require_prices
from invite_core.invitations.plan import Plan, Purpose, Wish, make_plan
from invite_core.invitations.text_faults import require_complete
from invite_core.invitations.verdicts import Verdict
from invite_core.invitations.verdicts import preview as verdicts_of
from invite_core.operations.sending import becoming_sender, freeze_confirmed, require_listener
from invite_core.settings import Settings
from invite_core.store import Store
from invite_core.views.consent_warnings import doubts_among
from invite_tui.command_line.counting import counted
from invite_tui.command_line.following import blocked_lines, follow
from invite_tui.command_line.losses import require_both_or_none, tell_if_nothing_is_lost, with_losses
from invite_tui.command_line.outlook import Outlook, outlook_of
from invite_tui.command_line.pairs import with_buttons, with_mapping
from invite_tui.command_line.root import Command
from invite_tui.command_line.session import Session, is_interactive, session
from invite_tui.consent_words import doubt_lines
from invite_tui.inert_text import inert
from invite_tui.reasons import blocked_because


class NotConfirmed(InviteError):
    """The organiser was asked and said no."""


NOBODY = "Nobody would get it."

_PURPOSES = [purpose.value for purpose in Purpose if purpose is not Purpose.TEST]
"""What a message to an audience may be for; a test goes to one number alone."""


_WISH = [
    click.option("--event", "event", required=True, help="The event's id or exact name."),
    click.option("--template", "template", required=True, help="The template's name."),
    click.option("--language", help="A variant for everybody, or auto: each person's own."),
    click.option("--fallback", help="The variant for people whose language has none."),
    click.option(
        "--audience",
        "audience",
        default="all",
        show_default=True,
        help="all, or terms such as tag:vip -invited:yes.",
    ),
    click.option("--per-household", is_flag=True, help="One invitation for each household."),
    with_mapping,
    with_buttons,
    click.option(
        "--purpose",
        type=click.Choice(_PURPOSES),
        default="invitation",
        show_default=True,
        help="What the message is for.",
    ),
    click.option("--occasion", help="A name for this reminder, update or cancellation."),
    click.option("--not-before", metavar="ISO", help="Nothing leaves before, in the event's zone."),
    click.option("--not-after", metavar="ISO", help="Nothing leaves after (else the event's start)."),
    click.option("--window", metavar="HOURS", help="Only within these hours of the day, e.g. 9-20."),
    click.option("--their-time", is_flag=True, help="The hours are each person's own, not the event's."),
    click.option("--cap", metavar="N/DAYS", help="Nobody who had N messages within so many days, e.g. 3/14."),
]


def _with_wish(command: Callable[..., None]) -> Callable[..., None]:
    for option in reversed(_WISH):
        command = option(command)
    return command


def _wish(given: dict[str, Any]) -> Wish:
    return Wish(**{**given, "purpose": Purpose(given["purpose"])})


@click.command("preview", cls=Command)
@_with_wish
def preview(**given: Any) -> None:
    """Show who would get the message, who would not, and why. Nothing is sent."""
    _show_preview(session(), given)


def _show_preview(shared: Session, given: dict[str, Any]) -> None:
    with shared.looking() as store:
        plan = make_plan(store, _wish(given))
        verdicts = verdicts_of(store, plan, now=instants.now())
        counted_terms = term_counts(store, plan.audience, plan.event.id)
        eligible = [verdict.contact for verdict in verdicts if verdict.eligible]
        doubts = doubts_among(store, eligible, now=instants.now())
        outlook = outlook_of(store, shared.settings, plan, verdicts)
        _print_preview(shared, plan, verdicts, counted_terms, doubts, outlook)


@click.command("send", cls=Command)
@_with_wish
@click.option(
    "--first",
    type=click.IntRange(1, 1_000_000_000),
    metavar="N",
    help="Send to so many, then pause with their results.",
)
@click.option("--max-cost", metavar="AMOUNT", help="Pause before more is spent (needs imported prices).")
@click.option("--without-listener", is_flag=True, help="Send although nobody hears answers and stops.")
@click.option("--wait", is_flag=True, help="Sit through pauses that end by themselves.")
@click.option("--dry-run", is_flag=True, help="Print the preview; send nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@with_losses
def send(
    without_listener: bool,
    wait: bool,
    dry_run: bool,
    yes: bool,
    stops_may_be_lost: bool,
    reason: str | None,
    **given: Any,
) -> None:
    """Create a run and send it: each person at most once."""
    require_both_or_none(stops_may_be_lost=stops_may_be_lost, reason=reason)
    shared = session()
    if dry_run:
        _show_preview(shared, given)
        return
    with shared.store() as store:
        plan = make_plan(store, _wish(given))
        shared.operator.may_act("send")
        require_complete(plan.variants)
        shared.settings.require("phone_number_id", "access_token")
        require_free(store.path)
        if not without_listener:
            require_listener(store, now=instants.now())
        confirmed = None if yes else _ask(store, shared.settings, plan)
        with becoming_sender(store, by=shared.operator):
            if reason is not None:
                tell_if_nothing_is_lost(shared, store, reason)
                accept_losses(store, reason=reason, by=shared.operator, now=instants.now())
            run = freeze_confirmed(store, plan, confirmed=confirmed, by=shared.operator, now=instants.now())
            if not run.eligible:
                shared.note(NOBODY)
            follow(shared, store, run.id, wait=wait, without_listener=without_listener)


def _ask(store: Store, settings: Settings, plan: Plan) -> int:
    """Ask whether to send, unless nobody would get it; gives how many people were confirmed."""
    if not is_interactive():
        raise click.UsageError("Sending cannot be undone: say --yes, or look first with --dry-run.")
    verdicts = verdicts_of(store, plan, now=instants.now())
    people = [verdict.contact for verdict in verdicts if verdict.eligible]
    eligible = len(people)
    if not eligible:
        freezing.require_audience(plan, len(verdicts))
        return 0
    for line in doubt_lines(doubts_among(store, people, now=instants.now())):
        click.echo(line, err=True)
    outlook = outlook_of(store, settings, plan, verdicts)
    require_prices(plan, outlook.estimate)
    for line in outlook.lines():
        click.echo(inert(line), err=True)
    if notice := marketing.notice(plan):
        click.echo(notice, err=True)
    question = (
        f"Send “{plan.template}” for “{plan.event.name}” to {counted(eligible, 'person', 'people')} "
        f"({len(verdicts) - eligible} blocked)? This cannot be undone."
    )
    if not click.confirm(inert(question), default=False, err=True):
        raise NotConfirmed("Nothing was sent.")
    return eligible


def _print_preview(
    shared: Session,
    plan: Plan,
    verdicts: Sequence[Verdict],
    terms: AudienceCounts,
    doubts: Mapping[str, int],
    outlook: Outlook,
) -> None:
    eligible = [verdict for verdict in verdicts if verdict.eligible]
    blocked = Counter(verdict.reasons[0] for verdict in verdicts if verdict.reasons)
    document = {
        "event": plan.event.id,
        "template": plan.template,
        "audience": plan.audience,
        "terms": terms.as_json(),
        "cap": str(plan.cap) if plan.cap else None,
        "notice": marketing.notice(plan),
        "consent_doubts": doubts,
        **outlook.as_json(),
        "total": len(verdicts),
        "eligible": len(eligible),
        "blocked": dict(blocked.most_common()),
        "people": [
            {
                "contact": verdict.contact,
                "name": verdict.name,
                "phone": verdict.phone,
                "eligible": verdict.eligible,
                "reasons": list(verdict.reasons),
                "language": verdict.language,
            }
            for verdict in verdicts
        ],
    }
    lines = [
        (
            f"{counted(len(verdicts), 'person', 'people')}: {len(eligible)} would get it, "
            f"{len(verdicts) - len(eligible)} would not."
        )
    ]
    if not verdicts and plan.purpose is Purpose.REMINDER:
        lines.append(freezing.NOBODY_TO_REMIND)
    elif not eligible:
        lines.append(NOBODY)
    lines += terms.lines() if len(terms.terms) > 1 else []
    lines += blocked_lines(dict(blocked.most_common()))
    lines += doubt_lines(doubts)
    lines += outlook.lines() if eligible else []
    lines += [notice] if (notice := marketing.notice(plan)) else []
    lines += [
        f"{verdict.name or '(no name)'}  {verdict.phone or '(no number)'}: "
        f"{', '.join(map(blocked_because, verdict.reasons)) or 'gets it'}"
        for verdict in verdicts
    ]
    shared.document(document, lines)
