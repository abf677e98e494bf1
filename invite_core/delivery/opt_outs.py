"""People who want no more messages: taps, texts and WhatsApp's own switch write Do-Not-Message.

A block is by address, for every address that Meta told, whether or not we know anybody under it.
"""

from datetime import datetime

from invite_core.delivery.updates import Preference, Sender
from invite_core.operators import LISTENER
from invite_core.people import do_not_message
from invite_core.store import Store

BUTTON = "button"
"""The source of a stop that was tapped."""
STOP_WORD = "stop_word"
"""The source of a stop that was written."""

_REASONS = {
    BUTTON: "The person tapped the stop button.",
    STOP_WORD: "The person wrote a stop word.",
}


def block_sender(
    store: Store, sender: Sender, *, source: str, at: datetime, receipt: int, now: datetime
) -> None:
    """Block the person who wrote for good; `source` is `BUTTON` or `STOP_WORD`."""
    for address in sender.addresses:
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
    for address in preference.sender.addresses:
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
