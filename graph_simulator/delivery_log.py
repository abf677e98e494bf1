"""What really happened, in an append-only file: the truth that doubles are counted in.

One JSON object a line, written out before the next thing happens. It holds whole numbers, because the
people are made up, and no token.
"""

import json
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

Entry = dict[str, Any]


class DeliveryLog:
    """The log of one stand-in. A file that exists already is read and gone on with. Close it after use."""

    def __init__(self, path: Path | None) -> None:
        self._entries: list[Entry] = []
        if path is not None and path.exists():
            lines = path.read_text(encoding="utf-8").splitlines()
            self._entries = [json.loads(line) for line in lines]
        self._file = None if path is None else path.open("a", encoding="utf-8")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()

    def add(self, kind: str, *, to: str | None = None, wamid: str | None = None, **facts: Any) -> None:
        """Append an entry; `facts` that are None are left out."""
        entry: Entry = {
            "n": len(self._entries) + 1,
            "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "kind": kind,
            "to": to,
            "wamid": wamid,
            **{name: value for name, value in facts.items() if value is not None},
        }
        self._entries.append(entry)
        if self._file is not None:
            self._file.write(json.dumps(entry, ensure_ascii=False) + "\n")
            self._file.flush()

    def entries(self, kind: str | None = None) -> list[Entry]:
        """All entries, or those of one kind, oldest first; webhook posts only when asked for by kind."""
        if kind is None:
            return [entry for entry in self._entries if entry["kind"] != "webhook"]
        return [entry for entry in self._entries if entry["kind"] == kind]
