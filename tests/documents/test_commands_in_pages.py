"""Whatever any page says to type, the program would understand it; and what it points to is there.

The guides' own tests run their commands; this one reads every other mention too, in all pages alike.
"""

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import click
import pytest

from invite_core.settings import Settings
from invite_tui.command_line.root import SECTIONS, root
from webhook_listener.__main__ import parser

ROOT = Path(__file__).parents[2]
PAGES = [*sorted(ROOT.glob("*.md")), ROOT / "data" / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^\1```", re.MULTILINE | re.DOTALL)
COMMANDS = {name for section in SECTIONS.values() for name in section}
LEFT_TO_THE_READER = re.compile(r"[A-Z|-]+|.*…|--.*")
OF_A_GRAMMAR = re.compile(r" [\[|;]")
REDIRECTED = re.compile(r"\s[<>].*")


@pytest.fixture(scope="module", params=PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def page(request: pytest.FixtureRequest) -> str:
    """Each page, with what a reader fills in (`<your token>`) made a word."""
    path: Path = request.param
    text = re.sub(r"<!--.*?-->", "", path.read_text("utf-8"), flags=re.DOTALL)
    assert text.startswith("# ")
    return re.sub(r"<[^<>\n]+>", "FILLED-IN", text)


def typed_in(page: str) -> list[list[str]]:
    """Every line of a block that begins with one of the two programs or with make, as words."""
    blocks = "\n".join(body for _, kind, body in FENCE.findall(page) if kind in ("", "sh", "text"))
    lines = blocks.replace("\\\n", " ").splitlines()
    whole = [line for line in lines if re.match(r" *(invite-tui|webhook-listener|make)\b", line)]
    return [_words(line) for line in whole if not OF_A_GRAMMAR.search(line.partition(" #")[0])]


def mentioned_in(page: str) -> list[list[str]]:
    """Every piece of code in a sentence that is a command, with or without `invite-tui` before it, as words."""
    spans = re.findall(r"`([^`]+)`", FENCE.sub("", page))
    found = []
    for span in spans:
        word, *more = span.split()
        if word in ("invite-tui", "webhook-listener", "make") or (word in COMMANDS and more):
            words = _words(span)
            found.append(words if words[0] not in COMMANDS else ["invite-tui", *words])
    return found


def _words(line: str) -> list[str]:
    return shlex.split(REDIRECTED.sub("", line), comments=True)


def misunderstood(words: list[str], *, whole: bool) -> str:
    """What is wrong with a command, '' for nothing; a `whole` one has all that it needs."""
    program, *arguments = words
    if program == "make":
        targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
        return "" if set(arguments) <= set(targets) else "no such target"
    if program == "webhook-listener":
        _, unknown = parser().parse_known_args(arguments)
        return f"no such option: {unknown}" if unknown else ""
    try:
        _parse(root, click.Context(root, info_name=program), arguments, whole=whole)
    except click.BadOptionUsage as error:
        return error.format_message() if whole else ""
    except click.ClickException as error:
        return error.format_message()
    return ""


def _parse(command: click.Command, context: click.Context, arguments: list[str], *, whole: bool) -> None:
    said, rest, _ = command.make_parser(context).parse_args(list(arguments))
    for parameter in command.params:
        value = said.get(parameter.name or "")
        if not isinstance(value, str):
            if whole and parameter.required and not isinstance(value, list | tuple):
                raise click.MissingParameter(param=parameter, ctx=context)
        elif not LEFT_TO_THE_READER.fullmatch(value) and not isinstance(
            parameter.type, click.Path | click.File
        ):
            parameter.type.convert(value, parameter, context)
    if isinstance(command, click.Group) and rest:
        below = command.get_command(context, rest[0])
        if below is None:
            raise click.UsageError(f"No such command: {rest[0]}")
        _parse(below, click.Context(below, info_name=rest[0], parent=context), rest[1:], whole=whole)
    elif rest:
        raise click.UsageError(f"Too much: {rest}")


def test_every_command_of_a_page_is_one(page: str) -> None:
    faults = [(words, fault) for words in typed_in(page) if (fault := misunderstood(words, whole=True))]
    faults += [(words, fault) for words in mentioned_in(page) if (fault := misunderstood(words, whole=False))]
    assert not faults


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("invite-tui contacts erase", "Missing argument"),
        ("invite-tui contacts erase Ana Silva", "Too much"),
        ("invite-tui contacts forget Ana", "No such command"),
        ("invite-tui runs resume 1 --at-once", "No such option"),
        ("invite-tui messages 1 --state late", "'late' is not one of"),
        ("invite-tui runs show Party", "is not a valid integer"),
        ("invite-tui export Party", "Missing option"),
        ("webhook-listener --colour red", "no such option"),
        ("make merry", "no such target"),
    ],
)
def test_a_slip_in_a_page_is_seen(line: str, fault: str) -> None:
    assert fault in misunderstood(line.split(), whole=True)


def test_every_setting_of_a_page_is_one(page: str) -> None:
    named = {name.removeprefix("INVITE_").lower() for name in re.findall(r"\bINVITE_[A-Z_]*[A-Z]\b", page)}
    assert named <= {*Settings.model_fields, "name", "crashpoint"}


@pytest.mark.parametrize("path", PAGES, ids=[str(path.relative_to(ROOT)) for path in PAGES])
def test_every_link_of_a_page_leads_somewhere(path: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#\s]+)", path.read_text("utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []


@pytest.mark.skipif(shutil.which("sh") is None, reason="there is no shell here")
def test_a_shell_reads_every_block_that_is_for_one() -> None:
    pages = [re.sub(r"<[^<>\n]+>", "FILLED-IN", path.read_text("utf-8")) for path in PAGES]
    blocks = [body for page in pages for _, kind, body in FENCE.findall(page) if kind == "sh"]
    assert len(blocks) > 40
    done = subprocess.run(
        ["sh", "-n"],  # noqa: S607 - any shell
        input="\n".join(blocks),
        text=True,
        capture_output=True,
        timeout=20,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
