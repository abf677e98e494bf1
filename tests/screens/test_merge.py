"""Two entries that are one person: found, seen side by side, and merged by a typed word only."""

import pytest

from invite_core.people import contacts, do_not_message
from invite_core.store import Store
from invite_tui.app import InviteApp
from invite_tui.screens.fill_in import FillInScreen
from invite_tui.screens.merge import MergeScreen
from invite_tui.screens.person import PersonScreen
from tests.screens.stage import LARGE, SMALL, fill, fill_in, opened, seen, settings_for, table, until
from tests.screens.test_hostile_text import HOSTILE, check, has_rows, make_hostile


def columns(app: InviteApp, fact: str) -> list[str]:
    """What stands beside a fact: of who stays, of the other, of the two together."""
    compared = table(app, "compared")
    for place in range(compared.count):
        record = compared.record(place)
        if record is not None and record.key == fact:
            return [cell.text for cell in record.cells[1:]]
    return []


@pytest.mark.anyio
async def test_two_people_are_merged_after_they_were_seen_side_by_side(store: Store) -> None:
    fill(store, "Ana", "Anna E.", blocked=("Anna",))
    async with opened(settings_for(store.path), SMALL) as (app, pilot):
        app.open_person(1)
        await until(pilot, lambda: "Numbers" in seen(app) and app.screen.check_action("merge", ()))
        await pilot.press("m")
        await until(pilot, lambda: isinstance(app.screen, MergeScreen) and table(app, "people").count == 3)
        assert not app.screen.check_action("merge", ())
        await pilot.press("down", "enter")
        await until(pilot, lambda: "one and the same person" in seen(app))
        await pilot.press("down", "enter")
        await until(pilot, lambda: columns(app, "Blocked") == ["no", "⊘ yes", "⊘ yes"])
        assert columns(app, "Number 2") == ["", "", "+447700900003"]
        assert "nobody writes to them" in seen(app)
        await pilot.press("x")
        await until(pilot, lambda: columns(app, "Name") == ["Anna", "Ana", "Anna"])
        await pilot.press("m")
        await fill_in(app, pilot, word="no")
        await until(
            pilot, lambda: isinstance(app.screen, FillInScreen) and "Make Ana a part of Anna?" in seen(app)
        )
        assert contacts.find(store, "1") == 1, "a preview and a wrong word merge nobody"
        await fill_in(app, pilot, word="merge")
        await until(pilot, lambda: isinstance(app.screen, PersonScreen) and "Person 3" in seen(app))
        await until(pilot, lambda: "+447700900001" in seen(app) and "+447700900003" in seen(app))
        assert app.screen.check_action("lift", ())
    assert contacts.find(store, "1") == 3
    assert do_not_message.is_blocked(store, "+447700900003")


@pytest.mark.anyio
async def test_no_name_is_obeyed_side_by_side(store: Store) -> None:
    fill(store, *(f"Guest {n}" for n in range(len(HOSTILE))))
    make_hostile(store)
    async with opened(settings_for(store.path), LARGE) as (app, pilot):
        app.push_screen(MergeScreen(1))
        await until(pilot, lambda: has_rows(app, "people"))
        app.screen.query_one("#people").focus()
        await pilot.press("end", "enter")
        await until(pilot, lambda: columns(app, "Name"))
        check(app)
        await pilot.press("m")
        await until(pilot, lambda: isinstance(app.screen, FillInScreen))
        check(app)
