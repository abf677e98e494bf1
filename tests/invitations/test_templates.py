"""Templates as fetched, and the choices that outlive a fetch."""

import pytest

from invite_core.invitations import templates, text_faults
from invite_core.invitations.templates import TemplateFault
from invite_core.operators import ViewerMayNotAct
from invite_core.store import Store
from tests.builders import INVITATION, NOW, ORGANISER, VIEWER, later, sample_templates
from tests.invitations.variants import SampleVariant, a_variant


def sync(store: Store, *variants: SampleVariant, seconds: float = 0) -> int:
    synced = [variant.as_synced() for variant in variants]
    return templates.save_synced(store, synced, by=ORGANISER, now=later(seconds))


def choose(store: Store, mapping: dict[str, str], buttons: dict[str, str]) -> None:
    with store.write():
        for variant in templates.variants_of(store, "party"):
            templates.remember_choices(store, templates.with_choices(variant, mapping, buttons))


def test_a_variant_is_shown_with_what_it_needs(store: Store) -> None:
    sample_templates(store)
    english = templates.variants_of(store, INVITATION)[0].as_json()
    assert english == {
        "template": INVITATION,
        "language": "en",
        "status": "APPROVED",
        "category": "MARKETING",
        "quality": "GREEN",
        "parameters": ["header.event_name", "guest_name", "event_date", "event_time", "venue"],
        "mapping": {
            "header.event_name": "event.name",
            "guest_name": "name",
            "event_date": "event.date",
            "event_time": "event.time",
            "venue": "event.venue",
        },
        "buttons": [
            {"index": 0, "label": "Yes, I will come", "meaning": "yes"},
            {"index": 1, "label": "No, I can't", "meaning": "no"},
            {"index": 2, "label": "Maybe", "meaning": "maybe"},
        ],
        "synced_at": "2027-03-01T12:00:00.000Z",
    }


def test_every_variant_is_listed_by_name_and_language(store: Store) -> None:
    sample_templates(store)
    assert [(each.name, each.language) for each in templates.listing(store)] == [
        ("party_cancelled", "en"),
        ("party_reminder", "en"),
        (INVITATION, "en"),
        (INVITATION, "es"),
        (INVITATION, "pt_PT"),
    ]


def test_choices_outlive_a_fetch_and_what_is_new_gets_proposals(store: Store) -> None:
    sync(store, a_variant(body="Hello {{name}}", quick_replies=("Yes", "No")))
    choose(store, {"name": "attribute.title"}, {"1": "maybe"})
    sync(
        store, a_variant(body="Hello {{name}} on {{date}}", quick_replies=("Yes", "No", "Maybe")), seconds=60
    )
    (variant,) = templates.variants_of(store, "party")
    assert variant.mapping == {"name": "attribute.title", "date": "event.date"}
    assert variant.buttons == {"0": "yes", "1": "maybe", "2": "maybe"}
    assert variant.synced_at == "2027-03-01T12:01:00.000Z"


def test_a_button_with_another_label_loses_its_meaning(store: Store) -> None:
    """The answer of a guest who taps “No” must not be kept as a yes."""
    sync(store, a_variant(quick_replies=("Yes", "No", "Programme")))
    choose(store, {}, {"0": "yes:2", "2": "none"})
    sync(store, a_variant(quick_replies=("No", "Yes", "Directions")))
    (variant,) = templates.variants_of(store, "party")
    assert variant.buttons == {"0": "no", "1": "yes"}
    with pytest.raises(TemplateFault, match="Button 2"):
        text_faults.require_complete([variant])


def test_a_parameter_that_is_gone_leaves_no_choice_behind(store: Store) -> None:
    sync(store, a_variant(body="Hello {{name}}, {{host}}"))
    choose(store, {"host": "=Rita"}, {})
    sync(store, a_variant(body="Hello {{name}}"))
    assert templates.variants_of(store, "party")[0].mapping == {"name": "name"}


def test_a_variant_that_meta_no_longer_has_is_kept_but_not_offered(store: Store) -> None:
    sync(store, a_variant("en"), a_variant("es"))
    choose(store, {"name": "=friend"}, {})
    sync(store, a_variant("en"))
    assert [variant.language for variant in templates.variants_of(store, "party")] == ["en"]
    assert store.value("SELECT status FROM templates WHERE language = 'es'") == "DELETED"
    sync(store, a_variant("en"), a_variant("es"))
    assert [variant.mapping for variant in templates.variants_of(store, "party")] == [{"name": "=friend"}] * 2


def test_choices_are_kept_per_variant(store: Store) -> None:
    sync(store, a_variant("en", quick_replies=("Yes",)), a_variant("es", quick_replies=("Sí",)))
    english, spanish = templates.variants_of(store, "party")
    with store.write():
        templates.remember_choices(store, templates.with_choices(spanish, {"name": "=amiga"}, {"0": "yes:2"}))
    english, spanish = templates.variants_of(store, "party")
    assert (english.mapping, english.buttons) == ({"name": "name"}, {"0": "yes"})
    assert (spanish.mapping, spanish.buttons) == ({"name": "=amiga"}, {"0": "yes:2"})


def test_two_spellings_of_a_language_are_one_variant(store: Store) -> None:
    first = a_variant("en").as_synced(language="en-US", status="PENDING")
    second = a_variant("en").as_synced(language="en_US")
    templates.save_synced(store, [first], by=ORGANISER, now=NOW)
    templates.save_synced(store, [second], by=ORGANISER, now=NOW)
    (variant,) = templates.variants_of(store, "party")
    assert (variant.language, variant.approved) == ("en_US", True)


def test_an_unknown_template_is_refused_with_those_that_exist(store: Store) -> None:
    with pytest.raises(TemplateFault, match="templates sync"):
        templates.variants_of(store, "party")
    sample_templates(store)
    with pytest.raises(TemplateFault, match="Known templates: party_cancelled, party_reminder"):
        templates.variants_of(store, "party")


def test_a_viewer_may_not_sync(store: Store) -> None:
    with pytest.raises(ViewerMayNotAct):
        templates.save_synced(store, [], by=VIEWER, now=NOW)
