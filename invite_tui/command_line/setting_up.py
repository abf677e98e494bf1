"""`invite-tui init`: a dialogue that connects a desk to Meta, each answer checked as it is given."""

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from invite_core import key_ring
from invite_core.operations.finding import Finding, Verdict
from invite_core.operations.set_up import (
    IS_NOT_PAID,
    QUESTIONS,
    USED_IN_BUSINESS_APP,
    USED_IN_WHATSAPP,
    Draft,
    Question,
)
from invite_core.operations.settings_in_force import settings_in_force
from invite_core.settings import CONFIG_FILE, Settings, SettingsFault
from invite_tui.check_up_words import LOOKS
from invite_tui.command_line.root import Command
from invite_tui.command_line.session import Session, is_interactive, session

_USED_IN = {"whatsapp": USED_IN_WHATSAPP, "business-app": USED_IN_BUSINESS_APP}
_WITH_THE_APP = "20"


@click.command("init", cls=Command)
@click.option("--waba-id", help="The WhatsApp Business account's id.")
@click.option("--phone-number-id", help="The id of the number to write from.")
@click.option(
    "--used-in",
    type=click.Choice(["none", *_USED_IN]),
    help="Whether the number is used in an app on a phone now.",
)
@click.option(
    "--default-region", metavar="CC", help="The country of numbers without a country code: PT, GB …"
)
@click.option("--keyring/--no-keyring", default=None, help="Keep the secrets in the system's keyring.")
@click.option("--here", is_flag=True, help="Write .env in this folder, not the settings for every folder.")
@click.option(
    "--yes", is_flag=True, help="Ask nothing: take options, INVITE_ variables and what is set already."
)
def init(**given: Any) -> None:
    """Connect this computer to your WhatsApp account.

    Asks for what is needed, checks each answer with Meta as it is given, and writes the settings; nothing is written
    before everything is right. Secrets are never options, which others could see: without a terminal set
    INVITE_ACCESS_TOKEN and INVITE_APP_SECRET in the environment.
    """
    shared = session()
    shared.operator.may_act("set the program up")
    asks = is_interactive() and not given["yes"]
    draft = Draft(shared.settings)
    more = _before(shared, given, asks)
    findings = [each for question in QUESTIONS for each in _answered(shared, draft, question, given, asks)]
    more |= _region(shared, draft, given["default_region"], asks)
    number = draft.account.number
    if number is not None and number.is_on_biz_app:
        more["messages_per_second"] = _WITH_THE_APP
    if asks:
        _tell(shared, IS_NOT_PAID)
    in_keyring = _in_keyring(given["keyring"], asks)
    path = Path(".env").absolute() if given["here"] else CONFIG_FILE
    written = draft.written(path, in_keyring=in_keyring, more=more)
    with shared.store():
        pass
    shadowed = _shadowed(draft)
    for name, origin in shadowed.items():
        shared.note(f"{name} is also set elsewhere ({origin}), and that counts: take it away there.")
    document = {
        "settings": str(path),
        "secrets_in": "keyring" if in_keyring else "file",
        "written": written,
        "database": str(shared.settings.db),
        "number": number.display_phone_number if number else None,
        "shadowed": list(shadowed),
        "findings": [each.as_json() for each in findings],
    }
    shared.document(document, _summary(path, in_keyring, draft))


def _before(shared: Session, given: dict[str, Any], asks: bool) -> dict[str, str]:
    used_in = given["used_in"]
    if used_in is None and asks:
        _tell(shared, "Which number do you write from?")
        used_in = click.prompt(
            "Is it used in an app on a phone now?",
            type=click.Choice(["none", *_USED_IN]),
            default="none",
            err=True,
        )
    if used_in in _USED_IN:
        _tell(shared, _USED_IN[used_in])
    return {"messages_per_second": _WITH_THE_APP} if used_in == "business-app" else {}


def _answered(
    shared: Session, draft: Draft, question: Question, given: dict[str, Any], asks: bool
) -> Sequence[Finding]:
    """Ask until an answer stands; what was found about it. Raises `SettingsFault` where nobody can be asked."""
    text, proposed = given.get(question.name), draft.proposed(question.name)
    if asks and text is None:
        _tell(shared, f"{question.asks}. {question.where}")
        if question.name == "phone_number_id":
            for choice in draft.choices():
                shared.note(f"  {choice}")
    while True:
        if text is None:
            text = _prompted(question, proposed) if asks else proposed
        if not text:
            raise SettingsFault(f"{question.variable} is not set.", question.where)
        answered = asyncio.run(draft.answer(question.name, text))
        if not answered.stands and not asks:
            fault = next(each for each in answered.findings if each.state is Verdict.FAIL)
            raise SettingsFault(fault.fact, fault.todo)
        _show(shared, [each for each in answered.findings if asks or each.state is not Verdict.OK])
        if answered.stands:
            return answered.findings
        text, proposed = None, ""


def _prompted(question: Question, proposed: str) -> str:
    keeps = " (Enter keeps the one there is)" if question.is_secret and proposed else ""
    answer: str = click.prompt(
        f"{question.asks}{keeps}",
        default=proposed or None,
        hide_input=question.is_secret,
        show_default=not question.is_secret,
        err=True,
    )
    return answer


def _region(shared: Session, draft: Draft, given: str | None, asks: bool) -> dict[str, str]:
    region = given
    while True:
        if region is None and asks:
            region = click.prompt(
                "Country of numbers written without a country code (two letters, or Enter for none)",
                default=draft.base.default_region,
                show_default=bool(draft.base.default_region),
                err=True,
            )
        if not region:
            return {}
        if len(region) == 2 and region.isascii() and region.isalpha():
            return {"default_region": region.upper()}
        if not asks:
            raise SettingsFault(f"“{region}” is no country.", "Give its two letters, such as PT or GB.")
        shared.note(f"“{region}” is no country: its two letters are asked for, such as PT or GB.")
        region = None


def _in_keyring(wanted: bool | None, asks: bool) -> bool:
    if wanted is None:
        return (
            asks
            and key_ring.is_there()
            and click.confirm(
                "Keep the secrets in this computer's keyring? (A listener that starts without you cannot read them.)",
                default=False,
                err=True,
            )
        )
    return wanted


def _shadowed(draft: Draft) -> dict[str, str]:
    """The variables whose answers do not count, because they are set in another place that counts more."""
    in_force = Settings.load()
    origins = {line.name: line.origin for line in settings_in_force(in_force)}
    asked = Draft(in_force)
    return {
        f"INVITE_{name.upper()}": str(origins[f"INVITE_{name.upper()}"])
        for name, answer in draft.answers.items()
        if asked.proposed(name) != answer
    }


def _tell(shared: Session, text: str) -> None:
    shared.note("")
    shared.note(text)


def _show(shared: Session, findings: list[Finding]) -> None:
    for finding in findings:
        shared.note(f"{LOOKS[finding.state].text:<10} {finding.fact} {finding.todo}".rstrip())


def _summary(path: Path, in_keyring: bool, draft: Draft) -> Iterator[str]:
    where = f"{path}, the secrets in the keyring" if in_keyring else f"{path}, readable by you alone"
    yield f"Connected. The settings are in {where}."
    if draft.account.number is not None and draft.account.number.is_test_number:
        yield "This is a test number: it writes to five people at most, whom you allow in the dashboard."
    yield "Next:"
    yield "  webhook-listener                                       in another terminal; it stays there"
    yield "  invite-tui webhook subscribe https://YOUR-ADDRESS/webhook   the tunnel's address (docs/connect.md)"
    yield "  invite-tui templates sync"
    yield "  invite-tui doctor"
