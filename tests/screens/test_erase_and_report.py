"""What is held about a person on one page, saved for them; and all of it erased by a typed word only."""

import stat
from pathlib import Path

import pytest

from invite_core.operators import Role
from invite_core.people import contacts
from invite_core.store import Store
from invite_tui.screens.erase import EraseScreen
from invite_tui.screens.home import HomeScreen
from invite_tui.screens.people import PeopleScreen
from invite_tui.screens.person import PersonScreen
from invite_tui.screens.report import ReportScreen
from tests.screens.doubt import doubtful_run
from tests.screens.stage import LARGE, SMALL, fill, fill_in, opened, seen, settings_for, until
from tests.screens.test_hostile_text import HOSTILE, check, forbidden, make_hostile


@pytest.mark.anyio
async def test_a_person_is_erased_by_the_word_after_it_was_said_what_goes_and_what_stays(
    store: Store,
) -> None:
    fill(store, "Ana", blocked=("Bruno",))
    doubtful_run(store, 1)
    async with opened(settings_for(store.path), SMALL) as (app, pilot):
        app.open_person(1)
        await until(pilot, lambda: "Numbers" in seen(app) and app.screen.check_action("erase", ()))
        await pilot.press("e")
        await until(pilot, lambda: isinstance(app.screen, EraseScreen) and "What stays" in seen(app))
        for words in (
            "cannot be undone",
            "1 number or WhatsApp id",
            "1 message and 0 answers",
            "hashes of the",
        ):
            assert words in seen(app), words
        await pilot.press(*"eras", "enter")
        await until(pilot, lambda: "nothing is erased yet" in seen(app))
        assert contacts.show(store, 1)["name"] == "Ana"
        await pilot.press("e", "enter", "enter")
        await until(pilot, lambda: "Person 1 is erased; 1 message to them stays as a number" in seen(app))
        assert "one that is restored" in seen(app)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, HomeScreen))
    assert contacts.show(store, 1)["name"] == ""
    assert contacts.listing(store)[0]["name"] == "Bruno"


@pytest.mark.anyio
async def test_the_report_is_saved_for_nobody_else_and_over_no_file(store: Store, tmp_path: Path) -> None:
    fill(store, *HOSTILE)
    make_hostile(store)
    path = tmp_path / "report.txt"
    async with opened(settings_for(store.path, role=Role.VIEWER), LARGE) as (app, pilot):
        await pilot.press("p")
        await until(pilot, lambda: isinstance(app.screen, PeopleScreen))
        assert not app.screen.check_action("import", ())
        app.open_person(3)
        await until(pilot, lambda: "Numbers" in seen(app))
        assert not app.screen.check_action("erase", ())
        assert not app.screen.check_action("merge", ())
        await pilot.press("r")
        await until(pilot, lambda: isinstance(app.screen, ReportScreen) and "Your numbers" in seen(app))
        check(app)
        await pilot.press("c")
        assert "+447700900003" in app.clipboard
        assert not list(forbidden(app.clipboard))
        for _ in range(2):
            await pilot.press("s")
            await fill_in(app, pilot, path=str(path))
        await until(pilot, lambda: "is there already" in seen(app))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, PersonScreen))
    assert path.read_text(encoding="utf-8").startswith("What is held about")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
