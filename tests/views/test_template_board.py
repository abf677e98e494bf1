"""What stands against a template, in one sentence each and with what to do."""

from dataclasses import replace

import pytest

from invite_core.invitations import templates
from invite_core.invitations.templates import Variant
from invite_core.store import Store
from invite_core.views.template_board import Standing, problems_of, template_lines
from tests.builders import INVITATION, a_contact, a_run, sample_templates
from tests.delivery.rows import add_template, take


def an_invitation(store: Store) -> Variant:
    """The sample invitation in English."""
    sample_templates(store)
    return templates.variants_of(store, INVITATION)[0]


@pytest.mark.parametrize(
    "status, word",
    [
        ("PENDING", "not decided"),
        ("REJECTED", "rejected it: PROMOTIONAL."),
        ("PAUSED", "paused"),
        ("DISABLED", "any more: it is disabled"),
        ("LIMIT_EXCEEDED", "LIMIT_EXCEEDED"),
    ],
)
def test_only_what_meta_has_approved_may_be_sent(store: Store, status: str, word: str) -> None:
    variant = an_invitation(store)
    assert problems_of(variant, Standing()) == ()
    (problem,) = problems_of(replace(variant, status=status), Standing("PROMOTIONAL"))
    assert problem.forbids
    assert word in problem.sentence
    assert problem.todo.endswith(".")


def test_a_button_without_meaning_and_a_gap_that_nothing_fills_forbid_a_send(store: Store) -> None:
    variant = replace(an_invitation(store), buttons={"0": "yes"}, mapping={})
    sentences = [problem.sentence for problem in problems_of(variant, Standing()) if problem.forbids]
    assert any("Button 1" in sentence and "has no meaning" in sentence for sentence in sentences)
    assert any(sentence.startswith("Nothing fills parameter") for sentence in sentences)


def test_quality_and_another_category_want_a_look_and_forbid_nothing(store: Store) -> None:
    variant = replace(an_invitation(store), quality="RED")
    found = problems_of(variant, Standing(frozen_category="UTILITY"))
    assert [problem.forbids for problem in found] == [False, False]
    assert "made while it was UTILITY" in found[0].sentence
    assert "quality is low" in found[1].sentence


def test_the_newest_run_tells_with_which_category_it_was_made(store: Store) -> None:
    a_contact(store)
    a_run(store)
    assert [line.variant.language for line in template_lines(store) if not line.may_be_sent] == ["en", "en"]
    with store.write():
        store.execute("UPDATE templates SET category = 'UTILITY' WHERE name = ?", (INVITATION,))
    lines = {(line.variant.name, line.variant.language): line for line in template_lines(store)}
    assert "MARKETING" in lines[INVITATION, "en"].problems[0].sentence


def test_what_a_webhook_says_is_the_last_that_was_seen(store: Store) -> None:
    add_template(store)
    (before,) = template_lines(store)
    assert before.last_seen == "2026-03-01T11:00:00.000Z"
    take(store, "template_category")
    (after,) = template_lines(store)
    assert after.last_seen > before.last_seen
    assert "changed its category to UTILITY" in after.problems[0].sentence
