"""What people answer: taps, texts, and everything that waits to be read."""

import pytest

from invite_core.delivery.tally import Tally
from invite_core.instants import read
from invite_core.invitations.button_meanings import Meaning
from invite_core.invitations.events import get
from invite_core.lifecycle import attempts
from invite_core.provider.outcome import Accepted, Unknown
from invite_core.store import Store
from invite_core.views.inbox import waiting
from invite_core.views.rsvp_board import rsvp_board
from tests.delivery.rows import (
    ANA_WA_ID,
    ATTEMPT,
    add_contact,
    add_event,
    invite,
    message_row,
    payload,
    take,
    the_receipt,
    the_reply,
)

WITHOUT_CONTEXT = (b'"id": "wamid.ana"', b'"id": "wamid.elsewhere"')


def test_tap_becomes_the_answer_of_its_message(store: Store) -> None:
    invited = invite(store)
    assert take(store, "tap") == Tally(bodies=1, applied=1)
    reply = the_reply(store)
    assert (reply["kind"], reply["status"], reply["answer"], reply["places"]) == ("tap", "answer", "yes", 2)
    assert (reply["contact"], reply["event"], reply["message"]) == (
        invited.contact,
        invited.event,
        invited.message,
    )
    assert reply["given_at"] == "2026-03-01T12:05:00.000Z"
    assert (reply["address"], reply["match_key"]) == (ANA_WA_ID, ANA_WA_ID)
    assert (reply["profile_name"], reply["body"]) == ("Ana Example", "Yes, both of us")
    assert the_receipt(store)["message"] == invited.message


def test_tap_is_matched_by_context_before_payload(store: Store) -> None:
    other = "019ca8b3d80000000000000000000002"
    invite(store, attempt=other, provider_message_id="wamid.other", phone="+447700900102")
    invited = invite(store)
    take(store, payload("tap").replace(ATTEMPT.encode(), other.encode()))
    assert the_reply(store)["message"] == invited.message


def test_tap_is_matched_by_payload_and_tells_the_message_id(store: Store) -> None:
    invited = invite(store, provider_message_id=None)
    assert take(store, "tap").applied == 1
    assert the_reply(store)["message"] == invited.message
    assert (
        store.value("SELECT provider_message_id FROM send_attempts WHERE id = ?", (ATTEMPT,)) == "wamid.ana"
    )


def test_tap_proves_that_a_message_in_doubt_was_sent(store: Store) -> None:
    invited = invite(store, provider_message_id=None)
    with store.write():
        no_answer = Unknown(cause="ReadTimeout", detail="Meta did not answer in time.")
        attempts.record_outcome(store, ATTEMPT, no_answer, now=read("2026-03-01T12:29:00.000Z"))
    assert message_row(store, invited.message)["state"] == "unconfirmed"
    take(store, "tap")
    assert message_row(store, invited.message)["state"] == "accepted"


def test_tap_that_matches_nothing_waits_and_is_linked_with_the_id(store: Store) -> None:
    other = "019ca8b3d80000000000000000000002"
    invited = invite(store, attempt=other, provider_message_id=None)
    assert take(store, "tap").unmatched == 1
    reply = the_reply(store)
    assert (reply["message"], reply["context_message_id"], reply["answer"]) == (None, "wamid.ana", "yes")
    with store.write():
        attempts.record_outcome(store, other, Accepted("wamid.ana"), now=read("2026-03-01T12:31:00.000Z"))
    reply = the_reply(store)
    assert (reply["message"], reply["event"], reply["contact"]) == (
        invited.message,
        invited.event,
        invited.contact,
    )
    assert (the_receipt(store)["outcome"], the_receipt(store)["message"]) == ("applied", invited.message)


def test_tap_of_somebody_unknown_is_kept(store: Store) -> None:
    assert take(store, "tap").unmatched == 1
    reply = the_reply(store)
    assert (reply["contact"], reply["message"], reply["status"]) == (None, None, "answer")


def test_interactive_reply_counts_like_a_tap(store: Store) -> None:
    invite(store)
    take(store, "interactive")
    assert (the_reply(store)["answer"], the_reply(store)["status"]) == ("no", "answer")


def test_last_given_answer_counts_whatever_arrives_last(store: Store) -> None:
    invited = invite(store)
    earlier = payload("interactive").replace(b'"1772366700"', b'"1772366600"')
    take(store, "tap")
    take(store, earlier.replace(b"wamid.reply", b"wamid.earlier"))
    board = rsvp_board(store, get(store, invited.event))
    assert (board["yes"], board["no"], board["places"]) == (1, 0, 2)
    later = payload("interactive").replace(b'"1772366700"', b'"1772366800"')
    take(store, later.replace(b"wamid.reply", b"wamid.later"))
    board = rsvp_board(store, get(store, invited.event))
    assert (board["yes"], board["no"], board["places"]) == (0, 1, 0)
    assert len(board["people"][0]["history"]) == 3


def test_button_that_means_nothing_is_done_with(store: Store) -> None:
    invite(store)
    take(store, payload("tap").replace(b"rsvp:yes:2:", b"rsvp:none:"))
    assert (the_reply(store)["answer"], the_reply(store)["status"]) == ("none", "done")


def test_button_without_our_payload_waits_to_be_read(store: Store) -> None:
    invited = invite(store)
    take(store, "tap_without_our_payload")
    reply = the_reply(store)
    assert (reply["kind"], reply["status"], reply["answer"]) == ("tap", "unread", None)
    assert (reply["body"], reply["message"]) == ("Tell me more", invited.message)


def test_same_message_id_with_another_time_is_one_reply(store: Store) -> None:
    invite(store)
    take(store, "tap")
    assert take(store, payload("tap").replace(b'"1772366700"', b'"1772366701"')).stale == 1
    assert the_reply(store)["given_at"] == "2026-03-01T12:05:00.000Z"


def test_text_waits_with_its_sender_and_the_newest_event(store: Store) -> None:
    first = invite(store)
    newer = invite(
        store,
        contact=first.contact,
        event=add_event(store, "Picnic"),
        attempt="019ca8b3d80000000000000000000002",
        provider_message_id="wamid.picnic",
    )
    assert take(store, "text") == Tally(bodies=1, applied=1)
    reply = the_reply(store)
    assert (reply["kind"], reply["status"], reply["body"]) == ("text", "unread", "Is there parking?")
    assert (reply["contact"], reply["event"], reply["message"]) == (first.contact, newer.event, None)


def test_quoted_text_is_about_the_event_of_its_message(store: Store) -> None:
    first = invite(store)
    invite(
        store,
        contact=first.contact,
        event=add_event(store, "Picnic"),
        attempt="019ca8b3d80000000000000000000002",
        provider_message_id="wamid.picnic",
    )
    quoting = payload("text").replace(
        b'"type": "text"', b'"context": {"from": "1", "id": "wamid.ana"}, "type": "text"'
    )
    take(store, quoting)
    assert (the_reply(store)["event"], the_reply(store)["message"]) == (first.event, first.message)


def test_text_from_a_shared_number_names_nobody(store: Store) -> None:
    add_contact(store, "Ana")
    add_contact(store, "Bo")
    take(store, "text")
    assert the_reply(store)["contact"] is None


def test_picture_waits_with_its_caption(store: Store) -> None:
    take(store, "image")
    reply = the_reply(store)
    assert (reply["kind"], reply["status"], reply["body"]) == ("media", "unread", "Our cake")


def test_voice_message_waits_with_who_sent_it_and_which_event_it_is_likely_about(store: Store) -> None:
    invited = invite(store)
    take(store, "voice")
    [line] = waiting(store)
    assert (line["kind"], line["text"], line["status"]) == ("media", "", "unread")
    assert (line["contact"], line["name"], line["phone"]) == (invited.contact, "Ana", f"+{ANA_WA_ID}")
    assert (line["event"], line["event_name"]) == (invited.event, "Summer party")


def test_tap_after_the_answer_by_counts_and_is_marked(store: Store) -> None:
    invited = invite(store)
    with store.write():
        store.execute("UPDATE events SET answer_by = '2026-03-01T12:04:59.000Z'")
    take(store, "tap")
    board = rsvp_board(store, get(store, invited.event))
    assert (board["yes"], board["places"], board["people"][0]["late"]) == (1, 2, True)


@pytest.mark.parametrize("meaning", list(Meaning))
def test_every_meaning_can_be_tapped(store: Store, meaning: Meaning) -> None:
    invite(store)
    take(store, payload("tap").replace(b"rsvp:yes:2:", f"rsvp:{meaning}:".encode()))
    assert the_reply(store)["answer"] == meaning
