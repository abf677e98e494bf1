"""People who want no more messages: taps, texts and WhatsApp's own switch write Do-Not-Message.

A block is by address, for every address that Meta told, whether or not we know anybody under it, and
for the number that we wrote to where Meta tells another one, or none.
"""

from datetime import datetime

from invite_core.delivery.updates import Preference, Sender
from invite_core.operators import LISTENER
from invite_core.people import do_not_message, user_ids
from invite_core.store import Store

BUTTON = "button"
"""The source of a stop that was tapped."""
STOP_WORD = "stop_word"
"""The source of a stop that was written."""

_REASONS = {
    BUTTON: "The person tapped the stop button.",
    STOP_WORD: "The person wrote a stop word.",
}


def addresses_meant(store: Store, sender: Sender, message: int | None = None) -> list[str]:
    """Every address that a stop of `sender` is for: those that Meta told, that of the `message` which
    was tapped or quoted, and the numbers that we know under what Meta told.

    WhatsApp may spell a number as nobody dials it, or withhold it and tell the user id alone.
    """
    rows = store.rows(
        """SELECT messages.address FROM invite_messages AS messages
           WHERE messages.id = :message AND messages.address IS NOT NULL
           UNION SELECT messages.address FROM send_attempts AS attempts
               JOIN invite_messages AS messages ON messages.id = attempts.message
               WHERE attempts.wa_id = :wa_id AND messages.address IS NOT NULL""",
        {"message": message, "wa_id": sender.wa_id},
    )
    known = user_ids.numbers_of(store, sender.user_id) if sender.user_id else []
    return [*sender.addresses, *(row["address"] for row in rows), *known]


def block_sender(
    store: Store,
    sender: Sender,
    *,
    message: int | None,
    source: str,
    at: datetime,
    receipt: int,
    now: datetime,
) -> None:
    """Block the person who wrote, on `message` if that is known, for good; `source` is `BUTTON` or
    `STOP_WORD`."""
    for address in addresses_meant(store, sender, message):
        do_not_message.block(
            store,
            address=address,
            scope="all",
            reason=_REASONS[source],
            source=source,
            at=at,
            by=LISTENER,
            now=now,
            receipt=receipt,
        )


def take_preference(
    store: Store, preference: Preference, *, at: datetime, receipt: int, now: datetime
) -> None:
    """Stop or resume marketing messages, as the person chose in WhatsApp."""
    for address in addresses_meant(store, preference.sender):
        if preference.wants_messages:
            do_not_message.resume(store, address=address, at=at, by=LISTENER, now=now, receipt=receipt)
            continue
        do_not_message.block(
            store,
            address=address,
            scope="marketing",
            reason="The person stopped marketing messages in WhatsApp.",
            source="user_preferences",
            at=at,
            by=LISTENER,
            now=now,
            receipt=receipt,
        )
