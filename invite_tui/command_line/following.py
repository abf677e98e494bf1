"""Sending a run from the command line: signals, progress on stderr, and the run's last word."""

import asyncio
import sys
from collections.abc import Coroutine, Mapping
from contextlib import ExitStack, suppress
from typing import Any

import click

from invite_core import instants
from invite_core.dispatch.sender_lock import SenderBusy, require_free
from invite_core.invitations import runs
from invite_core.invitations.long_gaps import accept_todo
from invite_core.invitations.policy import REMEDIES, BlockReason
from invite_core.invitations.runs import PauseReason, Status
from invite_core.operations.sending import becoming_sender, lift_pause, send_run
from invite_core.store import Store, StoreError
from invite_core.views.run_board import run_board
from invite_core.views.run_report import RunReport, run_report
from invite_tui.command_line.counting import counted
from invite_tui.command_line.exit_codes import INTERRUPTED, REFUSED
from invite_tui.command_line.output import say
from invite_tui.command_line.session import Session
from invite_tui.command_line.stopping import heeding_signals
from invite_tui.local_time import length
from invite_tui.reasons import blocked_because, paused_words
from invite_tui.timeline_words import happened

_SETTLED = (Status.PAUSED, Status.FINISHED, Status.CANCELLED)

_STOPPING = "Stopping: nothing new leaves; answers on their way are awaited, for half a minute at most."

_MEND: dict[PauseReason, str] = {
    PauseReason.ACCOUNT: "Mend the account, the number or the token (INVITE_ACCESS_TOKEN)",
    PauseReason.TEMPLATE: "Mend the template in Meta's manager and run `invite-tui templates sync`",
    PauseReason.FAILURE_BURST: "Check the internet connection, INVITE_GRAPH_URL and the failed messages",
    PauseReason.QUALITY: "Look at the quality in Meta's manager",
    PauseReason.DAILY_LIMIT: "Wait until tomorrow",
    PauseReason.OUTSIDE_WINDOW: "Wait until its time",
    PauseReason.LISTENER_GAP: "Let webhook-listener catch up",
    PauseReason.FIRST_SLICE: "Look at the first results (`invite-tui messages {run}`)",
    PauseReason.STORAGE: "Free some space on the disk",
    PauseReason.RESTORED: "Look at what was restored and say `invite-tui restore --reviewed`",
}
"""What comes before going on, where something does."""


def follow(shared: Session, store: Store, run: int, *, wait: bool, without_listener: bool) -> None:
    """Send `run` until it settles, print it, and end the command with its exit code.

    SIGINT, SIGTERM and the end of the terminal stop cleanly: nothing new leaves, answers on their way
    are awaited and written.
    """
    stop = asyncio.Event()
    work = send_run(store, shared.settings, run, stop=stop, wait=wait, without_listener=without_listener)
    try:
        asyncio.run(heeding_signals(stop, _with_progress(shared, store, run, work), _STOPPING))
    except StoreError as fault:
        todo = (
            f"{fault.todo} Then go on with `invite-tui runs resume {run} --wait`: nobody is written to twice."
        )
        raise type(fault)(fault.sentence, todo) from fault
    _end(shared, report_of(shared, store, run), interrupted=stop.is_set())


def follow_in_turn(
    shared: Session,
    store: Store,
    run: int,
    *,
    without_listener: bool,
    accepting: str | None,
    max_cost: str | None = None,
) -> None:
    """Lift the pause of `run` and see it through to its end or its next pause, as `follow` does.

    Whoever is the sender sends: this process, or the one that already is. `accepting` and `max_cost` are as
    for `lift_pause`. Raises `RunFault` where the run may not go on.
    """
    stop, waiting = asyncio.Event(), False

    def lift() -> None:
        now, by = instants.now(), shared.operator
        lift_pause(store, shared.settings, run, accepting=accepting, max_cost=max_cost, by=by, now=now)

    while not stop.is_set() and not (waiting and runs.get(store, run).status in _SETTLED):
        with ExitStack() as lock:
            try:
                lock.enter_context(becoming_sender(store, by=shared.operator))
            except SenderBusy as busy:
                other = busy
            else:
                lift()
                follow(shared, store, run, wait=True, without_listener=without_listener)
                return
        if not waiting:
            lift()
            shared.note(f"{other.sentence} This command waits for run {run}.")
            waiting = True
        asyncio.run(heeding_signals(stop, _until_settled_or_free(store, run, stop), _STOPPING))
    _end(shared, report_of(shared, store, run), interrupted=stop.is_set())


def report_of(shared: Session, store: Store, run: int) -> RunReport:
    """How `run` stands now, for `print_run`. Raises `RunFault` for an unknown id."""
    return run_report(store, run, catch_up_minutes=shared.settings.catch_up_minutes, now=instants.now())


def _end(shared: Session, report: RunReport, *, interrupted: bool) -> None:
    print_run(shared, report)
    status = report.board.run.status
    if status is Status.PAUSED:
        shared.note(paused_sentence(report))
    if interrupted:
        raise click.exceptions.Exit(INTERRUPTED)
    if status is Status.PAUSED:
        raise click.exceptions.Exit(REFUSED)


def paused_sentence(report: RunReport) -> str:
    """Why a paused run is paused, and what to do."""
    run, gap = report.board.run, report.hearing.gap
    because = run.paused_because or PauseReason.OPERATOR
    if because is PauseReason.LISTENER_GAP and gap is not None and gap.needs_accepting:
        return f"Run {run.id} is paused. {gap.sentence()} {accept_todo(run.id)}"
    if because is PauseReason.LISTENER_GAP and not report.hearing.holds:
        go_on = f"Go on with `invite-tui runs resume {run.id} --wait`."
        return f"Run {run.id} is paused. The listener was away, and has caught up. {go_on}"
    what, _, detail = paused_words(run)
    reason = f"Run {run.id} is paused. {what} {detail}".rstrip()
    if because is PauseReason.FACTS_CHANGED:
        todo = f"Cancel it (`invite-tui runs cancel {run.id}`) and send again: nobody is written to twice."
    elif because is PauseReason.COST:
        todo = f"Go on with `invite-tui runs resume {run.id} --max-cost AMOUNT --wait`, or --max-cost none."
    else:
        go_on = f"`invite-tui runs resume {run.id} --wait`"
        first = _MEND.get(because, "").replace("{run}", str(run.id))
        todo = f"{first}, then go on with {go_on}." if first else f"Go on with {go_on}."
    return f"{reason} {todo}"


async def _with_progress(shared: Session, store: Store, run: int, work: Coroutine[Any, Any, object]) -> None:
    progress = asyncio.create_task(_progress(shared, store, run))
    try:
        await work
    finally:
        progress.cancel()


async def _until_settled_or_free(store: Store, run: int, stop: asyncio.Event) -> None:
    while not stop.is_set() and runs.get(store, run).status not in _SETTLED:
        with suppress(SenderBusy):
            require_free(store.path)
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(0.5):
                await stop.wait()


async def _progress(shared: Session, store: Store, run: int) -> None:
    # A terminal that has gone, or a file that is busy, must not disturb the sending.
    with suppress(OSError, StoreError):
        while not shared.json:
            await asyncio.sleep(1)
            counts = run_board(store, run).counts
            line = ", ".join(f"{n} {state}" for state, n in counts.items() if n)
            if sys.stderr.isatty():
                click.echo(f"\r\x1b[K{line}", nl=False, err=True)
            else:
                click.echo(line, err=True)


def print_run(shared: Session, report: RunReport) -> None:
    """The run's document, or the same facts for a person."""
    if sys.stderr.isatty() and not shared.json:
        say("")
    board, run = report.board, report.board.run
    lines = [
        f"Run {run.id}: {board.event_name}, {run.purpose}, template {run.template}: {run.status}",
        (
            f"Audience {run.audience}: {counted(run.total, 'person', 'people')}, "
            f"{run.eligible} eligible when the run was made."
        ),
        *[f"  {n:>6}  {state}" for state, n in board.counts.items() if n],
    ]
    if board.blocked:
        lines += ["Blocked:", *blocked_lines(board.blocked)]
    if board.held:
        lines.append(f"{board.held} of the accepted are held by Meta for a check of quality.")
    if board.alarms:
        lines.append(f"{counted(board.alarms, 'alarm')}: see the messages of this run.")
    held = report.hearing.holds and run.status in runs.UNFINISHED
    if report.hearing.gap and held and run.paused_because is not PauseReason.LISTENER_GAP:
        lines.append(report.hearing.gap.sentence())
    if report.cost is not None and (cost := report.cost.sentence()):
        lines.append(cost)
    lines += map(_in_doubt, report.doubts)
    shared.document(report.as_json(), lines)


def _in_doubt(doubt: Mapping[str, Any]) -> str:
    return (
        f"Message {doubt['message']} to {doubt['name'] or doubt['phone']} has been in doubt for "
        f"{length(doubt['age_s'])}: {happened(doubt['cause'])}. The listener was up "
        f"{doubt['listener_up']:.0%} of that time."
    )


def blocked_lines(blocked: Mapping[str, int]) -> list[str]:
    """How many people are blocked for each reason, in words, with what can be done about it."""
    return [
        f"  {n:>6}  {blocked_because(reason)}. {REMEDIES[BlockReason(reason)]}"
        for reason, n in blocked.items()
    ]
