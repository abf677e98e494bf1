"""What the organiser says of a template holds for the runs that follow, and is on record."""

import json

import pytest

from invite_core.invitations import template_choices, templates
from invite_core.invitations.button_meanings import MeaningFault
from invite_core.invitations.templates import TemplateFault
from invite_core.operators import ViewerMayNotAct
from invite_core.store import Store
from tests.builders import INVITATION, NOW, ORGANISER, VIEWER, a_contact, a_run, sample_templates


def test_meanings_and_fields_are_remembered_and_frozen_runs_keep_theirs(store: Store) -> None:
    a_contact(store)
    run = a_run(store).id
    chosen = template_choices.choose(
        store,
        INVITATION,
        "en",
        mapping={"guest_name": "=friend"},
        buttons={"0": "yes:2"},
        by=ORGANISER,
        now=NOW,
    )
    (english,) = [each for each in templates.variants_of(store, INVITATION) if each.language == "en"]
    assert english == chosen
    assert (english.buttons["0"], english.buttons["1"], english.mapping["guest_name"]) == (
        "yes:2",
        "no",
        "=friend",
    )
    frozen = store.value("SELECT buttons FROM run_variants WHERE run = ? AND language = 'en'", (run,))
    assert json.loads(frozen)["0"] == "yes"
    act = store.row("SELECT by, subject, detail FROM operator_acts ORDER BY id DESC LIMIT 1")
    assert act is not None
    assert (act["by"], act["subject"]) == ("Rita", f"{INVITATION} (en)")


def test_what_does_not_exist_is_refused_and_nothing_is_stored(store: Store) -> None:
    sample_templates(store)
    before = templates.listing(store)
    for language, buttons, fault in (
        ("en", {"0": "perhaps"}, MeaningFault),
        ("en", {"0": "no", "9": "yes"}, TemplateFault),
        ("xx", {"0": "no"}, TemplateFault),
    ):
        with pytest.raises(fault):
            template_choices.choose(store, INVITATION, language, buttons=buttons, by=ORGANISER, now=NOW)
    with pytest.raises(ViewerMayNotAct):
        template_choices.choose(store, INVITATION, "en", buttons={"0": "no"}, by=VIEWER, now=NOW)
    assert templates.listing(store) == before
