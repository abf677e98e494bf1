"""What Meta says of a template: its status, its quality, its category. Pure.

Shapes: webhooks/reference/message_template_status_update, message_template_quality_update and
template_category_update (Meta, 2025-11 to 2026-05). None of them carries a time of its own; the time of
the entry is when it was said.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from invite_core.delivery.scalars import Oddity, code_word, identifier, mapping, text
from invite_core.invitations.template_standing import Aspect, Named

STATUS_FIELD = "message_template_status_update"
QUALITY_FIELD = "message_template_quality_update"
CATEGORY_FIELD = "template_category_update"

TEMPLATE_FIELDS = frozenset({STATUS_FIELD, QUALITY_FIELD, CATEGORY_FIELD})
"""The fields that this module reads."""

_LONGEST_REASON = 300

_SENDABLE_AGAIN = {"REINSTATED": "APPROVED", "UNARCHIVED": "APPROVED", "UNPAUSED": "APPROVED"}

_STILL_SENDABLE = frozenset({"FLAGGED", "LOCKED", "UNLOCKED", "LIMIT_EXCEEDED"})
"""Events that leave the status as it is: a flagged template is at risk, a locked one cannot be edited,
and a full account takes no further template."""


@dataclass(frozen=True, slots=True)
class TemplateNews:
    """One thing that Meta says of one language variant of a template."""

    template: Named
    """Which."""
    aspect: Aspect
    """What it is about."""
    value: str | None
    """The new status, quality or category; None where that stays as it is."""
    word: str
    """Meta's own word for it."""
    at: str | None
    """When it was said (stored form); None where no usable time came."""
    reason: str = ""
    """Why, as far as Meta says."""


def template_news(field: str, value: Mapping[str, Any], *, at: str | None) -> TemplateNews:
    """What `value` of one of `TEMPLATE_FIELDS` says. Raises `Oddity` where it names no template or word.

    Meta's own sample of a quality update stands under the field of status updates, so the keys decide.
    """
    template = _named(value)
    if "new_quality_score" in value:
        quality = code_word(value, "new_quality_score")
        return TemplateNews(template, Aspect.QUALITY, quality, quality, at)
    if field == CATEGORY_FIELD:
        return _category(template, value, at)
    event = code_word(value, "event")
    status = None if event in _STILL_SENDABLE else _SENDABLE_AGAIN.get(event, event)
    return TemplateNews(template, Aspect.STATUS, status, event, at, _reason(value))


def _category(template: Named, value: Mapping[str, Any], at: str | None) -> TemplateNews:
    announced = identifier(value.get("correct_category"), longest=64)
    if announced is not None:
        return TemplateNews(template, Aspect.CATEGORY, None, announced, at, "announced, not yet done")
    category = code_word(value, "new_category")
    return TemplateNews(template, Aspect.CATEGORY, category, category, at)


def _named(value: Mapping[str, Any]) -> Named:
    told = value.get("message_template_id")
    number = str(told) if isinstance(told, int) and not isinstance(told, bool) and told < 10**30 else told
    template_id = identifier(number, longest=64)
    name = identifier(value.get("message_template_name"))
    language = identifier(value.get("message_template_language"), longest=32)
    if template_id is None and (name is None or language is None):
        raise Oddity("no template is named")
    return Named(template_id, name, language.replace("-", "_") if language else None)


def _reason(value: Mapping[str, Any]) -> str:
    told = (
        mapping(value.get("other_info")).get("description"),
        mapping(value.get("rejection_info")).get("reason"),
        value.get("reason"),
    )
    found = (text(each, longest=_LONGEST_REASON) for each in told)
    return next((words for words in found if words and words != "NONE"), "")
