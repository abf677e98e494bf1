"""Whether a run that counts as being sent has anybody who sends it."""

from collections.abc import Sequence
from dataclasses import dataclass

from invite_core.dispatch.sender_lock import SenderBusy, holder, require_free
from invite_core.invitations import events
from invite_core.invitations.runs import Status
from invite_core.store import Store
from invite_core.views.home_board import RunLine, run_lines
from invite_core.views.run_board import RunBoard, run_board
from invite_tui.tone import Tone
from invite_tui.widgets.inert_label import Piece


def nobody_sends(store: Store) -> bool:
    """Whether the sender's lock is free, as far as that can be told: a sender that begins meanwhile is not
    disturbed, and whoever may not touch the lock takes the sender's word that it is there."""
    try:
        require_free(store.path)
    except SenderBusy:
        return False
    return holder(store.path) is None


@dataclass(frozen=True, slots=True)
class Standing:
    """A run, and what its own row does not tell."""

    board: RunBoard
    gone: bool
    """Whether the program that sent it has ended before it."""
    outdated: bool
    """Whether the event was changed since the run was made."""

    @property
    def may_go_on(self) -> bool:
        """Whether nobody sends it, and it may be sent on."""
        stands = self.gone or self.board.run.status in (Status.READY, Status.PAUSED)
        return stands and not self.outdated


def standing(store: Store, run: int) -> Standing:
    """How a run stands. Raises `RunFault` for an unknown id."""
    board = run_board(store, run)
    gone = board.run.status is Status.SENDING and nobody_sends(store)
    if gone:  # unless it has come to its end between the two looks
        board = run_board(store, run)
        gone = board.run.status is Status.SENDING
    outdated = events.get(store, board.run.event).facts_version != board.run.facts_version
    return Standing(board, gone, outdated)


def lines_and_gone(store: Store) -> tuple[list[RunLine], Sequence[int]]:
    """Every run, the newest first, and the ids of those whose sender has ended before them."""
    lines = run_lines(store)
    if not any(line.status is Status.SENDING for line in lines) or not nobody_sends(store):
        return lines, ()
    lines = run_lines(store)
    return lines, [line.run for line in lines if line.status is Status.SENDING]


def gone_pieces(run: int, todo: str) -> list[Piece]:
    """That the sender of a run has ended, and what to do about it."""
    return [
        (f"! The program that sent run {run} has ended. ", Tone.WARNING),
        f"Some messages may be unclear. {todo}",
    ]
