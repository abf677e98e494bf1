"""What guests wrote is read and decided about."""

import pytest

from invite_core import instants
from invite_core.invitations import events
from invite_core.people import do_not_message
from invite_core.store import Store
from invite_core.views.inbox import waiting_count
from invite_core.views.rsvp_board import rsvp_board
from invite_tui.screens.ask import AskScreen
from invite_tui.screens.fill_in import FillInScreen
from invite_tui.screens.inbox import InboxScreen
from invite_tui.screens.person import PersonScreen
from tests.screens.stage import LARGE, SMALL, fill, opened, seen, settings_for, table, until


def wrote(store: Store, contact: int, body: str, status: str = "unread", event: int | None = 1) -> None:
    """Something that a guest wrote."""
    with store.write():
        store.execute(
            """INSERT INTO replies (kind, contact, event, address, match_key, body, given_at,
                   provider_message_id, status, recorded_at, recorded_by)
               VALUES ('text', :contact, :event, :number, :number, :body, :at, :body, :status, :at, 'listener')""",
            {
                "contact": contact, "event": event, "number": f"44770090000{contact}", "body": body,
                "status": status, "at": instants.stored(instants.now()),
            },
        )  # fmt: skip


@pytest.mark.anyio
async def test_what_may_mean_stop_stands_first_and_waits_for_a_decision(store: Store) -> None:
    fill(store, "Ana", "Bea", "Caio")
    wrote(store, 1, "please, no more", "possible_opt_out")
    wrote(store, 2, "may I bring a dog?")
    wrote(store, 3, "thanks", "done")
    async with opened(settings_for(store.path), SMALL) as (app, pilot):
        await pilot.press("i")
        await until(pilot, lambda: isinstance(app.screen, InboxScreen) and "may mean “stop”" in seen(app))
        assert "https://wa.me/447700900001" in seen(app)
        records = [table(app, "texts").record(row) for row in range(3)]
        assert [record and record.key for record in records] == [1, 2, 3]

        await pilot.press("x")
        await until(pilot, lambda: isinstance(app.screen, AskScreen) and "Block Ana?" in seen(app))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, InboxScreen))
        assert not do_not_message.is_blocked(store, "+447700900001")
        await pilot.press("x")
        await until(pilot, lambda: isinstance(app.screen, AskScreen))
        await pilot.press("tab", "enter")
        await until(pilot, lambda: isinstance(app.screen, InboxScreen) and "⊘ stop by Rita" in seen(app))
        assert do_not_message.is_blocked(store, "+447700900001")

        await pilot.press("home", "e")
        await until(pilot, lambda: waiting_count(store) == 0)


@pytest.mark.anyio
async def test_a_text_becomes_an_answer_and_its_writer_is_shown(store: Store) -> None:
    fill(store, "Ana")
    wrote(store, 1, "we both come!", event=None)
    async with opened(settings_for(store.path), SMALL) as (app, pilot):
        await pilot.press("i")
        await until(pilot, lambda: "we both come!" in seen(app) and app.screen.check_action("answer", ()))
        await pilot.press("p")
        await until(pilot, lambda: isinstance(app.screen, PersonScreen) and "Ana" in seen(app))
        await pilot.press("escape", "w")
        await until(
            pilot, lambda: isinstance(app.screen, FillInScreen) and "What does Ana answer?" in seen(app)
        )
        await pilot.press("enter", "down", "enter", "tab", "enter", "down", "enter", "tab", "2", "enter")
        await until(
            pilot, lambda: isinstance(app.screen, InboxScreen) and "answer (yes) by Rita" in seen(app)
        )
        assert not app.screen.check_action("done", ())
    board = rsvp_board(store, events.find(store, "1"))
    assert (board["yes"], board["places"]) == (1, 2)


@pytest.mark.anyio
async def test_no_stop_is_decided_too(store: Store) -> None:
    fill(store, "Ana")
    wrote(store, 1, "no more cake, please", "possible_opt_out")
    async with opened(settings_for(store.path), LARGE) as (app, pilot):
        await pilot.press("i")
        await until(pilot, lambda: "no more cake" in seen(app) and app.screen.check_action("done", ()))
        await pilot.press("e")
        await until(pilot, lambda: isinstance(app.screen, AskScreen) and "does not mean stop" in seen(app))
        await pilot.press("tab", "enter")
        await until(pilot, lambda: waiting_count(store) == 0)
