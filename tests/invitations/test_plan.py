"""A wish resolved: language, occasion, moments, choices, and what is refused."""

from typing import Any

import pytest

from invite_core.errors import InviteError
from invite_core.instants import stored
from invite_core.invitations import templates
from invite_core.invitations.audience import AudienceFault
from invite_core.invitations.button_meanings import MeaningFault
from invite_core.invitations.events import EventFault
from invite_core.invitations.fields import FieldFault
from invite_core.invitations.plan import Plan, PlanFault, Purpose, Wish, make_plan
from invite_core.invitations.templates import TemplateFault, choose_variant
from invite_core.store import Store
from tests.builders import (
    INVITATION,
    NOW,
    ORGANISER,
    REMINDER,
    a_contact,
    a_plan,
    a_run,
    an_event,
    sample_templates,
)
from tests.invitations.variants import a_variant


def languages(plan: Plan) -> list[str]:
    return [variant.language for variant in plan.variants]


def test_auto_keeps_every_text_and_a_fixed_language_only_its_own(store: Store) -> None:
    event = an_event(store)
    assert languages(a_plan(store, event, language="auto")) == ["en", "es", "pt_PT"]
    assert languages(a_plan(store, event, language="pt-PT", fallback=None)) == ["pt_PT"]


def test_without_a_language_each_person_gets_their_own_if_there_are_several(store: Store) -> None:
    event = an_event(store)
    assert a_plan(store, event, language=None, fallback=None).language == "auto"
    assert a_plan(store, event, template=REMINDER).language == "en"
    assert a_plan(store, event, template=REMINDER, fallback="en").language == "auto"


@pytest.mark.parametrize("choice", [{"language": "de"}, {"fallback": "de"}])
def test_a_language_that_the_template_lacks_is_refused_with_those_it_has(
    store: Store, choice: dict[str, Any]
) -> None:
    with pytest.raises(TemplateFault) as refused:
        a_plan(store, **choice)
    assert refused.value.sentence == f"Template {INVITATION} has no text in de."
    assert refused.value.todo == "It has: en, es, pt_PT."


@pytest.mark.parametrize(
    "spoken, expected",
    [
        ("en_US", "en_US"),
        ("en_GB", "en_GB"),
        ("en", "en_GB"),
        ("en_AU", "en_GB"),
        ("pt_BR", "pt_PT"),
        ("pt", "pt_PT"),
        ("de", "es"),
        ("", "es"),
        ("p", "es"),
    ],
)
def test_a_person_gets_the_nearest_text(spoken: str, expected: str) -> None:
    """The same code, else the same language elsewhere, else the fall-back."""
    variants = [a_variant(language) for language in ("en_GB", "en_US", "es", "pt_PT")]
    chosen = choose_variant(spoken, variants, language="auto", fallback="es")
    assert chosen is not None
    assert chosen.language == expected


def test_without_a_fall_back_there_may_be_no_text() -> None:
    assert choose_variant("de", [a_variant("en")], language="auto", fallback=None) is None
    assert choose_variant("", [a_variant("en")], language="auto", fallback=None) is None


def test_a_fixed_language_is_for_everybody_however_it_is_written() -> None:
    variants = [a_variant("en_US"), a_variant("pt_BR")]
    for written in ("pt_BR", "pt-BR", "pt-br"):
        chosen = choose_variant("en_US", variants, language=written, fallback=None)
        assert chosen is not None
        assert chosen.language == "pt_BR"


def test_an_invitation_has_one_occasion_and_others_name_theirs(store: Store) -> None:
    event = an_event(store)
    assert a_plan(store, event).occasion == "invitation"
    assert a_plan(store, event, occasion="invitation").occasion == "invitation"
    with pytest.raises(PlanFault, match="no occasion of its own"):
        a_plan(store, event, occasion="second try")
    assert a_plan(store, event, purpose=Purpose.REMINDER).occasion == "reminder"
    assert a_plan(store, event, purpose=Purpose.UPDATE, occasion=" New  venue").occasion == "New venue"


def test_an_occasion_written_otherwise_is_the_same_one(store: Store) -> None:
    event = an_event(store)
    a_contact(store)
    test = a_plan(store, event, purpose=Purpose.TEST, occasion="Last call")
    a_run(store, test)
    assert a_plan(store, event, purpose=Purpose.TEST, occasion="last  CALL ").occasion == "Last call"
    assert a_plan(store, event, purpose=Purpose.UPDATE, occasion="last call").occasion == "last call"


@pytest.mark.parametrize("first", [0, -1])
def test_a_first_slice_of_nobody_is_refused(store: Store, first: int) -> None:
    with pytest.raises(PlanFault, match="first slice"):
        a_plan(store, first=first)


def test_moments_are_read_in_the_events_zone_unless_they_name_an_offset(store: Store) -> None:
    event = an_event(store)
    plan = a_plan(store, event, not_before="2027-06-01T09:00", not_after="2027-06-10T09:00+02:00")
    assert (plan.not_before, plan.not_after) == ("2027-06-01T08:00:00.000Z", "2027-06-10T07:00:00.000Z")


def test_a_message_makes_sense_until_the_event_begins(store: Store) -> None:
    event = an_event(store)
    assert a_plan(store, event).not_after == stored(event.starts_at) == "2027-06-12T17:30:00.000Z"
    assert a_plan(store, event).not_before is None


@pytest.mark.parametrize(
    "moment", ["tomorrow", "2027-13-01", "0001-01-01T00:00+10:00", "9999-12-31T23:59-10:00"]
)
@pytest.mark.parametrize("option", ["not_before", "not_after"])
def test_a_moment_that_is_none_is_refused(store: Store, option: str, moment: str) -> None:
    choice: dict[str, Any] = {option: moment}
    with pytest.raises(PlanFault, match="is no date and time"):
        a_plan(store, **choice)


def test_a_run_that_could_never_send_is_refused(store: Store) -> None:
    event = an_event(store)
    with pytest.raises(PlanFault, match="over before it begins"):
        a_plan(store, event, not_before="2027-06-13")
    with pytest.raises(PlanFault, match="over before it begins"):
        a_plan(store, event, not_before="2027-06-01T10:00", not_after="2027-06-01T10:00")


@pytest.mark.parametrize(
    "wish, fault",
    [
        ({"event": "Nothing"}, EventFault),
        ({"template": "nothing"}, TemplateFault),
        ({"audience": 'tag:"vip'}, AudienceFault),
        ({"mapping": {"shoe_size": "name"}}, TemplateFault),
        ({"mapping": {"guest_name": "surname"}}, FieldFault),
        ({"mapping": {"guest_name": "event.shoe"}}, FieldFault),
        ({"mapping": {"guest_name": "attribute."}}, FieldFault),
        ({"buttons": {"0": "perhaps"}}, MeaningFault),
        ({"buttons": {"0": "yes:0"}}, MeaningFault),
        ({"buttons": {"3": "yes"}}, TemplateFault),
        ({"buttons": {"-1": "yes"}}, TemplateFault),
        ({"buttons": {"first": "yes"}}, TemplateFault),
        ({"buttons": {"²": "yes"}}, TemplateFault),
    ],
)
def test_what_does_not_exist_is_refused(store: Store, wish: dict[str, Any], fault: type[InviteError]) -> None:
    sample_templates(store)
    event = an_event(store)
    with pytest.raises(fault) as refused:
        make_plan(store, Wish(**{"event": str(event.id), "template": INVITATION, **wish}))
    assert refused.value.sentence.endswith(".")
    assert refused.value.todo.endswith(".")


def test_a_choice_reaches_every_text_that_has_the_parameter(store: Store) -> None:
    plan = a_plan(store, mapping={"venue": "=the garden"}, buttons={"2": "none"})
    assert {variant.mapping["venue"] for variant in plan.variants} == {"=the garden"}
    assert {variant.buttons["2"] for variant in plan.variants} == {"none"}


def test_a_choice_for_one_text_leaves_the_others_alone(store: Store) -> None:
    templates.save_synced(
        store,
        [
            a_variant("en", body="Hello {{name}}, meet {{host}}", quick_replies=("Yes", "No")).as_synced(),
            a_variant("es", body="Hola {{name}}", quick_replies=("Sí",)).as_synced(),
        ],
        by=ORGANISER,
        now=NOW,
    )
    wish = Wish(str(an_event(store).id), "party", mapping={"host": "=Rita"}, buttons={"1": "maybe"})
    english, spanish = make_plan(store, wish).variants
    assert english.mapping == {"name": "name", "host": "=Rita"}
    assert english.buttons == {"0": "yes", "1": "maybe"}
    assert spanish.mapping == {"name": "name"}
    assert spanish.buttons == {"0": "yes"}


def test_an_amount_is_refused_while_there_are_no_prices(store: Store) -> None:
    with pytest.raises(PlanFault, match="No prices are known"):
        a_plan(store, max_cost="5")
