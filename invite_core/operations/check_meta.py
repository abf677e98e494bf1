"""The check-up's look at Meta's side: token, number, quality, limits, subscription, clock. Judgements are pure."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from invite_core.dispatch.daily_limit import people_per_day
from invite_core.operations.finding import Finding, fail, ok, warn
from invite_core.provider.template_node import PhoneNumberNode, SubscribedApp

CLOCKS_DIFFER, CLOCK_IS_WRONG = timedelta(seconds=30), timedelta(minutes=5)
"""From when on a difference between the two clocks is worth a warning, and from when on it is a fault: stops and
their lifting are put in order by time."""


def judge_number(node: PhoneNumberNode) -> Iterator[Finding]:
    """What Meta says of the sender's number, which it only says to a token that works."""
    yield ok("token", "Meta takes the access token.")
    name = f" ({node.verified_name})" if node.verified_name else ""
    yield ok("number", f"You write from {node.display_phone_number or node.id}{name}.")
    yield _quality(node.quality_rating)
    yield _limit(node.whatsapp_business_manager_messaging_limit, node.throughput.get("level"))
    yield _health(node.health_status)


def _quality(rating: str) -> Finding:
    match rating:
        case "GREEN":
            return ok("quality", "Meta rates the number's quality as high.")
        case "YELLOW" | "RED":
            return warn(
                "quality",
                f"Meta rates the number's quality as {'medium' if rating == 'YELLOW' else 'low'}: "
                "people block or report it.",
                "Write only to people who expect it, and wait until it has recovered.",
            )
    return ok("quality", "Meta has not rated the number's quality yet.")


def _limit(tier: str | None, level: object) -> Finding:
    pace = f" Throughput: {str(level).lower()}." if level else ""
    people = people_per_day(tier)
    if people is not None:
        return ok("limit", f"You may write to {people:,} people in 24 hours.{pace}")
    if tier == "TIER_UNLIMITED":
        return ok("limit", f"You may write to any number of people a day.{pace}")
    return ok("limit", f"Meta does not say to how many people you may write in 24 hours.{pace}")


def _health(told: dict[str, Any]) -> Finding:
    state = told.get("can_send_message")
    if state == "AVAILABLE":
        return ok("health", "Meta lets the number send.")
    if state not in ("LIMITED", "BLOCKED"):
        unsaid = "Meta does not say whether the number may send."
        return warn("health", unsaid, "Look at the number and the account in WhatsApp Manager.")
    reasons = list(_reasons(told.get("entities")))
    fact = f"Meta {'lets the number send only so much' if state == 'LIMITED' else 'does not let the number send'}"
    fact = f"{fact}: {reasons[0][0]}." if reasons else f"{fact}."
    todo = reasons[0][1] if reasons else ""
    judge = warn if state == "LIMITED" else fail
    return judge("health", fact, todo or "Look at the number and the account in WhatsApp Manager.")


def _reasons(entities: object) -> Iterator[tuple[str, str]]:
    for entity in entities if isinstance(entities, list) else ():
        if not isinstance(entity, dict) or entity.get("can_send_message") == "AVAILABLE":
            continue
        for error in entity.get("errors") or ():
            if isinstance(error, dict):
                what = str(error.get("error_description") or "").rstrip(". ")
                if what:
                    yield what[:200], str(error.get("possible_solution") or "")[:300]
        for words in entity.get("additional_info") or ():
            yield str(words).rstrip(". ")[:200], ""


def judge_subscription(apps: Sequence[SubscribedApp]) -> Finding:
    """Without a subscribed app Meta sends no update to anybody."""
    if not apps:
        return fail(
            "subscription",
            "No app is subscribed to the WhatsApp Business account: no status and no answer is sent to you.",
            "Subscribe yours: POST /<account id>/subscribed_apps, or add the webhook anew in the dashboard.",
        )
    names = ", ".join(app.name or "an app without a name" for app in apps)
    callback = next((app.callback for app in apps if app.callback), None)
    return ok("subscription", f"Subscribed: {names}{f', heard at {callback}' if callback else ''}.")


def judge_clock(told: datetime | None, asked: datetime, answered: datetime) -> Finding:
    """`told` is Meta's clock in whole seconds; the request left at `asked`, the answer came at `answered`."""
    if told is None:
        return ok("clock", "Meta's answer did not tell the time.")
    ahead = max(asked - told - timedelta(seconds=1), timedelta())
    behind = max(told - answered, timedelta())
    apart = max(ahead, behind)
    if apart < CLOCKS_DIFFER:
        return ok("clock", "This computer's clock agrees with Meta's.")
    which = "ahead of" if ahead else "behind"
    judge = fail if apart >= CLOCK_IS_WRONG else warn
    return judge(
        "clock",
        f"This computer's clock is {_length(apart)} {which} Meta's.",
        "Let the computer set its clock by the network.",
    )


def _length(time: timedelta) -> str:
    seconds = round(time.total_seconds())
    if seconds < 120:
        return f"{seconds} s"
    return f"{round(seconds / 60)} min" if seconds < 7200 else f"{round(seconds / 3600)} h"
