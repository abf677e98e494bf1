"""What people send: one item of `messages[]` or of `user_preferences[]`. Pure."""

from collections.abc import Mapping
from typing import Any

from invite_core.delivery.scalars import (
    Oddity,
    identifier,
    mapping,
    moment,
    required_identifier,
    text,
    user_id_in,
    wa_id_in,
)
from invite_core.delivery.updates import Ignored, Preference, Reply, ReplyKind, Sender

_LONGEST_TEXT = 4096
_LONGEST_NAME = 200
_NOT_A_REPLY = frozenset({"system", "errors", "request_welcome"})


def reply_of(item: Mapping[str, Any], contacts: object) -> Reply | Ignored:
    """What one item of `messages[]` says; `contacts` is the list beside it, for the sender's name.

    Raises `Oddity` where the sender, the id or the time is missing or is not one.
    """
    kind = required_identifier(item, "type")
    if kind in _NOT_A_REPLY or identifier(item.get("group_id")):
        return Ignored(f"message of type {kind[:32]}" if kind in _NOT_A_REPLY else "message in a group")
    if kind == "reaction" and not mapping(item.get(kind)).get("emoji"):
        return Ignored("a reaction taken back")
    reply_kind, body, payload = _said(kind, mapping(item.get(kind)))
    quoted = mapping(item.get("reaction")) if kind == "reaction" else mapping(item.get("context"))
    return Reply(
        provider_message_id=required_identifier(item, "id"),
        kind=reply_kind,
        sender=_sender(item.get("from"), item.get("from_user_id"), contacts),
        at=moment(item.get("timestamp")),
        body=body,
        payload=payload,
        context_message_id=identifier(quoted.get("message_id" if kind == "reaction" else "id")),
    )


def preference_of(item: Mapping[str, Any], contacts: object) -> Preference | Ignored:
    """What one item of `user_preferences[]` says. Raises `Oddity` like `reply_of`."""
    category, value = item.get("category"), item.get("value")
    if category != "marketing_messages" or value not in ("stop", "resume"):
        return Ignored("a preference that this program does not know")
    sender = _sender(item.get("wa_id"), item.get("user_id"), contacts)
    return Preference(sender, moment(item.get("timestamp")), wants_messages=value == "resume")


def _said(kind: str, content: Mapping[str, Any]) -> tuple[ReplyKind, str, str | None]:
    match kind:
        case "text":
            return ReplyKind.TEXT, text(content.get("body"), longest=_LONGEST_TEXT), None
        case "reaction":
            return ReplyKind.TEXT, text(content.get("emoji"), longest=_LONGEST_TEXT), None
        case "button":
            label = text(content.get("text"), longest=_LONGEST_TEXT)
            return ReplyKind.TAP, label, identifier(content.get("payload"))
        case "interactive":
            choice = mapping(content.get("button_reply")) or mapping(content.get("list_reply"))
            return (
                ReplyKind.TAP,
                text(choice.get("title"), longest=_LONGEST_TEXT),
                identifier(choice.get("id")),
            )
        case _:
            return ReplyKind.MEDIA, text(content.get("caption"), longest=_LONGEST_TEXT), None


def _sender(number: object, user: object, contacts: object) -> Sender:
    wa_id, user_id = wa_id_in(number), user_id_in(user)
    if wa_id is None and user_id is None:
        raise Oddity("nobody is named as the sender")
    for each in map(mapping, contacts if isinstance(contacts, list) else ()):
        if (wa_id and each.get("wa_id") == wa_id) or (user_id and each.get("user_id") == user_id):
            name = text(mapping(each.get("profile")).get("name"), longest=_LONGEST_NAME)
            return Sender(
                wa_id or wa_id_in(each.get("wa_id")), user_id or user_id_in(each.get("user_id")), name
            )
    return Sender(wa_id, user_id)
