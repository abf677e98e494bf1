"""A webhook body as a list of updates. Pure.

Every `entry`, every `change` and every item of its lists is an update of its own: Meta may put up to
a thousand into one body and mix fields and numbers (webhooks/overview), and one odd item spoils no
other.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from invite_core.delivery.inbound import preference_of, reply_of
from invite_core.delivery.json_text import NotUnderstood, parsed
from invite_core.delivery.scalars import Oddity, fingerprint, identifier, mapping, written
from invite_core.delivery.statuses import status_of
from invite_core.delivery.updates import Content, Ignored, Odd, Preference, Reply, Update, receipt_key
from invite_core.lifecycle.updates import StatusUpdate

_LISTS: Mapping[str, Mapping[str, str]] = {
    "messages": {"statuses": "status", "messages": "message", "errors": "errors"},
    "user_preferences": {"user_preferences": "user_preferences"},
}
"""Per field that we act on: its lists, and the kind of update that each of their items is."""

_MOST_USELESS = 1_000


def read_body(body: bytes, *, phone_number_id: str) -> list[Update]:
    """Every update in `body`, in its order; at least one, so that every body leaves a trace.

    `phone_number_id` is our sender; what is about another number is `Ignored`.
    """
    try:
        document = parsed(body)
    except NotUnderstood as fault:
        return [_odd("body", str(fault), body)]
    updates = list(_bounded(_of_document(document, phone_number_id), body))
    return updates or [_odd("body", "there is no update in it", body)]


def _bounded(updates: Iterable[Update], body: bytes) -> Iterator[Update]:
    """`updates`; of those that say nothing to us no more than Meta puts into one body, and one that
    stands for the rest: a receipt for each of hundreds of thousands would keep the file locked."""
    useless = 0
    for update in updates:
        useless += isinstance(update.content, Odd | Ignored)
        if useless <= _MOST_USELESS or not isinstance(update.content, Odd | Ignored):
            yield update
    if useless > _MOST_USELESS:
        yield _odd("body", f"{useless - _MOST_USELESS} more items say nothing to us", body)


def _of_document(document: object, own: str) -> Iterator[Update]:
    entries = mapping(document).get("entry")
    if not isinstance(entries, list):
        yield _odd("body", "there is no list of entries", written(document))
        return
    if mapping(document).get("object") != "whatsapp_business_account":
        yield _ignored("object", "not about WhatsApp", document)
        return
    for entry in entries:
        changes = mapping(entry).get("changes")
        if not isinstance(changes, list):
            yield _odd("entry", "there is no list of changes", written(entry))
            continue
        for change in changes:
            yield from _of_change(mapping(change), change, mapping(entry).get("time"), own)


def _of_change(change: Mapping[str, Any], raw: object, time: object, own: str) -> Iterator[Update]:
    field, value = identifier(change.get("field"), longest=64), change.get("value")
    if field is None or not isinstance(value, dict):
        yield _odd("change", "there is no field and value", written(raw))
        return
    if field not in _LISTS:
        yield _ignored(field, "", {"time": time, "value": value})
        return
    number = identifier(mapping(value.get("metadata")).get("phone_number_id"), longest=64)
    if number is None and field == "user_preferences":
        # A stop that names no number is taken for ours: one block too many harms nobody.
        number = own
    if number is None:
        yield _odd("change", "there is no phone number id", written(raw))
        return
    lists = {name: kind for name, kind in _LISTS[field].items() if name in value}
    if not lists:
        yield _ignored(field, "nothing that we act on", value)
    for name, kind in lists.items():
        items = value[name]
        if not isinstance(items, list):
            yield _odd(kind, f"{name} is not a list", written(raw))
            continue
        for item in items:
            yield _of_item(kind, item, value.get("contacts"), number, own)


def _of_item(kind: str, item: object, contacts: object, number: str, own: str) -> Update:
    if number != own:
        return _ignored(kind, "", [number, item])
    if not isinstance(item, dict):
        return _odd(kind, "not an object", written(item))
    try:
        content = _content(kind, item, contacts)
    except Oddity as oddity:
        return _odd(kind, str(oddity), written(item))
    match content:
        case StatusUpdate(provider_message_id, status, at, _, code):
            key = receipt_key(kind, number, provider_message_id, status, at, code)
        case Reply():
            key = receipt_key(kind, number, content.provider_message_id, None, content.at)
        case Preference(at=None):
            key = receipt_key(kind, number, fingerprint(item))
        case Preference():
            wants = "resume" if content.wants_messages else "stop"
            key = receipt_key(kind, number, " ".join(content.sender.addresses), wants, content.at)
        case _:
            key = receipt_key(kind, number, fingerprint(item))
    return Update(key, kind, content, number)


def _content(kind: str, item: Mapping[str, Any], contacts: object) -> Content:
    match kind:
        case "status":
            return status_of(item)
        case "message":
            return reply_of(item, contacts)
        case "user_preferences":
            return preference_of(item, contacts)
        case _:
            return Ignored("an error that is about no message")


def _ignored(kind: str, note: str, what: object) -> Update:
    return Update(receipt_key(kind, None, fingerprint(what)), kind, Ignored(note))


def _odd(kind: str, note: str, raw: bytes) -> Update:
    return Update(receipt_key(kind, None, hashlib.sha256(raw).hexdigest()), kind, Odd(note, raw))
