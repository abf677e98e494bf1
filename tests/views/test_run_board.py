"""The run board: its counts are those of the rows, whatever happened; and the list of messages."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from invite_core.invitations import events, runs
from invite_core.invitations.runs import RunFault, Status
from invite_core.lifecycle import attempts, control
from invite_core.lifecycle.states import State
from invite_core.people import do_not_message
from invite_core.provider.outcome import Accepted, Fault, Outcome, Refused, Unknown
from invite_core.store import Store
from invite_core.views.run_board import run_board, run_ids
from invite_core.views.run_messages import message, message_page, messages
from tests.builders import NOW, ORGANISER, a_contact, a_phone, a_plan, a_run, an_event, later
from tests.invitations.outcomes import accept, bring_to, claim, told

STATES = {state.value for state in State}

OUTCOMES: dict[str, Outcome] = {
    "accepted": Accepted("", held=False),
    "held": Accepted("", held=True),
    "refused": Refused(Fault.RECIPIENT, "undeliverable", 131026, 400),
    "stopped": Refused(Fault.RECIPIENT, "stopped marketing", 131050, 400),
    "too fast": Refused(Fault.PACE, "too many", 130429, 429, wait_seconds=1),
    "account": Refused(Fault.ACCOUNT, "no money", 131042, 400),
    "lost": Unknown("ReadTimeout", ""),
}

acts = st.one_of(
    st.tuples(st.just("claim"), st.integers(1, 4)),
    st.tuples(st.sampled_from(list(OUTCOMES)), st.integers(0, 9)),
    st.tuples(st.sampled_from([State.SENT, State.DELIVERED, State.READ, State.FAILED]), st.integers(0, 9)),
    st.tuples(st.sampled_from(["block", "retry", "cancel"]), st.integers(1, 8)),
)


def perform(store: Store, run: int, act: str, n: int, seconds: int) -> None:
    """One act of the sender, of Meta or of the organiser, on the nth of what there is."""
    now = later(seconds)
    if act == "claim":
        claim(store, run, n, now=now)
    elif act in OUTCOMES:
        waiting = store.rows("SELECT id FROM send_attempts WHERE state = 'sending' ORDER BY id")
        if waiting:
            attempt = waiting[n % len(waiting)]["id"]
            if act in ("accepted", "held"):
                accept(store, attempt, now=now)
            else:
                with store.write():
                    attempts.record_outcome(store, attempt, OUTCOMES[act], now=now)
    elif act in STATES:
        known = store.rows("SELECT id FROM send_attempts ORDER BY id")
        if known:
            attempt = known[n % len(known)]["id"]
            code = 131049 if act == "failed" else None
            told(store, f"wamid.{attempt}", State(act), attempt=attempt, at=now, now=now, code=code)
    elif act == "block":
        do_not_message.block(
            store, address=a_phone(n), reason="STOP", source="stop_word", at=now, by=ORGANISER, now=now
        )
    elif act == "retry":
        try:
            control.retry_failed(store, run, by=ORGANISER, now=now)
        except RunFault:
            return
        runs.resume(store, run, by=ORGANISER, now=now)
    elif n == 1 and runs.get(store, run).status in runs.UNFINISHED:
        control.cancel_rest(store, run, by=ORGANISER, now=now)


def assert_exact(store: Store, run: int) -> None:
    """The board says what the rows say."""
    board = run_board(store, run)
    rows = store.rows("SELECT state, block_reasons FROM invite_messages WHERE run = ?", (run,))
    assert set(board.counts) == STATES
    assert +Counter(board.counts) == Counter(row["state"] for row in rows)
    assert sum(board.counts.values()) == board.run.total == len(rows)
    strongest = Counter(row["block_reasons"].split(",")[0] for row in rows if row["state"] == "blocked")
    assert board.blocked == strongest
    assert sum(board.blocked.values()) == board.counts["blocked"]


@given(sequence=st.lists(acts, max_size=40))
@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_counts_are_exact_after_anything(
    tmp_path_factory: pytest.TempPathFactory, sequence: list[tuple[str, int]]
) -> None:
    with Store.create_or_open(tmp_path_factory.mktemp("data") / "invites.db") as store:
        for number in range(1, 9):
            a_contact(store, f"Guest {number}", number, consented=number != 8)
        run = a_run(store).id
        assert_exact(store, run)
        for seconds, (act, n) in enumerate(sequence):
            perform(store, run, act, n, seconds)
            assert_exact(store, run)


def test_counts_are_exact_when_meta_tells_of_a_message_that_was_blocked_since(store: Store) -> None:
    """A refusal put it back, policy blocked it at the next claim, and yet the first request went out."""
    a_contact(store, "Ana", 1)
    run = a_run(store).id
    for seconds, (act, n) in enumerate(
        [("claim", 1), ("account", 0), ("block", 1), ("claim", 1), ("delivered", 0)]
    ):
        perform(store, run, act, n, seconds)
        assert_exact(store, run)
    assert run_board(store, run).counts["delivered"] == 1


def test_a_run_is_shown_in_the_shape_that_scripts_read(store: Store) -> None:
    a_contact(store, "Ana", 1)
    a_contact(store, "Bea", 2, consented=False)
    event = an_event(store)
    run = a_run(store, a_plan(store, event, audience="all"))
    document = run_board(store, run.id).as_json()
    counts = dict.fromkeys(STATES, 0) | {"queued": 1, "blocked": 1}
    assert document == {
        "run": run.id,
        "event": event.id,
        "event_name": "Summer party",
        "purpose": "invitation",
        "occasion": "invitation",
        "template": "summer_party_invitation",
        "language": "auto",
        "status": "ready",
        "paused_because": None,
        "paused_detail": "",
        "audience": "all",
        "cap": None,
        "window": None,
        "their_time": False,
        "total": 2,
        "eligible": 1,
        "counts": counts,
        "blocked": {"no_consent": 1},
        "held": 0,
        "alarms": 0,
        "created_at": "2027-03-01T12:00:00.000Z",
        "started_at": None,
        "ended_at": None,
    }


def test_blocked_counts_each_person_once_under_the_strongest_reason(store: Store) -> None:
    ana = a_contact(store, "Ana", 1, consented=False)
    a_contact(store, "Bea", 2, consented=False)
    do_not_message.block(
        store, contact=ana, reason="asked", source="organiser", at=NOW, by=ORGANISER, now=NOW
    )
    board = run_board(store, a_run(store).id)
    assert board.blocked == {"do_not_message": 1, "no_consent": 1}


def test_held_messages_and_open_alarms_are_counted(store: Store) -> None:
    a_contact(store)
    run = a_run(store).id
    (claimed,) = claim(store, run)
    with store.write():
        attempts.record_outcome(store, claimed.attempt, Accepted("wamid.1", held=True), now=NOW)
    assert run_board(store, run).held == 1
    with store.write():
        attempts.record_outcome(store, claimed.attempt, Accepted("wamid.2"), now=NOW)
    assert run_board(store, run).alarms == 1
    with store.write():
        store.execute("UPDATE alarms SET acknowledged_at = '2027-03-01T13:00:00.000Z'")
    assert run_board(store, run).alarms == 0


def test_an_unknown_run_is_refused(store: Store) -> None:
    with pytest.raises(RunFault):
        run_board(store, 1)
    with pytest.raises(RunFault):
        list(messages(store, 1))


def test_runs_are_listed_the_newest_first(store: Store) -> None:
    a_contact(store)
    one, other = an_event(store), an_event(store, "Winter gala")
    made = [a_run(store, a_plan(store, event)).id for event in (one, other)]
    control.cancel_rest(store, made[0], by=ORGANISER, now=NOW)
    made.append(a_run(store, a_plan(store, events.get(store, one.id))).id)
    assert run_ids(store) == made[::-1]
    assert run_ids(store, other.id) == [made[1]]
    assert runs.get(store, made[0]).status is Status.CANCELLED


def test_a_message_is_shown_in_the_shape_that_scripts_read(store: Store) -> None:
    a_contact(store, "Ana", 1, language="pt")
    a_contact(store, "Bea", 2, consented=False)
    run = a_run(store).id
    bring_to(store, run, State.SENT, State.FAILED)
    sent, blocked = messages(store, run)
    assert sent == {
        "message": 1,
        "run": run,
        "contact": 1,
        "name": "Ana",
        "phone": a_phone(1),
        "language": "pt_PT",
        "state": "failed",
        "held": False,
        "block_reason": None,
        "block_reasons": [],
        "provider_message_id": sent["provider_message_id"],
        "attempts": 1,
        "accepted_at": "2027-03-01T12:00:00.000Z",
        "sent_at": "2027-03-01T12:00:00.000Z",
        "delivered_at": None,
        "read_at": None,
        "failed_at": "2027-03-01T12:00:00.000Z",
        "changed_at": "2027-03-01T12:00:00.000Z",
        "error_code": None,
        "error_detail": None,
        "alarms": [],
    }
    assert str(sent["provider_message_id"]).startswith("wamid.")
    assert list(blocked) == list(sent)
    assert (blocked["state"], blocked["block_reason"], blocked["block_reasons"], blocked["attempts"]) == (
        "blocked",
        "no_consent",
        ["no_consent"],
        0,
    )
    assert message(store, 1) == sent
    assert message(store, 99) is None


def test_messages_come_in_pages_that_neither_skip_nor_repeat(store: Store) -> None:
    for number in range(7):
        a_contact(store, f"Guest {number}", number, consented=number % 2 == 0)
    run = a_run(store).id
    everyone = [each["message"] for each in messages(store, run)]
    assert everyone == list(range(1, 8))
    seen: list[int] = []
    while page := message_page(store, run, after=seen[-1] if seen else 0, limit=3):
        assert len(page) <= 3
        seen += [each["message"] for each in page]
    assert seen == everyone
    waiting = message_page(store, run, state="queued", limit=3)
    assert [each["name"] for each in waiting] == ["Guest 0", "Guest 2", "Guest 4"]
    rest = message_page(store, run, state="queued", after=waiting[-1]["message"])
    assert [each["name"] for each in rest] == ["Guest 6"]
    assert [each["name"] for each in messages(store, run, state="blocked")] == [
        "Guest 1",
        "Guest 3",
        "Guest 5",
    ]
