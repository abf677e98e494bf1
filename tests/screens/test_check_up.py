"""The check-up on screen: what is wrong first, what to do about it, and where each setting came from."""

from collections.abc import Hashable

import pytest

from invite_core.store import Store
from invite_tui.screens.check_up import CheckUpScreen
from invite_tui.widgets.record_table import RecordTable
from tests.command_line.meta import TOKEN, running_meta
from tests.screens.stage import LARGE, SMALL, fill, opened, seen, settings_for, start_listening, table, until


def first_two(findings: RecordTable) -> list[Hashable]:
    """What stands in the first two lines."""
    return [record.key for row in (0, 1) if (record := findings.record(row))]


@pytest.mark.anyio
async def test_faults_stand_first_with_what_to_do_and_no_secret_is_shown(store: Store) -> None:
    fill(store, "Ana")
    with running_meta() as meta:
        meta.number |= {"quality_rating": "YELLOW"}
        apps = meta.apps.copy()
        meta.apps.clear()
        async with opened(settings_for(store.path, meta.url), SMALL) as (app, pilot):
            await pilot.press("c")
            await until(pilot, lambda: isinstance(app.screen, CheckUpScreen) and "2 faults" in seen(app))
            findings = table(app, "findings")
            await until(pilot, lambda: first_two(findings) == ["listener", "subscription"])
            assert "Start it in another terminal" in seen(app)
            await pilot.press("down")
            await until(pilot, lambda: "webhook subscribe" in seen(app))
            start_listening(store)
            await until(pilot, lambda: "1 fault," in seen(app))
            assert findings.key == "subscription"
            meta.apps += apps
            await until(pilot, lambda: app.screen.check_action("ask", ()))
            await pilot.press("r")
            await until(pilot, lambda: "fault" not in seen(app).splitlines()[0])
            await pilot.press("tab", "down", "down", "down", "down", "down")
            await until(pilot, lambda: "INVITE_ACCESS_TOKEN" in seen(app))
            assert TOKEN not in seen(app)
            assert "given at start" in seen(app)


@pytest.mark.anyio
async def test_a_file_that_is_gone_is_a_fault_and_the_rest_is_told(store: Store) -> None:
    async with opened(settings_for(store.path), LARGE) as (app, pilot):
        store.path.rename(store.path.with_name("elsewhere.db"))
        await pilot.press("c")
        await until(
            pilot, lambda: isinstance(app.screen, CheckUpScreen) and "There is no database" in seen(app)
        )
        assert "disk" in seen(app)
