"""Answers written down by hand: given by phone, or read out of what a guest wrote."""

import pytest

from invite_core.delivery.recorded_answers import AnswerFault, record, take_for_answer
from invite_core.instants import stored
from invite_core.invitations.events import Event
from invite_core.operators import ViewerMayNotAct
from invite_core.store import Store
from invite_core.views.guest_texts import guest_text, text_count, text_position, text_slice
from invite_core.views.rsvp_board import rsvp_board
from tests.builders import NOW, ORGANISER, VIEWER, a_contact, an_event, later


def a_text(
    store: Store, body: str, *, contact: int | None, event: Event | None, status: str = "unread", n: int = 1
) -> int:
    """Something that a guest wrote; the id."""
    with store.write():
        return store.insert(
            """INSERT INTO replies (kind, contact, event, address, match_key, profile_name, body, given_at,
                   provider_message_id, status, recorded_at, recorded_by)
               VALUES ('text', :contact, :event, '447700900001', '447700900001', 'ana', :body, :at, :id,
                   :status, :at, 'listener')""",
            {
                "contact": contact, "event": event.id if event else None, "body": body,
                "at": stored(later(n)), "id": f"wamid.{n}", "status": status,
            },
        )  # fmt: skip


def test_an_answer_by_phone_counts_until_a_later_one_and_the_first_is_kept(store: Store) -> None:
    event, ana = an_event(store), a_contact(store, places=4)
    record(store, event, ana, "yes", places=2, via="by phone", by=ORGANISER, now=NOW)
    record(store, event, ana, "no", via="by phone", at=later(-60), by=ORGANISER, now=NOW)
    board = rsvp_board(store, event)
    assert (board["yes"], board["places"], board["no"]) == (1, 2, 0)
    assert [given["answer"] for given in board["people"][0]["history"]] == ["no", "yes"]
    record(store, event, ana, "maybe", via="at the gate", by=ORGANISER, now=later(9))
    assert rsvp_board(store, event)["maybe"] == 1
    acts = store.rows("SELECT act, subject, reason, by FROM operator_acts WHERE act = 'record answer'")
    assert tuple(acts[-1]) == ("record answer", str(ana), "at the gate", "Rita")


@pytest.mark.parametrize(
    "answer, places, via, said",
    [
        ("perhaps", None, "by phone", "is no answer"),
        ("stop", None, "by phone", "is no answer"),
        ("no", 2, "by phone", "with a yes only"),
        ("yes", 0, "by phone", "cannot be right"),
        ("yes", 100, "by phone", "cannot be right"),
        ("yes", None, " ", "how the answer came"),
    ],
)
def test_an_answer_that_cannot_be_is_refused(
    store: Store, answer: str, places: int | None, via: str, said: str
) -> None:
    event, ana = an_event(store), a_contact(store)
    with pytest.raises(AnswerFault, match=said):
        record(store, event, ana, answer, places=places, via=via, by=ORGANISER, now=NOW)
    assert store.value("SELECT count(*) FROM replies") == 0


def test_nobody_answers_in_the_future_or_without_being_known_and_a_viewer_records_nothing(
    store: Store,
) -> None:
    event, ana = an_event(store), a_contact(store)
    with pytest.raises(AnswerFault, match="future"):
        record(store, event, ana, "yes", via="by phone", at=later(1), by=ORGANISER, now=NOW)
    with pytest.raises(AnswerFault, match="no person 99"):
        record(store, event, 99, "yes", via="by phone", by=ORGANISER, now=NOW)
    with pytest.raises(ViewerMayNotAct):
        record(store, event, ana, "yes", via="by phone", by=VIEWER, now=NOW)


def test_of_a_merged_person_the_other_has_answered(store: Store) -> None:
    event, ana, twin = an_event(store), a_contact(store), a_contact(store, "Ana E.", 2)
    with store.write():
        store.execute("UPDATE contacts SET merged_into = ? WHERE id = ?", (ana, twin))
    record(store, event, twin, "yes", via="by phone", by=ORGANISER, now=NOW)
    assert [person["contact"] for person in rsvp_board(store, event)["people"]] == [ana]


def test_a_text_taken_for_an_answer_was_given_when_it_was_written(store: Store) -> None:
    event, ana = an_event(store), a_contact(store)
    reply = a_text(store, "We both come!", contact=ana, event=event, status="possible_opt_out")
    take_for_answer(store, reply, "yes", places=2, by=ORGANISER, now=later(500))
    person = rsvp_board(store, event)["people"][0]
    assert (person["answer"], person["places"], person["at"]) == ("yes", 2, stored(later(1)))
    text = guest_text(store, reply)
    assert text is not None
    assert (text.status, text.answer, text.dealt_by) == ("answer", "yes", "Rita")
    with pytest.raises(AnswerFault, match="an answer already"):
        take_for_answer(store, reply, "no", by=ORGANISER, now=later(500))


def test_a_text_of_somebody_unknown_or_about_nothing_known_needs_them_to_be_said(store: Store) -> None:
    event, ana = an_event(store), a_contact(store)
    reply = a_text(store, "I come", contact=None, event=None)
    with pytest.raises(AnswerFault, match="or several have"):
        take_for_answer(store, reply, "yes", by=ORGANISER, now=later(5))
    with pytest.raises(AnswerFault, match="to which event"):
        take_for_answer(store, reply, "yes", contact=ana, by=ORGANISER, now=later(5))
    with pytest.raises(AnswerFault, match="no reply 99"):
        take_for_answer(store, 99, "yes", by=ORGANISER, now=later(5))
    take_for_answer(store, reply, "yes", contact=ana, event=event.id, by=ORGANISER, now=later(5))
    assert rsvp_board(store, event)["yes"] == 1


def test_what_waits_stands_before_what_was_dealt_with(store: Store) -> None:
    event, ana = an_event(store), a_contact(store)
    done = a_text(store, "ok", contact=ana, event=event, status="done", n=4)
    unread = a_text(store, "May I bring a dog?", contact=None, event=None, n=1)
    newer = a_text(store, "And a cat?", contact=ana, event=event, n=3)
    doubt = a_text(store, "no more please", contact=ana, event=event, status="possible_opt_out", n=2)
    record(store, event, ana, "yes", via="by phone", by=ORGANISER, now=NOW)
    assert text_count(store) == 4
    listed = text_slice(store, offset=0, limit=10)
    assert [text.reply for text in listed] == [doubt, newer, unread, done]
    assert [text_position(store, text.reply) for text in listed] == [0, 1, 2, 3]
    assert text_position(store, 99) is None
    assert [text.reply for text in text_slice(store, offset=1, limit=2)] == [newer, unread]
    assert [text.waits for text in listed] == [True, True, True, False]
    assert (listed[2].name, listed[2].contact, listed[2].address) == ("ana", None, "+447700900001")
    assert (listed[0].name, listed[0].event_name, listed[0].digits) == (
        "Ana Example", "Summer party", "447700900001",
    )  # fmt: skip
