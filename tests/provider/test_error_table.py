"""Every code of Meta's, and what the design (section 5) has it mean."""

import pytest

from invite_core.provider.error_table import ErrorClass, all_codes, explain, refusal
from invite_core.provider.outcome import Fault, Refused, Unknown

PACE = {4, 80007, 130429, 131056}
OPEN = {1, 2, 131000, 131016, 133004}
PERSON = {
    *(130403, 130472, 130497, 131021, 131026, 131049, 131050, 131052, 131062),
    *(132005, 132018, 139100),
}
TEMPLATE = {
    *(100, 131008, 131009, 131030, 131047, 131051, 131053, 131055, 131059),
    *(132000, 132001, 132007, 132012, 132015, 132016, 132068, 132069, 134100, 134101, 135000),
}
ACCOUNT = {
    *(0, 3, 10, 33, 104, 190, 200, 368),
    *(131005, 131031, 131037, 131042, 131045, 131048, 131057, 131063, 131064),
    *(133000, 133005, 133006, 133008, 133009, 133010, 133015, 133016, 134011, 134102, 2494100),
}
DOCUMENTED = PACE | OPEN | PERSON | TEMPLATE | ACCOUNT
"""Meta's list without what only its management interfaces answer (139101–3, 147001–5, 2388…, 1752041)
and without subcodes (2494055)."""

FAULTS = {
    **dict.fromkeys(PACE, Fault.PACE),
    **dict.fromkeys(PERSON, Fault.RECIPIENT),
    **dict.fromkeys(TEMPLATE, Fault.TEMPLATE),
    **dict.fromkeys(ACCOUNT, Fault.ACCOUNT),
}

DETAIL = "words of Meta"


def refused(code: int | None, detail: str = DETAIL, http_status: int = 400) -> Refused:
    outcome = refusal(code, detail, http_status)
    assert isinstance(outcome, Refused)
    return outcome


def test_every_documented_code_is_in_the_table() -> None:
    assert {fact.code for fact in all_codes()} == DOCUMENTED


def test_every_code_has_a_sentence_and_a_remedy() -> None:
    for code in DOCUMENTED:
        fact = explain(code)
        assert fact.code == code
        for text in (fact.sentence, fact.todo):
            assert text == text.strip(), code
            assert text[0].isupper(), code
            assert text.endswith("."), code


@pytest.mark.parametrize("http_status", [400, 401, 403, 404, 429])
def test_code_decides_whatever_the_http_status_below_500(http_status: int) -> None:
    assert {code: refused(code, http_status=http_status).fault for code in FAULTS} == FAULTS


@pytest.mark.parametrize("code", sorted(OPEN))
@pytest.mark.parametrize("http_status", [200, 400, 403, 429, 500, 503])
def test_fault_of_metas_own_leaves_everything_open(code: int, http_status: int) -> None:
    outcome = refusal(code, DETAIL, http_status)
    assert isinstance(outcome, Unknown)
    assert (outcome.code, outcome.http_status) == (code, http_status)


@pytest.mark.parametrize("http_status", [500, 502, 503, 504, 520])
def test_any_5xx_leaves_everything_open(http_status: int) -> None:
    codes = (*sorted(DOCUMENTED), 299, 139999, None)
    assert not [code for code in codes if not isinstance(refusal(code, DETAIL, http_status), Unknown)]


@pytest.mark.parametrize("code", sorted(PACE))
def test_refusal_for_pace_goes_back_to_the_queue_with_a_wait(code: int) -> None:
    outcome = refused(code)
    assert outcome.requeue
    assert outcome.pauses is None
    assert outcome.wait_seconds is not None
    assert outcome.wait_seconds > 0


def test_pair_rate_holds_only_the_person() -> None:
    assert not refused(131056).holds_everyone
    assert all(refused(code).holds_everyone for code in PACE - {131056})


@pytest.mark.parametrize("codes, pauses", [(TEMPLATE, "template"), (ACCOUNT, "account")])
def test_refusal_of_template_or_account_pauses_the_run(codes: set[int], pauses: str) -> None:
    for code in codes:
        outcome = refused(code)
        assert (outcome.requeue, outcome.pauses) == (True, pauses), code
        assert not outcome.holds_everyone, code


def test_refusal_of_a_person_stops_nobody_else() -> None:
    for code in PERSON:
        outcome = refused(code)
        assert (outcome.requeue, outcome.pauses) == (False, None), code
        assert (outcome.wait_seconds, outcome.holds_everyone) == (None, False), code


@pytest.mark.parametrize(
    "detail",
    [
        "Recipient phone number is not valid",
        "The parameter to is invalid",
        "Param to must be a valid WhatsApp id",
        "Parameter value is not valid: wa_id",
    ],
)
def test_invalid_value_is_the_persons_if_the_detail_names_the_number(detail: str) -> None:
    assert refused(131009, detail).fault is Fault.RECIPIENT


@pytest.mark.parametrize(
    "detail",
    [
        "",
        "Parameter value is not valid",
        "Parameter text is too long",
        "Components sub_type invalid at index: 1",
        "Number of parameters does not match",
        "Template is not synced to the ads account yet",
    ],
)
def test_invalid_value_is_the_templates_otherwise(detail: str) -> None:
    assert refused(131009, detail).fault is Fault.TEMPLATE


def test_only_two_codes_put_a_person_on_the_do_not_message_list() -> None:
    listed = {fact.code: fact.do_not_message for fact in all_codes() if fact.do_not_message}
    assert listed == {131050: "marketing", 130403: "all"}


def test_code_after_which_trying_again_is_wrong_is_not_retried() -> None:
    never = {fact.code for fact in all_codes() if not fact.may_be_retried}
    assert {130403, 131050, 130472, 131021, 131026} <= never
    assert never <= PERSON


def test_person_spared_by_meta_is_left_alone_for_a_day() -> None:
    assert explain(131049).cool_down_seconds >= 24 * 3600
    assert explain(131049).may_be_retried


@pytest.mark.parametrize("code", [201, 210, 299])
def test_missing_permission_is_the_accounts_whatever_its_number(code: int) -> None:
    outcome = refused(code)
    assert (outcome.fault, outcome.code) == (Fault.ACCOUNT, code)


@pytest.mark.parametrize("code", [139999, 5, -1, 300, None])
def test_unknown_code_is_the_persons_refusal_and_never_sent_again(code: int | None) -> None:
    outcome = refused(code)
    assert outcome.fault is Fault.RECIPIENT
    assert not outcome.requeue
    fact = explain(code)
    assert fact.error_class is ErrorClass.RECIPIENT
    assert fact.do_not_message is None
    assert fact.sentence
    assert fact.todo
    assert code is None or str(code) in fact.sentence


@pytest.mark.parametrize("code", [139999, None])
def test_429_with_an_unknown_code_waits(code: int | None) -> None:
    outcome = refused(code, http_status=429)
    assert outcome.fault is Fault.PACE
    assert outcome.wait_seconds
    assert outcome.holds_everyone


def test_refusal_without_metas_words_has_ours() -> None:
    assert refused(131026, "").detail == explain(131026).sentence
