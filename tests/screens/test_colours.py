"""Without colours, and with those of the terminal alone, states and the cursor are still told apart."""

from collections.abc import Iterator

import pytest
from rich.color import ColorType
from rich.segment import Segment
from rich.style import Style
from textual.app import App

from invite_core.store import Store
from invite_tui.screens.ask import AskScreen
from invite_tui.screens.run import RunScreen
from invite_tui.state_style import STATES
from tests.screens.doubt import doubtful_run
from tests.screens.stage import LARGE, fill, opened, seen, settings_for, table, until

pytestmark = pytest.mark.long


def drawn(app: App[None]) -> list[list[Segment]]:
    """The lines of the screen as they are drawn."""
    return [list(strip) for strip in app.screen._compositor.render_strips()]


def colours(app: App[None]) -> Iterator[tuple[ColorType, bool]]:
    """Of every colour on the screen: how the terminal is told it, and whether it is a shade of grey."""
    for segment in (segment for line in drawn(app) for segment in line if segment.style):
        for colour in (segment.style.color, segment.style.bgcolor) if segment.style else ():
            if colour is not None:
                yield colour.type, colour.triplet is None or len(set(colour.triplet)) == 1


def style_at(app: App[None], x: int, y: int) -> Style | None:
    """How the cell in that place is drawn."""
    for segment in drawn(app)[y]:
        x -= segment.cell_length
        if x < 0:
            return segment.style
    return None


def check(app: App[None]) -> None:
    """Every state stands there as glyph and word, and the row under the cursor looks unlike the next one."""
    for look in STATES.values():
        assert look.text in seen(app)
    region = table(app, "messages").content_region
    assert style_at(app, region.x + 1, region.y + 1) != style_at(app, region.x + 1, region.y + 2)


@pytest.mark.anyio
@pytest.mark.parametrize("themes", [("no colour",), ("ansi-dark", "ansi-light")])
async def test_states_the_cursor_and_the_button_are_told_apart(
    store: Store, monkeypatch: pytest.MonkeyPatch, themes: tuple[str, ...]
) -> None:
    fill(store, *(f"Guest {n}" for n in range(6)))
    if themes == ("no colour",):
        monkeypatch.setenv("NO_COLOR", "1")
    doubtful_run(store, 2)
    async with opened(settings_for(store.path), LARGE) as (app, pilot):
        app.open_run(1)
        await until(pilot, lambda: isinstance(app.screen, RunScreen) and "?  unconfirmed" in seen(app))
        await until(pilot, lambda: app.screen.check_action("cancel", ()))
        for theme in themes:
            app.theme = theme if theme in app.available_themes else app.theme
            await pilot.pause()
            check(app)
            kinds, greys = zip(*colours(app), strict=True)
            if theme == "no colour":
                assert all(greys)
            else:
                assert set(kinds) <= {ColorType.DEFAULT, ColorType.STANDARD}
            await pilot.press("x")
            await until(pilot, lambda: isinstance(app.screen, AskScreen) and "Leave it" in seen(app))
            cancel, do = (app.screen.query_one(f"#{name}").region for name in ("cancel", "do"))
            looks = [style_at(app, region.x + 5, region.y) for region in (cancel, do)]
            assert looks[0] != looks[1]
            await pilot.press("escape")
            await until(pilot, lambda: isinstance(app.screen, RunScreen))
