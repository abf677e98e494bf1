"""Failures that say the person must not be messaged: they write Do-Not-Message."""

from invite_core.instants import read
from invite_core.operators import Operator
from invite_core.people import do_not_message
from invite_core.provider.error_table import explain
from invite_core.store import Store


def block_if_told(store: Store, message: int, code: int | None, *, at: str, by: Operator, now: str) -> None:
    """Block the message's address if `code` means that the person stopped us or that we blocked them.

    `by` is who heard of it: the sender from the API's own answer, the listener from a webhook.
    """
    effect = explain(code).do_not_message
    address = store.value("SELECT address FROM invite_messages WHERE id = ?", (message,))
    if effect is None or address is None:
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
