"""`invite-tui templates`: the texts that Meta has approved."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import click

from invite_core import instants
from invite_core.invitations import events
from invite_core.invitations import templates as core
from invite_core.invitations.plan import Wish, make_plan
from invite_core.invitations.text_faults import faults
from invite_core.operations.template_sync import sync_templates
from invite_core.people import contacts as people
from invite_core.provider.template_components import RenderedMessage, render
from invite_core.views.personal_message import PersonalMessage, message_for
from invite_tui.command_line.pairs import with_buttons, with_mapping
from invite_tui.command_line.root import Group
from invite_tui.command_line.session import session
from invite_tui.command_line.template_media import media
from invite_tui.command_line.template_test import test
from invite_tui.command_line.which_event import only_event
from invite_tui.reasons import blocked_because


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


templates.add_command(test)
templates.add_command(media)


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
@click.option("--language", help="The variant, e.g. pt_BR; with --for, the person's own if not said.")
@click.option("--for", "person", metavar="REF", help="Show it as this person would get it.")
@click.option("--event", help="With --for: the event it is about; the only one to come if not said.")
@click.option("--fallback", help="With --for: the variant for people whose language has none.")
@with_mapping
@with_buttons
def show(name: str, language: str | None, person: str | None, event: str | None, **given: Any) -> None:
    """Show one template text, its parameters and what its buttons mean; with --for, one person's message."""
    if person is None and (language is None or event or any(given.values())):
        raise click.UsageError("Say --language for the bare text, or --for REF for one person's message.")
    if person is not None:
        _show_personal(person, event, {"template": name, "language": language, **given})
    elif language is not None:
        _show_bare(name, language)


def _show_bare(name: str, language: str) -> None:
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
    meanings = {index: variant.buttons.get(str(index)) for index in variant.button_labels}
    lines = [
        f"{variant.name} ({variant.language}): {variant.status}, {variant.category}",
        *_text_lines(shown, meanings),
    ]
    lines += [f"{key} = {variant.mapping.get(key, 'nothing yet')}" for key in variant.parameters]
    lines += [f"! {fault.sentence} {fault.todo}" for fault in faults(variant)]
    shared.document({**variant.as_json(), **text}, lines)


def _show_personal(person: str, event: str | None, given: dict[str, Any]) -> None:
    shared = session()
    now = instants.now()
    with shared.looking() as store, store.snapshot():
        contact = people.find(store, person, region=shared.settings.default_region or None)
        about = events.find(store, event) if event else only_event(store, now)
        plan = make_plan(store, Wish(event=str(about.id), **given))
        message = message_for(store, plan, contact, now=now)
    if message is None:
        raise core.TemplateFault(
            f"Template {plan.template} has no text in the language of {person}.",
            "Choose a --fallback, or a --language for everybody.",
        )
    shared.document(
        {**message.as_json(), "event": about.id}, [*_personal_lines(message), _verdict(message.reasons)]
    )


def _personal_lines(message: PersonalMessage) -> list[str]:
    variant, whose = message.variant, message.name or "(no name)"
    return [
        f"{variant.name} ({variant.language}) for {whose}: {variant.status}, {variant.category}",
        *_text_lines(message.shown, message.meanings),
        *(
            f"{key} = {variant.mapping.get(key, 'nothing yet')}: {message.parameters.get(key) or '(empty)'}"
            for key in variant.parameters
        ),
        *(f"! {fault.sentence} {fault.todo}" for fault in message.faults),
    ]


def _verdict(reasons: Sequence[str]) -> str:
    if not reasons:
        return "As an invitation it would be sent to them."
    return f"As an invitation it would not be sent to them: {', '.join(map(blocked_because, reasons))}."


def _text_lines(shown: RenderedMessage, meanings: Mapping[int, str | None]) -> list[str]:
    """The text between empty lines, then each button with what a tap on it means or opens."""
    lines = ["", *(part for part in (shown.header, shown.body, shown.footer) if part), ""]
    for index, label in enumerate(shown.buttons):
        if index in meanings:
            does = f": means {meanings[index] or 'nothing yet'}"
        else:
            does = f": opens {shown.leads_to[index]}" if shown.leads_to[index] else ""
        lines.append(f"[{index}] {label}{does}")
    return lines
