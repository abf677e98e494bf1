from collections.abc import Iterator
from pathlib import Path

import pytest

from invite_core.store import BusyFile, FullDisk, IntegrityError, Store, dialect
from tests.store.rows import add_contact, add_event


@pytest.fixture
def second(store: Store, database: Path) -> Iterator[Store]:
    """Another connection, which waits only a moment for the write lock."""
    with Store.open(database) as opened:
        opened.rows("PRAGMA busy_timeout=50")
        yield opened


def names(store: Store) -> list[str]:
    return [row["name"] for row in store.rows("SELECT name FROM contacts ORDER BY name")]


def test_block_is_committed_at_its_end(store: Store, second: Store) -> None:
    with store.write():
        add_contact(store, "Ana")
        assert names(second) == []
    assert names(second) == ["Ana"]


def add_and_fail(store: Store, name: str, raised: type[BaseException] = ValueError) -> None:
    with store.write():
        add_contact(store, name)
        raise raised("on purpose")


@pytest.mark.parametrize("raised", [ValueError, KeyboardInterrupt, SystemExit])
def test_exception_undoes_the_block(store: Store, raised: type[BaseException]) -> None:
    with pytest.raises(raised):
        add_and_fail(store, "Ana", raised)
    assert names(store) == []
    with store.write():
        add_contact(store, "Ben")
    assert names(store) == ["Ben"]


def test_second_writer_waits_and_is_then_refused(store: Store, second: Store) -> None:
    with store.write(), pytest.raises(BusyFile) as refused, second.write():
        pytest.fail("the block must not run while another writes")
    assert "Another program" in refused.value.sentence
    assert "Try again" in refused.value.todo
    with second.write():
        add_contact(second, "Ben")
    assert names(store) == ["Ben"]


def test_write_lock_is_taken_before_the_first_change(store: Store, second: Store) -> None:
    with store.write():
        names(store)
        with pytest.raises(BusyFile), second.write():
            pytest.fail("a deferred transaction would have let the second writer in")


def test_reader_is_never_kept_waiting(store: Store, second: Store) -> None:
    with store.write():
        add_contact(store, "Ana")
        assert names(second) == []


def test_inner_failure_undoes_only_the_inner_block(store: Store) -> None:
    with store.write():
        add_contact(store, "Ana")
        with pytest.raises(ValueError, match="on purpose"):
            add_and_fail(store, "Ben")
        add_contact(store, "Cleo")
    assert names(store) == ["Ana", "Cleo"]


def test_outer_failure_undoes_the_finished_inner_block(store: Store) -> None:
    def outer() -> None:
        with store.write():
            with store.write():
                add_contact(store, "Ben")
            raise ValueError("on purpose")

    with pytest.raises(ValueError, match="on purpose"):
        outer()
    assert names(store) == []


def test_blocks_nest_three_deep(store: Store) -> None:
    with store.write():
        add_contact(store, "Ana")
        with store.write():
            add_contact(store, "Ben")
            with pytest.raises(ValueError, match="on purpose"):
                add_and_fail(store, "Cleo")
            with store.write():
                add_contact(store, "Dora")
    assert names(store) == ["Ana", "Ben", "Dora"]


@pytest.mark.parametrize("method", ["execute", "insert", "execute_many"])
def test_change_outside_a_write_is_refused(store: Store, method: str) -> None:
    with pytest.raises(RuntimeError, match=r"Store\.write"):
        getattr(store, method)("DELETE FROM contacts", [])


def test_changes_are_counted(store: Store) -> None:
    insert = "INSERT INTO contacts (name, created_at, changed_at) VALUES (:name, '', '')"
    with store.write():
        assert store.execute_many(insert, [{"name": "Ana"}, {"name": "Ben"}]) == 2
        assert store.insert(insert, {"name": "Cleo"}) == 3
        assert store.execute("UPDATE contacts SET places = 2 WHERE id > 1") == 2


def test_snapshot_sees_one_moment(store: Store, second: Store) -> None:
    with second.snapshot():
        assert names(second) == []
        with store.write():
            add_contact(store, "Ana")
        assert names(second) == []
    assert names(second) == ["Ana"]


def test_snapshot_inside_a_write_sees_its_changes_and_ends_nothing(store: Store) -> None:
    with store.write():
        add_contact(store, "Ana")
        with store.snapshot(), store.snapshot():
            assert names(store) == ["Ana"]
        add_contact(store, "Ben")
    assert names(store) == ["Ana", "Ben"]


def test_snapshot_ends_when_its_block_fails(store: Store) -> None:
    with pytest.raises(ValueError, match="read"), store.snapshot():
        raise ValueError("read")
    with store.write():
        add_contact(store, "Ana")
    assert names(store) == ["Ana"]


def test_data_version_moves_with_anothers_commit_only(store: Store, second: Store) -> None:
    before = second.data_version()
    with second.write():
        add_contact(second, "Ana")
    assert second.data_version() == before
    with store.write():
        assert second.data_version() == before
        add_contact(store, "Ben")
    assert second.data_version() != before


def test_value_and_row_of_nothing_are_none(store: Store) -> None:
    assert store.row("SELECT name FROM contacts") is None
    assert store.value("SELECT name FROM contacts") is None
    assert store.rows("SELECT name FROM contacts") == []


def filled(store: Store) -> None:
    store.value(f"PRAGMA max_page_count={store.value('PRAGMA page_count')}")


def fill(store: Store) -> None:
    for number in range(1_000):  # a table with no trigger, for then SQLite undoes the whole transaction
        add_event(store, f"Party {number} " + "x" * 500)


def test_full_disk_stores_nothing_and_leaves_the_file_whole(store: Store) -> None:
    with store.write():
        add_contact(store, "Ana")
    filled(store)
    with pytest.raises(FullDisk) as refused, store.write():
        fill(store)
    assert "full" in refused.value.sentence
    assert "space" in refused.value.todo
    assert names(store) == ["Ana"]
    assert store.value("PRAGMA quick_check") == "ok"
    store.value("PRAGMA max_page_count=100000")
    with store.write():
        add_contact(store, "Ben")
    assert names(store) == ["Ana", "Ben"]


def test_block_that_outlives_a_full_disk_stores_nothing(store: Store) -> None:
    """SQLite undoes the whole transaction by itself; what follows must not be committed alone."""

    def goes_on_regardless() -> None:
        with store.write():
            with pytest.raises(FullDisk), store.write():
                fill(store)
            add_contact(store, "Ana")

    filled(store)
    with pytest.raises(FullDisk):
        goes_on_regardless()
    assert names(store) == []


@pytest.mark.parametrize("rows", [0, 1, 2, 63, 64, 65, 200])
def test_many_rows_are_written_in_their_order_by_few_statements(store: Store, rows: int) -> None:
    with store.write():
        changed = store.execute_rows(
            "INSERT INTO tags (name, name_key) {rows}", [(f"Tag {n}", f"tag {n}") for n in range(rows)]
        )
    assert changed == rows
    found = [row["name"] for row in store.rows("SELECT name FROM tags ORDER BY id")]
    assert found == [f"Tag {n}" for n in range(rows)]
    assert len(list(dialect.portions([()] * rows))) == -(-rows // dialect.ROWS_AT_ONCE)


def test_rows_that_break_a_rule_are_not_written_by_halves(store: Store) -> None:
    same = [("Tag", "tag"), ("Other", "other"), ("Tag", "tag")]
    with pytest.raises(IntegrityError), store.write():
        store.execute_rows("INSERT INTO tags (name, name_key) {rows}", same)
    assert store.value("SELECT count(*) FROM tags") == 0
