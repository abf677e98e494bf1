"""Merging two entries that are one person: the other is looked for, the outcome seen, the word typed."""

from collections.abc import Iterator, Sequence
from typing import ClassVar, NamedTuple, cast

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from invite_core import instants
from invite_core.operations import merging
from invite_core.operations.merging import MergePreview
from invite_core.views.person_sheet import PersonSheet, person_sheet
from invite_tui.command_line.counting import counted
from invite_tui.for_good_words import MERGE_WORD, merged_lines
from invite_tui.inert_text import inert
from invite_tui.screens.desk_screen import DeskScreen
from invite_tui.screens.fill_in import Field, FillInScreen
from invite_tui.screens.people import PEOPLE_COLUMNS, FoundPeople
from invite_tui.tone import Tone
from invite_tui.widgets.fault_line import FaultLine
from invite_tui.widgets.inert_label import InertLabel, Piece
from invite_tui.widgets.key_line import KeyLine
from invite_tui.widgets.record_table import RecordTable
from invite_tui.widgets.records import Cell, Column, Listed
from invite_tui.widgets.search_field import SearchField
from invite_tui.widgets.top_line import TopLine


class Compared(NamedTuple):
    """One fact of two people, and of the one that a merge makes of them."""

    fact: str
    kept: str
    gone: str
    together: str


class MergeScreen(DeskScreen):
    """One person, another who is looked for, and what a merge makes of them. Gives nothing back."""

    CSS_PATH = "merge.tcss"
    AUTO_FOCUS = "SearchField"

    HELP = """
Two entries may be one person: written twice, or known under two numbers. Look for the other one and press
Enter: what either has stands side by side with what a merge makes of it. The facts of the one who stays count;
what is empty there is filled up from the other; numbers, tags, consents, blocks, messages and answers of both
are the one person's. x lets the other one stay instead.

A block on either holds for the one person. A merge cannot be undone, so the word is typed.
"""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("m", "merge", "Merge…", id="merge.merge", tooltip="Make the two one person, for good"),
        Binding("x", "exchange", "Keep the other", id="merge.exchange",
                tooltip="Let the other one stay, and this one become part of them"),
        Binding("slash", "search", "Search", id="merge.search", key_display="/", tooltip="Look for the other one"),
    ]  # fmt: skip

    def __init__(self, contact: int) -> None:
        super().__init__()
        self._contact = contact
        self._pair = (contact, contact)
        """Who stays, and who becomes a part of them."""
        self._preview: MergePreview | None = None

    def compose(self) -> ComposeResult:
        """The search and whom it finds; below, the two side by side."""
        yield TopLine(("Merge", Tone.ACCENT))
        yield FaultLine()
        yield SearchField("the other one: a name, a tag or digits of a number")
        yield RecordTable(
            *PEOPLE_COLUMNS,
            empty="Nobody is found.",
            opens=True,
            id="people",
        )
        yield InertLabel(id="outcome")
        yield RecordTable(
            Column("", 14),
            Column("Stays", 16, grows=True),
            Column("Becomes a part of them", 16, grows=True),
            Column("Together", 16, grows=True),
            empty="Press Enter on the other one: then both stand here, and what a merge makes of them.",
            id="compared",
        )
        yield KeyLine()

    def on_mount(self) -> None:
        """The lists read by themselves."""
        super().on_mount()
        self.query_one("#people", RecordTable).show(FoundPeople(self.desk, ""))
        self.query_one("#compared", RecordTable).show(_side_by_side(None))

    async def load(self) -> None:
        """Read who is in question."""
        sheet = await self.read(person_sheet, self._contact)
        name = sheet.facts["name"] or "(no name)"
        self.query_one(TopLine).say_left(("Merge  ", Tone.ACCENT), (name, Tone.STRONG), " with somebody else")

    # ------------------------------------------------------------ looking for the other

    @on(SearchField.Searched)
    def _searched(self, message: SearchField.Searched) -> None:
        self.query_one("#people", RecordTable).show(FoundPeople(self.desk, message.text), from_top=True)

    @on(RecordTable.Chosen, "#people")
    def _other_chosen(self, message: RecordTable.Chosen) -> None:
        self._pair = (self._contact, cast(int, message.key))
        self._compare()

    @work(exclusive=True, group="compare")
    async def _compare(self) -> None:
        await self._look_at_both()

    async def _look_at_both(self) -> None:
        """See what a merge would make, now; a refusal is shown."""
        kept, gone = self._pair
        by, now = self.desk.operator, instants.now()
        self._preview = await self.act(lambda store: merging.would_merge(store, kept, gone, by=by, now=now))
        self.query_one("#compared", RecordTable).show(_side_by_side(self._preview))
        self.query_one("#outcome", InertLabel).say(*_outcome(self._preview))
        self.refresh_bindings()

    # ------------------------------------------------------------ acts

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only two who stand side by side are merged."""
        if action in ("merge", "exchange"):
            return self.desk.may_act and self._preview is not None
        return super().check_action(action, parameters)

    def action_search(self) -> None:
        """Go to the search."""
        self.query_one(SearchField).focus()

    def action_back(self) -> None:
        """Out of the search first, then back."""
        search = self.query_one(SearchField)
        if isinstance(self.focused, Input) and search.value:
            search.value = ""
        else:
            super().action_back()

    def action_exchange(self) -> None:
        """Let the other one stay."""
        kept, gone = self._pair
        self._pair = (gone, kept)
        self._compare()

    @work(exclusive=True, group="act")
    async def action_merge(self) -> None:
        """Ask for the word, then merge, and show the one person."""
        await self._look_at_both()
        if self._preview is None or await self.app.push_screen_wait(_question(self._preview)) is None:
            return
        self._preview = None  # Enter that is held down merges once
        kept, gone = self._pair
        by, now = self.desk.operator, instants.now()
        done = await self.act(lambda store: merging.merge(store, kept, gone, by=by, now=now))
        if done is not None:
            self.notify(inert(" ".join(merged_lines(done))), timeout=15, markup=False)
            self.app.pop_screen()


def _question(preview: MergePreview) -> FillInScreen:
    kept, gone = preview.kept.facts, preview.gone.facts
    return FillInScreen(
        f"Make {gone['name'] or 'the other one'} a part of {kept['name'] or 'this person'}?",
        (f"Person {gone['contact']} becomes a part of person {kept['contact']}, for good. ", Tone.STRONG),
        ("This cannot be undone.", Tone.WARNING),
        _waiting(preview),
        fields=[Field("word", f"Type “{MERGE_WORD}” to go on", word=MERGE_WORD)],
        do="Merge",
    )


def _waiting(preview: MergePreview) -> str:
    waiting = preview.done.withdrawn
    if not waiting:
        return ""
    verb = "waits" if waiting == 1 else "wait"
    return (
        f" {counted(waiting, 'message')} to the other entry {verb} in a run and will not be sent from there."
    )


def _outcome(preview: MergePreview | None) -> Sequence[Piece]:
    if preview is None:
        return ()
    facts = preview.together.facts
    if facts["do_not_message"]:
        said: Piece = ("⊘ The one person is on the Do-Not-Message list: nobody writes to them.", Tone.WARNING)
    elif not facts["consent"]:
        said = ("✗ No consent holds for the one person: nobody writes to them.", Tone.WARNING)
    else:
        said = ("✓ Consent holds for the one person, and no block stands.", Tone.GOOD)
    return said, (_waiting(preview), Tone.WARNING)


def _side_by_side(preview: MergePreview | None) -> Listed[Compared]:
    compared: list[Compared] = []
    if preview is not None:
        sheets = (preview.kept, preview.gone, preview.together)
        facts = [dict(_facts(sheet)) for sheet in sheets]
        names = dict.fromkeys(name for each in reversed(facts) for name in each)
        compared = [Compared(name, *(each.get(name, "") for each in facts)) for name in names]
    return Listed(compared, lambda each: each.fact, _cells)


def _facts(sheet: PersonSheet) -> Iterator[tuple[str, str]]:
    facts = sheet.facts
    yield "Name", facts["name"] or "(no name)"
    for place, address in enumerate(sheet.addresses, 1):
        yield f"Number {place}", f"{address['value']}{' (no longer theirs)' if address['retired_at'] else ''}"
    yield "Consent", "✓ holds" if facts["consent"] else "✗ none"
    yield "Blocked", "⊘ yes" if facts["do_not_message"] else "no"
    yield "Language", facts["language"] or "–"
    yield "Places", str(facts["places"])
    yield "Household", facts["household"] or "–"
    yield "Tags", ", ".join(facts["tags"]) or "–"
    yield from ((f"“{word}”", value) for word, value in facts["attributes"].items())
    yield "Messages", str(len(sheet.messages))
    yield "Answers", str(len(sheet.answers))


def _cells(compared: Compared) -> list[Cell]:
    is_lost = compared.gone not in ("", "–", compared.together) and (
        compared.fact in _ONE_COUNTS or compared.fact.startswith("“")
    )
    return [
        Cell(compared.fact, Tone.MUTED),
        Cell(compared.kept),
        Cell(compared.gone, Tone.WARNING if is_lost else Tone.PLAIN),
        Cell(compared.together, Tone.STRONG),
    ]


_ONE_COUNTS = ("Name", "Language", "Places", "Household")
"""The facts of which one is kept, as it is of the organiser's own words; of the others both are."""
