"""What every command shares: where the file is, who acts, and how an answer is printed."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from invite_core.operators import Operator, Role
from invite_tui.command_line.moments import in_local_time
from invite_tui.command_line.output import json_line, put, say
from invite_tui.inert_text import inert

if TYPE_CHECKING:
    from invite_core.settings import Settings
    from invite_core.store import Store


@dataclass
class Session:
    """One invocation: `--db`, `--json` and `--read-only`, and what follows from them."""

    db: Path | None = None
    json: bool = False
    read_only: bool = False
    """Whether to look without acting, whatever the settings say of the role."""
    _settings: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def settings(self) -> "Settings":
        """The settings in force, with `--db` and `--read-only` on top. Raises `SettingsFault`."""
        from invite_core.settings import Settings  # the screen is painted before this is loaded

        said: dict[str, object] = {"db": self.db} if self.db else {}
        if self.read_only:
            said["role"] = Role.VIEWER
        return Settings.load().model_copy(update=said)

    @property
    def operator(self) -> Operator:
        """Who acts."""
        return self.settings.acting()

    @contextmanager
    def store(self) -> "Iterator[Store]":
        """The database for an act: made, or brought up to date, if need be; read-only for a viewer.

        Raises `StoreError`.
        """
        with self._opened(create=True) as opened:
            yield opened

    @contextmanager
    def looking(self) -> "Iterator[Store]":
        """The database for a look, which makes no file: a path that was mistyped is told. Raises `StoreError`."""
        with self._opened(create=False) as opened:
            yield opened

    def _opened(self, *, create: bool) -> "Store":
        from invite_core.store import Store

        if self.operator.role is Role.VIEWER:
            return Store.open(self.settings.db, read_only=True)
        # Only a command that opens a file pays for this import.
        from invite_core.operations.opening import open_database

        return open_database(self.settings.db, create=create)

    def document(self, document: Mapping[str, Any], lines: Iterable[str]) -> None:
        """Print one JSON document, or the same facts as lines for a person."""
        if self.json:
            put(json_line(document))
            return
        for line in lines:
            if not put(inert(line)):
                return

    def listing(
        self,
        documents: Iterable[Mapping[str, Any]],
        columns: Sequence[str],
        empty: str,
        told: Callable[[Mapping[str, Any]], Mapping[str, Any]] = in_local_time,
    ) -> None:
        """Print one JSON object a line, or a table of `columns` for a person (`empty` if there is none).

        `told` makes of a document what a person reads: moments by the computer's clock, say.
        """
        if self.json:
            for document in documents:
                if not put(json_line(document)):
                    return
            return
        rows = [[_cell(document.get(column)) for column in columns] for document in map(told, documents)]
        for line in _table(columns, rows) if rows else [empty]:
            if not put(line):
                return

    def note(self, sentence: str) -> None:
        """Tell a person something beside the answer: on stderr, so that a script's stdout stays clean."""
        say(sentence)


def session() -> Session:
    """The session of the command that is running."""
    return click.get_current_context().ensure_object(Session)


def is_interactive() -> bool:
    """Whether a person can be asked."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def is_drawn_elsewhere() -> bool:
    """Whether something else than a terminal draws the screen: a browser, through `invite-tui serve`."""
    return "TEXTUAL_DRIVER" in os.environ


def facts(document: Mapping[str, Any]) -> Iterator[str]:
    """A document as lines for a person: a key and its value each, lists of documents a line each."""
    for key, value in document.items():
        name = key.replace("_", " ")
        if isinstance(value, Mapping):
            yield f"{name}: {_pairs(value) or '–'}"
        elif isinstance(value, list) and any(isinstance(each, Mapping) for each in value):
            yield f"{name}:"
            yield from (f"  {_pairs(each)}" for each in value)
        else:
            yield f"{name}: {_cell(value)}"


def _pairs(document: Mapping[str, Any]) -> str:
    filled = {key: value for key, value in document.items() if value not in (None, "", [])}
    return ", ".join(f"{key.replace('_', ' ')} {_cell(value)}" for key, value in filled.items())


def _cell(value: Any) -> str:
    if value is None or value in ("", []):
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(inert(str(each)) for each in value)
    return inert(str(value))


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    from rich.cells import cell_len

    # A longer cell is shown whole and pushes the rest of its own line to the right.
    widths = [
        min(40, max(cell_len(column), *(cell_len(row[n]) for row in rows)))
        for n, column in enumerate(columns)
    ]
    for row in [[column.replace("_", " ") for column in columns], *rows]:
        cells = (cell + " " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()
