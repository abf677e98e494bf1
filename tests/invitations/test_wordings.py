"""What stands in a person's text: made fit for Meta, or a reason not to send it."""

import json
from typing import Any

import pytest

from invite_core.invitations import marketing, templates
from invite_core.invitations.plan import Purpose
from invite_core.invitations.templates import TemplateFault
from invite_core.invitations.text_faults import text_faults
from invite_core.provider.template_node import TemplatePage
from invite_core.store import Store
from tests.builders import NOW, ORGANISER, a_contact, a_plan, a_run
from tests.invitations.outcomes import reasons


def a_template(
    store: Store, body: str, header: str = "", category: str = "MARKETING", link: str = ""
) -> None:
    """A template `note` in English with these texts."""
    components: list[dict[str, Any]] = [
        {"type": "BODY", "text": body},
        {"type": "FOOTER", "text": "Reply STOP"},
    ]
    if header:
        components.append({"type": "HEADER", "format": "TEXT", "text": header})
    if link:
        components.append({"type": "BUTTONS", "buttons": [{"type": "URL", "text": "Map", "url": link}]})
    node = {"id": "1", "name": "note", "language": "en", "status": "APPROVED", "category": category,
            "parameter_format": "POSITIONAL", "components": components}  # fmt: skip
    page = TemplatePage.model_validate({"data": [node]})
    templates.save_synced(store, page.data, by=ORGANISER, now=NOW)


def why_not(store: Store, **mapping: str) -> dict[str, tuple[str, ...]]:
    fields = {key.replace("header_", "header.").removeprefix("p"): text for key, text in mapping.items()}
    return reasons(store, a_plan(store, template="note", mapping=fields))


def with_table(store: Store, contact: int, table: str) -> None:
    with store.write():
        store.execute(
            "UPDATE contacts SET attributes = ? WHERE id = ?", (json.dumps({"table": table}), contact)
        )


@pytest.mark.parametrize(
    "table, frozen",
    [("by the\nwindow", "by the window"), ("a\tb", "a b"), (" \r\n4\n", "4"), ("a\r\nb", "a  b")],
)
def test_breaks_and_tabs_never_reach_meta(store: Store, table: str, frozen: str) -> None:
    a_template(store, "Table {{1}}, {{2}}.")
    with_table(store, a_contact(store, "Ana"), table)
    run = a_run(
        store, a_plan(store, template="note", mapping={"1": "attribute.table", "2": "=so\nlong     friend"})
    )
    row = store.row("SELECT parameters FROM invite_messages WHERE run = ?", (run.id,))
    assert row is not None
    assert json.loads(row["parameters"]) == {"1": frozen, "2": "so long    friend"}


@pytest.mark.parametrize("table", ["\n", " \t \r\n", ""])
def test_what_is_only_breaks_is_missing(store: Store, table: str) -> None:
    a_template(store, "Table {{1}}.")
    ana, bea = a_contact(store, "Ana"), a_contact(store, "Bea", 2)
    with_table(store, ana, table)
    with_table(store, bea, "4")
    assert why_not(store, p1="attribute.table") == {"Ana": ("missing_parameter",), "Bea": ()}
    assert why_not(store, p1="=\n") == {"Ana": ("missing_parameter",), "Bea": ("missing_parameter",)}


def test_a_text_that_gets_too_long_for_one_person_is_not_sent_to_that_one(store: Store) -> None:
    a_template(store, "{{1}}, {{1}}! " + "x" * 1000)
    a_contact(store, "Ana Example")
    a_contact(store, "Bea")
    assert why_not(store, p1="name") == {"Ana Example": ("text_too_long",), "Bea": ()}


@pytest.mark.parametrize("length, blocked", [(1024, False), (1025, True)])
def test_the_body_has_metas_limit(store: Store, length: int, blocked: bool) -> None:
    a_template(store, "{{1}}" + "x" * 24)
    a_contact(store, "Ana")
    assert why_not(store, p1="=" + "y" * (length - 24)) == {"Ana": ("text_too_long",) if blocked else ()}


@pytest.mark.parametrize("length, blocked", [(60, False), (61, True)])
def test_what_is_filled_into_the_header_has_its_own_limit(store: Store, length: int, blocked: bool) -> None:
    a_template(store, "Hello", header="For {{1}}")
    a_contact(store, "y" * length)
    assert list(why_not(store, header_1="name").values()) == [("text_too_long",) if blocked else ()]


LINK = "https://example.com/{{1}}"
LEFT_FOR_ENDING = 2000 - len("https://example.com/")
ENDINGS = {
    "fits": ("x" * LEFT_FOR_ENDING, ()),
    "too long": ("x" * (LEFT_FOR_ENDING + 1), ("text_too_long",)),
    "a space": ("x" * 658 + " x", ()),
    "too long with a space": ("x" * 659 + " x", ("text_too_long",)),
    "accents": ("é" * 330, ()),
    "too many accents": ("é" * 331, ("text_too_long",)),
    "nothing": ("\n ", ("missing_parameter",)),
}


def test_a_link_with_its_ending_has_metas_limit(store: Store) -> None:
    a_template(store, "Hello", link=LINK)
    for number, (name, (ending, _)) in enumerate(ENDINGS.items()):
        with_table(store, a_contact(store, name, number), ending)
    plan = a_plan(store, template="note", mapping={"button.0": "attribute.table"})
    assert reasons(store, plan) == {name: reason for name, (_, reason) in ENDINGS.items()}
    for name, (ending, reason) in ENDINGS.items():
        fixed = a_plan(store, plan.event, template="note", mapping={"button.0": f"={ending}"})
        assert set(reasons(store, fixed).values()) == {reason}, name
        assert bool(text_faults(plan.variants[0], {"button.0": ending.strip()})) == bool(reason), name


def test_a_template_with_a_picture_is_refused_until_there_is_one(store: Store) -> None:
    a_template(store, "Hello")
    with store.write():
        store.execute(
            """UPDATE templates SET components = '[{"type": "HEADER", "format": "IMAGE"}, {"type": "BODY",
            "text": "Hello"}]'"""
        )
    a_contact(store, "Ana")
    for mapping in ({}, {"header.media": "=picture.jpg"}, {"header.media": "name"}):
        with pytest.raises(TemplateFault, match="shows a picture, and there is none"):
            a_run(store, a_plan(store, template="note", mapping=mapping))
    linked = {"header.media": "=https://example.com/party.jpg"}
    assert a_run(store, a_plan(store, template="note", mapping=linked)).eligible == 1


def test_the_organiser_is_told_what_marketing_means(store: Store) -> None:
    a_template(store, "Hello")
    a_contact(store)
    assert marketing.notice(a_plan(store, template="note")) == marketing.NOTICE
    a_template(store, "Hello", category="UTILITY")
    assert marketing.notice(a_plan(store, template="note")) == marketing.MAY_BECOME
    assert marketing.notice(a_plan(store, template="note", purpose=Purpose.UPDATE)) is None
