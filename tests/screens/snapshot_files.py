"""Snapshots: what a screen shows, row for row, against the text that is kept of it."""

import difflib
import re
from collections.abc import Iterator
from pathlib import Path

FOLDER = Path(__file__).parent / "snapshots"
"""Where they are kept, in a folder for each size."""

ANEW = "make snapshots"
"""What takes them anew."""

OF_THIS_COMPUTER = (
    (re.compile(r"127\.0\.0\.1:\d{5}"), "127.0.0.1:12345"),
    (re.compile(r"\d[\d,.]*([ \xa0])[GM]iB([ \xa0])free\."), r"64.0\1GiB\2free."),
    (re.compile(r"SQLite([ \xa0])[\d.]+[ \xa0]\(\w+\),([ \xa0])"), r"SQLite\g<1>3.53.4\1(pysqlite3),\2"),
    (re.compile(r"journal([ \xa0])mode[ \xa0]\w+"), r"journal\1mode\1wal"),
    (re.compile(r"(pyreqwest|httpx)([ \xa0])\d+\.\d+\.\d+"), r"pyreqwest\g<2>0.15.1"),
)
"""What is different on every computer, and what stands for it."""


class Snapshots:
    """The looks at every screen. With `update` they are written instead of compared."""

    def __init__(self, *, update: bool) -> None:
        self._update = update
        self._looked: set[Path] = set()
        self._differences: list[str] = []

    def look(self, name: str, size: tuple[int, int], shown: str) -> None:
        """Compare what is shown now with what was shown before."""
        path = FOLDER / "x".join(map(str, size)) / f"{name}.txt"
        self._looked.add(path)
        text = "".join(f"{row.rstrip()}\n" for row in of_any_computer(shown).splitlines())
        if self._update:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            return
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        if text != before:
            self._differences.append("\n".join(_difference(before, text, _name(path))))

    def judge(self) -> None:
        """Fail with every difference, and with every snapshot that is of no look any more."""
        for path in sorted({*FOLDER.rglob("*.txt")} - self._looked):
            if self._update:
                path.unlink()
            else:
                self._differences.append(f"{_name(path)} is of no look any more")
        assert not self._differences, "\n\n".join((*self._differences, f"If that is meant: {ANEW}"))


def _name(path: Path) -> str:
    return str(path.relative_to(FOLDER))


def of_any_computer(shown: str) -> str:
    """The same without what is different on every computer."""
    for what, stands_for_it in OF_THIS_COMPUTER:
        shown = what.sub(stands_for_it, shown)
    return shown


def _difference(before: str, now: str, name: str) -> Iterator[str]:
    return difflib.unified_diff(
        before.splitlines(), now.splitlines(), f"{name} as it was", f"{name} as it is", lineterm="", n=2
    )
