import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from invite_core.people.identity import FaultReason, Phone, PhoneFault, match_key, parse_phone

NOTATIONS = [
    ("07700 900123", "GB", "+447700900123"),
    ("07700-900-123", "GB", "+447700900123"),
    ("(07700) 900.123", "gb", "+447700900123"),
    ("447700900123", "GB", "+447700900123"),
    ("07700 900123 ext. 5", "GB", "+447700900123"),
    ("07700 900123 x5", "GB", "+447700900123"),
    ("٠٧٧٠٠٩٠٠١٢٣", "GB", "+447700900123"),
    ("07700\u00a0900\u202f123", "GB", "+447700900123"),
    ("07700900123.0", "GB", "+447700900123"),
    ("+44 7700 900123", None, "+447700900123"),
    ("＋４４ ７７００ ９００１２３", None, "+447700900123"),
    ("\u202a+44 7700 900123\u202c", None, "+447700900123"),
    ("\u200b+447700900123\ufeff", None, "+447700900123"),
    ("+44\u20117700\u2011900123", None, "+447700900123"),
    ("0044 7700 900123", None, "+447700900123"),
    ("+44 (0)7700 900123", None, "+447700900123"),
    ("+351 (0) 910 000 001", None, "+351910000001"),
    ("tel:+44-7700-900123", None, "+447700900123"),
    ("whatsapp:+447700900123", None, "+447700900123"),
    ("p:+447700900123", None, "+447700900123"),
    ("'+447700900123", None, "+447700900123"),
    ('="+447700900123"', None, "+447700900123"),
    ("011 44 7700 900123", "US", "+447700900123"),
    ("+1 (202) 555-0123", None, "+12025550123"),
]


@pytest.mark.parametrize("text, region, e164", NOTATIONS)
def test_notations_of_one_number(text: str, region: str | None, e164: str) -> None:
    phone = parse_phone(text, region)
    assert isinstance(phone, Phone), phone
    assert (phone.e164, phone.usable, phone.warning) == (e164, True, "")


REFUSED = [
    ("", "GB", FaultReason.MISSING_NUMBER),
    ("  \u200b ", "GB", FaultReason.MISSING_NUMBER),
    ("3.51912E+11", "PT", FaultReason.DAMAGED_NUMBER),
    ("3,51912e+11", "PT", FaultReason.DAMAGED_NUMBER),
    ("#######", "GB", FaultReason.DAMAGED_NUMBER),
    ("#N/A", "GB", FaultReason.DAMAGED_NUMBER),
    ("07700 900123", None, FaultReason.NEEDS_COUNTRY),
    ("447700900123", None, FaultReason.NEEDS_COUNTRY),
    ("07700 90012", "GB", FaultReason.INVALID_NUMBER),
    ("+44 7700 900", None, FaultReason.INVALID_NUMBER),
    ("+999 1234 5678", None, FaultReason.INVALID_NUMBER),
    ("999", "GB", FaultReason.INVALID_NUMBER),
    ("112", "PT", FaultReason.INVALID_NUMBER),
    ("0909 879 0123", "GB", FaultReason.INVALID_NUMBER),
    ("+1 800 555 0199", None, FaultReason.INVALID_NUMBER),
    ("1-800-FLOWERS", "US", FaultReason.INVALID_NUMBER),
    ("Ana", "GB", FaultReason.INVALID_NUMBER),
    ("7", None, FaultReason.INVALID_NUMBER),
    ("+" + "1" * 40, None, FaultReason.INVALID_NUMBER),
]


@pytest.mark.parametrize("text, region, reason", REFUSED)
def test_what_is_no_number_says_why(text: str, region: str | None, reason: FaultReason) -> None:
    fault = parse_phone(text, region)
    assert isinstance(fault, PhoneFault), fault
    assert fault.reason is reason
    assert fault.error().todo


def test_a_landline_is_kept_but_not_usable() -> None:
    phone = parse_phone("020 7946 0123", "GB")
    assert isinstance(phone, Phone)
    assert (phone.e164, phone.usable) == ("+442079460123", False)


def test_a_number_that_the_tables_do_not_know_is_usable_with_a_warning() -> None:
    phone = parse_phone("+33 6 39 98 00 10", None)
    assert isinstance(phone, Phone)
    assert (phone.usable, phone.warning) == (True, "unusual_number")


def test_a_plus_that_a_spreadsheet_dropped_is_put_back_with_a_warning() -> None:
    phone = parse_phone("351910000001", "GB")
    assert isinstance(phone, Phone)
    assert (phone.e164, phone.warning) == ("+351910000001", "assumed_country_code")


SAME = [
    ("+5511987654321", "551187654321", "5511987654321", "+55 11 8765-4321"),
    ("+5491123456789", "541123456789", "+54 11 15 2345 6789", "+54 11 2345-6789"),
    ("+5493512345678", "543512345678", "+54 351 15 234 5678"),
    ("+525512345678", "5215512345678", "+52 1 55 1234 5678"),
    ("+2290195123456", "22995123456"),
    ("+447700900123", "447700900123"),
    ("US.13491208655302741918", " US.13491208655302741918 "),
]


@pytest.mark.parametrize("spellings", SAME)
def test_all_spellings_share_one_key(spellings: tuple[str, ...]) -> None:
    assert len({match_key(spelling) for spelling in spellings}) == 1
    for spelling in spellings:
        phone = parse_phone(spelling, None)
        if isinstance(phone, Phone):
            assert phone.match_key == match_key(spellings[0])


def test_user_ids_that_differ_have_keys_that_differ() -> None:
    assert match_key("US.1349") != match_key("GB.1349")


_DIGITS = st.text("0123456789", min_size=8, max_size=8)


@settings(deadline=None)
@given(area=st.integers(11, 99), subscriber=_DIGITS)
def test_brazilian_ninth_digit_never_matters(area: int, subscriber: str) -> None:
    assert match_key(f"+55{area}9{subscriber}") == match_key(f"55{area}{subscriber}")


@settings(deadline=None)
@given(subscriber=st.text("0123456789", min_size=10, max_size=10).filter(lambda text: text[0] != "9"))
def test_argentine_nine_and_mexican_one_never_matter(subscriber: str) -> None:
    assert match_key(f"+549{subscriber}") == match_key(f"54{subscriber}")
    assert match_key(f"+521{subscriber}") == match_key(f"52{subscriber}")


@settings(deadline=None)
@given(
    st.sampled_from(["44", "1", "351", "34", "55", "54", "52", "49", "91", "229"]),
    st.integers(10**7, 10**10 - 1),
)
def test_a_wa_id_has_the_key_of_its_number(country: str, national: int) -> None:
    phone = parse_phone(f"+{country}{national}", None)
    if isinstance(phone, Phone):
        assert phone.match_key == match_key(phone.e164) == match_key(phone.e164.removeprefix("+"))
        assert match_key(f"{country}{national}") == phone.match_key
        again = parse_phone(phone.e164, None)
        assert isinstance(again, Phone)
        assert again.e164 == phone.e164


@settings(deadline=None)
@given(st.text())
def test_no_text_breaks_the_reading(text: str) -> None:
    assert isinstance(parse_phone(text, "GB"), Phone | PhoneFault)
    assert isinstance(match_key(text), str)
