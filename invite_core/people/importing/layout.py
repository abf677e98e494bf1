"""Where in a table the people begin, and which of its columns holds what."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice

from invite_core.people.attributes import checked_attribute
from invite_core.people.importing import contents, mapping
from invite_core.people.importing.columns import Assigned, Columns, recognise
from invite_core.people.importing.header_words import plain_words
from invite_core.people.importing.report import Note
from invite_core.people.importing.table import MOST_COLUMNS, FileFault, Table, too_many_columns
from invite_core.people.names import shown

_SAMPLE = 200
_LINES_OF_TITLE = 10

Rows = Iterator[tuple[int, list[str] | Note]]


class HeaderNamesSomebody(FileFault):
    """The first row has words of a header and somebody's number or address."""

    def __init__(self, cell: str) -> None:
        super().__init__(
            f"The first row has to name the columns, and “{shown(cell)}” in it is somebody's.",
            "Put a row above it that names them (name, phone, …), or take that cell out of it.",
        )


class NoNumbers(FileFault):
    """No column was taken for one of phone numbers; the organiser may know which is one."""

    def __init__(self, mapping: list[Assigned], *, is_headless: bool = False) -> None:
        headers = ", ".join(f"“{each.header}”" for each in mapping[:20])
        if is_headless:
            super().__init__(
                "No column holds phone numbers, and the first row names none: it is a person already.",
                "Set INVITE_DEFAULT_REGION to the country of the numbers, or say the column's number, as in "
                "--column 2=phone.",
            )
        else:
            super().__init__(
                f"No column holds phone numbers; the first row says {headers}.",
                "The first row has to name the columns; call the one with the numbers “phone”, or say "
                "--column HEADER=phone.",
            )
        self.mapping = mapping
        """Every column that has a header, as it was taken."""


@dataclass(slots=True)
class Layout:
    """A table that is ready to be read."""

    columns: Columns
    rows: Rows
    """The people."""
    chosen: mapping.Chosen
    """The organiser's own word on columns."""
    title: list[Note]
    """Rows above the header, which are no people."""
    is_said: bool
    """Whether the organiser has said something of a header now, which is to be remembered."""


def laid_out(table: Table, kept: Mapping[str, str], said: Iterable[str], region: str | None) -> Layout:
    """The layout of a table; `kept` and `said` are the organiser's word on columns, remembered and now.

    The columns of a file whose first row is a person already are called by their numbers. Raises `NoNumbers`
    where no column holds numbers, `FileFault` where a word is about a column that is not there.
    """
    if len(table.header) > MOST_COLUMNS:
        raise too_many_columns()
    header, rows, title = _header(table)
    first = list(islice(rows, _SAMPLE))
    sample = [row for _, row in first if not isinstance(row, Note)]
    is_headless = contents.is_person(header, recognise(header), region)
    if is_headless:
        first.insert(0, (1, header))
        sample.insert(0, header)
        header = [str(number + 1) for number in range(max(len(row) for row in sample))]
        if len(header) > MOST_COLUMNS:
            raise too_many_columns()
    elif cell := contents.somebodys_cell(header):
        raise HeaderNamesSomebody(cell)
    now_said = mapping.choices(said, header, is_headless=is_headless)
    chosen = mapping.together({} if is_headless else kept, now_said)
    columns = recognise(header, chosen)
    found = contents.told(sample, columns, region, has_header=not is_headless)
    # A word of the organiser is never overruled by what stands in a column.
    found = {place: field for place, field in found.items() if plain_words(header[place]) not in chosen}
    columns = recognise(header, chosen, found)
    for each in columns.assigned:
        each.sample = next((shown(row[each.place]) for row in sample if _holds(row, each.place)), "")
    if not columns.phones and "user_id" not in columns.fields:
        raise NoNumbers(columns.assigned, is_headless=is_headless)
    for attribute in columns.attributes:
        checked_attribute(attribute)
    return Layout(columns, chain(first, rows), chosen, title, bool(now_said) and not is_headless)


def _header(table: Table) -> tuple[list[str], Rows, list[Note]]:
    """The header: the first row, or the one below a title that names more than one column."""
    if recognise(table.header).recognised and not contents.somebodys_cell(table.header):
        return table.header, table.rows, []
    first = list(islice(table.rows, _LINES_OF_TITLE))
    for place, (_, row) in enumerate(first):
        if isinstance(row, Note) or contents.somebodys_cell(row):
            continue
        if recognise(row).recognised > 1:
            title = [(1, table.header), *((number, each) for number, each in first[:place])]
            notes = [
                Note(number, "above_the_header", shown(" ".join(each)))
                for number, each in title
                if not isinstance(each, Note)
            ]
            return [cell.strip() for cell in row], chain(first[place + 1 :], table.rows), notes
    return table.header, chain(first, table.rows), []


def _holds(row: list[str], place: int) -> bool:
    return place < len(row) and bool(row[place].strip())
