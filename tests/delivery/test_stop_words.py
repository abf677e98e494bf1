"""Stop words: the whole text blocks, a part of it makes somebody look."""

import pytest

from invite_core.delivery.stop_words import StopSign, stop_sign


@pytest.mark.parametrize(
    "text",
    [
        "STOP",
        "stop",
        "  Stop!! 🙏",
        "S.T.O.P.",
        "ＳＴＯＰ",
        "s\u200btop",
        "*STOP*",
        "🛑 stop 🛑",
        "Stop\n",
        "Unsubscribe",
        "opt-out",
        "Opt out.",
        "Don’t message me",
        "PARAR",
        "Sair.",
        "Não quero mais mensagens!",
        "nao quero mais mensagens",
        "BAJA",
        "Darme de baja",
        "Cancelar suscripción",
        "Abmelden",
        "Kündigen",
        "KEINE NACHRICHTEN MEHR!",
        "Arrêter",
        "ARRETER",
        "Désabonnement",
        "Basta",
        "Non voglio più messaggi",
        "İPTAL",
        "توقف",
        "बंद करो",
    ],
)
def test_a_text_that_is_a_stop_word_as_a_whole_stops(text: str) -> None:
    assert stop_sign(text) is StopSign.STOP


@pytest.mark.parametrize(
    "text",
    [
        "When does it stop?",
        "Please STOP, Rita",
        "stop/parar",
        "I want to unsubscribe from this",
        "Quero cancelar a minha inscrição",
        "Bitte abmelden, danke",
        "Je ne veux plus de messages de vous",
        "Adesso basta, per favore",
    ],
)
def test_a_text_that_contains_one_is_possible(text: str) -> None:
    assert stop_sign(text) is StopSign.POSSIBLE


@pytest.mark.parametrize(
    "text",
    [
        "",
        "🎉",
        "Yes, see you there",
        "no",
        "Is there a bus stopover?",
        "The weekend is fine",
        "We are unstoppable",
        "Não posso, obrigado",
        "Ich komme gern",
        "Obrigada pelo convite!",
    ],
)
def test_other_texts_are_no_stop(text: str) -> None:
    assert stop_sign(text) is StopSign.NONE
