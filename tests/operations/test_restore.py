"""A file from earlier put in place: nobody gets anything twice, and no block is lost."""

import errno
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from invite_core.dispatch.sender_lock import SenderBusy, sender_lock
from invite_core.instants import stored
from invite_core.invitations import events, review, runs
from invite_core.invitations.review import ReviewNeeded, Why
from invite_core.invitations.runs import PauseReason
from invite_core.lifecycle.settling import resend
from invite_core.operations.backup import BackupFault, back_up, restore, reviewed
from invite_core.operations.opening import open_database
from invite_core.operators import LISTENER, ViewerMayNotAct
from invite_core.people import changed_addresses, consent, contacts, do_not_message
from invite_core.store import ForeignGuard, NotOurFile, Store, StoreError
from invite_core.store.guard import guard_path
from tests.builders import NOW, ORGANISER, VIEWER, a_contact, a_phone, a_plan, a_run, later, sample_templates
from tests.operations.world import World

PEOPLE = 6

Way = Callable[[Path, Path], None]


def raw_copy(database: Path, copy: Path) -> None:
    shutil.copyfile(database, copy)


def raw_put_back(database: Path, copy: Path) -> None:
    shutil.copyfile(copy, database)


def by_backup(database: Path, copy: Path) -> None:
    back_up(database, copy, by=ORGANISER, now=NOW)


def by_restore(database: Path, copy: Path) -> None:
    restore(database, copy, by=ORGANISER, now=NOW)


@pytest.fixture
def world(database: Path) -> World:
    """An event and six people who agreed, in a file that no program has open."""
    world = World(database)

    def prepare(store: Store) -> None:
        sample_templates(store)
        for number in range(1, PEOPLE + 1):
            a_contact(store, f"Guest {number}", number)

    world.act(prepare)
    return world


@pytest.fixture(params=[(raw_copy, raw_put_back), (by_backup, by_restore)], ids=["raw", "backup"])
def way(request: pytest.FixtureRequest) -> tuple[Way, Way]:
    """How a copy is made, and how it is put back."""
    made: tuple[Way, Way] = request.param
    return made


def copy_of(world: World) -> Path:
    """Where the copy is."""
    return world.database.with_name("copy.db")


def look(world: World) -> None:
    """The organiser's review."""
    assert reviewed(world.database, by=ORGANISER, now=NOW)


def block(store: Store, contact: int) -> None:
    """The organiser blocks a person."""
    do_not_message.block(
        store, contact=contact, reason="asked", source="organiser", at=NOW, by=ORGANISER, now=NOW
    )


def test_a_run_that_was_sent_is_not_sent_again_out_of_a_copy_from_before(
    world: World, way: tuple[Way, Way]
) -> None:
    save, put_back = way
    run = world.act(lambda store: a_run(store)).id
    save(world.database, copy_of(world))
    assert world.send(run).status == "finished"
    put_back(world.database, copy_of(world))
    with pytest.raises(ReviewNeeded):
        world.send(run)
    assert world.states() == {"unconfirmed": PEOPLE}
    assert world.value("SELECT paused_because FROM invite_send_runs") == "restored"
    look(world)
    assert world.send(run).status == "finished"
    assert set(world.received.values()) == {1}
    assert len(world.received) == PEOPLE


def test_a_run_sent_in_part_goes_on_with_those_who_have_nothing_yet(
    world: World, way: tuple[Way, Way]
) -> None:
    save, put_back = way
    run = world.act(lambda store: a_run(store, a_plan(store, first=2))).id
    save(world.database, copy_of(world))
    assert world.send(run).paused_because == "first_slice"
    assert world.received.total() == 2
    put_back(world.database, copy_of(world))
    assert world.states() == {"unconfirmed": 2, "queued": 4}
    look(world)
    world.send(run)
    world.send(run)
    assert world.states() == {"unconfirmed": 2, "accepted": 4}
    assert set(world.received.values()) == {1}
    assert len(world.received) == PEOPLE


def test_a_run_that_the_copy_never_knew_is_not_sent_again_as_a_new_one(
    world: World, way: tuple[Way, Way]
) -> None:
    save, put_back = way
    event = world.act(lambda store: a_plan(store).event)
    save(world.database, copy_of(world))
    world.send(world.act(lambda store: a_run(store, a_plan(store, event))).id)
    put_back(world.database, copy_of(world))
    with pytest.raises(ReviewNeeded):
        world.act(lambda store: a_run(store, a_plan(store, event)))
    look(world)
    again = world.act(lambda store: a_run(store, a_plan(store, event)))
    assert world.send(again.id).status == "finished"
    assert set(world.received.values()) == {1}
    assert world.states() == {"unconfirmed": PEOPLE}


def test_a_copy_from_the_middle_of_a_run_sends_only_the_rest(world: World, way: tuple[Way, Way]) -> None:
    save, put_back = way
    run = world.act(lambda store: a_run(store, a_plan(store, first=2))).id
    world.send(run)
    save(world.database, copy_of(world))
    world.send(run)
    put_back(world.database, copy_of(world))
    assert world.states() == {"accepted": 2, "unconfirmed": 4}
    look(world)
    world.send(run)
    assert set(world.received.values()) == {1}


def test_no_copy_made_while_messages_are_on_the_wire_sends_anything_twice(world: World) -> None:
    copies = {n: world.database.with_name(f"copy-{n}.db") for n in (1, 2, 5)}
    world.meanwhile = lambda n: by_backup(world.database, copies[n]) if n in copies else None
    run = world.act(lambda store: a_run(store)).id
    assert world.send(run).status == "finished"
    for copy in copies.values():
        by_restore(world.database, copy)
        states = world.states()
        assert states["unconfirmed"] + states.get("accepted", 0) == PEOPLE
        look(world)
        world.send(run)
        assert set(world.received.values()) == {1}


def test_a_restored_copy_that_lacks_nothing_still_wants_a_look(world: World) -> None:
    run = world.act(lambda store: a_run(store)).id
    by_backup(world.database, copy_of(world))
    by_restore(world.database, copy_of(world))
    with pytest.raises(ReviewNeeded, match="backup"):
        world.send(run)
    look(world)
    world.send(run)
    assert world.states() == {"accepted": PEOPLE}
    assert not reviewed(world.database, by=ORGANISER, now=NOW)


def test_blocks_and_revocations_of_the_lost_time_hold(world: World, way: tuple[Way, Way]) -> None:
    save, put_back = way
    run = world.act(lambda store: a_run(store)).id
    save(world.database, copy_of(world))
    world.act(lambda store: block(store, 1))
    world.act(
        lambda store: consent.revoke(store, 2, source="letter", at=later(5), by=ORGANISER, now=later(9))
    )
    put_back(world.database, copy_of(world))
    look(world)
    world.send(run)
    assert world.states() == {"blocked": 2, "accepted": 4}
    assert world.value("SELECT block_reasons FROM invite_messages WHERE contact = 1") == "do_not_message"
    assert world.value("SELECT block_reasons FROM invite_messages WHERE contact = 2") == "no_consent"
    listed = world.act(do_not_message.listing)
    assert [(each["contact"], each["source"], each["by"]) for each in listed] == [(1, "guard", "guard")]


def test_a_block_holds_for_a_person_whom_the_copy_did_not_know(world: World, way: tuple[Way, Way]) -> None:
    save, put_back = way
    save(world.database, copy_of(world))

    def add_two(store: Store) -> tuple[int, int]:
        return a_contact(store, "Nora", 100), a_contact(store, "Otto", 101)

    blocked, revoked = world.act(add_two)
    world.act(lambda store: block(store, blocked))
    world.act(lambda store: consent.revoke(store, revoked, source="letter", at=NOW, by=ORGANISER, now=NOW))
    put_back(world.database, copy_of(world))
    assert world.value("SELECT count(*) FROM do_not_message") == 0
    nora, otto = world.act(add_two)
    assert world.act(lambda store: contacts.show(store, nora))["do_not_message"]
    assert not world.act(lambda store: consent.holds(store, otto))


def move(store: Store, old: str, new: str) -> None:
    """WhatsApp tells that whoever had `old` has `new`."""
    with store.write():
        receipt = store.insert(
            """INSERT INTO webhook_receipts (key, kind, outcome, received_at)
               VALUES (?, 'identity', 'stale', ?)""",
            (f"moved {old} {new}".encode(), stored(NOW)),
        )
        changed_addresses.follow(store, old=old, new=new, at=NOW, receipt=receipt, by=LISTENER, now=NOW)


@pytest.mark.parametrize("is_known_before", [True, False])
def test_what_only_the_guard_knows_follows_to_a_new_number(
    world: World, way: tuple[Way, Way], is_known_before: bool
) -> None:
    """The block and the revocation came in the lost time; the change of number comes after the copy was put back."""
    save, put_back = way
    blocked, revoked = "+447700900555", "+447700900556"
    save(world.database, copy_of(world))
    world.act(
        lambda store: do_not_message.block(
            store, address=blocked, reason="asked", source="organiser", at=NOW, by=ORGANISER, now=NOW
        )
    )
    rui = world.act(lambda store: a_contact(store, "Rui", 556))
    world.act(lambda store: consent.revoke(store, rui, source="letter", at=NOW, by=ORGANISER, now=NOW))
    put_back(world.database, copy_of(world))
    look(world)

    def add_two(store: Store) -> tuple[int, int]:
        return a_contact(store, "Nora", 655), a_contact(store, "Rui", 656)

    found = world.act(add_two) if is_known_before else (0, 0)
    world.act(lambda store: move(store, blocked, a_phone(655)))
    world.act(lambda store: move(store, revoked, a_phone(656)))
    nora, otto = found if is_known_before else world.act(add_two)
    assert world.act(lambda store: contacts.show(store, nora))["do_not_message"]
    assert not world.act(lambda store: consent.holds(store, otto))


def test_a_block_follows_to_where_somebody_moved_in_the_lost_time(world: World, way: tuple[Way, Way]) -> None:
    """Nobody had the old number, and nothing was blocked then: the guard alone knows of the change."""
    save, put_back = way
    old, new = "+447700900555", a_phone(2)
    save(world.database, copy_of(world))

    world.act(lambda store: move(store, old, new))
    put_back(world.database, copy_of(world))
    look(world)
    world.act(
        lambda store: do_not_message.block(
            store, address=old, reason="asked", source="organiser", at=NOW, by=ORGANISER, now=NOW
        )
    )
    assert world.act(lambda store: contacts.show(store, 2))["do_not_message"]
    assert new[1:].encode() not in guard_path(world.database).read_bytes()


def test_a_revocation_is_of_the_person_who_bears_the_name_at_a_shared_number(world: World) -> None:
    partner = world.act(lambda store: a_contact(store, "Partner of 1", 1))
    raw_copy(world.database, copy_of(world))
    world.act(lambda store: consent.revoke(store, 1, source="letter", at=NOW, by=ORGANISER, now=NOW))
    raw_put_back(world.database, copy_of(world))
    assert not world.act(lambda store: consent.holds(store, 1))
    assert world.act(lambda store: consent.holds(store, partner))


def test_a_block_that_was_lifted_in_the_lost_time_does_not_come_back(world: World) -> None:
    raw_copy(world.database, copy_of(world))
    world.act(lambda store: block(store, 1))
    world.act(lambda store: do_not_message.lift(store, contact=1, reason="asked", by=ORGANISER, now=later(9)))
    raw_put_back(world.database, copy_of(world))
    assert not world.act(lambda store: contacts.show(store, 1))["do_not_message"]


def test_a_lift_of_the_lost_time_lifts_no_block_that_the_copy_has(world: World) -> None:
    world.act(lambda store: block(store, 1))
    raw_copy(world.database, copy_of(world))
    world.act(lambda store: do_not_message.lift(store, contact=1, reason="asked", by=ORGANISER, now=later(9)))
    raw_put_back(world.database, copy_of(world))
    assert world.act(lambda store: contacts.show(store, 1))["do_not_message"]


@pytest.mark.parametrize("heard", ["before", "after"])
def test_a_late_webhook_with_an_attempt_of_the_lost_time_settles_its_message(
    world: World, heard: str
) -> None:
    event = world.act(lambda store: a_plan(store).event)
    raw_copy(world.database, copy_of(world))
    world.send(world.act(lambda store: a_run(store, a_plan(store, event))).id)
    attempt = world.attempts["+447700900001"]
    raw_put_back(world.database, copy_of(world))
    look(world)
    run = world.act(lambda store: a_run(store, a_plan(store, event))).id
    if heard == "before":
        world.hear("delivered", attempt)
        world.send(run)
    else:
        world.send(run)
        world.hear("delivered", attempt)
    row = world.act(lambda store: store.row("SELECT * FROM invite_messages WHERE contact = 1"))
    assert row is not None
    assert (row["state"], row["provider_message_id"]) == ("delivered", f"wamid.{attempt}")
    assert world.states() == {"delivered": 1, "unconfirmed": PEOPLE - 1}
    assert world.value("SELECT count(*) FROM webhook_receipts WHERE outcome = 'unmatched'") == 0


def test_what_the_guard_stopped_may_be_sent_again_by_order_of_the_organiser(world: World) -> None:
    run = world.act(lambda store: a_run(store)).id
    raw_copy(world.database, copy_of(world))
    world.send(run)
    raw_put_back(world.database, copy_of(world))
    look(world)
    world.act(
        lambda store: resend(store, 1, may_arrive_twice=True, reason="she asked", by=ORGANISER, now=NOW)
    )
    world.send(run)
    assert world.received["+447700900001"] == 2
    assert world.received.total() == PEOPLE + 1


def test_a_file_whose_guard_is_gone_sends_nothing_before_the_review(world: World) -> None:
    run = world.act(lambda store: a_run(store, a_plan(store, first=2))).id
    world.send(run)
    world.act(lambda store: block(store, 6))
    guard_path(world.database).unlink()
    with pytest.raises(ReviewNeeded, match="guard file of this database is gone"):
        world.send(run)
    assert world.act(review.needed) is Why.NO_GUARD
    look(world)
    raw_copy(world.database, copy_of(world))
    assert world.send(run).paused_because == "first_slice"
    world.send(run)
    assert world.received.total() == PEOPLE - 1
    raw_put_back(world.database, copy_of(world))
    look(world)
    world.send(run)
    world.send(run)
    assert set(world.received.values()) == {1}


def test_a_guard_begun_anew_holds_what_the_file_already_knew(world: World) -> None:
    event = world.act(lambda store: a_plan(store).event)
    before_all = world.database.with_name("before.db")
    raw_copy(world.database, before_all)
    world.send(world.act(lambda store: a_run(store, a_plan(store, event, first=2))).id)
    world.act(lambda store: block(store, 6))
    guard_path(world.database).unlink()
    world.act(lambda store: None)
    raw_put_back(world.database, before_all)
    assert world.act(lambda store: contacts.show(store, 6))["do_not_message"]
    look(world)
    world.send(world.act(lambda store: a_run(store, a_plan(store, event))).id)
    assert set(world.received.values()) == {1}
    assert len(world.received) == PEOPLE - 1


def test_what_was_on_the_wire_in_the_copy_is_unconfirmed(world: World) -> None:
    run = world.act(lambda store: a_run(store)).id
    world.send(run)

    def leave_on_the_wire(store: Store) -> None:
        with store.write():
            store.execute(
                """UPDATE send_attempts SET state = 'sending', outcome = NULL, accepted_at = NULL,
                       provider_message_id = NULL WHERE message = 1"""
            )
            store.execute(
                """UPDATE invite_messages SET state = 'sending', accepted_at = NULL,
                       provider_message_id = NULL WHERE id = 1"""
            )
            store.execute("UPDATE run_counters SET n = n - 1 WHERE kind = 'state' AND name = 'accepted'")
            store.execute("UPDATE run_counters SET n = n + 1 WHERE kind = 'state' AND name = 'sending'")

    world.act(leave_on_the_wire)
    by_backup(world.database, copy_of(world))
    by_restore(world.database, copy_of(world))
    assert world.states() == {"accepted": PEOPLE - 1, "unconfirmed": 1}


def test_a_backup_is_private_whole_and_known_for_one(world: World) -> None:
    target = copy_of(world)
    with open_database(world.database) as busy, busy.write():
        busy.execute("UPDATE contacts SET name = 'not committed' WHERE id = 1")
        made = back_up(world.database, target, by=ORGANISER, now=NOW)
    assert target.stat().st_mode & 0o777 == 0o600
    assert made.rows > PEOPLE
    assert not [each for each in target.parent.iterdir() if each.name.startswith(".")]
    with Store.open(target, read_only=True) as copy:
        assert copy.value("SELECT name FROM contacts WHERE id = 1") == "Guest 1"
        assert copy.value("PRAGMA integrity_check") == "ok"
    back_up(world.database, target, by=ORGANISER, now=later(9))


def test_a_backup_overwrites_nothing_but_a_backup(world: World) -> None:
    letter = world.database.with_name("letter.txt")
    letter.write_text("Dear Ana")
    for there in (letter, world.database):
        with pytest.raises(BackupFault, match="is there already"):
            back_up(world.database, there, by=ORGANISER, now=NOW)
    assert letter.read_text() == "Dear Ana"
    with pytest.raises(StoreError, match="cannot be written"):
        back_up(world.database, letter / "copy.db", by=ORGANISER, now=NOW)
    with pytest.raises(ViewerMayNotAct):
        back_up(world.database, copy_of(world), by=VIEWER, now=NOW)


def test_what_a_restore_replaces_is_kept_and_can_be_restored_in_turn(world: World) -> None:
    by_backup(world.database, copy_of(world))
    world.act(lambda store: a_contact(store, "Late guest", 50))
    done = restore(world.database, copy_of(world), by=ORGANISER, now=NOW)
    assert world.value("SELECT count(*) FROM contacts") == PEOPLE
    assert done.kept is not None
    restore(world.database, done.kept, by=ORGANISER, now=later(1))
    assert world.value("SELECT count(*) FROM contacts") == PEOPLE + 1


def test_a_store_that_is_open_during_a_restore_goes_on_with_the_restored_file(world: World) -> None:
    by_backup(world.database, copy_of(world))
    with open_database(world.database) as listener:
        with listener.write():
            listener.execute("UPDATE contacts SET name = 'changed' WHERE id = 1")
        by_restore(world.database, copy_of(world))
        assert listener.value("SELECT name FROM contacts WHERE id = 1") == "Guest 1"
        block(listener, 1)
    assert world.act(lambda store: contacts.show(store, 1))["do_not_message"]


@pytest.mark.parametrize("harm", ["missing", "broken"])
def test_a_restore_mends_a_database_that_is_gone_or_broken(world: World, harm: str) -> None:
    run = world.act(lambda store: a_run(store)).id
    by_backup(world.database, copy_of(world))
    world.act(lambda store: block(store, 1))
    world.send(run)
    if harm == "missing":
        world.database.unlink()
    else:
        world.database.write_bytes(b"\xff" * 8192)
    done = restore(world.database, copy_of(world), by=ORGANISER, now=NOW)
    assert (done.kept is None) is (harm == "missing")
    look(world)
    world.send(run)
    assert set(world.received.values()) == {1}
    assert world.states() == {"blocked": 1, "unconfirmed": PEOPLE - 1}


def test_a_backup_can_be_restored_where_a_new_file_was_begun_meanwhile(world: World) -> None:
    by_backup(world.database, copy_of(world))
    elsewhere = world.database.with_name("new-computer.db")
    Store.create_or_open(elsewhere).close()
    restore(elsewhere, copy_of(world), by=ORGANISER, now=NOW)
    there = World(elsewhere)
    assert there.value("SELECT count(*) FROM contacts") == PEOPLE
    assert there.act(review.needed) is Why.BACKUP


def test_a_copy_of_another_database_is_refused_where_a_guard_speaks(world: World) -> None:
    other = World(world.database.with_name("other.db"))
    other.act(lambda store: a_contact(store, "Stranger", 9))
    back_up(other.database, copy_of(world), by=ORGANISER, now=NOW)
    world.act(lambda store: block(store, 1))
    before = world.database.read_bytes()
    with pytest.raises(ForeignGuard):
        by_restore(world.database, copy_of(world))
    with pytest.raises(NotOurFile, match="database itself"):
        by_restore(world.database, world.database)
    assert world.database.read_bytes() == before


def test_nothing_is_restored_while_somebody_sends(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("invite_core.dispatch.sender_lock.PATIENCE_S", 0.05)
    by_backup(world.database, copy_of(world))
    world.act(lambda store: a_contact(store, "Late guest", 50))
    with (
        sender_lock(world.database, operator="Rita", since="2027-03-01T12:00:00.000Z"),
        pytest.raises(SenderBusy),
    ):
        by_restore(world.database, copy_of(world))
    assert world.value("SELECT count(*) FROM contacts") == PEOPLE + 1


def test_an_edit_of_the_event_in_the_lost_time_does_not_hide_who_was_written_to(world: World) -> None:
    event = world.act(lambda store: a_plan(store).event)
    raw_copy(world.database, copy_of(world))
    world.send(world.act(lambda store: a_run(store, a_plan(store, event))).id)
    raw_put_back(world.database, copy_of(world))
    look(world)
    assert world.act(lambda store: events.get(store, event.id)).name == event.name
    run = world.act(lambda store: a_run(store, a_plan(store, event)))
    world.send(run.id)
    assert world.act(lambda store: runs.get(store, run.id)).status == "finished"
    assert set(world.received.values()) == {1}


def test_a_sender_that_died_between_guard_and_commit_leaves_doubt_and_needs_no_review(world: World) -> None:
    run = world.act(lambda store: a_run(store, a_plan(store, first=1))).id
    raw_copy(world.database, copy_of(world))
    world.send(run)
    raw_put_back(world.database, copy_of(world))
    guard = guard_path(world.database)
    lines = guard.read_bytes().splitlines(keepends=True)
    assert b"done" in lines[-1]
    guard.write_bytes(b"".join(lines[:-1]))
    assert world.states() == {"unconfirmed": 1, "queued": PEOPLE - 1}
    assert world.act(review.needed) is None
    assert world.value("SELECT status FROM invite_send_runs") == "ready"


def test_a_database_named_by_a_link_keeps_its_one_guard(world: World) -> None:
    link = world.database.with_name("link.db")
    link.symlink_to(world.database)
    with open_database(link) as store:
        block(store, 1)
        assert review.needed(store) is None
    assert not world.database.with_name("link.db.guard").exists()


def test_nothing_is_posted_when_the_guard_cannot_be_written(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("invite_core.dispatch.engine.STORAGE_PATIENCE_S", 0.0)
    run = world.act(lambda store: a_run(store)).id
    full = OSError(errno.ENOSPC, "No space left on device")

    def no_room(path: Path, line: bytes, flags: int = 0) -> None:
        raise full

    with monkeypatch.context() as disk:
        disk.setattr("invite_core.store.guard_file._write_synced", no_room)
        settled = world.send(run)
    assert (settled.paused_because, "is full" in settled.paused_detail) == (PauseReason.STORAGE, True)
    assert world.received.total() == 0
    assert world.value("SELECT count(*) FROM send_attempts") == 0
    world.send(run)
    assert set(world.received.values()) == {1}
