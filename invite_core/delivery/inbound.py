"""What people send: one item of `messages[]` or of `user_preferences[]`. Pure.

Whoever asks for no more messages must be heard, so that an item is not given up for an odd time, id or
spelling of the number as long as it says who wants what.
"""

from collections.abc import Mapping
from typing import Any

from invite_core.delivery.named_people import NamedPeople
from invite_core.delivery.scalars import Oddity, fingerprint, identifier, mapping, moment, text, usable_moment
from invite_core.delivery.updates import Ignored, Preference, Reply, ReplyKind

_LONGEST_TEXT = 4096
_TELLING = ("text", "button", "interactive")
_NOT_A_REPLY = frozenset({"system", "errors", "request_welcome"})
_NOBODY = "nobody is named as the sender"


def reply_of(item: Mapping[str, Any], people: NamedPeople) -> Reply | Ignored:
    """What one item of `messages[]` says; `people` are those named beside it, for the sender's name.

    A sender who is not named is known by the message that is tapped or quoted. Raises `Oddity` where
    there is neither, or nothing is said.
    """
    kind = _kind_of(item)
    if kind in _NOT_A_REPLY or identifier(item.get("group_id")):
        return Ignored(f"message of type {kind[:32]}" if kind in _NOT_A_REPLY else "message in a group")
    if kind == "reaction" and not mapping(item.get(kind)).get("emoji"):
        return Ignored("a reaction taken back")
    reply_kind, body, payload = _said(kind, mapping(item.get(kind)))
    quoted = mapping(item.get("reaction")) if kind == "reaction" else mapping(item.get("context"))
    about = identifier(quoted.get("message_id" if kind == "reaction" else "id"))
    sender = people.sender(item.get("from"), item.get("from_user_id"))
    if not sender.addresses and about is None and payload is None:
        raise Oddity(_NOBODY)
    return Reply(
        provider_message_id=identifier(item.get("id")) or f"without id: {fingerprint(item)}",
        kind=reply_kind,
        sender=sender,
        at=usable_moment(item),
        body=body,
        payload=payload,
        context_message_id=about,
    )


def preference_of(item: Mapping[str, Any], people: NamedPeople) -> Preference | Ignored:
    """What one item of `user_preferences[]` says.

    Raises `Oddity` where nobody is named, and where a wish to hear from us again has no time: it counts
    only if it came after the last stop.
    """
    category, value = item.get("category"), item.get("value")
    if category != "marketing_messages" or value not in ("stop", "resume"):
        return Ignored("a preference that this program does not know")
    sender = people.sender(item.get("wa_id"), item.get("user_id"))
    if not sender.addresses:
        raise Oddity(_NOBODY)
    if value == "resume":
        return Preference(sender, moment(item.get("timestamp")), wants_messages=True)
    return Preference(sender, usable_moment(item), wants_messages=False)


def _kind_of(item: Mapping[str, Any]) -> str:
    told = identifier(item.get("type")) or next((name for name in _TELLING if mapping(item.get(name))), None)
    if told is None:
        raise Oddity("no usable type")
    return told


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
