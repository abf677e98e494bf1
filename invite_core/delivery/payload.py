"""A webhook body as a list of updates. Pure.

Every `entry`, every `change` and every item of its lists is an update of its own: Meta may put up to
a thousand into one body and mix fields and numbers (webhooks/overview), and one odd item spoils no
other.

What is about another number or another account is `Ignored`, and so is what the dashboard's Test button
sends: its account is `0`, its number's id `123456123`. Where INVITE_WABA_ID is not set, news of any
other account are taken for ours: a run paused for nothing is resumed by a word, and one that goes on
under a ban is not undone. News of templates name the template by an id that no other account has.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from invite_core.delivery.account_news import ACCOUNT_FIELDS, AccountError, account_error, account_news
from invite_core.delivery.identity_changes import IdentityChange, change_in_message, change_of_user_id
from invite_core.delivery.inbound import preference_of, reply_of
from invite_core.delivery.json_text import NotUnderstood, parsed
from invite_core.delivery.named_people import NamedPeople
from invite_core.delivery.scalars import Oddity, fingerprint, identifier, mapping, usable_moment, written
from invite_core.delivery.statuses import status_of
from invite_core.delivery.template_news import TEMPLATE_FIELDS, template_news
from invite_core.delivery.updates import Content, Ignored, Odd, Preference, Reply, Update, receipt_key

_LISTS: Mapping[str, Mapping[str, str]] = {
    "messages": {"statuses": "status", "messages": "message", "errors": "errors"},
    "user_preferences": {"user_preferences": "user_preferences"},
    "user_id_update": {"user_id_update": "identity"},
}
"""Per field that we act on: its lists, and the kind of update that each of their items is."""

_USELESS = (Odd, Ignored)
_MOST_USELESS = 1_000

_TEST_ACCOUNT = "0"


class _Ours(NamedTuple):
    """Whom updates have to be about."""

    number: str
    """The id of the sender's number."""
    account: str
    """The id of the WhatsApp Business account; '' where it is not set."""


class _Entry(NamedTuple):
    """What an entry says for all of its changes."""

    account: str | None
    """The id of the account."""
    time: object
    """When Meta sent it, as it was written."""

    @property
    def at(self) -> str | None:
        """The same in stored form; None where that is no usable moment."""
        return usable_moment({"time": self.time}, "time")


def read_body(body: bytes, *, phone_number_id: str, waba_id: str = "") -> list[Update]:
    """Every update in `body`, in its order; at least one, so that every body leaves a trace.

    `phone_number_id` is our sender, `waba_id` our account ('' where that is not set).
    """
    ours = _Ours(phone_number_id, waba_id)
    try:
        document = parsed(body)
    except NotUnderstood as fault:
        return [_odd("body", str(fault), body)]
    updates = list(_bounded(_of_document(document, ours), body))
    return updates or [_odd("body", "there is no update in it", body)]


def _bounded(updates: Iterable[Update], body: bytes) -> Iterator[Update]:
    """`updates`; of those that say nothing to us no more than Meta puts into one body, and one that
    stands for the rest: a receipt for each of hundreds of thousands would keep the file locked."""
    useless = 0
    for update in updates:
        if isinstance(update.content, _USELESS):
            useless += 1
            if useless > _MOST_USELESS:
                continue
        yield update
    if useless > _MOST_USELESS:
        yield _odd("body", f"{useless - _MOST_USELESS} more items say nothing to us", body)


def _of_document(document: object, ours: _Ours) -> Iterator[Update]:
    entries = mapping(document).get("entry")
    if not isinstance(entries, list):
        yield _odd("body", "there is no list of entries", written(document))
        return
    if mapping(document).get("object") != "whatsapp_business_account":
        yield _ignored("object", "not about WhatsApp", document)
        return
    for raw in entries:
        changes = mapping(raw).get("changes")
        if not isinstance(changes, list):
            yield _odd("entry", "there is no list of changes", written(raw))
            continue
        entry = _Entry(identifier(mapping(raw).get("id"), longest=64), mapping(raw).get("time"))
        for change in changes:
            yield from _of_change(mapping(change), change, entry, ours)


def _of_change(change: Mapping[str, Any], raw: object, entry: _Entry, ours: _Ours) -> Iterator[Update]:
    field, value = identifier(change.get("field"), longest=64), change.get("value")
    if field is None or not isinstance(value, dict):
        yield _odd("change", "there is no field and value", written(raw))
        return
    if field not in _LISTS:
        yield _of_account(field, value, entry, ours)
        return
    number = _number_of(field, value, entry, ours)
    if number is None and field == "user_id_update":
        yield _ignored(field, "about another account", {"time": entry.time, "value": value})
        return
    if number is None:
        yield _odd("change", "there is no phone number id", written(raw))
        return
    lists = [(kind, name, value[name]) for name, kind in _LISTS[field].items() if name in value]
    if not lists:
        yield _ignored(field, "nothing that we act on", value)
    people = NamedPeople(value.get("contacts"))
    for kind, name, items in lists:
        if not isinstance(items, list):
            yield _odd(kind, f"{name} is not a list", written(raw))
            continue
        if number != ours.number:
            yield from (_ignored(kind, "", [number, item]) for item in items)
        elif kind == "status":
            yield from (_of_status(item, number) for item in items)
        else:
            for item in items:
                update = _of_item(kind, item, people, number, entry)
                yield _doubted(update, item, value, entry, ours)


def _number_named(value: Mapping[str, Any]) -> str | None:
    return identifier(mapping(value.get("metadata")).get("phone_number_id"), longest=64)


def _number_of(field: str, value: Mapping[str, Any], entry: _Entry, ours: _Ours) -> str | None:
    """The id of the number that a change is about, or None where it names none and cannot be ours."""
    number = _number_named(value)
    if number is not None:
        return number
    # A stop that names no number is taken for ours: one block too many harms nobody. See `_doubted`.
    is_ours = field == "user_preferences" or (field == "user_id_update" and _is_ours(entry.account, ours))
    return ours.number if is_ours else None


def _doubted(update: Update, item: object, value: Mapping[str, Any], entry: _Entry, ours: _Ours) -> Update:
    """The update; ignored where it is a wish to hear from somebody again that names no number, and our account
    is not known to be meant: it would lift what was said to us."""
    if not isinstance(update.content, Preference) or not update.content.wants_messages:
        return update
    if _number_named(value) is not None or (ours.account and entry.account == ours.account):
        return update
    return _ignored(update.kind, "not known to be about our account", [entry.account, item])


def _is_ours(account: str | None, ours: _Ours) -> bool:
    return account != _TEST_ACCOUNT and (not ours.account or account is None or account == ours.account)


def _of_account(field: str, value: Mapping[str, Any], entry: _Entry, ours: _Ours) -> Update:
    """News of the account or its templates, or a field that we do not act on."""
    told = {"time": entry.time, "value": value}
    if field not in ACCOUNT_FIELDS | TEMPLATE_FIELDS:
        return _ignored(field, "", told)
    # What a partner is told of a customer's account stands in an entry of the partner's own.
    about = identifier(mapping(value.get("waba_info")).get("waba_id"), longest=64) or entry.account
    if not _is_ours(about, ours):
        return _ignored(field, "about another account", told)
    try:
        content: Content = (
            template_news(field, value, at=entry.at)
            if field in TEMPLATE_FIELDS
            else account_news(field, value, at=entry.at)
        )
    except Oddity as oddity:
        return _odd(field, str(oddity), written(told))
    return Update(receipt_key(field, None, fingerprint(told)), field, content)


def _of_status(item: object, number: str) -> Update:
    """What `_of_item` makes of a status; Meta sends ten times more of them than of everything else."""
    if not isinstance(item, dict):
        return _odd("status", "not an object", written(item))
    try:
        said = status_of(item)
    except Oddity as oddity:
        return _odd("status", str(oddity), written(item))
    if isinstance(said, Ignored):
        return Update(receipt_key("status", number, fingerprint(item)), "status", said, number)
    key = receipt_key("status", number, said.provider_message_id, said.status, said.at, said.error_code)
    return Update(key, "status", said, number)


def _of_item(kind: str, item: object, people: NamedPeople, number: str, entry: _Entry) -> Update:
    if not isinstance(item, dict):
        return _odd(kind, "not an object", written(item))
    try:
        content = _content(kind, item, people, entry)
    except Oddity as oddity:
        return _odd(kind, str(oddity), written(item))
    return Update(_key(kind, item, content, number, entry), _kind(kind, content), content, number)


def _kind(kind: str, content: Content) -> str:
    return "identity" if isinstance(content, IdentityChange) else kind


def _key(kind: str, item: Mapping[str, Any], content: Content, number: str, entry: _Entry) -> bytes:
    match content:
        case Reply():
            return receipt_key(kind, number, content.provider_message_id, None, content.at)
        case Preference(at=str()):
            wants = "resume" if content.wants_messages else "stop"
            return receipt_key(kind, number, " ".join(content.sender.addresses), wants, content.at)
        case IdentityChange(provider_message_id=str() as message_id):
            return receipt_key(kind, number, message_id, None, content.at)
        case AccountError():
            # The same error comes again on other days; a repetition of Meta's comes with the same time.
            return receipt_key(kind, number, fingerprint([entry.time, item]))
        case _:
            return receipt_key(kind, number, fingerprint(item))


def _content(kind: str, item: Mapping[str, Any], people: NamedPeople, entry: _Entry) -> Content:
    match kind:
        case "message":
            return change_in_message(item) or reply_of(item, people)
        case "user_preferences":
            return preference_of(item, people)
        case "identity":
            return change_of_user_id(item)
        case _:
            return account_error(item, at=entry.at)


def _ignored(kind: str, note: str, what: object) -> Update:
    return Update(receipt_key(kind, None, fingerprint(what)), kind, Ignored(note))


def _odd(kind: str, note: str, raw: bytes) -> Update:
    return Update(receipt_key(kind, None, hashlib.sha256(raw).hexdigest()), kind, Odd(note, raw))
