import pytest

from invite_core.store import IntegrityError, Store
from tests.store.rows import add_block, add_consent, add_contact


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
    "change", ["act = 'grant'", "at = '2020-01-01T00:00:00.000Z'", "scope = 'other'", "contact = 2"]
)
def test_consent_cannot_be_rewritten(store: Store, change: str) -> None:
    with store.write():
        add_contact(store, "Ben")
        ana = add_contact(store, "Ana")
        add_consent(store, add_contact(store, "Cleo"))
    assert ana == 2
    with pytest.raises(IntegrityError, match="append-only"), store.write():
        store.execute(f"UPDATE consents SET {change}")
