"""Who comes, and answers written down by hand."""

import pytest

from invite_core import instants
from invite_core.delivery import recorded_answers
from invite_core.invitations import events
from invite_core.lifecycle import settling
from invite_core.lifecycle.settling import Verdict
from invite_core.operators import Role
from invite_core.store import Store
from invite_core.views.rsvp_board import rsvp_board
from invite_tui.screens.answers import AnswersScreen
from invite_tui.screens.fill_in import FillInScreen
from tests.builders import ORGANISER
from tests.screens.doubt import doubtful_run
from tests.screens.stage import (
    LONG_AGO,
    SMALL,
    fill,
    fill_in,
    opened,
    seen,
    settings_for,
    table,
    until,
)


def answer(store: Store, contact: int, answer: str, places: int | None = None) -> None:
    """An answer that came."""
    recorded_answers.record(
        store, events.find(store, "1"), contact, answer, places=places, via="by phone", by=ORGANISER,
        now=instants.now(),
    )  # fmt: skip


@pytest.mark.anyio
async def test_the_board_counts_places_and_shows_a_change_of_mind_and_what_is_late(store: Store) -> None:
    fill(store, "Ana", "Bea", "Caio")
    _, bea = doubtful_run(store, 2)
    settling.resolve(store, bea, Verdict.SENT, reason="she has it", by=ORGANISER, now=instants.now())
    with store.write():
        store.execute("UPDATE events SET answer_by = ?", (instants.stored(LONG_AGO),))
    answer(store, 1, "no")
    answer(store, 1, "yes", 3)
    async with opened(settings_for(store.path), SMALL) as (app, pilot):
        await pilot.press("a")
        await until(pilot, lambda: isinstance(app.screen, AnswersScreen) and "1 yes (3 places)" in seen(app))
        for words in ("0 no", "0 maybe", "1 silent", "1 not reached", "1 late", "✓  yes, 3 places"):
            assert words in seen(app), words
        await pilot.press("s")
        await until(pilot, lambda: table(app, "people").count == 1 and "Bea" in seen(app))
        assert "No answer yet" in seen(app)
        await pilot.press("m")
        await until(pilot, lambda: "Nobody is listed under “maybe”" in seen(app))
        await pilot.press("l")
        await until(pilot, lambda: table(app, "people").count == 1 and "Ana" in seen(app))
        answer(store, 2, "maybe")
        await until(pilot, lambda: "1 maybe" in seen(app) and table(app, "people").count == 2)


@pytest.mark.anyio
async def test_an_answer_by_phone_is_recorded_with_how_it_came(store: Store) -> None:
    fill(store, "Ana")
    doubtful_run(store, 1)
    async with opened(settings_for(store.path), SMALL) as (app, pilot):
        await pilot.press("a")
        await until(pilot, lambda: "Ana" in seen(app) and table(app, "people").count == 1)
        await pilot.press("w")
        await until(pilot, lambda: isinstance(app.screen, FillInScreen))
        await pilot.press("enter", "down", "enter", "tab")
        await fill_in(app, pilot, places="two", via="by phone")
        await until(pilot, lambda: "“two” is no number of places" in seen(app))
        assert rsvp_board(store, events.find(store, "1"))["none"] == 1
        await pilot.press("w")
        await until(pilot, lambda: isinstance(app.screen, FillInScreen))
        await pilot.press("enter", "down", "enter", "tab")
        await fill_in(app, pilot, places="2", via="by phone")
        await until(pilot, lambda: "1 yes (2 places)" in seen(app))
    board = rsvp_board(store, events.find(store, "1"))
    assert (board["yes"], board["places"]) == (1, 2)


@pytest.mark.anyio
async def test_without_an_event_nobody_answers_and_a_viewer_records_nothing(store: Store) -> None:
    async with opened(settings_for(store.path), SMALL) as (app, pilot):
        assert not app.screen.check_action("answers", ())
        await pilot.press("a")
        assert not isinstance(app.screen, AnswersScreen)
    fill(store, "Ana")
    async with opened(settings_for(store.path, role=Role.VIEWER), SMALL) as (app, pilot):
        await until(pilot, lambda: table(app, "events").count)
        await pilot.press("a")
        await until(pilot, lambda: "Nobody has been invited" in seen(app))
        assert not app.screen.check_action("record", ())
