"""People who want no more messages: taps, texts and WhatsApp's own switch write Do-Not-Message.

A block is by address, for every address that Meta told, whether or not we know anybody under it, and
for the number that we wrote to where Meta tells another one, or none.
"""

from datetime import datetime
from itertools import permutations

from invite_core.delivery.updates import Preference, Sender
from invite_core.operators import LISTENER
from invite_core.people import changed_addresses, do_not_message, user_ids
from invite_core.store import Store

BUTTON = "button"
"""The source of a stop that was tapped."""
STOP_WORD = "stop_word"
"""The source of a stop that was written."""

WRONG_PERSON = "wrong_person"
"""The source of an answer that the number is somebody else's."""

_REASONS = {
    WRONG_PERSON: "Whoever has this number wrote that they are not the person who was meant.",
    BUTTON: "The person tapped the stop button.",
    STOP_WORD: "The person wrote a stop word.",
}


def addresses_meant(store: Store, sender: Sender, message: int | None = None) -> list[str]:
    """Every address that a stop of `sender` is for: those that Meta told, that of the `message` which
    was tapped or quoted, and the numbers that we know under what Meta told.

    WhatsApp may spell a number as nobody dials it, or withhold it and tell the user id alone. Where the
    person has left the number that we wrote to, the addresses that they have now are meant beside it, and
    in its place where somebody else has it by now.
    """
    rows = store.rows(_WRITTEN_TO, {"message": message, "wa_id": sender.wa_id})
    known = user_ids.numbers_of(store, sender.user_id) if sender.user_id else []
    return [*sender.addresses, *(row["address"] for row in rows), *known]


_WRITTEN_TO = """SELECT messages.address FROM invite_messages AS messages
    WHERE messages.id = :message AND messages.address IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM contact_identities AS left_it JOIN contact_identities AS others
            ON others.match_key = left_it.match_key AND others.contact <> left_it.contact
            AND others.retired_at IS NULL
        WHERE left_it.contact = messages.contact AND left_it.match_key = messages.match_key
            AND left_it.retired_at IS NOT NULL)
    UNION SELECT now_has.value FROM invite_messages AS messages
        JOIN contact_identities AS left_it ON left_it.contact = messages.contact
            AND left_it.match_key = messages.match_key AND left_it.retired_at IS NOT NULL
        JOIN contact_identities AS now_has ON now_has.contact = messages.contact AND now_has.retired_at IS NULL
        WHERE messages.id = :message
    UNION SELECT messages.address FROM send_attempts AS attempts
        JOIN invite_messages AS messages ON messages.id = attempts.message
        WHERE attempts.wa_id = :wa_id AND messages.address IS NOT NULL"""


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
    """Block the person who wrote, on `message` if that is known, for good; `source` is `BUTTON`,
    `STOP_WORD` or `WRONG_PERSON`."""
    _keep_erased(store, sender, now)
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
    user_ids.learn_beside(store, preference.sender.wa_id, preference.sender.user_id, now=now)
    _keep_erased(store, preference.sender, now)
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


def _keep_erased(store: Store, sender: Sender, now: datetime) -> None:
    # Somebody erased under one of the two addresses is not known by the other either.
    for old, new in permutations(sender.addresses, 2):
        changed_addresses.stay_erased(store, old, new, now=now)
