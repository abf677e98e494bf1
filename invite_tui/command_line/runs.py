"""`invite-tui runs`: what was sent, and stopping, going on and giving up."""

from contextlib import suppress

import click

from invite_core import instants
from invite_core.dispatch.sender_lock import SenderBusy, require_free
from invite_core.invitations import runs as core
from invite_core.invitations.runs import PauseReason
from invite_core.lifecycle import control
from invite_core.lifecycle.states import State
from invite_core.operations.sending import lift_pause, require_listener, was_cut_off
from invite_core.store import Store
from invite_core.views.run_board import run_board, run_ids
from invite_tui.command_line.following import follow_in_turn, paused_sentence, print_run, report_of
from invite_tui.command_line.losses import require_both_or_none, tell_if_nothing_is_lost, with_losses
from invite_tui.command_line.root import ROW_ID, Group
from invite_tui.command_line.session import Session, session


@click.group(cls=Group)
def runs() -> None:
    """List, show, pause, resume, cancel and retry runs."""


@runs.command("list")
def list_() -> None:
    """List the runs, the newest first."""
    shared = session()
    with shared.looking() as store:
        shared.listing(
            [report_of(shared, store, run).as_json() for run in run_ids(store)],
            ("run", "event_name", "purpose", "template", "status", "paused_because", "total", "eligible"),
            "No runs yet.",
        )


@runs.command("show")
@click.argument("run", type=ROW_ID)
def show(run: int) -> None:
    """Show one run with its counts."""
    shared = session()
    with shared.looking() as store:
        report = report_of(shared, store, run)
    print_run(shared, report)
    if report.board.run.status is core.Status.PAUSED and not shared.json:
        shared.note(paused_sentence(report))


@runs.command("pause")
@click.argument("run", type=ROW_ID)
def pause(run: int) -> None:
    """Stop a run; requests on the wire are awaited."""
    shared = session()
    with shared.store() as store:
        changed = core.pause(store, run, PauseReason.OPERATOR, by=shared.operator, now=instants.now())
        report = report_of(shared, store, run)
    status = report.board.run.status
    if not changed and status is not core.Status.PAUSED:
        raise core.RunFault(
            f"Run {run} is {status}; there is nothing to pause.", f"See `invite-tui runs show {run}`."
        )
    print_run(shared, report)


@runs.command("resume")
@click.argument("run", type=ROW_ID)
@click.option("--wait", is_flag=True, help="Send too, if no other process does, until finished or paused.")
@click.option("--without-listener", is_flag=True, help="Send although nobody hears answers and stops.")
@click.option("--max-cost", metavar="AMOUNT", help="What it may cost in all, or none: whatever it costs.")
@click.option("--if-cut-off", is_flag=True, help="Only if its sender ended or its pause ends by itself.")
@with_losses
def resume(
    run: int,
    wait: bool,
    without_listener: bool,
    max_cost: str | None,
    if_cut_off: bool,
    stops_may_be_lost: bool,
    reason: str | None,
) -> None:
    """Lift a pause."""
    require_both_or_none(stops_may_be_lost=stops_may_be_lost, reason=reason)
    shared = session()
    with shared.store() as store:
        found = core.get(store, run)
        if if_cut_off and not was_cut_off(found):
            shared.note(f"Run {run} is {found.status}, and not because it was cut off: it is left as it is.")
            print_run(shared, report_of(shared, store, run))
            return
        _require_decided(found, max_cost)
        tell_if_nothing_is_lost(shared, store, reason)
        if wait:
            _resume_and_send(
                shared, store, run, without_listener=without_listener, accepting=reason, max_cost=max_cost
            )
            return
        by, now = shared.operator, instants.now()
        lift_pause(store, shared.settings, run, accepting=reason, max_cost=max_cost, by=by, now=now)
        report = report_of(shared, store, run)
        print_run(shared, report)
        # A sender that is at work may be waiting for this very run.
        with suppress(SenderBusy):
            require_free(store.path)
            if report.board.run.status is core.Status.READY:
                shared.note("Nothing is being sent yet: say --wait, or press r in the screen.")


def _require_decided(run: core.Run, max_cost: str | None) -> None:
    if run.paused_because is PauseReason.COST and max_cost is None:
        raise core.RunFault(
            f"Run {run.id} is paused because of its cost: {run.paused_detail}",
            "Say --max-cost AMOUNT for what it may cost in all, or --max-cost none.",
        )


def _resume_and_send(
    shared: Session,
    store: Store,
    run: int,
    *,
    without_listener: bool,
    accepting: str | None,
    max_cost: str | None,
) -> None:
    shared.operator.may_act("resume a run")
    shared.settings.require("phone_number_id", "access_token")
    if not without_listener:
        require_listener(store, now=instants.now())
    follow_in_turn(
        shared, store, run, without_listener=without_listener, accepting=accepting, max_cost=max_cost
    )


@runs.command("cancel")
@click.argument("run", type=ROW_ID)
def cancel(run: int) -> None:
    """Give up what still waits; what was sent stays sent."""
    shared = session()
    with shared.store() as store:
        control.cancel_rest(store, run, by=shared.operator, now=instants.now())
        report = report_of(shared, store, run)
    print_run(shared, report)


@runs.command("retry")
@click.argument("run", type=ROW_ID)
def retry(run: int) -> None:
    """Queue again what failed and may be tried again; the run is left paused."""
    shared = session()
    with shared.store() as store:
        failed = run_board(store, run).counts[State.FAILED]
        _, queued = control.retry_failed(store, run, by=shared.operator, now=instants.now())
        report = report_of(shared, store, run)
    print_run(shared, report)
    rest = f"; {failed - queued} cannot be tried again now (see the reasons)" if failed > queued else ""
    shared.note(
        f"{queued} of the {failed} failed {'waits' if queued == 1 else 'wait'} again{rest}. "
        f"`invite-tui runs resume {run} --wait` sends {'it' if queued == 1 else 'them'}."
    )
