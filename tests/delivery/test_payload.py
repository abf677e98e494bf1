"""Bodies as lists of updates: every item its own, and nothing odd spoils another."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from invite_core.delivery.account_news import ACCOUNT_FIELDS, AccountError
from invite_core.delivery.payload import read_body
from invite_core.delivery.template_news import TEMPLATE_FIELDS, TemplateNews
from invite_core.delivery.updates import Content, Ignored, Odd, Preference, Reply, ReplyKind, Sender
from invite_core.lifecycle.prices import Pricing
from invite_core.lifecycle.states import State
from invite_core.lifecycle.updates import StatusUpdate
from tests.delivery.rows import ANA_USER_ID, ANA_WA_ID, ATTEMPT, OWN_NUMBER, payload

NAMES = (
    "event", "decision", "alert_info", "alert_type", "ban_info", "waba_ban_state", "restriction_info",
    "restriction_type", "expiration", "violation_info", "waba_info", "waba_id", "display_phone_number",
    "max_daily_conversations_per_business", "message_template_id", "message_template_name",
    "message_template_language", "new_quality_score", "new_category", "correct_category", "other_info",
    "description", "errors", "code", "error_data", "details", "messages", "type", "system", "from", "wa_id",
    "user_id", "previous_user_id", "previous", "current", "user_id_update", "timestamp", "metadata",
)  # fmt: skip


def contents(body: bytes) -> list[Content]:
    """What the updates of a body say."""
    return [update.content for update in read_body(body, phone_number_id=OWN_NUMBER)]


def one_status(**changed: object) -> bytes:
    """The recorded `sent`, with some values changed; None takes one out."""
    document = json.loads(payload("sent"))
    item = document["entry"][0]["changes"][0]["value"]["statuses"][0]
    item.update(changed)
    for name in [name for name, value in changed.items() if value is None]:
        del item[name]
    return json.dumps(document).encode()


def test_status_has_its_id_time_attempt_price_and_the_recipients_user_id() -> None:
    at, pricing = "2026-03-01T12:00:01.000Z", Pricing("marketing", True, "PMP", "regular")
    assert contents(payload("sent")) == [
        StatusUpdate("wamid.ana", State.SENT, at, ATTEMPT, user_id=ANA_USER_ID, pricing=pricing)
    ]


def test_failure_has_its_code_and_detail() -> None:
    [update] = contents(payload("failed"))
    assert isinstance(update, StatusUpdate)
    assert (update.status, update.error_code) == (State.FAILED, 131026)
    assert update.error_detail == "Message Undeliverable."


def test_failure_without_a_usable_code_is_still_a_failure() -> None:
    for errors in (None, [], ["?"], [{"code": "many"}], [{"code": 10**30}], {"code": 1}):
        [update] = contents(one_status(status="failed", errors=errors))
        assert isinstance(update, StatusUpdate)
        assert (update.status, update.error_code) == (State.FAILED, None)


def test_every_item_of_a_mixed_body_is_an_update_of_its_own() -> None:
    updates = read_body(payload("mixed_batch"), phone_number_id=OWN_NUMBER)
    assert [(update.kind, type(update.content)) for update in updates] == [
        ("status", StatusUpdate),
        ("status", Odd),
        ("status", StatusUpdate),
        ("message_template_status_update", TemplateNews),
        ("status", StatusUpdate),
        ("message", Reply),
        ("errors", AccountError),
        ("change", Odd),
    ]
    assert len({update.key for update in updates}) == len(updates)


def test_unknown_status_words_are_ignored_by_name() -> None:
    assert contents(payload("played_and_unknown")) == [
        Ignored("status played"),
        Ignored("status evaporated"),
    ]


@pytest.mark.parametrize(
    "changed",
    [
        {"id": None},
        {"id": 17},
        {"id": ""},
        {"id": "wamid.\ud800"},
        {"id": "wamid.\0"},
        {"id": "x" * 513},
        {"status": None},
        {"status": {"is": "sent"}},
        {"timestamp": None},
        {"timestamp": "٣٤٥"},
        {"timestamp": "1_772_366_401"},
        {"timestamp": " 1772366401"},
        {"timestamp": "²"},
        {"timestamp": "-1"},
        {"timestamp": 2**63},
        {"timestamp": 10**400},
        {"timestamp": "9" * 12},
        {"timestamp": 1772366401.5},
        {"timestamp": True},
        {"timestamp": 0},
    ],
)
def test_a_status_with_an_odd_value_is_quarantined(changed: dict[str, Any]) -> None:
    [update] = contents(one_status(**changed))
    assert isinstance(update, Odd)
    assert update.note


def test_callback_data_that_is_not_ours_is_no_attempt() -> None:
    for value in ("order-17", 17, "A" * 32, "0" * 31, "0" * 31 + "\ud800", "٠" * 32):
        [update] = contents(one_status(biz_opaque_callback_data=value))
        assert isinstance(update, StatusUpdate)
        assert update.attempt is None


def test_status_needs_no_recipient() -> None:
    [update] = contents(payload("status_without_recipient"))
    assert isinstance(update, StatusUpdate)


def test_tap_has_payload_label_context_and_sender() -> None:
    [tap] = contents(payload("tap"))
    assert tap == Reply(
        "wamid.reply",
        ReplyKind.TAP,
        Sender(ANA_WA_ID, ANA_USER_ID, "Ana Example"),
        "2026-03-01T12:05:00.000Z",
        "Yes, both of us",
        f"rsvp:yes:2:{ATTEMPT}",
        "wamid.ana",
    )


def test_person_without_a_number_is_known_by_user_id() -> None:
    [reply] = contents(payload("user_id_only"))
    assert isinstance(reply, Reply)
    assert reply.sender.addresses == (ANA_USER_ID,)


def test_escapes_of_meta_are_read() -> None:
    [reply] = contents(payload("meta_escapes"))
    assert isinstance(reply, Reply)
    assert reply.body == "Das wäre schön / café @ 5% <3 🎉"
    assert reply.sender.profile_name == "Zoë Ångström 🎉"


def test_half_a_surrogate_pair_and_nul_in_a_text_are_replaced() -> None:
    raw = payload("text").replace(b"Is there parking?", rb"a\ud800b\u0000c \ud83d\ude4f")
    [reply] = contents(raw)
    assert isinstance(reply, Reply)
    assert reply.body == "a\ufffdb\ufffdc 🙏"


def test_message_in_a_group_and_unknown_system_message_are_ignored() -> None:
    in_group = payload("text").replace(b'"type": "text"', b'"group_id": "G1", "type": "text"')
    changed = payload("text").replace(b'"type": "text"', b'"type": "system"')
    assert contents(in_group) == [Ignored("message in a group")]
    assert contents(changed) == [Ignored("message of type system")]


def test_reaction_is_a_text_about_its_message_and_nothing_once_taken_back() -> None:
    document = json.loads(payload("text"))
    item = document["entry"][0]["changes"][0]["value"]["messages"][0]
    item.update({"type": "reaction", "reaction": {"message_id": "wamid.ana", "emoji": "👍"}})
    [reply] = contents(json.dumps(document).encode())
    assert isinstance(reply, Reply)
    assert (reply.kind, reply.body, reply.context_message_id) == (ReplyKind.TEXT, "👍", "wamid.ana")
    del item["reaction"]["emoji"]
    assert contents(json.dumps(document).encode()) == [Ignored("a reaction taken back")]


def test_preference_is_read_with_its_integer_timestamp() -> None:
    [stop] = contents(payload("preference_stop"))
    assert isinstance(stop, Preference)
    assert (stop.wants_messages, stop.at) == (False, "2026-03-01T12:06:40.000Z")


def test_stop_that_names_no_number_is_taken_for_ours() -> None:
    document = json.loads(payload("preference_stop"))
    del document["entry"][0]["changes"][0]["value"]["metadata"]
    [stop] = contents(json.dumps(document).encode())
    assert isinstance(stop, Preference)


@pytest.mark.parametrize("name", ["foreign", "dashboard_test"])
def test_other_numbers_are_ignored(name: str) -> None:
    [update] = read_body(payload(name), phone_number_id=OWN_NUMBER)
    assert update.content == Ignored("")
    assert update.phone_number_id is None


def instead_of_the_display_number(value: bytes) -> bytes:
    """The recorded `sent`, with something else where nothing looks: without it the body would be understood."""
    body = payload("sent")
    changed = body.replace(b'"display_phone_number": "447700900999"', b'"display_phone_number": ' + value)
    assert changed != body
    return changed


@pytest.mark.parametrize(
    "value, note",
    [
        (b"NaN", "NaN or Infinity"),
        (b"Infinity", "NaN or Infinity"),
        (b"-Infinity", "NaN or Infinity"),
        (b"1e999", "without bounds"),
        (b"9" * 5000, "not JSON"),
        (b"[" * 100_000 + b"]" * 100_000, "nested too deeply"),
        (b'"1", "display_phone_number": "1"', "a key twice"),
        (b"'1'", "not JSON"),
        (b'"\xff"', "not UTF-8"),
        (b'"1",', "not JSON"),
    ],
    ids=[
        "NaN",
        "Infinity",
        "-Infinity",
        "1e999",
        "5000 digits",
        "deep",
        "twice",
        "quotes",
        "Latin-1",
        "comma",
    ],
)
def test_a_body_with_one_thing_that_is_no_strict_json_is_one_quarantined_item(
    value: bytes, note: str
) -> None:
    [update] = contents(instead_of_the_display_number(value))
    assert isinstance(update, Odd)
    assert note in update.note


def test_what_stands_where_nothing_looks_spoils_nothing() -> None:
    [update] = contents(instead_of_the_display_number(b"[1.5, null]"))
    assert isinstance(update, StatusUpdate)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" \n",
        b"\xff\xfe{}",
        b"\xef\xbb\xbf{}",
        "{}".encode("utf-16"),
        b"null",
        b"[]",
        b"17",
        b"{}",
        b"{",
        b'{"entry": {}}',
        b'{"object": "whatsapp_business_account", "entry": []}',
        b'{"object": "whatsapp_business_account", "entry": [17]}',
        b'{"object": "whatsapp_business_account", "entry": [{"changes": [{"field": 1, "value": {}}]}]}',
        b'{"object": "whatsapp_business_account", "entry": [{"changes": [{"field": "messages"}]}]}',
    ],
)
def test_a_body_that_is_not_understood_is_one_quarantined_item(body: bytes) -> None:
    [update] = contents(body)
    assert isinstance(update, Odd)
    assert update.note


def test_body_about_another_product_is_ignored() -> None:
    body = payload("sent").replace(b"whatsapp_business_account", b"instagram")
    assert contents(body) == [Ignored("not about WhatsApp")]


def test_lists_that_are_no_lists_spoil_nothing_else() -> None:
    document = json.loads(payload("mixed_batch"))
    document["entry"][0]["changes"][0]["value"]["statuses"] = {"id": "wamid.ana"}
    updates = contents(json.dumps(document).encode())
    assert isinstance(updates[0], Odd)
    assert sum(isinstance(each, StatusUpdate | Reply) for each in updates) == 2


def test_same_item_has_the_same_key_in_another_body() -> None:
    alone = read_body(payload("delivered"), phone_number_id=OWN_NUMBER)
    batched = read_body(payload("mixed_batch"), phone_number_id=OWN_NUMBER)
    assert alone[0].key == batched[0].key


def test_a_body_full_of_nonsense_leaves_few_receipts_and_loses_no_update() -> None:
    document = json.loads(payload("sent"))
    document["entry"] = [*range(5_000), *document["entry"]]
    found = contents(json.dumps(document).encode())
    assert sum(isinstance(each, StatusUpdate) for each in found) == 1
    assert len(found) == 1_002
    assert isinstance(found[-1], Odd)
    assert found[-1].note == "4000 more items say nothing to us"


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=60, deadline=None)
@given(
    field=st.sampled_from(sorted(ACCOUNT_FIELDS | TEMPLATE_FIELDS | {"user_id_update", "messages"})),
    value=st.dictionaries(st.sampled_from(NAMES), ANYTHING, max_size=6),
    time=ANYTHING,
)
def test_no_value_of_any_field_breaks_the_reading(field: str, value: dict[str, Any], time: object) -> None:
    change = {"field": field, "value": {"metadata": {"phone_number_id": OWN_NUMBER}, **value}}
    entry = {"id": "1", "time": time, "changes": [change]}
    body = json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()
    for update in read_body(body, phone_number_id=OWN_NUMBER):
        assert update.kind
        assert len(update.key) == 32
