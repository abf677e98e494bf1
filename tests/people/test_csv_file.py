from pathlib import Path

import pytest

from invite_core.people.importing.columns import recognise
from invite_core.people.importing.header_words import truth
from invite_core.people.importing.source_file import open_source
from invite_core.people.importing.table import FileFault


def read(source: Path | bytes) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The header and the rows."""
    file = open_source(source, lambda header: recognise(header).recognised)
    return file.header, [(number, row) for number, row in file.rows if isinstance(row, list)]


TEXT = "name;phone\nJoão «x»;+351910000001\nŁucja… 李;+351910000002\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_encodings_of_unicode(encoding: str) -> None:
    assert read(TEXT.encode(encoding))[1][1] == (3, ["Łucja… 李", "+351910000002"])


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1"])
def test_western_encodings(encoding: str) -> None:
    text = "name;phone\nJoão Íñigo Weiß;+351910000001\n"
    assert read(text.encode(encoding))[1][0][1][0] == "João Íñigo Weiß"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends(delimiter: str, newline: str) -> None:
    lines = [["name", "phone"], ['"Smith, J; K|L\tM"', "1"], ['"He said ""hi"""', "2"]]
    text = newline.join(delimiter.join(line) for line in lines)
    assert read(text.encode()) == (
        ["name", "phone"],
        [(2, ["Smith, J; K|L\tM", "1"]), (3, ['He said "hi"', "2"])],
    )


def test_the_delimiter_is_the_one_that_makes_sense_of_the_header() -> None:
    text = "name;phone;tags\nAna;1;a,b,c,d\nBob;2;a,b,c,d\n"
    assert read(text.encode())[0] == ["name", "phone", "tags"]


def test_a_single_column() -> None:
    assert read(b"phone\n1\n2\n") == (["phone"], [(2, ["1"]), (3, ["2"])])


def test_excels_own_first_line_is_no_row() -> None:
    assert read(b"sep=;\r\nname;phone\r\nAna;1\r\n") == (["name", "phone"], [(2, ["Ana", "1"])])


def test_rows_are_numbered_as_a_spreadsheet_shows_them() -> None:
    rows = read(b'name,phone\n"two\nlines",1\n\n,\nBob,2\n')[1]
    assert rows == [(2, ["two\nlines", "1"]), (5, ["Bob", "2"])]


NO_CSV = [
    (b"", "empty"),
    (b"\n \n,,\n", "empty"),
    (b"PK\x03\x04" + b"\x14\x00\x06\x00" * 50, "Excel workbook"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old Excel"),
    (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "PDF"),
    (b"\x1f\x8b\x08\x00", "compressed"),
    (b"name,phone\nAna\x00,1\n", "Line 2 holds a NUL"),
    (bytes(range(256)) * 8, "NUL|decoded"),
    ("name,phone\nJoão é ção,1\n".encode() * 5 + b"Jo\xe3o,1\n", "decoded"),
    ("name,phone\n山田太郎,1\n".encode("shift-jis"), "decoded"),
    (b"\xff\xfen\x00a\x00m", "damaged"),
    (b'name,phone\nAna,1\n"Bob,2\nCid,3\n', "row 3 is never closed"),
    (b'name,phone\n"' + b"x" * 200_000 + b"\n", "never closed"),
    (b'name,phone\n"Ana,07700900001\nBob,07700900002\nCid "the kid",07700900003\n', "row 2 is never closed"),
    (b'name,phone,notes\nAna,07700900001,"loud\nBob,+44 7700 900002,"calm"\n', "row 2 is never closed"),
]


@pytest.mark.parametrize("content, word", NO_CSV)
def test_what_is_no_csv_says_so(content: bytes, word: str) -> None:
    with pytest.raises(FileFault, match=word) as refusal:
        read(content)
    assert refusal.value.todo


def test_files_that_cannot_be_opened(tmp_path: Path) -> None:
    for path, word in (
        (tmp_path / "none.csv", "no file"),
        (tmp_path, "folder"),
        (Path("a\0b"), "cannot be read"),
    ):
        with pytest.raises(FileFault, match=word):
            read(path)


HEADERS = {
    "name": ["Name", "FULL NAME", "Nome", "nombre", "Nom complet", "Guest"],
    "first_name": ["First Name", "Given Name", "Vorname", "Prénom"],
    "last_name": ["Last Name", "Family Name", "Apelido", "Apellidos", "Nachname"],
    "language": ["Language", "idioma", "Língua", "Sprache", "langue"],
    "tags": ["tags", "Etiquetas", "Group Membership", "Labels"],
    "household": ["household", "Família", "Haushalt"],
    "places": ["places", "Seats", "Lugares", "Plätze"],
    "consent_source": ["consent_source", "Consent Source"],
    "consent_at": ["consent_at", "Consent date", "data do consentimento"],
    "consent_scope": ["consent_scope"],
    "consent_wording": ["consent_wording"],
    "evidence_ref": ["evidence_ref"],
    "do_not_message": ["do_not_message", "Do not contact", "DNM", "opt-out", "Não contactar"],
}


@pytest.mark.parametrize("field", HEADERS)
def test_headers_and_their_synonyms(field: str) -> None:
    for header in HEADERS[field]:
        assert recognise([header]).fields == {field: 0}, header


def test_phone_columns_of_the_usual_programs() -> None:
    header = [
        "Phone", "phone_2", "Telemóvel", "Teléfono", "Handy", "Mobile Phone", "Home Phone 2", "WhatsApp",
        "Phone 1 - Value", "Telefone 3", "phone2",
    ]  # fmt: skip
    columns = recognise(header)
    assert sorted(each.place for each in columns.phones) == list(range(len(header)))
    assert [header[each.place] for each in columns.phones][:3] == ["WhatsApp", "Telemóvel", "Handy"]
    others = recognise(["Phone 1 - Type", "E-mail 1 - Value", "Organization Name", "Opted in?", "Notes"])
    assert (others.phones, "name" in others.fields) == ([], False)
    assert "Phone 1 - Type" not in others.ignored


def test_attributes_keep_their_spelling() -> None:
    assert recognise(["phone", "attribute.City", "Attribute: table no"]).attributes == {
        "City": 1,
        "table no": 2,
    }


def test_of_two_headers_for_one_field_the_first_counts() -> None:
    columns = recognise(["Nome", "Name", "phone"])
    assert (columns.fields, columns.ignored) == ({"name": 0}, ["Name"])


def test_yes_and_no_in_several_languages() -> None:
    assert {truth(word) for word in ("yes", " Y ", "X", "sim", "SÍ", "oui", "Ja", "1", "✓", "TRUE")} == {True}
    assert {truth(word) for word in ("", "no", "Não", "NEIN", "0", "-", "false", "n/a")} == {False}
    assert truth("asked in May") is None


def test_notes_of_several_lines_are_no_rows() -> None:
    text = 'name,phone,notes\nAna,07700900001,"Calls at 7, never\nat 8, she says\n07700900009"\n'
    assert [row[:2] for _, row in read(text.encode())[1]] == [["Ana", "07700900001"]]
