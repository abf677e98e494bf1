"""`invite-tui handover` on the command line: asked for, made, opened elsewhere, and refused where it was left."""

from pathlib import Path

import pytest

from invite_core.operations import sealed_file
from invite_core.store import Store
from tests.command_line.conftest import Cli
from tests.command_line.dialogues import talking
from tests.command_line.meta import Meta
from tests.command_line.world import PREVIEW, SEND, a_world


def test_a_handover_is_made_opened_on_the_new_computer_and_refused_on_the_old(
    cli: Cli, store: Store, meta: Meta, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealed_file, "COST", 2)
    config = tmp_path / "config" / "settings.env"
    monkeypatch.setattr("invite_tui.command_line.handing_over.CONFIG_FILE", config)
    words = tmp_path / "words"
    words.write_text("violet harbour candle nine\r\nanother line\n", "utf-8")
    a_world(store)
    sealed, new = tmp_path / "sealed", tmp_path / "new" / "invites.db"

    refused = cli("handover", sealed)
    assert (refused.code, "This retires the database here: say --yes." in refused.err) == (2, True)
    assert cli("handover", sealed, "--yes").code == 2
    made = cli("handover", sealed, "--passphrase-file", words, "--yes", "--json")
    assert (made.code, made.document["handover"]) == (0, str(sealed))
    assert cli(*SEND, "--without-listener", "--yes").is_refused("handed over", "Go on there")
    assert cli("dnm", "add", 1, "--reason", "asked").is_refused("handed over")
    assert cli(*PREVIEW, "--json").document["total"] == 3
    assert cli("restore", sealed, "--yes").is_refused("handover --open")
    assert meta.posts == []

    taken = cli("handover", "--open", sealed, "--passphrase-file", words, "--yes", "--db", new, "--json")
    assert (taken.code, taken.document["kept"], taken.document["settings"]) == (0, None, str(config))
    assert config.stat().st_mode & 0o777 == 0o600
    text = config.read_text("utf-8")
    assert "INVITE_OPERATOR=Rita\n" in text
    assert "TOKEN" not in text
    assert cli(*SEND, "--without-listener", "--yes", "--db", new).is_refused(
        "taken over by handover", "restore --reviewed"
    )
    assert cli("restore", "--reviewed", "--db", new).code == 0
    sent = cli(*SEND, "--without-listener", "--yes", "--db", new, "--json").document
    assert (sent["status"], len(meta.posts)) == ("finished", 3)
    assert cli(*SEND, "--without-listener", "--yes").is_refused("handed over")
    assert len(meta.posts) == 3


def test_a_passphrase_is_asked_for_until_it_is_long_enough_and_typed_twice_alike(
    cli: Cli, store: Store, meta: Meta, tmp_path: Path
) -> None:
    a_world(store)
    sealed = tmp_path / "sealed"
    with talking("handover", sealed, "--yes") as talk:
        talk.until("a passphrase of 12 characters or more")
        talk.answer("too short", after="Passphrase: ")
        talk.answer(
            "violet harbour candle",
            after="It has fewer than 12 characters. Take a longer one.\r\nPassphrase: ",
        )
        talk.answer("violet harbor candle", after="The same once more: ")
        talk.answer("violet harbour candle", after="The two differ. Type it again.\r\nPassphrase: ")
        talk.answer("violet harbour candle", after="The same once more: ")
        talk.until("opened and checked")
        assert talk.process.wait(10) == 0
    assert "violet" not in talk.said
