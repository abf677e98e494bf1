"""A new laptop takes everything up, the old one is retired, and nobody gets anything twice from the two of them."""

import shutil
from pathlib import Path

import pytest
from dotenv import dotenv_values
from pydantic import SecretStr

from invite_core.dispatch.sender_lock import SenderBusy, sender_lock
from invite_core.invitations.review import ReviewNeeded
from invite_core.operations import erasure, sealed_file
from invite_core.operations.backup import back_up, restore, reviewed
from invite_core.operations.check_file import judge_database
from invite_core.operations.exporting.private_file import ExportFault
from invite_core.operations.handover import hand_over, take_up, write_settings
from invite_core.operations.sealed_file import Seal, SealFault, unsealed
from invite_core.operators import ViewerMayNotAct
from invite_core.people import do_not_message, erased
from invite_core.people.identity import match_key
from invite_core.settings import GivenSettings
from invite_core.store import ForeignGuard, NotOurFile, Store, StoreError
from invite_core.store.condition import condition
from invite_core.store.faults import HandedOver
from invite_core.store.guard import guard_path
from invite_core.store.guard_file import GuardFile
from tests.builders import NOW, ORGANISER, VIEWER, a_contact, a_phone, a_plan, a_run, later, sample_templates
from tests.operations.world import World

WORDS = "violet harbour candle nine"


@pytest.fixture(autouse=True)
def quick_passphrases(monkeypatch: pytest.MonkeyPatch) -> None:
    """Deriving a key as slowly as in earnest would cost half a second each time."""
    monkeypatch.setattr(sealed_file, "COST", 2)


@pytest.fixture
def old(database: Path) -> World:
    """Six people who agreed, one of them blocked; a seventh was erased."""
    world = World(database)

    def prepare(store: Store) -> None:
        sample_templates(store)
        for number in range(1, 7):
            a_contact(store, f"Guest {number}", number)
        block(store, 6)
        gone = a_contact(store, "Gone", 7)
        erasure.erase(store, gone, by=ORGANISER, now=later(9))

    world.act(prepare)
    return world


def block(store: Store, contact: int) -> None:
    do_not_message.block(
        store, contact=contact, reason="asked", source="organiser", at=NOW, by=ORGANISER, now=NOW
    )


def handed(world: World, name: str = "handover", at: float = 100) -> Path:
    settings = GivenSettings(
        waba_id="77", default_region="PT", operator="Rita \"R\"", access_token=SecretStr("a-secret-token"),
        app_secret=SecretStr("a-secret-word"),
    )  # fmt: skip
    target = world.database.parent.parent / name
    made = hand_over(world.database, target, WORDS, settings=settings, by=ORGANISER, now=later(at))
    assert made.rows
    return target


def elsewhere(world: World, name: str = "new") -> World:
    """Another computer, from which messages reach the same people."""
    other = World(world.database.parent.parent / name / "invites.db")
    other.received = world.received
    return other


def opened(world: World, file: Path, at: float = 200) -> None:
    take_up(world.database, file, WORDS, by=ORGANISER, now=later(at))


def test_a_run_goes_on_where_the_old_laptop_left_it_and_nobody_gets_it_twice(old: World) -> None:
    run = old.act(lambda store: a_run(store, a_plan(store, first=2))).id
    old.send(run)
    assert old.received.total() == 2
    file = handed(old)
    new = elsewhere(old)
    opened(new, file)
    with pytest.raises(HandedOver):
        old.send(run)
    with pytest.raises(ReviewNeeded):
        new.send(run)
    assert reviewed(new.database, by=ORGANISER, now=later(300))
    new.send(run)
    assert new.send(run).status == "finished"
    assert new.states() == {"accepted": 5, "blocked": 2}
    assert set(old.received.values()) == {1}
    assert old.received.total() == 5


def test_the_retired_file_takes_no_change_and_can_be_read(old: World) -> None:
    with Store.open(old.database) as listening:
        handed(old)
        with pytest.raises(HandedOver) as caught, listening.write():
            pass
    assert "handed over to another computer on 2027-03-01" in caught.value.sentence
    for act in (lambda store: a_run(store), lambda store: block(store, 1)):
        with pytest.raises(HandedOver):
            old.act(act)
    assert old.value("SELECT count(*) FROM contacts") == 7
    with Store.open(old.database, read_only=True) as store:
        finding = judge_database(old.database, condition(store))
    assert finding.state == "fail"
    assert "handed over" in finding.fact
    with pytest.raises(StoreError):
        old.hear("delivered", "an-attempt")


@pytest.mark.parametrize("way", ["raw", "restore"])
def test_no_older_copy_brings_the_retired_file_back_to_life(old: World, way: str) -> None:
    run = old.act(lambda store: a_run(store)).id
    copy = old.database.with_name("copy.db")
    back_up(old.database, copy, by=ORGANISER, now=NOW)
    handed(old)
    if way == "raw":
        shutil.copyfile(copy, old.database)
    else:
        with pytest.raises(HandedOver):
            restore(old.database, copy, by=ORGANISER, now=later(300))
    with pytest.raises(HandedOver):
        old.send(run)
    assert not old.received


def test_erased_people_and_blocks_hold_on_the_new_laptop(old: World) -> None:
    new = elsewhere(old)
    opened(new, handed(old))

    def look(store: Store) -> tuple[bool, int]:
        with store.write():
            refused = erased.refused(store, [(match_key(a_phone(7)), "gone")])
        return bool(refused), int(store.value("SELECT do_not_message FROM v_people WHERE contact = 6"))

    assert new.act(look) == (True, 1)


def test_a_handover_can_be_made_again_and_goes_both_ways(old: World) -> None:
    run = old.act(lambda store: a_run(store, a_plan(store, first=2))).id
    old.send(run)
    handed(old)
    new = elsewhere(old)
    opened(new, handed(old, "again", at=150))
    new.act(lambda store: block(store, 5))
    reviewed(new.database, by=ORGANISER, now=later(300))
    copy = new.database.with_name("copy.db")
    back_up(new.database, copy, by=ORGANISER, now=later(310))
    new.send(run)
    back = handed(new, "back", at=400)
    with pytest.raises(HandedOver):
        new.act(lambda store: block(store, 1))
    opened(old, back, at=500)
    assert reviewed(old.database, by=ORGANISER, now=later(600))
    with pytest.raises(HandedOver):
        restore(new.database, copy, by=ORGANISER, now=later(600))
    old.act(lambda store: block(store, 4))
    assert old.value("SELECT count(*) FROM v_people WHERE do_not_message = 1") == 3
    old.send(run)
    assert set(old.received.values()) == {1}
    assert a_phone(5).removeprefix("+") not in {number.removeprefix("+") for number in old.received}
    # A copy of the years on the other computer may be put in place here now.
    restore(old.database, copy, by=ORGANISER, now=later(700))
    assert old.value("SELECT count(*) FROM v_people WHERE do_not_message = 1") == 3
    old.act(lambda store: block(store, 3))


def test_opening_twice_is_the_restoring_of_an_older_copy(old: World) -> None:
    run = old.act(lambda store: a_run(store)).id
    file = handed(old)
    new = elsewhere(old)
    opened(new, file)
    reviewed(new.database, by=ORGANISER, now=later(300))
    new.send(run)
    opened(new, file, at=400)
    assert new.states() == {"unconfirmed": 5, "blocked": 2}
    reviewed(new.database, by=ORGANISER, now=later(500))
    new.send(run)
    assert set(old.received.values()) == {1}


def test_no_secret_is_in_the_file_or_readable_in_it(old: World, tmp_path: Path) -> None:
    file = handed(old)
    assert file.stat().st_mode & 0o777 == 0o600
    assert b"Guest" not in file.read_bytes()
    new = elsewhere(old)
    taken = take_up(new.database, file, WORDS, by=ORGANISER, now=later(200))
    assert taken.settings == {
        "INVITE_DEFAULT_REGION": "PT", "INVITE_OPERATOR": "Rita \"R\"", "INVITE_WABA_ID": "77"
    }  # fmt: skip
    assert write_settings(tmp_path / "config" / "settings.env", taken.settings)
    read = dotenv_values(tmp_path / "config" / "settings.env")
    assert read == taken.settings
    assert not write_settings(tmp_path / "config" / "settings.env", taken.settings)
    assert not [each for each in old.database.parent.iterdir() if each.name.startswith(".")]


def test_nothing_is_retired_where_the_file_cannot_be_made(old: World) -> None:
    target = old.database.parent.parent / "there"
    target.write_text("mine", "utf-8")
    with pytest.raises(ExportFault):
        hand_over(old.database, target, WORDS, settings=GivenSettings(), by=ORGANISER, now=NOW)
    with pytest.raises(SealFault, match="fewer than 12"):
        hand_over(
            old.database, target.with_name("x"), "short", settings=GivenSettings(), by=ORGANISER, now=NOW
        )
    with pytest.raises(ViewerMayNotAct):
        hand_over(old.database, target.with_name("x"), WORDS, settings=GivenSettings(), by=VIEWER, now=NOW)
    old.act(lambda store: block(store, 1))
    assert sorted(each.name for each in target.parent.iterdir()) == ["data", "there"]


def test_another_passphrase_or_any_damage_is_noticed_and_changes_nothing(old: World) -> None:
    file = handed(old)
    content = file.read_bytes()
    new = elsewhere(old)
    with pytest.raises(SealFault, match="passphrase is another"):
        take_up(new.database, file, WORDS + "!", by=ORGANISER, now=later(1))
    head = content.index(b"\n")
    for damaged in (
        content[:-1],
        content[:head],
        content[: head - 3] + b"1" + content[head - 2 :],
        b"SQLite",
        b"",
    ):
        file.write_bytes(damaged)
        with pytest.raises(SealFault):
            take_up(new.database, file, WORDS, by=ORGANISER, now=later(1))
    assert not new.database.exists()


def test_another_event_s_database_with_a_history_is_not_replaced(old: World, tmp_path: Path) -> None:
    other = World(tmp_path / "other" / "invites.db")
    other.act(lambda store: block(store, a_contact(store, "Zoe", 9)))
    with pytest.raises((NotOurFile, ForeignGuard)):
        opened(other, handed(old))
    assert other.value("SELECT name FROM contacts") == "Zoe"


@pytest.mark.parametrize("size", [0, 1, sealed_file._CHUNK, sealed_file._CHUNK + 1, 2 * sealed_file._CHUNK])
def test_what_was_sealed_comes_out_whole_or_not_at_all(tmp_path: Path, size: int) -> None:
    content = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    with (tmp_path / "sealed").open("w+b") as file:
        seal = Seal(file, WORDS)
        seal.write(content[:100])
        seal.write(content[100:])
        seal.close()
        file.seek(0)
        assert b"".join(unsealed(file, WORDS)) == content
        head = content_begins(tmp_path / "sealed")
        # A chunk that is whole is not taken for the last.
        is_cut_between = size > sealed_file._CHUNK
        file.truncate(head + sealed_file._CHUNK + 16 if is_cut_between else head + size + 15)
        file.seek(0)
        with pytest.raises(SealFault):
            list(unsealed(file, WORDS))


def content_begins(path: Path) -> int:
    """Where the first chunk of a sealed file begins."""
    return path.read_bytes().index(b"\n") + 1


def test_a_sender_at_work_keeps_the_database(old: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("invite_core.dispatch.sender_lock.PATIENCE_S", 0.01)
    with (
        sender_lock(old.database, operator="Rita", since="2027-03-01T12:00:00.000Z"),
        pytest.raises(SenderBusy),
    ):
        handed(old)
    old.act(lambda store: block(store, 1))


def test_what_only_the_retired_guard_knows_is_not_lost_on_the_way_back(
    old: World,
) -> None:
    """A block that only the guard of the retired file knows goes into the database that comes back."""
    new = elsewhere(old)
    opened(new, handed(old))
    key = new.act(lambda store: _hashed(store, match_key(a_phone(2))))
    GuardFile(guard_path(old.database)).append(
        [{"kind": "block", "hash": key, "scope": "all", "at": "2027-03-02T00:00:00.000Z"}]
    )
    opened(old, handed(new, "back", at=300), at=400)
    assert old.value("SELECT do_not_message FROM v_people WHERE contact = 2") == 1


def test_a_return_that_does_not_come_about_leaves_the_retired_guard_where_it_is(
    old: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("invite_core.dispatch.sender_lock.PATIENCE_S", 0.01)
    file, guard = handed(old), guard_path(old.database)
    before = guard.read_bytes()
    with (
        sender_lock(old.database, operator="Rita", since="2027-03-01T12:00:00.000Z"),
        pytest.raises(SenderBusy),
    ):
        opened(old, file)
    assert guard.read_bytes() == before
    with pytest.raises(HandedOver):
        old.act(lambda store: block(store, 1))


def _hashed(store: Store, text: str) -> str:
    with store.write():
        return store.keyed_hash(text)
