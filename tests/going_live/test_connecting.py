"""From an empty folder to a delivered message, by the documented steps alone, as a stranger's account at Meta."""

import re
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from graph_simulator.hearing import FIELDS
from invite_core import instants
from invite_core.operations.check_hearing import WANTED
from invite_core.store import Store
from invite_tui.command_line.root import run
from tests.builders import SENDER_NUMBER
from tests.command_line.answers import Answer
from tests.command_line.world import SEND, a_world
from tests.going_live.servers import SECRET, TOKEN, WABA, WORD, Outside, listening, outside, page

Cli = Callable[..., Answer]


@pytest.fixture
def world() -> Iterator[Outside]:
    """Meta and a public address that leads nowhere yet."""
    with outside() as running:
        yield running


@pytest.fixture
def cli(
    world: Outside, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Cli:
    """The program in an empty folder of an empty computer."""
    monkeypatch.setenv("INVITE_GRAPH_URL", world.graph_url)
    monkeypatch.setenv("INVITE_DB", str(tmp_path / "data" / "invites.db"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))

    def call(*arguments: object) -> Answer:
        capsys.readouterr()
        code = run([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        return Answer(code, printed.out, printed.err)

    return call


def faults(answer: Answer) -> set[str]:
    """What `doctor` finds wrong."""
    return {line["check"] for line in answer.lines if line["state"] == "fail"}


def steps(of: str) -> Iterator[list[str]]:
    """The commands of the program in the guide, in their order, as words."""
    guide = (Path(__file__).parents[2] / "docs" / of).read_text("utf-8")
    for block in re.findall(r"^```sh\n(.*?)^```", guide, re.MULTILINE | re.DOTALL):
        for line in block.splitlines():
            if line.startswith("invite-tui "):
                yield shlex.split(line)[1:]


def test_the_steps_of_the_guide_lead_to_a_delivered_message(
    world: Outside, cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    guide = iter([*steps("connect.md")])
    (tmp_path / "me.csv").write_text("name,phone,language\nMe,+44 7700 900001,en\n")
    monkeypatch.setenv("INVITE_ACCESS_TOKEN", TOKEN)
    init = [*next(guide), "--here", "--yes", "--waba-id", WABA]
    assert cli(*init).is_refused("INVITE_APP_SECRET", "App settings > Basic")
    assert not (tmp_path / ".env").exists()
    monkeypatch.setenv("INVITE_APP_SECRET", SECRET)
    connected = cli(*init, "--json")
    assert connected.code == 0, connected
    assert (connected.document["secrets_in"], connected.document["shadowed"]) == ("file", [])
    assert not any(secret in connected.out + connected.err for secret in (TOKEN, SECRET))
    monkeypatch.delenv("INVITE_ACCESS_TOKEN")
    monkeypatch.delenv("INVITE_APP_SECRET")
    assert faults(cli("doctor", "--json")) == {"listener", "subscription", "templates"}

    written = (tmp_path / ".env").read_text().splitlines()
    word = next(line.partition("=")[2] for line in written if line.startswith("INVITE_VERIFY_TOKEN"))
    with listening(tmp_path / "data" / "invites.db", word=word) as listener:
        world.door.leads_to = listener
        said = {"https://YOUR-ADDRESS/webhook": world.callback, "TEMPLATE": "summer_party_invitation"}
        for step in guide:
            done = cli(*(said.get(each, each) for each in step), "--json")
            assert done.code == 0, done
            if step[:2] == ["templates", "test"]:
                assert (done.document["status"], done.document["purpose"]) == ("finished", "test")
                world.rest()
    (message,) = done.lines
    assert message["delivered_at"], message
    assert message["state"] in ("delivered", "read"), message


def test_what_meta_is_told_and_what_it_does_not_take(
    world: Outside, cli: Cli, monkeypatch: pytest.MonkeyPatch, store: Store, database: Path
) -> None:
    """`store` is there so that the file is."""
    for name, value in {
        "ACCESS_TOKEN": TOKEN,
        "APP_SECRET": SECRET,
        "WABA_ID": WABA,
        "VERIFY_TOKEN": WORD,
    }.items():
        monkeypatch.setenv(f"INVITE_{name}", value)
    assert store.path == database
    silent = cli("webhook", "status", "--json")
    assert (silent.code, silent.document["subscribed"], silent.document["callback"]) == (1, False, None)
    assert cli("webhook", "subscribe").is_refused("no address of the listener yet")
    assert cli("webhook", "subscribe", "http://guests.example.org/webhook").is_refused("https://")
    assert cli("webhook", "subscribe", "guests.example.org").is_refused("no address on the web")
    assert cli("webhook", "subscribe", world.callback).is_refused("did not get the listener's answer", "502")
    world.door.leads_to = page(200)
    assert cli("webhook", "subscribe", world.callback).is_refused(
        "did not get the listener's answer", "challenge"
    )
    with listening(database, word="another word") as stranger:
        world.door.leads_to = stranger
        assert cli("webhook", "subscribe", world.callback).is_refused("another verify token")
    assert world.account().hearing.subscribed_apps() == []
    with listening(database) as listener:
        world.door.leads_to = listener
        world.stands(unknown_webhook_fields=["user_id_update"])
        older = cli("webhook", "subscribe", world.callback, "--json").document
        assert older["missing"] == ["user_id_update"]
        world.stands(unknown_webhook_fields=[])
        heard = cli("webhook", "subscribe", "--json").document
    assert (heard["callback"], heard["override"], heard["missing"]) == (world.callback, world.callback, [])
    assert set(heard["fields"]) == set(WANTED) <= set(FIELDS)
    told = cli("webhook", "status")
    assert (told.code, f"hears of the account at {world.callback}." in told.out) == (0, True)
    monkeypatch.setenv("INVITE_APP_SECRET", "0" * 32)
    assert cli("webhook", "status").is_refused("not that of the app", "Basic")
    monkeypatch.setenv("INVITE_ROLE", "viewer")
    assert cli("webhook", "subscribe").is_refused("viewer")


def test_an_app_that_is_not_published_hears_nothing_and_the_check_up_says_so(
    world: Outside, cli: Cli, monkeypatch: pytest.MonkeyPatch, store: Store, database: Path
) -> None:
    given = {"ACCESS_TOKEN": TOKEN, "APP_SECRET": SECRET, "WABA_ID": WABA, "VERIFY_TOKEN": WORD}
    for name, value in {**given, "PHONE_NUMBER_ID": SENDER_NUMBER}.items():
        monkeypatch.setenv(f"INVITE_{name}", value)
    a_world(store, guests=1)
    with listening(database) as listener:
        world.door.leads_to = listener
        assert cli("webhook", "subscribe", world.callback).code == 0
        world.stands(live=False)
        sent = cli(*SEND, "--yes", "--json")
        assert (sent.code, sent.document["counts"]["accepted"]) == (0, 1)
        world.rest()
        with store.write():
            store.execute(
                "UPDATE invite_messages SET accepted_at = ?",
                (instants.after(instants.stored(instants.now()), -900),),
            )
        found = {line["check"]: line for line in cli("doctor", "--json").lines}
    assert (found["callback"]["state"], found["updates"]["state"]) == ("ok", "warn")
    assert "published" in found["updates"]["todo"]
