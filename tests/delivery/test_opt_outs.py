"""Nobody who asked for no more messages is messaged again, in whatever way they asked."""

import json
from datetime import datetime, timedelta

import pytest

from invite_core.delivery import inbox
from invite_core.delivery.tally import Tally
from invite_core.operators import Operator
from invite_core.people import do_not_message
from invite_core.store import Store
from invite_core.views.inbox import waiting
from tests.delivery.rows import (
    ANA,
    ANA_USER_ID,
    NOW,
    add_contact,
    invite,
    payload,
    take,
    the_receipt,
    the_reply,
)


def blocked(store: Store, address: str = ANA, scope: str = "all") -> bool:
    """Whether a block stands on the address."""
    return do_not_message.is_blocked(store, address, scope=scope)


def the_newest_reply_is_of(store: Store, name: str) -> bool:
    """Whether the person who wrote last is known to be `name`."""
    newest: str = store.value(
        """SELECT contacts.name FROM replies JOIN contacts ON contacts.id = replies.contact
           ORDER BY replies.id DESC LIMIT 1"""
    )
    return newest == name


@pytest.mark.parametrize(("name", "source"), [("text_stop", "stop_word"), ("tap_stop", "button")])
def test_stop_blocks_every_address_that_was_told(store: Store, name: str, source: str) -> None:
    invite(store)
    assert take(store, name) == Tally(bodies=1, applied=1)
    assert blocked(store, ANA)
    assert blocked(store, ANA_USER_ID)
    assert (the_reply(store)["status"], the_reply(store)["answer"]) == ("stop", "stop")
    row = store.row("SELECT * FROM do_not_message")
    assert row is not None
    assert (row["source"], row["at"]) == (source, "2026-03-01T12:05:00.000Z")
    assert row["receipt"] == the_receipt(store)["id"]


def test_stop_of_somebody_unknown_blocks_the_address(store: Store) -> None:
    take(store, "text_stop")
    assert blocked(store, ANA)


def test_stop_without_a_number_blocks_the_user_id(store: Store) -> None:
    take(store, "user_id_only")
    assert blocked(store, ANA_USER_ID)
    assert the_reply(store)["address"] == ANA_USER_ID


def test_stop_in_another_spelling_of_the_number_blocks_it(store: Store) -> None:
    add_contact(store, phone="+5511987654321")
    take(store, payload("text_stop").replace(b"447700900101", b"551187654321"))
    assert blocked(store, "+5511987654321")


@pytest.mark.parametrize("name", ["tap_stop", "text_stop"])
def test_stop_on_our_message_blocks_the_number_that_we_wrote_to(store: Store, name: str) -> None:
    """Whatever number WhatsApp tells, and where it tells none."""
    invite(store)
    stop = json.loads(payload(name).replace(b"447700900101", b"447700900777"))
    value = stop["entry"][0]["changes"][0]["value"]
    value["messages"][0]["context"] = {"id": "wamid.ana"}
    take(store, json.dumps(stop).encode())
    assert blocked(store, ANA)
    assert blocked(store, "+447700900777")


def test_stop_from_the_number_that_meta_gave_for_ours_blocks_ours(store: Store) -> None:
    invite(store)
    with store.write():
        store.execute("UPDATE send_attempts SET wa_id = '447700900777'")
    take(store, payload("text_stop").replace(b"447700900101", b"447700900777"))
    assert blocked(store, ANA)


@pytest.mark.parametrize("told_before", ["delivered", "tap"])
def test_stop_without_a_number_blocks_the_number_once_the_user_id_is_known(
    store: Store, told_before: str
) -> None:
    invite(store)
    take(store, told_before)
    take(store, payload("user_id_only").replace(b"wamid.reply", b"wamid.stop"))
    assert blocked(store, ANA)
    assert the_newest_reply_is_of(store, "Ana")


def test_marketing_stop_without_a_number_blocks_the_number_too(store: Store) -> None:
    invite(store)
    take(store, "delivered")
    take(store, payload("preference_stop").replace(b'"wa_id": "447700900101",', b""))
    assert blocked(store, scope="marketing")


def test_stop_beside_a_contact_with_a_number_blocks_the_number(store: Store) -> None:
    take(store, payload("text_stop").replace(b'"from": "447700900101",', b""))
    assert blocked(store, ANA)


def test_stop_as_a_caption_blocks(store: Store) -> None:
    take(store, payload("image").replace(b"Our cake", b"STOP!"))
    assert blocked(store)


def test_stop_on_a_button_without_our_payload_blocks(store: Store) -> None:
    take(store, payload("tap_without_our_payload").replace(b"Tell me more", b"Stop promotions"))
    assert blocked(store)


def test_repeated_stop_after_a_lift_blocks_nobody_again(store: Store) -> None:
    take(store, "text_stop")
    do_not_message.lift(store, address=ANA, reason="She asked for it.", by=Operator("Rita"), now=NOW)
    assert take(store, "text_stop").repeated == 1
    assert not blocked(store)


def test_new_stop_after_a_lift_blocks_again(store: Store) -> None:
    take(store, "text_stop")
    do_not_message.lift(store, address=ANA, reason="She asked for it.", by=Operator("Rita"), now=NOW)
    later = payload("text_stop").replace(b'"1772366700"', b'"1772370000"')
    take(store, later.replace(b"wamid.reply", b"wamid.again"))
    assert blocked(store)


def test_text_that_contains_a_stop_word_makes_somebody_look(store: Store) -> None:
    take(store, "text_containing_stop")
    assert the_reply(store)["status"] == "possible_opt_out"
    assert not blocked(store)


def test_marketing_stop_and_resume_are_ordered_by_their_own_time(store: Store) -> None:
    take(store, "preference_stop")
    assert blocked(store, scope="marketing")
    assert blocked(store, ANA_USER_ID, scope="marketing")
    assert not blocked(store)
    take(store, "preference_resume")
    assert not blocked(store, scope="marketing")


def test_marketing_stop_that_arrives_after_its_resume_blocks_nobody(store: Store) -> None:
    take(store, "preference_resume")
    take(store, "preference_stop")
    assert not blocked(store, scope="marketing")


def test_marketing_resume_lifts_no_stop_of_the_person(store: Store) -> None:
    take(store, "text_stop")
    take(store, "preference_resume")
    assert blocked(store)


def test_stop_from_the_far_future_can_still_be_lifted(store: Store) -> None:
    take(store, payload("text_stop").replace(b'"1772366700"', b'"4070908800"'))
    recorded = store.value("SELECT at FROM do_not_message")
    assert datetime.fromisoformat(recorded) == NOW


def test_stop_after_the_lift_of_a_failure_from_the_far_future_blocks(store: Store) -> None:
    invite(store)
    failed = json.loads(payload("failed").replace(b"131026", b"130403"))
    failed["entry"][0]["changes"][0]["value"]["statuses"][0]["timestamp"] = "4070908800"
    take(store, json.dumps(failed).encode())
    later = NOW + timedelta(hours=1)
    do_not_message.lift(store, address=ANA, reason="She asked for it.", by=Operator("Rita"), now=later)
    assert not blocked(store)
    stop = odd("text_stop", timestamp=str(int(later.timestamp()) + 60))
    take(store, stop, now=later + timedelta(hours=1))
    assert blocked(store)


OURS = "waba-of-ours"


def without_number(name: str, account: str | None) -> bytes:
    """A recorded preference as an entry of `account` that names no number of ours."""
    document = json.loads(payload(name))
    [entry] = document["entry"]
    del entry["changes"][0]["value"]["metadata"]
    entry["id"] = account
    return json.dumps(document).encode()


@pytest.mark.parametrize(
    ("account", "ours", "lifts"),
    [(OURS, OURS, True), ("another", OURS, False), (None, OURS, False), (OURS, "", False), (None, "", False)],
)
def test_resume_without_a_number_lifts_only_from_our_own_account(
    store: Store, account: str | None, ours: str, lifts: bool
) -> None:
    take(store, "preference_stop", waba_id=ours)
    told = take(store, without_number("preference_resume", account), waba_id=ours)
    assert (told.applied, told.ignored) == ((1, 0) if lifts else (0, 1))
    assert blocked(store, scope="marketing") is not lifts


def test_marketing_stop_without_a_number_of_any_account_blocks(store: Store) -> None:
    take(store, without_number("preference_stop", "another"), waba_id=OURS)
    assert blocked(store, scope="marketing")


@pytest.mark.parametrize("told_before", ["text_containing_stop", "preference_resume"])
def test_stop_without_a_number_blocks_the_number_that_was_told_beside_the_user_id(
    store: Store, told_before: str
) -> None:
    add_contact(store)
    take(store, told_before)
    take(store, payload("user_id_only").replace(b"wamid.reply", b"wamid.stop"))
    assert blocked(store, ANA)


def test_user_id_beside_a_number_that_several_share_is_nobodys(store: Store) -> None:
    add_contact(store)
    add_contact(store, "Bob")
    take(store, "text_containing_stop")
    assert store.rows("SELECT 1 FROM contact_identities WHERE kind = 'user_id'") == []


# ---------------------------------------------------------------- odd, and heard all the same


def odd(name: str, **changed: object) -> bytes:
    """A recorded message or preference with some values changed; None takes one out."""
    document = json.loads(payload(name))
    value = document["entry"][0]["changes"][0]["value"]
    [item] = value.get("messages") or value["user_preferences"]
    item.update(changed)
    for each in [each for each, new in changed.items() if new is None]:
        del item[each]
    return json.dumps(document).encode()


ODD_TIMES = [None, "soon", "", "1772366700000", 1772366700.5, "٣٤٥", -1, 0, 10**400, True, {"at": 1}]


@pytest.mark.parametrize("name", ["text_stop", "tap_stop"])
@pytest.mark.parametrize("timestamp", ODD_TIMES)
def test_stop_with_an_odd_time_blocks_from_when_it_came(store: Store, name: str, timestamp: object) -> None:
    body = odd(name, timestamp=timestamp)
    assert take(store, body).quarantined == 0
    assert blocked(store)
    assert datetime.fromisoformat(store.value("SELECT at FROM do_not_message")) == NOW
    assert the_receipt(store)["note"] == "no usable timestamp; taken as given when it came"
    assert take(store, body).repeated == 1


@pytest.mark.parametrize(
    "number", ["+447700900101", " +447700900101", "+44 7700 900101", "44-7700-900101", 447700900101]
)
@pytest.mark.parametrize("name", ["text_stop", "tap_stop"])
def test_stop_from_a_number_in_an_odd_spelling_blocks_it(store: Store, name: str, number: object) -> None:
    body = odd(name, **{"from": number, "from_user_id": None})
    assert take(store, body).quarantined == 0
    assert blocked(store)


def test_stop_that_names_nobody_is_of_the_only_person_beside_it(store: Store) -> None:
    take(store, odd("text_stop", **{"from": "?", "from_user_id": None}))
    assert blocked(store)


def test_stop_that_names_nobody_among_several_is_quarantined(store: Store) -> None:
    document = json.loads(odd("text_stop", **{"from": "?", "from_user_id": None}))
    document["entry"][0]["changes"][0]["value"]["contacts"] *= 2
    assert take(store, json.dumps(document).encode()).quarantined == 1


@pytest.mark.parametrize("changed", [{"id": None}, {"id": "wamid \ud800"}, {"type": None}, {"type": 7}])
@pytest.mark.parametrize("name", ["text_stop", "tap_stop"])
def test_stop_without_a_usable_id_or_type_blocks(store: Store, name: str, changed: dict[str, object]) -> None:
    body = odd(name, **changed)
    assert take(store, body).quarantined == 0
    assert blocked(store)
    assert take(store, body).repeated == 1


def test_text_that_contains_a_stop_word_makes_somebody_look_at_an_odd_time_too(store: Store) -> None:
    take(store, odd("text_containing_stop", timestamp="soon", **{"from": "+44 7700 900101"}))
    assert the_reply(store)["status"] == "possible_opt_out"


@pytest.mark.parametrize("timestamp", ODD_TIMES)
def test_marketing_stop_with_an_odd_time_or_number_blocks(store: Store, timestamp: object) -> None:
    body = odd("preference_stop", timestamp=timestamp, wa_id="+44 7700 900101", user_id=None)
    assert take(store, body).quarantined == 0
    assert blocked(store, scope="marketing")
    assert take(store, body).repeated == 1


@pytest.mark.parametrize("timestamp", ODD_TIMES)
def test_wish_to_hear_again_at_an_odd_time_lifts_nothing(store: Store, timestamp: object) -> None:
    take(store, "preference_stop")
    assert take(store, odd("preference_resume", timestamp=timestamp)).quarantined == 1
    assert blocked(store, scope="marketing")


# ---------------------------------------------------------------- a stop that names nobody


def test_stop_that_names_nobody_blocks_whoever_got_the_message_that_it_quotes(store: Store) -> None:
    invited = invite(store)
    assert take(store, "stop_of_nobody") == Tally(bodies=1, applied=1)
    assert blocked(store, ANA)
    reply = the_reply(store)
    assert (reply["contact"], reply["message"], reply["address"]) == (
        invited.contact,
        invited.message,
        None,
    )


def test_stop_that_names_nobody_waits_for_its_message_and_blocks_then(store: Store) -> None:
    invite(store, provider_message_id=None)
    assert take(store, "stop_of_nobody").unmatched == 1
    assert not blocked(store, ANA)
    take(store, "sent")
    assert blocked(store, ANA)
    row = store.row("SELECT source, at, receipt FROM do_not_message")
    assert row is not None
    assert (row["source"], row["at"]) == ("stop_word", "2026-03-01T12:05:00.000Z")
    kind = store.value("SELECT kind FROM webhook_receipts WHERE id = ?", (row["receipt"],))
    assert kind == "message"


@pytest.mark.parametrize("name", ["tap_stop", "text_stop"])
def test_stop_that_waited_blocks_the_number_that_we_wrote_to(store: Store, name: str) -> None:
    other = "019ca8b3d80000000000000000000002"
    invite(store, provider_message_id=None, attempt=other)
    stop = json.loads(payload(name).replace(b"447700900101", b"447700900777"))
    value = stop["entry"][0]["changes"][0]["value"]
    value["messages"][0]["context"] = {"id": "wamid.ana"}
    take(store, json.dumps(stop).encode())
    assert not blocked(store, ANA)
    take(store, payload("sent").replace(b"019ca8b3d80000000000000000000001", other.encode()))
    assert blocked(store, ANA)


def test_text_that_may_be_a_stop_and_names_nobody_holds_whoever_got_the_message(store: Store) -> None:
    invited = invite(store)
    take(store, payload("stop_of_nobody").replace(b'"STOP"', b'"When does it stop?"'))
    reply = the_reply(store)
    assert (reply["status"], reply["contact"]) == ("possible_opt_out", invited.contact)
    assert waiting(store)[0]["name"] == "Ana"
    assert inbox.stop(store, reply["id"], by=Operator("Rita"), now=NOW) == 1
    assert blocked(store, ANA)


# ---------------------------------------------------------------- the wrong person


def test_wrong_person_blocks_the_number_and_is_no_answer(store: Store) -> None:
    invite(store)
    take(store, "text_wrong_person")
    assert blocked(store, ANA)
    assert (the_reply(store)["status"], the_reply(store)["answer"]) == ("stop", None)
    sources = {row["source"] for row in store.rows("SELECT source FROM do_not_message")}
    assert sources == {"wrong_person"}


def test_text_that_only_mentions_a_wrong_number_makes_somebody_look(store: Store) -> None:
    body = payload("text_wrong_person").replace(b"Sorry, wrong number!", b"Wrong number of seats, we are 3")
    take(store, body)
    assert the_reply(store)["status"] == "possible_opt_out"
    assert not blocked(store)
