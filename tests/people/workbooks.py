"""Excel workbooks built cell by cell, the way spreadsheet programs write them, and ways they never do."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_LONG_AGO = (2026, 1, 1, 0, 0, 0)
_DATE_STYLE = 1


@dataclass(frozen=True)
class Formula:
    """A cell with a formula and the value it had when it was saved."""

    text: str
    value: str | float | None = None


@dataclass(frozen=True)
class Day:
    """A date, as the number of days that a spreadsheet stores."""

    serial: float


@dataclass(frozen=True)
class Fault:
    """A cell whose formula failed: `#N/A`."""

    text: str


Cell = str | float | bool | Formula | Day | Fault | None


def workbook(sheets: Mapping[str, Sequence[Sequence[Cell]]], *, hidden: Sequence[str] = ()) -> bytes:
    """The bytes of a workbook with these sheets, the same for the same sheets."""
    names = list(sheets)
    parts = {
        "[Content_Types].xml": _content_types(len(names)),
        "_rels/.rels": _relations({"rId1": ("officeDocument", "xl/workbook.xml")}),
        "xl/workbook.xml": _book(names, hidden),
        "xl/_rels/workbook.xml.rels": _relations(
            {f"rId{n}": ("worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(names) + 1)}
            | {"rId900": ("styles", "styles.xml")}
        ),
        "xl/styles.xml": _STYLES,
    }
    for n, rows in enumerate(sheets.values(), 1):
        parts[f"xl/worksheets/sheet{n}.xml"] = sheet_xml(rows)
    return packed(parts)


def packed(parts: Mapping[str, str | bytes]) -> bytes:
    """An archive of these entries."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, _LONG_AGO)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return file.getvalue()


def repacked(content: bytes, changed: Mapping[str, str | bytes]) -> bytes:
    """The archive with some entries replaced or added."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts: dict[str, str | bytes] = {name: archive.read(name) for name in archive.namelist()}
    return packed(parts | dict(changed))


def sheet_xml(rows: Sequence[Sequence[Cell]]) -> str:
    """The part of a workbook that holds one sheet."""
    lines = []
    for r, row in enumerate(rows, 1):
        cells = "".join(_cell(f"{_column(c)}{r}", cell) for c, cell in enumerate(row) if cell is not None)
        if cells:
            lines.append(f'<row r="{r}">{cells}</row>')
    return f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>{"".join(lines)}</sheetData></worksheet>'


def _cell(reference: str, cell: Cell) -> str:
    if isinstance(cell, bool):
        return f'<c r="{reference}" t="b"><v>{int(cell)}</v></c>'
    if isinstance(cell, Day):
        return f'<c r="{reference}" s="{_DATE_STYLE}"><v>{cell.serial}</v></c>'
    if isinstance(cell, Fault):
        return f'<c r="{reference}" t="e"><v>{cell.text}</v></c>'
    if isinstance(cell, Formula):
        formula = f"<f>{escape(cell.text)}</f>"
        if cell.value is None:
            return f'<c r="{reference}">{formula}</c>'
        kind = ' t="str"' if isinstance(cell.value, str) else ""
        return f'<c r="{reference}"{kind}>{formula}<v>{escape(str(cell.value))}</v></c>'
    if isinstance(cell, str):
        return f'<c r="{reference}" t="inlineStr"><is><t xml:space="preserve">{escape(cell)}</t></is></c>'
    return f'<c r="{reference}"><v>{cell}</v></c>'


def _column(n: int) -> str:
    letters = ""
    while n >= 0:
        letters = chr(65 + n % 26) + letters
        n = n // 26 - 1
    return letters


def _content_types(sheets: int) -> str:
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = [f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>']
    parts += [f'<Override PartName="/xl/styles.xml" ContentType="{kind}.styles+xml"/>']
    parts += [
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{kind}.worksheet+xml"/>'
        for n in range(1, sheets + 1)
    ]
    defaults = (
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
    )
    return f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">{defaults}{"".join(parts)}</Types>'


def _relations(relations: Mapping[str, tuple[str, str]]) -> str:
    each = "".join(
        f'<Relationship Id="{key}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for key, (kind, target) in relations.items()
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{each}</Relationships>'


def _book(names: Sequence[str], hidden: Sequence[str]) -> str:
    states = dict.fromkeys(hidden, ' state="hidden"')
    sheets = "".join(
        f'<sheet name="{escape(name)}" sheetId="{n}" r:id="rId{n}"{states.get(name, "")}/>'
        for n, name in enumerate(names, 1)
    )
    return f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{sheets}</sheets></workbook>'


_STYLES = (
    f'{_HEAD}<styleSheet xmlns="{_MAIN}"><fonts count="1"><font/></fonts><fills count="1"><fill/></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>'
)
