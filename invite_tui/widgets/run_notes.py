"""What a run's board says in words: where every message stands, and what needs a look."""

from collections.abc import Sequence

from invite_core.instants import stored
from invite_core.invitations.runs import UNFINISHED, PauseReason, Status
from invite_core.lifecycle.states import State
from invite_core.provider.error_table import explain
from invite_core.views.hearing import Hearing
from invite_core.views.run_board import RunBoard
from invite_core.views.run_messages import Failures
from invite_tui.local_time import day_and_clock, length
from invite_tui.pace_shown import PaceShown
from invite_tui.reasons import blocked_because, paused_words, remedy
from invite_tui.sender_gone import Standing, gone_pieces
from invite_tui.state_style import STATES, STATUSES
from invite_tui.tone import Tone
from invite_tui.widgets.inert_label import Piece


def done(board: RunBoard) -> int:
    """Messages that have left: not those that wait, are on the wire, were given up or are blocked."""
    kept_back = board.counts[State.CANCELLED] + board.counts[State.BLOCKED]
    return max(0, board.run.total - kept_back - waiting(board))


def waiting(board: RunBoard) -> int:
    """Messages that are queued or on the wire."""
    return board.counts[State.QUEUED] + board.counts[State.SENDING]


def status_pieces(
    standing: Standing, pace: PaceShown, hearing: Hearing, *, sending_here: bool, may_act: bool
) -> list[Piece]:
    """Status, progress, rate and time left; or why the run stands still and what to do."""
    board = standing.board
    if standing.gone:
        todo = "Press r to go on; nobody is written to twice." if may_act else ""
        return [f"{done(board):,} of {board.run.eligible:,} are out\n", *gone_pieces(board.run.id, todo)]
    look = STATUSES[board.run.status]
    pieces: list[Piece] = [(look.text, look.tone), f"   {done(board):,} of {board.run.eligible:,} are out"]
    if board.run.status is Status.SENDING:
        if pace.rate:
            pieces.append(f", {pace.rate:.1f} a second")
        if pace.seconds_left:
            pieces.append(f", about {length(pace.seconds_left)} left")
        if not sending_here:
            pieces.append((" (another program sends it)", Tone.MUTED))
    if board.run.paused_because is not None:
        sentence, todo, detail = paused_words(board.run, outdated=standing.outdated)
        if board.run.paused_because is PauseReason.LISTENER_GAP and not standing.outdated:
            sentence, todo, detail = gap_words(hearing)
        pieces += [
            (f"\n{sentence} ", Tone.WARNING),
            f"{todo} " if may_act else "",
            (detail, Tone.MUTED),
        ]
    return pieces


def gap_words(hearing: Hearing) -> tuple[str, str, str]:
    """What is to be said of the absence that a run is paused for: what happened, what to do, and the rest."""
    if hearing.gap is None or not hearing.holds:
        return "The listener was away, and has caught up.", "Press r to go on.", ""
    if hearing.gap.needs_accepting:
        return hearing.gap.sentence(), "Ask the people who may have answered, then press r.", ""
    if hearing.gap.back_since is None:
        return hearing.gap.sentence(), "Start webhook-listener, let it catch up, then press r.", ""
    return hearing.gap.sentence(), "Let it catch up, then press r.", ""


def gap_pieces(board: RunBoard, hearing: Hearing) -> list[Piece]:
    """The absence of the listener, where it keeps back a run that is not paused for it, or was accepted
    while this run was there."""
    gap, run = hearing.gap, board.run
    if gap is None or run.paused_because is PauseReason.LISTENER_GAP:
        return []
    if hearing.holds:
        return [(f"! {gap.sentence()}\n", Tone.WARNING)] if run.status in UNFINISHED else []
    if gap.back_since is None or board.created_at > stored(gap.back_since):
        return []
    since, until = day_and_clock(stored(gap.away_since)), day_and_clock(stored(gap.back_since))
    lost = f"! Nobody listened from {since} to {until}: stops and answers may be lost. "
    return [(lost, Tone.WARNING), (f"{gap.accepted_by} has accepted that.\n", Tone.MUTED)]


def left_paused(board: RunBoard) -> str:
    """The last word on a run when the program that sent it is left."""
    out = f"{done(board):,} of {board.run.eligible:,} are out"
    if board.run.status is not Status.PAUSED:
        return f"Run {board.run.id} is {board.run.status}: {out}."
    return f"Run {board.run.id} is paused: {out}. Go on: open the program and press r on the run."


def count_column(board: RunBoard, shown: State | None) -> list[Piece]:
    """A line for every state: glyph, word and number; the one that the list shows stands out."""
    pieces: list[Piece] = []
    for state, look in STATES.items():
        n = board.counts[state]
        tone = Tone.ACCENT if state is shown else look.tone if n else Tone.MUTED
        pieces += [*(["\n"] if pieces else []), (f"{look.text:<15}{n:>9,}", tone)]
    return pieces


def count_line(board: RunBoard, shown: State | None, width: int) -> list[Piece]:
    """The states that have messages, in as few lines of `width` cells as they need."""
    pieces: list[Piece] = []
    used = 0
    for state, look in STATES.items():
        n = board.counts[state]
        if not n and state is not shown:
            continue
        text = f"{look.glyph} {n:,} {look.word}"
        gap = "   " if used and used + 3 + len(text) <= width else "\n" if used else ""
        used = len(text) + (used + 3 if gap == "   " else 0)
        pieces += [gap, (text, Tone.ACCENT if state is shown else look.tone)]
    return pieces


def note_pieces(board: RunBoard, failed: Sequence[Failures], hearing: Hearing) -> list[Piece]:
    """What needs a look, the gravest first: the listener's absence, failures by cause, the unconfirmed,
    the blocked."""
    pieces = gap_pieces(board, hearing)
    for group in failed:
        fact = explain(group.code)
        code = f" ({group.code})" if group.code is not None else ""
        pieces += [(f"✗ {group.n:,} failed{code}: {fact.sentence}", Tone.BAD), f" {fact.todo}\n"]
    if unconfirmed := board.counts[State.UNCONFIRMED]:
        pieces += [
            (f"? {unconfirmed:,} unconfirmed: ", Tone.WARNING),
            "each may or may not have been sent. An update from Meta settles it; ",
            "else press u, and settle it when you know.\n",
        ]
    if board.held:
        pieces += [(f"› {board.held:,} held: ", Tone.WARNING), "Meta checks them before it sends them on.\n"]
    for reason, n in board.blocked.items():
        pieces += [(f"⊘ {n:,} blocked: {blocked_because(reason)}.", Tone.MUTED), f" {remedy(reason)}\n"]
    return pieces
