"""What stands in a folder that may be a list of people: folders to go on into, and files of the known kinds."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from invite_core.errors import InviteError

KINDS = (".csv", ".tsv", ".txt", ".vcf", ".xlsx")
"""How the names of such files end."""

UP = ".."
"""The name under which the folder above stands in a list."""


class FolderFault(InviteError):
    """A folder cannot be looked into."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One folder, or one file."""

    name: str
    is_folder: bool
    size: int
    """In bytes; 0 for a folder."""
    changed: datetime | None
    """When it was last changed; None where that is not known."""


def listed(folder: Path) -> list[Entry]:
    """The folder above, the folders in it, then the files, each by name; what is hidden is left out.

    Raises `FolderFault`.
    """
    try:
        with os.scandir(folder) as entries:
            found = [_entry(each) for each in entries if not each.name.startswith(".")]
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "no such path"
        raise FolderFault(f"{folder} cannot be looked into ({why}).", "Choose another folder.") from None
    shown = [each for each in found if each.is_folder or each.name.casefold().endswith(KINDS)]
    shown.sort(key=lambda each: (not each.is_folder, each.name.casefold()))
    return [Entry(UP, is_folder=True, size=0, changed=None), *shown]


def _entry(entry: os.DirEntry[str]) -> Entry:
    try:
        if entry.is_dir():
            return Entry(entry.name, is_folder=True, size=0, changed=None)
        facts = entry.stat()
    except OSError:  # a link that leads nowhere, say
        return Entry(entry.name, is_folder=False, size=0, changed=None)
    changed = datetime.fromtimestamp(facts.st_mtime, UTC)
    return Entry(entry.name, is_folder=False, size=facts.st_size, changed=changed)
