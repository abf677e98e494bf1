"""Answers that the organiser writes down: given by phone or in person, or read out of what a guest wrote.

They stand beside the taps: the last answer by its own time counts, whoever recorded it.
"""

from datetime import datetime

from invite_core.errors import InviteError
from invite_core.instants import stored
from invite_core.invitations.button_meanings import Meaning
from invite_core.invitations.events import Event
from invite_core.operators import Operator
from invite_core.people import acts
from invite_core.people.contacts import MOST_PLACES
from invite_core.store import Store

ANSWERS = (Meaning.YES, Meaning.NO, Meaning.MAYBE)
"""What can be answered."""

_MAY_BECOME_AN_ANSWER = ("unread", "possible_opt_out", "done")


class AnswerFault(InviteError):
    """An answer cannot be recorded as it was given."""


def record(
    store: Store,
    event: Event,
    contact: int,
    answer: str,
    *,
    places: int | None = None,
    via: str,
    at: datetime | None = None,
    by: Operator,
    now: datetime,
) -> int:
    """Record an answer to `event` that came by way of `via` (“by phone”); gives the id of the reply.

    `at` is when it was given, now if not said; `places` the seats of a yes, the invitation's if not said.
    Of a person merged into another, the other has answered. Raises `AnswerFault` for an answer that is
    not yes, no or maybe, places that cannot be, a missing `via`, a later time, and an unknown person.
    """
    by.may_act("record an answer")
    _check(answer, places)
    if not via.strip():
        raise AnswerFault("It is not said how the answer came.", "Say it, for example “by phone”.")
    if at is not None and at > now:
        raise AnswerFault("The answer would lie in the future.", "Give the time at which it was given.")
    with store.write():
        reply = store.insert(
            """INSERT INTO replies (kind, contact, event, answer, places, body, given_at, status,
                   recorded_at, recorded_by)
               VALUES ('manual', :contact, :event, :answer, :places, :via, :at, 'answer', :now, :by)""",
            {
                "contact": _person(store, contact),
                "event": event.id,
                "answer": answer,
                "places": places,
                "via": via.strip(),
                "at": stored(at or now),
                "now": stored(now),
                "by": by.name,
            },
        )
        detail = {"event": event.id, "answer": answer, "places": places, "reply": reply}
        acts.record(
            store, "record answer", "contact", str(contact), reason=via.strip(), detail=detail, by=by, now=now
        )
    return reply


def take_for_answer(
    store: Store,
    reply: int,
    answer: str,
    *,
    places: int | None = None,
    event: int | None = None,
    contact: int | None = None,
    by: Operator,
    now: datetime,
) -> None:
    """Take what a guest wrote for an answer, given when it was written.

    `event` and `contact` say what the reply itself does not. Raises `AnswerFault` for an unknown reply,
    one that is an answer or a stop already, one of which nobody knows who wrote it or about which event,
    and whatever `record` refuses.
    """
    by.may_act("record an answer")
    _check(answer, places)
    with store.write():
        row = store.row("SELECT status, contact, event FROM replies WHERE id = ?", (reply,))
        if row is None:
            raise AnswerFault(f"There is no reply {reply}.", "See `invite-tui inbox list`.")
        if row["status"] not in _MAY_BECOME_AN_ANSWER:
            was = "a stop" if row["status"] == "stop" else "an answer"
            raise AnswerFault(f"Reply {reply} is {was} already.", "See `invite-tui inbox list`.")
        who, what = contact or row["contact"], event or row["event"]
        if who is None:
            raise AnswerFault(
                "Nobody here has the number from which this came, or several have.",
                "Record the answer beside the person, with `invite-tui rsvp set`.",
            )
        if what is None:
            raise AnswerFault("It is not known to which event this is an answer.", "Name the event.")
        store.execute(
            """UPDATE replies SET status = 'answer', answer = :answer, places = :places, contact = :contact,
                   event = :event, dealt_at = :now, dealt_by = :by WHERE id = :reply""",
            {
                "reply": reply,
                "answer": answer,
                "places": places,
                "contact": _person(store, who),
                "event": what,
                "now": stored(now),
                "by": by.name,
            },
        )
        detail = {"was": row["status"], "answer": answer, "places": places}
        acts.record(store, "take reply for an answer", "reply", str(reply), detail=detail, by=by, now=now)


def _check(answer: str, places: int | None) -> None:
    if answer not in ANSWERS:
        raise AnswerFault(f"“{answer}” is no answer.", "Use yes, no or maybe.")
    if places is not None and answer != Meaning.YES:
        raise AnswerFault("Places go with a yes only.", "Leave them out.")
    if places is not None and not 1 <= places <= MOST_PLACES:
        raise AnswerFault(f"{places} places cannot be right.", f"Give a number from 1 to {MOST_PLACES}.")


def _person(store: Store, contact: int) -> int:
    row = store.row(
        "SELECT coalesce(merged_into, id) AS person FROM contacts WHERE id = ? AND erased_at IS NULL",
        (contact,),
    )
    if row is None:
        raise AnswerFault(f"There is no person {contact}.", "See `invite-tui contacts list`.")
    return int(row["person"])
