"""Building an audience by picking: whom each term holds for, who would be written to, who would not and why."""

from collections.abc import Callable
from dataclasses import replace
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Select

from invite_core import instants
from invite_core.errors import InviteError
from invite_core.invitations import events, templates
from invite_core.invitations.plan import Wish
from invite_core.views.audience_board import AudienceBoard, audience_board
from invite_core.views.audience_choices import AudienceChoice, audience_choices
from invite_tui.audience_counted import counted
from invite_tui.audience_terms import EVERYONE, Picked, picked
from invite_tui.choice_words import HOUSEHOLD, pick_rows
from invite_tui.reading_pace import ReadingPace
from invite_tui.screens.saved_audience_acts import SavedAudienceActs
from invite_tui.tone import Tone
from invite_tui.widgets.audience_form import Asked, AudienceForm
from invite_tui.widgets.audience_picker import AudiencePicker
from invite_tui.widgets.fault_line import FaultLine
from invite_tui.widgets.grouped_verdicts import GroupedVerdicts
from invite_tui.widgets.inert_label import InertLabel, Piece
from invite_tui.widgets.key_line import KeyLine
from invite_tui.widgets.record_table import RecordTable
from invite_tui.widgets.search_field import SearchField
from invite_tui.widgets.top_line import TopLine

Use = Callable[[str, bool], None]
"""Takes an audience that was built: the expression, and whether each household is written to once."""


class AudienceScreen(SavedAudienceActs):
    """An audience for one event. `use` takes it; without `use`, a new message to it is begun.

    `wish` is the message that is being put together, if it says already what is sent.
    """

    CSS_PATH = "audience.tcss"
    AUTO_FOCUS = "#choices"
    SPARE_KEYS: ClassVar[tuple[str, ...]] = ("search",)

    HELP = """
Pick on the left who is meant. Enter, Space or a click takes a term in (+), once more turns it round
(− leaves those people out), once more takes it out again. Every term has to hold at once: two tags mean
whoever has both. The expression above says the same and can be typed instead; below it stands for how
many people each term holds, and for how many all of them do.

On the right everyone of this audience stands once: who would get the message, and who would not, by the
reason. Enter on a reason shows its people, Enter on a person opens them.

s keeps the audience under a name, which can then be picked like a tag. l puts what a saved one stands for
in place of the expression, d deletes it. u uses the audience for the message.
"""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("u", "use", "Use", id="audience.use", tooltip="Take this audience for the message"),
        Binding("slash", "search", "Search", id="audience.search", key_display="/",
                tooltip="Look for something to pick"),
        Binding("e", "type", "Type", id="audience.type", tooltip="Type the expression instead of picking"),
    ]  # fmt: skip

    def __init__(
        self,
        event: int | None = None,
        *,
        wish: Wish | None = None,
        expression: str = EVERYONE,
        per_household: bool = False,
        use: Use | None = None,
    ) -> None:
        super().__init__()
        self._form = AudienceForm(event, wish, expression, per_household=per_household)
        self._picker = AudiencePicker(id="picker")
        self._use = use
        self._board: AudienceBoard | None = None
        self._judging = ReadingPace()
        self._choices: list[AudienceChoice] = []
        self._listing = ReadingPace()

    def compose(self) -> ComposeResult:
        """For what, and the expression; the counts; what can be picked, and beside it who is chosen."""
        yield TopLine(("Audience", Tone.ACCENT))
        yield self._form
        yield InertLabel(id="terms")
        yield FaultLine()
        with Horizontal(id="building"):
            yield self._picker
            with Vertical(id="people"):
                yield GroupedVerdicts()
        yield InertLabel(id="explained")
        yield KeyLine()

    # ------------------------------------------------------------ reading

    async def load(self) -> None:
        """Offer what there is, count and judge what is asked for."""
        self._form.offer(await self.read(events.listing), await self.read(templates.listing))
        asked = self._form.asked
        if asked is None:
            self._show_nothing("Choose an event first. There is none? Add one with `invite-tui events add`.")
            return
        if self._listing.is_due(asked.event):
            self._listing.begin()
            self._choices = await self.read(audience_choices, asked.event)
            self._listing.end(asked.event)
        if self._judging.is_due(asked):
            await self._judge(asked)
        everybody = self._board.counts.everybody if self._board is not None else None
        self._picker.offer(pick_rows(self._choices, everybody))

    async def _judge(self, asked: Asked) -> None:
        board, fault = None, None
        another = asked != self._judging.asked
        now = instants.now()
        try:
            if another and self._judging.is_slow:  # the counts come first
                counts = await self.read(audience_board, asked.event, asked.expression, None, now=now)
                self._show(counts, another=True)
            self._judging.begin()
            if self._form.asked == asked:
                board = await self.read(audience_board, asked.event, asked.expression, asked.wish, now=now)
        except InviteError as refusal:
            fault = refusal
        if self._form.asked != asked:  # asked for something else meanwhile
            self.reload()
            return
        self._judging.end(asked)
        if board is not None:
            self._show(board, another=another)
        elif fault is not None:
            self._show_nothing(("! ", Tone.BAD), (fault.sentence, Tone.BAD), f" {fault.todo}")

    # ------------------------------------------------------------ showing

    def _show_nothing(self, *why: Piece) -> None:
        self._board = None
        self.query_one("#terms", InertLabel).say(*why)
        self.query_one(GroupedVerdicts).show_nothing("")

    def _show(self, board: AudienceBoard, *, another: bool) -> None:
        self._board = board
        self.query_one("#terms", InertLabel).say(*counted(board))
        if board.preview is not None:
            self.query_one(GroupedVerdicts).show(board.preview, from_top=another)
        else:
            asked = self._form.asked
            is_coming = asked is not None and asked.wish is not None
            why = "Reading…" if is_coming else "Choose a template to see who would get it."
            self.query_one(GroupedVerdicts).show_nothing(why)
        self._explain()

    @on(RecordTable.Highlighted)
    def _another_row(self) -> None:
        self._explain()
        self.refresh_bindings()

    def on_descendant_focus(self) -> None:
        """The line at the bottom follows the list that has the focus."""
        self._explain()

    def _explain(self) -> None:
        verdicts = self.query_one(GroupedVerdicts)
        row = self._picker.row
        if verdicts.has_pseudo_class("focus-within"):
            pieces = verdicts.explained
        elif row is not None:
            pieces = [(f"{row.key}  " if row.term and not row.saved else "", Tone.STRONG), row.meaning]
        else:
            pieces = []
        self.query_one("#explained", InertLabel).say(*pieces)

    # ------------------------------------------------------------ picking

    @on(AudienceForm.Changed)
    def _form_changed(self) -> None:
        self._picker.mark(self._form.expression, per_household=self._form.per_household)
        self.reload()

    @on(AudiencePicker.Chosen)
    def _row_picked(self, message: AudiencePicker.Chosen) -> None:
        row, how = message.row, message.how
        if row.key == HOUSEHOLD:
            self._form.per_household = how is Picked.WITH
        elif row.term is None:
            self._form.expression = EVERYONE
        else:
            try:
                self._form.expression = picked(self._form.expression, row.term, how)
            except InviteError as fault:
                self.say_not_yet(fault)

    @on(GroupedVerdicts.PersonChosen)
    def _person_chosen(self, message: GroupedVerdicts.PersonChosen) -> None:
        self.program.open_person(message.contact)

    @on(Input.Submitted, "#expression")
    def _typed_out(self) -> None:
        self.query_one("#choices").focus()

    def action_search(self) -> None:
        """Go to the search."""
        self.query_one(SearchField).focus()

    def action_type(self) -> None:
        """Go to the expression."""
        self.query_one("#expression").focus()

    @property
    def leaves_field(self) -> bool:
        """Escape goes from a field to the list."""
        return isinstance(self.focused, Input | Select)

    def action_back(self) -> None:
        """Out of a field first, then back; the message keeps the audience that it had."""
        search = self.query_one(SearchField)
        if self.leaves_field or search.value:
            search.value = ""
            self.query_one("#choices").focus()
        else:
            super().action_back()

    # ------------------------------------------------------------ the audience at hand

    @property
    def expression(self) -> str | None:
        """The audience at hand; None while it cannot be read or is not counted yet."""
        is_counted = self._board is not None and self._judging.asked == self._form.asked
        return self._form.expression if is_counted else None

    @property
    def saved(self) -> AudienceChoice | None:
        """The saved audience under the cursor."""
        row = self._picker.row
        return row.saved if row is not None else None

    def put(self, expression: str) -> None:
        """Make this the audience at hand."""
        self._form.expression = expression

    def read_list_again(self) -> None:
        """What is saved is another list at the next reading."""
        self._listing.asked = None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A viewer uses nothing."""
        if action == "use":
            return self.desk.may_act
        return super().check_action(action, parameters)

    def action_use(self) -> None:
        """Take the audience for the message, or begin one."""
        if self.expression is None:
            self.say_not_yet(InviteError("This audience cannot be used.", "Mend the expression first."))
            return
        asked = self._form.asked
        if self._use is not None:
            self.app.pop_screen()
            self._use(self._form.expression, self._form.per_household)
        elif asked is not None:
            begun = asked.wish or Wish(event=str(asked.event), template="")
            begun = replace(begun, audience=asked.expression, per_household=self._form.per_household)
            program = self.program
            program.pop_screen()
            program.compose_message(begin=begun)
