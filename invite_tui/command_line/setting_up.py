"""`invite-tui init`: a dialogue that connects a desk to Meta, each answer checked as it is given."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from invite_core import key_ring
from invite_core.errors import InviteError
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
from invite_tui.command_line.output import say
from invite_tui.command_line.paragraphs import tell
from invite_tui.command_line.root import Command
from invite_tui.command_line.session import Session, is_interactive, session

_USED_IN = {"whatsapp": USED_IN_WHATSAPP, "business-app": USED_IN_BUSINESS_APP}
_WITH_THE_APP = "20"

NOTHING_KEPT = "Nothing was kept. Start again any time."


class Stopped(InviteError):
    """Whoever was asked does not go on."""


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
    with _nothing_kept():
        more = _before(given, asks)
        findings = [
            each for question in QUESTIONS for each in _answered(shared, draft, question, given, asks)
        ]
        more |= _region(shared, draft, given["default_region"], asks)
        if asks:
            _tell(IS_NOT_PAID)
        in_keyring = _in_keyring(given["keyring"], asks)
    number = draft.account.number
    if number is not None and number.is_on_biz_app:
        more["messages_per_second"] = _WITH_THE_APP
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


@contextmanager
def _nothing_kept() -> Iterator[None]:
    """While the block asks, nothing is on the disk; whoever interrupts it, or ends it, is told so."""
    try:
        yield
    except (click.Abort, KeyboardInterrupt):
        _tell(NOTHING_KEPT)
        raise


def _before(given: dict[str, Any], asks: bool) -> dict[str, str]:
    used_in = given["used_in"]
    if used_in is None and asks:
        _tell("First, the number that you write from. Is it used in an app on a phone now?")
        while (used_in := _app()) == "whatsapp":
            _tell(USED_IN_WHATSAPP)
            _go_on("Do you have another number?")
            _tell("Then that other number: is it used in an app on a phone now?")
    if used_in in _USED_IN:
        _tell(_USED_IN[used_in])
    return {"messages_per_second": _WITH_THE_APP} if used_in == "business-app" else {}


def _app() -> str:
    answer: str = click.prompt("Used in", type=click.Choice(["none", *_USED_IN]), default="none", err=True)
    return answer


def _go_on(question: str) -> None:
    """Raise `Stopped` where the answer is no."""
    if not click.confirm(question, default=True, err=True):
        raise Stopped("Connecting was ended.", NOTHING_KEPT)


def _answered(
    shared: Session, draft: Draft, question: Question, given: dict[str, Any], asks: bool
) -> Sequence[Finding]:
    """Ask until an answer stands; what was found about it. Raises `SettingsFault` where nobody can be asked."""
    text, proposed = given.get(question.name), draft.proposed(question.name)
    if asks and text is None:
        _tell(f"{question.asks}. {question.where}")
        if question.is_secret:
            shared.note("Nothing you type is shown.")
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
        _show([each for each in answered.findings if asks or each.state is not Verdict.OK])
        if answered.stands:
            return answered.findings
        if answered.is_unasked:
            _go_on("Try the same again?")
        else:
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
            _tell("In which country are numbers that are written without a country code?")
            region = click.prompt(
                "Two letters, or Enter for none",
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
        if not (asks and key_ring.is_there()):
            return False
        _tell("In this computer's keyring, a listener that starts without you cannot read the secrets.")
        return click.confirm("Keep the secrets in the keyring?", default=False, err=True)
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


def _tell(text: str) -> None:
    say("")
    tell(text)


def _show(findings: list[Finding]) -> None:
    for finding in findings:
        tell(f"{LOOKS[finding.state].text:<10} {finding.in_words}")


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
