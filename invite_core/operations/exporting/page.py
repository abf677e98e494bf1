"""A list as a page to be printed: one HTML file that loads nothing and runs nothing."""

from html import escape
from typing import BinaryIO

from invite_core.operations.exporting.listing import Listing, as_text

_BOX = '<span class="box"></span>'

_STYLE = """
body { font: 12pt/1.35 sans-serif; margin: 1.5cm; color: #000; background: #fff }
h1 { font-size: 16pt; margin: 0 0 .2em } p { margin: 0 0 1em }
table { border-collapse: collapse; width: 100% } thead { display: table-header-group }
th, td { text-align: start; vertical-align: top; padding: .3em .6em; border-bottom: 1px solid #999 }
td { overflow-wrap: anywhere } tr { break-inside: avoid } .number { text-align: end }
.box { display: inline-block; width: .9em; height: .9em; border: 1.5px solid #000 }
"""


def write_page(listing: Listing, file: BinaryIO) -> int:
    """Write the page; gives the number of rows."""
    title = _inert(listing.title)
    heads = "".join(f"<th>{_inert(column.replace('_', ' '))}</th>" for column in listing.columns)
    note = f"<p>{_inert(listing.note)}</p>\n" if listing.note else ""
    file.write(
        f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{escape(as_text(listing.title))}</title>
<style>{_STYLE}</style></head>
<body><h1>{title}</h1>
{note}<table><thead><tr>{heads}</tr></thead>
<tbody>
""".encode()
    )
    written = 0
    for row in listing.rows:
        written += 1
        cells = "".join(
            f"<td>{_BOX}</td>" if column == listing.to_tick else _cell(row.get(column))
            for column in listing.columns
        )
        file.write(f"<tr>{cells}</tr>\n".encode())
    file.write(b"</tbody></table></body></html>\n")
    return written


def _cell(value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return f'<td class="number">{value}</td>'
    return f"<td>{_inert(value)}</td>"


def _inert(value: object) -> str:
    # <bdi> keeps the direction of a name to the name.
    return f"<bdi>{escape(as_text(value))}</bdi>"
