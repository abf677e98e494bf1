"""What the organiser says of a whole file of people, before it is looked at."""

from collections.abc import Sequence
from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.containers import Grid
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Select

from invite_tui.inert_text import inert
from invite_tui.widgets.inert_input import InertInput
from invite_tui.widgets.inert_label import InertLabel


@dataclass(frozen=True, slots=True)
class SaidOfAll:
    """What the fields say."""

    region: str
    """The country of national numbers, in capitals, or ''."""
    tags: tuple[str, ...]
    consent_source: str
    consent_at: str
    sheet: str
    """Of a workbook with several; '' for its first."""


class ImportForm(Grid):
    """Country, tags and consent for everybody in the file; the sheet, where there are several."""

    @dataclass
    class Changed(Message):
        """Something else is said now, and not asked to be looked at yet."""

    @dataclass
    class Asked(Message):
        """The file is to be looked at again with what is said."""

    def __init__(self, region: str) -> None:
        super().__init__()
        self._region = region

    def compose(self) -> ComposeResult:
        """Labels and fields, two pairs a row."""
        yield InertLabel("Country")
        yield InertInput(self._region, placeholder="two letters: PT", max_length=2, id="region", compact=True)
        yield InertLabel("Tags")
        yield InertInput(placeholder="for everybody: choir, family", id="tags", compact=True)
        yield InertLabel("Consent")
        yield InertInput(placeholder="how all agreed: paper form", id="consent-source", compact=True)
        yield InertLabel("given on")
        yield InertInput(placeholder="2026-05-01", id="consent-at", compact=True)
        yield InertLabel("Sheet", classes="sheet")
        yield Select[str]([], prompt="the first", id="sheet", classes="sheet", compact=True)

    def offer_sheets(self, read: str, others: Sequence[str]) -> None:
        """The sheets to choose from: the one that was `read`, and those that were not."""
        self.set_class(bool(others), "-sheets")
        field = self.query_one("#sheet", Select)
        with field.prevent(Select.Changed):
            field.set_options([(Content(inert(name)), name) for name in (read, *others)] if others else [])
            if others:
                field.value = read

    @property
    def said(self) -> SaidOfAll:
        """What the fields say now."""
        sheet = self.query_one("#sheet", Select).value
        return SaidOfAll(
            region=self._text("region").upper(),
            tags=tuple(filter(None, (tag.strip() for tag in self._text("tags").split(",")))),
            consent_source=self._text("consent-source"),
            consent_at=self._text("consent-at"),
            sheet="" if sheet is Select.NULL else str(sheet),
        )

    def _text(self, name: str) -> str:
        return self.query_one(f"#{name}", Input).value.strip()

    @on(Input.Changed)
    def _typed(self, message: Input.Changed) -> None:
        message.stop()
        self.post_message(self.Changed())

    @on(Input.Submitted)
    def _typed_out(self, message: Input.Submitted) -> None:
        message.stop()
        self.post_message(self.Asked())

    @on(Select.Changed)
    def _chosen(self, message: Select.Changed) -> None:
        message.stop()
        self.post_message(self.Asked())
