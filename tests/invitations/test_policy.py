"""Each block reason: someone for whom it holds, and someone for whom it does not."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from invite_core.instants import stored
from invite_core.invitations import event_changes, policy, runs, templates
from invite_core.invitations.events import Event
from invite_core.invitations.plan import Plan, Purpose
from invite_core.invitations.policy import REMEDIES, RULES, BlockReason
from invite_core.lifecycle import control
from invite_core.lifecycle.states import State
from invite_core.people import consent, do_not_message
from invite_core.store import Store
from tests.builders import (
    NOW,
    ORGANISER,
    REMINDER,
    a_contact,
    a_phone,
    a_plan,
    a_run,
    an_event,
    later,
    sample_templates,
)
from tests.invitations.outcomes import (
    accept,
    answer,
    bring_to,
    claim,
    lose,
    merge,
    reasons,
    refuse,
    told,
)

LANDLINE = "+442079460000"
"""In the range that Ofcom keeps for drama in London."""


def block(store: Store, contact: int, *, scope: str = "all", at: float = 0) -> None:
    do_not_message.block(
        store,
        contact=contact,
        scope=scope,
        reason="asked",
        source="user_preferences" if scope == "marketing" else "organiser",
        at=later(at),
        by=ORGANISER,
        now=later(at),
    )


def set_contact(store: Store, contact: int, **columns: object) -> None:
    with store.write():
        for column, value in columns.items():
            store.execute(f"UPDATE contacts SET {column} = ? WHERE id = ?", (value, contact))


def retire_first_number(store: Store, contact: int) -> None:
    with store.write():
        store.execute(
            "UPDATE contact_identities SET retired_at = ? WHERE contact = ? AND position = 0",
            (stored(NOW), contact),
        )


def set_template_status(store: Store, language: str, status: str) -> None:
    with store.write():
        store.execute("UPDATE templates SET status = ? WHERE language = ?", (status, language))


def invited_otherwise(store: Store, event: int, contact: int) -> None:
    with store.write():
        store.execute(
            "INSERT INTO invited_otherwise (event, contact, via, at, recorded_by) VALUES (?, ?, 'phone', ?, 'Rita')",
            (event, contact, stored(NOW)),
        )


Setup = Callable[[Store, Event, int], object]

SIMPLE: dict[BlockReason, Setup] = {
    BlockReason.ERASED: lambda store, event, ana: set_contact(store, ana, erased_at=stored(NOW)),
    BlockReason.DO_NOT_MESSAGE: lambda store, event, ana: block(store, ana),
    BlockReason.MARKETING_OPT_OUT: lambda store, event, ana: block(store, ana, scope="marketing"),
    BlockReason.POSSIBLE_OPT_OUT: lambda store, event, ana: answer(
        store, ana, event.id, None, status="possible_opt_out", match_key="447700900001"
    ),
    BlockReason.NO_CONSENT: lambda store, event, ana: consent.revoke(
        store, ana, source="phone call", at=NOW, by=ORGANISER, now=NOW
    ),
    BlockReason.INVITED_OTHERWISE: lambda store, event, ana: invited_otherwise(store, event.id, ana),
    BlockReason.ALREADY_ANSWERED: lambda store, event, ana: answer(store, ana, event.id, "no"),
    BlockReason.LANGUAGE_NOT_AVAILABLE: lambda store, event, ana: set_contact(store, ana, language="ja"),
    BlockReason.MISSING_PARAMETER: lambda store, event, ana: set_contact(store, ana, name="  "),
}


@pytest.mark.parametrize("reason", SIMPLE, ids=str)
def test_a_reason_blocks_the_person_it_is_about_and_nobody_else(store: Store, reason: BlockReason) -> None:
    event = an_event(store)
    ana = a_contact(store, "Ana", 1)
    a_contact(store, "Bea", 2)
    plan = a_plan(store, event, fallback=None)
    assert reasons(store, plan) == {"Ana": (), "Bea": ()}
    SIMPLE[reason](store, event, ana)
    verdicts = reasons(store, plan)
    assert verdicts.pop("Bea") == ()
    assert list(verdicts.values()) == [(reason,)]


def test_reasons_come_strongest_first(store: Store) -> None:
    event = an_event(store)
    ana = a_contact(store, "Ana")
    for setup in reversed(SIMPLE.values()):
        setup(store, event, ana)
    set_contact(store, ana, name="Ana", household="x")
    plan = a_plan(store, event, fallback=None, not_after=stored(NOW))
    expected = [
        "erased",
        "do_not_message",
        "marketing_opt_out",
        "possible_opt_out",
        "no_consent",
        "invited_otherwise",
        "already_answered",
        "too_late",
        "language_not_available",
    ]
    assert list(reasons(store, plan)["Ana"]) == expected
    assert [reason for reason in BlockReason if reason in expected] == expected


def test_rules_stand_in_the_order_of_the_reasons() -> None:
    order = list(BlockReason)
    assert [rule.reason for rule in RULES] == sorted((rule.reason for rule in RULES), key=order.index)


def test_every_reason_has_a_remedy() -> None:
    assert set(REMEDIES) == set(BlockReason)
    assert all(policy.reasons_sql().count(f"'{rule.reason},'") == 2 for rule in RULES)


# ---------------------------------------------------------------- do not message


def test_a_block_holds_for_everyone_who_shares_the_number(store: Store) -> None:
    ana = a_contact(store, "Ana", 1)
    a_contact(store, "Bea", 1)
    a_contact(store, "Carl", 2)
    block(store, ana)
    verdicts = reasons(store, a_plan(store))
    assert verdicts == {"Ana": ("do_not_message",), "Bea": ("do_not_message",), "Carl": ()}


def test_a_block_of_a_retired_number_still_blocks_the_person(store: Store) -> None:
    ana = a_contact(store, "Ana", 1, 2)
    retire_first_number(store, ana)
    do_not_message.block(
        store, address=a_phone(1), reason="STOP", source="stop_word", at=NOW, by=ORGANISER, now=NOW
    )
    assert reasons(store, a_plan(store)) == {"Ana": ("do_not_message",)}


def test_a_lift_frees_and_a_later_block_holds_again(store: Store) -> None:
    ana = a_contact(store, "Ana")
    plan = a_plan(store)
    block(store, ana)
    do_not_message.lift(store, contact=ana, reason="she asked to be back", by=ORGANISER, now=later(60))
    assert reasons(store, plan) == {"Ana": ()}
    block(store, ana, at=120)
    assert reasons(store, plan) == {"Ana": ("do_not_message",)}


@pytest.mark.parametrize("purpose", list(Purpose))
def test_no_purpose_is_exempt_from_do_not_message(store: Store, purpose: Purpose) -> None:
    ana = a_contact(store, "Ana")
    event = an_event(store)
    bring_to(store, a_run(store, a_plan(store, event)).id, State.DELIVERED)
    block(store, ana)
    plan = a_plan(store, event, purpose=purpose, occasion=None)
    assert "do_not_message" in reasons(store, plan)["Ana"]


def test_the_doubt_about_a_stop_blocks_everyone_with_the_number(store: Store) -> None:
    event = an_event(store)
    ana = a_contact(store, "Ana", 1)
    a_contact(store, "Bea", 1)
    answer(store, ana, event.id, None, status="possible_opt_out", match_key="447700900001")
    verdicts = reasons(store, a_plan(store, event))
    assert verdicts == {"Ana": ("possible_opt_out",), "Bea": ("possible_opt_out",)}


def test_the_doubt_about_a_stop_holds_under_whatever_address_it_was_written(store: Store) -> None:
    event = an_event(store)
    ana = a_contact(store, "Ana", 1)
    answer(store, ana, event.id, None, status="possible_opt_out", match_key="GB.13491208655302741918")
    assert reasons(store, a_plan(store, event)) == {"Ana": ("possible_opt_out",)}


def test_the_doubt_about_a_stop_goes_over_to_the_person_who_was_merged_with(store: Store) -> None:
    event = an_event(store)
    ana, old_ana = a_contact(store, "Ana", 1), a_contact(store, "Ana A.", 2)
    answer(store, old_ana, event.id, None, status="possible_opt_out", match_key="447700900002")
    merge(store, old_ana, ana)
    assert reasons(store, a_plan(store, event)) == {"Ana": ("possible_opt_out",)}


# ---------------------------------------------------------------- consent


def test_consent_goes_by_its_own_time_and_a_tie_goes_to_the_revocation(store: Store) -> None:
    ana = a_contact(store, "Ana", 1, consented=False)
    bea = a_contact(store, "Bea", 2, consented=False)
    carl = a_contact(store, "Carl", 3, consented=False)
    day = NOW - timedelta(days=30)

    def said(act: Callable[..., object], contact: int, at: timedelta) -> None:
        act(store, contact, source="form", at=day + at, by=ORGANISER, now=NOW)

    hour = timedelta(hours=1)
    said(consent.grant, ana, 2 * hour)
    said(consent.revoke, ana, hour)
    said(consent.revoke, bea, 2 * hour)
    said(consent.grant, bea, hour)
    said(consent.grant, carl, hour)
    said(consent.revoke, carl, hour)
    verdicts = reasons(store, a_plan(store))
    assert verdicts == {"Ana": (), "Bea": ("no_consent",), "Carl": ("no_consent",)}


def test_a_person_who_never_agreed_is_blocked(store: Store) -> None:
    a_contact(store, "Ana", consented=False)
    assert reasons(store, a_plan(store)) == {"Ana": ("no_consent",)}


# ---------------------------------------------------------------- addresses


def test_without_a_number_there_is_no_address(store: Store) -> None:
    ana = a_contact(store, "Ana", 1)
    a_contact(store, "Bea", 2)
    retire_first_number(store, ana)
    assert reasons(store, a_plan(store)) == {"Ana": ("no_address",), "Bea": ()}


def test_a_landline_is_no_number_for_whatsapp_but_a_mobile_beside_it_is(store: Store) -> None:
    a_contact(store, "Ana", LANDLINE)
    a_contact(store, "Bea", LANDLINE, 2)
    plan = a_plan(store)
    assert reasons(store, plan) == {"Ana": ("invalid_number",), "Bea": ()}
    run = a_run(store, plan)
    assert store.value(
        "SELECT address FROM invite_messages WHERE run = ? AND contact = 2", (run.id,)
    ) == a_phone(2)


def test_the_first_number_is_written_to_until_it_is_retired(store: Store) -> None:
    ana = a_contact(store, "Ana", 1, 2)
    event = an_event(store)
    first = a_run(store, a_plan(store, event))
    assert store.value("SELECT address FROM invite_messages WHERE run = ?", (first.id,)) == a_phone(1)
    control.cancel_rest(store, first.id, by=ORGANISER, now=NOW)
    retire_first_number(store, ana)
    second = a_run(store, a_plan(store, event))
    assert store.value("SELECT address FROM invite_messages WHERE run = ?", (second.id,)) == a_phone(2)


# ---------------------------------------------------------------- once per person and event


@pytest.mark.parametrize(
    "state, blocked",
    [
        ("queued", True),
        ("sending", True),
        ("unconfirmed", True),
        ("accepted", True),
        ("delivered", True),
        ("failed after acceptance", True),
        ("refused", False),
        ("cancelled", False),
    ],
)
def test_whoever_may_have_an_invitation_gets_no_second_one(store: Store, state: str, blocked: bool) -> None:
    a_contact(store, "Ana")
    event = an_event(store)
    run = a_run(store, a_plan(store, event)).id
    match state:
        case "sending":
            claim(store, run)
        case "unconfirmed":
            lose(store, claim(store, run)[0].attempt)
        case "accepted":
            bring_to(store, run)
        case "delivered":
            bring_to(store, run, State.DELIVERED)
        case "failed after acceptance":
            bring_to(store, run, State.FAILED)
        case "refused":
            refuse(store, claim(store, run)[0].attempt)
        case "cancelled":
            control.cancel_rest(store, run, by=ORGANISER, now=NOW)
    verdicts = reasons(store, a_plan(store, event))
    assert verdicts == {"Ana": ("already_invited",) if blocked else ()}


def test_an_invitation_to_one_event_says_nothing_about_another(store: Store) -> None:
    a_contact(store, "Ana")
    bring_to(store, a_run(store, a_plan(store, an_event(store))).id, State.READ)
    assert reasons(store, a_plan(store, an_event(store, "Winter gala"))) == {"Ana": ()}


@pytest.mark.parametrize("states", [(State.SENT,), (State.DELIVERED,), (State.READ, State.FAILED)])
def test_evidence_that_a_message_given_up_was_sent_after_all_blocks_again(
    store: Store, states: tuple[State, ...]
) -> None:
    """The slot was given back; what Meta tells later still counts, for whoever shares the number too."""
    ana = a_contact(store, "Ana", 1)
    event = an_event(store)
    run = a_run(store, a_plan(store, event)).id
    (attempt,) = claim(store, run)
    wamid = accept(store, attempt.attempt)
    for state in states:
        told(store, wamid, state)
    with store.write():
        store.execute(
            "UPDATE invite_messages SET slot_person = NULL, slot_address = NULL WHERE contact = ?", (ana,)
        )
    a_contact(store, "Bea", 1)
    verdicts = reasons(store, a_plan(store, event))
    assert verdicts == {"Ana": ("already_invited",), "Bea": ("same_number",)}


def test_the_invitation_of_a_merged_contact_counts(store: Store) -> None:
    ana, again = a_contact(store, "Ana", 1), a_contact(store, "Ana Example", 2, consented=False)
    event = an_event(store)
    bring_to(store, a_run(store, a_plan(store, event)).id, State.READ)
    merge(store, ana, again)
    assert reasons(store, a_plan(store, event)) == {"Ana Example": ("already_invited",)}


# ---------------------------------------------------------------- one number, one household


def test_a_couple_with_one_phone_gets_one_message_and_both_are_listed(store: Store) -> None:
    a_contact(store, "Ana", 1)
    a_contact(store, "Bea", 1)
    plan = a_plan(store)
    assert reasons(store, plan) == {"Ana": (), "Bea": ("same_number",)}
    run = a_run(store, plan)
    assert (run.total, run.eligible) == (2, 1)


def test_the_message_goes_to_the_one_of_a_couple_who_may_have_it(store: Store) -> None:
    a_contact(store, "Ana", 1, consented=False)
    a_contact(store, "Bea", 1)
    assert reasons(store, a_plan(store)) == {"Ana": ("no_consent",), "Bea": ()}


def test_a_number_written_to_in_another_run_is_not_written_to_again(store: Store) -> None:
    a_contact(store, "Ana", 1, tags=["first"])
    a_contact(store, "Bea", 1)
    a_contact(store, "Carl", 2)
    event = an_event(store)
    a_run(store, a_plan(store, event, audience="tag:first"))
    verdicts = reasons(store, a_plan(store, event, audience="-tag:first"))
    assert verdicts == {"Bea": ("same_number",), "Carl": ()}


def test_two_spellings_of_one_number_are_one_number(store: Store) -> None:
    a_contact(store, "Ana", "+5511987654321")
    a_contact(store, "Bea", "+551187654321")
    assert list(reasons(store, a_plan(store)).values()) == [(), ("same_number",)]


def test_per_household_the_first_gets_it_and_only_if_asked(store: Store) -> None:
    a_contact(store, "Ana", 1, household="Silva", consented=False)
    a_contact(store, "Bea", 2, household="Silva")
    a_contact(store, "Carl", 3, household="Silva")
    a_contact(store, "Dora", 4)
    a_contact(store, "Eva", 5)
    event = an_event(store)
    together = a_plan(store, event, per_household=True)
    assert reasons(store, together) == {
        "Ana": ("no_consent",),
        "Bea": (),
        "Carl": ("same_household",),
        "Dora": (),
        "Eva": (),
    }
    assert reasons(store, a_plan(store, event))["Carl"] == ()


def test_a_household_invited_before_is_not_invited_again(store: Store) -> None:
    a_contact(store, "Ana", 1, household="Silva", tags=["first"])
    a_contact(store, "Bea", 2, household="Silva")
    event = an_event(store)
    a_run(store, a_plan(store, event, audience="tag:first"))
    rest = a_plan(store, event, audience="-tag:first", per_household=True)
    assert reasons(store, rest) == {"Bea": ("same_household",)}


@pytest.mark.parametrize("way, reason", [("letter", "same_household"), ("answer", "already_answered")])
def test_a_household_that_has_a_letter_or_has_answered_gets_no_invitation_of_its_own(
    store: Store, way: str, reason: str
) -> None:
    ana = a_contact(store, "Ana", 1, household="Silva")
    a_contact(store, "Bea", 2, household="Silva")
    event = an_event(store)
    if way == "letter":
        invited_otherwise(store, event.id, ana)
    else:
        answer(store, ana, event.id, "yes", places=2)
    assert reasons(store, a_plan(store, event))["Bea"] == ()
    assert reasons(store, a_plan(store, event, per_household=True))["Bea"] == (reason,)


# ---------------------------------------------------------------- time, texts, parameters


def test_too_late_holds_from_the_very_moment(store: Store) -> None:
    a_contact(store, "Ana")
    plan = a_plan(store, not_after="2027-03-05T12:00")
    last = NOW + timedelta(days=4)
    assert reasons(store, plan, now=last - timedelta(milliseconds=1)) == {"Ana": ()}
    assert reasons(store, plan, now=last) == {"Ana": ("too_late",)}


def test_nothing_is_sent_once_the_event_has_begun(store: Store) -> None:
    a_contact(store, "Ana")
    event = an_event(store)
    assert reasons(store, a_plan(store, event), now=event.starts_at) == {"Ana": ("too_late",)}


@pytest.mark.parametrize("status", ["PENDING", "REJECTED", "PAUSED", "DISABLED"])
def test_a_text_that_meta_has_not_approved_blocks_those_who_speak_it(store: Store, status: str) -> None:
    a_contact(store, "Ana", 1, language="pt_PT")
    a_contact(store, "Bea", 2, language="en")
    sample_templates(store)
    set_template_status(store, "pt_PT", status)
    assert reasons(store, a_plan(store)) == {"Ana": ("template_not_approved",), "Bea": ()}


def test_a_language_without_a_text_falls_back_or_blocks(store: Store) -> None:
    a_contact(store, "Ana", 1, language="ja")
    a_contact(store, "Bea", 2, language="")
    event = an_event(store)
    blocked = ("language_not_available",)
    assert reasons(store, a_plan(store, event, fallback=None)) == {"Ana": blocked, "Bea": blocked}
    assert reasons(store, a_plan(store, event, fallback="es")) == {"Ana": (), "Bea": ()}


def test_an_attribute_that_a_person_lacks_is_a_missing_parameter(store: Store) -> None:
    a_contact(store, "Ana", 1, attributes={"title": "Dr Ana"})
    a_contact(store, "Bea", 2, attributes={"title": " "})
    a_contact(store, "Carl", 3)
    plan = a_plan(store, mapping={"guest_name": "attribute.title"})
    missing = ("missing_parameter",)
    assert reasons(store, plan) == {"Ana": (), "Bea": missing, "Carl": missing}


# ---------------------------------------------------------------- purposes


def test_a_test_goes_out_again_and_again_and_takes_no_slot(store: Store) -> None:
    a_contact(store, "Ana", 1)
    a_contact(store, "Bea", 1)
    event = an_event(store)
    assert reasons(store, a_plan(store, event, purpose=Purpose.TEST)) == {"Ana": (), "Bea": ()}
    a_contact(store, "Cleo", 2, tags=("me",))
    for _ in range(2):
        a_run(store, a_plan(store, event, purpose=Purpose.TEST, audience="tag:me"))
    assert store.value("SELECT count(slot_person) + count(slot_address) FROM invite_messages") == 0
    assert reasons(store, a_plan(store, event))["Ana"] == ()


@pytest.fixture
def spread(store: Store) -> Event:
    """An event with one invitation in each state, each person named by it."""
    event = an_event(store)
    names = (
        "accepted",
        "sent",
        "delivered",
        "read",
        "read, then failed",
        "read and answered",
        "failed",
        "refused",
        "unconfirmed",
        "sending",
        "cancelled",
    )
    for number, name in enumerate(names, 1):
        a_contact(store, name, number)
    run = a_run(store, a_plan(store, event)).id
    a_contact(store, "never invited", 20)
    claims = dict(zip(names, claim(store, run, len(names) - 1), strict=False))
    control.cancel_rest(store, run, by=ORGANISER, now=NOW)
    refuse(store, claims["refused"].attempt)
    lose(store, claims["unconfirmed"].attempt)
    for name, states in {
        "accepted": (),
        "sent": (State.SENT,),
        "delivered": (State.DELIVERED,),
        "read": (State.READ,),
        "read, then failed": (State.READ, State.FAILED),
        "read and answered": (State.READ,),
        "failed": (State.SENT, State.FAILED),
    }.items():
        wamid = accept(store, claims[name].attempt)
        for state in states:
            told(store, wamid, state)
    answer(store, names.index("read and answered") + 1, event.id, "yes")
    return event


def a_reminder(store: Store, event: Event, **wish: Any) -> Plan:
    mapping = {"1": "name", "2": "event.name", "button.2": "=programme"}
    return a_plan(store, event, template=REMINDER, purpose=Purpose.REMINDER, mapping=mapping, **wish)


def test_a_reminder_goes_to_the_silent_whom_the_invitation_reached(store: Store, spread: Event) -> None:
    assert reasons(store, a_reminder(store, spread)) == {
        "delivered": (),
        "read": (),
        "read, then failed": (),
        "read and answered": ("already_answered",),
    }


@pytest.mark.parametrize("purpose", [Purpose.UPDATE, Purpose.CANCELLATION])
def test_news_goes_to_all_who_may_have_the_invitation(store: Store, spread: Event, purpose: Purpose) -> None:
    """Those whose request got no answer included: they may have it."""
    verdicts = reasons(store, a_plan(store, spread, purpose=purpose))
    assert verdicts == dict.fromkeys(
        (
            "accepted",
            "sent",
            "delivered",
            "read",
            "read, then failed",
            "read and answered",
            "unconfirmed",
            "sending",
        ),
        (),
    )


def test_an_answer_of_a_household_that_was_invited_as_one_is_everybodys(store: Store) -> None:
    a_contact(store, "Ana", 1, household="Silva")
    bea = a_contact(store, "Bea", 2, household="Silva")
    event = an_event(store)
    bring_to(store, a_run(store, a_plan(store, event, per_household=True)).id, State.READ)
    answer(store, bea, event.id, "yes")
    assert reasons(store, a_reminder(store, event)) == {"Ana": ()}
    assert reasons(store, a_reminder(store, event, per_household=True)) == {"Ana": ("already_answered",)}


def test_a_reminder_goes_once_per_occasion(store: Store, spread: Event) -> None:
    a_run(store, a_reminder(store, spread, occasion="first"))
    again = reasons(store, a_reminder(store, spread, occasion="first"))
    assert set(again.values()) == {("already_invited",), ("already_answered",)}
    assert reasons(store, a_reminder(store, spread, occasion="last call"))["read"] == ()


# ---------------------------------------------------------------- at the claim


def test_the_claim_judges_with_the_same_rules(store: Store) -> None:
    ana, bea = a_contact(store, "Ana", 1), a_contact(store, "Bea", 2)
    run = a_run(store)
    block(store, ana)
    (claimed,) = claim(store, run.id)
    assert store.value("SELECT contact FROM invite_messages WHERE id = ?", (claimed.message,)) == bea
    row = store.row("SELECT state, block_reasons, slot_person FROM invite_messages WHERE contact = ?", (ana,))
    assert row is not None
    assert dict(row) == {"state": "blocked", "block_reasons": "do_not_message", "slot_person": None}


def test_a_number_given_up_after_freezing_is_not_written_to(store: Store) -> None:
    """It may have a new owner by now."""
    ana = a_contact(store, "Ana", 1, 2)
    run = a_run(store)
    retire_first_number(store, ana)
    assert claim(store, run.id) == []
    assert store.value("SELECT block_reasons FROM invite_messages WHERE run = ?", (run.id,)) == "no_address"


def test_a_run_does_not_block_its_own_messages(store: Store) -> None:
    a_contact(store, "Ana", 1, household="Silva")
    run = a_run(store, a_plan(store, per_household=True))
    assert len(claim(store, run.id)) == 1
    assert runs.get(store, run.id).eligible == 1


def test_a_text_that_loses_its_approval_is_not_sent(store: Store) -> None:
    a_contact(store, "Ana")
    run = a_run(store)
    set_template_status(store, "en", "PAUSED")
    assert claim(store, run.id) == []
    assert not templates.variants_of(store, run.template)[0].approved


def test_an_edit_of_the_event_never_reaches_a_frozen_text(store: Store) -> None:
    a_contact(store, "Ana")
    event = an_event(store)
    run = a_run(store, a_plan(store, event))
    event_changes.edit(store, event, venue="Somewhere else", by=ORGANISER, now=NOW)
    with store.write():
        store.execute(
            "UPDATE invite_send_runs SET status = 'ready', paused_because = NULL WHERE id = ?", (run.id,)
        )
    (claimed,) = claim(store, run.id)
    assert claimed.parameters["venue"] == "Jardim da Estrela"
