"""A new laptop: everything in one file under a passphrase, the old database retired, and the new one taken up.

The file holds the database, its guard (with the key by which erased people are known) and the settings, but no
token and no other secret. The old file is retired before it is copied, so that nothing can happen in it that the
copy does not know; making a handover of a retired file again is possible at any time.
"""

import json
import os
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from pydantic import SecretStr

from invite_core.dispatch.sender_lock import sender_lock
from invite_core.instants import stored
from invite_core.invitations import retirement
from invite_core.operations import backup
from invite_core.operations.exporting.private_file import private_file
from invite_core.operations.opening import open_database
from invite_core.operations.sealed_file import Seal, SealFault, unsealed
from invite_core.operations.settings_file import line
from invite_core.operators import Operator
from invite_core.settings import Settings
from invite_core.store import Entry, copying
from invite_core.store.guard import HANDED_OVER, TAKEN_UP, guard_path, handed_over_since
from invite_core.store.guard_file import GuardFile

_DATABASE, _GUARD, _SETTINGS = "invites.db", "invites.db.guard", "settings.json"

_STAYS = ("db", "role")
"""Settings that are about the old computer."""


@dataclass(frozen=True, slots=True)
class Handover:
    """A handover that was made."""

    file: Path
    """Where it is."""
    at: str
    """Since when the database here is retired, in stored form."""
    rows: int
    """How many rows it holds."""


@dataclass(frozen=True, slots=True)
class TakenUp:
    """A handover that was opened."""

    kept: Path | None
    """Where the database that was here is kept, or None where there was none."""
    found: str
    """What the review is about, as a sentence."""
    settings: dict[str, str]
    """The settings of the other computer, by their variables."""


def hand_over(
    database: Path, target: Path, passphrase: str, *, settings: Settings, by: Operator, now: datetime
) -> Handover:
    """Write the database, its guard and the settings to `target`, sealed, and retire the database.

    Raises `SenderBusy` while somebody sends, `SealFault` for a short passphrase, `ExportFault` where `target`
    is there already or cannot be written, `StoreError`. Nothing is retired unless the file could be begun.
    """
    by.may_act("hand the database over")
    copying.database_id(database)
    with (
        sender_lock(database, operator=by.name, since=stored(now)),
        private_file(target) as file,
        TemporaryDirectory(prefix=".handover-", dir=database.parent) as folder,
    ):
        seal = Seal(file, passphrase)
        with open_database(database) as store:
            if retirement.retired_since(store) is None:
                retirement.retire(store, by=by, now=now)
            since = str(retirement.retired_since(store))
        copy = Path(folder) / _DATABASE
        rows = copying.write_copy(database, copy, mark=stored(now), guard=copying.guard_beside(copy))
        _pack(copy, seal, _to_take_along(settings))
        _require_whole(file, passphrase, copy)
    return Handover(target, since, sum(rows.values()))


def take_up(database: Path, source: Path, passphrase: str, *, by: Operator, now: datetime) -> TakenUp:
    """Put the database of a handover in the place of `database`, which is kept aside, with its guard.

    As after every restore, runs are paused and nothing is sent before the review. Where the database here is the
    one that was handed over once, its guard makes way for the newer one, and what was recorded here since goes
    into it. Raises `SealFault` for another passphrase or a damaged file, `SenderBusy`, `StoreError`; nothing
    is changed then.
    """
    by.may_act("take up a handover")
    database.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".handover-", dir=database.parent) as folder:
        settings = _unpack(source, Path(folder), passphrase)
        copy = Path(folder) / _DATABASE
        beside = GuardFile(guard_path(copy))
        is_return = handed_over_since(database) is not None and _same_database(database, copy)
        beside.append([*(_told_since(database, beside) if is_return else ()), retirement.taken_up_here(now)])
        with _guard_aside(database, now) if is_return else nullcontext():
            restored = backup.restore(database, copy, by=by, now=now)
    return TakenUp(restored.kept, restored.found, settings)


@contextmanager
def _guard_aside(database: Path, now: datetime) -> Iterator[None]:
    """Let the guard of `database` make way for another; where none has come, it is back afterwards."""
    own = guard_path(database)
    aside = own.with_name(f"{own.name}.before-{now:%Y%m%dT%H%M%S}")
    own.replace(aside)
    try:
        yield
    finally:
        if not os.path.lexists(own):
            aside.replace(own)


def _pack(copy: Path, seal: Seal, settings: dict[str, str]) -> None:
    with zipfile.ZipFile(seal, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as parts:
        parts.write(copy, _DATABASE)
        parts.write(copying.guard_beside(copy), _GUARD)
        parts.writestr(_SETTINGS, json.dumps(settings))
    seal.close()


def _require_whole(file: BinaryIO, passphrase: str, copy: Path) -> None:
    """Open what was written as the other computer will, and raise `SealFault` unless it is the copy."""
    file.flush()
    os.fsync(file.fileno())
    file.seek(0)
    with TemporaryDirectory(prefix=".handover-", dir=copy.parent) as folder:
        _unseal(file, Path(folder), passphrase)
        if any(
            _digest(Path(folder) / part.name) != _digest(part) for part in (copy, copying.guard_beside(copy))
        ):
            raise SealFault(
                "What was written is not what should have been.", "Check the disk, and try again."
            )


def _unpack(source: Path, folder: Path, passphrase: str) -> dict[str, str]:
    """Unseal and unpack into `folder`; the settings."""
    try:
        with source.open("rb") as file:
            return _unseal(file, folder, passphrase)
    except OSError as error:
        raise SealFault(f"{source} cannot be read ({error.strerror}).", "Check the path.") from error


def _unseal(file: BinaryIO, folder: Path, passphrase: str) -> dict[str, str]:
    packed = folder / "packed.zip"
    with open(os.open(packed, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as whole:
        for chunk in unsealed(file, passphrase):
            whole.write(chunk)
    with zipfile.ZipFile(packed) as parts:
        for name in (_DATABASE, _GUARD):
            parts.extract(name, folder)
        told: dict[str, str] = json.loads(parts.read(_SETTINGS))
    packed.unlink()
    return told


def _same_database(database: Path, copy: Path) -> bool:
    header = GuardFile(guard_path(database)).header()
    return header is not None and header.database == copying.database_id(copy)


def _told_since(database: Path, newer: GuardFile) -> Sequence[Entry]:
    """What the guard of `database` was told that the newer one was not: what happened here after the handover."""
    own = GuardFile(guard_path(database))
    header, newer_header = own.header(), newer.header()
    if header is None or newer_header is None or header.key != newer_header.key:
        return ()
    start = 0
    for mine, other in zip(own.content().splitlines(True), newer.content().splitlines(True), strict=False):
        if mine != other:
            break
        start += len(mine)
    entries = [entry for group in own.tail(start).groups for entry in group.entries]
    return [entry for entry in entries if entry["kind"] not in (HANDED_OVER, TAKEN_UP)]


def _to_take_along(settings: Settings) -> dict[str, str]:
    """The settings that somebody chose, by their variables, without secrets."""
    chosen = {
        name: getattr(settings, name) for name in sorted(settings.model_fields_set) if name not in _STAYS
    }
    return {
        f"INVITE_{name.upper()}": str(value)
        for name, value in chosen.items()
        if not isinstance(value, SecretStr) and str(value)
    }


def write_settings(path: Path, settings: dict[str, str]) -> bool:
    """Write the settings to a settings file that is not there yet, mode 0600; False where one is there."""
    if not settings or os.path.lexists(path):
        return False
    with suppress(OSError):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with private_file(path) as file:
        file.write("".join(line(*each) for each in settings.items()).encode())
    return True


def _digest(path: Path) -> bytes:
    digest = sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.digest()
