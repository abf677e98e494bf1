"""Dealing with what people wrote."""

import json

import pytest

from invite_core.delivery import inbox
from invite_core.delivery.inbox import InboxFault
from invite_core.operators import Operator, Role, ViewerMayNotAct
from invite_core.people import do_not_message
from invite_core.store import Store
from invite_core.views.inbox import waiting
from tests.delivery.rows import ANA, ATTEMPT, NOW, invite, payload, take, the_reply

RITA = Operator("Rita")


def wrote(store: Store, text: str = "Is there parking?", wamid: str = "wamid.reply") -> int:
    """Somebody with Ana's number wrote; the reply's id."""
    body = json.loads(payload("text_stop"))
    message = body["entry"][0]["changes"][0]["value"]["messages"][0]
    message |= {"id": wamid, "text": {"body": text}}
    take(store, json.dumps(body).encode())
    return int(store.value("SELECT max(id) FROM replies"))


def test_what_waits_is_listed_with_who_wrote_about_what_the_newest_first(store: Store) -> None:
    invited = invite(store)
    first, second = wrote(store), wrote(store, "please do not stop the music", "wamid.other")
    lines = waiting(store)
    assert [(line["reply"], line["status"]) for line in lines] == [
        (second, "possible_opt_out"),
        (first, "unread"),
    ]
    assert lines[1] | {"at": None} == {
        "reply": first,
        "status": "unread",
        "kind": "text",
        "contact": invited.contact,
        "name": "Ana",
        "profile_name": lines[1]["profile_name"],
        "phone": ANA,
        "event": invited.event,
        "event_name": "Summer party",
        "message": None,
        "text": "Is there parking?",
        "at": None,
    }


def test_a_stranger_who_wrote_is_listed_by_number(store: Store) -> None:
    wrote(store)
    (line,) = waiting(store)
    assert (line["contact"], line["name"], line["event"]) == (None, None, None)
    assert line["phone"] == ANA


def test_what_is_dealt_with_waits_no_more_and_is_on_record(store: Store) -> None:
    reply = wrote(store)
    inbox.done(store, reply, by=RITA, now=NOW)
    assert waiting(store) == []
    row = the_reply(store)
    assert (row["status"], row["dealt_by"], row["dealt_at"]) == ("done", "Rita", "2026-03-01T12:30:00.000Z")
    act = store.row("SELECT act, by, subject FROM operator_acts")
    assert act is not None
    assert tuple(act) == ("deal with reply", "Rita", str(reply))
    with pytest.raises(InboxFault, match="does not wait"):
        inbox.done(store, reply, by=RITA, now=NOW)


def test_a_reply_taken_for_a_stop_blocks_every_address_with_the_text_as_evidence(store: Store) -> None:
    invited = invite(store)
    with store.write():
        store.execute(
            """INSERT INTO contact_identities (contact, kind, value, match_key, created_at)
               VALUES (?, 'phone', '+447700900555', '447700900555', '')""",
            (invited.contact,),
        )
    reply = wrote(store, "please do not stop the music")
    inbox.stop(store, reply, by=RITA, now=NOW)
    assert waiting(store) == []
    assert do_not_message.is_blocked(store, ANA)
    assert do_not_message.is_blocked(store, "+447700900555")
    evidence = store.rows("SELECT reason, receipt, recorded_by FROM do_not_message")
    assert all("please do not stop the music" in row["reason"] for row in evidence)
    assert all(row["receipt"] is not None and row["recorded_by"] == "Rita" for row in evidence)
    with pytest.raises(InboxFault, match="a stop already"):
        inbox.stop(store, reply, by=RITA, now=NOW)


def test_a_stop_of_a_stranger_blocks_the_number(store: Store) -> None:
    inbox.stop(store, wrote(store), by=RITA, now=NOW)
    assert do_not_message.is_blocked(store, ANA)


def test_what_was_dealt_with_may_be_taken_for_a_stop_after_all(store: Store) -> None:
    reply = wrote(store)
    inbox.done(store, reply, by=RITA, now=NOW)
    inbox.stop(store, reply, by=RITA, now=NOW)
    assert do_not_message.is_blocked(store, ANA)


def test_an_answer_is_no_stop(store: Store) -> None:
    invite(store, attempt=ATTEMPT)
    take(store, "tap")
    with pytest.raises(InboxFault, match="is an answer"):
        inbox.stop(store, the_reply(store)["id"], by=RITA, now=NOW)


def test_a_reply_that_does_not_exist_is_told(store: Store) -> None:
    for act in (inbox.done, inbox.stop):
        with pytest.raises(InboxFault, match="There is no reply 7"):
            act(store, 7, by=RITA, now=NOW)


def test_a_viewer_may_not_deal_with_replies(store: Store) -> None:
    reply = wrote(store)
    for act in (inbox.done, inbox.stop):
        with pytest.raises(ViewerMayNotAct):
            act(store, reply, by=Operator("Vera", Role.VIEWER), now=NOW)
    assert the_reply(store)["status"] == "unread"
