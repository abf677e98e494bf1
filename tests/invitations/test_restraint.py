"""Who is left alone for a while, and who is so no longer."""

from datetime import datetime, timedelta

import pytest

from invite_core.invitations.restraint import CapFault, parse_cap
from invite_core.invitations.verdicts import preview
from invite_core.lifecycle.states import State
from invite_core.store import Store
from tests.builders import NOW, a_contact, a_plan, a_run, an_event, state_of
from tests.invitations.outcomes import accept, claim, lose, told


def days(n: float) -> datetime:
    return NOW + timedelta(days=n)


def reasons(store: Store, name: str, *, now: datetime = NOW, cap: str | None = None) -> tuple[str, ...]:
    """Why that person would be blocked from an event that nobody was invited to."""
    plan = a_plan(store, an_event(store, name="The next party"), cap=cap)
    return {each.name: each.reasons for each in preview(store, plan, now=now)}[name]


def invite(store: Store, *, at: datetime) -> list[str]:
    """Invite everyone to an event of its own; Meta's ids of the messages."""
    run = a_run(store, a_plan(store, an_event(store, name=f"On {at}")), now=at)
    return [accept(store, each.attempt, now=at) for each in claim(store, run.id, now=at)]


def fail(store: Store, code: int, *, at: datetime) -> None:
    for wamid in invite(store, at=at):
        told(store, wamid, State.FAILED, code=code, at=at, now=at)


def test_a_number_that_meta_could_not_reach_is_left_out_for_a_while(store: Store) -> None:
    a_contact(store, "Ana")
    fail(store, 131026, at=days(-70))
    assert reasons(store, "Ana") == ()
    fail(store, 131026, at=days(-20))
    assert reasons(store, "Ana") == ("unreachable",)
    assert reasons(store, "Ana", now=days(11)) == ()


def test_a_marketing_message_held_back_is_not_followed_by_another_for_a_day(store: Store) -> None:
    a_contact(store, "Ana")
    fail(store, 131049, at=days(-0.5))
    assert reasons(store, "Ana") == ("unreachable",)
    assert reasons(store, "Ana", now=days(1)) == ()


@pytest.mark.parametrize("code, left_out", [(131049, False), (131026, True)])
def test_what_meta_holds_back_as_marketing_says_nothing_of_other_texts(
    store: Store, code: int, left_out: bool
) -> None:
    """A cancellation in a utility template reaches who got too much marketing."""
    a_contact(store, "Ana")
    fail(store, code, at=days(-0.5))
    with store.write():
        store.execute("UPDATE templates SET category = 'UTILITY'")
    plan = a_plan(store, an_event(store, name="The next party"))
    assert [each.reasons for each in preview(store, plan, now=NOW)] == [("unreachable",) if left_out else ()]


@pytest.mark.parametrize("code", [131000, 131048, 132001, 470, 99999])
def test_other_failures_leave_nobody_out(store: Store, code: int) -> None:
    a_contact(store, "Ana")
    fail(store, code, at=days(-0.5))
    assert reasons(store, "Ana") == ()


def test_a_number_is_reachable_again_once_something_reached_it(store: Store) -> None:
    a_contact(store, "Ana")
    (waiting,) = invite(store, at=days(-3))
    fail(store, 131026, at=days(-2))
    told(store, waiting, State.DELIVERED, at=days(-2.5))
    assert reasons(store, "Ana") == ("unreachable",)
    told(store, waiting, State.READ, at=days(-1))
    assert reasons(store, "Ana") == ()


def test_another_number_of_the_person_is_not_left_out(store: Store) -> None:
    ana = a_contact(store, "Ana", 1, 2)
    fail(store, 131026, at=days(-1))
    with store.write():
        store.execute(
            "UPDATE contact_identities SET retired_at = ? WHERE contact = ? AND position = 0", ("2027", ana)
        )
    assert reasons(store, "Ana") == ()


def test_the_frequency_cap_counts_what_meta_took_within_its_days(store: Store) -> None:
    a_contact(store, "Ana")
    for day in (-20, -3, -1):
        invite(store, at=days(day))
    assert reasons(store, "Ana") == ()
    assert reasons(store, "Ana", cap="3/14") == ()
    assert reasons(store, "Ana", cap="2/14") == ("frequency_cap",)
    assert reasons(store, "Ana", cap="3/30") == ("frequency_cap",)


def test_the_frequency_cap_counts_what_may_have_been_sent(store: Store) -> None:
    a_contact(store, "Ana")
    run = a_run(store, a_plan(store, an_event(store, name="First")))
    (waits,) = claim(store, run.id)
    assert reasons(store, "Ana", cap="1/14") == ("frequency_cap",)
    lose(store, waits.attempt)
    assert reasons(store, "Ana", cap="1/14") == ("frequency_cap",)
    assert reasons(store, "Ana", now=days(15), cap="1/14") == ()


def test_the_frequency_cap_is_kept_by_the_run_and_asked_again_at_the_claim(store: Store) -> None:
    ana = a_contact(store, "Ana")
    plans = [a_plan(store, an_event(store, name=name), cap="1/7") for name in ("First", "Second")]
    first, second = (a_run(store, plan) for plan in plans)
    for each in claim(store, first.id):
        accept(store, each.attempt)
    assert claim(store, second.id) == []
    assert state_of(store, ana, second.id) == "blocked"
    assert (
        store.value("SELECT block_reasons FROM invite_messages WHERE run = ?", (second.id,))
        == "frequency_cap"
    )


@pytest.mark.parametrize("text", ["3", "0/7", "3/0", "three/7", "3/7/1", "-1/7", "9999/7", ""])
def test_a_cap_that_is_none_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(CapFault, match="no limit of messages") as refused:
        parse_cap(text)
    assert "3/14" in refused.value.todo
