"""What Meta tells, as it comes: followed at the top, left alone elsewhere, opened with Enter."""

import pytest

from invite_core.store import Store
from invite_tui.screens.activity import ActivityScreen
from invite_tui.screens.message import MessageScreen
from invite_tui.screens.person import PersonScreen
from tests.delivery.rows import add_template, invite, payload, take
from tests.screens.stage import LARGE, SMALL, opened, seen, settings_for, table, until


def a_text(n: int, words: str = "may I bring a dog?") -> bytes:
    """A text of Ana's, the nth."""
    return payload("text").replace(b"wamid.reply", f"wamid.text{n}".encode())


@pytest.mark.anyio
async def test_updates_of_every_kind_are_told_and_lead_to_what_they_are_about(store: Store) -> None:
    invite(store)
    add_template(store)
    for name in ("delivered", "failed", "tap", "preference_stop", "template_paused", "unknown_field"):
        take(store, name)
    async with opened(settings_for(store.path), SMALL) as (app, pilot):
        await pilot.press("l")
        await until(pilot, lambda: isinstance(app.screen, ActivityScreen) and "6 updates" in seen(app))
        for words in ("✓✓ delivered", "✗  failed", "✓  yes", "⊘  stop", "T  template", "summer_party (en)",
                      "ignored", "Ana"):  # fmt: skip
            assert words in seen(app)
        await pilot.press("down")
        await until(pilot, lambda: "paused for 3 hours" in seen(app).replace("\n", " "))
        await pilot.press("down")
        await until(pilot, lambda: "marketing messages" in seen(app))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, PersonScreen) and "Ana" in seen(app))
        await pilot.press("escape", "end")
        await until(pilot, lambda: isinstance(app.screen, ActivityScreen) and "wamid.ana" in seen(app))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, MessageScreen) and "Ana" in seen(app))


@pytest.mark.anyio
async def test_the_top_follows_and_any_other_line_stays(store: Store) -> None:
    invite(store)
    with store.write():
        for n in range(30):
            take(store, a_text(n))
    async with opened(settings_for(store.path), SMALL) as (app, pilot):
        await pilot.press("l")
        await until(
            pilot, lambda: isinstance(app.screen, ActivityScreen) and table(app, "updates").count == 30
        )
        updates = table(app, "updates")
        take(store, a_text(30))
        await until(pilot, lambda: updates.count == 31)
        assert (updates.cursor, updates.key, updates.scroll_offset.y) == (0, 31, 0)
        await pilot.press("down", "down")
        await until(pilot, lambda: updates.key == 29)
        take(store, a_text(31))
        await until(pilot, lambda: updates.count == 32 and "1 newer above" in seen(app))
        assert (updates.key, updates.cursor, updates.scroll_offset.y) == (29, 3, 1)
        await pilot.press("home")
        await until(pilot, lambda: updates.key == 32 and "newer above" not in seen(app))


@pytest.mark.anyio
async def test_what_a_stranger_wrote_is_drawn_inert(store: Store) -> None:
    take(store, payload("text").replace(b"bring", b"\\u001b[31m[@click=app.quit]\\u202e"))
    async with opened(settings_for(store.path), LARGE) as (app, pilot):
        await pilot.press("l")
        await until(
            pilot, lambda: isinstance(app.screen, ActivityScreen) and table(app, "updates").count == 1
        )
        await pilot.pause()
        assert not {"\x1b", "\u202e"} & set(seen(app))
