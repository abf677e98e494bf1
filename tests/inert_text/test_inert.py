import unicodedata

import pytest

from invite_tui.inert_text import inert


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Ana",
        "José Ñandú",
        "李雷 と 山田",
        "محمد",
        "שלום",
        "🎉 👩🏽‍🚀 🇵🇹",
        "e\u0301",
        "क्‍ष",
        "می‌خواهم",
        "[bold]not markup[/]",
        "a\u00a0b",
    ],
)
def test_plain_and_wide_text_stays_as_it_is(text: str) -> None:
    assert inert(text) == text


@pytest.mark.parametrize(
    "text, shown",
    [
        ("\x1b[2J\x1b[31mred", "␛[2J␛[31mred"),
        ("\x1b]52;c;aGFjaw==\x07", "␛]52;c;aGFjaw==·"),
        ("\x1b]8;;https://example.com\x1b\\link", "␛]8;;https://example.com␛\\link"),
        ("\x1bP+q\x1b\\", "␛P+q␛\\"),
        ("\x9b31mred\x9c", "·31mred·"),
        ("\x9d0;title\x9c", "·0;title·"),
        ("bell\x07 null\x00 back\x08 delete\x7f", "bell· null· back· delete·"),
        ("two\nlines\r\nand\ta tab", "two lines  and a tab"),
        ("next\x85line\u2028and\u2029paragraph", "next·line·and·paragraph"),
        ("abc\u202egnp.exe", "abc·gnp.exe"),
        ("\u2066isolate\u2069 \u200fmark\u200e", "·isolate· ·mark·"),
        ("An\u200ba \u2060B\ufeffen", "An·a ·B·en"),
        ("half \ud83d and \udc00", "half · and ·"),
    ],
)
def test_what_a_terminal_might_obey_becomes_a_sign(text: str, shown: str) -> None:
    assert inert(text) == shown


def test_no_control_character_is_left() -> None:
    every = "".join(map(chr, [*range(0x100), *range(0x2000, 0x2070), *range(0xD7F0, 0xE010), 0xFEFF]))
    left = {
        character
        for character in inert(every)
        if unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp")
        or unicodedata.bidirectional(character)
        in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
    }
    assert left == set()


@pytest.mark.parametrize("text", ["\x1b[31m\u202e\ud800", "Ana", "a\nb"])
def test_inert_text_is_inert_already(text: str) -> None:
    assert inert(inert(text)) == inert(text)
    inert(text).encode("utf-8")


def test_every_character_keeps_its_place() -> None:
    text = "a\x1b\u202eb\n\ud800c"
    assert len(inert(text)) == len(text)
