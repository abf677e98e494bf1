"""After an absence of the listener that may have lost stops, the screen asks for a word before it sends on."""

from datetime import timedelta

import pytest

from invite_core import instants
from invite_core.instants import stored
from invite_core.invitations import freezing, long_gaps, runs
from invite_core.invitations.plan import Wish, make_plan
from invite_core.invitations.runs import PauseReason
from invite_core.lifecycle import attempts
from invite_core.operators import SENDER
from invite_core.provider.outcome import Accepted
from invite_core.store import Store
from invite_core.views.hearing import hearing
from invite_core.views.run_board import run_board
from invite_tui.screens.losses_question import WORDS
from invite_tui.screens.run import RunScreen
from invite_tui.widgets.run_notes import gap_pieces, gap_words
from tests.builders import INVITATION, SENDER_NUMBER, a_run
from tests.command_line.meta import running_meta
from tests.screens.stage import (
    SMALL,
    fill,
    fill_in,
    opened,
    seen,
    settings_for,
    start_listening,
    until,
)


@pytest.fixture
def run(store: Store) -> int:
    """A run that is paused for the listener's absence of eight days; its first message left before that."""
    fill(store, "Ana", "Bruno")
    now = instants.now()
    began, ended = now - timedelta(days=10), now - timedelta(days=8)
    run = a_run(store, make_plan(store, Wish(event="1", template=INVITATION, language="auto")), now=began)
    with store.write():
        runs.start(store, run.id, at=stored(began))
        plan = freezing.plan_of(store, run)
        (claim,) = attempts.claim(store, run.id, plan, limit=1, phone_number_id=SENDER_NUMBER, now=began)
        attempts.record_outcome(store, claim.attempt, Accepted("wamid.A", None), now=began)
        store.execute(
            """INSERT INTO listener_status (pid, address, started_at, heartbeat_at, stopped_at)
               VALUES (1, 'x', :began, :ended, :ended)""",
            {"began": stored(began), "ended": stored(ended)},
        )
        runs.pause(store, run.id, PauseReason.LISTENER_GAP, by=SENDER, now=now)
    start_listening(store)
    return run.id


@pytest.mark.anyio
async def test_a_run_goes_on_only_when_the_words_are_typed(store: Store, run: int) -> None:
    with running_meta() as meta:
        settings = settings_for(store.path, meta.url).model_copy(update={"catch_up_minutes": 0.001})
        async with opened(settings, SMALL) as (app, pilot):
            app.open_run(run)
            await until(
                pilot, lambda: isinstance(app.screen, RunScreen) and "may be lost" in _words(seen(app))
            )
            await pilot.press("r")
            await fill_in(app, pilot, reason="I have asked them", words="stops may be")
            await pilot.press("escape")
            await until(pilot, lambda: isinstance(app.screen, RunScreen))
            assert runs.get(store, run).status == "paused"
            assert long_gaps.all_known(store) == []
            await pilot.press("r")
            await fill_in(app, pilot, reason="I have asked them", words=WORDS.upper())
            await until(pilot, lambda: runs.get(store, run).status == "finished")
            await until(pilot, lambda: "Rita has accepted" in _words(seen(app)))
        assert len(meta.posts) == 1
    (gap,) = long_gaps.all_known(store)
    assert gap.accepted_by == "Rita"


def _words(screen: str) -> str:
    return " ".join(screen.split())


def test_a_run_that_is_paused_for_a_gap_says_what_is_to_be_done(store: Store, run: int) -> None:
    now = instants.now()

    def told(minutes: float) -> str:
        return " ".join(gap_words(hearing(store, catch_up_minutes=minutes, now=now)))

    assert "answered, then press r" in told(15)
    with store.write():
        store.execute("DELETE FROM listener_status WHERE pid = 1 AND stopped_at IS NOT NULL")
        store.execute("UPDATE listener_status SET started_at = :at", {"at": stored(now - timedelta(hours=1))})
        store.execute("UPDATE send_attempts SET claimed_at = :at", {"at": stored(now - timedelta(days=5))})
    assert "has caught up" in told(15)
    assert "Let it catch up" in told(120)
    with store.write():
        store.execute("UPDATE listener_status SET heartbeat_at = started_at")
    assert "Start webhook-listener" in told(15)
    with store.write():
        store.execute("UPDATE invite_send_runs SET paused_because = 'first_slice'")
    (piece,) = gap_pieces(run_board(store, run), hearing(store, catch_up_minutes=15, now=now))
    assert "has been away since" in piece[0]
