"""The orders of the two large tables, on the screens that show them."""

import pytest

from invite_core import instants
from invite_core.invitations.plan import Wish, make_plan
from invite_core.store import Store
from invite_tui.app import InviteApp
from invite_tui.screens.people import PeopleScreen
from invite_tui.screens.run import RunScreen
from tests.builders import INVITATION, a_run
from tests.screens.stage import SMALL, fill, opened, seen, settings_for, table, until


def names(app: InviteApp) -> list[str]:
    """The names in the list in front, from top to bottom."""
    return [word for line in seen(app).splitlines() for word in line.split() if word in ("Ana", "Bea", "Zoe")]


@pytest.mark.anyio
async def test_people_and_messages_are_ordered_by_keys_and_a_capital_letter_leads_to_a_name(
    store: Store,
) -> None:
    fill(store, "Bea", "Zoe", without_consent=("Ana",))
    run = a_run(
        store, make_plan(store, Wish(event="1", template=INVITATION, language="auto")), now=instants.now()
    )
    async with opened(settings_for(store.path), SMALL) as (app, pilot):
        await pilot.press("p")
        await until(
            pilot, lambda: isinstance(app.screen, PeopleScreen) and names(app) == ["Ana", "Bea", "Zoe"]
        )
        await pilot.press("B")
        await until(pilot, lambda: table(app, "people").cursor == 1)
        await pilot.press("o")
        await until(pilot, lambda: names(app) == ["Zoe", "Bea", "Ana"] and "Name ▼" in seen(app))
        await pilot.press("A")
        await until(pilot, lambda: table(app, "people").cursor == 2)
        app.pop_screen()
        app.open_run(run.id)
        await until(pilot, lambda: isinstance(app.screen, RunScreen) and names(app) == ["Bea", "Zoe", "Ana"])
        await pilot.press("full_stop", "full_stop")
        await until(pilot, lambda: names(app) == ["Ana", "Bea", "Zoe"] and "Name ▲" in seen(app))
        await pilot.press("Z")
        await until(pilot, lambda: table(app, "messages").cursor == 2)
        await pilot.press("comma")
        await until(pilot, lambda: "State ▲" in seen(app) and names(app)[-1] == "Ana")
        await pilot.press("b")
        await until(pilot, lambda: table(app, "messages").count == 1 and names(app) == ["Ana"])
