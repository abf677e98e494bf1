"""A person is erased: no byte of them is left, they stay erased, and what was blocked stays blocked."""

import shutil
from pathlib import Path

import pytest

from invite_core.lifecycle.states import State
from invite_core.operations import erasure
from invite_core.operations.backup import back_up, restore
from invite_core.operators import ViewerMayNotAct
from invite_core.people import contacts, do_not_message, erased
from invite_core.people.erased import ErasedPerson
from invite_core.people.erasing import ErasureFault
from invite_core.people.identity import match_key
from invite_core.store import Store
from invite_core.store.guard import guard_path
from tests.builders import (
    NOW,
    ORGANISER,
    VIEWER,
    a_contact,
    a_phone,
    a_plan,
    a_run,
    an_event,
    later,
    state_of,
)
from tests.invitations.outcomes import bring_to, reasons
from tests.operations.a_guest import (
    DIGITS,
    NAME,
    NUMBER,
    REPLY_ID,
    USER_ID,
    WAMID,
    a_guest,
    everything_happens_to,
)
from tests.operations.world import World

TRACES = (DIGITS, match_key(NUMBER), USER_ID, NAME, NAME.casefold(), "Quill", WAMID, REPLY_ID, "violet-hall")
"""Everything that names her; `violet-hall` stands wherever somebody wrote words about her."""


def block(store: Store, *, contact: int, reason: str = "asked") -> None:
    do_not_message.block(
        store, contact=contact, reason=reason, source="organiser", at=NOW, by=ORGANISER, now=NOW
    )


def erase(store: Store, contact: int) -> erasure.Erasure:
    return erasure.erase(store, contact, by=ORGANISER, now=later(9))


def left_on_disk(database: Path) -> set[str]:
    """The traces that the bytes of the file, of what stands beside it and of its guard hold."""
    files = [database.with_name(f"{database.name}{end}") for end in ("", "-wal", "-journal")]
    held = b"".join(path.read_bytes() for path in (*files, guard_path(database)) if path.exists())
    return {trace for trace in TRACES if trace.encode() in held}


def test_no_byte_of_an_erased_person_is_left(store: Store, database: Path) -> None:
    guest = a_guest(store)
    everything_happens_to(store, guest)
    assert {DIGITS, NAME, WAMID, REPLY_ID, USER_ID, "violet-hall"} <= left_on_disk(database)
    done = erase(store, guest)
    assert done.overwritten
    store.close()
    assert left_on_disk(database) == set()


def test_no_byte_is_left_among_many_people(store: Store, database: Path) -> None:
    for number in range(100, 200):
        a_contact(store, f"Guest {number}", number, household=f"home {number}")
    guest = a_guest(store)
    everything_happens_to(store, guest)
    for number in range(400, 440):
        a_contact(store, f"Guest {number}", number)
    erase(store, guest)
    store.close()
    assert left_on_disk(database) == set()


def test_what_a_reader_holds_back_is_said(
    store: Store, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    guest = a_guest(store)
    monkeypatch.setattr("invite_core.store.file.BUSY_TIMEOUT_MS", 20)
    with Store.open(database) as impatient, Store.open(database, read_only=True) as reader:
        with reader.snapshot():
            assert reader.value("SELECT count(*) FROM contacts") == 2
            assert not erase(impatient, guest).overwritten
        assert impatient.forget_deleted()


def test_counts_and_other_people_stay(store: Store) -> None:
    guest = a_guest(store)
    everything_happens_to(store, guest)
    erase(store, guest)
    assert store.value("SELECT count(*) FROM invite_messages") == 2
    assert store.value("SELECT count(*) FROM replies") == 1
    assert [each["name"] for each in contacts.listing(store)] == ["Bea Other"]
    assert contacts.show(store, contacts.find(store, "Bea Other"))["tags"] == ["vip"]
    assert store.rows("SELECT name FROM tags WHERE name LIKE 'violet%'") == []


def test_the_block_of_an_erased_person_holds_for_whoever_comes_with_the_number(store: Store) -> None:
    guest = a_contact(store, NAME, NUMBER)
    block(store, contact=guest)
    erase(store, guest)
    (kept,) = store.rows(
        "SELECT match_key, address, reason, key_hash IS NOT NULL AS hashed FROM do_not_message"
    )
    assert tuple(kept[name] for name in ("match_key", "address", "reason", "hashed")) == (None, None, "", 1)
    other = a_contact(store, "Somebody Else", 5)
    with store.write():
        store.execute(
            """INSERT INTO contact_identities (contact, kind, value, match_key, created_at)
               VALUES (?, 'phone', ?, ?, '2027-03-01T12:00:00.000Z')""",
            (other, NUMBER, match_key(NUMBER)),
        )
    contacts.add(store, name="Cara", phones=[NUMBER], by=ORGANISER, now=later(20))
    assert [each["do_not_message"] for each in contacts.listing(store)] == [True, True]


def test_an_erased_person_is_not_stored_again_under_any_spelling(store: Store) -> None:
    guest = a_contact(store, "Ana", "+5511987650000")
    erase(store, guest)
    for name, number in (("Ana", "+5511987650000"), ("Ana", "+551187650000"), ("", "+5511987650000")):
        with pytest.raises(ErasedPerson):
            contacts.add(store, name=name, phones=[number], by=ORGANISER, now=NOW)
    assert contacts.listing(store) == []


def test_whoever_shares_the_number_stays_with_the_block_on_it(store: Store) -> None:
    guest, partner = a_contact(store, "Ana", 1), a_contact(store, "Ben", 1)
    block(store, contact=guest, reason="Ana asked")
    done = erase(store, guest)
    assert done.shares_with == 1
    shown = contacts.show(store, partner)
    assert (shown["phones"], shown["do_not_message"]) == ([a_phone(1)], True)
    (line,) = do_not_message.listing(store)
    assert (line["address"], line["reason"], line["name"]) == (a_phone(1), "", "Ben")
    with pytest.raises(ErasedPerson):
        contacts.add(store, name="ana", phones=[a_phone(1)], by=ORGANISER, now=NOW)
    contacts.add(store, name="Cara", phones=[a_phone(1)], by=ORGANISER, now=NOW)
    erase(store, partner)
    assert {row["match_key"] for row in store.rows("SELECT match_key FROM do_not_message")} == {
        match_key(a_phone(1))
    }


def test_whoever_shares_the_number_gets_no_second_invitation_there(store: Store) -> None:
    guest, _ = a_contact(store, "Ana", 1), a_contact(store, "Ben", 1)
    event = an_event(store)
    bring_to(store, a_run(store, a_plan(store, event)).id, State.READ)
    erase(store, guest)
    assert reasons(store, a_plan(store, event))["Ben"] == ("same_number",)


def test_a_block_of_an_erased_number_is_lifted_by_name_and_reason_only(store: Store) -> None:
    guest = a_contact(store, NAME, NUMBER)
    block(store, contact=guest)
    erase(store, guest)
    do_not_message.lift(store, address=NUMBER, reason="they wrote a letter", by=ORGANISER, now=later(20))
    lifted = [
        row["act"]
        for row in store.rows("SELECT act FROM do_not_message WHERE key_hash IS NOT NULL ORDER BY id")
    ]
    assert lifted == ["block", "lift"]
    assert (
        store.value("SELECT count(*) FROM do_not_message WHERE match_key IS NOT NULL OR address IS NOT NULL")
        == 0
    )


def test_a_stop_that_comes_after_the_erasure_is_kept_as_a_hash(store: Store, database: Path) -> None:
    guest = a_contact(store, NAME, NUMBER)
    erase(store, guest)
    do_not_message.block(
        store, address=DIGITS, reason=NAME, source="stop_word", at=later(20), by=ORGANISER, now=later(20)
    )
    assert store.value("SELECT count(*) FROM do_not_message WHERE key_hash IS NOT NULL") == 1
    store.forget_deleted()
    store.close()
    assert left_on_disk(database) == set()


def test_everything_merged_into_an_erased_person_is_erased(store: Store) -> None:
    guest, entry = a_contact(store, NAME, NUMBER), a_contact(store, "Z. Quill", 6)
    with store.write():
        store.execute("UPDATE contacts SET merged_into = ? WHERE id = ?", (guest, entry))
    erase(store, guest)
    assert store.value("SELECT count(*) FROM contacts WHERE erased_at IS NULL OR name <> ''") == 0
    assert store.value("SELECT count(*) FROM contact_identities") == 0


def test_what_waits_for_an_erased_person_is_held_back_at_the_claim(world: World) -> None:
    run = world.act(lambda store: a_run(store)).id
    done = world.act(lambda store: erase(store, 1))
    assert done.waiting == 1
    world.send(run)
    assert set(world.received) == {a_phone(2), a_phone(3)}
    assert world.value("SELECT block_reasons FROM invite_messages WHERE contact = 1").startswith("erased")


def test_nobody_is_erased_while_a_message_to_them_is_on_the_wire(store: Store) -> None:
    guest = a_contact(store, NAME, NUMBER)
    a_run(store)
    with store.write():
        store.execute("UPDATE invite_messages SET state = 'sending'")
    with pytest.raises(ErasureFault, match="on its way"):
        erase(store, guest)
    assert state_of(store, guest) == "sending"
    assert contacts.show(store, guest)["name"] == NAME


def test_a_late_webhook_brings_nobody_back(world: World) -> None:
    run = world.act(lambda store: a_run(store)).id
    world.send(run)
    world.act(lambda store: erase(store, 1))
    attempt = world.attempts[a_phone(1)]
    world.hear("delivered", attempt)
    world.hear("read", attempt)
    row = world.act(
        lambda store: store.row(
            """SELECT messages.state, messages.provider_message_id AS one, attempts.provider_message_id AS two,
                   attempts.wa_id FROM invite_messages AS messages
               JOIN send_attempts AS attempts ON attempts.message = messages.id WHERE messages.contact = 1"""
        )
    )
    assert row is not None
    assert tuple(row[name] for name in ("state", "one", "two", "wa_id")) == ("read", None, None, None)
    assert (
        world.value(
            "SELECT count(*) FROM webhook_receipts WHERE message = 1 AND provider_message_id IS NOT NULL"
        )
        == 0
    )
    assert world.value("SELECT count(*) FROM contact_identities WHERE contact = 1") == 0


@pytest.mark.parametrize("raw", [False, True], ids=["backup", "raw copy"])
def test_an_older_copy_is_erased_again_by_the_guard(world: World, raw: bool) -> None:
    copy = world.database.with_name("copy.db")
    shutil.copyfile(world.database, copy) if raw else back_up(world.database, copy, by=ORGANISER, now=NOW)
    world.act(lambda store: block(store, contact=1))
    world.act(lambda store: erase(store, 1))
    if raw:
        shutil.copyfile(copy, world.database)
    else:
        restore(world.database, copy, by=ORGANISER, now=later(30))
    assert [each["name"] for each in world.act(contacts.listing)] == ["Guest 2", "Guest 3"]
    assert world.value("SELECT count(*) FROM do_not_message WHERE key_hash IS NOT NULL") == 1
    with pytest.raises(ErasedPerson):
        world.act(lambda store: a_contact(store, "Guest 1", 1))
    digits = a_phone(1)[1:].encode()
    assert digits not in world.database.read_bytes() + guard_path(world.database).read_bytes()


def test_an_older_copy_that_did_not_know_the_person_refuses_them(world: World) -> None:
    copy = world.database.with_name("copy.db")
    back_up(world.database, copy, by=ORGANISER, now=NOW)
    late = world.act(lambda store: a_contact(store, "Late Guest", 9))
    world.act(lambda store: erase(store, late))
    restore(world.database, copy, by=ORGANISER, now=later(30))
    with pytest.raises(ErasedPerson):
        world.act(lambda store: a_contact(store, "Late Guest", 9))
    assert len(world.act(contacts.listing)) == 3


def test_somebody_else_with_the_same_id_in_an_older_copy_is_not_erased(world: World) -> None:
    copy = world.database.with_name("copy.db")
    back_up(world.database, copy, by=ORGANISER, now=NOW)
    late = world.act(lambda store: a_contact(store, "Late Guest", 9))
    world.act(lambda store: erase(store, late))
    restore(world.database, copy, by=ORGANISER, now=later(30))

    def another(store: Store) -> int:
        return contacts.add(store, name="Another", phones=[a_phone(8)], by=ORGANISER, now=later(60))

    assert world.act(another) == late
    restore(world.database, world.database.with_name(f"{world.database.name}.before-{later(30):%Y%m%dT%H%M%S}"),
            by=ORGANISER, now=later(90))  # fmt: skip
    assert len(world.act(contacts.listing)) == 3


def test_an_erasure_is_an_act_by_name_and_happens_once(store: Store) -> None:
    guest = a_contact(store, NAME, NUMBER)
    with pytest.raises(ViewerMayNotAct):
        erasure.erase(store, guest, by=VIEWER, now=NOW)
    erase(store, guest)
    row = store.row("SELECT \"by\", subject, reason FROM operator_acts WHERE act = 'erase'")
    assert row is not None
    assert tuple(row[name] for name in ("by", "subject", "reason")) == (ORGANISER.name, str(guest), "")
    with pytest.raises(ErasureFault, match="already"):
        erase(store, guest)
    with pytest.raises(ErasureFault, match="no person"):
        erase(store, 404)


def test_only_what_was_written_before_the_erasure_is_forgotten(store: Store) -> None:
    guest = a_contact(store, NAME, NUMBER)
    key = match_key(NUMBER)
    assert not erased.before_erasure(store, [key], NOW)
    erase(store, guest)
    assert erased.before_erasure(store, [key], later(9))
    assert not erased.before_erasure(store, [key], later(10))


@pytest.fixture
def world(database: Path) -> World:
    """An event and three people who agreed, in a file that no program has open."""
    world = World(database)

    def prepare(store: Store) -> None:
        for number in range(1, 4):
            a_contact(store, f"Guest {number}", number)

    world.act(prepare)
    return world
