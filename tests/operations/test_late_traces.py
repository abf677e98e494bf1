"""What could not be understood or matched about a person goes when they are erased, and does not come back later."""

import json
from pathlib import Path

import pytest

from invite_core.delivery.intake import apply_body
from invite_core.operations import erasure
from invite_core.store import Store
from tests.builders import ORGANISER, SENDER_NUMBER, a_contact, later
from tests.operations.a_guest import DIGITS, NUMBER, USER_ID, WAMID, a_guest

ATTEMPT = "019ca8b3d80000000000000000000077"

NOTATIONS = (
    DIGITS, NUMBER, "+44 7700 900-777", "07700 900777", "(0)7700.900.777", "44\\u00207700\\u2013900777",
    "\\u0034\\u0034\\u0037700900777", "٤٤٧٧٠٠٩٠٠٧٧٧",
)  # fmt: skip


def told(value: dict[str, object]) -> bytes:
    """A body about our number."""
    value |= {"metadata": {"phone_number_id": SENDER_NUMBER}}
    change = {"field": "messages", "value": value}
    document = {"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [change]}]}
    return json.dumps(document, ensure_ascii=False).encode()


def status(*, wamid: str = WAMID, **more: object) -> bytes:
    """A `delivered`."""
    return told({"statuses": [{"id": wamid, "status": "delivered", "timestamp": "1803902400", **more}]})


def take(store: Store, body: bytes) -> dict[str, int]:
    """What became of the updates of a body."""
    with store.write():
        tally = apply_body(store, body, phone_number_id=SENDER_NUMBER, now=later(60))
    return {name: n for name in ("unmatched", "quarantined", "repeated") if (n := getattr(tally, name))}


def odd(words: str) -> bytes:
    """A body that holds something odd with these words in it."""
    body = status(wamid="wamid.x")
    return body.replace(b'"timestamp": "1803902400"', f'"timestamp": "?", "says": "{words}"'.encode())


def erase(store: Store, guest: int) -> None:
    erasure.erase(store, guest, by=ORGANISER, now=later(9))


def kept(store: Store) -> str:
    """Everything that is kept of the updates."""
    rows = store.rows("SELECT provider_message_id, update_json, note, body FROM webhook_receipts")
    return "\n".join(f"{tuple(row)[:3]} {(row['body'] or b'').decode()}" for row in rows)


@pytest.mark.parametrize("more", [{}, {"biz_opaque_callback_data": ATTEMPT}])
def test_a_late_status_of_an_erased_person_waits_without_naming_them(
    store: Store, database: Path, more: dict[str, str]
) -> None:
    guest = a_guest(store)
    erase(store, guest)
    body = status(contacts=[], recipient_user_id=USER_ID, **more)
    assert take(store, body) == {"unmatched": 1}
    assert take(store, body) == {"repeated": 1}
    attempt = store.value("SELECT attempt FROM webhook_receipts")
    assert attempt == more.get("biz_opaque_callback_data")
    assert not [trace for trace in (DIGITS, WAMID, USER_ID) if trace in kept(store)]
    store.close()
    assert WAMID.encode() not in database.read_bytes()


def test_a_late_status_of_somebody_else_keeps_its_id(store: Store) -> None:
    guest = a_guest(store)
    a_contact(store, "Her partner", NUMBER)
    assert take(store, status()) == {"unmatched": 1}
    erase(store, guest)
    take(store, status(timestamp="1803902401"))
    assert kept(store).count(f"'{WAMID}'") == 2


@pytest.mark.parametrize("words", [*NOTATIONS, WAMID])
def test_what_could_not_be_understood_goes_with_the_person_whom_it_names(store: Store, words: str) -> None:
    guest = a_guest(store)
    assert take(store, odd(words)) == take(store, odd("447700900001")) == {"quarantined": 1}
    assert kept(store).count('"says"') == 2
    erase(store, guest)
    assert kept(store).count('"says"') == 1
    assert "447700900001" in kept(store)


def test_what_cannot_be_understood_afterwards_is_kept_without_its_body(store: Store) -> None:
    guest = a_guest(store)
    erase(store, guest)
    for words in (*NOTATIONS[:3], WAMID):
        assert take(store, odd(words)) == {"quarantined": 1}
    assert take(store, odd("447700900001")) == {"quarantined": 1}
    assert kept(store).count('"says"') == 1
    assert "447700900001" in kept(store)
