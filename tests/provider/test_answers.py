"""Answers of the shapes that Meta documents, read into outcomes."""

import json
from pathlib import Path

import pytest

from invite_core.provider.outcome import Accepted, Fault, Outcome, Refused, Unknown
from invite_core.provider.response import MAX_DETAIL, read_answer
from invite_core.store import Store

ANSWERS = Path(__file__).parent / "answers"
MESSAGE_ID = "wamid.HBgMNDQ3NzAwOTAwMDAxFQIAERgSMDAwMDAwMDAwMDAwMDAwMDAA"


def answer(name: str, http_status: int = 200) -> Outcome:
    return read_answer(http_status, (ANSWERS / f"{name}.json").read_bytes())


def error(code: object, details: object = "words of Meta", http_status: int = 400) -> Outcome:
    body = {"error": {"code": code, "message": "m", "error_data": {"details": details}}}
    return read_answer(http_status, json.dumps(body).encode())


@pytest.mark.parametrize(
    "name, expected",
    [
        ("accepted", Accepted(MESSAGE_ID, "447700900001")),
        ("accepted_without_status", Accepted(MESSAGE_ID, "447700900001")),
        ("held", Accepted(MESSAGE_ID, "447700900001", held=True)),
        ("paused", Accepted(MESSAGE_ID, "447700900001", held=True)),
        ("other_wa_id", Accepted(MESSAGE_ID, "551100000001")),
        ("user_id", Accepted(MESSAGE_ID, None, "US.13491208655302741918")),
    ],
)
def test_accepted_message_is_read_with_its_ids(name: str, expected: Accepted) -> None:
    assert answer(name) == expected


@pytest.mark.parametrize("name", ["missing_id", "empty_messages", "truncated"])
def test_200_without_a_message_id_leaves_everything_open(name: str) -> None:
    outcome = answer(name)
    assert isinstance(outcome, Unknown)
    assert outcome.http_status == 200


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"7",
        b'"accepted"',
        b"<html>",
        b"\xff\xfe",
        b"{}",
        b'{"messages": null}',
        b'{"messages": {}}',
        b'{"messages": ["wamid.1"]}',
        b'{"messages": [{"id": ""}]}',
        b'{"messages": [{"id": 7}]}',
        b'{"messages": [{"id": null}]}',
        b"[" * 100_000,
        b'{"a": ' + b"9" * 5_000 + b"}",
    ],
)
def test_answer_that_cannot_be_read_is_never_a_refusal(body: bytes) -> None:
    for http_status in (200, 201, 302, 400, 401, 404, 500, 503):
        assert isinstance(read_answer(http_status, body), Unknown), http_status


@pytest.mark.parametrize(
    "contacts", ["null", "[]", "{}", "[null]", '["x"]', '[{"wa_id": 7}]', '[{"wa_id": ""}]']
)
def test_odd_contact_does_not_lose_the_message_id(contacts: str) -> None:
    body = f'{{"contacts": {contacts}, "messages": [{{"id": "wamid.1"}}]}}'
    assert read_answer(200, body.encode()) == Accepted("wamid.1")


def test_message_id_outweighs_an_error_beside_it() -> None:
    body = b'{"messages": [{"id": "wamid.1"}], "error": {"code": 130429}}'
    assert read_answer(200, body) == Accepted("wamid.1")


@pytest.mark.parametrize(
    "name, http_status, fault, code",
    [
        ("refused_recipient", 400, Fault.RECIPIENT, 131026),
        ("refused_template", 404, Fault.TEMPLATE, 132001),
        ("refused_pace", 400, Fault.PACE, 130429),
        ("refused_pair", 400, Fault.PACE, 131056),
        ("refused_token", 401, Fault.ACCOUNT, 190),
        ("unknown_code", 400, Fault.RECIPIENT, 139999),
    ],
)
def test_refusal_is_read_with_its_fault(name: str, http_status: int, fault: Fault, code: int) -> None:
    outcome = answer(name, http_status)
    assert isinstance(outcome, Refused)
    assert (outcome.fault, outcome.code, outcome.http_status) == (fault, code, http_status)
    assert outcome.detail


def test_fault_of_metas_own_leaves_everything_open() -> None:
    outcome = answer("fault_of_meta", 500)
    assert isinstance(outcome, Unknown)
    assert outcome.code == 131000


def test_details_are_kept_rather_than_the_title() -> None:
    outcome = answer("refused_template", 404)
    assert isinstance(outcome, Refused)
    assert outcome.detail == "template name (invite) does not exist in xx"


def test_message_is_kept_where_there_are_no_details() -> None:
    outcome = answer("refused_token", 401)
    assert isinstance(outcome, Refused)
    assert outcome.detail.startswith("Error validating access token")


def test_long_details_are_cut() -> None:
    outcome = error(131026, "x" * 10_000)
    assert isinstance(outcome, Refused)
    assert outcome.detail == "x" * MAX_DETAIL


@pytest.mark.parametrize("code", ["131026", None, 1.5, [], {}, True, 10**30])
def test_code_that_is_no_number_of_metas_is_the_persons_refusal(code: object) -> None:
    outcome = error(code)
    assert isinstance(outcome, Refused)
    assert outcome.fault is Fault.RECIPIENT
    assert outcome.code is None


@pytest.mark.parametrize("details", [None, 7, [], {}, ["x"], ""])
def test_odd_details_do_not_hide_the_code(details: object) -> None:
    outcome = error(131026, details)
    assert isinstance(outcome, Refused)
    assert outcome.code == 131026
    assert outcome.detail


def test_every_text_of_an_answer_can_be_stored(store: Store) -> None:
    r"""JSON may hold halves of characters (`\ud800`), which no file takes."""
    half = b'"a\\ud800b"'
    accepted = read_answer(
        200, b'{"contacts": [{"wa_id": %b, "user_id": %b}], "messages": [{"id": %b}]}' % (half, half, half)
    )
    refused = read_answer(400, b'{"error": {"code": 131026, "error_data": {"details": %b}}}' % half)
    assert isinstance(accepted, Accepted)
    assert isinstance(refused, Refused)
    texts = (accepted.provider_message_id, accepted.wa_id, accepted.user_id, refused.detail)
    assert store.row("SELECT ?, ?, ?, ?", texts) is not None
    assert set(texts) == {"a?b"}


@pytest.mark.parametrize("body", [b"", b"<html>slow down</html>", b"{}"])
def test_bare_429_waits_for_everyone(body: bytes) -> None:
    outcome = read_answer(429, body)
    assert isinstance(outcome, Refused)
    assert outcome.fault is Fault.PACE
    assert outcome.requeue
    assert outcome.holds_everyone
    assert outcome.wait_seconds
