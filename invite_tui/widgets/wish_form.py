"""The form of a message: what is asked for, before it is resolved against the file."""

from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input, Select

from invite_core.invitations.events import Event
from invite_core.invitations.plan import Purpose, Wish
from invite_core.invitations.templates import Variant
from invite_tui.inert_text import inert
from invite_tui.widgets.asking_form import AskingForm
from invite_tui.widgets.inert_label import InertLabel
from invite_tui.widgets.select_fields import by_name, event_label, marked, renew, template_label
from invite_tui.wish_words import per_household_said, with_options

PURPOSES = [(purpose.value, purpose.value) for purpose in Purpose if purpose is not Purpose.TEST]
"""What a message to an audience can be for: the words and the value of each."""

AUTO = "auto"
NO_FALLBACK = ""


class WishForm(AskingForm):
    """Fields for event, template, languages, purpose, audience and options.

    The languages on offer follow the template. `wish` is what the fields say.
    """

    def __init__(self, event: int | None, begin: Wish | None = None) -> None:
        super().__init__()
        self._event = int(begin.event) if begin is not None else event
        self._begin = begin or Wish(event="", template="")
        self._variants: dict[str, list[Variant]] = {}
        self._offered: tuple[object, ...] = ()

    def compose(self) -> ComposeResult:
        """Labels and fields, two pairs a row."""
        yield InertLabel("Event")
        yield Select[int]([], prompt="choose", id="event", compact=True)
        yield InertLabel("Template")
        yield Select[str]([], prompt="choose", id="template", compact=True)
        yield InertLabel("Language")
        yield Select[str](
            [("each person's own", AUTO)], value=AUTO, allow_blank=False, id="language", compact=True
        )
        yield InertLabel("Fall-back")
        yield Select[str](
            [("none", NO_FALLBACK)], value=NO_FALLBACK, allow_blank=False, id="fallback", compact=True
        )
        yield InertLabel("Purpose")
        yield Select(PURPOSES, value=self._begin.purpose.value, allow_blank=False, id="purpose", compact=True)
        yield InertLabel("Audience")
        yield Input(
            self._begin.audience,
            placeholder="all, or tag:vip language:pt -invited:yes",
            id="audience",
            compact=True,
        )
        yield InertLabel("Options")
        options = per_household_said("", wanted=self._begin.per_household)
        yield Input(options, placeholder="none (see ?)", id="options", compact=True)

    def offer(self, events: Sequence[Event], variants: Sequence[Variant]) -> None:
        """What there is to choose from; what is chosen stays chosen if it is still there."""
        offered = (
            tuple((event.id, event.name, event.starts_at, event.status) for event in events),
            tuple((variant.name, variant.language, variant.status) for variant in variants),
        )
        if offered == self._offered:
            return
        self._offered = offered
        self._variants = by_name(variants)
        event_options = [(event_label(event), event.id) for event in events]
        template_options = [(template_label(name, spoken), name) for name, spoken in self._variants.items()]
        only_event = events[0].id if len(events) == 1 else None
        only_template = next(iter(self._variants)) if len(self._variants) == 1 else None
        template = self._select("template").value
        renew(self._select("event"), event_options, self._event or only_event)
        renew(self._select("template"), template_options, self._begin.template or only_template)
        if self._select("template").value != template:
            self._offer_languages()

    def _select(self, name: str) -> Select[object]:
        return self.query_one(f"#{name}", Select)

    @property
    def event(self) -> int | None:
        """The event that is chosen."""
        event = self._select("event").value
        return event if isinstance(event, int) else None

    @property
    def audience(self) -> str:
        """The audience as it stands in its field."""
        return self.query_one("#audience", Input).value

    @property
    def wish(self) -> Wish | None:
        """What the fields say, or None while event or template is missing. Raises `WishWordsFault`."""
        event, template = self._select("event").value, self._select("template").value
        if event is Select.NULL or template is Select.NULL:
            return None
        wish = Wish(
            event=str(event),
            template=str(template),
            language=str(self._select("language").value),
            fallback=str(self._select("fallback").value) or None,
            audience=self.query_one("#audience", Input).value,
            purpose=Purpose(str(self._select("purpose").value)),
        )
        return with_options(wish, self.query_one("#options", Input).value)

    def choose_audience(self, expression: str, *, per_household: bool) -> None:
        """Put an audience that was built elsewhere into the fields."""
        options = self.query_one("#options", Input)
        self.query_one("#audience", Input).value = expression
        options.value = per_household_said(options.value, wanted=per_household)

    @on(Select.Changed, "#template")
    def _template_changed(self) -> None:
        self._offer_languages()

    def _offer_languages(self) -> None:
        spoken = self._variants.get(str(self._select("template").value), [])
        languages = [(Content(inert(marked(each))), each.language) for each in spoken]
        own = spoken[0].language if len(spoken) == 1 else AUTO
        for name, first, preferred in (
            ("language", ("each person's own", AUTO), own),
            ("fallback", ("none", NO_FALLBACK), NO_FALLBACK),
        ):
            renew(self._select(name), [first, *languages], preferred, keep=False)
