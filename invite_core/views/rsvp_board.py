"""Who comes: the last given answer of every person invited to an event, with places and history."""

from typing import Any

from invite_core.instants import stored
from invite_core.invitations.audience import INVITED_STATES, WAS_DELIVERED
from invite_core.invitations.events import Event
from invite_core.people.addressing import own_contacts, written_to
from invite_core.store import Row, Store

ANSWERS = ("yes", "no", "maybe")


def rsvp_board(store: Store, event: Event) -> dict[str, Any]:
    """The document of `rsvp show E`: everyone invited or answering, once, with the answer that counts.

    The last answer by its own time counts; one given after the event's answer-by is marked `late`.
    Of those without an answer, `not_reached` counts those to whom no invitation has gone out yet or is on
    record as delivered, and who were not invited otherwise; each person's `reached` says the same.
    `places` adds up the seats of those who come: as many as the answer names, else those that the
    person's invitation stands for. What a contact merged into another did, the other did.
    """
    with store.snapshot():
        people = store.rows(_PEOPLE, {"event": event.id})
        given = store.rows(_GIVEN, {"event": event.id})
    history: dict[int, list[Row]] = {}
    for row in given:
        history.setdefault(row["contact"], []).append(row)
    deadline = stored(event.answer_by) if event.answer_by else None
    lines = [_person(row, history.get(row["contact"], []), deadline) for row in people]
    totals = {answer: sum(line["answer"] == answer for line in lines) for answer in (*ANSWERS, "none")}
    unreached = sum(line["answer"] == "none" and not line["reached"] for line in lines)
    places = sum(line["places"] for line in lines if line["answer"] == "yes")
    return {
        "event": event.id,
        "name": event.name,
        **totals,
        "not_reached": unreached,
        "places": places,
        "people": lines,
    }


_OWN = own_contacts("contacts.id")

_PEOPLE = f"""SELECT contacts.id AS contact, contacts.name, contacts.places AS seats,
        {written_to("contacts.id")} AS phone,
        EXISTS (SELECT 1 FROM invite_messages WHERE event = :event AND purpose = 'invitation'
            AND contact IN {_OWN} AND (state IN {INVITED_STATES} OR {WAS_DELIVERED}))
        OR EXISTS (SELECT 1 FROM invited_otherwise WHERE event = :event AND contact IN {_OWN}) AS reached
    FROM contacts WHERE contacts.id IN (
        SELECT coalesce(known.merged_into, known.id) FROM contacts AS known WHERE known.id IN (
            SELECT contact FROM invite_messages WHERE event = :event AND purpose = 'invitation' AND state IN
                ('unconfirmed', 'accepted', 'sent', 'delivered', 'read', 'failed', 'sending', 'queued')
            UNION SELECT contact FROM replies WHERE event = :event AND status = 'answer'
                AND answer IN ('yes', 'no', 'maybe')
            UNION SELECT contact FROM invited_otherwise WHERE event = :event))
    ORDER BY contacts.id"""

_GIVEN = """SELECT coalesce(contacts.merged_into, contacts.id) AS contact, answer, replies.places, given_at, kind
    FROM replies JOIN contacts ON contacts.id = replies.contact
    WHERE event = :event AND status = 'answer' AND answer IN ('yes', 'no', 'maybe')
    ORDER BY given_at, replies.id"""


def _person(row: Row, given: list[Row], deadline: str | None) -> dict[str, Any]:
    def late(at: str) -> bool:
        return deadline is not None and at > deadline

    last = given[-1] if given else None
    seats = row["seats"] if last is None or last["places"] is None else last["places"]
    return {
        "contact": row["contact"],
        "name": row["name"],
        "phone": row["phone"],
        "answer": last["answer"] if last is not None else "none",
        "places": seats if last is not None and last["answer"] == "yes" else 0,
        "at": last["given_at"] if last is not None else None,
        "late": late(last["given_at"]) if last is not None else False,
        "reached": bool(row["reached"]),
        "history": [
            {
                "answer": each["answer"],
                "places": each["places"],
                "at": each["given_at"],
                "via": each["kind"],
                "late": late(each["given_at"]),
            }
            for each in given
        ],
    }
