"""The JSON of every webhook, in the shapes and the spelling of Meta's. Pure.

Source: Meta, webhooks/reference (messages/status, messages, user_preferences).
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Literal

from graph_simulator.course import Step
from graph_simulator.graph_error import webhook_error
from graph_simulator.message_check import Message, Recipient

MAX_UPDATES = 1000
"""Updates that one body may carry."""
_IN_ONE_CHANGE = 10
_CHANGES_IN_ONE_ENTRY = 5
_NAMES = ("Ana", "Zoë", "Jürgen", "Inês", "Tom/Ann", "महेश", "Łukasz", "O'Neill <b>", "Sofía 🎈", "Li")


@dataclass(frozen=True, slots=True)
class Sender:
    """Whose webhooks these are."""

    waba_id: str
    phone_number_id: str
    digits: str
    """The business's own number, without `+`."""


@dataclass(frozen=True, slots=True)
class Update:
    """One element of `statuses`, `messages` or `user_preferences`, and the contact beside it."""

    section: Literal["statuses", "messages", "user_preferences"]
    item: dict[str, Any]
    contact: dict[str, Any] | None

    @property
    def field(self) -> str:
        """The webhook field that the update belongs to."""
        return "user_preferences" if self.section == "user_preferences" else "messages"


def status(step: Step, message: Message, wamid: str, timestamp: int) -> Update:
    """The status `step.kind` of a message. `timestamp` is in seconds of Unix time."""
    person = message.recipient
    failed = step.kind == "failed"
    item: dict[str, Any] = {"id": wamid, "status": step.kind, "timestamp": str(timestamp)}
    if person.wa_id is not None:
        item["recipient_id"] = person.wa_id
    if not failed or person.wa_id is None:
        item["recipient_user_id"] = person.user_id
    if message.callback_data is not None:
        item["biz_opaque_callback_data"] = message.callback_data
    if step.priced:
        item["pricing"] = {
            "billable": True,
            "pricing_model": "PMP",
            "category": message.category,
            "type": "regular",
        }
    if failed:
        item["errors"] = [webhook_error(step.code or 131000)]
    return Update("statuses", item, None if failed else _contact(person))


def tap(step: Step, message: Message, wamid: str, timestamp: int, *, own_id: str, sender: Sender) -> Update:
    """A tap on a quick reply of the message `wamid`; `own_id` is the tap's own wamid."""
    payload, label = message.buttons[step.button or 0]
    item = {
        "context": {"from": sender.digits, "id": wamid},
        **_inbound(message.recipient, own_id, timestamp),
        "type": "button",
        "button": {"payload": payload, "text": label},
    }
    return Update("messages", item, _contact(message.recipient))


def text(step: Step, message: Message, timestamp: int, *, own_id: str) -> Update:
    """Words that the person writes."""
    item = {
        **_inbound(message.recipient, own_id, timestamp),
        "type": "text",
        "text": {"body": step.words or ""},
    }
    return Update("messages", item, _contact(message.recipient))


def marketing(step: Step, message: Message, timestamp: int) -> Update:
    """The person's choice about marketing messages in the app's own settings."""
    person = message.recipient
    verb = "stop" if step.words == "stop" else "resume"
    item: dict[str, Any] = {
        "user_id": person.user_id,
        "detail": f"User requested to {verb} marketing messages",
        "category": "marketing_messages",
        "value": verb,
        "timestamp": timestamp,
    }
    if person.wa_id is not None:
        item["wa_id"] = person.wa_id
    return Update("user_preferences", item, _contact(person))


def document(sender: Sender, updates: Sequence[Update], now: int) -> dict[str, Any]:
    """One body with all of `updates` in their order, spread over entries and changes as Meta may do."""
    entries: list[dict[str, Any]] = []
    for field, changes in groupby(_changes(sender, updates), key=lambda change: str(change["field"])):
        for some in _slices(list(changes), _CHANGES_IN_ONE_ENTRY):
            timed = {} if field == "messages" else {"time": now}
            entries.append({"id": sender.waba_id, **timed, "changes": some})
    return {"object": "whatsapp_business_account", "entry": entries}


def single(sender: Sender, field: str, value: Any, now: int) -> dict[str, Any]:
    """A body with one change of any field, `value` as given."""
    changes = [{"value": value, "field": field}]
    return {
        "object": "whatsapp_business_account",
        "entry": [{"id": sender.waba_id, "time": now, "changes": changes}],
    }


def encode(body: dict[str, Any]) -> bytes:
    """The bytes as Meta writes them: non-ASCII as `\\u00e4` in lower case, `/` as `\\/`."""
    return json.dumps(body, ensure_ascii=True, separators=(",", ":")).replace("/", "\\/").encode("ascii")


def _changes(sender: Sender, updates: Sequence[Update]) -> Iterator[dict[str, Any]]:
    for section, same in groupby(updates, key=lambda update: update.section):
        for some in _slices(list(same), _IN_ONE_CHANGE):
            contacts = {update.contact["user_id"]: update.contact for update in some if update.contact}
            value: dict[str, Any] = {
                "messaging_product": "whatsapp",
                "metadata": {
                    "display_phone_number": sender.digits,
                    "phone_number_id": sender.phone_number_id,
                },
            }
            if contacts:
                value["contacts"] = list(contacts.values())
            value[section] = [update.item for update in some]
            yield {"value": value, "field": some[0].field}


def _slices(items: list[Any], size: int) -> Iterator[list[Any]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def _contact(person: Recipient) -> dict[str, Any]:
    name = _NAMES[hashlib.sha256(person.key.encode()).digest()[-1] % len(_NAMES)]
    withheld = {} if person.wa_id is None else {"wa_id": person.wa_id}
    return {"profile": {"name": name}, **withheld, "user_id": person.user_id}


def _inbound(person: Recipient, own_id: str, timestamp: int) -> dict[str, Any]:
    withheld = {} if person.wa_id is None else {"from": person.wa_id}
    return {**withheld, "from_user_id": person.user_id, "id": own_id, "timestamp": str(timestamp)}
