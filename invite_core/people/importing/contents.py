"""What columns hold, told by what stands in them: for headers that nobody knows, and files without one."""

import re
from collections.abc import Iterable, Sequence

from invite_core.people.identity import FaultReason, PhoneFault
from invite_core.people.importing import cells
from invite_core.people.importing.columns import IGNORE, Columns
from invite_core.people.importing.phone_headers import relation
from invite_core.people.written_address import parse_address, parse_user_id

_MOST_OF_THEM = 0.6

_MAIL = re.compile(r"[\w.+%-]{1,64}@[\w-]{1,64}(?:\.[\w-]+)+")
_DIGITS = re.compile(r"\+?\d(?:[\s().\-/]{0,3}\d){6,}")
_DATE = re.compile(r"(?<!\d)(?:\d{1,4}[-/.]\d{1,2}[-/.]\d{2,4}|(?:19|20)\d\d ?[-/] ?(?:19|20)\d\d)(?!\d)")
_BESIDE_WORDS = 9
"""So many digits beside words are a number; fewer are a year or a name of a list."""


def is_person(first: Sequence[str], columns: Columns, region: str | None) -> bool:
    """Whether the first row is a person already: a cell is a number or an e-mail address, and none says that
    it is the header of names or numbers."""
    if columns.phones or any(field == "name" or field.endswith("_name") for field in columns.fields):
        return False
    return bool(somebodys_cell(first)) or (
        not columns.recognised and any(_is_number(cell, region) for cell in first)
    )


def somebodys_cell(row: Sequence[str]) -> str:
    """The first cell of a row with a phone number or an e-mail address in it, which no header has; or ''."""
    return next((cell for cell in row if _MAIL.search(cell) or _holds_number(cell)), "")


def _holds_number(cell: str) -> bool:
    found = _DIGITS.search(_DATE.sub(" ", cell))
    if found is None:
        return False
    is_alone = not any(character.isalpha() for character in cell)
    return is_alone or found[0].startswith("+") or sum(map(str.isdecimal, found[0])) >= _BESIDE_WORDS


def told(
    rows: Iterable[Sequence[str]], columns: Columns, region: str | None, *, has_header: bool
) -> dict[int, str]:
    """Fields by place, from a sample of the rows.

    Numbers are sought where no header tells of them, and in columns that name a child's people
    (`Mother`). Names are sought only in a file without a header. A column that is called one of user ids and
    holds others (of a club's website) is none, where there are numbers.
    """
    sample = list(rows)
    taken = {*columns.fields.values(), *columns.blocks, *(phone.place for phone in columns.phones)}
    named = {place: name for name, place in columns.attributes.items()}
    found: dict[int, str] = {}
    for place in range(columns.width):
        texts = [row[place] for row in sample if place < len(row) and row[place].strip()]
        if place in taken or not texts:
            continue
        is_relation = bool(relation(named.get(place, "")))
        if (is_relation or (not columns.phones and place not in named)) and _mostly(
            _is_number(text, region) for text in texts
        ):
            found[place] = "phone"
        elif not has_header and "name" not in found.values() and _mostly(map(_is_words, texts)):
            found[place] = "name"
    called = columns.fields.get("user_id")
    if called is not None and (columns.phones or "phone" in found.values()):
        texts = [row[called] for row in sample if called < len(row) and row[called].strip()]
        if texts and not any(parse_user_id(part) for text in texts for part in text.split()):
            found[called] = IGNORE
    return found


def _mostly(answers: Iterable[bool]) -> bool:
    each = list(answers)
    return sum(each) >= len(each) * _MOST_OF_THEM


def _is_number(cell: str, region: str | None) -> bool:
    if not cell.strip() or cells.moment(cell) is not None:
        return False
    part = cells.number_texts(cell)[0]
    phone = parse_address(part, region)
    if not isinstance(phone, PhoneFault):
        return True
    digits = sum(character.isdecimal() for character in part)
    return phone.reason is FaultReason.DAMAGED_NUMBER or (
        phone.reason is FaultReason.NEEDS_COUNTRY and digits >= 9
    )


def _is_words(cell: str) -> bool:
    return any(character.isalpha() for character in cell) and not any(
        character.isdecimal() or character == "@" for character in cell
    )
