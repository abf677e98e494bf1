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
    person's invitation stands for. Where the event was sent one invitation per household, that stands for
    the whole household, whose seats count once: the larger of the most that one of them has and the number
    of its people. What a contact merged into another did, the other did.
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
    places = _headcount(lines)
    return {
        "event": event.id,
        "name": event.name,
        **totals,
        "not_reached": unreached,
        "places": places,
        "people": lines,
    }


def _headcount(lines: list[dict[str, Any]]) -> int:
    """The seats of those who come, those of a household that was invited as one counted once. Pure."""
    alone: int = sum(line["places"] for line in lines if line["answer"] == "yes" and not line["as_household"])
    homes: dict[str, int] = {}
    for line in lines:
        if line["answer"] == "yes" and line["as_household"]:
            homes[line["household"]] = max(homes.get(line["household"], 0), line["places"])
    return alone + sum(homes.values())


_OWN = own_contacts("contacts.id")

_AT_HOME = """FROM contacts AS mate WHERE mate.household = contacts.household AND contacts.household <> ''
        AND mate.merged_into IS NULL AND mate.erased_at IS NULL"""

_PEOPLE = f"""SELECT contacts.id AS contact, contacts.name, contacts.household,
        CASE WHEN contacts.household <> '' AND EXISTS (SELECT 1 FROM invite_send_runs AS runs
            WHERE runs.event = :event AND runs.purpose = 'invitation' AND runs.policy ->> 'per_household' = 1)
            THEN 1 ELSE 0 END AS as_household,
        contacts.places AS seats, (SELECT max(mate.places) {_AT_HOME}) AS most_at_home,
        (SELECT count(*) {_AT_HOME}) AS at_home,
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


def _seats(row: Row) -> int:
    own: int = row["seats"]
    return max(own, row["most_at_home"], row["at_home"]) if row["as_household"] else own


def _person(row: Row, given: list[Row], deadline: str | None) -> dict[str, Any]:
    def late(at: str) -> bool:
        return deadline is not None and at > deadline

    last = given[-1] if given else None
    seats = last["places"] if last is not None and last["places"] is not None else _seats(row)
    return {
        "contact": row["contact"],
        "name": row["name"],
        "phone": row["phone"],
        "household": row["household"],
        "as_household": bool(row["as_household"]),
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
