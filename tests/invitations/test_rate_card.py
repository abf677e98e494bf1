"""Rate cards: what is read of a file, what is refused with its line, and what a message costs."""

import pytest

from invite_core.errors import InviteError
from invite_core.invitations import rate_cards
from invite_core.invitations.money import MoneyFault, micros_of, plain, spoken
from invite_core.invitations.price_countries import country_of
from invite_core.invitations.rate_card import RateCardFault, parse_card
from invite_core.store import Store
from tests.builders import DATA, NOW, ORGANISER

HEADER = "country,category,price,currency,valid_from,valid_until\n"


def test_the_sample_is_a_card_that_says_it_is_made_up(store: Store) -> None:
    content = (DATA / "rates.sample.csv").read_bytes()
    assert content.startswith(b"# MADE-UP PRICES, written on 25 November 2026")
    kept = rate_cards.keep(store, parse_card(content), "rates.sample.csv", by=ORGANISER, now=NOW)
    assert (kept.currency, kept.rates, kept.valid_until) == ("EUR", 14, "2027-12-31")
    asked = [("GB", "marketing"), ("XX", "marketing"), ("GB", "authentication"), ("", "utility")]
    assert rate_cards.prices(store, kept.id, asked, day="2027-03-01") == {
        ("GB", "marketing"): 41_000,
        ("XX", "marketing"): 60_000,
        ("", "utility"): 20_000,
    }
    assert rate_cards.prices(store, kept.id, asked, day="2028-01-01") == {}


def test_a_spreadsheet_in_german_and_a_price_that_changes_are_read() -> None:
    german = HEADER.replace(",", ";") + (
        "de;Marketing;0,1131;eur;2026-10-01;2026-12-31\nDE;marketing;0,12;EUR;2027-01-01;2027-03-31\n;;;;;\n"
    )
    card = parse_card(german.encode("utf-16"))
    assert [rate.micros for rate in card.rates] == [113_100, 120_000]
    assert card.rates[0].category == "marketing"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("GBR,marketing,0.1,EUR,2026-10-01,2026-12-31", "Line 2.*GBR.*country"),
        ("GB,,0.1,EUR,2026-10-01,2026-12-31", "category"),
        ("GB,marketing,free,EUR,2026-10-01,2026-12-31", "free.*price"),
        ("GB,marketing,-1,EUR,2026-10-01,2026-12-31", "price"),
        ("GB,marketing,0.1,euro,2026-10-01,2026-12-31", "currency"),
        ("GB,marketing,0.1,EUR,01.10.2026,2026-12-31", "valid_from"),
        ("GB,marketing,0.1,EUR,2026-10-01,2026-09-30", "valid_until"),
        ("GB,marketing,0.1,EUR,2026-10-01", "valid_until"),
        ("", "has no prices"),
        ("GB,utility,1,EUR,2026-10-01,2026-12-31\nFR,utility,1,USD,2026-10-01,2026-12-31", "EUR and USD"),
        ("GB,utility,1,EUR,2026-10-01,2026-12-31\nGB,utility,2,EUR,2026-12-31,2027-01-31", "two prices"),
    ],
)
def test_what_is_no_card_is_refused_with_its_line(line: str, said: str) -> None:
    with pytest.raises(RateCardFault, match=said):
        parse_card(f"{HEADER}{line}\n".encode())


@pytest.mark.parametrize("content", [b"", b"# only a remark\n", b"land,preis\nGB,1\n", b"\x00\x01\x02"])
def test_a_file_that_is_none_is_refused(content: bytes) -> None:
    with pytest.raises(InviteError):
        parse_card(content)


def test_amounts_are_exact_and_never_guessed() -> None:
    assert micros_of("0.1") + micros_of("0.2") == micros_of("0.3")
    assert spoken(micros_of("1234.5"), "EUR") == "1,234.50 EUR"
    assert plain(micros_of("0,0529")) == "0.0529"
    for wrong in ("1,234", "1.2345678", "", "1e3", "-1", "NaN", "١٢", "1 000"):
        with pytest.raises(MoneyFault):
            micros_of(wrong)


@pytest.mark.parametrize(
    ("address", "country"),
    [
        ("+447700900001", "GB"),
        ("+12025550101", "US"),
        ("+14165550101", "CA"),
        ("+18095550101", "DO"),
        ("+77010000000", "KZ"),
        ("+79010000000", "RU"),
        ("+351900000000", "PT"),
        ("PT.1349", "PT"),
        ("+8835100000", ""),
        (None, ""),
    ],
)
def test_the_calling_code_tells_the_country_that_is_charged(address: str | None, country: str) -> None:
    assert country_of(address) == country
