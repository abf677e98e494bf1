"""SQL that each engine writes in its own way, as text for the query builders above the store."""

from collections.abc import Sequence


def json_object(pairs: Sequence[tuple[str, str]]) -> str:
    """An expression for a JSON object; each pair is SQL for a key and SQL for its value."""
    inner = ", ".join(f"{key}, {value}" for key, value in pairs)
    return f"json_object({inner})"
