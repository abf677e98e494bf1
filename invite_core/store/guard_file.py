"""The guard file, `<database>.guard`: lines that outlive the database they stand beside.

One line is one group: what one transaction asked to be kept, written and synced before that transaction
commits. A short line after it says that it did commit, or did not. Nothing is ever taken away, and a
line carries the version of its form and a checksum, so that one torn by a crash is known for what it is.
Nobody is named: addresses appear as HMAC-SHA256 under a random key that the first line holds and that
leaves this file only for the one beside a backup.
"""

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from invite_core.store import faults, path_on_disk

_VERSION = "1"
_MARK = {True: "done", False: "undone"}

Entry = Mapping[str, Any]
"""What is to be kept: `kind`, and what that kind needs, as JSON can hold it."""


@dataclass(frozen=True, slots=True)
class Header:
    """The first line."""

    database: str
    """The id of the database that the guard belongs to."""
    key: bytes
    """The key of its hashes."""
    end: int
    """Where the line ends, in bytes."""


@dataclass(frozen=True, slots=True)
class Group:
    """The entries of one transaction."""

    entries: tuple[Entry, ...]
    """What it asked to be kept."""
    start: int
    """Where its line begins, in bytes."""
    committed: bool | None
    """Whether the transaction committed; None where it did not live to say."""


@dataclass(frozen=True, slots=True)
class Tail:
    """The lines from some place on."""

    groups: tuple[Group, ...]
    """Every group whose transaction was not undone."""
    end: int
    """Where the last whole line ends."""


class GuardFile:
    """The lines on disk. Whoever appends holds the database's write lock."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def header(self) -> Header | None:
        """The first line, or None where there is no file or none that says anything.

        Raises `StoreError` for a file that cannot be read, or that a newer version has written.
        """
        line = self._read(0, 4096).partition(b"\n")
        found = _parsed(line[0], self.path) if line[1] else None
        if found is None or not {"database", "key"} <= found.keys():
            return None
        return Header(str(found["database"]), bytes.fromhex(found["key"]), len(line[0]) + 1)

    def size(self) -> int | None:
        """Its length in bytes, or None where there is none."""
        try:
            return self.path.stat().st_size
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._fault(error) from error

    def content(self) -> bytes:
        """All of it, as bytes; empty where there is none."""
        return self._read(0)

    def begin(self, database: str) -> Header:
        """Put a new guard in place, with a key of its own; one without a first line is kept aside."""
        body = {"database": database, "key": secrets.token_hex(32)}
        line = _line(body)
        self.put(line)
        return Header(database, bytes.fromhex(body["key"]), len(line))

    def put(self, content: bytes) -> None:
        """Put this content in place in one step; a file without a first line is kept aside.

        Raises `StoreError` where it cannot be written; what was there is there still.
        """
        new = self.path.with_name(f"{self.path.name}.new")
        try:
            new.unlink(missing_ok=True)
            _write_synced(new, content, os.O_CREAT | os.O_EXCL)
            if self.path.exists() and self.header() is None:
                self.path.replace(self.path.with_name(f"{self.path.name}.unreadable"))
            new.replace(self.path)
            path_on_disk.sync_folder(self.path.parent)
        except OSError as error:
            raise self._fault(error) from error

    def tail(self, start: int) -> Tail:
        """The groups that begin at `start` or after it; a torn line says nothing."""
        text, place, marks = self._read(start), start, dict[str, bool]()
        found: list[tuple[int, Mapping[str, Any]]] = []
        for line in text[: text.rfind(b"\n") + 1].splitlines(keepends=True):
            body = _parsed(line[:-1], self.path)
            if body is not None and "group" in body:
                found.append((place, body))
            elif body is not None:
                marks |= {str(body[word]): flag for flag, word in _MARK.items() if word in body}
            place += len(line)
        groups = (Group(tuple(body["entries"]), at, marks.get(body["group"])) for at, body in found)
        return Tail(tuple(group for group in groups if group.committed is not False), place)

    def append(self, entries: Sequence[Entry]) -> tuple[str, int]:
        """Write a group and sync it; its id, and where the file now ends.

        Raises `StoreError` where it cannot be written; the file is then as it was.
        """
        group = secrets.token_hex(6)
        before = self.size() or 0
        line = _line({"group": group, "entries": list(entries)})
        if before and self._read(before - 1, 1) != b"\n":
            line = b"\n" + line
        try:
            _write_synced(self.path, line)
            return group, before + len(line)
        except OSError as error:
            self._cut(before)
            raise self._fault(error) from error

    def mark(self, group: str, *, committed: bool) -> None:
        """Say what became of the transaction of a group, where the disk takes it; nothing rests on it."""
        try:
            _write(self.path, _line({_MARK[committed]: group}))
        except OSError:
            return

    def _read(self, start: int, size: int = -1) -> bytes:
        try:
            with self.path.open("rb") as file:
                file.seek(start)
                return file.read(size)
        except FileNotFoundError:
            return b""
        except OSError as error:
            raise self._fault(error) from error

    def _cut(self, size: int) -> None:
        try:
            os.truncate(self.path, size)
        except OSError:
            return

    def _fault(self, error: OSError) -> faults.StoreError:
        return faults.guard_fault(error, self.path)


def keyed_hash(key: bytes, text: str) -> str:
    """What stands for `text` in the guard: 32 hexadecimal characters that tell nothing without the key."""
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:32]


def _line(body: Mapping[str, Any]) -> bytes:
    text = json.dumps(body, separators=(",", ":"))
    return f"{_VERSION} {_checksum(text)} {text}\n".encode()


def _checksum(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _parsed(line: bytes, path: Path) -> Mapping[str, Any] | None:
    version, _, rest = line.decode("ascii", "replace").partition(" ")
    checksum, _, text = rest.partition(" ")
    if checksum != _checksum(text):
        return None
    if version != _VERSION:
        raise faults.newer_guard(path)
    body: dict[str, Any] = json.loads(text)
    return body


def _write(path: Path, line: bytes, flags: int = os.O_APPEND) -> None:
    _written(path, line, flags, synced=False)


def _write_synced(path: Path, line: bytes, flags: int = os.O_APPEND) -> None:
    _written(path, line, flags, synced=True)


def _written(path: Path, line: bytes, flags: int, *, synced: bool) -> None:
    file = os.open(
        path, os.O_WRONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0) | flags, 0o600
    )
    try:
        rest = memoryview(line)
        while rest:
            rest = rest[os.write(file, rest) :]
        if synced:
            path_on_disk.sync(file)
    finally:
        os.close(file)
