"""Statuses of many bodies taken in together count as if each had come alone."""

from collections.abc import Sequence
from typing import Any

import pytest

from invite_core.delivery import intake, status_batch
from invite_core.delivery.intake import apply_bodies
from invite_core.delivery.status_batch import ReadStatus
from invite_core.delivery.tally import Tally
from invite_core.store import Store
from tests.delivery.rows import NOW, OWN_NUMBER, invite, message_row, payload

WAYS = pytest.mark.parametrize("savepoints", [True, False])


def taken(store: Store, *bodies: bytes, savepoints: bool = True) -> list[Tally]:
    """What becomes of these bodies in one transaction."""
    with store.write():
        return apply_bodies(store, bodies, phone_number_id=OWN_NUMBER, savepoints=savepoints, now=NOW)


def seen(store: Store) -> dict[str, int]:
    """How often the update of each status came."""
    return {row["status"]: row["seen"] for row in store.rows("SELECT status, seen FROM webhook_receipts")}


@WAYS
def test_each_body_has_its_own_tally(store: Store, savepoints: bool) -> None:
    invited = invite(store)
    bodies = [payload(name) for name in ("read", "sent", "text", "delivered")]
    assert taken(store, *bodies, savepoints=savepoints) == [Tally(bodies=1, applied=1)] * 4
    assert message_row(store, invited.message)["state"] == "read"
    assert store.value("SELECT count(*) FROM replies") == 1


@WAYS
def test_repetitions_raise_seen_whether_they_come_together_or_later(store: Store, savepoints: bool) -> None:
    invite(store)
    sent, delivered = payload("sent"), payload("delivered")
    first = taken(store, sent, sent, delivered, savepoints=savepoints)
    assert [(each.applied, each.repeated) for each in first] == [(1, 0), (0, 1), (1, 0)]
    again = taken(store, delivered, sent, delivered, savepoints=savepoints)
    assert again == [Tally(bodies=1, repeated=1)] * 3
    assert seen(store) == {"sent": 3, "delivered": 3}


def test_more_keys_than_one_query_asks_for_are_all_known_again(store: Store) -> None:
    one = payload("sent")
    bodies = [
        one.replace(b"wamid.ana", b"wamid.%d" % n).replace(b"019ca8b3", b"%08x" % n) for n in range(1100)
    ]
    assert taken(store, *bodies) == [Tally(bodies=1, unmatched=1)] * 1100
    assert taken(store, *bodies) == [Tally(bodies=1, repeated=1)] * 1100


def _breaks_on(state: str) -> object:
    real = status_batch.take_statuses

    def take(store: Store, told: Sequence[ReadStatus], **rest: Any) -> list[str]:
        outcomes = real(store, told, **rest)
        if any(each.status.status == state for each in told):
            raise AttributeError("a defect of ours")
        return outcomes

    return take


def test_one_that_breaks_our_code_is_quarantined_and_spoils_no_other(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    invited = invite(store)
    monkeypatch.setattr(intake, "take_statuses", _breaks_on("read"))
    tallies = taken(store, payload("sent"), payload("read"), payload("delivered"))
    assert [(each.applied, each.quarantined) for each in tallies] == [(1, 0), (0, 1), (1, 0)]
    assert message_row(store, invited.message)["state"] == "delivered"


def test_without_savepoints_it_breaks_the_transaction_instead(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    invited = invite(store)
    monkeypatch.setattr(intake, "take_statuses", _breaks_on("read"))
    with pytest.raises(AttributeError):
        taken(store, payload("sent"), payload("read"), savepoints=False)
    assert seen(store) == {}
    assert message_row(store, invited.message)["state"] == "accepted"


def test_user_ids_are_learnt_of_all_of_them(store: Store) -> None:
    invited = invite(store)
    taken(store, payload("sent"), payload("delivered"))
    known = store.rows("SELECT contact, value FROM contact_identities WHERE kind = 'user_id'")
    assert [(row["contact"], row["value"]) for row in known] == [(invited.contact, "GB.13491208655302741918")]
