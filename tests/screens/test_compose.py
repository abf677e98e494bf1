import pytest
from textual.widgets import Input, Select

from invite_core import instants
from invite_core.invitations import rate_cards
from invite_core.invitations.plan import Wish, make_plan
from invite_core.invitations.rate_card import Rate, RateCard
from invite_core.invitations.verdicts import preview
from invite_core.people import consent_doubts
from invite_core.people.consent_doubts import Limits
from invite_core.store import Store
from invite_tui.screens.compose import ComposeScreen
from invite_tui.screens.confirm_send import ConfirmSendScreen
from invite_tui.screens.home import HomeScreen
from tests.builders import INVITATION, ORGANISER
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
async def test_the_numbers_are_those_of_the_core(store: Store) -> None:
    fill(store, "Ana", "Bea", "Caio", without_consent=("Dora",), blocked=("Emil",))
    consent_doubts.choose(store, Limits("Rita"), by=ORGANISER, now=instants.now())
    verdicts = preview(
        store, make_plan(store, Wish(event="1", template=INVITATION, language="auto")), now=instants.now()
    )
    async with opened(settings_for(store.path), SMALL) as (app, pilot):
        await compose_invitation(app, pilot)
        eligible = sum(verdict.eligible for verdict in verdicts)
        assert table(app, "eligible").count == eligible == 3
        assert table(app, "blocked").count == len(verdicts) - eligible == 2
        for size in (SMALL, LARGE):
            await pilot.resize_terminal(*size)
            await until(pilot, lambda: "Will get it  3" in seen(app) and "Will not  2" in seen(app))
            text = seen(app)
            assert "no consent on record" in text
            assert "on the Do-Not-Message" in text
            assert "3 people agreed to a wording" in str(app.screen.query_one("#obstacles").render())


@pytest.mark.anyio
async def test_the_message_reads_as_the_person_under_the_cursor_would_read_it(store: Store) -> None:
    fill(store, "Ana Reis", "Bea Sol", "")
    async with opened(settings_for(store.path)) as (app, pilot):
        await compose_invitation(app, pilot)
        await until(pilot, lambda: "Dear Ana Reis" in seen(app))
        app.screen.query_one("#eligible").focus()
        await pilot.press("down")
        await until(pilot, lambda: "Dear Bea Sol" in seen(app) and "As Bea Sol reads it" in seen(app))
        assert "[ Yes, I will come ] means yes" in seen(app)
        app.screen.query_one("#blocked").focus()
        await until(pilot, lambda: "name is empty, and it fills parameter guest_name." in seen(app))


@pytest.mark.anyio
async def test_a_refused_audience_is_explained_beside_it_and_mended_by_typing(store: Store) -> None:
    fill(store, "Ana", "Bea", "Caio")
    async with opened(settings_for(store.path)) as (app, pilot):
        await compose_invitation(app, pilot)
        app.screen.query_one("#audience", Input).value = "tag:choirs"
        await until(pilot, lambda: "Nobody has the tag “choirs”" in seen(app))
        assert table(app, "eligible").count == 0
        assert not can_send(app)
        app.screen.query_one("#audience", Input).value = "tag:choir"
        await until(pilot, lambda: "Will get it  2" in seen(app))
        assert "Nobody has the tag" not in seen(app)


@pytest.mark.anyio
async def test_without_a_listener_nothing_is_sent_and_s_says_why(store: Store) -> None:
    fill(store, "Ana")
    async with opened(settings_for(store.path)) as (app, pilot):
        await compose_invitation(app, pilot)
        await until(pilot, lambda: "No listener is running" in seen(app))
        assert "Start it in another terminal: webhook-listener" in seen(app)
        assert "--without-listener" not in seen(app)
        app.screen.query_one("#eligible").focus()
        await pilot.press("s")
        await until(pilot, lambda: "Not yet" in seen(app))
        assert isinstance(app.screen, ComposeScreen)
        start_listening(store)
        await until(pilot, lambda: can_send(app))
        assert "No listener is running" not in str(app.screen.query_one("#obstacles").render())


@pytest.mark.anyio
async def test_people_without_a_text_in_their_language_are_told_of_until_a_fall_back_is_chosen(
    store: Store,
) -> None:
    fill(store, "Ana", "Bea")
    with store.write():
        store.execute("UPDATE contacts SET language = 'fi' WHERE name = 'Bea'")
        store.execute(
            "UPDATE templates SET status = 'PAUSED' WHERE name = ? AND language <> 'en'", (INVITATION,)
        )
    async with opened(settings_for(store.path)) as (app, pilot):
        await compose_invitation(app, pilot)
        await until(pilot, lambda: "1 person has no text in their language; choose a fall-back." in seen(app))
        assert "not approved" in seen(app)
        app.screen.query_one("#fallback", Select).value = "en"
        await until(pilot, lambda: "Will get it  2" in seen(app))
        await until(pilot, lambda: "no text in their language" not in seen(app))


@pytest.mark.anyio
async def test_escape_closes_the_text_before_the_screen_where_there_is_room_for_one(store: Store) -> None:
    fill(store, "Ana")
    async with opened(settings_for(store.path), SMALL) as (app, pilot):
        await compose_invitation(app, pilot)
        app.screen.query_one("#eligible").focus()
        await pilot.press("m")
        await until(pilot, lambda: "Dear Ana" in seen(app))
        await pilot.press("escape")
        await until(pilot, lambda: "Dear Ana" not in seen(app))
        assert isinstance(app.screen, ComposeScreen)


@pytest.mark.anyio
async def test_what_a_template_lacks_can_be_said_in_the_options(store: Store) -> None:
    fill(store, "Ana")
    start_listening(store)
    async with opened(settings_for(store.path)) as (app, pilot):
        await pilot.press("n")
        await until(pilot, lambda: app.screen.query("#template") and "Summer party" in seen(app))
        app.screen.query_one("#template").focus()
        await pilot.press("enter")
        await until(pilot, lambda: "party_cancelled (en), not approved" in seen(app))
        await pilot.press("home", "down", "down", "enter")
        await until(pilot, lambda: "Nothing fills parameter 1 of template party_reminder" in seen(app))
        assert "On the first screen press t, then g, to say what goes in." in seen(app)
        assert "--map 1=name" not in seen(app)
        assert not can_send(app)
        app.screen.query_one(
            "#options", Input
        ).value = "--map 1=name --map 2=event.name --map button.2=name --button 0=yes --button 1=no"
        await until(pilot, lambda: can_send(app))
        await until(pilot, lambda: "Hello Ana, just a few days until" in seen(app))


@pytest.mark.anyio
async def test_the_confirmation_repeats_the_numbers_and_enter_alone_never_sends(store: Store) -> None:
    fill(store, "Ana", "Bea", without_consent=("Dora",), blocked=("Emil",))
    rate = Rate("GB", "marketing", "2026-01-01", "2099-12-31", 41_000)
    rate_cards.keep(store, RateCard("EUR", (rate,)), "rates.csv", by=ORGANISER, now=LONG_AGO)
    start_listening(store)
    async with opened(settings_for(store.path)) as (app, pilot):
        await compose_invitation(app, pilot)
        app.screen.query_one("#eligible").focus()
        await until(pilot, lambda: can_send(app))
        await pilot.press("s")
        await until(pilot, lambda: "This cannot be undone" in seen(app))
        for words in ("Send to 2 people?", "Summer party", INVITATION, "2  will get it", "2  will not",
                      "1  no consent on record", "1  on the Do-Not-Message list",
                      "up to 0.082 EUR by rates.csv", "counts this text as marketing",
                      "No approved template tells a change or a cancellation in en"):  # fmt: skip
            assert words in seen(app)
        await pilot.press("s", "s", "enter")
        await until(pilot, lambda: isinstance(app.screen, ComposeScreen))
        await pilot.press("enter")
    assert store.value("SELECT count(*) FROM invite_send_runs") == 0


@pytest.mark.anyio
async def test_many_people_need_a_typed_word(store: Store) -> None:
    fill(store, *(f"Guest {n}" for n in range(201)), without_consent=("Dora",), blocked=("Emil",))
    start_listening(store)
    async with opened(settings_for(store.path), SMALL) as (app, pilot):
        await compose_invitation(app, pilot)
        app.screen.query_one("#eligible").focus()
        await until(pilot, lambda: can_send(app))
        await pilot.press("s")
        await until(pilot, lambda: "Type “send”" in seen(app))
        assert app.screen.query_one("#send").disabled
        for words in ("Send to 201 people?", "Summer party", INVITATION, "Audience", "Cancel", "Send 201"):
            assert words in seen(app)
        await until(pilot, lambda: "↑↓ Scroll" in seen(app).splitlines()[-1])
        lines = seen(app).splitlines()
        numbers = next(n for n, line in enumerate(lines) if "2  will not" in line)
        assert "Who will not get it, and why" in lines[numbers + 1]
        facts = app.screen.query_one("#facts")
        await pilot.press("pagedown")
        await until(pilot, lambda: facts.scroll_y > 1)
        await pilot.press("pageup")
        await until(pilot, lambda: facts.scroll_y == 0)
        await pilot.press(*"sent", "enter")
        await until(pilot, lambda: "Type send, or press Escape." in seen(app))
        assert isinstance(app.screen, ConfirmSendScreen)
        assert app.screen.query_one("#send").disabled
        await pilot.press("backspace", "d")
        await until(pilot, lambda: not app.screen.query_one("#send").disabled)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, ComposeScreen))
    assert store.value("SELECT count(*) FROM invite_send_runs") == 0


@pytest.mark.anyio
async def test_escape_leaves_a_field_before_it_leaves_the_screen(store: Store) -> None:
    fill(store, "Ana")
    async with opened(settings_for(store.path)) as (app, pilot):
        for field in ("#audience", "#template"):
            await compose_invitation(app, pilot)
            await pilot.press("tab")
            app.screen.query_one(field).focus()
            await until(pilot, lambda: "esc Leave field" in seen(app).splitlines()[-1])
            await pilot.press("escape")
            assert isinstance(app.screen, ComposeScreen)
            await until(pilot, lambda: "esc Back" in seen(app).splitlines()[-1])
            await pilot.press("escape")
            await until(pilot, lambda: isinstance(app.screen, HomeScreen))
