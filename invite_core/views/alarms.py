"""The alarms that nobody has acknowledged yet: what must not be missed on any screen."""

from dataclasses import dataclass

from invite_core.store import Store


@dataclass(frozen=True, slots=True)
class WaitingAlarm:
    """One alarm, and the message that it is about."""

    kind: str
    """`sent_twice`, `two_provider_ids`, `one_provider_id` or `released_slot`."""
    message: int
    """The message's id."""
    run: int
    """The id of the message's run."""
    name: str
    """The person, or ''."""
    detail: str
    """What happened, as a sentence."""
    at: str
    """When it was noticed, in stored form."""


def waiting_alarms(store: Store, *, run: int | None = None, message: int | None = None) -> list[WaitingAlarm]:
    """The alarms that wait (of one run or one message, if given), the newest first."""
    rows = store.rows(
        """SELECT alarms.kind, alarms.message, messages.run, contacts.name, alarms.detail, alarms.at
           FROM alarms JOIN invite_messages AS messages ON messages.id = alarms.message
           JOIN contacts ON contacts.id = messages.contact
           WHERE alarms.acknowledged_at IS NULL AND (:run IS NULL OR messages.run = :run)
               AND (:message IS NULL OR alarms.message = :message)
           ORDER BY alarms.id DESC""",
        {"run": run, "message": message},
    )
    return [WaitingAlarm(**dict(row)) for row in rows]
