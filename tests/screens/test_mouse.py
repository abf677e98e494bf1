"""The whole job by mouse alone: not one key is pressed."""

import pytest
from textual.pilot import Pilot

from invite_core import instants
from invite_core.lifecycle.states import State
from invite_core.store import Store
from invite_tui.app import InviteApp
from invite_tui.screens.answers import AnswersScreen
from invite_tui.screens.audience import AudienceScreen
from invite_tui.screens.compose import ComposeScreen
from invite_tui.screens.confirm_send import ConfirmSendScreen
from invite_tui.screens.home import HomeScreen
from invite_tui.screens.message import MessageScreen
from invite_tui.screens.run import RunScreen
from invite_tui.widgets.key_line import KeyLine
from tests.command_line.meta import Meta
from tests.screens.stage import (
    SMALL,
    can_send,
    fill,
    opened,
    seen,
    settings_for,
    start_listening,
    table,
    until,
)
from tests.screens.test_run import tell
from tests.screens.walk import at_rest

pytestmark = pytest.mark.long


async def click_key(app: InviteApp, pilot: Pilot[None], words: str) -> None:
    """Click on a key in the last line."""

    def starts() -> list[int]:
        lines = app.screen.query(KeyLine)
        return [place.start for line in lines for place in line.placed() if place.key.words == words]

    await until(pilot, starts)
    await pilot.click(KeyLine, offset=(starts()[0], 0))


async def click_words(app: InviteApp, pilot: Pilot[None], words: str) -> None:
    """Click where these words stand first."""
    await until(pilot, lambda: words in seen(app))
    places = [(line.find(words), y) for y, line in enumerate(seen(app).splitlines()) if words in line]
    x, y = places[0]
    await pilot.click(offset=(x + 1, y))


def in_front(app: InviteApp, kind: type[object]) -> bool:
    """Whether a screen of that kind is in front, and has been read."""
    return isinstance(app.screen, kind) and "Reading…" not in seen(app)


@pytest.mark.anyio
async def test_everything_from_the_event_to_the_answers_is_done_by_mouse(store: Store, meta: Meta) -> None:
    fill(store, "Ana", "Bea", "Caio")
    start_listening(store)
    async with opened(settings_for(store.path, meta.url), SMALL) as (app, pilot):
        await at_rest(app, pilot)
        await pilot.click("#events", offset=(3, 1))
        await until(pilot, lambda: in_front(app, ComposeScreen) and "Event     Summer party" in seen(app))
        await pilot.click("#template")
        await click_words(app, pilot, "summer_party_invitation (")
        await until(pilot, lambda: table(app, "eligible").count == 3)

        await click_key(app, pilot, "Audience…")
        await until(pilot, lambda: in_front(app, AudienceScreen) and table(app, "choices").key)
        await click_words(app, pilot, "choir")
        await click_words(app, pilot, "choir")  # a row is opened by a click once the cursor is on it
        await until(pilot, lambda: "Audience tag:choir" in seen(app) and table(app, "eligible").count == 2)
        await click_key(app, pilot, "Use")
        await until(pilot, lambda: in_front(app, ComposeScreen) and table(app, "eligible").count == 2)
        await until(pilot, lambda: can_send(app))

        await click_key(app, pilot, "Send…")
        await until(pilot, lambda: in_front(app, ConfirmSendScreen) and "Send to 2 people?" in seen(app))
        await pilot.click("#send")
        await until(pilot, lambda: in_front(app, RunScreen) and "2 of 2 are out" in seen(app))
        tell(store, 1, State.READ)
        await until(pilot, lambda: "◉  read" in seen(app) and table(app, "messages").key)
        await pilot.click("#messages", offset=(3, table(app, "messages").cursor + 1))
        await until(pilot, lambda: in_front(app, MessageScreen) and "accepted by Meta" in seen(app))
        await click_key(app, pilot, "Back")
        await until(pilot, lambda: in_front(app, RunScreen))
        await click_key(app, pilot, "Back")
        await until(pilot, lambda: in_front(app, HomeScreen))

        answered(store)
        await click_key(app, pilot, "Answers")
        await until(pilot, lambda: in_front(app, AnswersScreen) and "1 yes (2 places)" in seen(app))
    assert sorted(post["to"] for post in meta.posts) == ["+447700900001", "+447700900003"]


def answered(store: Store) -> None:
    """Ana says that two will come."""
    with store.write():
        store.execute(
            """INSERT INTO replies (kind, contact, event, answer, places, given_at, status, recorded_at, recorded_by)
               VALUES ('manual', 1, 1, 'yes', 2, :at, 'answer', :at, 'Rita')""",
            {"at": instants.stored(instants.now())},
        )
