"""`init` on a terminal: it asks again after a wrong answer, and interrupted it leaves nothing behind."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.command_line.dialogues import Dialogue, talking
from tests.going_live.servers import SECRET, TOKEN, WABA, outside

pytestmark = pytest.mark.long


@contextmanager
def dialogue(folder: Path, graph_url: str) -> Iterator[Dialogue]:
    """`invite-tui init --here` in `folder`."""
    environment = {
        "INVITE_GRAPH_URL": graph_url,
        "INVITE_DB": str(folder / "data" / "invites.db"),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
        "COLUMNS": "80",
    }
    with talking("init", "--here", folder=folder, **environment) as talk:
        yield talk


def test_it_asks_until_the_answers_are_right_and_an_interruption_leaves_nothing(tmp_path: Path) -> None:
    with outside() as world, dialogue(tmp_path, world.graph_url) as talk:
        talk.answer("whatsapp", after="[none]: ")
        talk.answer("", after="another number? [Y/n]: ")
        talk.answer("none", after="[none]: ")
        talk.until("Nothing you type is shown.")
        talk.answer(f"{TOKEN}x", after="Access token: ")
        talk.until("perhaps it was not copied whole")
        talk.answer(TOKEN, after="Access token: ")
        talk.answer(WABA, after="account id: ")
        talk.answer("", after="Phone number id [106540352242922]: ")
        talk.answer(SECRET, after="App secret: ")
        talk.answer("Portugal", after="for none: ")
        talk.until("is no country")
        talk.until("for none: ")
        assert talk.interrupted() == 130
        talk.until("Nothing was kept. Start again any time.")
        talk.until("Interrupted.")
    assert os.listdir(tmp_path) == []
    said = " ".join(talk.said.split())
    assert all(words in said for words in ("its chats are lost", "System users", "You write from +1 555"))
    asked = talk.said.partition("WhatsApp Business account id.")[0].splitlines()
    assert all(len(line) <= 80 for line in asked), asked
    assert TOKEN not in talk.said
    assert SECRET not in talk.said


def test_who_has_no_other_number_or_cannot_reach_meta_may_stop(tmp_path: Path) -> None:
    with dialogue(tmp_path, "http://127.0.0.1:9") as talk:
        talk.answer("none", after="[none]: ")
        talk.answer(TOKEN, after="Access token: ")
        talk.until("Meta cannot be reached")
        talk.answer("", after="Try the same again? [Y/n]: ")
        talk.answer("n", after="Try the same again? [Y/n]: ")
        talk.until("Nothing was kept. Start again any time.")
        assert talk.process.wait(10) == 1
    with dialogue(tmp_path, "http://127.0.0.1:9") as talk:
        talk.answer("whatsapp", after="[none]: ")
        talk.answer("n", after="another number? [Y/n]: ")
        talk.until("Nothing was kept.")
        assert talk.process.wait(10) == 1
    assert os.listdir(tmp_path) == []
