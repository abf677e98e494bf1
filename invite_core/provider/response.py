"""The API's answer to a POST, read into an outcome. Pure.

200 means only that Meta took the message; an answer that cannot be read leaves everything open.
"""

import json
from typing import Any

from invite_core.provider.error_table import refusal
from invite_core.provider.outcome import Accepted, Outcome, Unknown

HELD = "held_for_quality_assessment"
MAX_DETAIL = 500
"""Characters of Meta's own words that are kept."""
_TOO_LARGE = 2**63


def read_answer(http_status: int, body: bytes) -> Outcome:
    """What an answer with this status and body says about the message."""
    try:
        document = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        return _unreadable(http_status, "an answer that cannot be read")
    if 200 <= http_status < 300 and ("messages" in document or "error" not in document):
        return _read_success(http_status, document)
    if isinstance(document.get("error"), dict):
        return read_error(http_status, document["error"])
    return _unreadable(http_status, f"HTTP {http_status} without an error of Meta's")


def read_error(http_status: int, error: dict[str, Any]) -> Outcome:
    """What Meta's `error` object says about the message."""
    code = error.get("code")
    data = error.get("error_data")
    detail = (data.get("details") if isinstance(data, dict) else None) or error.get("message") or ""
    known = code if type(code) is int and abs(code) < _TOO_LARGE else None
    return refusal(known, _storable(str(detail))[:MAX_DETAIL], http_status)


def _read_success(http_status: int, document: dict[str, Any]) -> Outcome:
    messages = document.get("messages")
    first = messages[0] if isinstance(messages, list) and messages else None
    message_id = _word(first.get("id")) if isinstance(first, dict) else None
    if not isinstance(first, dict) or message_id is None:
        return Unknown("Meta accepted the request without naming a message", "", None, http_status)
    contacts = document.get("contacts")
    contact = contacts[0] if isinstance(contacts, list) and contacts else None
    contact = contact if isinstance(contact, dict) else {}
    return Accepted(
        provider_message_id=message_id,
        wa_id=_word(contact.get("wa_id")),
        user_id=_word(contact.get("user_id")),
        held=first.get("message_status") in (HELD, "paused"),
    )


def _unreadable(http_status: int, what: str) -> Outcome:
    if http_status == 429:
        return refusal(None, "Meta asks for fewer messages a second.", http_status)
    return Unknown(what, "", None, http_status)


def _word(value: object) -> str | None:
    return _storable(value) if isinstance(value, str) and value else None


def _storable(text: str) -> str:
    # JSON may hold halves of surrogate pairs, which no database takes.
    return text.encode("utf-8", "replace").decode("utf-8")
