"""When a person is left alone for a while: numbers that Meta could not deliver to, and too many messages.

Conditions on one `person` row of the resolver, and the values that they bind.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from invite_core.errors import InviteError
from invite_core.instants import stored
from invite_core.people.addressing import own_contacts
from invite_core.provider.error_table import all_codes

_LEFT_OUT = tuple((fact.code, fact.leave_out_seconds) for fact in all_codes() if fact.leave_out_seconds)

_MOST_MESSAGES, _MOST_DAYS = 1_000, 3_660


class CapFault(InviteError):
    """A frequency cap cannot be read."""


@dataclass(frozen=True, slots=True)
class FrequencyCap:
    """No invitation or reminder to a person who has had `messages` of them within `days` days."""

    messages: int
    days: int

    def __str__(self) -> str:
        return f"{self.messages}/{self.days}"


def parse_cap(text: str) -> FrequencyCap:
    """`3/14` as three messages in fourteen days. Raises `CapFault`."""
    messages, slash, days = text.strip().partition("/")
    known = all(part.isascii() and part.isdecimal() and len(part) < 6 for part in (messages, days))
    if known and slash and 1 <= int(messages) <= _MOST_MESSAGES and 1 <= int(days) <= _MOST_DAYS:
        return FrequencyCap(int(messages), int(days))
    raise CapFault(
        f"“{text}” is no limit of messages.", "Write it like 3/14: at most three messages in fourteen days."
    )


_LATER = f"""(SELECT max(coalesce(reached.read_at, reached.delivered_at)) FROM invite_messages AS reached
    WHERE reached.contact IN {own_contacts("person.contact")} AND reached.match_key = person.match_key)"""

_TOO_MUCH_MARKETING = 131049
"""Meta holds back marketing from the person, and no other text."""

_FAILURES = " OR ".join(
    f"failed.error_code = {code} AND failed.failed_at > :left_out_{code}"
    f"{' AND person.marketing = 1' if code == _TOO_MUCH_MARKETING else ''}"
    for code, _ in _LEFT_OUT
)

LEFT_OUT = f"""EXISTS (SELECT 1 FROM invite_messages AS failed
    WHERE failed.contact IN {own_contacts("person.contact")} AND failed.match_key = person.match_key
    AND failed.run <> :run AND failed.state = 'failed' AND ({_FAILURES})
    AND failed.failed_at > coalesce({_LATER}, ''))"""
"""Meta failed to reach the number, or held a marketing message back and this is another, so lately that it would
fail too (131026, and 131049 for a day: support/error-codes), and nothing has reached it since."""

CAPPED = f""":cap_messages IS NOT NULL AND :purpose IN ('invitation', 'reminder') AND :cap_messages <= (
    SELECT count(*) FROM invite_messages AS earlier WHERE earlier.contact IN {own_contacts("person.contact")}
    AND earlier.run <> :run AND earlier.purpose <> 'test' AND coalesce(earlier.accepted_at,
        CASE WHEN earlier.state IN ('sending', 'unconfirmed') THEN earlier.changed_at END) > :cap_since)"""
"""The person has had, or may have had, as many messages as the organiser allows within her span of days."""


def bound(cap: FrequencyCap | None, now: datetime) -> Mapping[str, object]:
    """The values that the conditions bind."""
    return {
        **{f"left_out_{code}": stored(now - timedelta(seconds=seconds)) for code, seconds in _LEFT_OUT},
        "cap_messages": cap.messages if cap else None,
        "cap_since": stored(now - timedelta(days=cap.days)) if cap else None,
    }
