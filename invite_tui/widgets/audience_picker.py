"""The list from which an audience is picked: search above, one row a term, a sign beside those that are in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message

from invite_core.errors import InviteError
from invite_core.people.names import name_key
from invite_tui.audience_terms import EVERYONE, NEXT, Picked, how_picked
from invite_tui.choice_words import HOUSEHOLD, PickRow
from invite_tui.tone import Tone
from invite_tui.widgets.inert_label import InertLabel
from invite_tui.widgets.record_table import RecordTable
from invite_tui.widgets.records import Cell, Column, Listed
from invite_tui.widgets.search_field import SearchField

SIGNS = {Picked.WITH: Tone.GOOD, Picked.WITHOUT: Tone.WARNING, Picked.NOT: Tone.PLAIN}


class PickTable(RecordTable):
    """Rows that are picked and not opened."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,space", "choose", "Pick", id="pick.next",
                tooltip="Take what is under the cursor in, turn it round, or take it out again"),
        Binding("minus", "without", "Without", id="pick.without", key_display="-", show=False,
                tooltip="Leave out whoever is under the cursor"),
    ]  # fmt: skip

    @dataclass
    class Without(Message):
        """What is under the cursor is to be left out."""

    def action_without(self) -> None:
        """Leave out whoever is under the cursor."""
        self.post_message(self.Without())


class AudiencePicker(Vertical):
    """What can be picked. `Chosen` says that a row was; the screen changes the expression, and shows it again."""

    @dataclass
    class Chosen(Message):
        """A row was picked."""

        row: PickRow
        how: Picked
        """How its term is to stand from now on."""

    DEFAULT_CSS = """
    AudiencePicker > .title { padding: 0 1; height: 1; }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name for it
        super().__init__(id=id)
        self._rows: dict[str, PickRow] = {}
        self._expression = EVERYONE
        self._per_household = False

    def compose(self) -> ComposeResult:
        """Title, search, list."""
        yield InertLabel(("Pick  ", Tone.STRONG), ("+ with  − without", Tone.MUTED), classes="title")
        yield SearchField("a tag, an answer, a city")
        yield PickTable(
            Column("", 1),
            Column("By", 6),
            Column("Who", 12, grows=True),
            Column("People", 6, right=True),
            empty="Nothing to pick is found by that name.",
            opens=True,
            id="choices",
        )

    @property
    def table(self) -> RecordTable:
        """The list."""
        return self.query_one(PickTable)

    @property
    def row(self) -> PickRow | None:
        """The row under the cursor; None where there is none, or no list yet or any more.

        Keys are looked at before a screen is composed, and while it is taken down.
        """
        found = next(iter(self.query(PickTable)), None)
        return self._rows.get(str(found.key)) if found is not None else None

    def offer(self, rows: Sequence[PickRow]) -> None:
        """What there is to pick from."""
        offered = {row.key: row for row in rows}
        if offered != self._rows:
            self._rows = offered
            self._show()

    def mark(self, expression: str, *, per_household: bool) -> None:
        """Show what is in the audience."""
        if (expression, per_household) != (self._expression, self._per_household):
            self._expression, self._per_household = expression, per_household
            self._show()

    @on(SearchField.Searched)
    def _show(self) -> None:
        words = name_key(self.query_one(SearchField).value).split()
        found = [
            row
            for row in self._rows.values()
            if all(word in name_key(f"{row.kind} {row.words} {row.key}") for word in words)
        ]
        self.table.show(Listed(found, lambda row: row.key, self._cells))

    def _how(self, row: PickRow) -> Picked:
        if row.term is None:
            is_in = (
                self._per_household if row.key == HOUSEHOLD else self._expression.strip() in (EVERYONE, "")
            )
            return Picked.WITH if is_in else Picked.NOT
        try:
            return how_picked(self._expression, row.term)
        except InviteError:  # what is being typed cannot be read yet; the screen says so
            return Picked.NOT

    def _cells(self, row: PickRow) -> list[Cell]:
        how = self._how(row)
        tone = SIGNS[how] if how is not Picked.NOT else Tone.WARNING if row.is_gone else Tone.PLAIN
        number = "gone" if row.is_gone else "" if row.people is None else f"{row.people:,}"
        return [
            Cell(how.value, SIGNS[how]),
            Cell(row.kind, Tone.MUTED),
            Cell(row.words, tone),
            Cell(number, Tone.PLAIN if row.people else Tone.MUTED),
        ]

    @on(RecordTable.Chosen)
    def _picked(self, message: RecordTable.Chosen) -> None:
        message.stop()
        row = self._rows[cast(str, message.key)]
        self.post_message(self.Chosen(row, NEXT[self._how(row)]))

    @on(PickTable.Without)
    def _left_out(self, message: PickTable.Without) -> None:
        message.stop()
        if self.row is not None:
            self.post_message(self.Chosen(self.row, Picked.WITHOUT))
