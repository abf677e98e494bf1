"""What Meta says of the account and of the number: restrictions, bans, alerts, reviews, limits. Pure.

Shapes: webhooks/reference/account_update (Meta, 2026-04), account_alerts, account_review_update,
business_capability_update, phone_number_quality_update and phone_number_name_update (2025-11 to
2026-05). None carries a time of its own; the time of the entry is when it was said.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from invite_core.delivery.scalars import (
    Oddity,
    code_word,
    identifier,
    mapping,
    small_integer,
    text,
    usable_moment,
)
from invite_core.instants import spoken, stored
from invite_core.invitations.runs import PauseReason

ACCOUNT_FIELDS = frozenset(
    {
        "account_update",
        "account_alerts",
        "account_review_update",
        "business_capability_update",
        "phone_number_quality_update",
        "phone_number_name_update",
    }
)
"""The fields that this module reads."""

_TIERS = {50: "TIER_50", 250: "TIER_250", 1_000: "TIER_1K", 2_000: "TIER_2K", 10_000: "TIER_10K",
          100_000: "TIER_100K", -1: "TIER_UNLIMITED"}  # fmt: skip
_KNOWN_TIERS = frozenset(_TIERS.values())

_LONGEST_TEXT = 300
_LOOK = "Look at the account's quality in WhatsApp Manager before you go on."

_ENDS_EVERYTHING = {
    "ACCOUNT_DELETED": "Meta says that the WhatsApp Business account was deleted.",
    "ACCOUNT_OFFBOARDED": "Meta says that the number was taken out of the WhatsApp Business account.",
    "PARTNER_REMOVED": "Meta says that the account is no longer shared with this app.",
    "PARTNER_APP_UNINSTALLED": "Meta says that this app's access to the account was taken back.",
}

_HARMLESS_RESTRICTIONS = frozenset(
    {"RESTRICTED_ADD_PHONE_NUMBER_ACTION", "RESTRICTED_CUSTOMER_INITIATED_MESSAGING"}
)
"""Restrictions under which invitations may still be sent; any other, and any new one, stops the runs."""

_FAMILIES = {
    "ACCOUNT_DELETED": "existence",
    "ACCOUNT_OFFBOARDED": "connection",
    "ACCOUNT_RECONNECTED": "connection",
    "PARTNER_ADDED": "partner",
    "PARTNER_REMOVED": "partner",
    "PARTNER_APP_INSTALLED": "app",
    "PARTNER_APP_UNINSTALLED": "app",
}
"""Events that undo one another are one fact, so that the newest counts; of all others, which stop nothing, the
newest is kept."""


@dataclass(frozen=True, slots=True)
class AccountNews:
    """One thing that Meta says of the account or the number."""

    fact: str
    """The name of the fact that it changes (`account_facts`)."""
    value: Mapping[str, object]
    """The fact, as JSON."""
    word: str
    """Meta's own word for it."""
    at: str | None
    """When it was said (stored form); None where no usable time came."""
    because: PauseReason | None = None
    """Why no run can go on, or None."""
    sentence: str = ""
    """The same for the organiser."""
    until: str | None = None
    """When that ends by itself (stored form), if Meta says so."""
    of_number: Mapping[str, str] = field(default_factory=dict)
    """What it says of the sender's number: `limit`, `throughput`, `quality`."""
    number: str | None = None
    """The digits of the number that it is about; None where it is about the account."""


@dataclass(frozen=True, slots=True)
class AccountError:
    """An error that Meta tells beside no message (`value.errors`)."""

    code: int | None
    """Meta's code."""
    detail: str
    """What Meta says."""
    at: str | None
    """When it was said (stored form); None where no usable time came."""


def account_news(name: str, value: Mapping[str, Any], *, at: str | None) -> AccountNews:
    """What `value` of the field `name`, one of `ACCOUNT_FIELDS`, says. Raises `Oddity` where it says nothing."""
    match name:
        case "account_update":
            return _account_update(value, at)
        case "account_review_update":
            return _review(value, at)
        case "account_alerts":
            alert = mapping(value.get("alert_info"))
            kept = ("alert_severity", "alert_status", "alert_type", "alert_description")
            facts = {each: text(alert.get(each), longest=_LONGEST_TEXT) for each in kept}
            word = code_word(alert, "alert_type")
            return AccountNews("alert", facts, word, at)
        case "phone_number_name_update":
            word = code_word(value, "decision")
            wanted = text(value.get("requested_verified_name"), longest=_LONGEST_TEXT)
            return AccountNews("name", {"decision": word, "name": wanted}, word, at, number=_number(value))
        case _:
            return _limits(name, value, at)


def account_error(item: Mapping[str, Any], *, at: str | None) -> AccountError:
    """What one item of `value.errors` says (support/error-codes)."""
    told = (mapping(item.get("error_data")).get("details"), item.get("message"), item.get("title"))
    detail = next((words for each in told if (words := text(each, longest=_LONGEST_TEXT))), "")
    return AccountError(small_integer(item.get("code")), detail, at)


def _account_update(value: Mapping[str, Any], at: str | None) -> AccountNews:
    event = code_word(value, "event")
    match event:
        case "ACCOUNT_RESTRICTION":
            return _restriction(value, at)
        case "DISABLED_UPDATE":
            state = code_word(mapping(value.get("ban_info")), "waba_ban_state")
            day = text(mapping(value.get("ban_info")).get("waba_ban_date"), longest=_LONGEST_TEXT)
            over = state == "REINSTATE"
            sentence = (
                "" if over else f"Meta disables the account ({state}{f', {day}' if day else ''}). {_LOOK}"
            )
            return AccountNews("ban", {"state": state, "date": day}, state, at, _stops(not over), sentence)
        case "ACCOUNT_VIOLATION":
            kind = text(mapping(value.get("violation_info")).get("violation_type"), longest=_LONGEST_TEXT)
            sentence = f"Meta says that the account broke its rules ({kind or 'not said which'}). {_LOOK}"
            return AccountNews("violation", {"type": kind}, event, at, PauseReason.ACCOUNT, sentence)
        case _:
            fact = _FAMILIES.get(event, "event")
            sentence = _ENDS_EVERYTHING.get(event, "")
            stops = _stops(bool(sentence))
            return AccountNews(
                fact, {"event": event}, event, at, stops, f"{sentence} {_LOOK}" if sentence else ""
            )


def _restriction(value: Mapping[str, Any], at: str | None) -> AccountNews:
    told = dict(_restrictions(value.get("restriction_info")))
    grave = {kind: until for kind, until in told.items() if kind not in _HARMLESS_RESTRICTIONS}
    ends = list(grave.values())
    until = max(filter(None, ends), default=None) if None not in ends else None
    sentence = f"Meta restricts the account ({', '.join(sorted(grave)).lower() or 'not said how'})"
    return AccountNews(
        "restriction",
        {"restrictions": told},
        "ACCOUNT_RESTRICTION",
        at,
        _stops(bool(grave) or not told),
        f"{sentence}{f' until {spoken(until)}' if until else ''}. {_LOOK}" if grave or not told else "",
        until,
    )


def _restrictions(info: object) -> Iterator[tuple[str, str | None]]:
    for each in map(mapping, info if isinstance(info, list) else [info]):
        kind = identifier(each.get("restriction_type"), longest=100)
        if kind is not None:
            yield kind.upper(), _ends_at(each.get("expiration"))


def _ends_at(value: object) -> str | None:
    """Meta's samples have both a Unix time and a text with an offset; None for neither."""
    if found := usable_moment({"at": value}, "at"):
        return found
    try:
        return stored(datetime.fromisoformat(value)) if isinstance(value, str) else None
    except (ValueError, OverflowError):
        return None


def _review(value: Mapping[str, Any], at: str | None) -> AccountNews:
    decision = code_word(value, "decision")
    refused = decision == "REJECTED"
    sentence = f"Meta reviewed the account and refused it. {_LOOK}" if refused else ""
    return AccountNews("review", {"decision": decision}, decision, at, _stops(refused), sentence)


def _limits(name: str, value: Mapping[str, Any], at: str | None) -> AccountNews:
    event = identifier(value.get("event"), longest=64) or ""
    told = (
        value.get("max_daily_conversations_per_business"),
        value.get("max_daily_conversation_per_phone"),
        value.get("current_limit"),
    )
    tier = next((each for each in map(_tier, told) if each), None)
    of_number: dict[str, str] = {"limit": tier} if tier else {}
    because, sentence = None, ""
    if name == "phone_number_quality_update" and event == "THROUGHPUT_UPGRADE":
        # Here the tier is that of the throughput (TIER_UNLIMITED: the higher one), not of people a day.
        of_number = {"throughput": "HIGH"}
    if name == "phone_number_quality_update" and event == "FLAGGED":
        of_number["quality"] = "RED"
        because, sentence = PauseReason.QUALITY, f"Meta flagged the number for its low quality. {_LOOK}"
    if not of_number and not event:
        raise Oddity("no limit that is known")
    facts = {"event": event, **of_number}
    return AccountNews(
        name.removesuffix("_update"),
        facts,
        event or tier or "",
        at,
        because,
        sentence,
        None,
        of_number,
        _number(value),
    )


def _tier(value: object) -> str | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return _TIERS.get(value)
    word = identifier(value, longest=32)
    return word if word in _KNOWN_TIERS else None


def _stops(whether: bool) -> PauseReason | None:
    return PauseReason.ACCOUNT if whether else None


def _number(value: Mapping[str, Any]) -> str | None:
    told = value.get("display_phone_number")
    digits = (
        "".join(each for each in told if each.isascii() and each.isdigit()) if isinstance(told, str) else ""
    )
    return digits or None
