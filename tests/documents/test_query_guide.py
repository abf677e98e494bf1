"""The guide to querying the file: each question in it has an answer, and each view the columns that it names."""

import re
import shlex
from pathlib import Path

import pytest

from invite_core.delivery.recorded_answers import record
from invite_core.lifecycle.states import State
from invite_core.store import Row, Store
from invite_tui.command_line.root import run
from tests.builders import NOW, ORGANISER, a_contact, a_plan, a_run, an_event
from tests.invitations.outcomes import accept, claim, told

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "query.md").read_text("utf-8")


def blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", GUIDE, re.DOTALL)


def a_sample(store: Store) -> None:
    """Four people: one comes, one has read it, one is blocked, one has it and says nothing."""
    event = an_event(store)
    for number, name in enumerate(("Ana", "Ben", "Cara"), 1):
        a_contact(store, name, number, places=2)
    a_contact(store, "Dan", 4, consented=False)
    ana, ben, cara = claim(store, a_run(store, a_plan(store, event)).id)
    for each, state in ((ana, State.DELIVERED), (ben, State.READ), (cara, State.DELIVERED)):
        told(store, accept(store, each.attempt), state)
    record(store, event, 1, "yes", places=None, via="phone", by=ORGANISER, now=NOW)


def test_every_question_of_the_guide_is_answered(store: Store) -> None:
    a_sample(store)
    answers: list[list[Row]] = [store.rows(question) for question in blocks("sql")]
    nobody, runs, reasons, coming, silent, to_call, half = [[dict(row) for row in each] for each in answers]
    assert [row["name"] for row in nobody] == ["Dan"]
    assert [(row["state"], row["people"]) for row in runs] == [("delivered", 2), ("blocked", 1), ("read", 1)]
    assert [(row["reason"], row["people"]) for row in reasons] == [("no_consent", 1)]
    assert [(row["name"], row["places"], row["late"]) for row in coming] == [("Ana", 2, 0)]
    assert [row["name"] for row in silent] == ["Ben"]
    assert [(row["name"], row["state"], row["why"]) for row in to_call] == [("Dan", "blocked", "no_consent")]
    assert [row["run"] for row in half] == [1]


def test_the_guide_names_every_column_of_every_view(store: Store) -> None:
    told_of = dict(re.findall(r"^\| `(v_\w+)` \|[^|]*\| `([^`]+)` \|$", GUIDE, re.MULTILINE))
    views = store.rows("SELECT name FROM sqlite_schema WHERE type = 'view' ORDER BY name")
    assert {row["name"] for row in views} == told_of.keys()
    for view, columns in told_of.items():
        found = [row["name"] for row in store.rows("SELECT name FROM pragma_table_info(?)", (view,))]
        assert found == columns.split(", "), view


def test_every_command_of_the_guide_works(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("INVITE_DB", str(store.path))
    for line in "".join(blocks("sh")).splitlines():
        program, *arguments = shlex.split(line, comments=True)
        assert (program, run(arguments)) == ("invite-tui", 0), (line, capsys.readouterr())
