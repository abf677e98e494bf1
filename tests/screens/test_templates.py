"""The templates: what stands against each, fetched anew, and what the organiser says of buttons and gaps."""

import pytest
from textual.widgets import Select

from invite_core.invitations import templates
from invite_core.store import Store
from invite_tui.screens.fill_in import FillInScreen
from invite_tui.screens.templates import TemplatesScreen
from tests.builders import INVITATION, sample_templates
from tests.command_line.meta import running_meta
from tests.screens.stage import LARGE, SMALL, fill_in, opened, seen, settings_for, table, until


@pytest.mark.anyio
async def test_every_text_is_shown_with_what_stands_against_it(store: Store) -> None:
    sample_templates(store)
    with store.write():
        store.execute("UPDATE templates SET status = 'PAUSED' WHERE language = 'es'")
        store.execute("UPDATE templates SET buttons = '{}' WHERE language = 'pt_PT'")
    async with opened(settings_for(store.path), SMALL) as (app, pilot):
        await pilot.press("t")
        await until(
            pilot, lambda: isinstance(app.screen, TemplatesScreen) and "5, 1 can be sent" in seen(app)
        )
        await pilot.press("down", "down")
        await until(pilot, lambda: "It can be sent" in seen(app))
        for words in ("[ Yes, I will come ]", "✗  not yet", "pending", INVITATION):
            assert words in seen(app)
        await pilot.press("down")
        await until(pilot, lambda: "Meta paused it" in seen(app))
        await pilot.press("down")
        await until(pilot, lambda: "cannot be sent: 3 buttons" in seen(app))
        await pilot.click("#templates", offset=(3, 1))
        await until(pilot, lambda: "Meta has not decided" in seen(app))
        assert not app.screen.check_action("buttons", ())
        assert app.screen.check_action("gaps", ())


@pytest.mark.anyio
async def test_meanings_are_chosen_and_gaps_filled_and_both_are_remembered(store: Store) -> None:
    sample_templates(store)
    async with opened(settings_for(store.path), LARGE) as (app, pilot):
        await pilot.press("t")
        await until(pilot, lambda: isinstance(app.screen, TemplatesScreen) and table(app, "templates").count)
        await pilot.press("down")
        await until(pilot, lambda: app.screen.check_action("buttons", ()))
        await pilot.press("b")
        await until(pilot, lambda: isinstance(app.screen, FillInScreen) and "[ Yes ]" in seen(app))
        assert app.screen.query_one("#of-0", Select).value == "yes"
        app.screen.query_one("#of-0", Select).value = "yes:2"
        app.screen.query_one("#of-1", Select).value = "none"
        await pilot.pause()
        app.screen.query_one("#do").focus()
        await pilot.press("enter")
        await until(pilot, lambda: "comes, 2 places" in seen(app))
        await pilot.press("g")
        await fill_in(app, pilot, **{"of-0": "=friend"})
        await until(pilot, lambda: isinstance(app.screen, TemplatesScreen) and "=friend" in seen(app))
        await pilot.press("g")
        await fill_in(app, pilot, **{"of-0": "nonsense"})
        await until(pilot, lambda: isinstance(app.screen, TemplatesScreen) and "nonsense" in seen(app))
    (reminder,) = templates.variants_of(store, "party_reminder")
    assert (reminder.buttons["0"], reminder.buttons["1"]) == ("yes:2", "none")
    assert "=friend" in reminder.mapping.values()


@pytest.mark.anyio
async def test_templates_are_fetched_and_a_refusal_leaves_what_was_known(store: Store) -> None:
    with running_meta() as meta:
        async with opened(settings_for(store.path, meta.url), LARGE) as (app, pilot):
            await pilot.press("t")
            await until(pilot, lambda: "Press f to fetch them" in seen(app))
            await pilot.press("f")
            await until(pilot, lambda: table(app, "templates").count == 5 and "5, 3 can be sent" in seen(app))
            app.desk.settings = settings_for(store.path)
            await pilot.press("f")
            await until(pilot, lambda: "Meta cannot be reached" in seen(app))
            assert table(app, "templates").count == 5
