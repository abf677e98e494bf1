"""What the organiser says of a template once, for every run that is made afterwards."""

from collections.abc import Mapping
from datetime import datetime

from invite_core.invitations import templates
from invite_core.invitations.templates import TemplateFault, Variant
from invite_core.operators import Operator
from invite_core.people import acts
from invite_core.store import Store


def choose(
    store: Store,
    name: str,
    language: str,
    *,
    mapping: Mapping[str, str] | None = None,
    buttons: Mapping[str, str] | None = None,
    by: Operator,
    now: datetime,
) -> Variant:
    """Remember what fills parameters of a variant and what its buttons mean; the variant as it is then.

    Whatever is not named stays as it was, and so does every run that is made already. Raises what
    `templates.with_choices` raises, and `TemplateFault` for a variant that does not exist.
    """
    by.may_act("change a template")
    with store.write():
        for variant in templates.variants_of(store, name):
            if variant.language == language:
                break
        else:
            raise TemplateFault(
                f"Template {name} has no text in {language}.", "See `invite-tui templates list`."
            )
        chosen = templates.with_choices(variant, mapping or {}, buttons or {})
        templates.remember_choices(store, chosen)
        acts.record(
            store,
            "choose for template",
            "template",
            f"{name} ({language})",
            detail={"mapping": dict(mapping or {}), "buttons": dict(buttons or {})},
            by=by,
            now=now,
        )
    return chosen
