"""Webhook bodies as Meta makes them, and the signature over them."""

import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import datetime

SENDER_NUMBER = "106540352242922"
"""The phone number id of the proofs."""

Item = dict[str, object]


def change(section: Mapping[str, object], *, field: str = "messages") -> Item:
    """One change of a field about our number; `section` holds its lists."""
    metadata = {"display_phone_number": "15550783881", "phone_number_id": SENDER_NUMBER}
    return {
        "field": field,
        "value": {"messaging_product": "whatsapp", "metadata": metadata, **section},
    }


def body(changes: Sequence[Mapping[str, object]]) -> bytes:
    """A body of one entry."""
    entry = {"id": "102290129340398", "time": 1803816000, "changes": list(changes)}
    return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()


def status(
    message_id: str, word: str, at: datetime, *, attempt: str | None = None, code: int | None = None
) -> Item:
    """One change with one status; `attempt` is our own id, if Meta gives it back."""
    item: Item = {"id": message_id, "status": word, "timestamp": _seconds(at)}
    if attempt is not None:
        item["biz_opaque_callback_data"] = attempt
    if code is not None:
        item["errors"] = [{"code": code, "title": f"Error {code}"}]
    return change({"statuses": [item]})


def tap(
    number: str, message_id: str, at: datetime, *, payload: str, label: str, context: str | None = None
) -> Item:
    """One change with a tap on a quick-reply button of the message `context`."""
    item: Item = {"type": "button", "button": {"payload": payload, "text": label}}
    if context is not None:
        item["context"] = {"id": context}
    return _message(number, message_id, at, item)


def text(number: str, message_id: str, at: datetime, words: str) -> Item:
    """One change with a text."""
    return _message(number, message_id, at, {"type": "text", "text": {"body": words}})


def preference(number: str, at: datetime, value: str) -> Item:
    """One change in which a person stops or resumes marketing messages in WhatsApp itself."""
    item = {
        "wa_id": number.lstrip("+"), "category": "marketing_messages", "value": value, "detail": "",
        "timestamp": _seconds(at),
    }  # fmt: skip
    return change({"user_preferences": [item]}, field="user_preferences")


def signature(body: bytes, secret: str) -> str:
    """The value of `X-Hub-Signature-256`."""
    return f"sha256={hmac.new(secret.encode(), body, 'sha256').hexdigest()}"


def _message(number: str, message_id: str, at: datetime, said: Mapping[str, object]) -> Item:
    digits = number.lstrip("+")
    item = {"from": digits, "id": message_id, "timestamp": _seconds(at), **said}
    contacts = [{"profile": {"name": "Guest"}, "wa_id": digits}]
    return change({"contacts": contacts, "messages": [item]})


def _seconds(at: datetime) -> str:
    return str(int(at.timestamp()))
