"""Numbers with their nouns."""


def counted(n: int, one: str, many: str | None = None) -> str:
    """`n` with its noun: `1 row`, `2,000 rows`, `2 people`."""
    return f"{n:,} {one if n == 1 else many or f'{one}s'}"
