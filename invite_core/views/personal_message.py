"""A message as one person would get it: the words, what a tap on each button says or opens, and what is wrong."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from invite_core.errors import InviteError
from invite_core.invitations.button_meanings import payload
from invite_core.invitations.plan import Plan
from invite_core.invitations.templates import Variant
from invite_core.invitations.text_faults import text_faults
from invite_core.invitations.verdicts import single_query
from invite_core.provider.template_components import RenderedMessage, render
from invite_core.store import Store


@dataclass(frozen=True, slots=True)
class PersonalMessage:
    """The message of one person, whether or not it may be sent."""

    contact: int
    """Whose it is."""
    name: str
    """Their name, or ''."""
    variant: Variant
    """The text in their language, with the mapping and the meanings that a send would use."""
    parameters: dict[str, str]
    """What is filled in, by parameter."""
    shown: RenderedMessage
    """How it reads."""
    reasons: tuple[str, ...]
    """Why it would not be sent to them, strongest first; empty if it would."""
    faults: tuple[InviteError, ...]
    """What is wrong with the text itself."""

    @property
    def meanings(self) -> dict[int, str | None]:
        """What a tap on each quick-reply button means, by index; None where nobody said."""
        return {index: self.variant.buttons.get(str(index)) for index in self.variant.button_labels}

    def as_json(self) -> dict[str, Any]:
        """The document of `templates show NAME --for PERSON`."""
        return {
            "template": self.variant.name,
            "language": self.variant.language,
            "status": self.variant.status,
            "category": self.variant.category,
            "contact": self.contact,
            "name": self.name,
            "header": self.shown.header,
            "body": self.shown.body,
            "footer": self.shown.footer,
            "buttons": [self._button(index) for index in range(len(self.shown.buttons))],
            "parameters": [
                {
                    "parameter": key,
                    "field": self.variant.mapping.get(key),
                    "value": self.parameters.get(key, ""),
                }
                for key in self.variant.parameters
            ],
            "reasons": list(self.reasons),
            "problems": [{"problem": fault.sentence, "todo": fault.todo} for fault in self.faults],
        }

    def _button(self, index: int) -> dict[str, Any]:
        meaning = self.meanings.get(index)
        return {
            "index": index,
            "label": self.shown.buttons[index],
            "meaning": meaning,
            "carries": payload(meaning, "…") if meaning else None,
            "leads_to": self.shown.leads_to[index] or None,
        }


def message_for(store: Store, plan: Plan, contact: int, *, now: datetime) -> PersonalMessage | None:
    """The message as that person would read it, in the audience or not; None where the template has no text for
    them, or there is no such person."""
    query = single_query(store, plan, contact, now=now)
    row = store.row(query.sql, query.values)
    variant = next((each for each in plan.variants if row and each.language == row["variant"]), None)
    if row is None or variant is None:
        return None
    parameters = json.loads(row["parameters"])
    return PersonalMessage(
        contact=row["contact"],
        name=row["name"],
        variant=variant,
        parameters=parameters,
        shown=render(variant.components, parameters),
        reasons=tuple(reason for reason in row["reasons"].split(",") if reason),
        faults=tuple(text_faults(variant, parameters)),
    )
