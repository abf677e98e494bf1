import pytest
from pydantic import SecretStr
from textual.command import CommandPalette

from invite_core import instants
from invite_core.errors import InviteError
from invite_core.invitations import retirement
from invite_core.operators import Role
from invite_core.store import Store
from invite_tui.app import InviteApp
from invite_tui.commands import acts, possible_now
from invite_tui.running import run_app
from invite_tui.screens.ask import AskScreen
from invite_tui.screens.compose import ComposeScreen
from invite_tui.screens.help import HelpScreen
from invite_tui.screens.templates import TemplatesScreen
from tests.builders import ORGANISER
from tests.screens.stage import (
    LARGE,
    LONG_AGO,
    SMALL,
    can_send,
    compose_invitation,
    fill,
    opened,
    seen,
    settings_for,
    start_listening,
    table,
    until,
)


@pytest.mark.anyio
async def test_an_empty_file_says_what_to_do_first(store: Store) -> None:
    unconnected = settings_for(store.path).model_copy(update={"access_token": SecretStr("")})
    async with opened(unconnected, SMALL) as (app, pilot):
        await until(pilot, lambda: "invite-tui contacts import" in seen(app))
        for size in (SMALL, LARGE):
            await pilot.resize_terminal(*size)
            for words in (
                "○ not connected to WhatsApp: run `invite-tui init` in the terminal",
                "invite-tui events add",
                "invite-tui templates sync",
                "no listener",
                "No events yet",
            ):
                assert words in seen(app)


@pytest.mark.anyio
async def test_what_others_write_appears_the_listener_is_told_of_and_a_handover_ends_it(store: Store) -> None:
    async with opened(settings_for(store.path), SMALL) as (app, pilot):
        await until(pilot, lambda: "No events yet" in seen(app))
        assert "✓ connected to WhatsApp" in seen(app)
        fill(store, "Ana")
        await until(pilot, lambda: "Summer party" in seen(app))
        start_listening(store)
        await until(pilot, lambda: "● listening" in seen(app))
        assert "invite-tui contacts import" not in seen(app)
        assert "n New…" in seen(app)
        retirement.retire(store, by=ORGANISER, now=LONG_AGO)
        handed_over = "Handed over on 2026-01-02: nothing is sent from here. It goes on elsewhere."
        await until(pilot, lambda: handed_over in seen(app) and "n New…" not in seen(app))
        assert "viewer" not in seen(app)
        await pilot.press("t")
        await until(pilot, lambda: isinstance(app.screen, TemplatesScreen) and handed_over in seen(app))
        assert not app.screen.check_action("fetch", ())


@pytest.mark.anyio
async def test_an_event_without_a_run_opens_its_first_message(store: Store) -> None:
    fill(store, "Ana")
    async with opened(settings_for(store.path), SMALL) as (app, pilot):
        await until(pilot, lambda: table(app, "events").count == 1)
        table(app, "events").focus()
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ComposeScreen) and "Summer party" in seen(app))


@pytest.mark.anyio
async def test_help_and_palette_offer_what_is_possible_now(store: Store) -> None:
    fill(store, "Ana")
    async with opened(settings_for(store.path)) as (app, pilot):
        await compose_invitation(app, pilot)
        offered = {command.title for command in possible_now(app, app.screen)}
        assert {"Audience…", "Message text", "Help", "Back"} <= offered
        assert "Send…" in offered
        app.screen.query_one("#eligible").focus()
        await pilot.press("question_mark")
        await until(
            pilot,
            lambda: isinstance(app.screen, HelpScreen) and "Choose the event, the template" in seen(app),
        )
        assert "Go to the audience field" in seen(app) or "Audience" in seen(app)
        await pilot.press("escape")
        start_listening(store)
        await until(pilot, lambda: can_send(app))
        await pilot.press("ctrl+p")
        await until(pilot, lambda: isinstance(app.screen, CommandPalette) and "Send…" in seen(app))
        assert "Theme" in seen(app)


@pytest.mark.anyio
async def test_texts_that_wait_are_told_of_on_the_first_screen(store: Store) -> None:
    fill(store, "Ana")
    with store.write():
        for n in range(3):
            store.execute(
                """INSERT INTO replies (kind, body, given_at, status, recorded_at, recorded_by)
                   VALUES ('text', 'May I bring my dog?', :at, :status, :at, 'listener')""",
                {"at": instants.stored(LONG_AGO), "status": "possible_opt_out" if n else "unread"},
            )
    async with opened(settings_for(store.path), SMALL) as (app, pilot):
        await until(pilot, lambda: "3 texts wait in the inbox: press i" in seen(app))


@pytest.mark.anyio
async def test_the_demo_says_that_its_data_goes_and_quits_only_if_that_is_meant(store: Store) -> None:
    app = InviteApp(settings_for(store.path), is_demo=True)
    async with app.run_test(size=SMALL) as pilot:
        await pilot.press("q")
        await until(pilot, lambda: "The demo's data is deleted when you quit." in seen(app))
        await pilot.press("enter", "q")
        await until(pilot, lambda: isinstance(app.screen, AskScreen))
        await pilot.press("tab", "enter")
        await until(pilot, lambda: not app.is_running)


@pytest.mark.anyio
async def test_a_missing_listener_is_told_first_and_quitting_stands_in_the_footer(store: Store) -> None:
    fill(store, "Ana")
    async with opened(settings_for(store.path), SMALL) as (app, pilot):
        await until(pilot, lambda: "! no listener" in seen(app).splitlines()[0])
        await compose_invitation(app, pilot)
        for size in (SMALL, LARGE):
            await pilot.resize_terminal(*size)
            await until(pilot, lambda: "! no listener" in seen(app).splitlines()[0])
            await until(pilot, lambda: "q Quit" in seen(app).splitlines()[-1])


@pytest.mark.anyio
async def test_every_act_has_an_id_a_description_and_a_key_that_terminals_know(store: Store) -> None:
    fill(store, "Ana")
    async with opened(settings_for(store.path)) as (app, _):
        found = acts(app.screen)
        assert {act.binding.id for act in found} >= {"home.new", "app.help", "app.quit", "table.choose"}
        assert all(act.binding.description and act.explained for act in found)
        assert not any("ctrl+enter" in act.binding.key for act in found)


@pytest.mark.anyio
async def test_without_colours_states_are_told_by_glyph_and_word(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    fill(store, "Ana", without_consent=("Dora",))
    async with opened(settings_for(store.path), SMALL) as (app, pilot):
        assert app.no_color
        await compose_invitation(app, pilot)
        await until(pilot, lambda: "⊘ no consent" in seen(app) and "✓ Will get it  1" in seen(app))


def test_a_file_that_cannot_be_used_is_one_sentence_before_the_screen(store: Store) -> None:
    missing = store.path.parent / "nowhere.db"
    with pytest.raises(InviteError, match="There is no database"):
        run_app(settings_for(missing, role=Role.VIEWER))
    missing.write_bytes(b"this is no database at all" * 50)
    with pytest.raises(InviteError, match="is not a database of this program"):
        run_app(settings_for(missing))
