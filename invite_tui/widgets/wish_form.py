"""The form of a message: what is asked for, before it is resolved against the file."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import RenderableType
from textual import on
from textual.app import ComposeResult
from textual.containers import Grid
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Input, Select

from invite_core.invitations.events import Event
from invite_core.invitations.plan import Purpose, Wish
from invite_core.invitations.templates import Variant
from invite_tui.inert_text import inert
from invite_tui.local_time import day
from invite_tui.widgets.inert_label import InertLabel
from invite_tui.wish_words import with_options

TYPING_S = 0.15
"""How long typing rests before it counts."""

AUTO = "auto"
NO_FALLBACK = ""


class WishForm(Grid):
    """Fields for event, template, languages, purpose, audience and options.

    The languages on offer follow the template. `wish` is what the fields say.
    """

    @dataclass
    class Changed(Message):
        """What is asked for is another thing now."""

    def __init__(self, event: int | None) -> None:
        super().__init__()
        self._event = event
        self._variants: dict[str, list[Variant]] = {}
        self._offered: tuple[object, ...] = ()
        self._typing: Timer | None = None

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
        yield Select[str](
            [(purpose.value, purpose.value) for purpose in Purpose if purpose is not Purpose.TEST],
            value=Purpose.INVITATION.value, allow_blank=False, id="purpose", compact=True,
        )  # fmt: skip
        yield InertLabel("Audience")
        yield Input(
            "all", placeholder="all, or tag:vip language:pt -invited:yes", id="audience", compact=True
        )
        yield InertLabel("Options")
        yield Input(
            placeholder="none (see ?)",
            id="options",
            compact=True,
        )

    def offer(self, events: Sequence[Event], variants: Sequence[Variant]) -> None:
        """What there is to choose from; what is chosen stays chosen if it is still there."""
        offered = (
            tuple((event.id, event.name, event.starts_at, event.status) for event in events),
            tuple((variant.name, variant.language, variant.status) for variant in variants),
        )
        if offered == self._offered:
            return
        self._offered = offered
        self._variants = {}
        for variant in variants:
            self._variants.setdefault(variant.name, []).append(variant)
        event_options = [(_event_label(event), event.id) for event in events]
        template_options = [(_template_label(name, spoken), name) for name, spoken in self._variants.items()]
        only_event = events[0].id if len(events) == 1 else None
        only_template = next(iter(self._variants)) if len(self._variants) == 1 else None
        template = self._select("template").value
        _renew(self._select("event"), event_options, self._event or only_event)
        _renew(self._select("template"), template_options, only_template)
        if self._select("template").value != template:
            self._offer_languages()

    def _select(self, name: str) -> Select[object]:
        return self.query_one(f"#{name}", Select)

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

    @on(Select.Changed, "#template")
    def _template_changed(self) -> None:
        self._offer_languages()

    def _offer_languages(self) -> None:
        spoken = self._variants.get(str(self._select("template").value), [])
        languages = [(Content(inert(_marked(each))), each.language) for each in spoken]
        own = spoken[0].language if len(spoken) == 1 else AUTO
        for name, first, preferred in (
            ("language", ("each person's own", AUTO), own),
            ("fallback", ("none", NO_FALLBACK), NO_FALLBACK),
        ):
            _renew(self._select(name), [first, *languages], preferred, keep=False)

    @on(Select.Changed)
    def _chosen(self, message: Select.Changed) -> None:
        message.stop()
        self.post_message(self.Changed())

    @on(Input.Changed)
    def _typed(self, message: Input.Changed) -> None:
        message.stop()
        if self._typing is not None:
            self._typing.stop()
        self._typing = self.set_timer(TYPING_S, lambda: self.post_message(self.Changed()))


def _renew(
    field: Select[object],
    options: Sequence[tuple[RenderableType, object]],
    preferred: object,
    *,
    keep: bool = True,
) -> None:
    chosen = field.value
    known = [value for _, value in options]
    with field.prevent(Select.Changed):
        field.set_options(options)
        if keep and chosen in known:
            field.value = chosen
        elif preferred in known:
            field.value = preferred


def _event_label(event: Event) -> Content:
    when = day(event.starts_at.astimezone(event.zone))
    return Content(inert(f"{event.name}, {when}{' (cancelled)' if event.status == 'cancelled' else ''}"))


def _template_label(name: str, spoken: Sequence[Variant]) -> Content:
    if not any(each.approved for each in spoken):
        return Content(inert(f"not approved: {name} ({', '.join(each.language for each in spoken)})"))
    return Content(inert(f"{name} ({', '.join(map(_marked, spoken))})"))


def _marked(variant: Variant) -> str:
    return variant.language if variant.approved else f"{variant.language} not approved"
