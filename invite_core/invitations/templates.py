"""Templates as Meta returned them, one row per language variant, with what the organiser said of each:
which field fills each parameter, and what each quick-reply button means."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from invite_core.errors import InviteError
from invite_core.instants import stored
from invite_core.invitations.button_meanings import checked_meaning, proposed_meanings
from invite_core.invitations.fields import parse_field, proposed_field
from invite_core.operators import Operator
from invite_core.people import acts
from invite_core.people.languages import normalised_language
from invite_core.provider.template_components import quick_reply_buttons, template_parameters
from invite_core.provider.template_node import TemplateVariant
from invite_core.store import Row, Store

APPROVED = "APPROVED"
"""The only status in which Meta lets a template be sent."""


class TemplateFault(InviteError):
    """A template is unknown, or lacks what a send needs."""


@dataclass(frozen=True, slots=True)
class Variant:
    """One language variant of a template."""

    id: int
    name: str
    language: str
    status: str
    category: str
    parameter_format: str
    components: list[dict[str, object]]
    quality: str
    mapping: dict[str, str]
    buttons: dict[str, str]
    synced_at: str

    @property
    def approved(self) -> bool:
        """Whether Meta lets it be sent."""
        return self.status == APPROVED

    @property
    def parameters(self) -> tuple[str, ...]:
        """The parameters that have to be filled, in order (`1`, `header.1`, `button.0`, or names)."""
        return template_parameters(self.components)

    @property
    def button_labels(self) -> dict[int, str]:
        """The quick-reply buttons: index to label."""
        return quick_reply_buttons(self.components)

    def as_json(self) -> dict[str, object]:
        """The line that `templates list --json` prints."""
        return {
            "template": self.name,
            "language": self.language,
            "status": self.status,
            "category": self.category,
            "quality": self.quality,
            "parameters": list(self.parameters),
            "mapping": self.mapping,
            "buttons": [
                {"index": index, "label": label, "meaning": self.buttons.get(str(index))}
                for index, label in self.button_labels.items()
            ],
            "synced_at": self.synced_at,
        }


def save_synced(store: Store, variants: Sequence[TemplateVariant], *, by: Operator, now: datetime) -> int:
    """Store what Meta returned; gives how many variants there are.

    Mappings and meanings that the organiser chose stay; new parameters and buttons get proposals, and
    so does a button whose label changed, because its old meaning may now be the wrong one. A variant
    that Meta no longer returns is kept as `DELETED`, so that old messages can be read.
    """
    by.may_act("sync templates")
    with store.write():
        store.execute("UPDATE templates SET status = 'DELETED', synced_at = ?", (stored(now),))
        for variant in variants:
            _save(store, variant, stored(now))
        detail = {"variants": len(variants)}
        acts.record(store, "sync templates", "template", "", detail=detail, by=by, now=now)
    return len(variants)


def _save(store: Store, variant: TemplateVariant, now: str) -> None:
    language = variant.language.replace("-", "_")
    known = store.row(
        "SELECT mapping, buttons, components FROM templates WHERE name = ? AND language = ?",
        (variant.name, language),
    )
    needed = template_parameters(variant.components)
    proposals = {parameter: proposed_field(parameter) for parameter in needed}
    mapping = {parameter: text for parameter, text in proposals.items() if text}
    labels = quick_reply_buttons(variant.components)
    buttons = proposed_meanings(labels)
    if known is not None:
        mapping |= {key: value for key, value in json.loads(known["mapping"]).items() if key in needed}
        before = quick_reply_buttons(json.loads(known["components"]))
        unchanged = {str(index) for index, label in labels.items() if before.get(index) == label}
        buttons |= {index: text for index, text in json.loads(known["buttons"]).items() if index in unchanged}
    store.execute(
        """INSERT INTO templates (provider_template_id, name, language, status, category, parameter_format,
               components, quality, rejected_reason, mapping, buttons, synced_at)
           VALUES (:id, :name, :language, :status, :category, :format, :components, :quality, :rejected,
               :mapping, :buttons, :now)
           ON CONFLICT (name, language) DO UPDATE SET provider_template_id = excluded.provider_template_id,
               status = excluded.status, category = excluded.category, components = excluded.components,
               parameter_format = excluded.parameter_format, quality = excluded.quality,
               rejected_reason = excluded.rejected_reason, mapping = excluded.mapping,
               buttons = excluded.buttons, synced_at = excluded.synced_at""",
        {
            "id": variant.id,
            "name": variant.name,
            "language": language,
            "status": variant.status,
            "category": variant.category,
            "format": variant.parameter_format,
            "components": json.dumps(variant.components, ensure_ascii=False),
            "quality": variant.quality,
            "rejected": variant.rejected_reason,
            "mapping": json.dumps(mapping, ensure_ascii=False),
            "buttons": json.dumps(buttons, ensure_ascii=False),
            "now": now,
        },
    )


def listing(store: Store) -> list[Variant]:
    """Every variant that Meta still has, by name and language."""
    rows = store.rows("SELECT * FROM templates WHERE status <> 'DELETED' ORDER BY name, language")
    return [variant_in(row) for row in rows]


def variants_of(store: Store, name: str) -> list[Variant]:
    """The variants of one template, by language. Raises `TemplateFault` if there are none."""
    rows = store.rows(
        "SELECT * FROM templates WHERE name = ? AND status <> 'DELETED' ORDER BY language", (name,)
    )
    if not rows:
        known = store.rows(
            "SELECT DISTINCT name FROM templates WHERE status <> 'DELETED' ORDER BY name LIMIT 20"
        )
        names = ", ".join(row["name"] for row in known)
        todo = f"Known templates: {names}." if names else "Run `invite-tui templates sync` first."
        raise TemplateFault(f"There is no template “{name}”.", todo)
    return [variant_in(row) for row in rows]


def variant_in(row: Row) -> Variant:
    """The variant in a row that has its columns: one of `templates`, or one that a run has frozen."""
    return Variant(
        id=row["id"],
        name=row["name"],
        language=row["language"],
        status=row["status"],
        category=row["category"],
        parameter_format=row["parameter_format"],
        components=json.loads(row["components"]),
        quality=row["quality"],
        mapping=json.loads(row["mapping"]),
        buttons=json.loads(row["buttons"]),
        synced_at=row["synced_at"],
    )


def with_choices(variant: Variant, mapping: Mapping[str, str], buttons: Mapping[str, str]) -> Variant:
    """`variant` with the organiser's `--map` and `--button` laid over what was remembered.

    Raises `TemplateFault` for a parameter or button the variant does not have, and the faults of a
    field or meaning that does not exist.
    """
    for parameter, text in mapping.items():
        parse_field(text)
        if parameter not in variant.parameters:
            has = ", ".join(variant.parameters) or "none"
            raise TemplateFault(
                f"Template {variant.name} ({variant.language}) has no parameter “{parameter}”.",
                f"Its parameters: {has}.",
            )
    for index, meaning in buttons.items():
        checked_meaning(meaning)
        if not index.isdecimal() or int(index) not in variant.button_labels:
            raise TemplateFault(
                f"Template {variant.name} ({variant.language}) has no quick-reply button {index}.",
                f"Its buttons: {', '.join(map(str, variant.button_labels)) or 'none'}.",
            )
    return replace(variant, mapping={**variant.mapping, **mapping}, buttons={**variant.buttons, **buttons})


def remember_choices(store: Store, variant: Variant) -> None:
    """Keep the variant's mapping and meanings for the next run (inside a write transaction)."""
    store.execute(
        "UPDATE templates SET mapping = :mapping, buttons = :buttons WHERE id = :id",
        {
            "id": variant.id,
            "mapping": json.dumps(variant.mapping, ensure_ascii=False),
            "buttons": json.dumps(variant.buttons, ensure_ascii=False),
        },
    )


def choose_variant(
    spoken: str, variants: Sequence[Variant], *, language: str, fallback: str | None
) -> Variant | None:
    """The variant for a person who speaks `spoken` ('' if nobody said), or None.

    `language` is a variant's code for everybody, or `auto`: the same code first, then the same
    language in another country's spelling, then `fallback`.
    """
    by_code = {normalised_language(variant.language) or variant.language: variant for variant in variants}
    if language != "auto":
        return by_code.get(normalised_language(language) or language)
    if spoken in by_code:
        return by_code[spoken]
    base = spoken.split("_")[0]
    for code, variant in by_code.items():
        if base and code.split("_")[0] == base:
            return variant
    return by_code.get(normalised_language(fallback) or fallback) if fallback else None
