"""The check-up's look at the file, its guard, the disk and its backups. The judgements are pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from invite_core.instants import read, spoken
from invite_core.operations.backup import LastBackup
from invite_core.operations.finding import Finding, fail, faulty, ok, warn
from invite_core.store import faults
from invite_core.store.condition import Condition

SCARCE, TOO_LITTLE = 1 << 30, 64 << 20
"""Bytes of free space below which there is a warning, and below which sending would soon stop."""

BACKUP_IS_OLD = timedelta(days=7)
"""After so long without a backup there is a warning."""


def judge_database(path: Path, seen: Condition) -> Finding:
    """A file that opened has today's tables; the engine and the mode in which it is used. One that was handed
    over is of no use any more."""
    if seen.handed_over is not None:
        return faulty("database", faults.handed_over(path, seen.handed_over))
    return ok(
        "database", f"{path} opens: {seen.engine}, journal mode {seen.journal_mode}, tables {seen.schema}."
    )


def judge_guard(seen: Condition) -> Finding:
    """The guard has to be beside the file, and to know nothing that the file lacks."""
    if not seen.guard_is_there:
        return warn(
            "guard",
            f"The guard file {seen.guard} is not there.",
            "Put it back if you have it; else start invite-tui once, which begins a new one and asks for a review.",
        )
    if seen.behind:
        return warn(
            "guard",
            "The guard file knows of acts that the database does not: it is an older copy.",
            "Start invite-tui once; it brings the database up to date and says what is left to look at.",
        )
    return ok("guard", f"{seen.guard.name} is beside the database, and the two agree.")


def judge_permissions(exposed: Sequence[Path]) -> Finding:
    """`exposed` are the files that other accounts of this computer may read."""
    if not exposed:
        return ok("permissions", "Nobody else on this computer may read the database or the settings.")
    names = ", ".join(map(str, exposed))
    return warn(
        "permissions",
        f"Other accounts on this computer may read {names}.",
        f"Take that away: chmod 600 {' '.join(map(str, exposed))}",
    )


def judge_transport(name: str, *, is_fast: bool) -> Finding:
    """How requests travel to Meta; the slower way is as safe."""
    slow = "" if is_fast else ", which holds fewer requests at once than pyreqwest does on other computers"
    return ok("transport", f"Requests travel to Meta by {name}{slow}.")


def judge_disk(free: int) -> Finding:
    """`free` is in bytes, where the database is."""
    fact = f"The disk that holds the database has {_amount(free)} free."
    if free < TOO_LITTLE:
        return fail("disk", fact, "Free some space before you send.")
    return warn("disk", fact, "Free some space soon.") if free < SCARCE else ok("disk", fact)


def judge_backup(last: LastBackup | None, *, is_worth_it: bool, now: datetime) -> Finding:
    """`is_worth_it` is whether there is anything in the file yet."""
    todo = "Make one: invite-tui backup FILE (with --every 1d it is made each day)."
    if last is None:
        if not is_worth_it:
            return ok("backup", "There is nothing to back up yet.")
        return warn("backup", "No backup of this database is known.", todo)
    fact = f"The last backup is of {spoken(last.at)}: {last.file}."
    return warn("backup", fact, todo) if now - read(last.at) > BACKUP_IS_OLD else ok("backup", fact)


def _amount(octets: int) -> str:
    return f"{octets / (1 << 30):,.1f} GiB" if octets >= 1 << 30 else f"{octets / (1 << 20):,.0f} MiB"
