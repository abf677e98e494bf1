"""Countries to which Meta delivers nothing, or no marketing."""

import tomllib
from pathlib import Path

import phonenumbers
import pytest
from phonenumbers import PhoneNumber

from invite_core.invitations import countries
from invite_core.store import Store
from tests.builders import a_contact, a_plan, a_run, an_event, sample_templates, state_of
from tests.invitations.outcomes import claim, reasons

NOWHERE = {
    "Cuba": "+5351234567",
    "Iran": "+989121234567",
    "North Korea": "+8501921234567",
    "Syria": "+963944567890",
    "Crimea": "+79780000000",
    "Donetsk": "+79490000000",
    "Luhansk": "+79590000000",
}
"""Numbers of the form that the tables of numbers give as examples."""

UNITED_STATES, OTHER_UNITED_STATES = "+12025550123", "+12025550124"
CANADA, JAMAICA, PUERTO_RICO = "+16135550123", "+18765550123", "+17875550123"
VENEZUELA = "+584120000000"
MOSCOW, KYIV = "+79100000000", "+380500000000"

TABLE = tomllib.loads(Path(countries.__file__).with_suffix(".toml").read_text("utf-8"))


def of_category(store: Store, category: str) -> None:
    sample_templates(store)
    with store.write():
        store.execute("UPDATE templates SET category = ?", (category,))


@pytest.mark.parametrize("number", NOWHERE.values(), ids=NOWHERE)
def test_nothing_goes_to_countries_that_meta_does_not_serve(store: Store, number: str) -> None:
    of_category(store, "UTILITY")
    a_contact(store, "Ana", number)
    a_contact(store, "Bea", 2)
    assert reasons(store, a_plan(store)) == {"Ana": ("country_not_served",), "Bea": ()}


@pytest.mark.parametrize("category, blocked", [("MARKETING", True), ("UTILITY", False)])
@pytest.mark.parametrize("number", [UNITED_STATES, VENEZUELA])
def test_no_marketing_goes_to_the_united_states_and_venezuela(
    store: Store, number: str, category: str, blocked: bool
) -> None:
    of_category(store, category)
    a_contact(store, "Ana", number)
    assert reasons(store, a_plan(store)) == {"Ana": ("country_not_served",) if blocked else ()}


@pytest.mark.parametrize("number", [CANADA, JAMAICA, PUERTO_RICO, MOSCOW, KYIV])
def test_others_under_the_same_dialling_code_are_written_to(store: Store, number: str) -> None:
    of_category(store, "MARKETING")
    a_contact(store, "Ana", number)
    assert reasons(store, a_plan(store)) == {"Ana": ()}


@pytest.mark.parametrize(
    "user_id, blocked", [("US.13491208655302741918", True), ("IR.134912", True), ("GB.134912", False)]
)
def test_a_user_id_tells_its_country(store: Store, user_id: str, blocked: bool) -> None:
    of_category(store, "MARKETING")
    ana = a_contact(store, "Ana")
    with store.write():
        store.execute(
            "UPDATE contact_identities SET kind = 'user_id', value = :id, match_key = :id WHERE contact = :ana",
            {"id": user_id, "ana": ana},
        )
    assert reasons(store, a_plan(store)) == {"Ana": ("country_not_served",) if blocked else ()}


def test_a_template_that_meta_calls_marketing_after_freezing_goes_by_what_it_is_at_the_claim(
    store: Store,
) -> None:
    """Meta goes by the template's category, not by what the text is for: an invitation in a utility template is
    delivered until Meta makes it marketing, of which the organiser is told (`marketing.MAY_BECOME`)."""
    of_category(store, "UTILITY")
    ana, bea = a_contact(store, "Ana", UNITED_STATES), a_contact(store, "Bea", OTHER_UNITED_STATES)
    run = a_run(store, a_plan(store, an_event(store)))
    assert len(claim(store, run.id, 1)) == 1
    of_category(store, "MARKETING")
    assert claim(store, run.id) == []
    assert (state_of(store, ana), state_of(store, bea)) == ("sending", "blocked")
    assert store.value("SELECT block_reasons FROM invite_messages WHERE contact = ?", (bea,)) == (
        "country_not_served"
    )


def test_the_area_codes_are_those_that_the_library_places_elsewhere() -> None:
    elsewhere = set()
    for area in range(200, 1000):
        for rest in ("5550123", "2345678", "4561234"):
            number = PhoneNumber(country_code=1, national_number=int(f"{area}{rest}"))
            if phonenumbers.region_code_for_number(number) not in (None, "US"):
                elsewhere.add(str(area))
    assert set(TABLE["united_states"]["other_area_codes"]) == elsewhere
