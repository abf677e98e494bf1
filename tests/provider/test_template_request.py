from collections.abc import Mapping
from typing import Any

import pytest

from invite_core.provider.template_components import (
    Components,
    placeholders,
    quick_reply_buttons,
    render,
    template_parameters,
    unfilled_parts,
)
from invite_core.provider.template_request import build_template_message
from invite_core.provider.template_values import link_ending, repaired
from tests.provider.templates import NAMED, PLAIN, POSITIONAL

VALUES = {
    "header.1": "the family",
    "1": "Ana",
    "2": "12 March",
    "3": "the Old Hall",
    "button.1": "e/42",
}


def built(
    components: Components,
    *,
    to: str = "+447700900001",
    parameter_format: str = "POSITIONAL",
    parameters: Mapping[str, str] = VALUES,
    payloads: Mapping[int, str] | None = None,
    callback_data: str = "a1",
) -> dict[str, Any]:
    return build_template_message(
        to=to,
        template="invite",
        language="en_GB",
        components=components,
        parameter_format=parameter_format,
        parameters=parameters,
        button_payloads=payloads or {},
        callback_data=callback_data,
    )


def test_positional_template_is_filled_in_order() -> None:
    body = built(POSITIONAL, payloads={0: "rsvp:yes:a1", 2: "rsvp:no:a1"})
    assert body == {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": "+447700900001",
        "type": "template",
        "biz_opaque_callback_data": "a1",
        "template": {
            "name": "invite",
            "language": {"code": "en_GB"},
            "components": [
                {"type": "header", "parameters": [{"type": "text", "text": "the family"}]},
                {
                    "type": "body",
                    "parameters": [
                        {"type": "text", "text": "Ana"},
                        {"type": "text", "text": "12 March"},
                        {"type": "text", "text": "the Old Hall"},
                    ],
                },
                {
                    "type": "button",
                    "sub_type": "quick_reply",
                    "index": "0",
                    "parameters": [{"type": "payload", "payload": "rsvp:yes:a1"}],
                },
                {
                    "type": "button",
                    "sub_type": "url",
                    "index": "1",
                    "parameters": [{"type": "text", "text": "e/42"}],
                },
                {
                    "type": "button",
                    "sub_type": "quick_reply",
                    "index": "2",
                    "parameters": [{"type": "payload", "payload": "rsvp:no:a1"}],
                },
            ],
        },
    }


def test_tenth_parameter_comes_after_the_ninth() -> None:
    text = " ".join(f"{{{{{number}}}}}" for number in (10, 2, 1, 3, 4, 5, 6, 7, 8, 9))
    values = {str(number): f"value {number}" for number in range(1, 11)}
    body = built([{"type": "BODY", "text": text}], parameters=values)
    sent = [parameter["text"] for parameter in body["template"]["components"][0]["parameters"]]
    assert sent == [f"value {number}" for number in range(1, 11)]


def test_named_parameters_carry_their_names() -> None:
    body = built(
        NAMED,
        parameter_format="NAMED",
        parameters={"header.guest": "Ana", "guest": "Ana", "venue": "the Old Hall"},
    )
    assert body["template"]["components"] == [
        {"type": "header", "parameters": [{"type": "text", "text": "Ana", "parameter_name": "guest"}]},
        {
            "type": "body",
            "parameters": [
                {"type": "text", "text": "Ana", "parameter_name": "guest"},
                {"type": "text", "text": "the Old Hall", "parameter_name": "venue"},
            ],
        },
    ]


def test_template_without_variables_has_no_components() -> None:
    assert built(PLAIN, parameters={})["template"] == {"name": "invite", "language": {"code": "en_GB"}}


def test_quick_reply_alone_is_sent_with_its_payload() -> None:
    components = built(PLAIN, parameters={}, payloads={0: "rsvp:yes:a1"})["template"]["components"]
    assert [component["index"] for component in components] == ["0"]


def test_user_id_travels_as_recipient_and_never_as_number() -> None:
    body = built(PLAIN, to="US.13491208655302741918", parameters={})
    assert body["recipient"] == "US.13491208655302741918"
    assert "to" not in body


def test_number_travels_with_its_plus() -> None:
    body = built(PLAIN, parameters={})
    assert body["to"] == "+447700900001"
    assert "recipient" not in body


def test_callback_data_has_at_most_512_characters() -> None:
    assert built(PLAIN, callback_data="x" * 512)["biz_opaque_callback_data"] == "x" * 512
    with pytest.raises(ValueError, match="512"):
        built(PLAIN, callback_data="x" * 513)


@pytest.mark.parametrize("missing", sorted(VALUES))
def test_missing_parameter_is_never_sent_as_something_else(missing: str) -> None:
    with pytest.raises(KeyError):
        built(POSITIONAL, parameters={key: value for key, value in VALUES.items() if key != missing})


def test_what_must_be_filled_is_what_is_sent() -> None:
    assert template_parameters(POSITIONAL) == ("header.1", "1", "2", "3", "button.1")
    assert template_parameters(NAMED) == ("header.guest", "guest", "venue")
    assert template_parameters(PLAIN) == ()
    assert quick_reply_buttons(POSITIONAL) == {0: "I come", 2: "I cannot"}


def test_every_value_is_repaired_on_its_way_out() -> None:
    body = built(POSITIONAL, parameters=dict.fromkeys(VALUES, "Ana\r\nMaria\t  x"))
    texts = [
        parameter["text"]
        for component in body["template"]["components"]
        for parameter in component["parameters"]
    ]
    assert texts.count("Ana%20Maria%20%20%20x") == 1
    assert set(texts) == {"Ana Maria   x", "Ana%20Maria%20%20%20x"}


@pytest.mark.parametrize(
    "value, sent",
    [
        ("Ana", "Ana"),
        ("Ana Maria", "Ana Maria"),
        (" Ana ", "Ana"),
        ("Ana\nMaria", "Ana Maria"),
        ("Ana\r\n\r\nMaria", "Ana Maria"),
        ("Ana\tMaria", "Ana Maria"),
        ("Ana\u2028Maria", "Ana Maria"),
        ("Ana\u0085Maria", "Ana Maria"),
        ("four    spaces", "four    spaces"),
        ("five     spaces", "five    spaces"),
        ("many" + " " * 40 + "spaces", "many    spaces"),
        ("mixed  \n  spaces \t here", "mixed    spaces   here"),
        ("José 李雷 🎉", "José 李雷 🎉"),
        ("", ""),
    ],
)
def test_value_is_repaired_as_meta_asks(value: str, sent: str) -> None:
    assert repaired(value) == sent


def test_repaired_value_never_holds_what_meta_refuses() -> None:
    for length in range(1, 40):
        fixed = repaired("a" + " \n\t"[length % 3] * length + "b" + "\n  \t" * length + "c")
        assert not set(fixed) & set("\r\n\t")
        assert " " * 5 not in fixed


@pytest.mark.parametrize(
    "value, written",
    [
        ("e/01J?x=1&y=~2#top", "e/01J?x=1&y=~2#top"),
        ("São Paulo", "S%C3%A3o%20Paulo"),
        ("S%C3%A3o%20Paulo", "S%C3%A3o%20Paulo"),
        ("100% <fun>", "100%25%20%3Cfun%3E"),
        (" a\nb ", "a%20b"),
        ("a\ud800", "a?"),
    ],
)
def test_the_ending_of_a_link_is_written_as_a_link_can_hold_it(value: str, written: str) -> None:
    assert link_ending(value) == written


def test_preview_shows_the_text_that_is_sent() -> None:
    shown = render(POSITIONAL, VALUES)
    assert shown.header == "Invitation for the family"
    assert shown.body == "Dear Ana, come on 12 March to the Old Hall. Yes, Ana!"
    assert shown.footer == "Reply STOP to stop"
    assert shown.buttons == ("I come", "Map", "I cannot", "Site", "Call")
    assert shown.leads_to == ("", "https://example.com/e/42", "", "https://example.com/", "+447700900001")


def test_preview_leaves_what_is_missing_as_a_placeholder() -> None:
    assert render(POSITIONAL, {"1": "Ana"}).body.startswith("Dear Ana, come on {{2}}")


def test_preview_names_a_picture() -> None:
    picture = {"type": "HEADER", "format": "IMAGE"}
    code = {"type": "BUTTONS", "buttons": [{"type": "COPY_CODE", "text": "Copy"}]}
    assert render([picture], {}).header == "[image]"
    assert unfilled_parts([picture, code]) == ["a code to be copied"]
    assert template_parameters([picture]) == ("header.media",)
    assert unfilled_parts(POSITIONAL) == []


@pytest.mark.parametrize(
    "text, names",
    [
        ("{{2}} {{1}} {{2}}", ["1", "2"]),
        ("{{ venue }} {{guest}}", ["venue", "guest"]),
        ("{{}} {x} {{a b}}", []),
        (None, []),
        (7, []),
    ],
)
def test_placeholders_are_read_once_each(text: object, names: list[str]) -> None:
    assert placeholders(text) == names
