"""The body of `POST /{phone number id}/messages`, checked as strictly as Meta does. Pure.

Every refusal is a `GraphError` with Meta's own code (meta: messages/send-messages, support/error-codes).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from graph_simulator.addresses import digits_of, is_user_id, user_id_of, wa_id_of
from graph_simulator.graph_error import GraphError
from graph_simulator.template_check import check_template

MAX_CALLBACK_DATA = 512
_KEYS = {
    "messaging_product", "recipient_type", "to", "recipient", "type", "template", "biz_opaque_callback_data",
}  # fmt: skip
_TYPES = (
    "audio", "contacts", "document", "image", "interactive", "location", "reaction", "sticker", "template",
    "text", "video",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who a message is for."""

    asked: str
    """The address as the sender wrote it."""
    key: str
    """What the script and the seed know the person by: the digits of the number, or the user id."""
    wa_id: str | None
    """None when the message went to a user id: Meta then withholds the number."""
    user_id: str


@dataclass(frozen=True, slots=True)
class Message:
    """A message that passed every check."""

    recipient: Recipient
    template: str
    language: str
    category: str
    """The template's category in lower case, as `pricing` shows it."""
    buttons: tuple[tuple[str, str], ...]
    """The quick-reply buttons in order: what each sends back, and its label."""
    callback_data: str | None


def check_message(body: object, *, own_digits: str, templates: Sequence[dict[str, Any]]) -> Message:
    """The message in `body`. Raises `GraphError` for what Meta would refuse.

    `own_digits` is the sender's number; `templates` are the account's template nodes.
    """
    document = body if isinstance(body, dict) else {}
    _check_envelope(document)
    recipient = _recipient(document)
    callback_data = _callback_data(document)
    template, buttons = check_template(document.get("template"), templates)
    if recipient.key == own_digits:
        raise GraphError(131021, "The recipient's number is the sender's own.")
    return Message(
        recipient=recipient,
        template=str(template["name"]),
        language=str(template["language"]),
        category=str(template.get("category", "MARKETING")).lower(),
        buttons=buttons,
        callback_data=callback_data,
    )


def _check_envelope(document: dict[str, Any]) -> None:
    product = document.get("messaging_product")
    if product is None:
        raise GraphError(100, sentence="The parameter messaging_product is required.")
    if product != "whatsapp":
        raise GraphError(100, "Param messaging_product must be one of {WHATSAPP}")
    for key in document:
        if key not in _KEYS:
            raise GraphError(100, f'Unexpected key "{key}" on param "body".')
    if document.get("recipient_type", "individual") != "individual":
        raise GraphError(100, "Param recipient_type must be one of {INDIVIDUAL} for this number")
    kind = document.get("type", "text")
    if kind not in _TYPES:
        raise GraphError(100, f"Param type must be one of {{{', '.join(_TYPES).upper()}}}")
    if kind != "template":
        raise GraphError(131051, f"This stand-in takes template messages only, not {kind}.")


def _recipient(document: dict[str, Any]) -> Recipient:
    to = document.get("to")
    if to is not None:
        if not isinstance(to, str):
            raise GraphError(100, "Param to must be a string")
        digits = digits_of(to)
        if digits is None:
            raise GraphError(131009, f"Param to is not a phone number with its country code: {to[:80]}")
        return Recipient(to, digits, wa_id_of(digits), user_id_of(digits))
    user_id = document.get("recipient")
    if user_id is None:
        raise GraphError(131008, "One of the parameters to and recipient is required.")
    if not isinstance(user_id, str) or not is_user_id(user_id):
        raise GraphError(131009, f"Param recipient is not a business-scoped user id: {str(user_id)[:80]}")
    return Recipient(user_id, user_id, None, user_id)


def _callback_data(document: dict[str, Any]) -> str | None:
    value = document.get("biz_opaque_callback_data")
    if value is None:
        return None
    if not isinstance(value, str):
        raise GraphError(100, "Param biz_opaque_callback_data must be a string")
    if len(value) > MAX_CALLBACK_DATA:
        raise GraphError(
            100, f"Param biz_opaque_callback_data must be at most {MAX_CALLBACK_DATA} characters long."
        )
    return value
