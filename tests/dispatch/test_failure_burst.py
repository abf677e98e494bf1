"""Many outcomes that are alike stop a run; bad luck here and there does not."""

from invite_core.dispatch.failure_burst import (
    IN_A_ROW,
    UPDATES_IN_A_ROW,
    FailureBurst,
    burst_of_updates,
)
from invite_core.provider.outcome import Accepted, Fault, Outcome, Refused, Unknown

TAKEN = Accepted("wamid.A")
NO_ANSWER = Unknown("ReadTimeout", "")
NOT_ON_WHATSAPP = Refused(Fault.RECIPIENT, "not on WhatsApp", 131026)
OTHER = Refused(Fault.RECIPIENT, "too long", 132005)
TOO_FAST = Refused(Fault.PACE, "too fast", 130429)


def _sentence(*outcomes: Outcome) -> str | None:
    burst = FailureBurst()
    for outcome in outcomes:
        burst.see(outcome)
    return burst.sentence


def test_no_answer_many_times_in_a_row_is_a_burst_whatever_the_cause() -> None:
    causes = [Unknown(f"cause {n}", "") for n in range(IN_A_ROW)]
    assert "no answer" in str(_sentence(*causes))


def test_one_error_many_times_in_a_row_is_a_burst_that_names_it() -> None:
    assert "131026" in str(_sentence(*[NOT_ON_WHATSAPP] * IN_A_ROW))


def test_one_less_is_none() -> None:
    assert _sentence(*[NOT_ON_WHATSAPP] * (IN_A_ROW - 1)) is None


def test_a_good_answer_in_between_begins_the_count_anew() -> None:
    assert _sentence(*[NO_ANSWER] * (IN_A_ROW - 1), TAKEN, NO_ANSWER) is None


def test_good_answers_are_never_a_burst() -> None:
    assert _sentence(*[TAKEN] * 100) is None


def test_two_errors_by_turns_are_no_burst() -> None:
    assert _sentence(*[NOT_ON_WHATSAPP, OTHER] * IN_A_ROW) is None


def test_refusals_for_the_pace_neither_count_nor_begin_anew() -> None:
    half = [NOT_ON_WHATSAPP] * (IN_A_ROW - 1)
    assert _sentence(*half, TOO_FAST, TOO_FAST, NOT_ON_WHATSAPP) is not None
    assert _sentence(*[TOO_FAST] * 100) is None


def test_updates_that_all_fail_with_one_code_are_a_burst() -> None:
    assert "131049" in str(burst_of_updates([("failed", 131049)] * UPDATES_IN_A_ROW))


def test_one_message_that_got_through_or_another_code_is_none() -> None:
    alike: list[tuple[str, int | None]] = [("failed", 131049)] * (UPDATES_IN_A_ROW - 1)
    assert burst_of_updates(alike) is None
    assert burst_of_updates([*alike, ("delivered", None)]) is None
    assert burst_of_updates([*alike, ("failed", 131026)]) is None
