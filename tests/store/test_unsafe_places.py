"""A database in a synchronised folder or on a network share is refused, however the folder is called."""

import json
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest

from invite_core.store import Store
from invite_core.store.unsafe_places import (
    UnsafePlace,
    named_as_synced,
    network_on_linux,
    network_on_mac,
    network_on_windows,
    refuse,
)


@pytest.mark.parametrize(
    "folder, owner",
    [
        (PureWindowsPath(r"C:\Users\Ana\OneDrive\Documents"), "OneDrive"),
        (PureWindowsPath(r"C:\Users\Ana\OneDrive - Company Ltd\party"), "OneDrive"),
        (PureWindowsPath(r"C:\Users\Ana\Dropbox (Personal)"), "Dropbox"),
        (PureWindowsPath(r"C:\Users\Ana\iCloudDrive\party"), "iCloud"),
        (PureWindowsPath(r"C:\Users\Ana\Google Drive\party"), "Google Drive"),
        (PurePosixPath("/Users/ana/Library/Mobile Documents/com~apple~CloudDocs/party"), "iCloud"),
        (PurePosixPath("/Users/ana/Library/CloudStorage/GoogleDrive-ana@example.org/My Drive"), "a cloud drive"),
        (PurePosixPath("/home/ana/Nextcloud/party"), "Nextcloud"),
        (PurePosixPath("/home/ana/dropbox"), "Dropbox"),
        (PurePosixPath("/home/ana/.local/share/invite-tui"), None),
        (PurePosixPath("/Users/ana/Library/Application Support/invite-tui"), None),
        (PureWindowsPath(r"C:\Users\Ana\AppData\Local\invite-tui"), None),
        (PurePosixPath("/home/ana/omega/boxes"), None),
    ],
)  # fmt: skip
def test_a_synchronised_folder_is_known_by_its_name(
    folder: PurePosixPath | PureWindowsPath, owner: str | None
) -> None:
    assert named_as_synced(folder) == owner


MOUNTS = r"""
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
40 22 0:40 / /home/ana/my\040share rw - cifs //nas/share rw
41 22 0:41 / /mnt/nas rw - nfs4 nas:/export rw
42 41 8:2 / /mnt/nas/disk rw - ext4 /dev/sdb1 rw
43 22 0:43 / /mnt/ssh rw - fuse.sshfs ana@nas:/ rw
torn
"""


@pytest.mark.parametrize(
    "folder, kind",
    [
        ("/home/ana", None), ("/home/ana/my share/party", "cifs"), ("/mnt/nas/party", "nfs4"),
        ("/mnt/nas/disk/party", None), ("/mnt/nasty", None), ("/mnt/ssh", "fuse.sshfs"),
    ],
)  # fmt: skip
def test_a_network_share_is_known_on_linux(folder: str, kind: str | None) -> None:
    assert network_on_linux(folder, MOUNTS) == kind


@pytest.mark.parametrize(
    "name, flags, kind", [(b"apfs", 0x1000, None), (b"smbfs", 0, "smbfs"), (b"nfs", 0x1000, "nfs"), (b"odd", 0, "odd")]
)  # fmt: skip
def test_a_network_share_is_known_on_a_mac(name: bytes, flags: int, kind: str | None) -> None:
    told = bytes(64) + flags.to_bytes(4, "little") + bytes(4) + name.ljust(16, b"\0") + bytes(2048)
    assert network_on_mac(told) == kind


@pytest.mark.parametrize(
    "folder, drive, is_network",
    [
        (r"C:\Users\Ana", 3, False), (r"Z:\party", 4, True), (r"\\nas\share\party", 1, True),
        ("//nas/share/party", 1, True), (r"\\?\UNC\nas\share", 1, True), (r"\\?\C:\party", 3, False),
    ],
)  # fmt: skip
def test_a_network_share_is_known_on_windows(folder: str, drive: int, is_network: bool) -> None:
    assert (network_on_windows(folder, drive) is not None) is is_network


@pytest.mark.parametrize("place", ["OneDrive/party", "work/party", "cloud/party", "plain/party"])
def test_nothing_is_made_or_opened_there(tmp_path: Path, place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    (home / ".dropbox").mkdir(parents=True)
    (home / ".dropbox" / "info.json").write_text(json.dumps({"personal": {"path": str(tmp_path / "work")}}))
    (tmp_path / "cloud").mkdir()
    (tmp_path / "cloud" / ".stfolder").mkdir()
    monkeypatch.setenv("HOME", str(home))
    database = tmp_path / place / "invites.db"
    if place.startswith("plain"):
        refuse(database)
        return
    with pytest.raises(UnsafePlace) as caught:
        Store.create_or_open(database)
    assert "copies elsewhere" in caught.value.sentence
    assert not database.parent.exists()
    with Store.create_or_open(tmp_path / "invites.db"):
        database.parent.mkdir(parents=True)
    (tmp_path / "invites.db").rename(database)
    with pytest.raises(UnsafePlace):
        Store.open(database)
    link = tmp_path / "link.db"
    link.symlink_to(database)
    with pytest.raises(UnsafePlace):
        Store.open(link)
