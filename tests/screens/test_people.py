"""People and the Do-Not-Message list: found as one types, blocked and lifted by name and reason."""

import pytest

from invite_core.people import do_not_message
from invite_core.store import Store
from invite_tui.screens.do_not_message import DoNotMessageScreen
from invite_tui.screens.fill_in import FillInScreen
from invite_tui.screens.message import MessageScreen
from invite_tui.screens.people import PeopleScreen
from invite_tui.screens.person import PersonScreen
from tests.screens.doubt import doubtful_run
from tests.screens.stage import LARGE, SMALL, fill, fill_in, opened, seen, settings_for, table, until


@pytest.mark.anyio
async def test_people_are_found_as_one_types_and_opened_on_a_sheet(store: Store) -> None:
    fill(store, "Ana", "Bea", without_consent=("Dora",), blocked=("Bruno",))
    doubtful_run(store, 1)
    async with opened(settings_for(store.path), SMALL) as (app, pilot):
        await pilot.press("p")
        await until(pilot, lambda: isinstance(app.screen, PeopleScreen) and table(app, "people").count == 4)
        for words in ("⊘ blocked", "✗ none", "+447700900001"):
            assert words in seen(app)
        await pilot.press("slash", *"an")
        await until(pilot, lambda: table(app, "people").count == 1 and "1 found" in seen(app))
        await pilot.press("escape")
        await until(pilot, lambda: table(app, "people").count == 4)
        await pilot.press("slash", *"a", "enter", "enter")
        await until(pilot, lambda: isinstance(app.screen, PersonScreen) and "no block stands" in seen(app))
        for words in ("+447700900001", "web form", "recorded by Rita"):
            assert words in seen(app)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, MessageScreen) and "In doubt for" in seen(app))


@pytest.mark.anyio
async def test_a_person_is_blocked_and_the_block_lifted_with_reasons_that_are_shown(store: Store) -> None:
    fill(store, "Ana")
    async with opened(settings_for(store.path), LARGE) as (app, pilot):
        app.open_person(1)
        await until(pilot, lambda: "no block stands" in seen(app) and app.screen.check_action("block", ()))
        assert not app.screen.check_action("lift", ())
        await pilot.press("b")
        await fill_in(app, pilot, reason="asked me")
        await until(pilot, lambda: "nobody writes to them" in seen(app) and "asked me" in seen(app))
        assert do_not_message.is_blocked(store, "+447700900001")
        await pilot.press("v")
        await fill_in(app, pilot, reason="changed her mind")
        await until(pilot, lambda: "no block stands" in seen(app) and "changed her mind" in seen(app))
        assert not do_not_message.is_blocked(store, "+447700900001")


@pytest.mark.anyio
async def test_the_do_not_message_list_is_searched_added_to_and_lifted_from(store: Store) -> None:
    fill(store, "Ana", blocked=("Bruno", "Carla"))
    async with opened(settings_for(store.path), SMALL) as (app, pilot):
        await pilot.press("d")
        await until(
            pilot, lambda: isinstance(app.screen, DoNotMessageScreen) and table(app, "blocks").count == 2
        )
        await pilot.press("n")
        await fill_in(app, pilot, ref="Nobody", reason="asked")
        await until(pilot, lambda: "There is nobody called “Nobody”" in seen(app))
        await pilot.press("n")
        await fill_in(app, pilot, ref="+447700900099", reason="asked")
        await until(pilot, lambda: table(app, "blocks").count == 3 and "3 blocks stand" in seen(app))
        await pilot.press("slash", *"bru")
        await until(pilot, lambda: table(app, "blocks").count == 1)
        await pilot.press("enter", "v")
        await until(
            pilot, lambda: isinstance(app.screen, FillInScreen) and "May Bruno be written" in seen(app)
        )
        await fill_in(app, pilot, reason="asked back")
        await until(pilot, lambda: "– lifted" in seen(app) and "2 blocks stand" in seen(app))
        assert not app.screen.check_action("lift", ())
    assert do_not_message.is_blocked(store, "+447700900099")
    assert not do_not_message.is_blocked(store, "+447700900002")
