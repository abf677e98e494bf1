"""Cells of a CSV file that no spreadsheet takes for a formula, and the way back to what they were.

The mark is an apostrophe, as OWASP advises against CSV injection
(https://owasp.org/www-community/attacks/CSV_Injection): before what begins like a formula, a phone number
with its `+` included, and likewise wherever a program that splits lines in its own way (a spreadsheet of a
country that writes semicolons) would see a cell begin.
"""

import re

_BEGINS = "(^|[;|\t\r\n])"
_ACTS = "(?=[\\s\"']*[=+\\-@\uff1d\uff0b\uff0d\uff20])"
_BLANK = "(?='*[\t\r\n])"

_TO_MARK = re.compile(f"{_BEGINS}{_ACTS}|^{_BLANK}")
_MARKED = re.compile(f"{_BEGINS}'{_ACTS}|^'{_BLANK}")
_MAY_ACT = re.compile("[=+\\-@\uff1d\uff0b\uff0d\uff20\t\r\n]")


def inert_cell(text: str) -> str:
    """`text` with a mark wherever a spreadsheet could see a formula begin; `plain_cell` takes it away."""
    return _TO_MARK.sub(r"\1'", text) if _MAY_ACT.search(text) else text


def plain_cell(cell: str) -> str:
    """What `inert_cell` was given; any other cell as it is."""
    return _MARKED.sub(r"\1", cell) if "'" in cell and _MAY_ACT.search(cell) else cell
