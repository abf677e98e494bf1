"""What fields of choices offer: events and templates by their labels, and offering anew without losing the choice."""

from collections.abc import Sequence

from rich.console import RenderableType
from textual.content import Content
from textual.widgets import Select

from invite_core.invitations.events import Event
from invite_core.invitations.templates import Variant
from invite_tui.inert_text import inert
from invite_tui.local_time import day


def renew(
    field: Select[object],
    options: Sequence[tuple[RenderableType, object]],
    preferred: object,
    *,
    keep: bool = True,
) -> None:
    """Offer `options`. What is chosen stays if it is still there and is to be kept; else `preferred`, if there."""
    chosen = field.value
    known = [value for _, value in options]
    with field.prevent(Select.Changed):
        field.set_options(options)
        if keep and chosen in known:
            field.value = chosen
        elif preferred in known:
            field.value = preferred


def event_label(event: Event) -> Content:
    """An event with its date, in its own zone."""
    when = day(event.starts_at.astimezone(event.zone))
    return Content(inert(f"{event.name}, {when}{' (cancelled)' if event.status == 'cancelled' else ''}"))


def template_label(name: str, spoken: Sequence[Variant]) -> Content:
    """A template with its languages, and what Meta has not approved."""
    if not any(each.approved for each in spoken):
        return Content(inert(f"{name} ({', '.join(each.language for each in spoken)}), not approved"))
    return Content(inert(f"{name} ({', '.join(map(marked, spoken))})"))


def marked(variant: Variant) -> str:
    """The language of a text, and whether Meta has not approved it."""
    return variant.language if variant.approved else f"{variant.language} not approved"


def by_name(variants: Sequence[Variant]) -> dict[str, list[Variant]]:
    """The texts of each template."""
    spoken: dict[str, list[Variant]] = {}
    for variant in variants:
        spoken.setdefault(variant.name, []).append(variant)
    return spoken
