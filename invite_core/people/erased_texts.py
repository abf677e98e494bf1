"""Where an erased person may still be named in words: odd webhook bodies, the shelf, reasons of the record."""

import re
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Sequence

from invite_core.store import Store

_NAMED = (
    """UPDATE operator_acts SET reason = '', detail = '{}', subject = CASE
           WHEN subject_kind IN ('contact', 'event', 'run', 'message', 'reply') THEN subject ELSE '' END
       WHERE instr(reason || detail || subject, :trace) > 0""",
    """UPDATE webhook_receipts SET body = NULL WHERE body IS NOT NULL AND instr(CAST(body AS TEXT), :trace) > 0""",
    "UPDATE invite_send_runs SET paused_detail = '' WHERE instr(paused_detail, :trace) > 0",
)


def forget(store: Store, addresses: Sequence[str], names: Sequence[str]) -> None:
    """Empty the words in which one of these addresses (without their plus) or names stands, inside
    `Store.write`; what waits on the shelf for such an address is taken off it."""
    for statement in _NAMED:
        for trace in (*addresses, *names):
            store.execute(statement, {"trace": trace})
    waiting = store.rows(
        """SELECT id, provider_message_id, update_json FROM webhook_receipts
           WHERE message IS NULL AND provider_message_id IS NOT NULL"""
    )
    store.execute_many(
        """UPDATE webhook_receipts SET provider_message_id = NULL, update_json = NULL, note = '',
               outcome = CASE outcome WHEN 'unmatched' THEN 'ignored' ELSE outcome END WHERE id = :id""",
        [
            {"id": row["id"]}
            for row in waiting
            if _tells(f"{row['update_json'] or ''} {_unpacked(row['provider_message_id'])}", addresses)
        ],
    )


def _tells(text: str, addresses: Sequence[str]) -> bool:
    return any(address in text for address in addresses)


def _unpacked(provider_message_id: str) -> str:
    """What a message id of WhatsApp's holds: base64 in which the phone number stands in plain digits."""
    packed = re.sub(r"[^A-Za-z0-9+/]", "", provider_message_id.removeprefix("wamid."))
    try:
        return b64decode(packed + "=" * (-len(packed) % 4)).decode("latin-1")
    except (NotBase64, ValueError):
        return ""
