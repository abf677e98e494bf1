"""What says of a message that its person must not be messaged: failures, and stops that were given before
the message was known to be theirs. They write Do-Not-Message."""

from invite_core.instants import read
from invite_core.operators import LISTENER, Operator
from invite_core.people import do_not_message
from invite_core.provider.error_table import explain
from invite_core.store import Store


def block_if_told(store: Store, message: int, code: int | None, *, at: str, by: Operator, now: str) -> None:
    """Block the message's address if `code` means that the person stopped us or that we blocked them.

    `by` is who heard of it: the sender from the API's own answer, the listener from a webhook.
    """
    effect = explain(code).do_not_message
    if effect is None:
        return
    address = store.value("SELECT address FROM invite_messages WHERE id = ?", (message,))
    if address is None:
        return
    do_not_message.block(
        store,
        address=address,
        scope=effect,
        reason=explain(code).sentence,
        source=f"error_{code}",
        at=read(at),
        by=by,
        now=read(now),
    )


def block_of_replies(store: Store, provider_message_id: str, message: int, *, now: str) -> None:
    """Block the address of a message for the stops that wait for its id, which has just become known.

    WhatsApp may withhold the sender of a reply, or tell another number than the one that we wrote to. To
    be called before the replies are given their message.
    """
    rows = store.rows(
        """SELECT replies.kind, replies.answer, replies.given_at, replies.recorded_at, receipts.id AS receipt
           FROM replies LEFT JOIN webhook_receipts AS receipts ON receipts.outcome = 'unmatched'
               AND receipts.kind = 'message' AND receipts.provider_message_id = replies.provider_message_id
           WHERE replies.context_message_id = :id AND replies.message IS NULL AND replies.status = 'stop'
           ORDER BY replies.id""",
        {"id": provider_message_id},
    )
    if not rows:
        return
    address: str | None = store.value("SELECT address FROM invite_messages WHERE id = ?", (message,))
    for row in rows if address else ():
        written = "stop_word" if row["answer"] == "stop" else "wrong_person"
        do_not_message.block(
            store,
            address=address,
            reason="Whoever got our message asked for no more of them.",
            source="button" if row["kind"] == "tap" else written,
            # Not after it came, by whatever clock the phone went.
            at=read(min(row["given_at"], row["recorded_at"])),
            by=LISTENER,
            now=read(now),
            receipt=row["receipt"],
        )
