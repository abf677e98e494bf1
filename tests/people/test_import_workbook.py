"""Excel workbooks: what people save, and what is sent to do harm."""

import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from invite_core.errors import InviteError
from invite_core.people import contacts
from invite_core.people.importing import table, workbook_bounds
from invite_core.store import Store
from tests.people.people import imported
from tests.people.sample_files import SAMPLES
from tests.people.workbooks import Cell, repacked, workbook

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_SHEET = "xl/worksheets/sheet1.xml"


def a_workbook(rows: Sequence[Sequence[Cell]] = (("name", "phone"), ("Ana", "+447700900001"))) -> bytes:
    return workbook({"Guests": rows})


def with_cells(cells: str) -> bytes:
    """A workbook whose sheet holds this XML."""
    sheet = f'<worksheet xmlns="{_MAIN}"><sheetData>{cells}</sheetData></worksheet>'
    return repacked(a_workbook(), {_SHEET: sheet})


def test_the_first_sheet_with_anything_is_read_and_the_others_are_named(store: Store) -> None:
    report = imported(store, SAMPLES["party.sample.xlsx"])
    assert (report["sheet"], report["other_sheets"]) == ("Guests", ["Budget"])
    assert [(each["row"], each["reason"]) for each in report["rejected"]] == [
        (7, "missing_number"),
        (8, "missing_number"),
        (9, "damaged_number"),
    ]
    assert (1, "above_the_header") in [(each["row"], each["reason"]) for each in report["warnings"]]
    ana, _, ivy = contacts.listing(store)
    assert (ana["phone"], ana["places"], ivy["phone"]) == ("+351910000001", 2, "+447700900110")
    assert store.value("SELECT at FROM consents ORDER BY id") == "2026-05-01T00:00:00.000Z"


def test_a_sheet_can_be_chosen_and_a_hidden_one_is_not_taken_first(store: Store) -> None:
    rows = [["name", "phone"], ["Ana", "+447700900001"]]
    book = workbook({"Old": [["name", "phone"], ["Bob", "+447700900002"]], "Now": rows}, hidden=["Old"])
    assert imported(store, book)["sheet"] == "Now"
    assert imported(store, book, sheet="Old")["created"] == 1
    with pytest.raises(InviteError, match="no sheet “None”") as refusal:
        imported(store, book, sheet="None")
    assert "Now, Old" in refusal.value.todo


def test_only_a_workbook_has_sheets(store: Store) -> None:
    with pytest.raises(InviteError, match="sheets"):
        imported(store, "phone\n07700900001\n", sheet="Guests")


def with_shared(text: str, cells: str) -> bytes:
    """A workbook whose sheet holds this XML, and cells in it may show a text by the number 0; the text stands
    behind the sheet."""
    shared = f'<sst xmlns="{_MAIN}"><si><t>{text}</t></si></sst>'
    return repacked(with_cells(cells), {"xl/sharedStrings.xml": shared})


def shared_cells(rows: int) -> str:
    return "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, rows + 1))


HOSTILE = {
    "cells at both ends of the sheet": (
        with_cells(
            '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
        ),
        "more than 200,000 rows",
    ),
    "one row very wide, one far down": (
        with_cells('<row r="1"><c r="XFD1"><v>1</v></c></row><row r="9999"><c r="A9999"><v>1</v></c></row>'),
        "9,999 rows and 16,384 columns",
    ),
    "a reference beyond all numbers": (
        with_cells('<row><c r="ZZZZZZZZZZZZ999999999999999999"><v>1</v></c></row>'),
        "damaged",
    ),
    "a row below nothing": (with_cells('<row r="-1"><c r="A0"><v>1</v></c></row>'), "damaged"),
    "a row beyond 32 bits": (with_cells('<row r="4294967296"><c><v>1</v></c></row>'), "damaged"),
    "a text that is not there": (
        with_cells('<row r="1"><c r="A1" t="s"><v>99999999999</v></c></row>'),
        "damaged|empty",
    ),
    "entities": (
        repacked(a_workbook(), {_SHEET: '<!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;&x;">]><a>&y;</a>'}),
        "XML entities",
    ),
    "entities in a part of another name": (
        repacked(a_workbook(), {"xl/thing.bin": '\n<!DOCTYPE a [<!ENTITY x "ha">]><a/>'}),
        "XML entities",
    ),
    "XML cut off": (repacked(a_workbook(), {_SHEET: "<worksheet><sheetData><row>"}), "damaged"),
    "an encoding that does not exist": (
        repacked(a_workbook(), {_SHEET: '<?xml version="1.0" encoding="UTF-99"?><worksheet/>'}),
        "damaged",
    ),
    "a text longer than any": (with_shared("x" * 32_768, shared_cells(1)), "more than 32,767 characters"),
    "a long text in its cell": (
        with_cells(
            f'<row><c t="inlineStr"><is><r><t>{"x" * 20_000}</t></r><r><t>{"x" * 20_000}</t></r></is></c></row>'
        ),
        "more than 32,767 characters",
    ),
    "a text that very many cells show": (
        with_shared("x" * 32_000, shared_cells(3_200)),
        "100,000,000 characters",
    ),
    "a tag without an end": (with_cells(f'<row><c r="{"A" * 1_600_000}"/></row>'), "damaged"),
    "the archive cut off": (a_workbook()[:-40], "damaged"),
    "only the beginning of an archive": (b"PK\x03\x04" + bytes(400), "damaged"),
    "very many entries": (repacked(a_workbook(), {f"x{n}": "" for n in range(2_001)}), "unpacks to more"),
    "nothing in it": (workbook({"A": [], "B": []}), "empty"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_workbook_that_cannot_be_used_is_one_sentence(store: Store, case: str) -> None:
    content, word = HOSTILE[case]
    with pytest.raises(InviteError, match=word) as refusal:
        imported(store, content)
    assert refusal.value.todo
    assert contacts.listing(store) == []


def test_another_archive_is_told_from_a_workbook(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "photos.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("photo.jpg", "x")
    with pytest.raises(InviteError, match="no Excel workbook"):
        imported(store, path.read_bytes())


def test_a_bomb_that_tells_its_size_is_not_unpacked(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook_bounds, "MOST_UNPACKED", 5 * 1024 * 1024)
    monkeypatch.setattr(workbook_bounds, "_unpacked", None)
    bomb = repacked(a_workbook(), {_SHEET: bytes(6_000_000)})
    assert len(bomb) < 20_000
    with pytest.raises(InviteError, match="unpacks to more than 5 MB"):
        imported(store, bomb)


def test_a_bomb_that_lies_about_its_size_is_stopped_on_the_way(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook_bounds, "MOST_UNPACKED", 2_000_000)
    size = 3_000_000
    bomb = bytearray(repacked(a_workbook(), {"xl/media/image.png": bytes(size)}))
    told = size.to_bytes(4, "little")
    assert bomb.count(told) >= 2
    with pytest.raises(InviteError, match="unpacks to more"):
        imported(store, bytes(bomb.replace(told, (99).to_bytes(4, "little"))))


def test_a_sheet_with_too_many_rows_is_one_sentence(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook_bounds, "MOST_ROWS", 50)
    rows = [["name", "phone"], *([f"P{n}", f"+4477009{n:05d}"] for n in range(60))]
    with pytest.raises(InviteError, match="rows") as refusal:
        imported(store, a_workbook(rows))
    assert refusal.value.sentence == table.too_many_rows().sentence


def test_cells_count_even_where_nothing_stands_in_them(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook_bounds, "MOST_CELLS", 1_000)
    with pytest.raises(InviteError, match="more than 1,000 cells"):
        imported(store, with_cells(f"<row>{'<c/>' * 1_001}</row>"))


def test_a_text_as_long_as_excel_takes_is_read(store: Store) -> None:
    note = "x" * 32_767
    assert (
        imported(store, a_workbook([["name", "phone", "note"], ["Ana", "+447700900001", note]]))["created"]
        == 1
    )
