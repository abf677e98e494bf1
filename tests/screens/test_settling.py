"""What is in doubt is shown with what is known of it, and settled deliberately; alarms stay until acknowledged."""

import pytest

from invite_core.store import Store
from invite_tui.screens.fill_in import FillInScreen
from invite_tui.screens.home import HomeScreen
from invite_tui.screens.message import MessageScreen
from invite_tui.screens.run import RunScreen
from tests.builders import state_of
from tests.screens.doubt import CAUSE, doubtful_run, raise_alarm
from tests.screens.stage import (
    LARGE,
    SMALL,
    fill,
    fill_in,
    opened,
    seen,
    settings_for,
    start_listening,
    table,
    until,
)


@pytest.mark.anyio
async def test_the_unconfirmed_are_listed_with_age_cause_and_listener_and_settled_with_a_reason(
    store: Store,
) -> None:
    fill(store, "Ana", "Bea", "Caio")
    start_listening(store)
    doubtful_run(store, 2)
    async with opened(settings_for(store.path), SMALL) as (app, pilot):
        app.screen.query_one("#runs").focus()
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, RunScreen) and table(app, "messages").count == 3)
        assert "Was sent" not in seen(app).splitlines()[-1]
        await pilot.press("u")
        await until(pilot, lambda: CAUSE in seen(app) and "12 min" in seen(app))
        assert table(app, "messages").count == 2
        assert "Listener" in seen(app)

        await pilot.press("s")
        await until(pilot, lambda: isinstance(app.screen, FillInScreen) and "it was sent?" in seen(app))
        assert "The listener was" in seen(app)
        await pilot.press("enter", "enter", "tab", "enter")
        await until(pilot, lambda: isinstance(app.screen, RunScreen))
        assert state_of(store, 1) == "unconfirmed"

        await pilot.press("s")
        await fill_in(app, pilot, reason="she has it")
        await until(pilot, lambda: isinstance(app.screen, RunScreen) and table(app, "messages").count == 1)
        assert state_of(store, 1) == "accepted"

        await pilot.press("n")
        await until(pilot, lambda: isinstance(app.screen, FillInScreen) and "it was not sent?" in seen(app))
        await pilot.press(*"no", "enter")
        await until(pilot, lambda: "No message is unconfirmed now" in seen(app))
        assert state_of(store, 2) == "cancelled"
    acts = store.rows("SELECT reason, by FROM operator_acts WHERE act = 'resolve' ORDER BY id")
    assert [tuple(act) for act in acts] == [("she has it", "Rita"), ("no", "Rita")]


@pytest.mark.anyio
async def test_sending_again_needs_the_words_and_leaves_the_run_paused(store: Store) -> None:
    fill(store, "Ana")
    start_listening(store)
    message = doubtful_run(store, 1)[0]
    async with opened(settings_for(store.path), SMALL) as (app, pilot):
        app.open_message(message)
        await until(pilot, lambda: isinstance(app.screen, MessageScreen) and "In doubt for" in seen(app))
        await until(pilot, lambda: "Send again" in seen(app).splitlines()[-1])
        await pilot.press("g")
        await until(pilot, lambda: isinstance(app.screen, FillInScreen) and "may get it twice" in seen(app))
        await fill_in(app, pilot, reason="nothing came", words="may arrive")
        assert isinstance(app.screen, FillInScreen)
        assert state_of(store, 1) == "unconfirmed"
        await fill_in(app, pilot, words="May arrive  twice")
        await until(pilot, lambda: isinstance(app.screen, MessageScreen) and "○ queued" in seen(app))
        assert not app.screen.check_action("send_again", ())
        assert not app.screen.check_action("settle", ("sent",))
    assert store.value("SELECT reason FROM operator_acts WHERE act = 'resend'") == "nothing came"
    assert store.value("SELECT status FROM invite_send_runs") == "paused"


@pytest.mark.anyio
async def test_what_was_settled_by_hand_can_still_be_sent_again(store: Store) -> None:
    fill(store, "Ana")
    message = doubtful_run(store, 1)[0]
    async with opened(settings_for(store.path), LARGE) as (app, pilot):
        app.open_message(message)
        await until(pilot, lambda: "In doubt for" in seen(app))
        await pilot.press("s")
        await fill_in(app, pilot, reason="sure")
        await until(pilot, lambda: isinstance(app.screen, MessageScreen) and "› accepted" in seen(app))
        await until(pilot, lambda: app.screen.check_action("send_again", ()))
        assert not app.screen.check_action("settle", ("sent",))


@pytest.mark.anyio
async def test_an_alarm_is_seen_everywhere_until_it_is_acknowledged(store: Store) -> None:
    fill(store, "Ana", "Bea")
    start_listening(store)
    first, second = doubtful_run(store, 2)
    raise_alarm(store, first)
    raise_alarm(store, second)
    async with opened(settings_for(store.path), SMALL) as (app, pilot):
        await until(pilot, lambda: "!! Bea" in seen(app) and "And 1 more." in seen(app))
        app.screen.query_one("#runs").focus()
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, RunScreen) and "!! Bea" in seen(app))
        await pilot.press("exclamation_mark")
        await until(pilot, lambda: isinstance(app.screen, MessageScreen) and "then press !" in seen(app))
        assert isinstance(app.screen, MessageScreen)
        assert app.screen.message_id == second
        await pilot.press("exclamation_mark")
        await until(pilot, lambda: isinstance(app.screen, FillInScreen) and "looked at" in seen(app))
        await fill_in(app, pilot, reason="")
        await fill_in(app, pilot, reason="she got it once")
        await until(pilot, lambda: isinstance(app.screen, MessageScreen) and "then press !" not in seen(app))
        await pilot.press("escape", "escape")
        await until(pilot, lambda: isinstance(app.screen, HomeScreen) and "!! Ana" in seen(app))
        assert "more." not in seen(app)
    noted = store.row("SELECT reason, subject FROM operator_acts WHERE act = 'acknowledge alarm'")
    assert noted is not None
    assert tuple(noted) == ("she got it once", str(second))
