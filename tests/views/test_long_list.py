"""Lists that are read from a known place: whatever was read before, a page is what a sort would give."""

import random

import pytest

from invite_core.lifecycle.states import State
from invite_core.store import Store
from invite_core.views import long_list, message_order, people_page
from invite_core.views.long_list import LongList
from invite_core.views.message_order import By, MessageList, message_list
from tests.builders import a_plan, a_run, an_event

PEOPLE = 60
NAMES = ("ana", "béa", "王伟", "ana", "m", "mia", "zoë")
STATES = (State.READ, State.QUEUED, State.FAILED, State.READ)


def fill(store: Store) -> tuple[int, int]:
    """People who share names, and messages to most of them; the run, and how many it has."""
    at = "2026-11-01T10:00:00.000Z"
    with store.write():
        for n in range(1, PEOPLE + 1):
            name = NAMES[n % len(NAMES)]
            store.execute(
                """INSERT INTO contacts (id, name, name_key, language, places, created_at, changed_at)
                   VALUES (:n, :name, :name, :language, :places, :at, :at)""",
                {"n": n, "name": name, "language": "pt" if n % 3 else "", "places": 1 + n % 4, "at": at},
            )
    run = a_run(store, a_plan(store, an_event(store))).id
    with store.write():
        store.execute("DELETE FROM run_counters")
        store.execute("DELETE FROM invite_messages WHERE run = ? AND contact % 5 = 0", (run,))
        for n in range(1, PEOPLE + 1):
            store.execute(
                "UPDATE invite_messages SET state = ?, changed_at = ? WHERE run = ? AND contact = ?",
                (STATES[n % 4], f"2026-11-02T10:00:{n * 7 % 20:02}.000Z", run, n),
            )
        store.execute(
            """INSERT INTO run_counters SELECT run, 'state', state, count(*) FROM invite_messages
               GROUP BY run, state"""
        )
    return run, store.value("SELECT count(*) FROM invite_messages WHERE run = ?", (run,))


def require_like(store: Store, listed: MessageList, expected: list[int], seed: int) -> None:
    """Pages and places, asked for in any order, are those of the list `expected`."""
    chance = random.Random(seed)  # noqa: S311 - a seed repeats the case
    assert listed.count(store) == len(expected)
    assert listed.page(store, 0, len(expected) + 9) == expected
    for _ in range(25):
        offset, limit = chance.randrange(len(expected) + 3), chance.randrange(1, 9)
        if chance.random() < 0.3:
            assert listed.count(store) == len(expected)
        if chance.random() < 0.6:
            each = chance.choice(expected)
            assert listed.position(store, each) == expected.index(each)
        assert listed.page(store, offset, limit) == expected[offset : offset + limit]
    assert listed.position(store, 10**9) is None


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("few", [0, 20_000], ids=["looked for among all", "sorted at once"])
def test_every_order_of_messages_is_a_sort_wherever_it_is_entered(
    store: Store, monkeypatch: pytest.MonkeyPatch, descending: bool, few: int
) -> None:
    monkeypatch.setattr(message_order, "SORTED_AT_ONCE", few)
    run, _ = fill(store)
    rows = store.rows(
        """SELECT messages.id, messages.contact, state, messages.changed_at, name_key FROM invite_messages AS messages
           JOIN contacts ON contacts.id = messages.contact WHERE run = ?""",
        (run,),
    )
    keys = {
        By.PERSON: lambda row: row["contact"],
        By.NAME: lambda row: (row["name_key"], row["contact"]),
        By.CHANGE: lambda row: (row["changed_at"], row["id"]),
    }
    for state in (None, State.READ):
        among = [row for row in rows if state is None or row["state"] == state]
        for by, key in keys.items():
            expected = [row["id"] for row in sorted(among, key=key, reverse=descending)]
            require_like(store, message_list(run, state, by, descending=descending), expected, seed=len(by))
    newest = sorted(rows, key=keys[By.CHANGE], reverse=True)
    turned = list(State)[::-1] if descending else list(State)
    by_state = sorted(newest, key=lambda row: turned.index(State(row["state"])))
    expected = [row["id"] for row in by_state]
    require_like(store, message_list(run, None, By.STATE, descending=descending), expected, seed=9)


def test_a_list_follows_what_changes_although_it_remembers_a_place(store: Store) -> None:
    run, n = fill(store)
    newest = message_list(run, None, By.CHANGE, descending=True)
    assert newest.count(store) == n
    ids = newest.page(store, 0, n)
    watched = ids[5]
    assert newest.position(store, watched) == 5
    with store.write():
        for each in ids[20:23]:
            store.execute("UPDATE invite_messages SET changed_at = '2026-11-03' WHERE id = ?", (each,))
    newest.count(store)
    assert newest.position(store, watched) == 8
    assert newest.page(store, 6, 4) == [ids[3], ids[4], ids[5], ids[6]]


@pytest.mark.parametrize("descending", [False, True])
def test_people_have_orders_and_a_letter_leads_to_the_first_name(store: Store, descending: bool) -> None:
    fill(store)
    rows = store.rows("SELECT id, name_key, language, places FROM contacts")
    for by in people_page.By:
        first = "name_key" if by is people_page.By.NAME else by.value
        ordered = sorted(rows, key=lambda row: (row[first], row["name_key"], row["id"]), reverse=descending)
        expected = [row["id"] for row in ordered]
        require_like(store, people_page.people_list("", by, descending=descending), expected, seed=3)
    listed = people_page.people_list(descending=descending)
    listed.count(store)
    place = listed.first_from(store, "m")
    assert [line.name for line in people_page.people_lines(store, listed.page(store, place, 1))] == [
        "mia" if descending else "m"
    ]
    assert listed.first_from(store, "\U0001ffff") == (0 if descending else PEOPLE - 1)


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("letter", ["a", "b", "m", "n", "王", "\U0001ffff"])
def test_where_a_letter_begins_may_be_guessed_but_not_what_stands_there(
    store: Store, monkeypatch: pytest.MonkeyPatch, letter: str, descending: bool
) -> None:
    monkeypatch.setattr(long_list, "COUNTED", 0)
    monkeypatch.setattr(long_list, "EDGE", 3)
    monkeypatch.setattr(message_order, "SORTED_AT_ONCE", 0)
    run, n = fill(store)
    exact, guessed = (message_list(run, None, By.NAME, descending=descending) for _ in range(2))
    ids = exact.page(store, 0, n)
    names = store.rows(
        """SELECT messages.id, name_key FROM invite_messages AS messages
           JOIN contacts ON contacts.id = messages.contact"""
    )
    name = {row["id"]: row["name_key"] for row in names}
    edge = letter + ("\U0010ffff" if descending else "")
    rest = [each for each in ids if (name[each] <= edge if descending else name[each] >= edge)] or ids[-1:]
    assert isinstance(guessed, LongList)
    guessed.count(store)
    place = guessed.first_from(store, letter)
    assert guessed.page(store, place, 3) == rest[:3]
    guessed.count(store)
    assert guessed.position(store, rest[0]) == place
