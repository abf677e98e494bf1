"""The organiser's program: composition, keys that work everywhere, and the sending it does."""

import asyncio
import sys
import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import Screen

from invite_core.errors import InviteError
from invite_tui.commands import possible_now
from invite_tui.inert_text import inert
from invite_tui.leaving import question_before_leaving
from invite_tui.messages import DispatchEnded, DispatchStarted, StoreChanged
from invite_tui.screens.opening import OpeningScreen
from invite_tui.ways import Ways

if TYPE_CHECKING:
    from invite_core.settings import Settings
    from invite_tui.desk import Desk
    from invite_tui.sender import Sender

WIDTHS = [(0, "-narrow"), (110, "-wide")]
"""From how many columns on a screen has which class."""

HEIGHTS = [(0, "-short"), (32, "-tall")]
"""From how many lines on a screen has which class."""


class InviteApp(Ways):
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

    desk: "Desk"
    """The file, once it is open."""
    sender: "Sender"
    """What sends, once the file is open."""

    def __init__(self, settings: "Settings | Callable[[], Settings]", *, is_demo: bool = False) -> None:
        super().__init__()
        self._is_demo = is_demo
        self.stopped: int | None = None
        """The run that was being sent when the program was left, or None."""
        self.fault: InviteError | None = None
        """Why the program could not begin, or None."""
        self.defect: BaseException | None = None
        """What went wrong inside the program and ended it."""
        self._leaving = False
        self._is_open = False
        self._load = settings if callable(settings) else None
        if not callable(settings):
            self._take(settings)

    def get_default_screen(self) -> Screen[None]:
        """Home is at the bottom of everything; its frame is below it where that was painted first."""
        if not self._is_open:
            return OpeningScreen()
        from invite_tui.opening import FIRST_SCREEN

        return FIRST_SCREEN()

    # ------------------------------------------------------------ beginning

    def _take(self, settings: "Settings") -> None:
        from invite_tui.desk import Desk
        from invite_tui.sender import Sender

        self.desk = Desk(settings)
        self.sender = Sender(settings, self.post_message)
        self._is_open = True

    def on_mount(self) -> None:
        """Paint first; everything that takes time comes behind it."""
        if self._is_open:
            self._begin()
        else:
            self.call_after_refresh(self._open)

    @work(name="open")
    async def _open(self) -> None:
        from_settings = self._load
        if from_settings is None:
            return
        try:
            settings = await asyncio.to_thread(self._loaded, from_settings)
        except InviteError as fault:
            self.fault = fault
            self.exit()
            return
        self._take(settings)
        while len(self.screen_stack) > 1:  # the palette, say, was opened over the frame
            await self.pop_screen()
        await self.push_screen(self.get_default_screen())  # Textual's first screen cannot be switched
        self._begin()

    @staticmethod
    def _loaded(load: "Callable[[], Settings]") -> "Settings":
        from invite_tui.opening import loaded

        return loaded(load)

    def _begin(self) -> None:
        """Watch the file, follow keys of one's own, and let nothing be sent before the file was found whole."""
        from invite_tui.opening import Unchecked
        from invite_tui.watcher import watch

        self.run_worker(watch(self.desk, self._store_changed), name="watch", exit_on_error=False)
        self.follow_own_keys()
        self.sender.refusal = Unchecked()
        # A daemon: whoever leaves does not wait for it.
        threading.Thread(target=self._check_file, name="check", daemon=True).start()

    def _check_file(self) -> None:
        from invite_tui.opening import damage

        self.sender.refusal = found = damage(self.desk.settings)
        if found is not None and self.is_running:
            self.call_from_thread(self.notify, inert(str(found)), severity="error", timeout=60, markup=False)

    def _fatal_error(self) -> None:
        # Textual's own prints the values of variables, and with them names and numbers.
        self.defect = sys.exc_info()[1]
        self.panic()

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

    # ------------------------------------------------------------ sending

    @on(DispatchStarted)
    def _dispatch_started(self) -> None:
        self._store_changed()

    @on(DispatchEnded)
    def _dispatch_ended(self, message: DispatchEnded) -> None:
        from invite_tui.screens.desk_screen import DeskScreen

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
        sending = self.sender.run if self._is_open and self.sender.sending else None
        question = question_before_leaving(sending, is_demo=self._is_demo)
        if question is not None and not await self.push_screen_wait(question):
            return
        self._leaving = True
        if not self._is_open:
            self.exit()
            return
        self.stopped = self.sender.run
        self.sender.stop()
        await asyncio.to_thread(self.sender.wait)
        self.exit()

    async def on_unmount(self) -> None:
        """Whatever ended the program: nothing new leaves, answers are awaited, the file is closed."""
        if not self._is_open:
            return
        self.sender.stop()
        await asyncio.to_thread(self.sender.wait)
        await asyncio.to_thread(self.desk.close)
