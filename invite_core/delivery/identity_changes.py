"""People whose number or user id changed, as Meta tells it. Pure.

Shapes: webhooks/reference/messages/system (Meta, 2026-08-11): `user_changed_number` tells the new number
as `wa_id`, `user_changed_user_id` the user id alone; both tell the user id before as
`previous_user_id`. `user_id_update` was a field of its own before that page took it back, and
re-sellers still pass it on.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from invite_core.delivery.scalars import Oddity, identifier, mapping, usable_moment, user_id_in, wa_id_in

_NUMBER_WORDS = frozenset({"user_changed_number", "customer_changed_number"})
_USER_ID_WORD = "user_changed_user_id"


@dataclass(frozen=True, slots=True)
class IdentityChange:
    """Somebody is known under another address now."""

    at: str | None
    """When it was said (stored form); None where no usable time came."""
    provider_message_id: str | None = None
    """The id of the message that told it, if it came as one."""
    old_number: str | None = None
    """The number before, in digits."""
    new_number: str | None = None
    """The number now, in digits."""
    old_user_id: str | None = None
    """The user id before."""
    new_user_id: str | None = None
    """The user id now."""


def change_in_message(item: Mapping[str, Any]) -> IdentityChange | None:
    """The change that an item of `messages[]` tells, or None for any other message.

    Raises `Oddity` where a change does not say from what to what.
    """
    system = mapping(item.get("system"))
    kind = identifier(system.get("type"), longest=64)
    if item.get("type") != "system" or kind not in (*_NUMBER_WORDS, _USER_ID_WORD):
        return None
    new_user_id = user_id_in(system.get("user_id"))
    old_user_id = user_id_in(system.get("previous_user_id"))
    if old_user_id is None and user_id_in(item.get("from_user_id")) != new_user_id:
        old_user_id = user_id_in(item.get("from_user_id"))
    new_number = wa_id_in(system.get("wa_id")) or wa_id_in(system.get("new_wa_id"))
    return _complete(
        IdentityChange(
            at=usable_moment(item),
            provider_message_id=identifier(item.get("id")),
            old_number=wa_id_in(item.get("from")) or wa_id_in(system.get("customer")),
            new_number=new_number if kind in _NUMBER_WORDS else None,
            old_user_id=old_user_id,
            new_user_id=new_user_id,
        )
    )


def change_of_user_id(item: Mapping[str, Any]) -> IdentityChange:
    """What one item of `user_id_update[]` says. Raises `Oddity` where it does not say from what to what."""
    ids = mapping(item.get("user_id"))
    return _complete(
        IdentityChange(
            at=usable_moment(item),
            old_number=wa_id_in(item.get("wa_id")),
            old_user_id=user_id_in(ids.get("previous")),
            new_user_id=user_id_in(ids.get("current")),
        )
    )


def _complete(change: IdentityChange) -> IdentityChange:
    number = change.old_number is not None and change.new_number is not None
    user_id = change.new_user_id is not None and (change.old_user_id or change.old_number) is not None
    if not (number or user_id):
        raise Oddity("a change that does not say from what to what")
    return change
