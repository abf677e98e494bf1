"""SQL that each engine writes in its own way, as text for the query builders above the store."""

import json
from collections.abc import Collection, Iterator, Sequence
from functools import cache


def json_object(pairs: Sequence[tuple[str, str]]) -> str:
    """An expression for a JSON object; each pair is SQL for a key and SQL for its value."""
    inner = ", ".join(f"{key}, {value}" for key, value in pairs)
    return f"json_object({inner})"


def octets(text: str) -> str:
    """An expression for how many bytes of UTF-8 a text has."""
    return f"length(CAST({text} AS BLOB))"


def members(name: str) -> str:
    """A subquery of the values that are bound together to the placeholder `name`, for `IN (…)`."""
    return f"SELECT value FROM json_each(:{name})"


def together(values: Collection[object]) -> str:
    """Any number of texts, or of integers, as the one value that is bound for `members`."""
    return json.dumps(list(values))


ROWS_AT_ONCE = 64
"""The most rows that one statement takes, so that its placeholders stay within every engine's bound."""


def portions(rows: Sequence[Sequence[object]]) -> Iterator[Sequence[Sequence[object]]]:
    """The rows in portions of as many as one statement takes."""
    for begin in range(0, len(rows), ROWS_AT_ONCE):
        yield rows[begin : begin + ROWS_AT_ONCE]


@cache
def with_rows(sql: str, rows: int, width: int) -> str:
    """`sql` with VALUES of so many rows of placeholders in the place of `{rows}`."""
    row = f"({', '.join('?' * width)})"
    return sql.replace("{rows}", f"VALUES {', '.join([row] * rows)}")
