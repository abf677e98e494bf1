"""Sending a run from the command line: signals, progress on stderr, and the run's last word."""

import asyncio
import signal
import sys

import click

from invite_core.invitations.runs import Status
from invite_core.operations.sending import send_run
from invite_core.store import Store
from invite_core.views.run_board import RunBoard, run_board
from invite_tui.command_line.session import Session

REFUSED, INTERRUPTED = 1, 130


def follow(shared: Session, store: Store, run: int, *, wait: bool) -> None:
    """Send `run` until it settles, print it, and end the command with its exit code.

    SIGINT and SIGTERM stop cleanly: nothing new leaves, answers on their way are awaited and written.
    """
    stop = asyncio.Event()
    asyncio.run(_send(shared, store, run, stop, wait))
    print_run(shared, run_board(store, run))
    if stop.is_set():
        raise click.exceptions.Exit(INTERRUPTED)
    exit_by_status(shared, run_board(store, run))


def exit_by_status(shared: Session, board: RunBoard) -> None:
    """End the command with exit code 1, naming the reason, if the run is paused."""
    if board.run.status is Status.PAUSED:
        reason = str(board.run.paused_because).replace("_", " ")
        shared.note(f"Run {board.run.id} is paused ({reason}). {board.run.paused_detail}".rstrip())
        raise click.exceptions.Exit(REFUSED)


async def _send(shared: Session, store: Store, run: int, stop: asyncio.Event, wait: bool) -> None:
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(sign, stop.set)
        except NotImplementedError:  # Windows has no such handlers; Ctrl+C ends the loop instead
            break
    progress = asyncio.create_task(_progress(shared, store, run))
    try:
        await send_run(store, shared.settings, run, stop=stop, wait=wait)
    finally:
        progress.cancel()


async def _progress(shared: Session, store: Store, run: int) -> None:
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
        click.echo("", err=True)
    document = board.as_json()
    because = f" ({str(board.run.paused_because).replace('_', ' ')})" if board.run.paused_because else ""
    lines = [
        (
            f"Run {board.run.id}: {board.event_name}, {board.run.purpose}, template {board.run.template}: "
            f"{board.run.status}{because}"
        ),
        f"{board.run.total} people, {board.run.eligible} eligible when the run was made.",
        *[f"  {n:>6}  {state}" for state, n in board.counts.items() if n],
    ]
    if board.blocked:
        lines.append("Blocked:")
        lines += [f"  {n:>6}  {reason.replace('_', ' ')}" for reason, n in board.blocked.items()]
    shared.document(document, lines)
