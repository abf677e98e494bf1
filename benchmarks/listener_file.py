"""What the listener's benchmarks are about: a file with messages that Meta has accepted, and bodies about them."""

import hmac
import json
from pathlib import Path

from benchmarks.population import PHONE_NUMBER_ID, a_ready_run, old_messages
from invite_core.store import Store

MADE_UP = "a-made-up-secret"
ABOUT = 10_000
"""How many messages of a file the bodies are about, spread over all of it."""

WORDS = ("sent", "delivered", "read")
_SECOND = 1_790_000_000
_FIRST = 100_000_000


def make_file(path: Path, messages: int) -> None:
    """A file with so many messages; those that bodies are about are accepted, the others were read long ago."""
    with Store.create_or_open(path) as store:
        run = a_ready_run(store, 1)
        old_messages(store, run, messages)
        stride = messages // ABOUT
        with store.write():
            store.execute(
                """UPDATE invite_messages SET state = 'accepted', read_at = NULL, accepted_at = '2025',
                       slot_person = contact, slot_address = match_key
                   WHERE id > :first AND id % :stride = 0""",
                {"first": _FIRST, "stride": stride},
            )
            store.execute(
                """UPDATE send_attempts SET state = 'accepted', read_at = NULL, accepted_at = '2025'
                   WHERE message > :first AND message % :stride = 0""",
                {"first": _FIRST, "stride": stride},
            )
            store.execute(
                """INSERT INTO run_counters (run, kind, name, n)
                   SELECT run, 'state', state, count(*) FROM invite_messages WHERE id > :first GROUP BY run, state
                   ON CONFLICT (run, kind, name) DO UPDATE SET n = excluded.n""",
                {"first": _FIRST},
            )
        store.rows("PRAGMA wal_checkpoint(TRUNCATE)")


def a_status(number: int, stride: int) -> dict[str, object]:
    """The `number`-th status: every message is sent first, then delivered, then read."""
    turn, which = divmod(number, ABOUT)
    n = (which + 1) * stride
    phone = f"4478{10_000_000 + n}"
    return {
        "id": f"wamid.old{n}",
        "status": WORDS[turn % len(WORDS)],
        "timestamp": str(_SECOND + turn),
        "recipient_id": phone,
        "recipient_user_id": f"GB.{20_000_000_000_000 + n}",
        "biz_opaque_callback_data": f"{n:032x}",
        "conversation": {"id": f"{n:032d}", "origin": {"type": "marketing"}},
        "pricing": {"billable": True, "pricing_model": "PMP", "type": "regular", "category": "marketing"},
    }


def a_body(statuses: list[dict[str, object]]) -> bytes:
    """A body with these statuses, as Meta sends them; about 800 bytes for one."""
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "447700900999", "phone_number_id": PHONE_NUMBER_ID},
        "contacts": [{"profile": {"name": "A guest with a name"}, "wa_id": statuses[0]["recipient_id"]}],
        "statuses": statuses,
    }
    change = {"value": value, "field": "messages"}
    entry = {"id": "102290129340398", "time": _SECOND, "changes": [change]}
    return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()


def a_request(body: bytes) -> bytes:
    """The whole signed request."""
    signature = hmac.new(MADE_UP.encode(), body, "sha256").hexdigest()
    return (
        f"POST /webhook HTTP/1.1\r\nHost: listener\r\nAccept: */*\r\nUser-Agent: facebookexternalua\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        f"X-Hub-Signature: sha1={signature[:40]}\r\nX-Hub-Signature-256: sha256={signature}\r\n\r\n"
    ).encode() + body
