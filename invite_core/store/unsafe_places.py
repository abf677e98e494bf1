"""Folders in which a database is not safe: those that a program copies elsewhere by itself, and network shares.

A program that synchronises a folder copies a database in use byte by byte, which gives broken copies, and puts
an older state back without the guard knowing; on a network share SQLite's locks cannot be relied on
(https://sqlite.org/howtocorrupt.html, https://sqlite.org/useovernet.html).
"""

import json
import os
import re
import sys
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path, PurePath

from invite_core.store import faults

_SYNCED: Mapping[str, str] = {
    "onedrive": "OneDrive", "dropbox": "Dropbox", "google drive": "Google Drive", "googledrive": "Google Drive",
    "icloud drive": "iCloud", "iclouddrive": "iCloud", "mobile documents": "iCloud", "nextcloud": "Nextcloud",
    "owncloud": "ownCloud", "box sync": "Box", "pclouddrive": "pCloud", "mega": "MEGA",
}  # fmt: skip
"""What folders are called into which a program copies, by their name in small letters."""

_MARKS: Mapping[str, str] = {
    ".dropbox": "Dropbox", ".tmp.drivedownload": "Google Drive", ".shortcut-targets-by-id": "Google Drive",
    ".stfolder": "Syncthing",
}  # fmt: skip
"""What such a program puts at the top of a folder that is called otherwise."""

_NETWORK = frozenset(
    {
        "nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "afpfs", "afs", "webdav", "davfs", "ncpfs", "ceph",
        "glusterfs", "lustre", "beegfs", "fuse.sshfs", "fuse.rclone", "fuse.gvfsd-fuse", "fuse.davfs2",
        "fuse.glusterfs", "fuse.ceph", "fuse.s3fs", "fuse.gcsfuse", "fuse.onedriver", "fuse.smbnetfs",
        "fuse.google-drive-ocamlfuse", "fuse.juicefs",
    }
)  # fmt: skip
"""Kinds of file systems that are elsewhere, as Linux and macOS call them."""

_LOCAL_TO_MAC = 0x00001000
"""MNT_LOCAL of macOS (sys/mount.h)."""


class UnsafePlace(faults.StoreError):
    """The folder is synchronised by another program, or on a network share."""


def refuse(database: Path) -> None:
    """Raise `UnsafePlace` for a database in such a folder, on every platform."""
    owner, network = _seen(os.path.dirname(os.path.realpath(database)))
    if owner is not None:
        raise UnsafePlace(
            f"{database} lies in a folder that {owner} copies elsewhere, which breaks it or brings an old one back.",
            "Choose a folder that is not synchronised (--db or INVITE_DB), and move the file there with its .guard.",
        )
    if network is not None:
        raise UnsafePlace(
            f"{database} lies on a network drive ({network}), whose locks a database cannot rely on.",
            "Choose a folder on this computer's own disk (--db or INVITE_DB), and move the file there with its .guard.",
        )


@lru_cache(maxsize=256)
def _seen(folder: str) -> tuple[str | None, str | None]:
    """Who copies the folder, and on what kind of network share it is; looked at once."""
    path = Path(folder)
    owner = named_as_synced(path) or _within(path, _known_folders()) or marked_as_synced(folder)
    return owner, None if owner else _network(path)


def named_as_synced(folder: PurePath) -> str | None:
    """Which program copies the folder, told by the names on the way to it; None for no known one. Pure."""
    before = ""
    for part in (each.casefold() for each in folder.parts):
        if before == "library" and part == "cloudstorage":
            return "a cloud drive"
        # “OneDrive - Company”, “Dropbox (Personal)”, “GoogleDrive-ana@example.org”
        plain = re.split(r" - | ?\(|-", part, maxsplit=1)[0].strip()
        if plain in _SYNCED:
            return _SYNCED[plain]
        before = part
    return None


def marked_as_synced(folder: str) -> str | None:
    """Which program copies the folder, told by what it left at its top; None for no known one."""
    home = str(Path.home())
    while folder != home:  # Dropbox keeps its own settings there, whatever it copies.
        for mark, owner in _MARKS.items():
            if os.path.lexists(f"{folder}{os.sep}{mark}"):
                return owner
        above = os.path.dirname(folder)
        if above == folder:
            break
        folder = above
    return None


def _known_folders() -> Iterable[tuple[str, str]]:
    """Where the programs say that they copy, with their names."""
    for name in ("OneDrive", "OneDriveCommercial", "OneDriveConsumer"):
        if os.environ.get(name):
            yield os.environ[name], "OneDrive"
    homes = [os.environ.get("APPDATA"), os.environ.get("LOCALAPPDATA")]
    notes = [Path.home() / ".dropbox", *(Path(home) / "Dropbox" for home in homes if home)]
    for note in notes:
        try:
            told = json.loads((note / "info.json").read_bytes())
            yield from ((str(each["path"]), "Dropbox") for each in told.values())
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            continue


def _within(folder: Path, known: Iterable[tuple[str, str]]) -> str | None:
    for place, owner in known:
        if folder.is_relative_to(os.path.realpath(place)):
            return owner
    return None


def _network(folder: Path) -> str | None:
    """The kind of the network share that the folder is on, or None for a disk of this computer."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    try:
        if sys.platform == "win32":
            import ctypes

            return network_on_windows(str(folder), ctypes.windll.kernel32.GetDriveTypeW(folder.anchor))
        elif sys.platform == "darwin":  # noqa: RET505 - the type checker reads the branches of a platform alone
            return network_on_mac(_statfs_on_mac(folder))
        else:
            return network_on_linux(str(folder), Path("/proc/self/mountinfo").read_text("utf-8", "replace"))
    except (OSError, AttributeError):
        return None


def network_on_linux(folder: str, mounts: str) -> str | None:
    """The kind of network share, by /proc/self/mountinfo (proc(5)); of several mounts on one place the last
    counts. Pure."""
    kinds = [line.partition(" - ")[2].partition(" ")[0] for line in mounts.splitlines()]
    if _NETWORK.isdisjoint(kinds):
        return None
    found, longest = "", -1
    for line, kind in zip(mounts.splitlines(), kinds, strict=True):
        fields = line.split(maxsplit=5)
        if not kind or len(fields) < 6:
            continue
        place = re.sub(r"\\(\d{3})", lambda octal: chr(int(octal[1], 8)), fields[4])
        if len(place) >= longest and PurePath(folder).is_relative_to(place):
            found, longest = kind, len(place)
    return found if found in _NETWORK else None


def network_on_mac(told: bytes) -> str | None:
    """The kind of network share, by what statfs(2) of macOS fills in (`struct statfs`, 64-bit inodes). Pure."""
    flags, kind = (
        int.from_bytes(told[64:68], sys.byteorder),
        told[72:88].split(b"\0")[0].decode("ascii", "replace"),
    )
    return kind if kind in _NETWORK or not flags & _LOCAL_TO_MAC else None


def network_on_windows(folder: str, drive_type: int) -> str | None:
    r"""The kind of network share, by the path (`\\server\share`) and GetDriveTypeW's word on its drive. Pure."""
    remote = 4
    is_share = folder.replace("/", "\\").startswith("\\\\") and not folder.startswith("\\\\?\\")
    return (
        "a network share"
        if is_share or folder.upper().startswith("\\\\?\\UNC\\") or drive_type == remote
        else None
    )


def _statfs_on_mac(folder: Path) -> bytes:
    import ctypes

    system = ctypes.CDLL(None, use_errno=True)
    told = ctypes.create_string_buffer(4096)
    # Intel Macs have the structure that is read here under this name.
    statfs = getattr(system, "statfs$INODE64", None) or system.statfs
    if statfs(os.fsencode(folder), told):
        raise OSError(ctypes.get_errno(), "statfs")
    return told.raw
