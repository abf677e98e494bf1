"""The index behind the search: exact with every commit, and without anybody who was erased."""

from pathlib import Path

import pytest

from invite_core.store import Store, engine, search_index
from tests.store.rows import MOMENT, add_contact


def someone(store: Store, name: str, number: str | None = None) -> int:
    """A person of that name key; the id."""
    contact = add_contact(store, name)
    store.execute("UPDATE contacts SET name_key = name WHERE id = ?", (contact,))
    if number:
        store.execute(
            "INSERT INTO contact_identities (contact, kind, value, match_key, created_at) VALUES (?, 'phone', ?, ?, ?)",
            (contact, number, number.removeprefix("+"), MOMENT),
        )
    return contact


def found(store: Store, *words: str) -> list[int]:
    """The ids that are found, in order."""
    match = search_index.matching(store, words)
    return [
        row["id"]
        for row in store.rows(f"SELECT id FROM contacts WHERE id IN ({match.sql}) ORDER BY id", match.values)
    ]


def test_whoever_is_changed_is_found_as_they_are_now(store: Store) -> None:
    with store.write():
        ana = someone(store, "ana", "+447700900001")
        kim = someone(store, "kim")
    assert found(store, "ana") == [ana]
    with store.write():
        store.execute("UPDATE contacts SET name_key = 'dora' WHERE id = ?", (ana,))
        store.execute("UPDATE contacts SET merged_into = ? WHERE id = ?", (ana, kim))
    assert (found(store, "ana"), found(store, "dora"), found(store, "kim")) == ([], [ana], [])
    with store.write():
        store.execute("DELETE FROM contact_identities WHERE contact = ?", (ana,))
    assert found(store, "900001") == []


def test_what_is_undone_is_not_found(store: Store) -> None:
    def fails() -> None:
        with store.write():
            someone(store, "ana")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    assert found(store, "ana") == []
    assert store.value("SELECT count(*) FROM search_pending") == 0


def test_one_and_two_letters_find_beginnings_of_words(store: Store) -> None:
    with store.write():
        ana, wang = someone(store, "ana o'brien"), someone(store, "王伟 kim", "+447700900002")
    assert found(store, "o'") == [ana]
    assert found(store, "n") == []
    assert found(store, "王伟") == found(store, "王") == found(store, "ki") == found(store, "44") == [wang]


@pytest.mark.parametrize(
    "word", ['"', '""" or', "*", "name:", "-ana", "an*", "^ana", "(ana", "\u0301", "a" * 3000]
)
def test_no_word_is_read_as_a_query(store: Store, word: str) -> None:
    with store.write():
        someone(store, "ana")
    assert found(store, word) == []


def test_nothing_of_an_erased_person_is_left_in_the_index(store: Store, database: Path) -> None:
    with store.write():
        for n in range(200):
            someone(store, f"guest {n}", f"+4477009{n:05d}")
        gone = someone(store, "zyxwvu", "+447700900999")
    with store.write():
        store.execute("DELETE FROM contact_identities WHERE contact = ?", (gone,))
        store.execute(
            "UPDATE contacts SET name = '', name_key = '', erased_at = ? WHERE id = ?", (MOMENT, gone)
        )
    assert store.forget_deleted()
    assert b"zyxwvu" not in database.read_bytes()
    reader = engine.driver.connect(database)
    reader.execute("CREATE VIRTUAL TABLE temp.words USING fts5vocab (main, people_search, row)")
    terms = {row[0] for row in reader.execute("SELECT term FROM words")}
    reader.close()
    assert "gue" in terms
    assert not terms & {"zyx", "yxw", "xwv", "wvu", "999"}


def test_a_file_made_without_the_index_gets_it(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as old:
        old.setattr(engine, "VERSION", (3, 44, 6))
        old.setattr(engine, "journal_mode", lambda: "wal")
        with Store.create_or_open(database) as store:
            with store.write():
                ana = someone(store, "ana silva", "+447700900001")
            assert found(store, "silva") == []
            assert found(store, "an") == found(store, "4477") == found(store, "ana", "4477") == [ana]
    with Store.create_or_open(database) as store:
        assert found(store, "silva") == [ana]
