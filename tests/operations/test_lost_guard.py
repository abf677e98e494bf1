"""A laptop is gone, and a backup is what is left: whom the guard beside it still protects."""

import errno
from pathlib import Path

import pytest

from invite_core.invitations import review
from invite_core.invitations.review import ReviewNeeded, Why
from invite_core.operations import erasure
from invite_core.operations.backup import BackupFault, back_up, restore
from invite_core.people import contacts, do_not_message, erased, guard_entries
from invite_core.people.identity import match_key
from invite_core.store import Store, StoreError
from invite_core.store.guard import guard_path
from invite_core.store.guard_file import GuardFile
from tests.builders import NOW, ORGANISER, a_contact, a_phone, a_run, later, sample_templates
from tests.operations.world import World


@pytest.fixture
def world(database: Path) -> World:
    """A guest who was blocked and then erased, and another one."""
    world = World(database)

    def prepare(store: Store) -> None:
        sample_templates(store)
        gone = a_contact(store, "Guest 1", 1)
        a_contact(store, "Guest 2", 2)
        block(store, gone)
        erasure.erase(store, gone, by=ORGANISER, now=later(9))

    world.act(prepare)
    return world


def block(store: Store, contact: int) -> None:
    do_not_message.block(
        store, contact=contact, reason="asked", source="organiser", at=NOW, by=ORGANISER, now=NOW
    )


def copied(world: World) -> Path:
    """A backup, away from the database."""
    folder = world.database.with_name("drive")
    folder.mkdir(exist_ok=True)
    return back_up(world.database, folder / "copy.db", by=ORGANISER, now=NOW).file


def lose_the_laptop(world: World) -> None:
    for path in world.database.parent.iterdir():
        if path.is_file():
            path.unlink()


def is_known(world: World) -> tuple[bool, bool]:
    """Whether the erased guest is refused, and whether the block is there for whoever has the number."""
    key = match_key(a_phone(1))

    def look(store: Store) -> tuple[bool, bool]:
        with store.write():
            refused = erased.refused(store, [(key, "guest 1")])
            guard_entries.recognise(store, [key], now=later(20))
        return bool(refused), bool(
            store.value("SELECT 1 FROM do_not_message WHERE match_key = ? AND act = 'block'", (key,))
        )

    return world.act(look)


def test_an_erasure_and_an_erased_persons_block_outlive_the_laptop(world: World) -> None:
    copy = copied(world)
    lose_the_laptop(world)
    restore(world.database, copy, by=ORGANISER, now=NOW)
    assert is_known(world) == (True, True)
    assert guard_path(world.database).stat().st_mode & 0o777 == 0o600


def test_a_restore_with_the_guard_of_the_backup_still_wants_a_review(world: World) -> None:
    run = world.act(lambda store: a_run(store)).id
    copy = copied(world)
    lose_the_laptop(world)
    restore(world.database, copy, by=ORGANISER, now=NOW)
    with pytest.raises(ReviewNeeded, match="restored from a backup"):
        world.send(run)
    assert world.received.total() == 0


def test_a_restore_without_any_guard_says_what_nobody_can_tell(world: World) -> None:
    copy = copied(world)
    guard_path(copy).unlink()
    lose_the_laptop(world)
    found = restore(world.database, copy, by=ORGANISER, now=NOW).found
    assert "nobody can tell who was erased since or which erased people were blocked" in found
    assert world.act(review.needed) is Why.NO_GUARD
    assert is_known(world) == (False, False)


def test_the_guard_beside_a_backup_does_not_replace_a_newer_one(world: World) -> None:
    copy = copied(world)
    world.act(lambda store: block(store, 2))
    newer = guard_path(world.database).read_bytes()
    restore(world.database, copy, by=ORGANISER, now=NOW)
    assert guard_path(world.database).read_bytes().startswith(newer)
    assert world.act(lambda store: contacts.show(store, 2))["do_not_message"]


def test_the_guard_of_another_database_beside_a_backup_is_not_taken_up(world: World) -> None:
    copy = copied(world)
    guard = GuardFile(guard_path(copy))
    guard.begin("another")
    lose_the_laptop(world)
    assert "guard file of this database is gone" in restore(world.database, copy, by=ORGANISER, now=NOW).found


@pytest.mark.parametrize("of", ["another database", "a later state of this one", "no database"])
def test_a_guard_that_no_backup_needs_is_not_overwritten(world: World, of: str) -> None:
    target = world.database.with_name("other.db")
    there = guard_path(target)
    if of == "another database":
        GuardFile(there).begin("another")
    else:
        there.write_bytes(
            guard_path(world.database).read_bytes() if of.startswith("a later") else b"Dear Ana"
        )
    if of.startswith("a later"):
        GuardFile(there).append([{"kind": "block"}])
    before = there.read_bytes()
    with pytest.raises(BackupFault, match="belongs to no backup"):
        back_up(world.database, target, by=ORGANISER, now=NOW)
    assert (there.read_bytes(), target.exists()) == (before, False)


def test_a_backup_that_was_deleted_without_its_guard_is_made_again(world: World) -> None:
    copy = copied(world)
    copy.unlink()
    world.act(lambda store: block(store, 2))
    copied(world)
    assert guard_path(copy).read_bytes() == guard_path(world.database).read_bytes()


def test_a_backup_whose_guard_cannot_be_written_replaces_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = copied(world)
    before = (copy.read_bytes(), guard_path(copy).read_bytes())
    full = OSError(errno.ENOSPC, "No space left on device")

    def no_room(path: Path, line: bytes, flags: int = 0) -> None:
        raise full

    world.act(lambda store: block(store, 2))
    with monkeypatch.context() as disk:
        disk.setattr("invite_core.store.guard_file._write_synced", no_room)
        with pytest.raises(StoreError, match="is full"):
            copied(world)
    assert (copy.read_bytes(), guard_path(copy).read_bytes()) == before
    copied(world)
    assert guard_path(copy).read_bytes() == guard_path(world.database).read_bytes()
