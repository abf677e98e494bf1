import pytest

from invite_core.store import IntegrityError, Store
from tests.store.rows import MOMENT, add_block, add_consent, add_contact, add_event, add_message, add_run


@pytest.fixture
def block(store: Store) -> int:
    with store.write():
        return add_block(store)


@pytest.mark.parametrize(
    "change",
    [
        "act = 'lift'",
        "scope = 'marketing'",
        "at = '2020-01-01T00:00:00.000Z'",
        "source = 'import'",
        "match_key = '447700900001'",
        "address = 'another'",
        "reason = 'another'",
        "contact = 1",
        "recorded_at = '2020-01-01T00:00:00.000Z'",
        "recorded_by = 'Bea'",
        "id = 99",
    ],
)
def test_block_cannot_be_rewritten(store: Store, block: int, change: str) -> None:
    with pytest.raises(IntegrityError, match="append-only"), store.write():
        store.execute(f"UPDATE do_not_message SET {change} WHERE id = :id", {"id": block})
    assert store.value("SELECT match_key FROM do_not_message WHERE act = 'block'") == "351910000001"


def test_block_cannot_be_deleted(store: Store, block: int) -> None:
    with pytest.raises(IntegrityError, match="append-only"), store.write():
        store.execute("DELETE FROM do_not_message WHERE id = :id", {"id": block})
    assert store.value("SELECT count(*) FROM do_not_message") == 1


def test_erasure_turns_the_key_of_a_block_into_its_hash(store: Store, block: int) -> None:
    with store.write():
        store.execute(
            "UPDATE do_not_message SET match_key = NULL, key_hash = 'h', address = NULL WHERE id = :id",
            {"id": block},
        )
    row = store.row("SELECT match_key, key_hash, address, act FROM do_not_message")
    assert row is not None
    assert tuple(row[column] for column in ("match_key", "key_hash", "address", "act")) == (
        None,
        "h",
        None,
        "block",
    )


@pytest.mark.parametrize("change", ["key_hash = 'other'", "key_hash = NULL, match_key = '447700900001'"])
def test_hash_of_an_erased_persons_block_stays(store: Store, block: int, change: str) -> None:
    with store.write():
        store.execute(
            "UPDATE do_not_message SET match_key = NULL, key_hash = 'h' WHERE id = :id", {"id": block}
        )
    with pytest.raises(IntegrityError, match="append-only"), store.write():
        store.execute(f"UPDATE do_not_message SET {change} WHERE id = :id", {"id": block})


def test_block_always_says_whom_it_protects(store: Store, block: int) -> None:
    with pytest.raises(IntegrityError), store.write():
        store.execute("UPDATE do_not_message SET match_key = NULL WHERE id = :id", {"id": block})


@pytest.mark.parametrize(
    "change",
    [
        "act = 'grant'",
        "at = '2020-01-01T00:00:00.000Z'",
        "scope = 'other'",
        "contact = 2",
        "source = 'phone call'",
        "wording = 'another'",
        "evidence_ref = 'another'",
        "recorded_at = '2020-01-01T00:00:00.000Z'",
        "recorded_by = 'Bea'",
        "id = 99",
    ],
)
def test_consent_cannot_be_rewritten(store: Store, change: str) -> None:
    with store.write():
        add_contact(store, "Ben")
        ana = add_contact(store, "Ana")
        add_consent(store, add_contact(store, "Cleo"))
    assert ana == 2
    with pytest.raises(IntegrityError, match="append-only"), store.write():
        store.execute(f"UPDATE consents SET {change}")


def test_consent_cannot_be_deleted(store: Store) -> None:
    with store.write():
        add_consent(store, add_contact(store))
    with pytest.raises(IntegrityError, match="append-only"), store.write():
        store.execute("DELETE FROM consents")


def test_erasure_empties_the_words_of_a_consent_and_leaves_the_act(store: Store) -> None:
    with store.write():
        add_consent(store, add_contact(store))
        store.execute("UPDATE consents SET wording = '', evidence_ref = ''")
    assert store.value("SELECT act FROM consents") == "revoke"


@pytest.fixture
def record(store: Store) -> None:
    """A change of state, and an act of an operator."""
    with store.write():
        message = add_message(store, add_run(store, add_event(store)), add_contact(store))
        store.insert(
            """INSERT INTO message_transitions (message, from_state, to_state, at, cause)
               VALUES (?, 'queued', 'sending', ?, 'claimed')""",
            (message, MOMENT),
        )
        store.insert(
            """INSERT INTO operator_acts (at, by, role, act, subject_kind, subject, reason, detail)
               VALUES (?, 'Mia', 'organiser', 'lift', 'address', '351910000001', 'asked', '{"a": 1}')""",
            (MOMENT,),
        )


@pytest.mark.parametrize(
    "table, change",
    [
        ("message_transitions", "from_state = 'blocked'"),
        ("message_transitions", "to_state = 'read'"),
        ("message_transitions", "provider_at = '2020'"),
        ("message_transitions", "at = '2020'"),
        ("message_transitions", "cause = 'another'"),
        ("message_transitions", "attempt = 'another'"),
        ("operator_acts", "at = '2020'"),
        ("operator_acts", "by = 'Bea'"),
        ("operator_acts", "role = 'system'"),
        ("operator_acts", "act = 'block'"),
        ("operator_acts", "subject_kind = 'contact'"),
        ("operator_acts", "subject = '447700900001'"),
        ("operator_acts", "reason = 'another'"),
        ("operator_acts", "detail = '[]'"),
    ],
)
def test_the_record_cannot_be_rewritten(store: Store, record: None, table: str, change: str) -> None:
    with pytest.raises(IntegrityError, match="append-only"), store.write():
        store.execute(f"UPDATE {table} SET {change}")


@pytest.mark.parametrize("table", ["message_transitions", "operator_acts"])
def test_the_record_cannot_be_deleted(store: Store, record: None, table: str) -> None:
    with pytest.raises(IntegrityError, match="append-only"), store.write():
        store.execute(f"DELETE FROM {table}")


def test_erasure_empties_what_names_a_person_in_the_record(store: Store, record: None) -> None:
    with store.write():
        store.execute("UPDATE message_transitions SET cause = ''")
        store.execute("UPDATE operator_acts SET subject = '', reason = '', detail = '{}'")
    assert store.value("SELECT act FROM operator_acts") == "lift"
