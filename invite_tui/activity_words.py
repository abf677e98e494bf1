"""The updates that came as the source of a table, and what each of them says in words."""

from collections.abc import Callable, Hashable, Sequence
from datetime import datetime
from typing import cast

from invite_core import instants
from invite_core.delivery import self_test
from invite_core.instants import read
from invite_core.lifecycle.states import State
from invite_core.provider.error_table import explain
from invite_core.views.activity import ActivityLine, activity_count, activity_position, activity_slice
from invite_tui.answer_style import ANSWERS
from invite_tui.desk import Desk
from invite_tui.local_time import date_and_clock
from invite_tui.state_style import STATES, Look
from invite_tui.tone import Tone
from invite_tui.widgets.inert_label import Piece
from invite_tui.widgets.records import Cell, Column, Record

COLUMNS = (
    Column("Came", 12),
    Column("Update", 14),
    Column("Of whom, or what", 16, grows=True),
    Column("More", 20, grows=True, drop=1),
    Column("Outcome", 11),
)
"""What the cells of an update are."""

OUTCOMES: dict[str, Look] = {
    "applied": Look("=", "taken in", Tone.MUTED),
    "stale": Look("·", "came late", Tone.MUTED),
    "unmatched": Look("…", "waits", Tone.WARNING),
    "ignored": Look("–", "ignored", Tone.MUTED),
    "quarantined": Look("?", "odd", Tone.WARNING),
}
"""What became of an update."""

_EXPLAINED = {
    "applied": "It was taken in.",
    "stale": "It came late, or again under another name, and changed nothing.",
    "unmatched": "It waits for the message that it is about; after 30 days it is taken for another program's.",
    "ignored": "It is not about you, or says nothing that this program acts on.",
    "quarantined": "It could not be understood; what came is kept for whoever looks into it.",
}

_STOP = Look("⊘", "stop", Tone.WARNING)
_ODD = Look("?", "odd", Tone.WARNING)
_REPLIES: dict[str, Look] = {
    "possible_opt_out": Look("!", "stop?", Tone.WARNING),
    "stop": _STOP,
    "unread": Look("“", "text", Tone.STRONG),
    "done": Look("“", "text", Tone.PLAIN),
    "answer": Look("=", "answer", Tone.PLAIN),
}
_KINDS: dict[str, Look] = {
    "message": Look("“", "message", Tone.PLAIN),
    "identity": Look("→", "new number", Tone.PLAIN),
    "errors": Look("✗", "error", Tone.BAD),
    "status": Look("·", "status", Tone.MUTED),
    self_test.FIELD: Look("·", "check-up", Tone.MUTED),
}
_TEMPLATE_WORDS = ("template", "message_template")


class Activity:
    """The newest updates, as the source of a table. While `follows` is true the cursor stays at the top."""

    def __init__(self, desk: Desk, follows: Callable[[], bool]) -> None:
        self._desk = desk
        self._follows = follows
        self.lines: dict[int, ActivityLine] = {}
        """Those that have been read, by the receipt's id."""

    async def count(self) -> int:
        """How many there are."""
        return await self._desk.read(activity_count)

    async def page(self, offset: int, limit: int) -> Sequence[Record]:
        """Some of them."""
        lines = await self._desk.read(activity_slice, offset=offset, limit=limit)
        self.lines.update({line.receipt: line for line in lines})
        today = instants.now()
        return [Record(line.receipt, _cells(line, today)) for line in lines]

    async def position(self, key: Hashable) -> int | None:
        """Where an update stands; the top where the newest is followed."""
        return None if self._follows() else await self._desk.read(activity_position, cast(int, key))


def look_of(line: ActivityLine) -> Look:
    """What an update says, in one word."""
    if line.outcome == "quarantined":
        return _ODD
    if line.outcome == "ignored" and line.kind not in ("status", "message"):
        return OUTCOMES["ignored"]
    match line.kind:
        case "status" if line.status in list(State):
            return STATES[State(line.status)]
        case "message" if line.reply == "tap" and line.answer in ANSWERS:
            return ANSWERS[line.answer]
        case "message" if line.reply_status:
            return _REPLIES[line.reply_status]
        case "user_preferences":
            return _STOP if line.status == "stop" else Look("✓", "resume", Tone.PLAIN)
        case kind if kind in _KINDS:
            return _KINDS[kind]
        case kind if kind.startswith(_TEMPLATE_WORDS):
            return Look("T", "template", Tone.PLAIN)
    return Look("A", "account", Tone.PLAIN)


def subject(line: ActivityLine) -> str:
    """Whom, or what, an update is about."""
    if line.kind in ("status", "message", "user_preferences", "identity"):
        if line.outcome == "quarantined":
            return line.kind
        return line.name or ("(unknown)" if line.outcome != "ignored" else "another number")
    if line.kind.startswith(_TEMPLATE_WORDS) and line.outcome in ("applied", "stale"):
        return line.note.partition(":")[0]
    return line.kind


def more(line: ActivityLine) -> str:
    """What else an update says."""
    if line.kind == "status" and line.error_code is not None:
        return explain(line.error_code).sentence
    if line.kind == "message" and line.reply:
        return line.text or ("(a picture, a voice message or a file)" if line.reply == "media" else "")
    if line.kind == "user_preferences":
        return "marketing messages, inside WhatsApp"
    said = line.status.lower().replace("_", " ") if line.kind != "status" else ""
    note = line.note.partition(": ")[2] if subject(line) == line.note.partition(":")[0] else line.note
    return ": ".join(filter(None, (said, note)))


def reading(line: ActivityLine) -> Sequence[Piece]:
    """An update in full."""
    look = look_of(line)
    told = f", told {date_and_clock(line.said_at)}" if line.said_at else ""
    again = f", sent {line.seen} times" if line.seen > 1 else ""
    pieces: list[Piece] = [
        (f"{look.glyph} {look.word}", look.tone), "  ", (subject(line), Tone.STRONG), f"  {more(line)}",
        (f"\nCame {date_and_clock(line.received_at)}{told}{again}.", Tone.MUTED),
        f" {_EXPLAINED[line.outcome]}",
    ]  # fmt: skip
    if line.outcome == "quarantined" and line.text:
        pieces.append((f"\n{line.text}", Tone.MUTED))
    elif line.provider_message_id:
        pieces.append((f"\n{line.provider_message_id}", Tone.MUTED))
    return pieces


def _cells(line: ActivityLine, today: datetime) -> list[Cell]:
    look, outcome = look_of(line), OUTCOMES[line.outcome]
    again = f" ×{line.seen}" if line.seen > 1 else ""
    tone = Tone.MUTED if line.outcome in ("ignored", "stale") else Tone.PLAIN
    return [
        Cell(_moment(line.received_at, today), Tone.MUTED),
        Cell(look.text, look.tone),
        Cell(subject(line), tone),
        Cell(more(line), Tone.MUTED),
        Cell(f"{outcome.word}{again}", outcome.tone),
    ]


def _moment(moment: str, today: datetime) -> str:
    """The time of day of what came today, else day and time."""
    came = read(moment).astimezone()
    return f"{came:%H:%M:%S}" if came.date() == today.astimezone().date() else f"{came:%d %b %H:%M}"
