"""The way through every screen of the program at the party, one thing at a time, by the keys a person presses."""

import asyncio
from collections.abc import AsyncIterator, Callable
from functools import partial
from threading import Event

from textual.pilot import Pilot
from textual.widgets import Input, Select

from invite_core.settings import Settings
from invite_core.store import Store
from invite_tui.app import InviteApp
from invite_tui.screens.ask import AskScreen
from invite_tui.screens.fill_in import FillInScreen
from invite_tui.screens.home import HomeScreen
from invite_tui.screens.importing import ImportScreen
from invite_tui.screens.importing_file import ChooseFileScreen
from tests.builders import INVITATION
from tests.screens.party import GUESTS, invite
from tests.screens.stage import POLL_S, seen, table, until

PATIENCE_S = 60.0
"""How long a screen may take to come to rest."""

LISTS = (
    ("a", "answers", "people"),
    ("i", "inbox", "texts"),
    ("p", "people", "people"),
    ("d", "do_not_message", "blocks"),
    ("t", "templates", "templates"),
    ("l", "activity", "updates"),
    ("c", "check_up", "findings"),
)
"""Of each list that Home leads to: the key, its name, and its table."""

PERSON_PAGES = (("r", "report", "report", "Your entry"), ("e", "erase", "facts", "What stays"))
"""Of each page that a person leads to: the key, its name, a part of it and words in that."""


async def at_rest(app: InviteApp, pilot: Pilot[None]) -> str:
    """Wait until the screen in front has read all that it reads, and shows nothing new any more; what it shows."""
    shown = ""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            await pilot.pause()
            if not _reads(app):
                before, shown = shown, seen(app)
                if shown == before:
                    return shown
            await asyncio.sleep(POLL_S)


def _reads(app: InviteApp) -> bool:
    """Whether the screen in front is at work; what waits for its answer, below it, is not looked at."""
    return any(
        not worker.is_finished and worker.node is not app and worker.node.screen is app.screen
        for worker in app.workers
    )


class Walk:
    """One walk. `looks` is the way; it stops at each look and says how it is called."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self._settings, self._store = settings, store
        self._may_open = Event()
        self.app = InviteApp(self._load)
        self.app.animation_level = "none"
        self._pilot: Pilot[None]

    def _load(self) -> Settings:
        self._may_open.wait(PATIENCE_S)
        return self._settings

    async def looks(self, pilot: Pilot[None]) -> AsyncIterator[str]:
        """The name of each look, when it is to be seen."""
        self._pilot = pilot
        for part in (self._beginning, self._sending, self._run, self._lists, self._audience):
            async for name in part():
                for field in self.app.screen.query(Input):
                    field.cursor_blink = False
                await at_rest(self.app, pilot)
                yield name

    # ------------------------------------------------------------ steps

    async def _until(self, condition: Callable[[], object]) -> None:
        await until(self._pilot, condition, PATIENCE_S)

    async def _press(self, *keys: str) -> None:
        await self._pilot.press(*keys)

    async def _back(self) -> None:
        before = self.app.screen
        await self._press("escape")
        await self._until(lambda: self.app.screen is not before)

    def _shows(self, part: str, words: str) -> bool:
        found = self.app.screen.query(f"#{part}")
        return bool(found) and words in str(found.first().render())

    def _lists_any(self, name: str) -> bool:
        return bool(self.app.screen.query(f"#{name}")) and table(self.app, name).count > 0

    async def _into(self, name: str, *keys: str) -> None:
        """Press the keys, and wait for the rows of a table of the screen that they lead to."""
        before = self.app.screen
        await self._press(*keys)
        await self._until(lambda: self.app.screen is not before and self._lists_any(name))

    async def _into_page(self, part: str, words: str, *keys: str) -> None:
        """Press the keys, and wait for words in a part of the screen that they lead to."""
        await self._press(*keys)
        await self._until(partial(self._shows, part, words))

    def _choose(self, name: str, value: str) -> None:
        self.app.screen.query_one(f"#{name}", Select).value = value

    # ------------------------------------------------------------ the way

    async def _beginning(self) -> AsyncIterator[str]:
        yield "opening"
        self._may_open.set()
        await self._until(lambda: isinstance(self.app.screen, HomeScreen) and self._lists_any("events"))
        await self._until(lambda: self.app.sender.refusal is None)

    async def _sending(self) -> AsyncIterator[str]:
        await self._press("n")
        await self._until(lambda: self.app.screen.query("#template") and "Summer party" in seen(self.app))
        self._choose("template", INVITATION)
        await self._until(lambda: self._lists_any("eligible"))
        self._choose("fallback", "en")
        self.app.screen.query_one("#eligible").focus()
        yield "compose"
        await self._press("s")
        await self._until(lambda: self.app.screen.query("#word"))
        yield "confirm"
        await self._back()
        await self._back()
        invite(self._store)
        await self._until(lambda: self._lists_any("runs") and "finished" in seen(self.app))
        yield "home"
        await self._press("question_mark")
        yield "help"
        await self._back()

    async def _run(self) -> AsyncIterator[str]:
        self.app.screen.query_one("#runs").focus()
        await self._into("messages", "enter")
        yield "run"
        await self._press("u")
        await self._until(lambda: self._shows("shown", "unconfirmed  "))
        yield "unconfirmed"
        await self._press("s")
        await self._until(lambda: isinstance(self.app.screen, FillInScreen))
        yield "settle"
        await self._back()
        await self._press("f")
        await self._until(lambda: self._shows("shown", "failed  "))
        await at_rest(self.app, self._pilot)
        await self._into("timeline", "enter")
        yield "message"
        await self._back()
        await self._back()

    async def _lists(self) -> AsyncIterator[str]:
        branches = {"answers": self._not_reached, "inbox": self._stop, "people": self._people,
                    "do_not_message": self._block}  # fmt: skip
        for key, name, rows in LISTS:
            await self._into(rows, key)
            yield name
            if name in branches:
                async for further in branches[name]():
                    yield further
            await self._back()

    async def _not_reached(self) -> AsyncIterator[str]:
        await self._into("people", "r")
        yield "not_reached"
        await self._back()

    async def _stop(self) -> AsyncIterator[str]:
        await self._press("x")
        await self._until(lambda: isinstance(self.app.screen, AskScreen))
        yield "stop"
        await self._back()

    async def _block(self) -> AsyncIterator[str]:
        await self._press("n")
        await self._until(lambda: isinstance(self.app.screen, FillInScreen))
        yield "block"
        await self._back()

    async def _people(self) -> AsyncIterator[str]:
        await self._press("pagedown", "pagedown", "pagedown")
        await self._into_page("facts", "Numbers", "enter")
        yield "person"
        for key, name, part, words in PERSON_PAGES:
            await self._into_page(part, words, key)
            yield name
            await self._back()
        await self._into("people", "m")
        await self._press(*"ellis", "down", "down")
        await at_rest(self.app, self._pilot)
        await self._press("enter")
        await self._until(lambda: self._lists_any("compared"))
        yield "merge"
        await self._back()
        await self._back()
        self.app.push_screen(ChooseFileScreen(GUESTS))
        await self._until(lambda: self._lists_any("files"))
        yield "import_file"
        await self._back()
        self.app.push_screen(ImportScreen(GUESTS / "school.sample.csv"))
        await self._until(lambda: self._shows("summary", "A preview"))
        yield "import"
        await self._back()

    async def _audience(self) -> AsyncIterator[str]:
        await self._into("choices", "u")
        self._choose("template", INVITATION)
        self._choose("purpose", "reminder")
        self.app.screen.query_one("#expression", Input).value = "answered:none -tag:work"
        await self._until(lambda: self._shows("terms", "-tag:work "))
        await self._until(lambda: self._lists_any("blocked"))
        self.app.screen.query_one("#blocked").focus()
        await self._press("enter", "down")
        yield "audience"
        await self._back()
