import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from invite_core.people.languages import normalised_language
from invite_core.people.names import name_key, shown


@pytest.mark.parametrize(
    "text, code",
    [
        ("pt", "pt"),
        ("PT", "pt"),
        (" pt ", "pt"),
        ("pt-PT", "pt_PT"),
        ("pt_pt", "pt_PT"),
        ("pt-BR", "pt_BR"),
        ("por", "pt"),
        ("en-US.UTF-8", "en_US"),
        ("zh-Hans-CN", "zh_CN"),
        ("português", "pt"),
        ("PORTUGUÊS", "pt"),
        ("Portuguese", "pt"),
        ("Portugiesisch", "pt"),
        ("portugais", "pt"),
        ("Brazilian Portuguese", "pt_BR"),
        ("português (Brasil)", "pt_BR"),
        ("português do Brasil", "pt_BR"),
        ("Portuguese (Brazil)", "pt_BR"),
        ("Portuguese - Brazil", "pt_BR"),
        ("English (UK)", "en_GB"),
        ("Español", "es"),
        ("Inglês", "en"),
        ("Deutsch", "de"),
        ("中文", "zh"),
        ("ქართული", "ka"),
    ],
)
def test_a_language_as_people_write_it(text: str, code: str) -> None:
    assert normalised_language(text) == code


@pytest.mark.parametrize("text", ["", "xx", "zz-PT", "pt-ZQ", "12", "n/a", "-", "Klingonese", "x" * 5000])
def test_what_is_no_language(text: str) -> None:
    assert normalised_language(text) is None


@settings(deadline=None)
@given(st.text(max_size=30))
def test_no_text_breaks_the_reading_of_a_language(text: str) -> None:
    code = normalised_language(text)
    assert code is None or normalised_language(code) == code


def test_equal_names_share_a_key() -> None:
    assert name_key("  Ana\u00a0 MARIA ") == name_key("ana maria") == name_key("Ana\u200e Maria")
    assert name_key("Ｓｍｉｔｈ") == name_key("smith")
    assert name_key("Jose\u0301") == name_key("José")
    assert name_key("Straße") == name_key("STRASSE")


@settings(deadline=None)
@given(st.text())
def test_a_key_is_its_own_key(name: str) -> None:
    assert name_key(name_key(name)) == name_key(name)


def test_a_shown_name_cannot_act_on_a_terminal() -> None:
    assert shown("A\x1b[2Jn\u202ea\n B") == "A[2Jna B"
    assert shown("👩‍👩‍👧 می‌خواهم") == "👩‍👩‍👧 می‌خواهم"
