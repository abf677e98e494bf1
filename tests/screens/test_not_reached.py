"""Whom the invitation has not reached, and why; who was invited in another way, and that taken back."""

from pathlib import Path

import pytest

from invite_core import instants
from invite_core.invitations import events
from invite_core.operators import Role
from invite_core.store import Store
from invite_core.views.not_reached import not_reached
from invite_tui.screens.answers import AnswersScreen
from invite_tui.screens.message import MessageScreen
from invite_tui.screens.not_reached import NotReachedScreen
from invite_tui.screens.person import PersonScreen
from tests.screens.doubt import doubtful_run
from tests.screens.stage import LARGE, SMALL, fill, fill_in, opened, seen, settings_for, table, until
from tests.screens.test_hostile_text import HOSTILE, check, has_rows, make_hostile


def missed(store: Store) -> list[str]:
    """The names of whom the invitation has not reached."""
    return [line["name"] for line in not_reached(store, events.find(store, "1"), now=instants.now())]


@pytest.mark.anyio
async def test_who_was_not_reached_is_named_with_the_reason_and_invited_otherwise(
    store: Store, tmp_path: Path
) -> None:
    fill(store, "Ana", "Bea", without_consent=("Dora",), blocked=("Bruno",))
    doubtful_run(store, 1)
    async with opened(settings_for(store.path), SMALL) as (app, pilot):
        await pilot.press("a")
        await until(pilot, lambda: isinstance(app.screen, AnswersScreen) and table(app, "people").count)
        missed_here = "0 failed or never arrived, 2 blocked, 1 unconfirmed"
        await until(pilot, lambda: f"Missed: {missed_here} (r)" in seen(app))
        await pilot.press("r")
        await until(
            pilot, lambda: isinstance(app.screen, NotReachedScreen) and table(app, "people").count == 3
        )
        for words in (
            f"3 people (3 places): {missed_here}",
            "no consent on record",
            "after 3 days",
        ):
            assert words in seen(app), words
        assert "say whether it was sent" in seen(app)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, MessageScreen))
        await pilot.press("escape", "end", "p")
        await until(pilot, lambda: isinstance(app.screen, PersonScreen) and "Person 3" in seen(app))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, NotReachedScreen))
        await pilot.press("w")
        await fill_in(app, pilot, via="by telephone")
        await until(pilot, lambda: table(app, "people").count == 2 and "2 people" in seen(app))
        assert missed(store) == ["Ana", "Bruno"]
        await until(pilot, lambda: app.screen.check_action("undo", ()))
        await pilot.press("z")
        await until(
            pilot, lambda: table(app, "people").count == 3 and not app.screen.check_action("undo", ())
        )
        assert missed(store) == ["Ana", "Bruno", "Dora"]
        await pilot.press("s")
        await fill_in(app, pilot, path=str(tmp_path / "list.csv"))
        await until(
            pilot, lambda: (tmp_path / "list.csv").exists() and isinstance(app.screen, NotReachedScreen)
        )
        assert "Dora,'+447700900003,1,blocked,no consent" in (tmp_path / "list.csv").read_text("utf-8")
        await pilot.press("d")
        await fill_in(app, pilot, days="soon")
        await until(pilot, lambda: "“soon” is no number of days" in seen(app))
        await pilot.press("d")
        await fill_in(app, pilot, days="0")
        await until(pilot, lambda: "after 0 days" in seen(app))


@pytest.mark.anyio
async def test_a_viewer_sees_who_was_missed_whatever_they_are_called_and_records_nothing(
    store: Store,
) -> None:
    fill(store, "Ana", without_consent=HOSTILE)
    doubtful_run(store, 1)
    make_hostile(store)
    async with opened(settings_for(store.path, role=Role.VIEWER), LARGE) as (app, pilot):
        app.push_screen(NotReachedScreen(1))
        await until(pilot, lambda: has_rows(app, "people"))
        check(app)
        assert not app.screen.check_action("invited", ())
        await pilot.press("w")
        await pilot.pause()
        assert isinstance(app.screen, NotReachedScreen)
