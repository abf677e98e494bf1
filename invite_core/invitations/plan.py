"""What the organiser asks for, resolved against the file: event, variants, audience, rules.

Preview, send and the screen make a plan in the same way, and the run that comes of it freezes it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from invite_core.errors import InviteError
from invite_core.instants import moment_in, stored
from invite_core.invitations import audience, events, rate_cards, templates
from invite_core.invitations.events import Event
from invite_core.invitations.hours import Hours, parse_hours
from invite_core.invitations.money import MoneyFault, micros_of
from invite_core.invitations.rate_cards import KeptCard
from invite_core.invitations.restraint import FrequencyCap, parse_cap
from invite_core.invitations.templates import TemplateFault, Variant
from invite_core.people.languages import normalised_language
from invite_core.people.names import name_key, shown
from invite_core.store import Store


class PlanFault(InviteError):
    """What was asked for does not fit together."""


class Purpose(StrEnum):
    """Why a run writes to people."""

    INVITATION = "invitation"
    """Once per person and event."""
    REMINDER = "reminder"
    """To people who got the invitation and have not answered; once per occasion."""
    UPDATE = "update"
    """New facts, to everyone who may have got the invitation; once per occasion."""
    CANCELLATION = "cancellation"
    """The event is off, to everyone who may have got the invitation; once per occasion."""
    TEST = "test"
    """To one person, oneself: such a run goes to no audience."""


@dataclass(frozen=True, slots=True)
class Wish:
    """The arguments of `preview` and `send`, as given."""

    event: str
    template: str
    language: str | None = None
    fallback: str | None = None
    audience: str = "all"
    per_household: bool = False
    mapping: Mapping[str, str] = field(default_factory=dict)
    buttons: Mapping[str, str] = field(default_factory=dict)
    purpose: Purpose = Purpose.INVITATION
    occasion: str | None = None
    first: int | None = None
    not_before: str | None = None
    not_after: str | None = None
    window: str | None = None
    """`9-20`: the hours of the day in which messages may leave."""
    their_time: bool = False
    """Whether these hours are of each person's own time zone, not the event's."""
    max_cost: str | None = None
    """An amount in the currency of the newest rate card, `25` or `25.00 EUR`."""
    cap: str | None = None
    """`3/14`: nobody gets an invitation or reminder after three messages in fourteen days."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A wish whose every name has been found."""

    event: Event
    template: str
    variants: tuple[Variant, ...]
    language: str
    fallback: str | None
    audience: str
    per_household: bool
    purpose: Purpose
    occasion: str
    first: int | None
    not_before: str | None
    not_after: str
    hours: Hours | None
    """The hours of the day in which messages may leave; None: at any."""
    rate_card: int | None
    """The newest card of prices, or None where none was imported."""
    max_cost: int | None
    """What may be spent, in micros of the card's currency."""
    cap: FrequencyCap | None


def make_plan(store: Store, wish: Wish) -> Plan:
    """Resolve a wish. Raises the fault that names what cannot be found or does not fit."""
    event = events.find(store, wish.event)
    found = templates.variants_of(store, wish.template)
    language = _language(wish, found)
    used = [each for each in found if language == "auto" or _same(each.language, language)]
    variants = tuple(
        templates.with_choices(
            each,
            {key: value for key, value in wish.mapping.items() if _some_has(key, each, used)},
            {key: value for key, value in wish.buttons.items() if _some_has_button(key, each, used)},
        )
        for each in used
    )
    audience.parse(wish.audience)
    _require_bounds(wish)
    not_before, not_after = _window(wish, event)
    card = rate_cards.newest(store)
    return Plan(
        event=event,
        template=wish.template,
        variants=variants,
        language=language,
        fallback=wish.fallback,
        audience=wish.audience.strip() or "all",
        per_household=wish.per_household,
        purpose=wish.purpose,
        occasion=_occasion(store, wish, event),
        first=wish.first,
        not_before=not_before,
        not_after=not_after,
        hours=_hours(wish),
        rate_card=card.id if card else None,
        max_cost=amount_of(wish.max_cost, card) if wish.max_cost is not None else None,
        cap=parse_cap(wish.cap) if wish.cap else None,
    )


def _require_bounds(wish: Wish) -> None:
    if wish.first is not None and wish.first < 1:
        raise PlanFault("A first slice of nobody makes no sense.", "Give --first a number of 1 or more.")


def _hours(wish: Wish) -> Hours | None:
    if wish.window is not None:
        return parse_hours(wish.window, theirs=wish.their_time)
    if wish.their_time:
        raise PlanFault("--their-time says whose hours, but not which.", "Give --window 9-20 too.")
    return None


def amount_of(text: str, card: KeptCard | None) -> int:
    """What `--max-cost` says, in micros of the card's currency. Raises `PlanFault` where there is no card or
    another currency is named, `MoneyFault` for what is no amount."""
    if card is None:
        raise PlanFault(
            "No prices are known, so nothing can stop at --max-cost.",
            "Import a rate card (`invite-tui prices import FILE`), or leave out --max-cost; "
            "--first N sends to so many people and then pauses.",
        )
    amount, _, currency = text.strip().partition(" ")
    if currency.strip().upper() not in ("", card.currency):
        raise PlanFault(
            f"--max-cost is in {currency.strip()}, and the prices are in {card.currency}.",
            f"Give the amount in {card.currency}.",
        )
    micros = micros_of(amount)
    if not micros:
        raise MoneyFault("Nothing can be sent for nothing.", "Give --max-cost an amount above 0.")
    return micros


def _window(wish: Wish, event: Event) -> tuple[str | None, str]:
    """When sending begins (None: at once) and ends, in stored form."""
    not_before = _moment(wish.not_before, event) if wish.not_before else None
    not_after = _moment(wish.not_after, event) if wish.not_after else stored(event.starts_at)
    if not_before is not None and not_before >= not_after:
        raise PlanFault(
            "The time for sending is over before it begins.",
            "Check --not-before, --not-after and the event's start.",
        )
    return not_before, not_after


def require_current(store: Store, plan: Plan) -> None:
    """Raise `PlanFault` if the event or a text is no longer what the plan was made of.

    Inside the transaction that freezes the plan, because another program may have changed them since.
    """
    again = "Nothing was sent. Look at the preview again, then send."
    if events.get(store, plan.event.id).facts_version != plan.event.facts_version:
        raise PlanFault(f"The event “{plan.event.name}” was changed a moment ago.", again)
    texts = {each.language: each.components for each in templates.variants_of(store, plan.template)}
    if any(texts.get(variant.language) != variant.components for variant in plan.variants):
        raise PlanFault(f"The template {plan.template} was changed a moment ago.", again)


def _occasion(store: Store, wish: Wish, event: Event) -> str:
    """The occasion as it is kept: one that differs from an earlier one in case or spaces alone is that one, so that
    nobody hears of it twice."""
    if wish.purpose is Purpose.INVITATION:
        if wish.occasion not in (None, Purpose.INVITATION.value):
            raise PlanFault(
                "An invitation has no occasion of its own: it goes out once per person and event.",
                "Leave out --occasion, or choose another --purpose.",
            )
        return Purpose.INVITATION.value
    wanted = shown(wish.occasion or "") or wish.purpose.value
    earlier = store.rows(
        "SELECT DISTINCT occasion FROM invite_send_runs WHERE event = ? AND purpose = ?",
        (event.id, wish.purpose),
    )
    same = [row["occasion"] for row in earlier if name_key(row["occasion"]) == name_key(wanted)]
    return same[0] if same else wanted


def _language(wish: Wish, found: list[Variant]) -> str:
    known = ", ".join(variant.language for variant in found)
    if wish.fallback and not any(_same(variant.language, wish.fallback) for variant in found):
        raise TemplateFault(f"Template {wish.template} has no text in {wish.fallback}.", f"It has: {known}.")
    if wish.language is None:
        return found[0].language if len(found) == 1 and not wish.fallback else "auto"
    if wish.language != "auto" and not any(_same(variant.language, wish.language) for variant in found):
        raise TemplateFault(f"Template {wish.template} has no text in {wish.language}.", f"It has: {known}.")
    return wish.language


def _same(one: str, other: str) -> bool:
    return (normalised_language(one) or one) == (normalised_language(other) or other)


def _some_has(parameter: str, this: Variant, used: list[Variant]) -> bool:
    # A parameter that no variant has is passed on, so that the refusal names it.
    return parameter in this.parameters or not any(parameter in each.parameters for each in used)


def _some_has_button(index: str, this: Variant, used: list[Variant]) -> bool:
    def has(variant: Variant) -> bool:
        return index.isdecimal() and int(index) in variant.button_labels

    return has(this) or not any(has(each) for each in used)


def _moment(text: str, event: Event) -> str:
    try:
        return stored(moment_in(text, event.zone))
    except ValueError:
        raise PlanFault(f"“{text}” is no date and time.", "Write it like 2027-06-12T18:30.") from None
