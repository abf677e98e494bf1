"""Every strict refusal, and what passes."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from graph_simulator.graph_error import GraphError
from graph_simulator.message_check import Message, check_message
from tests.graph_simulator.payloads import (
    SENDER,
    TEMPLATES,
    link,
    message,
    named,
    party,
    plain,
    reply,
    texts,
)

TO = "+447700900001"


def check(body: object) -> Message:
    return check_message(body, own_digits=SENDER.digits, templates=TEMPLATES)


def without(key: str) -> dict[str, Any]:
    return {name: value for name, value in plain().items() if name != key}


def changed(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    body = deepcopy(party(TO))
    change(body["template"])
    return body


def components(body: dict[str, Any], start: int, *new: dict[str, Any]) -> dict[str, Any]:
    """`body` with the component at `start` replaced by `new`."""
    body["template"]["components"][start : start + 1] = new
    return body


def body_with(*parameters: dict[str, Any]) -> dict[str, Any]:
    return message(TO, "plain", [{"type": "body", "parameters": list(parameters)}])


LONG = {"type": "text", "text": "x" * 1020}

REFUSALS: dict[str, tuple[object, int, int]] = {
    "no JSON object": ([], 100, 400),
    "no messaging_product": (without("messaging_product"), 100, 400),
    "another messaging_product": ({**plain(), "messaging_product": "sms"}, 100, 400),
    "unknown key": ({**plain(), "priority": "high"}, 100, 400),
    "recipient_type group": ({**plain(), "recipient_type": "group"}, 100, 400),
    "unknown type": ({**plain(), "type": "tempalte"}, 100, 400),
    "free text": ({**plain(), "type": "text"}, 131051, 400),
    "no type": (without("type"), 131051, 400),
    "nobody": (without("to"), 131008, 400),
    "number as a number": ({**plain(), "to": 447700900001}, 100, 400),
    "number without +": (plain("447700900001"), 131009, 400),
    "number with letters": (plain("+44770090000x"), 131009, 400),
    "number too short": (plain("+12345678"[:6]), 131009, 400),
    "number too long": (plain("+4477009000011234"), 131009, 400),
    "number that starts with 0": (plain("+07700900001"), 131009, 400),
    "own number": (plain("+1 (555) 078-3881"), 131021, 400),
    "user id of the wrong shape": ({**without("to"), "recipient": "us.1349"}, 131009, 400),
    "callback data too long": ({**plain(), "biz_opaque_callback_data": "x" * 513}, 100, 400),
    "callback data no text": ({**plain(), "biz_opaque_callback_data": 7}, 100, 400),
    "no template": (without("template"), 131008, 400),
    "no template name": (changed(lambda node: node.pop("name")), 131008, 400),
    "no language": (changed(lambda node: node.pop("language")), 131008, 400),
    "unknown key of template": (changed(lambda node: node.update(namespace="x")), 100, 400),
    "another policy": (changed(lambda node: node["language"].update(policy="fallback")), 100, 400),
    "unknown template": (message(TO, "nothing"), 132001, 404),
    "unknown language": (changed(lambda node: node["language"].update(code="en_US")), 132001, 404),
    "paused template": (message(TO, "is_paused"), 132015, 400),
    "disabled template": (message(TO, "is_disabled"), 132016, 400),
    "pending template": (message(TO, "is_pending"), 132001, 404),
    "rejected template": (message(TO, "is_rejected"), 132001, 404),
    "components no list": (changed(lambda node: node.update(components={})), 100, 400),
    "unknown component": (message(TO, "plain", [{"type": "footer"}]), 100, 400),
    "two bodies": (message(TO, "plain", [{"type": "body", "parameters": []}] * 2), 100, 400),
    "too few parameters": (body_with(*texts("Ana")), 132000, 400),
    "too many parameters": (body_with(*texts("Ana", "Rui", "Eva")), 132000, 400),
    "no components at all": (message(TO, "plain"), 132000, 400),
    "header where there is none": (
        message(TO, "plain", [{"type": "header", "parameters": texts("x")}]), 132000, 400),
    "names for a positional template": (body_with(*named(a="Ana", b="Rui")), 132012, 400),
    "positions for a named template": (
        components(party(TO), 1, {"type": "body", "parameters": texts("Ana", "12 June")}), 132012, 400),
    "unknown name": (
        components(party(TO), 1, {"type": "body", "parameters": named(guest_name="A", when="B")}), 132012, 400),
    "one name twice": (
        components(party(TO), 1, {"type": "body", "parameters": named(guest_name="A") * 2}), 132012, 400),
    "picture as body text": (body_with({"type": "image", "image": {"id": "1"}}, *texts("x")), 132012, 400),
    "text missing": (body_with({"type": "text"}, *texts("x")), 131008, 400),
    "unknown key of parameter": (body_with({"type": "text", "text": "x", "bold": True}, *texts("x")), 100, 400),
    "empty text": (plain(TO, "", "12 June"), 132018, 400),
    "blank text": (plain(TO, "  ", "12 June"), 132018, 400),
    "newline": (plain(TO, "Ana\nRui", "12 June"), 132018, 400),
    "tab": (plain(TO, "Ana\tRui", "12 June"), 132018, 400),
    "five spaces": (plain(TO, "Ana     Rui", "12 June"), 132018, 400),
    "body too long": (body_with(LONG, *texts("12 June")), 132005, 400),
    "header too long": (
        components(party(TO), 0, {"type": "header", "parameters": named(event_name="x" * 50)}), 132005, 400),
    "picture missing": (message(TO, "picture"), 132012, 400),
    "picture by id and link": (
        message(TO, "picture", [{"type": "header", "parameters": [
            {"type": "image", "image": {"id": "1", "link": "https://example.com/a.png"}}]}]), 131009, 400),
    "button that is not there": (components(party(TO), 2, reply(9, "yes")), 131009, 400),
    "button index no number": (components(party(TO), 2, {**reply(0, "yes"), "index": "first"}), 131009, 400),
    "one button twice": (components(party(TO), 2, reply(1, "yes")), 131009, 400),
    "reply on a URL button": (components(party(TO), 4, reply(2, "yes")), 132012, 400),
    "URL on a reply button": (components(party(TO), 2, link(0, "x")), 132012, 400),
    "URL suffix missing": (components(party(TO), 4), 131008, 400),
    "payload too long": (components(party(TO), 2, reply(0, "x" * 257)), 131009, 400),
    "payload empty": (components(party(TO), 2, reply(0, "")), 131009, 400),
    "text as payload": (components(party(TO), 2, {**reply(0, "x"), "parameters": texts("x")}), 132012, 400),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSALS)
def test_refused_with_metas_code_and_status(case: str) -> None:
    body, code, http_status = REFUSALS[case]
    with pytest.raises(GraphError) as refused:
        check(body)
    assert (refused.value.code, refused.value.http_status) == (code, http_status)


def test_correct_message_yields_its_replies_in_order() -> None:
    passed = check(party("+44 7700 900-001", "a7"))
    assert passed.buttons == (("yes:a7", "Yes"), ("no:a7", "No"), ("maybe:a7", "Maybe"))
    assert passed.recipient.key == "447700900001"
    assert passed.callback_data == "a7"
    assert passed.category == "marketing"


def test_reply_without_payload_sends_its_label_back() -> None:
    body = party(TO)
    body["template"]["components"] = [
        one for one in body["template"]["components"] if one.get("sub_type") != "quick_reply"
    ]
    assert check(body).buttons == (("Yes", "Yes"), ("No", "No"), ("Maybe", "Maybe"))


def test_limits_themselves_pass() -> None:
    check({**plain(), "biz_opaque_callback_data": "x" * 512})
    check(plain(TO, "Ana    Rui", "12 June"))
    check(components(party(TO), 2, reply(0, "x" * 256)))
    check(body_with({"type": "text", "text": "x" * (1024 - len("Dear , see you on y."))}, *texts("y")))


def test_picture_by_id_passes() -> None:
    header = {"type": "header", "parameters": [{"type": "image", "image": {"id": "1339522734477770"}}]}
    assert check(message(TO, "picture", [header])).template == "picture"


def test_phone_number_wins_over_user_id() -> None:
    assert check({**plain(), "recipient": "GB.1349"}).recipient.asked == TO


def test_refused_number_is_named() -> None:
    with pytest.raises(GraphError, match="07700"):
        check(plain("07700"))


def test_body_of_an_error_has_metas_shape() -> None:
    assert GraphError(132000, "body: too few").body("Atrace") == {
        "error": {
            "message": "(#132000) Number of parameters does not match the expected number of params",
            "type": "OAuthException",
            "code": 132000,
            "error_data": {"messaging_product": "whatsapp", "details": "body: too few"},
            "fbtrace_id": "Atrace",
        }
    }
