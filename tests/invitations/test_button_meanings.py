"""What a tap means: proposed by the label, chosen by the organiser, carried by the payload."""

import pytest

from invite_core.invitations.button_meanings import (
    Meaning,
    MeaningFault,
    checked_meaning,
    payload,
    places_of,
    proposed_meaning,
    proposed_meanings,
    read_payload,
)

ATTEMPT = "0194f0a1b2c3" + "a" * 20


@pytest.mark.parametrize(
    "meaning, labels",
    [
        (
            "yes",
            ["Yes", "YES!", "Yes, I will come", "Sim, vou", "Sí, voy", "Si", "Ja", "Oui", "👍 Yes", "Ｙｅｓ"],
        ),
        ("no", ["No", "No, I can't", "I can’t come", "Não posso", "NÃO", "No puedo", "Nein, danke", "Non"]),
        ("maybe", ["Maybe", "Talvez", "Quizás", "Tal vez", "Vielleicht", "Peut-être", "Not sure yet"]),
        ("stop", ["STOP", "Stop promotions", "Não quero mensagens", "Baja", "Abmelden"]),
        (None, ["Programme", "", "🎉", "Directions", "Yesterday", "Nobody"]),
    ],
)
def test_a_label_proposes_its_meaning(meaning: str | None, labels: list[str]) -> None:
    assert {label: proposed_meaning(label) for label in labels} == dict.fromkeys(labels, meaning)


def test_a_button_that_nobody_understands_gets_no_proposal() -> None:
    assert proposed_meanings({0: "Yes", 2: "Programme", 3: "No"}) == {"0": "yes", "3": "no"}


@pytest.mark.parametrize("text", ["yes", "no", "maybe", "stop", "none", "yes:1", "yes:99"])
def test_a_meaning_is_accepted(text: str) -> None:
    assert checked_meaning(text) == text


@pytest.mark.parametrize(
    "text", ["", "Yes", "yes:", "yes:0", "yes:100", "yes:-1", "no:2", "yes:2\n", " yes", "yes:٣"]
)
def test_no_other_meaning_exists(text: str) -> None:
    with pytest.raises(MeaningFault):
        checked_meaning(text)


def test_places_of_an_answer() -> None:
    assert [places_of(text) for text in ("yes:4", "yes:12", "yes", "no", "yes:0")] == [
        4,
        12,
        None,
        None,
        None,
    ]


@pytest.mark.parametrize("meaning", [*Meaning, "yes:1", "yes:42"])
def test_a_payload_comes_back_as_it_went(meaning: str) -> None:
    assert read_payload(payload(meaning, ATTEMPT)) == (meaning, ATTEMPT)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Yes",
        f"rsvp:perhaps:{ATTEMPT}",
        f"rsvp:yes:{ATTEMPT}\n",
        f" rsvp:yes:{ATTEMPT}",
        f"rsvp:yes:0:{ATTEMPT}",
        f"rsvp:yes:{ATTEMPT[:-1]}",
        f"rsvp:yes:{ATTEMPT.upper()}",
        f"RSVP:yes:{ATTEMPT}",
        "rsvp:yes:" + "g" * 32,
    ],
)
def test_a_payload_of_somebody_else_is_none_of_ours(text: str) -> None:
    assert read_payload(text) is None
