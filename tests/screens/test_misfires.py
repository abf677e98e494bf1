"""No key that is held, no second click, no resizing and no second terminal sends what was not meant."""

import pytest

from invite_core.store import Store
from invite_tui.app import InviteApp
from invite_tui.screens.compose import ComposeScreen
from invite_tui.screens.confirm_send import ConfirmSendScreen
from invite_tui.screens.run import RunScreen
from tests.command_line.meta import Meta
from tests.screens.stage import (
    LARGE,
    SMALL,
    can_send,
    compose_invitation,
    fill,
    opened,
    seen,
    send_deliberately,
    settings_for,
    start_listening,
    until,
)

pytestmark = pytest.mark.long

HELD = ("enter",) * 15
"""What a terminal sends while Enter is held down for half a second."""


def runs_of(store: Store) -> int:
    """How many runs there are."""
    return int(store.value("SELECT count(*) FROM invite_send_runs"))


def asks(app: InviteApp) -> bool:
    """Whether the last question before a send is in front."""
    return isinstance(app.screen, ConfirmSendScreen) and bool(app.screen.query("#send"))


@pytest.mark.anyio
async def test_enter_held_down_and_a_resize_send_nothing_and_a_double_click_sends_once(
    store: Store, meta: Meta
) -> None:
    fill(store, "Ana", "Bea", "Caio")
    start_listening(store)
    async with opened(settings_for(store.path, meta.url), LARGE) as (app, pilot):
        await compose_invitation(app, pilot)
        app.screen.query_one("#eligible").focus()
        await until(pilot, lambda: can_send(app))
        await pilot.press(*HELD, "s", *HELD)
        await until(pilot, lambda: asks(app) or not any(each.group == "send" for each in app.workers))
        if not asks(app):
            await pilot.press("s")
        await until(pilot, lambda: asks(app) and app.focused is app.screen.query_one("#cancel"))
        await pilot.press("s", "space", *HELD)
        await until(pilot, lambda: isinstance(app.screen, ComposeScreen))
        assert runs_of(store) == 0

        await pilot.press("s")
        await until(pilot, lambda: asks(app))
        for size in (SMALL, (60, 16), LARGE, SMALL):
            await pilot.resize_terminal(*size)
            assert asks(app)
            assert app.focused is app.screen.query_one("#cancel")
            assert app.screen.query_one("#send").region.bottom <= size[1]
        assert runs_of(store) == 0

        await pilot.click("#send", times=2)
        await until(pilot, lambda: isinstance(app.screen, RunScreen) and "3 of 3 are out" in seen(app))
        await until(pilot, lambda: not app.sender.sending)
    assert runs_of(store) == 1
    assert len(meta.posts) == 3


@pytest.mark.anyio
async def test_a_second_terminal_cannot_send_while_the_first_does_and_says_who_does(
    store: Store, meta: Meta
) -> None:
    fill(store, "Ana", "Bea", "Caio")
    start_listening(store)
    settings = settings_for(store.path, meta.url)
    bruno = settings.model_copy(update={"operator": "Bruno"})
    async with opened(bruno, SMALL) as (second, second_pilot):
        await compose_invitation(second, second_pilot)
        second.screen.query_one("#eligible").focus()
        await until(second_pilot, lambda: can_send(second))
        await second_pilot.press("s")
        await until(second_pilot, lambda: asks(second))
        meta.may_answer.clear()
        async with opened(settings, SMALL) as (first, pilot):
            await compose_invitation(first, pilot)
            await send_deliberately(first, pilot)
            await until(pilot, lambda: len(meta.posts) == 3)
            await second_pilot.press("tab", "enter")
            await until(
                second_pilot, lambda: isinstance(second.screen, ComposeScreen) and "Rita" in seen(second)
            )
            assert runs_of(store) == 1
            meta.may_answer.set()
            await until(pilot, lambda: not first.sender.sending)
    assert len(meta.posts) == 3
