"""Every command about people speaks JSON: one document, or one object a line, and nothing else on stdout."""

from collections.abc import Iterator
from pathlib import Path

import click

from invite_core.store import Store
from invite_tui.command_line.root import root
from tests.builders import INVITATION
from tests.command_line.conftest import Cli
from tests.command_line.world import PREVIEW, a_world, wrote

GROUPS = (
    "contacts",
    "export",
    "consent",
    "dnm",
    "audience",
    "rsvp",
    "inbox",
    "invited",
    "not-reached",
    "templates",
    "preview",
)

LISTS = {
    "contacts list", "consent doubts", "dnm list", "dnm history", "audience list", "inbox list", "not-reached",
    "templates list",
}  # fmt: skip
"""Commands that print one object a line, or nothing."""

ELSEWHERE = {"templates sync", "templates test", "templates media"}
"""Commands that speak with Meta: `test_with_the_stand_in`."""


def commands() -> Iterator[tuple[str, click.Command]]:
    context = click.Context(root)
    for name in GROUPS:
        command = root.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            for below in command.list_commands(context):
                found = command.get_command(context, below)
                assert found is not None
                yield f"{name} {below}", found
        else:
            yield name, command


def test_every_command_about_people_prints_json_and_nothing_else(
    cli: Cli, store: Store, tmp_path: Path
) -> None:
    guest, other, third = a_world(store)
    replies = [wrote(store, guest, "stop?"), wrote(store, other, "stop?")]
    table = tmp_path / "people.csv"
    table.write_text("name,phone\nNew,+447700900055\n")
    party = "Summer party"
    walk: dict[str, tuple[object, ...]] = {
        "contacts import": (table,), "contacts add": ("Zoe", "--user-id", "GB.13491208655302741918"),
        "contacts list": (), "contacts show": (guest,), "contacts report": (guest,),
        "contacts export": ("-o", tmp_path / "p.xlsx"),
        "export": (party, "--preset", "door", "-o", tmp_path / "d.html"),
        "consent grant": (guest, "--source", "form", "--at", "2026-01-05"), "consent revoke": (other,),
        "consent limits": ("--sender", "Rita"), "consent doubts": (), "consent export": ("-o", tmp_path / "c.csv"),
        "dnm add": (third, "--reason", "asked"), "dnm list": (), "dnm history": (third,),
        "dnm lift": (third, "--reason", "asked again"),
        "audience save": ("english", "language:en"), "audience list": (),
        "audience count": ("@english", "--event", party), "audience delete": ("english",),
        "rsvp set": (party, guest, "--answer", "yes", "--via", "by phone"), "rsvp show": (party,),
        "invited": (party, other, "--via", "by letter"), "not-reached": (party,),
        "inbox list": (), "inbox done": (replies[0],), "inbox stop": (replies[1],),
        "templates list": (), "templates show": (INVITATION, "--for", guest), "preview": PREVIEW[1:],
        "contacts merge": (guest, third, "--yes"), "contacts erase": (guest, "--yes"),
    }  # fmt: skip
    known = dict(commands())
    assert set(known) == walk.keys() | ELSEWHERE
    for name, command in known.items():
        assert "--json" in [text for parameter in command.params for text in parameter.opts], name
    for name, arguments in walk.items():
        answer = cli(*name.split(), *arguments, "--json")
        assert answer.code == 0, (name, answer)
        assert name in LISTS or len(answer.lines) == 1, name
        assert all(isinstance(line, dict) for line in answer.lines), name
