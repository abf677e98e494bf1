"""What an organiser does with what people wrote: dealt with, or taken for a stop."""

from datetime import datetime

from invite_core.errors import InviteError
from invite_core.instants import spoken, stored
from invite_core.operators import Operator
from invite_core.people import acts, do_not_message
from invite_core.people.identity import match_key
from invite_core.store import Row, Store

_WAITING = ("unread", "possible_opt_out")


class InboxFault(InviteError):
    """There is no such reply, or it is not one to be dealt with."""


def done(store: Store, reply: int, *, by: Operator, now: datetime) -> None:
    """Mark a reply as dealt with; a possible opt-out then holds back no message any more.

    Raises `InboxFault` for an unknown id, or a reply that does not wait.
    """
    by.may_act("deal with a reply")
    with store.write():
        row = _get(store, reply)
        if row["status"] not in _WAITING:
            raise InboxFault(f"Reply {reply} does not wait to be read.", "See `invite-tui inbox list`.")
        _settle(store, reply, "done", by, now)
        detail = {"was": row["status"]}
        acts.record(store, "deal with reply", "reply", str(reply), detail=detail, by=by, now=now)


def stop(store: Store, reply: int, *, by: Operator, now: datetime) -> int:
    """Take a reply for a stop: nobody writes to its sender any more. Gives the number of addresses blocked.

    The block is for every address of the person who wrote, where we know them, and for those under which
    WhatsApp told of them; what they wrote is its reason. Raises `InboxFault` for an unknown id, an answer, or
    a stop.
    """
    by.may_act("put anyone on the Do-Not-Message list")
    with store.write():
        row = _get(store, reply)
        if row["status"] not in (*_WAITING, "done"):
            raise InboxFault(
                f"Reply {reply} is {'a stop already' if row['status'] == 'stop' else 'an answer'}.",
                "See `invite-tui inbox list`; `invite-tui dnm add` blocks anybody at any time.",
            )
        blocked = _block(store, row, by, now)
        _settle(store, reply, "stop", by, now)
        acts.record(store, "take reply for a stop", "reply", str(reply), by=by, now=now)
    return blocked


def _get(store: Store, reply: int) -> Row:
    row = store.row("SELECT * FROM replies WHERE id = ?", (reply,))
    if row is None:
        raise InboxFault(f"There is no reply {reply}.", "See `invite-tui inbox list`.")
    return row


def _settle(store: Store, reply: int, status: str, by: Operator, now: datetime) -> None:
    store.execute(
        "UPDATE replies SET status = :status, dealt_at = :at, dealt_by = :by WHERE id = :reply",
        {"reply": reply, "status": status, "at": stored(now), "by": by.name},
    )


def _block(store: Store, row: Row, by: Operator, now: datetime) -> int:
    said = row["body"] or row["kind"]
    reason = f"Wrote on {spoken(row['given_at'])}: “{said}”"
    receipt = store.value(
        "SELECT id FROM webhook_receipts WHERE kind = 'message' AND provider_message_id = ?",
        (row["provider_message_id"],),
    )

    def block(*, address: str | None = None, contact: int | None = None) -> int:
        return do_not_message.block(
            store,
            address=address,
            contact=contact,
            reason=reason,
            source="organiser",
            at=now,
            by=by,
            now=now,
            receipt=receipt,
        )

    told = store.rows("SELECT address FROM reply_addresses WHERE reply = ? ORDER BY match_key", (row["id"],))
    # Of what did not wait to be read, a tap say, the reply's own address alone is kept.
    addresses = dict.fromkeys([row["address"], *(each["address"] for each in told)])
    blocked = sum(block(address=each) for each in addresses if each and match_key(each))
    if row["contact"] is not None:
        blocked += block(contact=row["contact"])
    return blocked
