"""The check-up's look at the number at Meta: its state, quality, limits and health, and the clock. All pure."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from invite_core.dispatch.daily_limit import people_per_day
from invite_core.operations.finding import Finding, fail, ok, warn
from invite_core.provider.template_node import PhoneNumberNode

CLOCKS_DIFFER, CLOCK_IS_WRONG = timedelta(seconds=30), timedelta(minutes=5)
"""From when on a difference between the two clocks is worth a warning, and from when on it is a fault: stops and
their lifting are put in order by time."""


WITH_THE_APP = 20
"""Messages a second of a number that is used in the WhatsApp Business app as well (Meta, throughput)."""

NO_PAYMENT_METHOD = 141006

_UNUSABLE = {
    "PENDING": "it is not registered yet",
    "UNVERIFIED": "it is not verified yet",
    "DISCONNECTED": "it is not registered any more",
    "MIGRATED": "it has moved to another account",
    "DELETED": "it has been deleted",
    "BANNED": "Meta has banned it",
}
_REGISTER = (
    "See WhatsApp Manager > Phone numbers; a number is verified there, and registered in the app's dashboard "
    "(WhatsApp > API setup)."
)


def judge_number(node: PhoneNumberNode, *, per_second: float = 0) -> Iterator[Finding]:
    """What Meta says of the sender's number. `per_second` is the pace of the settings."""
    yield _number(node, per_second)
    yield _quality(node.quality_rating)
    yield _limit(node.whatsapp_business_manager_messaging_limit, node.throughput.get("level"))
    yield _health(node.health_status)


def _number(node: PhoneNumberNode, per_second: float) -> Finding:
    number = node.display_phone_number or node.id
    if node.status in _UNUSABLE:
        return fail("number", f"Nobody can be written to from {number}: {_UNUSABLE[node.status]}.", _REGISTER)
    if node.status in ("FLAGGED", "RESTRICTED"):
        return warn(
            "number",
            f"Meta has put {number} under watch ({node.status.lower()}): people block or report it.",
            "Write only to people who expect it, and look at the number in WhatsApp Manager.",
        )
    if node.is_test_number:
        return warn(
            "number",
            f"{number} is a test number of Meta's: it writes to five people at most, each allowed beforehand.",
            "To try things out, allow them in the app's dashboard: WhatsApp > API setup > To > Manage phone number "
            "list. To invite, add a number of your own there.",
        )
    if node.name_status not in ("", "APPROVED", "AVAILABLE_WITHOUT_REVIEW"):
        return warn(
            "number",
            f"Meta has not approved the name that people see for {number} ({_word(node.name_status)}).",
            "See WhatsApp Manager > Phone numbers > the number > Profile; without a name Meta may refuse to send.",
        )
    if node.is_on_biz_app and per_second > WITH_THE_APP:
        return warn(
            "number",
            f"{number} is used in the WhatsApp Business app too, so Meta takes {WITH_THE_APP} messages a second.",
            f"Set INVITE_MESSAGES_PER_SECOND to {WITH_THE_APP}.",
        )
    name = f" ({node.verified_name})" if node.verified_name else ""
    return ok("number", f"You write from {number}{name}.")


def _word(code: str) -> str:
    return code.lower().replace("_", " ")


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
            if isinstance(error, dict) and error.get("error_code") == NO_PAYMENT_METHOD:
                yield (
                    "there is no payment method, or it does not work",
                    "Add one: WhatsApp Manager > Overview > the account > Payment settings.",
                )
            elif isinstance(error, dict):
                what = str(error.get("error_description") or "").rstrip(". ")
                if what:
                    yield what[:200], str(error.get("possible_solution") or "")[:300]
        for words in entity.get("additional_info") or ():
            yield str(words).rstrip(". ")[:200], ""


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
