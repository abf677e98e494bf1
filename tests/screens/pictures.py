"""`python -m tests.screens.pictures FOLDER`: pictures of the screens, exported from the running program.

The demo is at work behind them: the stand-in for Meta and the listener as processes of their own, the
sample people, a run that is being sent.
"""

import asyncio
import re
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from textual.pilot import Pilot
from textual.widgets import Input, Select

from invite_core import instants
from invite_core.invitations.plan import Wish
from invite_core.store import Store
from invite_core.views.preview_board import preview_board
from invite_tui.app import InviteApp
from invite_tui.demo import TEMPLATE, Demo, prepare, running_demo
from invite_tui.screens.importing import ImportScreen
from invite_tui.screens.not_reached import NotReachedScreen
from invite_tui.screens.person import PersonScreen
from invite_tui.screens.run import RunScreen
from invite_tui.widgets.record_table import RecordTable

SIZE = (120, 36)
PATIENCE_S = 60.0


LISTS = (
    ("a", "answers", "#people"),
    ("i", "inbox", "#texts"),
    ("p", "people", "#people"),
    ("d", "do_not_message", "#blocks"),
    ("t", "templates", "#templates"),
    ("l", "activity", "#updates"),
    ("c", "check_up", "#findings"),
)
"""Of each list that Home leads to: the key, the name of its picture, and its table."""


PERSON_PAGES = (
    ("r", "report", "#report", "Your entry"),
    ("e", "erase", "#facts", "What stays"),
)
"""Of each page that a person leads to: the key, the name of its picture, a part of it and words in that."""

DATA = Path(__file__).parent.parent.parent / "data"


def has_rows(app: InviteApp, part: str) -> bool:
    """Whether the table of the screen in front shows somebody."""
    return bool(app.screen.query(part)) and app.screen.query_one(part, RecordTable).count > 0


def picture(app: InviteApp) -> str:
    """The screen in front as SVG that needs nothing from the network."""
    drawn = app.export_screenshot(title="Invitations")
    return re.sub(r"@font-face\s*\{.*?\}\s*", "", drawn, flags=re.DOTALL)


async def until(pilot: Pilot[None], condition: Callable[[], bool]) -> None:
    """Wait for what the screen shows. Raises TimeoutError."""
    async with asyncio.timeout(PATIENCE_S):
        while not condition():
            await pilot.pause(0.05)


def blocked_people(demo: Demo) -> int:
    """How many will not get the invitation."""
    wish = Wish(event="Summer party", template=TEMPLATE, language="auto", fallback="en")
    with Store.open(demo.settings.db, read_only=True) as store:
        return len(preview_board(store, wish, now=instants.now()).blocked)


async def take_audience(app: InviteApp, pilot: Pilot[None]) -> None:
    """Build an audience, as one would for a reminder: the silent ones but for a tag, a reason open."""
    await pilot.press("u")
    await until(pilot, partial(has_rows, app, "#choices"))
    app.screen.query_one("#template", Select).value = TEMPLATE
    app.screen.query_one("#purpose", Select).value = "reminder"
    app.screen.query_one("#expression", Input).value = "answered:none -tag:work"
    await until(pilot, lambda: "-tag:work " in str(app.screen.query_one("#terms").render()))
    await until(pilot, partial(has_rows, app, "#blocked"))
    app.screen.query_one("#blocked").focus()
    await pilot.press("enter", "down")
    await pilot.pause(0.5)


async def take_person(app: InviteApp, pilot: Pilot[None], save: Callable[[str], None]) -> None:
    """From the list of people: one of them, a merge, the report, an erasure, and an import."""

    def shows(part: str, words: str) -> bool:
        found = app.screen.query(part)
        return bool(found) and words in str(found.first().render())

    await pilot.press("pagedown", "pagedown", "pagedown", "enter")
    await until(pilot, lambda: isinstance(app.screen, PersonScreen) and shows("#facts", "Numbers"))
    await pilot.pause(0.5)
    save("person")
    for key, name, part, words in PERSON_PAGES:
        await pilot.press(key)
        await until(pilot, partial(shows, part, words))
        await pilot.pause(0.5)
        save(name)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, PersonScreen))
    await pilot.press("m")
    await until(pilot, partial(has_rows, app, "#people"))
    await pilot.press(*"ellis", "down", "down", "enter")
    await until(pilot, partial(has_rows, app, "#compared"))
    await pilot.pause(0.5)
    save("merge")
    for _ in range(2):
        app.pop_screen()
    app.push_screen(ImportScreen(DATA / "school.sample.csv"))
    await until(pilot, lambda: shows("#summary", "A preview"))
    await pilot.pause(0.5)
    save("import")
    app.pop_screen()
    await pilot.pause(0.5)


async def take(demo: Demo, folder: Path, blocked: int) -> None:
    """Walk through the screens and write a picture of each."""
    app = InviteApp(demo.settings)
    async with app.run_test(size=SIZE) as pilot:

        def save(name: str) -> None:
            (folder / f"{name}.svg").write_text(picture(app), encoding="utf-8")

        def shown(part: str) -> str:
            return str(app.screen.query_one(part).render())

        await pilot.press("n")
        await until(pilot, lambda: bool(app.screen.query("#template")))
        app.screen.query_one("#template", Select).value = TEMPLATE
        await pilot.pause()
        app.screen.query_one("#fallback", Select).value = "en"
        await until(pilot, lambda: f"  {blocked}" in shown("#blocked-title"))
        save("compose")
        await app.screen.run_action("send")
        await until(pilot, lambda: bool(app.screen.query("#word")))
        save("confirm")
        app.screen.query_one("#word", Input).value = "send"
        app.screen.query_one("#word", Input).focus()
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, RunScreen) and "read" in shown("#counts"))
        board = app.screen
        await until(pilot, lambda: "finished" in str(board.query_one("#status").render()))
        await pilot.pause(0.5)  # the footer follows the screen
        save("run")
        await pilot.press("down", "down", "enter")
        await until(pilot, lambda: app.screen is not board)
        await pilot.pause(0.5)
        save("message")
        app.pop_screen()
        app.pop_screen()
        await pilot.pause(0.5)
        save("home")
        await take_audience(app, pilot)
        save("audience")
        await pilot.press("escape")
        await pilot.pause(0.5)
        for key, name, part in LISTS:
            await pilot.press(key)
            await until(pilot, partial(has_rows, app, part))
            await pilot.pause(0.5)
            save(name)
            if name == "people":
                await take_person(app, pilot, save)
            if name == "answers":
                await pilot.press("r")
                await until(pilot, lambda: isinstance(app.screen, NotReachedScreen))
                await until(pilot, partial(has_rows, app, "#people"))
                await pilot.pause(0.5)
                save("not_reached")
                await pilot.press("escape")
            await pilot.press("escape")
            await pilot.pause(0.2)


def main() -> None:
    """Make the pictures in the folder that is named on the command line."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    with running_demo(seed=1, pace=0.1) as demo:
        with Store.open(demo.settings.db) as store:
            prepare(store, demo, contacts=None, seed=1)
        asyncio.run(take(demo, folder, blocked_people(demo)))


if __name__ == "__main__":
    main()
