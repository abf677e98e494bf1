"""For what an audience is built: event, template and purpose, and the expression as it stands."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from textual.app import ComposeResult
from textual.widgets import Input, Select

from invite_core.invitations.events import Event
from invite_core.invitations.plan import Purpose, Wish
from invite_core.invitations.templates import Variant
from invite_core.people.names import shown
from invite_tui.audience_terms import EVERYONE
from invite_tui.widgets.asking_form import AskingForm
from invite_tui.widgets.inert_label import InertLabel
from invite_tui.widgets.select_fields import by_name, event_label, renew, template_label
from invite_tui.widgets.wish_form import PURPOSES


@dataclass(frozen=True, slots=True)
class Asked:
    """What the fields ask for."""

    event: int
    """The event's id."""
    expression: str
    """The audience."""
    wish: Wish | None
    """The message whose audience it would be; None while no template is chosen."""


class AudienceForm(AskingForm):
    """Three choices and the expression. What belongs to a message that is being put together is not changed here."""

    def __init__(self, event: int | None, wish: Wish | None, expression: str, *, per_household: bool) -> None:
        super().__init__()
        self._event = event
        self._wish = wish
        self._expression = shown(expression)
        self._per_household = per_household

    def compose(self) -> ComposeResult:
        """The choices in one row, the expression below."""
        given = self._wish is not None
        yield InertLabel("Event")
        yield Select[int]([], prompt="choose", id="event", compact=True, disabled=given)
        yield InertLabel("Template")
        yield Select[str]([], prompt="choose", id="template", compact=True, disabled=given)
        yield InertLabel("Purpose")
        purpose = self._wish.purpose if self._wish is not None else Purpose.INVITATION
        yield Select(
            PURPOSES, value=purpose.value, allow_blank=False, id="purpose", compact=True, disabled=given
        )
        yield InertLabel("Audience")
        yield Input(
            self._expression,
            placeholder=f"{EVERYONE}, or what is picked below",
            id="expression",
            compact=True,
            select_on_focus=False,
        )

    def offer(self, events: Sequence[Event], variants: Sequence[Variant]) -> None:
        """What there is to choose from; what is chosen stays chosen if it is still there."""
        spoken = by_name(variants)
        only_event = events[0].id if len(events) == 1 else None
        template = self._wish.template if self._wish is not None else None
        only_template = next(iter(spoken)) if len(spoken) == 1 else None
        event_options = [(event_label(event), event.id) for event in events]
        template_options = [(template_label(name, texts), name) for name, texts in spoken.items()]
        renew(self._select("event"), event_options, self._event or only_event)
        renew(self._select("template"), template_options, template or only_template)

    def _select(self, name: str) -> Select[object]:
        return self.query_one(f"#{name}", Select)

    @property
    def expression(self) -> str:
        """The audience, as it stands in the field; `all` where nothing does."""
        return self.query_one("#expression", Input).value.strip() or EVERYONE

    @expression.setter
    def expression(self, expression: str) -> None:
        field = self.query_one("#expression", Input)
        with field.prevent(Input.Changed):
            field.value = shown(expression)
            field.cursor_position = len(field.value)
        self.post_message(self.Changed())

    @property
    def per_household(self) -> bool:
        """Whether each household is to be written to once."""
        return self._per_household

    @per_household.setter
    def per_household(self, wanted: bool) -> None:
        self._per_household = wanted
        self.post_message(self.Changed())

    @property
    def asked(self) -> Asked | None:
        """What is asked for, or None while no event is chosen."""
        event, template = self._select("event").value, self._select("template").value
        if not isinstance(event, int):
            return None
        wish = None
        if template is not Select.NULL:
            begun = self._wish or Wish(event=str(event), template=str(template))
            purpose = Purpose(str(self._select("purpose").value))
            wish = replace(
                begun, purpose=purpose, audience=self.expression, per_household=self._per_household
            )
        return Asked(event, self.expression, wish)
