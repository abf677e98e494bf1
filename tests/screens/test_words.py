"""The pure parts: tables of words, options, pace, lengths of time."""

from datetime import UTC, datetime

import pytest

from invite_core.errors import InviteError
from invite_core.invitations.plan import Wish
from invite_core.invitations.policy import BlockReason
from invite_core.invitations.runs import PauseReason, Status
from invite_core.lifecycle.states import State
from invite_tui.local_time import day, length
from invite_tui.pace_shown import PaceShown
from invite_tui.reasons import BLOCKED_BECAUSE, PAUSED_BECAUSE, remedy
from invite_tui.screens.help import MEANINGS
from invite_tui.state_style import STATES, STATUSES
from invite_tui.timeline_words import happened
from invite_tui.wish_words import with_options

WISH = Wish(event="1", template="party")


def test_every_state_and_reason_has_words_of_its_own() -> None:
    assert set(STATES) == set(State)
    assert set(STATUSES) == set(Status)
    assert set(PAUSED_BECAUSE) == set(PauseReason)
    assert set(BLOCKED_BECAUSE) == set(BlockReason)
    assert {look.word for look in STATES.values()} == set(MEANINGS)
    assert all(remedy(reason) for reason in BlockReason)


@pytest.mark.parametrize("looks", [STATES.values(), STATUSES.values(), BLOCKED_BECAUSE.values()])
def test_no_two_states_look_alike_without_colour(looks: list[object]) -> None:
    shown = [getattr(look, "text", look) for look in looks]
    assert len(set(shown)) == len(shown)
    glyphs = [look.glyph for look in looks if hasattr(look, "glyph")]
    assert len(set(glyphs)) == len(glyphs)


def test_options_are_those_of_the_command_line() -> None:
    wish = with_options(
        WISH,
        "--map 1=name --map '2==a literal text' --button=0=yes --per-household --first 20 --occasion spring --cap 3/14",
    )
    assert wish.mapping == {"1": "name", "2": "=a literal text"}
    assert wish.buttons == {"0": "yes"}
    assert (wish.per_household, wish.first, wish.occasion, wish.cap) == (True, 20, "spring", "3/14")
    assert with_options(WISH, "  ") == WISH
    timed = with_options(WISH, "--window 9-20 --their-time --max-cost=25")
    assert (timed.window, timed.their_time, timed.max_cost) == ("9-20", True, "25")


@pytest.mark.parametrize(
    "text", ["--map", "--map 1", "--first many", "--first", "--yes", "name", "--map '1=x"]
)
def test_options_that_cannot_be_read_are_refused_with_a_remedy(text: str) -> None:
    with pytest.raises(InviteError) as refused:
        with_options(WISH, text)
    assert refused.value.todo


@pytest.mark.parametrize(
    "cause, words",
    [
        ("run frozen", "chosen"),
        ("claimed", "being sent"),
        (
            "run frozen: no_consent, no_address",
            "left out: no consent on record, no number, or no longer theirs",
        ),
        ("webhook: delivered", "Meta says: delivered"),
        ("webhook: deleted", "Meta says: deleted"),
        ("reply: yes", "they answered: yes"),
        ("retried by Rita", "retried by Rita"),
        ("refused: a: b", "refused: a: b"),
    ],
)
def test_a_timeline_speaks_plainly_and_keeps_what_it_does_not_know(cause: str, words: str) -> None:
    assert happened(cause) == words


def test_a_code_in_a_timeline_is_explained() -> None:
    assert happened("webhook: failed (131026)").startswith("Meta says: failed. The message cannot be")


def test_no_remedy_names_an_option_that_the_screen_has_under_another_name() -> None:
    assert not any("--fallback" in remedy(reason) for reason in BlockReason)


def test_pace_is_what_left_in_the_time_seen() -> None:
    pace = PaceShown()
    assert (pace.rate, pace.seconds_left) == (None, None)
    pace.see(0.0, 100)
    pace.see(2.0, 60)
    assert (pace.rate, pace.seconds_left) == (20.0, 3.0)
    pace.see(3.0, 90)
    assert pace.rate is None
    for second in range(60):
        pace.see(3.0 + second, 90 - second)
    assert pace.rate == pytest.approx(1.0)
    pace.forget()
    assert pace.seconds_left is None


def test_times_are_told_in_the_unit_that_says_enough() -> None:
    assert [length(seconds) for seconds in (0.1, 45, 600, 9000)] == ["1 s", "45 s", "10 min", "2.5 h"]
    assert day(datetime(2027, 6, 12, 18, 30, tzinfo=UTC)) == "12 Jun 2027 18:30"
