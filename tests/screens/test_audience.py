"""Building an audience: picked or typed, counted, judged, saved, and used for a message."""

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Select

from invite_core import instants
from invite_core.invitations import saved_audiences
from invite_core.invitations.audience import Term
from invite_core.invitations.plan import Wish, make_plan
from invite_core.invitations.verdicts import preview
from invite_core.operators import Role
from invite_core.store import Store
from invite_tui.app import InviteApp
from invite_tui.audience_terms import Picked, how_picked, picked
from invite_tui.screens.ask import AskScreen
from invite_tui.screens.audience import AudienceScreen
from invite_tui.screens.compose import ComposeScreen
from invite_tui.screens.person import PersonScreen
from invite_tui.widgets.audience_form import AudienceForm
from invite_tui.wish_words import per_household_said
from tests.builders import INVITATION, ORGANISER
from tests.screens.stage import (
    LARGE,
    LONG_AGO,
    SMALL,
    compose_invitation,
    fill,
    fill_in,
    opened,
    seen,
    settings_for,
    table,
    until,
)


async def open_audience(app: InviteApp, pilot: Pilot[None]) -> None:
    """From home to the audience of the first event, with the sample invitation chosen."""
    await pilot.press("u")
    await until(
        pilot,
        lambda: isinstance(app.screen, AudienceScreen) and table(app, "choices").count and "of " in seen(app),
    )
    app.screen.query_one("#template", Select).value = INVITATION
    await until(pilot, lambda: table(app, "blocked").count + table(app, "eligible").count)


async def go_to(app: InviteApp, pilot: Pilot[None], key: str) -> None:
    """Put the cursor on a row of the list of choices."""
    choices = table(app, "choices")
    choices.focus()
    rows = [record.key for n in range(choices.count) if (record := choices.record(n)) is not None]
    choices.cursor = rows.index(key)
    await pilot.pause()


def expression(app: InviteApp) -> str:
    """What stands in the field."""
    return app.screen.query_one(AudienceForm).expression


@pytest.mark.anyio
async def test_an_audience_is_picked_counted_and_judged_and_each_person_opened(store: Store) -> None:
    fill(store, "Ana", "Bea", "Caio", without_consent=("Dora", "Edda"), blocked=("Fay",))
    async with opened(settings_for(store.path), SMALL) as (app, pilot):
        await open_audience(app, pilot)
        await until(pilot, lambda: "6 of 6 people" in seen(app) and "Will get it  3" in seen(app))
        await go_to(app, pilot, "tag:choir")
        assert "Whoever has the tag “choir”." in seen(app)
        await pilot.press("enter")
        await until(pilot, lambda: "tag:choir 3  →  3 of 6 people" in seen(app))
        assert expression(app) == "tag:choir"
        await pilot.press("enter")
        await until(
            pilot, lambda: "-tag:choir 3  →  3 of 6 people" in seen(app) and "Will not  2" in seen(app)
        )
        verdicts = preview(
            store,
            make_plan(store, Wish(event="1", template=INVITATION, audience="-tag:choir")),
            now=instants.now(),
        )
        assert [verdict.name for verdict in verdicts if verdict.eligible] == ["Bea"]
        assert table(app, "eligible").count == 1
        app.screen.query_one("#blocked").focus()
        await until(pilot, lambda: "Ask them, then record how and when they agreed." in seen(app) or
                    "Leave it." in seen(app))  # fmt: skip
        assert "▸ no consent on record" in seen(app)
        assert "Dora" not in seen(app)
        while table(app, "blocked").key != "no_consent":
            await pilot.press("down")
        await pilot.press("enter")
        await until(pilot, lambda: "▾ no consent on record" in seen(app) and "Dora" in seen(app))
        await pilot.press("down")
        await until(pilot, lambda: "⊘ Dora: no consent on record" in seen(app))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, PersonScreen) and "No consent holds" in seen(app))


@pytest.mark.anyio
async def test_what_is_typed_marks_the_list_and_a_mistake_is_explained_while_typing(store: Store) -> None:
    fill(store, "Ana", "Bea")
    async with opened(settings_for(store.path), SMALL) as (app, pilot):
        await open_audience(app, pilot)
        await pilot.press("e")
        app.screen.query_one("#expression", Input).value = "tag:choirs"
        await until(pilot, lambda: "Nobody has the tag “choirs”." in seen(app))
        assert table(app, "eligible").count == 0
        await pilot.press("enter", "u")
        await until(pilot, lambda: "Not yet" in seen(app))
        assert isinstance(app.screen, AudienceScreen)
        app.screen.query_one("#expression", Input).value = "-TAG:Choir language:en"
        await until(pilot, lambda: "-TAG:Choir 1  ·  language:en 2  →  1 of 2 people" in seen(app))
        assert "−  tag" in seen(app)
        assert "+  lang" in seen(app)
        await go_to(app, pilot, "tag:choir")
        await pilot.press("space")
        await until(pilot, lambda: "language:en 2  →  2 of 2 people" in seen(app))
        await go_to(app, pilot, "language:en")
        await pilot.press("minus")
        await until(pilot, lambda: "Nobody is in this audience." in seen(app))
        await go_to(app, pilot, "all")
        await pilot.press("enter")
        await until(pilot, lambda: "2 of 2 people" in seen(app) and expression(app) == "all")


@pytest.mark.anyio
async def test_a_mouse_picks_and_households_are_written_to_once(store: Store) -> None:
    fill(store, "Ana", "Bea")
    with store.write():
        store.execute("UPDATE contacts SET household = 'Both'")
    async with opened(settings_for(store.path), LARGE) as (app, pilot):
        await open_audience(app, pilot)
        choices = table(app, "choices")
        assert choices.record(1) is not None
        await pilot.click("#choices", offset=(5, 2))
        await pilot.click("#choices", offset=(5, 2))
        await until(
            pilot, lambda: "▸ household gets one already" in seen(app) and "Will get it  1" in seen(app)
        )
        await pilot.press("u")
        await until(pilot, lambda: isinstance(app.screen, ComposeScreen) and app.screen.query("#options"))
        assert app.screen.query_one("#options", Input).value == "--per-household"
        await until(pilot, lambda: table(app, "eligible").count == 1 and table(app, "blocked").count == 1)


@pytest.mark.anyio
async def test_an_audience_is_saved_picked_loaded_and_deleted(store: Store) -> None:
    fill(store, "Ana", "Bea", "Caio")
    saved_audiences.save(store, "far", "-@close", by=ORGANISER, now=LONG_AGO)
    async with opened(settings_for(store.path), SMALL) as (app, pilot):
        await open_audience(app, pilot)
        await go_to(app, pilot, "@far")
        assert "names something that is no longer there" in seen(app)
        await go_to(app, pilot, "tag:choir")
        await pilot.press("enter")
        await until(pilot, lambda: "2 of 3 people" in seen(app))
        await pilot.press("s")
        await fill_in(app, pilot, name="two words")
        await until(pilot, lambda: "cannot be the name of an audience" in seen(app))
        await pilot.press("s")
        await fill_in(app, pilot, name="close")
        await until(pilot, lambda: "saved   @close" in seen(app))
        assert "cannot be the name" not in seen(app)
        await go_to(app, pilot, "all")
        await pilot.press("enter")
        await until(pilot, lambda: "3 of 3 people" in seen(app))
        await pilot.press("s")
        await fill_in(app, pilot, name="Close")
        await until(pilot, lambda: isinstance(app.screen, AskScreen) and "Replace @Close?" in seen(app))
        await pilot.press("escape")
        await go_to(app, pilot, "@close")
        await until(pilot, lambda: "@close stands for: tag:choir" in seen(app))
        await pilot.press("l")
        await until(pilot, lambda: "tag:choir 2  →  2 of 3 people" in seen(app))
        await pilot.press("d")
        await until(pilot, lambda: isinstance(app.screen, AskScreen) and "Delete @close?" in seen(app))
        await pilot.press("tab", "enter")
        await until(pilot, lambda: "@close is part of @far" in seen(app))
        assert [each["name"] for each in saved_audiences.listing(store)] == ["close", "far"]


@pytest.mark.anyio
async def test_from_a_message_the_audience_comes_back_and_escape_leaves_it_as_it_was(store: Store) -> None:
    fill(store, "Ana", "Bea", "Caio")
    async with opened(settings_for(store.path), LARGE) as (app, pilot):
        await compose_invitation(app, pilot)
        app.screen.query_one("#eligible").focus()
        for leave in ("escape", "u"):
            await pilot.press("a")
            await until(
                pilot, lambda: isinstance(app.screen, AudienceScreen) and table(app, "eligible").count == 3
            )
            assert app.screen.query_one("#template", Select).disabled
            await go_to(app, pilot, "tag:choir")
            await pilot.press("enter")
            await until(pilot, lambda: "2 of 3 people" in seen(app) and "Will get it  2" in seen(app))
            await pilot.press(leave)
            await until(pilot, lambda: isinstance(app.screen, ComposeScreen))
            expected = "all" if leave == "escape" else "tag:choir"
            assert app.screen.query_one("#audience", Input).value == expected
        await until(pilot, lambda: table(app, "eligible").count == 2)


@pytest.mark.anyio
async def test_a_viewer_counts_and_keeps_nothing(store: Store) -> None:
    fill(store, "Ana")
    async with opened(settings_for(store.path, role=Role.VIEWER), SMALL) as (app, pilot):
        await open_audience(app, pilot)
        assert not any(app.screen.check_action(act, ()) for act in ("save", "use", "delete", "load"))
        await pilot.press("slash", *"cho")
        await until(pilot, lambda: table(app, "choices").count == 1)
        await pilot.press("enter", "enter")
        await until(pilot, lambda: "tag:choir 1" in seen(app))


def test_a_picked_term_keeps_its_place_and_knows_itself_in_any_spelling() -> None:
    tag, other = Term("tag", "vip"), Term("tag", "Old friends")
    assert picked("all", tag, Picked.WITH) == "tag:vip"
    assert picked("TAG:VIP language:pt", tag, Picked.WITHOUT) == "-tag:vip language:pt"
    assert picked("tag:vip language:pt -tag:vip", tag, Picked.NOT) == "language:pt"
    assert picked("tag:vip", tag, Picked.NOT) == "all"
    assert picked("tag:vip", other, Picked.WITH) == 'tag:vip tag:"Old friends"'
    assert how_picked('-tag:"old  FRIENDS"', other) is Picked.WITHOUT
    assert how_picked("all", other) is Picked.NOT


def test_the_option_for_households_is_said_once_and_taken_back() -> None:
    assert per_household_said("--first 20", wanted=True) == "--first 20 --per-household"
    assert per_household_said("--per-household", wanted=True) == "--per-household"
    taken = per_household_said("--map '1==a b' --per-household", wanted=False)
    assert taken == "--map '1==a b'"
