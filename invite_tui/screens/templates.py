"""The templates: how each text stands with Meta, how it will look, and what a tap on its buttons means."""

from collections.abc import Hashable, Sequence
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll

from invite_core import instants
from invite_core.errors import InviteError
from invite_core.invitations import template_choices, templates
from invite_core.invitations.button_meanings import Meaning
from invite_core.invitations.templates import Variant
from invite_core.operations.template_sync import fetch_templates
from invite_core.provider.template_components import render
from invite_core.views.template_board import TemplateLine, template_lines
from invite_tui.screens.desk_screen import DeskScreen
from invite_tui.screens.fill_in import Field, FillInScreen
from invite_tui.template_looks import COLUMNS, cells, facts, meaning_words
from invite_tui.tone import Tone
from invite_tui.widgets.fault_line import FaultLine
from invite_tui.widgets.inert_label import InertLabel
from invite_tui.widgets.key_line import KeyLine
from invite_tui.widgets.message_bubble import MessageBubble
from invite_tui.widgets.record_table import RecordTable
from invite_tui.widgets.records import Listed
from invite_tui.widgets.top_line import TopLine

MOST_PLACES = 6
"""With so many places at most a button can be chosen to mean yes; any other number is given with `--button`."""


class TemplatesScreen(DeskScreen):
    """Every text in every language, and below the list the one under the cursor."""

    CSS_PATH = "templates.tcss"
    AUTO_FOCUS = "#templates"

    HELP = """
The texts that Meta knows of, one line for each language. Only what Meta has approved can be sent, and only
once every button has a meaning and every gap in the text is filled. Beside the text stands what is in the
way, and what to do; tab goes there, to scroll.

f fetches all of them from Meta anew. b says what a tap on each button means, g what fills each gap: name,
event.name, event.date, event.time, event.venue, attribute.X, or =any words. Both hold for every run that is
made from then on; runs that are made already keep theirs.
"""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f", "fetch", "Fetch", id="templates.fetch", tooltip="Fetch all templates from Meta anew"),
        Binding("b", "buttons", "Buttons…", id="templates.buttons", tooltip="Say what a tap on each button means"),
        Binding("g", "gaps", "Gaps…", id="templates.gaps", tooltip="Say what fills each gap in the text"),
    ]  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self._lines: dict[Hashable, TemplateLine] = {}
        self._fetching = False

    def compose(self) -> ComposeResult:
        """The list above; below it the text, and what is to be known of it."""
        yield TopLine(("Templates", Tone.ACCENT))
        yield FaultLine()
        yield RecordTable(
            *COLUMNS,
            empty="No templates yet; they are written in WhatsApp Manager. "
            + self.for_who_acts("Press f to fetch them from Meta."),
            id="templates",
        )
        with Horizontal(id="reading"):
            with VerticalScroll(id="message-side"):
                yield MessageBubble(id="message")
            with VerticalScroll(id="facts-side"):
                yield InertLabel(id="facts")
        yield KeyLine()

    async def load(self) -> None:
        """Read every variant."""
        lines = await self.read(template_lines)
        self._lines = {line.variant.id: line for line in lines}
        self.query_one("#templates", RecordTable).show(Listed(lines, lambda line: line.variant.id, cells))
        self._say_how_many()
        self._show_text()

    def _say_how_many(self) -> None:
        lines = self._lines.values()
        ready = sum(line.may_be_sent for line in lines)
        self.query_one(TopLine).say_left(
            ("Templates  ", Tone.ACCENT),
            (f"{len(lines)}", Tone.STRONG),
            f", {ready} can be sent" if lines else "",
            ("  fetching…" if self._fetching else "", Tone.MUTED),
        )

    @on(RecordTable.Highlighted, "#templates")
    def _another_text(self) -> None:
        self._show_text()
        self.refresh_bindings()

    @property
    def _line(self) -> TemplateLine | None:
        return self._lines.get(self.under_cursor("templates"))

    def _show_text(self) -> None:
        line = self._line
        shown = render(line.variant.components, {}) if line else None
        self.query_one("#message", MessageBubble).show(shown, "No template is chosen.")
        self.query_one("#facts", InertLabel).say(*(facts(line) if line else ()))

    # ------------------------------------------------------------ acts

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A viewer changes nothing; what has no button or no gap needs no word about it."""
        if action == "fetch":
            return self.desk.may_act and not self._fetching
        if action not in ("buttons", "gaps"):
            return super().check_action(action, parameters)
        line = self._line
        if line is None or not self.desk.may_act:
            return False
        return bool(line.variant.button_labels if action == "buttons" else line.variant.parameters)

    @work(exclusive=True, group="fetch")
    async def action_fetch(self) -> None:
        """Fetch everything from Meta, then show it; what was known stays where that fails."""
        self.show_fault(None)
        self._now_fetching(True)
        try:
            variants = await fetch_templates(self.desk.settings)
        except InviteError as fault:
            self.show_fault(fault)
            return
        finally:
            self._now_fetching(False)
        by, now = self.desk.operator, instants.now()
        await self.act(lambda store: templates.save_synced(store, variants, by=by, now=now))

    def _now_fetching(self, fetching: bool) -> None:
        self._fetching = fetching
        if self.in_use:
            self._say_how_many()
            self.refresh_bindings()

    @work(exclusive=True, group="act")
    async def action_buttons(self) -> None:
        """Ask what a tap on each button means, then remember it."""
        line = self._line
        if line is None:
            return
        variant = line.variant
        fields = [
            Field(
                f"of-{index}",
                f"[ {label} ]",
                choices=_choices(variant, index),
                value=_meaning(variant, index),
            )
            for index, label in variant.button_labels.items()
        ]
        question = FillInScreen(
            f"What does a tap mean? {variant.name} ({variant.language})",
            "It is recorded as that answer. Runs that are made already keep what they were made with.",
            fields=fields,
            do="Remember",
        )
        filled = await self.app.push_screen_wait(question)
        if filled is not None:
            said = {name.removeprefix("of-"): value for name, value in filled.items()}
            await self._remember(variant, buttons=said)

    @work(exclusive=True, group="act")
    async def action_gaps(self) -> None:
        """Ask what fills each parameter, then remember it."""
        line = self._line
        if line is None:
            return
        variant = line.variant
        fields = [
            Field(
                f"of-{n}",
                f"{{{{{parameter}}}}}",
                "name, event.date, attribute.X or =words",
                known,
                needed=bool(known),
            )
            for n, parameter in enumerate(variant.parameters)
            for known in [variant.mapping.get(parameter, "")]
        ]
        question = FillInScreen(
            f"What fills the gaps? {variant.name} ({variant.language})",
            "name, event.name, event.venue, event.date, event.time, event.starts_at, attribute.X, or =any words.",
            fields=fields,
            do="Remember",
        )
        filled = await self.app.push_screen_wait(question)
        if filled is not None:
            said = {parameter: filled[f"of-{n}"] for n, parameter in enumerate(variant.parameters)}
            await self._remember(variant, mapping={key: field for key, field in said.items() if field})

    async def _remember(
        self,
        variant: Variant,
        *,
        mapping: dict[str, str] | None = None,
        buttons: dict[str, str] | None = None,
    ) -> None:
        by, now = self.desk.operator, instants.now()
        await self.act(
            lambda store: template_choices.choose(
                store, variant.name, variant.language, mapping=mapping, buttons=buttons, by=by, now=now
            )
        )


def _meaning(variant: Variant, index: int) -> str:
    return variant.buttons.get(str(index), "")


def _choices(variant: Variant, index: int) -> Sequence[tuple[str, str]]:
    known = [Meaning.YES.value, *(f"yes:{n}" for n in range(1, MOST_PLACES + 1))]
    known += [Meaning.NO, Meaning.MAYBE, Meaning.STOP, Meaning.NONE]
    now = _meaning(variant, index)
    values = known if not now or now in known else [*known, now]
    return [(f"{value}: {meaning_words(value)}", str(value)) for value in values]
