"""The texts of the wording page: what Meta refuses is not in them, and the program fills them by itself."""

import re
import shlex
from pathlib import Path

import pytest

from invite_core.delivery.stop_words import StopSign, stop_sign
from invite_core.invitations import templates
from invite_core.invitations.button_meanings import proposed_meaning
from invite_core.invitations.fields import proposed_field
from invite_core.invitations.forethought import unprepared
from invite_core.provider.template_components import placeholders
from invite_core.provider.template_node import TemplatePage
from invite_core.store import Store
from tests.builders import NOW, ORGANISER, a_plan
from tests.command_line.conftest import Cli, cli, own_state_folder
from tests.graph_simulator.payloads import PICTURE_TEMPLATE

__all__ = ["cli", "own_state_folder"]

PAGE = (Path(__file__).parents[2] / "docs" / "wording.md").read_text("utf-8")
KINDS = re.findall(
    r"^## (\w+): `(\w+)`, (MARKETING|UTILITY)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL
)
TEXT = re.compile(r"`(\w+)`\n\n> (.+)\n>\n> \*(.+)\*(?:\n>\n> (.+))?")
LANGUAGES = ["en", "de", "pt_PT", "es", "fr"]


@pytest.mark.parametrize(("title", "name", "category", "text"), KINDS, ids=[kind[1] for kind in KINDS])
def test_every_text_is_one_that_meta_takes(title: str, name: str, category: str, text: str) -> None:
    variants = TEXT.findall(text)
    assert [variant[0] for variant in variants] == LANGUAGES
    assert (category == "MARKETING") == (title in ("Invitation", "Reminder"))
    for _, body, footer, buttons in variants:
        needed = placeholders(body)
        assert all(proposed_field(each) for each in needed), "the program knows what fills it"
        assert not re.match(r"\{\{|.*\}\}$", body), "no parameter at the beginning or the end"
        assert not re.search(r"\}\}\W?\{\{", body)
        assert len(body.split()) >= 3 * len(needed) + 1
        assert len(footer) <= 60
        assert any(stop_sign(word) is StopSign.STOP for word in re.findall(r"\w+", footer))
        labels = re.findall(r"`\[(.+?)\]`", buttons)
        assert [proposed_meaning(label) for label in labels] in ([], ["yes", "no", "maybe"])
        assert (len(labels) == 3) == (category == "MARKETING")
    assert {kind[0] for kind in KINDS} == {"Invitation", "Reminder", "Change", "Cancellation"}


def test_the_names_of_the_page_count_as_prepared(store: Store) -> None:
    plan = a_plan(store)
    said = "No approved template tells {}. Have one approved beforehand"
    missing = unprepared(store, plan, ["en", "pt_PT"])  # the sample's cancellation is not approved yet
    assert str(missing).startswith(said.format("a change or a cancellation in en, pt"))
    with store.write():
        for _, name, *_ in KINDS[2:]:
            store.execute(
                """INSERT INTO templates (provider_template_id, name, language, status, category,
                       parameter_format, components, synced_at)
                   SELECT provider_template_id, ?, 'en', 'APPROVED', 'UTILITY', 'NAMED', '[]', synced_at
                   FROM templates LIMIT 1""",
                (name,),
            )
    still = unprepared(store, plan, ["en", "pt_PT"])
    assert str(still).startswith(said.format("a change or a cancellation in pt"))
    assert unprepared(store, plan, ["en"]) is None
    with store.write():
        store.execute("UPDATE templates SET status = 'PAUSED' WHERE name = 'party_change'")
    assert str(unprepared(store, plan, ["en"])).startswith(said.format("a change in en"))


def test_the_commands_for_a_picture_work(
    cli: Cli, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = {**PICTURE_TEMPLATE, "name": "party_invitation"}
    page = TemplatePage.model_validate({"data": [node]})
    templates.save_synced(store, page.data, by=ORGANISER, now=NOW)
    monkeypatch.chdir(tmp_path)
    Path("garden.jpg").write_bytes(b"\xff\xd8\xff made up")
    for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL):
        for line in block.splitlines():
            answer = cli(*shlex.split(line)[1:])
            assert answer.code == 0, (line, answer)
