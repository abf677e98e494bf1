"""SQL that each engine writes in its own way, as text for the query builders above the store."""

import json
from collections.abc import Collection, Sequence


def json_object(pairs: Sequence[tuple[str, str]]) -> str:
    """An expression for a JSON object; each pair is SQL for a key and SQL for its value."""
    inner = ", ".join(f"{key}, {value}" for key, value in pairs)
    return f"json_object({inner})"


def members(name: str) -> str:
    """A subquery of the values that are bound together to the placeholder `name`, for `IN (…)`."""
    return f"SELECT value FROM json_each(:{name})"


def together(values: Collection[object]) -> str:
    """Any number of texts, or of integers, as the one value that is bound for `members`."""
    return json.dumps(list(values))
