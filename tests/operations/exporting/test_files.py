"""Files that leave the program: private, whole, and with nothing in them that acts, whatever people are called."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from invite_core.operations.exporting import workbook
from invite_core.operations.exporting.files import FileKind, write
from invite_core.operations.exporting.listing import Listing, as_text
from invite_core.operations.exporting.private_file import ExportFault
from invite_core.people.importing.inert_cells import inert_cell, plain_cell

HOSTILE = [
    "=HYPERLINK(\"http://evil.example\",\"x\")", "+351912000001", "-2+3", "@SUM(1)", "\t=1", "\r=1", "\n=1", " =1",
    "\"=1", "Ana;=1+1", "Ana\n@x", "'=1", "'-x", "\uff1d1+1", "<script>alert(1)</script>", "a & b \"c\" 'd'",
    "\u202egnp.exe", "x\x00\x1b[31m", "_x0041_", "http://evil.example", "007", "1e5", "O'Hara", "'t Hooft",
]  # fmt: skip


def hostile() -> Listing:
    rows = [{"n": n, "name": name, "flag": n % 2 == 0, "none": None} for n, name in enumerate(HOSTILE)]
    return Listing("=A <b>list</b>: 'x'/*", ("n", "name", "flag", "none"), rows)


def acts(cell: str) -> bool:
    """Whether a spreadsheet would take the text for a formula."""
    return cell.lstrip(' "')[:1] in {*"=+-@", "\uff1d"} or cell[:1] in {*"\t\r\n"}


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_no_cell_of_a_csv_file_is_a_formula_however_its_lines_are_split(
    tmp_path: Path, delimiter: str
) -> None:
    assert write(hostile(), tmp_path / "list.csv") == len(HOSTILE)
    text = (tmp_path / "list.csv").read_bytes().decode("utf-8-sig")
    read = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    cells = [cell for row in read for cell in row]
    assert len(cells) >= len(HOSTILE)
    assert [cell for cell in cells if acts(cell)] == []
    if delimiter == ",":
        assert [plain_cell(cell) for cell in cells[5::4]] == [as_text(name) for name in HOSTILE]


@settings(max_examples=150, deadline=None)
@given(st.text(st.sampled_from("=+-@'\" \t\r\n;|a\uff1d"), max_size=9))
def test_a_mark_is_taken_away_as_it_was_put(text: str) -> None:
    assert plain_cell(inert_cell(text)) == text
    assert not acts(inert_cell(text))


def test_a_workbook_has_texts_and_no_formula_link_or_unseen_character(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    assert write(hostile(), path) == len(HOSTILE)
    with zipfile.ZipFile(path) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
        assert not re.search(r"<f[ >]|hyperlink|\u202e", sheet)
        assert not [name for name in parts.namelist() if "external" in name.lower() or "vba" in name.lower()]
    with path.open("rb") as file, CalamineWorkbook.from_filelike(file) as book:
        rows = book.get_sheet_by_index(0).to_python()
    assert rows[0] == ["n", "name", "flag", "none"]
    assert [row[0] for row in rows[1:]] == list(range(len(HOSTILE)))
    # A line break of the older kind is written as Excel writes it.
    read = [str(row[1]).replace("_x000D_", "\r").replace("_x005F_", "_") for row in rows[1:]]
    assert read == [as_text(name) for name in HOSTILE]
    assert [row[2] for row in rows[1:3]] == ["yes", "no"]


def test_a_text_too_long_for_a_cell_is_cut_where_it_can_be_seen(tmp_path: Path) -> None:
    write(Listing("x", ("name",), [{"name": "\U0001f389" * 20_000}]), tmp_path / "long.xlsx")
    with (tmp_path / "long.xlsx").open("rb") as file, CalamineWorkbook.from_filelike(file) as book:
        (cell,) = book.get_sheet_by_index(0).to_python()[1]
    assert len(str(cell).encode("utf-16-le")) // 2 <= 32_767
    assert str(cell).endswith("\U0001f389\u2026")


def test_more_rows_than_a_sheet_holds_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_ROWS", 3)
    with pytest.raises(ExportFault, match="holds 3 rows"):
        write(hostile(), tmp_path / "list.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_json_keeps_every_character(tmp_path: Path) -> None:
    write(hostile(), tmp_path / "list.json")
    text = (tmp_path / "list.json").read_text("ascii")
    assert [row["name"] for row in json.loads(text)] == HOSTILE
    assert json.loads(text)[0] == {"n": 0, "name": HOSTILE[0], "flag": True, "none": None}
    write(Listing("x", ("name",), []), tmp_path / "none.json")
    assert json.loads((tmp_path / "none.json").read_text("ascii")) == []


class Tags(HTMLParser):
    """Gathers what a browser would see."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        assert not [name for name, _ in attrs if name.startswith("on") or name in ("src", "href")]

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_a_page_shows_every_name_and_runs_nothing(tmp_path: Path) -> None:
    write(hostile(), tmp_path / "list.html")
    text = (tmp_path / "list.html").read_bytes().decode()
    page = Tags()
    page.feed(text)
    assert page.tags == {
        "html", "head", "meta", "title", "style", "body", "h1", "table", "thead", "tbody", "tr", "th", "td", "bdi",
    }  # fmt: skip
    assert "<script>alert(1)</script>" in page.texts
    assert not re.search("[\x00\x1b\u202a-\u202e\u2066-\u2069]", text)
    assert "default-src 'none'" in text


@pytest.mark.parametrize("kind", FileKind)
def test_a_file_is_private_and_replaces_another_only_by_force(tmp_path: Path, kind: FileKind) -> None:
    path = tmp_path / "list"
    write(hostile(), path, kind)
    assert path.stat().st_mode & 0o777 == 0o600
    before = path.read_bytes()
    with pytest.raises(ExportFault, match="is there already"):
        write(Listing("x", ("name",), []), path, kind)
    assert path.read_bytes() == before
    write(Listing("x", ("name",), []), path, kind, force=True)
    assert path.read_bytes() != before
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("kind", FileKind)
def test_a_list_that_breaks_off_leaves_nothing(tmp_path: Path, kind: FileKind) -> None:
    def breaking() -> Iterator[dict[str, object]]:
        yield {"name": "Ana"}
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write(Listing("x", ("name",), breaking()), tmp_path / "list", kind)
    assert list(tmp_path.iterdir()) == []


def test_what_waits_for_a_workbook_waits_beside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target, here = tmp_path / "private", tmp_path / "here"
    target.mkdir()
    here.mkdir()
    monkeypatch.chdir(here)

    def looking() -> Iterator[dict[str, object]]:
        assert list(here.iterdir()) == []
        assert [each for each in target.iterdir() if each.is_dir()]
        yield {"name": "Ana"}

    assert write(Listing("x", ("name",), looking()), target / "list.xlsx") == 1


@pytest.mark.parametrize("place", ["nowhere/list.csv", ".", "a\x00b.csv"])
def test_a_place_where_nothing_can_be_written_is_named(tmp_path: Path, place: str) -> None:
    with pytest.raises(ExportFault):
        write(hostile(), tmp_path / place, force=True)
