"""`invite-tui templates`: the texts that Meta has approved."""

import asyncio

import click

from invite_core import instants
from invite_core.invitations import templates as core
from invite_core.operations.template_sync import sync_templates
from invite_core.provider.template_components import render
from invite_tui.command_line.root import Group
from invite_tui.command_line.session import session


@click.group(cls=Group)
def templates() -> None:
    """Fetch and show message templates."""


@templates.command("sync")
def sync() -> None:
    """Fetch all templates of the account from Meta."""
    shared = session()
    shared.operator.may_act("sync templates")
    shared.settings.require("waba_id", "access_token", "phone_number_id")
    with shared.store() as store:
        count = asyncio.run(sync_templates(store, shared.settings, by=shared.operator, now=instants.now()))
        approved = sum(variant.approved for variant in core.listing(store))
    shared.document(
        {"templates": count, "approved": approved}, [f"{count} template texts, {approved} approved."]
    )


@templates.command("list")
def list_() -> None:
    """List the template texts that were fetched last."""
    shared = session()
    with shared.looking() as store:
        shared.listing(
            [variant.as_json() for variant in core.listing(store)],
            ("template", "language", "status", "category", "quality", "parameters"),
            "No templates yet. Fetch them: invite-tui templates sync",
        )


@templates.command("show")
@click.argument("name")
@click.option("--language", required=True, help="The variant, e.g. pt_BR.")
def show(name: str, language: str) -> None:
    """Show one template text, its parameters and what its buttons mean."""
    shared = session()
    with shared.looking() as store:
        variants = core.variants_of(store, name)
    variant = core.choose_variant("", variants, language=language, fallback=None)
    if variant is None:
        known = ", ".join(each.language for each in variants)
        raise core.TemplateFault(f"Template {name} has no text in {language}.", f"It has: {known}.")
    shown = render(variant.components, {})
    text = {
        "header": shown.header,
        "body": shown.body,
        "footer": shown.footer,
        "button_labels": list(shown.buttons),
    }
    lines = [f"{variant.name} ({variant.language}): {variant.status}, {variant.category}", ""]
    lines += [part for part in (shown.header, shown.body, shown.footer) if part]
    lines += [
        f"[{index}] {label}: means {variant.buttons.get(str(index), 'nothing yet')}"
        for index, label in variant.button_labels.items()
    ]
    lines += [f"{key} = {variant.mapping.get(key, 'nothing yet')}" for key in variant.parameters]
    shared.document({**variant.as_json(), **text}, lines)
