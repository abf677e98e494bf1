"""Importing as the organiser does it: preview, words about columns, other kinds of files, Ctrl-C."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from invite_tui.sample_people import csv_of
from invite_tui.samples import sample
from tests.command_line.conftest import Cli


def test_a_preview_stores_nothing_and_says_so(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("Who,Number\nAna,+447700900001\n", "utf-8")
    words = ("--column", "Who=name", "--column", "Number=phone")
    told = cli("contacts", "import", path, "--dry-run", *words)
    assert "This was a preview: nothing was stored." in told.out
    assert "Column “Who” was taken for name, as you said (--column HEADER=FIELD changes it)." in told.out
    assert cli("contacts", "list", "--json").lines == []
    report = cli("contacts", "import", path, *words, "--json").document
    assert (report["preview"], report["created"]) == (False, 1)
    assert report["mapping"] == [
        {"column": "Who", "field": "name", "by": "organiser"},
        {"column": "Number", "field": "phone", "by": "organiser"},
    ]
    assert cli("contacts", "import", path, "--json").document["mapping"][0]["by"] == "remembered"


def test_a_word_that_makes_no_sense_is_refused(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("Who,phone\nAna,+447700900001\n", "utf-8")
    answer = cli("contacts", "import", path, "--column", "Why=name")
    assert answer.code == 1
    assert "no column “Why”" in answer.err


def test_a_workbook_and_cards_speak_of_sheets_and_cards(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INVITE_DEFAULT_REGION", "GB")
    for name in ("party.sample.xlsx", "iphone.sample.vcf"):
        (tmp_path / name).write_bytes(sample(name))
    told = cli("contacts", "import", tmp_path / "party.sample.xlsx").out
    assert "Sheet “Guests” was read; not read: Budget (--sheet chooses another)." in told
    told = cli("contacts", "import", tmp_path / "iphone.sample.vcf").out
    assert "5 cards read: 3 people created" in told or "5 cards read: 2 people created" in told
    assert "  card 4: The card that begins" in told
    assert cli("contacts", "import", tmp_path / "party.sample.xlsx", "--sheet", "Budget").code == 1


def test_control_c_leaves_nothing_behind(cli: Cli, database: Path, tmp_path: Path) -> None:
    path = tmp_path / "many.csv"
    path.write_bytes(csv_of(60_000, 1))
    cli("contacts", "import", tmp_path / "none.csv")
    program = subprocess.Popen(
        [sys.executable, "-m", "invite_tui", "--db", str(database), "contacts", "import", str(path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    with pytest.raises(subprocess.TimeoutExpired):
        program.wait(1.5)
    program.send_signal(signal.SIGINT)
    told = program.communicate(timeout=20)
    assert program.returncode == 130, told
    assert cli("contacts", "list", "--json").lines == []
