"""What a template's parameter may be filled from: the contact, the event, or fixed words. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time

from invite_core.errors import InviteError
from invite_core.invitations.events import Event
from invite_core.people.attributes import checked_attribute


class FieldFault(InviteError):
    """A `--map` names a field that does not exist."""


class Source(StrEnum):
    """Where a field's value comes from."""

    NAME = "name"
    """The contact's name."""
    ATTRIBUTE = "attribute"
    """One of the contact's attributes."""
    EVENT = "event"
    """A fact of the event, written in the message's language and the event's zone."""
    LITERAL = "literal"
    """The same words for everybody."""


EVENT_FACTS = ("name", "venue", "starts_at", "date", "time")


@dataclass(frozen=True, slots=True)
class Field:
    """One FIELD of design section 8: `name`, `attribute.X`, `event.FACT` or `=literal text`."""

    source: Source
    key: str = ""


def parse_field(text: str) -> Field:
    """The field that `text` names. Raises `FieldFault`, and `AttributeFault` for an attribute's name that
    cannot be."""
    if text.startswith("="):
        return Field(Source.LITERAL, text[1:])
    if text == "name":
        return Field(Source.NAME)
    head, dot, key = text.partition(".")
    if head == "attribute" and key:
        return Field(Source.ATTRIBUTE, checked_attribute(key))
    if head == "event" and dot and key in EVENT_FACTS:
        return Field(Source.EVENT, key)
    raise FieldFault(
        f"“{text}” is no field.",
        "Use name, attribute.X, event.name, event.venue, event.starts_at, event.date, event.time or =literal text.",
    )


def event_value(event: Event, fact: str, language: str) -> str:
    """A fact of the event as a guest reads it in `language` (a template language such as `pt_BR`)."""
    own = {**event.texts.get(language.split("_")[0], {}), **event.texts.get(language, {})}
    if fact in ("name", "venue"):
        return own.get(fact) or (event.name if fact == "name" else event.venue)
    locale, local = _locale(language), event.starts_at.astimezone(event.zone)
    date = format_date(local, format="full", locale=locale)
    time = format_time(local, format="short", locale=locale)
    return {"date": date, "time": time, "starts_at": f"{date}, {time}"}[fact]


def _locale(language: str) -> Locale:
    for name in (language, language.split("_")[0]):
        try:
            return Locale.parse(name)
        except (ValueError, UnknownLocaleError):
            continue
    return Locale("en")


PROPOSED_BY_NAME = {
    "name": "name",
    "first_name": "name",
    "guest": "name",
    "guest_name": "name",
    "event": "event.name",
    "event_name": "event.name",
    "venue": "event.venue",
    "place": "event.venue",
    "location": "event.venue",
    "date": "event.date",
    "event_date": "event.date",
    "time": "event.time",
    "event_time": "event.time",
}
"""Named parameters that say by themselves what they are; `--map` overrides."""


def proposed_field(parameter: str) -> str | None:
    """The field that a named parameter's own name proposes (`header.` and all), or None."""
    return PROPOSED_BY_NAME.get(parameter.removeprefix("header."))
