"""What the schema makes impossible, whatever the code above it does."""

import pytest

from invite_core.store import IntegrityError, Store
from tests.store.rows import (
    MOMENT,
    add_attempt,
    add_contact,
    add_event,
    add_message,
    add_receipt,
    add_run,
)

ADDRESS = "351910000001"


@pytest.fixture
def ana(store: Store) -> int:
    with store.write():
        return add_contact(store, "Ana")


@pytest.fixture
def ben(store: Store) -> int:
    with store.write():
        return add_contact(store, "Ben")


@pytest.fixture
def event(store: Store) -> int:
    with store.write():
        return add_event(store)


@pytest.fixture
def run(store: Store, event: int) -> int:
    with store.write():
        return add_run(store, event)


@pytest.fixture
def second_run(store: Store, event: int) -> int:
    with store.write():
        return add_run(store, event)


def test_second_live_message_to_one_person_is_refused(
    store: Store, run: int, second_run: int, ana: int
) -> None:
    with store.write():
        add_message(store, run, ana, slot_person=ana)
    with pytest.raises(IntegrityError), store.write():
        add_message(store, second_run, ana, slot_person=ana)
    assert store.value("SELECT count(*) FROM invite_messages") == 1


def test_second_live_message_to_one_address_is_refused(
    store: Store, run: int, second_run: int, ana: int, ben: int
) -> None:
    with store.write():
        add_message(store, run, ana, slot_person=ana, slot_address=ADDRESS)
    with pytest.raises(IntegrityError), store.write():
        add_message(store, second_run, ben, slot_person=ben, slot_address=ADDRESS)


def test_two_people_of_one_run_cannot_share_an_address_slot(
    store: Store, run: int, ana: int, ben: int
) -> None:
    with store.write():
        add_message(store, run, ana, slot_address=ADDRESS)
    with pytest.raises(IntegrityError), store.write():
        add_message(store, run, ben, slot_address=ADDRESS)


def test_released_slot_may_be_taken_again(store: Store, run: int, second_run: int, ana: int) -> None:
    with store.write():
        message = add_message(store, run, ana, slot_person=ana, slot_address=ADDRESS)
        store.execute(
            "UPDATE invite_messages SET slot_person = NULL, slot_address = NULL WHERE id = :id",
            {"id": message},
        )
        add_message(store, second_run, ana, slot_person=ana, slot_address=ADDRESS)
    assert store.value("SELECT count(*) FROM invite_messages") == 2


def test_released_slot_cannot_be_taken_back_while_another_holds_it(
    store: Store, run: int, second_run: int, ana: int
) -> None:
    with store.write():
        released = add_message(store, run, ana)
        add_message(store, second_run, ana, slot_person=ana)
    with pytest.raises(IntegrityError), store.write():
        store.execute(
            "UPDATE invite_messages SET slot_person = :ana WHERE id = :id", {"ana": ana, "id": released}
        )


@pytest.mark.parametrize(
    "purpose, occasion",
    [("reminder", "invitation"), ("invitation", "second wave"), ("reminder", "a week before")],
)
def test_other_purpose_or_occasion_has_slots_of_its_own(
    store: Store, event: int, run: int, ana: int, purpose: str, occasion: str
) -> None:
    with store.write():
        add_message(store, run, ana, slot_person=ana, slot_address=ADDRESS)
        other = add_run(store, event, purpose, occasion)
        add_message(store, other, ana, slot_person=ana, slot_address=ADDRESS)
    assert store.value("SELECT count(*) FROM invite_messages") == 2


def test_other_event_has_slots_of_its_own(store: Store, run: int, ana: int) -> None:
    with store.write():
        add_message(store, run, ana, slot_person=ana, slot_address=ADDRESS)
        add_message(
            store, add_run(store, add_event(store, "Dinner")), ana, slot_person=ana, slot_address=ADDRESS
        )
    assert store.value("SELECT count(*) FROM invite_messages") == 2


def test_person_is_in_a_run_once(store: Store, run: int, ana: int) -> None:
    with store.write():
        add_message(store, run, ana)
    with pytest.raises(IntegrityError), store.write():
        add_message(store, run, ana)


def test_message_has_one_open_attempt(store: Store, run: int, ana: int) -> None:
    with store.write():
        message = add_message(store, run, ana)
        add_attempt(store, message, attempt="a1")
    with pytest.raises(IntegrityError), store.write():
        add_attempt(store, message, attempt="a2")
    assert store.value("SELECT count(*) FROM send_attempts") == 1


def test_superseded_attempt_makes_room_for_the_next(store: Store, run: int, ana: int) -> None:
    with store.write():
        message = add_message(store, run, ana)
        add_attempt(store, message, attempt="a1", superseded=True)
        add_attempt(store, message, attempt="a2", superseded=True)
        add_attempt(store, message, attempt="a3")
    assert store.value("SELECT count(*) FROM send_attempts WHERE superseded_at IS NULL") == 1


def test_attempt_id_is_used_once(store: Store, run: int, ana: int, ben: int) -> None:
    with store.write():
        add_attempt(store, add_message(store, run, ana), attempt="a1")
        other = add_message(store, run, ben)
    with pytest.raises(IntegrityError), store.write():
        add_attempt(store, other, attempt="a1")


def test_provider_message_id_belongs_to_one_attempt_of_a_sender(
    store: Store, run: int, ana: int, ben: int
) -> None:
    with store.write():
        add_attempt(store, add_message(store, run, ana), attempt="a1", provider_message_id="wamid.1")
        other = add_message(store, run, ben)
    with pytest.raises(IntegrityError), store.write():
        add_attempt(store, other, attempt="a2", provider_message_id="wamid.1")


def test_provider_message_id_may_recur_at_another_sender(store: Store, run: int, ana: int, ben: int) -> None:
    with store.write():
        add_attempt(store, add_message(store, run, ana), attempt="a1", provider_message_id="wamid.1")
        add_attempt(
            store, add_message(store, run, ben), attempt="a2", provider_message_id="wamid.1", sender="2000"
        )
    assert store.value("SELECT count(*) FROM send_attempts") == 2


def test_many_attempts_may_lack_a_provider_message_id(store: Store, run: int, ana: int, ben: int) -> None:
    with store.write():
        add_attempt(store, add_message(store, run, ana), attempt="a1")
        add_attempt(store, add_message(store, run, ben), attempt="a2")
    assert store.value("SELECT count(*) FROM send_attempts") == 2


def test_update_is_received_once(store: Store) -> None:
    with store.write():
        add_receipt(store, b"\x01" * 32)
        add_receipt(store, b"\x02" * 32)
    with pytest.raises(IntegrityError), store.write():
        add_receipt(store, b"\x01" * 32)


def test_reply_is_kept_once(store: Store) -> None:
    insert = (
        "INSERT INTO replies (kind, given_at, provider_message_id, status, recorded_at, recorded_by) "
        "VALUES ('text', :at, :id, 'unread', :at, 'listener')"
    )
    with store.write():
        store.execute(insert, {"at": MOMENT, "id": "wamid.9"})
        store.execute(insert, {"at": MOMENT, "id": None})
        store.execute(insert, {"at": MOMENT, "id": None})
    with pytest.raises(IntegrityError), store.write():
        store.execute(insert, {"at": MOMENT, "id": "wamid.9"})


def test_number_is_one_identity_of_a_person_and_may_be_anothers_too(store: Store, ana: int, ben: int) -> None:
    insert = (
        "INSERT INTO contact_identities (contact, kind, value, match_key, created_at) "
        "VALUES (:contact, 'phone', '+351910000001', '351910000001', :at)"
    )
    with store.write():
        store.execute(insert, {"contact": ana, "at": MOMENT})
        store.execute(insert, {"contact": ben, "at": MOMENT})
    with pytest.raises(IntegrityError), store.write():
        store.execute(insert, {"contact": ana, "at": MOMENT})


def test_tag_audience_and_template_variant_are_each_named_once(store: Store) -> None:
    inserts = (
        "INSERT INTO tags (name, name_key) VALUES ('Family', 'family')",
        """INSERT INTO audiences (name, name_key, expression, saved_at, saved_by)
        VALUES ('Close', 'close', 'tag:family', '', 'Mia')""",
        """INSERT INTO templates (provider_template_id, name, language, status, category,
        parameter_format, components, synced_at)
        VALUES ('1', 'invite', 'pt', 'APPROVED', 'MARKETING', 'NAMED', '[]', '')""",
    )
    for insert in inserts:
        with store.write():
            store.execute(insert)
        with pytest.raises(IntegrityError), store.write():
            store.execute(insert)
