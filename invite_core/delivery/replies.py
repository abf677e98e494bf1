"""What people answer: taps become answers, stop words become blocks, everything else waits to be read.

A tap is matched by the message that it sits on, then by the attempt that our payload names; what
matches nothing waits until the message id is known (`lifecycle.shelf`).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from invite_core.delivery import opt_outs
from invite_core.delivery.stop_words import StopSign, stop_sign
from invite_core.delivery.updates import Reply, Sender
from invite_core.instants import stored
from invite_core.invitations.button_meanings import Meaning, places_of, read_payload
from invite_core.lifecycle import join
from invite_core.lifecycle.states import State, seen
from invite_core.lifecycle.updates import UpdateOutcome
from invite_core.operators import LISTENER
from invite_core.people import contacts, erased, user_ids
from invite_core.people.identity import match_key
from invite_core.store import Row, Store

ReplyStatus = Literal["answer", "stop", "possible_opt_out", "unread", "done"]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reply means."""

    status: ReplyStatus
    """What is to be done with it."""
    answer: Meaning | None = None
    """The answer, where it is one."""
    places: int | None = None
    """The seats asked for, where the button names them."""
    stops_by: str | None = None
    """The source of the block, where the person wants no more messages."""


def reading(reply: Reply) -> Reading:
    """What `reply` means: by our payload where it has one, else by its text. Pure."""
    ours = read_payload(reply.payload or "")
    if ours is not None:
        meaning = ours[0]
        places = places_of(meaning)
        answer = Meaning.YES if places is not None else Meaning(meaning)
        if answer is Meaning.STOP:
            return Reading("stop", answer, stops_by=opt_outs.BUTTON)
        return Reading("done" if answer is Meaning.NONE else "answer", answer, places)
    match stop_sign(reply.body):
        case StopSign.STOP:
            return Reading("stop", Meaning.STOP, stops_by=opt_outs.STOP_WORD)
        case StopSign.WRONG_PERSON:
            return Reading("stop", stops_by=opt_outs.WRONG_PERSON)
        case StopSign.POSSIBLE:
            return Reading("possible_opt_out")
        case StopSign.NONE:
            return Reading("unread")


def take_reply(
    store: Store, reply: Reply, *, phone_number_id: str, at: datetime, receipt: int, now: datetime
) -> tuple[UpdateOutcome, int | None]:
    """Write a reply down with its effects; its outcome, and the message that it is about.

    To be called inside `Store.write`. `at` is when it was given, `receipt` its own row.
    """
    meant = reading(reply)
    message = _message_of(store, reply, phone_number_id, stored(now))
    if message is not None and reply.sender.user_id is not None:
        user_ids.learn(store, message["contact"], reply.sender.user_id, now=now)
    elif message is None:
        user_ids.learn_beside(store, reply.sender.wa_id, reply.sender.user_id, now=now)
    if meant.stops_by is not None:
        opt_outs.block_sender(
            store,
            reply.sender,
            message=message["id"] if message else None,
            source=meant.stops_by,
            at=at,
            receipt=receipt,
            now=now,
        )
    if message is None and erased.before_erasure(store, map(match_key, reply.sender.addresses), at):
        # WhatsApp's id of a message holds the sender's number.
        store.execute("UPDATE webhook_receipts SET provider_message_id = NULL WHERE id = ?", (receipt,))
        return UpdateOutcome.IGNORED, None
    if not _insert(store, reply, meant, message, at=stored(at), now=stored(now)):
        return UpdateOutcome.STALE, message["id"] if message else None
    if meant.status in ("possible_opt_out", "unread"):
        _keep_addresses(store, reply)
    if message is not None:
        return UpdateOutcome.APPLIED, message["id"]
    expected = reply.context_message_id is not None or read_payload(reply.payload or "") is not None
    return UpdateOutcome.UNMATCHED if expected else UpdateOutcome.APPLIED, None


def _message_of(store: Store, reply: Reply, phone_number_id: str, now: str) -> Row | None:
    attempt = join.match(store, phone_number_id, None, reply.context_message_id)
    ours = read_payload(reply.payload or "")
    if attempt is None and ours is not None:
        attempt = join.match(store, phone_number_id, ours[1], None)
    if attempt is not None and ours is not None and reply.context_message_id is not None:
        _tapped(store, attempt["id"], reply.context_message_id, reply.at or now, now)
    if attempt is None:
        return None
    return store.row("SELECT id, contact, event FROM invite_messages WHERE id = ?", (attempt["message"],))


def _tapped(store: Store, attempt: str, provider_message_id: str, at: str, now: str) -> None:
    # Whoever tapped the message has it: an attempt in doubt was accepted, under the id that was tapped.
    new, cause = seen(State.ACCEPTED, at), "webhook: reply"
    join.hear_of(store, attempt, new, provider_message_id=provider_message_id, cause=cause, at=at, now=now)


def _insert(store: Store, reply: Reply, meant: Reading, message: Row | None, *, at: str, now: str) -> bool:
    known = _contacts_of(store, reply.sender)
    address = _address_of(reply.sender, known)
    owners = {owner for owners in known.values() for owner in owners}
    contact = message["contact"] if message else owners.pop() if len(owners) == 1 else None
    changed = store.execute(
        """INSERT INTO replies (kind, contact, event, message, address, match_key, profile_name, answer, places,
               body, given_at, provider_message_id, context_message_id, status, recorded_at, recorded_by)
           VALUES (:kind, :contact, :event, :message, :address, :match_key, :profile_name, :answer, :places,
               :body, :at, :provider_message_id, :context_message_id, :status, :now, :by)
           ON CONFLICT (provider_message_id) DO NOTHING""",
        {
            "kind": reply.kind,
            "contact": contact,
            "event": message["event"] if message else _newest_event(store, reply.sender),
            "message": message["id"] if message else None,
            "address": address,
            "match_key": match_key(address) if address else None,
            "profile_name": reply.sender.profile_name,
            "answer": meant.answer,
            "places": meant.places,
            "body": reply.body,
            "at": at,
            "provider_message_id": reply.provider_message_id,
            "context_message_id": reply.context_message_id,
            "status": meant.status,
            "now": now,
            "by": LISTENER.name,
        },
    )
    return changed > 0


def _keep_addresses(store: Store, reply: Reply) -> None:
    """Keep every address that was told, so that a doubt, and a stop that it turns out to be, is of them all,
    and of wherever they go from there. Of somebody who was erased nothing is kept."""
    told = {match_key(address): address for address in reply.sender.addresses}
    store.execute_many(
        """INSERT INTO reply_addresses (reply, match_key, key_hash, address)
           SELECT id, :key, :hash, :address FROM replies WHERE provider_message_id = :id""",
        [
            {"id": reply.provider_message_id, "key": key, "hash": store.keyed_hash(key), "address": address}
            for key, address in told.items()
        ],
    )


def _contacts_of(store: Store, sender: Sender) -> dict[str, list[int]]:
    return {address: contacts.by_address(store, address) for address in sender.addresses}


def _address_of(sender: Sender, known: dict[str, list[int]]) -> str | None:
    # The organiser finds the reply, and policy its doubt, under the address that a contact has.
    first = next(iter(sender.addresses), None)
    return next((address for address in sender.addresses if known[address]), first)


def _newest_event(store: Store, sender: Sender) -> int | None:
    """The event of the newest message that went to the sender; a text without a quote is likely about it."""
    newest: Row | None = None
    for address in sender.addresses:
        row = store.row(
            """SELECT invite_messages.id, invite_messages.event FROM invite_messages
               WHERE match_key = :key AND state IN ('unconfirmed', 'accepted', 'sent', 'delivered', 'read')
                   AND contact IN (
                       SELECT contact FROM contact_identities WHERE match_key = :key
                       UNION SELECT contacts.id FROM contacts
                           JOIN contact_identities ON contact_identities.contact = contacts.merged_into
                       WHERE contact_identities.match_key = :key)
               ORDER BY invite_messages.id DESC LIMIT 1""",
            {"key": match_key(address)},
        )
        if row is not None and (newest is None or row["id"] > newest["id"]):
            newest = row
    return newest["event"] if newest else None
