"""One item of `statuses[]` (webhooks/reference/messages/status). Pure."""

import re
from collections.abc import Mapping
from typing import Any

from invite_core.delivery.pricing import pricing_of
from invite_core.delivery.scalars import (
    mapping,
    moment,
    required_identifier,
    small_integer,
    text,
    user_id_in,
)
from invite_core.delivery.updates import Ignored
from invite_core.lifecycle.states import State
from invite_core.lifecycle.updates import StatusUpdate

_KNOWN = {state.value: state for state in (State.SENT, State.DELIVERED, State.READ, State.FAILED)}
_ATTEMPT = re.compile(r"[0-9a-f]{32}")
_LONGEST_DETAIL = 500


def status_of(item: Mapping[str, Any]) -> StatusUpdate | Ignored:
    """What the item says. Raises `Oddity` where an id, a word or a time is not one.

    Words that say nothing of an invitation (`played`, `deleted`) and words of later years are ignored
    by name. An error without a usable code is still a failure.
    """
    message_id = required_identifier(item, "id")
    word = required_identifier(item, "status")
    at = moment(item.get("timestamp"))
    state = _KNOWN.get(word)
    if state is None:
        return Ignored(f"status {word[:32]}")
    code, detail = _error_of(item) if state is State.FAILED else (None, None)
    user_id = user_id_in(item.get("recipient_user_id"))
    pricing = pricing_of(item.get("pricing"))
    return StatusUpdate(message_id, state, at, _attempt_of(item), code, detail, user_id, pricing)


def _attempt_of(item: Mapping[str, Any]) -> str | None:
    found = item.get("biz_opaque_callback_data")
    return found if isinstance(found, str) and _ATTEMPT.fullmatch(found) else None


def _error_of(item: Mapping[str, Any]) -> tuple[int | None, str | None]:
    errors = item.get("errors")
    error = mapping(errors[0]) if isinstance(errors, list) and errors else {}
    told = (mapping(error.get("error_data")).get("details"), error.get("message"), error.get("title"))
    detail = next((words for each in told if (words := text(each, longest=_LONGEST_DETAIL))), None)
    return small_integer(error.get("code")), detail
