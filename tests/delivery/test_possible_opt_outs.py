"""A text that may mean stop holds back whoever wrote it, wherever they go, until the organiser has read it."""

import json
from itertools import permutations

from invite_core.delivery import inbox
from invite_core.invitations.verdicts import preview
from invite_core.people import do_not_message, erasing, user_ids
from invite_core.store import Store
from tests.builders import NOW as LATER
from tests.builders import ORGANISER, a_contact, a_plan
from tests.delivery.rows import ANA, ANA_USER_ID, payload, take
from tests.delivery.test_changes_in_any_order import MOVES, THIRD, history


def wrote(store: Store, text: str = "When does it stop?", wamid: str = "wamid.doubt") -> object:
    """Ana writes from her number, under her user id; it may come after what happened later."""
    body = json.loads(payload("text_stop"))
    value = body["entry"][0]["changes"][0]["value"]
    value["messages"][0] |= {"id": wamid, "text": {"body": text}, "from_user_id": ANA_USER_ID}
    value["contacts"][0]["user_id"] = ANA_USER_ID
    return take(store, json.dumps(body).encode())


def held(store: Store) -> dict[str, tuple[str, ...]]:
    """Everybody, and why each is blocked."""
    return {each.name: each.reasons for each in preview(store, a_plan(store), now=LATER)}


def test_what_a_stranger_wrote_follows_every_change_of_their_number_in_every_order(store: Store) -> None:
    def stored_by_the_organiser(store: Store) -> object:
        return a_contact(store, "Ana", f"+{THIRD}")

    events = (*MOVES[:2], wrote, stored_by_the_organiser)
    for order in permutations(events):
        with history(store):
            for event in order:
                event(store)
            assert held(store) == {"Ana": ("possible_opt_out",)}, order
    for event in events:
        event(store)
    inbox.done(store, store.value("SELECT id FROM replies"), by=ORGANISER, now=LATER)
    assert held(store) == {"Ana": ()}


def test_it_holds_under_every_address_that_whatsapp_told_and_so_does_the_stop(store: Store) -> None:
    wrote(store)
    ana = a_contact(store, "Ana", 555)
    with store.write():
        user_ids.learn(store, ana, ANA_USER_ID, now=LATER)
    a_contact(store, "Ana of the number", ANA)
    assert held(store) == {"Ana": ("possible_opt_out",), "Ana of the number": ("possible_opt_out",)}
    assert inbox.stop(store, store.value("SELECT id FROM replies"), by=ORGANISER, now=LATER) == 2
    assert do_not_message.is_blocked(store, ANA)
    assert do_not_message.is_blocked(store, ANA_USER_ID)


def test_it_follows_to_somebody_who_is_recognised_by_the_hash_of_their_address(store: Store) -> None:
    wrote(store)
    MOVES[0](store)
    with store.write():
        store.execute("UPDATE address_changes SET match_key = NULL, address = NULL")
    a_contact(store, "Ana", "+447700900202")
    assert held(store) == {"Ana": ("possible_opt_out",)}


def test_what_an_erased_person_wrote_is_kept_under_no_address(store: Store) -> None:
    wrote(store)
    ana = a_contact(store, "Ana", 555)
    with store.write():
        user_ids.learn(store, ana, ANA_USER_ID, now=LATER)
    erasing.erase(store, ana, by=ORGANISER, now=LATER)
    assert store.rows("SELECT * FROM reply_addresses") == []
    row = store.row("SELECT address, match_key, body, status FROM replies")
    assert row is not None
    assert [*row] == [None, None, "", "done"]
    wrote(store, wamid="wamid.late")  # written before the erasure
    assert store.value("SELECT count(*) FROM replies") == 1
