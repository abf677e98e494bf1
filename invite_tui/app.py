"""The organiser's program: composition, keys that work everywhere, and the sending it does."""

import asyncio
import sys
from collections.abc import Iterable
from typing import ClassVar

from textual import on, work
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import Screen

from invite_core.operations.opening import open_database
from invite_core.operators import Role
from invite_core.settings import Settings
from invite_core.store import NoFile, Store
from invite_core.views.run_board import run_board
from invite_tui.command_line.output import say
from invite_tui.commands import possible_now
from invite_tui.desk import Desk
from invite_tui.inert_text import inert
from invite_tui.messages import DispatchEnded, DispatchStarted, StoreChanged
from invite_tui.screens.ask import AskScreen
from invite_tui.screens.compose import ComposeScreen
from invite_tui.screens.desk_screen import DeskScreen
from invite_tui.screens.help import HelpScreen
from invite_tui.screens.home import HomeScreen
from invite_tui.screens.message import MessageScreen
from invite_tui.screens.person import PersonScreen
from invite_tui.screens.run import RunScreen
from invite_tui.sender import Sender
from invite_tui.watcher import watch
from invite_tui.widgets.run_notes import left_paused

WIDTHS = [(0, "-narrow"), (110, "-wide")]
"""From how many columns on a screen has which class."""

HEIGHTS = [(0, "-short"), (32, "-tall")]
"""From how many lines on a screen has which class."""

DEMO_ENDS = "The demo's data is deleted when you quit."


class InviteApp(App[None]):
    """Screens over one file; the sender and the watcher belong to the program, not to a screen."""

    TITLE = "Invitations"
    CSS_PATH = "app.tcss"
    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "question_mark", "help", "Help", id="app.help", key_display="?",
            tooltip="Explain this screen, its keys and the states of a message",
        ),
        Binding("q", "quit", "Quit", id="app.quit", tooltip="Quit; asks first while messages are being sent"),
    ]  # fmt: skip

    def __init__(self, settings: Settings, *, is_demo: bool = False) -> None:
        super().__init__()
        self._is_demo = is_demo
        self.stopped: int | None = None
        """The run that was being sent when the program was left, or None."""
        self.desk = Desk(settings)
        self.sender = Sender(settings, self.post_message)
        self.defect: BaseException | None = None
        """What went wrong inside the program and ended it."""
        self._leaving = False

    def get_default_screen(self) -> Screen[None]:
        """Home is at the bottom of everything."""
        return HomeScreen()

    def _fatal_error(self) -> None:
        # Textual's own prints the values of variables, and with them names and numbers.
        self.defect = sys.exc_info()[1]
        self.panic()

    def on_mount(self) -> None:
        """Watch the file from now on."""
        self.run_worker(watch(self.desk, self._store_changed), name="watch", exit_on_error=False)

    def _store_changed(self) -> None:
        self.screen.post_message(StoreChanged())

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """What the command palette offers: what the screen can do now, the theme, a picture, quitting."""
        yield from possible_now(self, screen)
        yield SystemCommand("Theme", "Change the colours", self.action_change_theme)
        yield SystemCommand("Screenshot", "Save a picture of this screen (SVG)", self._save_picture)
        yield SystemCommand(
            "Quit", "Leave the program; asks first while messages are being sent", self.action_quit
        )

    def _save_picture(self) -> None:
        self.set_timer(0.1, self.deliver_screenshot)

    # ------------------------------------------------------------ where one goes

    def compose_message(self, event: int | None = None) -> None:
        """Open the screen on which a message is put together."""
        self.push_screen(ComposeScreen(event))

    def open_run(self, run: int, *, instead: bool = False) -> None:
        """Open a run, `instead` of the screen in front or above it."""
        if instead:
            self.switch_screen(RunScreen(run))
        else:
            self.push_screen(RunScreen(run))

    def open_message(self, message: int) -> None:
        """Open one person's message."""
        self.push_screen(MessageScreen(message))

    def open_person(self, contact: int) -> None:
        """Open what is known of one person."""
        self.push_screen(PersonScreen(contact))

    def action_help(self) -> None:
        """Explain the screen in front."""
        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(self.screen))

    # ------------------------------------------------------------ sending

    @on(DispatchStarted)
    def _dispatch_started(self) -> None:
        self._store_changed()

    @on(DispatchEnded)
    def _dispatch_ended(self, message: DispatchEnded) -> None:
        self._store_changed()
        if message.fault is not None and isinstance(self.screen, DeskScreen):
            self.screen.show_fault(message.fault)
        elif message.fault is not None:
            self.notify(inert(str(message.fault)), severity="error", timeout=30, markup=False)

    async def action_quit(self) -> None:
        """Quit. While messages are being sent it asks, then lets nothing new leave and awaits the answers."""
        self._quit()

    @work(exclusive=True, group="quit")
    async def _quit(self) -> None:
        if self._leaving:
            return
        question = self._question()
        if question is not None and not await self.push_screen_wait(question):
            return
        self._leaving = True
        self.stopped = self.sender.run
        self.sender.stop()
        await asyncio.to_thread(self.sender.wait)
        self.exit()

    def _question(self) -> AskScreen | None:
        if self.sender.sending:
            return _stop_sending(self.sender.run, DEMO_ENDS if self._is_demo else "")
        if self._is_demo:
            return AskScreen("Leave the demo?", DEMO_ENDS, do="Quit", cancel="Stay")
        return None

    async def on_unmount(self) -> None:
        """Whatever ended the program: nothing new leaves, answers are awaited, the file is closed."""
        self.sender.stop()
        await asyncio.to_thread(self.sender.wait)
        await asyncio.to_thread(self.desk.close)


def _stop_sending(run: int | None, more: str) -> AskScreen:
    return AskScreen(
        "Messages are being sent",
        f"Run {run} is being sent by this program. If you quit, no further message leaves, answers on their "
        f"way are awaited, and the run is paused. {more or 'You can go on with it later.'}",
        do="Stop and quit",
        cancel="Keep sending",
    )


def run_app(settings: Settings, *, is_demo: bool = False) -> None:
    """Run the program until it is left; then say on the terminal which run it left unfinished.

    `is_demo` is whether the file goes when the program ends. Raises `StoreError` before anything is drawn
    if the file cannot be used, and afterwards whatever defect ended the program. A viewer's file is opened
    for reading only, and never made.
    """
    if settings.acting().role is Role.VIEWER:
        if not settings.db.is_file():
            raise NoFile(f"There is no database at {settings.db}.", "Ask the organiser for its place.")
        Store.open(settings.db, read_only=True).close()
    else:
        open_database(settings.db, create=True).close()
    app = InviteApp(settings, is_demo=is_demo)
    app.run()
    if app.stopped is not None and not is_demo:
        with Store.open(settings.db, read_only=True) as store:
            say(left_paused(run_board(store, app.stopped)))
    if app.defect is not None:
        raise app.defect
