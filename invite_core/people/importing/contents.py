"""What columns hold, told by what stands in them: for headers that nobody knows, and files without one."""

from collections.abc import Iterable, Sequence

from invite_core.people.identity import FaultReason, Phone, parse_phone
from invite_core.people.importing import cells
from invite_core.people.importing.columns import Columns
from invite_core.people.importing.phone_headers import relation

_MOST_OF_THEM = 0.6


def is_person(first: Sequence[str], columns: Columns, region: str | None) -> bool:
    """Whether the first row is a person already: nothing in it is a known header, and a cell is a number."""
    return not columns.recognised and any(_is_number(cell, region) for cell in first)


def told(
    rows: Iterable[Sequence[str]], columns: Columns, region: str | None, *, has_header: bool
) -> dict[int, str]:
    """Fields by place, from a sample of the rows.

    Numbers are sought where no header tells of them, and in columns that name a child's people
    (`Mother`). Names are sought only in a file without a header.
    """
    sample = list(rows)
    taken = {*columns.fields.values(), *columns.blocks, *(phone.place for phone in columns.phones)}
    named = {place: name for name, place in columns.attributes.items()}
    found: dict[int, str] = {}
    for place in range(max((len(row) for row in sample), default=0)):
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
    return found


def _mostly(answers: Iterable[bool]) -> bool:
    each = list(answers)
    return sum(each) >= len(each) * _MOST_OF_THEM


def _is_number(cell: str, region: str | None) -> bool:
    if not cell.strip() or cells.moment(cell) is not None:
        return False
    part = cells.number_texts(cell)[0]
    phone = parse_phone(part, region)
    if isinstance(phone, Phone):
        return True
    digits = sum(character.isdecimal() for character in part)
    return phone.reason is FaultReason.DAMAGED_NUMBER or (
        phone.reason is FaultReason.NEEDS_COUNTRY and digits >= 9
    )


def _is_words(cell: str) -> bool:
    return any(character.isalpha() for character in cell) and not any(
        character.isdecimal() or character == "@" for character in cell
    )
