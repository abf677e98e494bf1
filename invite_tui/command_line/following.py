"""Sending a run from the command line: signals, progress on stderr, and the run's last word."""

import asyncio
import signal
import sys
from collections.abc import Coroutine, Mapping
from contextlib import ExitStack, suppress
from typing import Any

import click

from invite_core import instants
from invite_core.dispatch.sender_lock import SenderBusy, require_free
from invite_core.invitations import runs
from invite_core.invitations.policy import REMEDIES, BlockReason
from invite_core.invitations.runs import PauseReason, Run, Status
from invite_core.operations.sending import becoming_sender, send_run
from invite_core.store import Store, StoreError
from invite_core.views.run_board import RunBoard, run_board
from invite_tui.command_line.counting import counted
from invite_tui.command_line.exit_codes import INTERRUPTED, REFUSED
from invite_tui.command_line.output import say
from invite_tui.command_line.session import Session
from invite_tui.reasons import blocked_because, paused_words

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
    PauseReason.COST: "Look at what it cost",
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
    asyncio.run(_heeding_signals(stop, _with_progress(shared, store, run, work)))
    _end(shared, run_board(store, run), interrupted=stop.is_set())


def follow_in_turn(shared: Session, store: Store, run: int, *, without_listener: bool) -> None:
    """Lift the pause of `run` and see it through to its end or its next pause, as `follow` does.

    Whoever is the sender sends: this process, or the one that already is. Raises `RunFault` where the
    run may not go on.
    """
    stop, waiting = asyncio.Event(), False
    while not stop.is_set() and not (waiting and runs.get(store, run).status in _SETTLED):
        with ExitStack() as lock:
            try:
                lock.enter_context(becoming_sender(store, by=shared.operator))
            except SenderBusy as busy:
                other = busy
            else:
                runs.resume(store, run, by=shared.operator, now=instants.now())
                follow(shared, store, run, wait=True, without_listener=without_listener)
                return
        if not waiting:
            runs.resume(store, run, by=shared.operator, now=instants.now())
            shared.note(f"{other.sentence} This command waits for run {run}.")
            waiting = True
        asyncio.run(_heeding_signals(stop, _until_settled_or_free(store, run, stop)))
    _end(shared, run_board(store, run), interrupted=stop.is_set())


def _end(shared: Session, board: RunBoard, *, interrupted: bool) -> None:
    print_run(shared, board)
    if board.run.status is Status.PAUSED:
        shared.note(paused_sentence(board.run))
    if interrupted:
        raise click.exceptions.Exit(INTERRUPTED)
    if board.run.status is Status.PAUSED:
        raise click.exceptions.Exit(REFUSED)


def paused_sentence(run: Run) -> str:
    """Why a paused run is paused, and what to do."""
    because = run.paused_because or PauseReason.OPERATOR
    happened, _, detail = paused_words(run)
    reason = f"Run {run.id} is paused. {happened} {detail}".rstrip()
    if because is PauseReason.FACTS_CHANGED:
        todo = f"Cancel it (`invite-tui runs cancel {run.id}`) and send again: nobody is written to twice."
    else:
        go_on = f"`invite-tui runs resume {run.id} --wait`"
        first = _MEND.get(because, "").replace("{run}", str(run.id))
        todo = f"{first}, then go on with {go_on}." if first else f"Go on with {go_on}."
    return f"{reason} {todo}"


async def _heeding_signals(stop: asyncio.Event, work: Coroutine[Any, Any, object]) -> None:
    """Await `work`; the first signal to end sets `stop` and says so. The loop's end undoes the handlers."""

    def heed() -> None:
        if not stop.is_set():
            say(_STOPPING)
        stop.set()

    loop = asyncio.get_running_loop()
    # Windows has no such handlers; there Ctrl+C ends the loop instead.
    with suppress(NotImplementedError):
        for name in ("SIGINT", "SIGTERM", "SIGHUP"):
            if hasattr(signal, name):
                loop.add_signal_handler(getattr(signal, name), heed)
    await work


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


def print_run(shared: Session, board: RunBoard) -> None:
    """The run's document, or the same facts for a person."""
    if sys.stderr.isatty() and not shared.json:
        say("")
    run = board.run
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
    shared.document(board.as_json(), lines)


def blocked_lines(blocked: Mapping[str, int]) -> list[str]:
    """How many people are blocked for each reason, in words, with what can be done about it."""
    return [
        f"  {n:>6}  {blocked_because(reason)}. {REMEDIES[BlockReason(reason)]}"
        for reason, n in blocked.items()
    ]
