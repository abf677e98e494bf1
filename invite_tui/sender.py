"""The sending that this program does: a thread of its own, with its own store and event loop.

It belongs to the whole program, not to a screen, so that it goes on whatever is looked at. Its
progress is in the file; the screens read it there.
"""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future

from textual.message import Message

from invite_core import instants
from invite_core.errors import InviteError
from invite_core.invitations.plan import Plan
from invite_core.invitations.runs import Run
from invite_core.operations.sending import becoming_sender, freeze_confirmed, lift_pause, send_run
from invite_core.settings import Settings
from invite_core.store import Store
from invite_tui.command_line.defects import noted
from invite_tui.messages import DispatchEnded, DispatchStarted
from invite_tui.readiness import require_hearing


class Busy(InviteError):
    """This program is sending already."""


class Sender:
    """Sends one run at a time. `tell` is given `DispatchStarted` and `DispatchEnded`, from the thread."""

    def __init__(self, settings: Settings, tell: Callable[[Message], object]) -> None:
        self._settings = settings
        self._tell = tell
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._told_to_stop = False
        self.run: int | None = None
        """The run being sent, or None."""
        self.refusal: InviteError | None = None
        """Why nothing is to be sent now, or None."""

    @property
    def sending(self) -> bool:
        """Whether the thread is at work."""
        return self._thread is not None and self._thread.is_alive()

    async def send(self, plan: Plan, *, confirmed: int) -> int:
        """Make a run of the plan that was confirmed and send it; gives its id once it is in the file.

        Raises `AudienceGrew`, with nothing stored, if more than `confirmed` people would get it, and
        whatever keeps the run from being made or this process from becoming the sender.
        """

        def create(store: Store) -> Run:
            now, by = instants.now(), self._settings.acting()
            require_hearing(store, now=now)
            return freeze_confirmed(store, plan, confirmed=confirmed, by=by, now=now)

        return await self._begin(create)

    async def resume(self, run: int, *, accepting: str | None = None) -> int:
        """Lift the run's pause and send the rest of it. Raises what keeps it from going on.

        `accepting` is why the organiser goes on although stops may be lost (`StopsMayBeLost`).
        """

        def lift(store: Store) -> Run:
            now, by = instants.now(), self._settings.acting()
            require_hearing(store, now=now)
            return lift_pause(store, self._settings, run, accepting=accepting, by=by, now=now)

        return await self._begin(lift)

    async def _begin(self, prepare: Callable[[Store], Run]) -> int:
        self._settings.require("phone_number_id", "access_token")
        if self.refusal is not None:
            raise self.refusal
        if self.sending:
            raise Busy(f"Run {self.run} is being sent.", "Wait until it is done, or pause it.")
        begun: Future[int] = Future()
        self._told_to_stop = False
        self._thread = threading.Thread(target=self._work, args=(prepare, begun), name="sender")
        self._thread.start()
        return await asyncio.wrap_future(begun)

    def _work(self, prepare: Callable[[Store], Run], begun: Future[int]) -> None:
        fault: InviteError | None = None
        if not begun.set_running_or_notify_cancel():  # whoever asked has gone; nothing was begun
            return
        try:
            by = self._settings.acting()
            with Store.open(self._settings.db) as store, becoming_sender(store, by=by):
                self.run = prepare(store).id
                begun.set_result(self.run)
                self._tell(DispatchStarted(self.run))
                asyncio.run(self._until_settled(store, self.run))
        except InviteError as error:
            fault = error
            if not begun.done():
                begun.set_exception(error)
        except Exception as error:  # the screen says so; the next start settles what was on the wire
            fault = noted(error)
            if not begun.done():
                begun.set_exception(fault)
        finally:
            ended, self.run = self.run, None
            if ended is not None:
                self._tell(DispatchEnded(ended, fault))

    async def _until_settled(self, store: Store, run: int) -> None:
        self._stop = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        if self._told_to_stop:
            self._stop.set()
        await send_run(store, self._settings, run, stop=self._stop)

    def stop(self) -> None:
        """Let nothing new leave; answers on their way are awaited. Returns at once, from any thread."""
        self._told_to_stop = True
        if self._loop is not None and self._stop is not None and self.sending:
            try:
                self._loop.call_soon_threadsafe(self._stop.set)
            except RuntimeError:  # the loop has just closed: there is nothing left to stop
                return

    def wait(self) -> None:
        """Wait until the thread has ended."""
        if self._thread is not None:
            self._thread.join()
