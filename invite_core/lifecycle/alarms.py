"""What an organiser does about an alarm: looks at the message, and says that they have.

An alarm is raised once (`lifecycle.messages.alarm`) and never taken back; acknowledged, it is only no longer
shown as waiting.
"""

from datetime import datetime

from invite_core.errors import InviteError
from invite_core.instants import stored
from invite_core.operators import Operator
from invite_core.people import acts
from invite_core.store import Store


class AlarmFault(InviteError):
    """There is no alarm to acknowledge, or nothing is said about it."""


def acknowledge(store: Store, message: int, *, reason: str, by: Operator, now: datetime) -> int:
    """Note that `by` has looked at every waiting alarm of the message; gives how many there were.

    `reason` is what they found, for the record. Raises `AlarmFault` where it is empty, and where no alarm
    of the message waits.
    """
    by.may_act("acknowledge an alarm")
    if not reason.strip():
        raise AlarmFault("An alarm is acknowledged with a note.", "Say what you found, for the record.")
    with store.write():
        n = store.execute(
            """UPDATE alarms SET acknowledged_at = :at, acknowledged_by = :by
               WHERE message = :message AND acknowledged_at IS NULL""",
            {"message": message, "at": stored(now), "by": by.name},
        )
        if not n:
            raise AlarmFault(f"No alarm of message {message} waits.", f"See `invite-tui timeline {message}`.")
        acts.record(
            store, "acknowledge alarm", "message", str(message), reason=reason.strip(),
            detail={"alarms": n}, by=by, now=now,
        )  # fmt: skip
    return n
