"""What the screens over the file have in common: they read it when shown, and again when it changes."""

import asyncio
from abc import abstractmethod
from collections.abc import Callable, Hashable, Mapping
from typing import TYPE_CHECKING, ClassVar, Concatenate, ParamSpec, TypeVar, cast

from textual import on, work
from textual.binding import Binding, BindingType
from textual.screen import Screen

from invite_core import instants
from invite_core.errors import InviteError
from invite_core.invitations.retirement import retired_since
from invite_core.store import Store
from invite_core.views.health import ListenerHealth, listener_health
from invite_tui.messages import StoreChanged
from invite_tui.tone import Tone
from invite_tui.widgets.fault_line import FaultLine
from invite_tui.widgets.record_table import RecordTable
from invite_tui.widgets.top_line import TopLine

if TYPE_CHECKING:
    from invite_tui.app import InviteApp
    from invite_tui.desk import Desk

P = ParamSpec("P")
T = TypeVar("T")


class DeskScreen(Screen[None]):
    """A screen over the file. `load` reads and shows; it never runs twice at once."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Back", id="screen.back", tooltip="To the screen before"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._asked = False
        self._loading = False

    @property
    def program(self) -> "InviteApp":
        """The program, by its own type."""
        return cast("InviteApp", self.app)

    @property
    def desk(self) -> "Desk":
        """The file and who sits before it."""
        return self.program.desk

    @property
    def leaves_field(self) -> bool:
        """Whether Escape leaves a field before it leaves the screen."""
        return False

    @property
    def key_words(self) -> Mapping[str, str]:
        """What the last line says of an act instead of the words that its binding has."""
        return {"back": "Leave field"} if self.leaves_field else {}

    @property
    def in_use(self) -> bool:
        """Whether this screen is still there to show something: neither it nor the program has been left."""
        return self.app.is_running and self.is_attached and self in self.app.screen_stack

    async def read(self, function: Callable[Concatenate[Store, P], T], *args: P.args, **named: P.kwargs) -> T:
        """`Desk.read`, after which nothing goes on if this screen, or the program, has been left meanwhile."""
        result = await self.desk.read(function, *args, **named)
        if not self.in_use:
            raise asyncio.CancelledError
        return result

    async def act(self, act: Callable[[Store], T]) -> T | None:
        """Do something to the file, then read again; None where it was refused, and the refusal is shown."""
        self.show_fault(None)
        try:
            return await self.desk.act(act)
        except InviteError as fault:
            self.show_fault(fault)
            return None
        finally:
            self.reload()

    @abstractmethod
    async def load(self) -> None:
        """Read what this screen shows, and show it. May raise `InviteError`."""

    def reload(self) -> None:
        """Load again; asked during a loading, once more afterwards."""
        self._asked = True
        if not self._loading and self.is_mounted:
            self._loading = True
            self._load()

    @work(group="load")
    async def _load(self) -> None:
        try:
            while self._asked and self.in_use:
                self._asked = False
                await self._read_handed_over()
                self._show_health(await self.read(listener_health, now=instants.now()))
                await self.load()
            self.refresh_bindings()
        except InviteError as fault:
            self.show_fault(fault)
        finally:
            self._loading = False

    async def _read_handed_over(self) -> None:
        since = self.desk.handed_over = await self.read(retired_since)
        standing = f"Handed over on {since[:10]}: nothing is sent from here." if since else ""
        for line in self.query(FaultLine):
            line.stand(standing, "It goes on elsewhere.")

    def _show_health(self, health: ListenerHealth) -> None:
        sentence = health.sentence(instants.now())
        if not health.alive and self.has_class("-narrow"):
            sentence = "no listener"
        well = health.alive and not health.refuses_all
        said = f"● {sentence}" if well else f"! {sentence.removeprefix('! ')}"
        for line in self.query(TopLine):
            line.say_right(
                ("viewer  " if self.desk.is_viewer else "", Tone.ACCENT),
                (said, Tone.GOOD if well else Tone.WARNING),
            )

    def for_who_acts(self, advice: str) -> str:
        """`advice` to do something, where whoever sits here may; a viewer is not told of keys that do nothing."""
        return advice if self.desk.may_act else ""

    def under_cursor(self, table: str) -> Hashable:
        """The key of the record under the cursor of that table; None where there is none, or no table yet.

        Keys are looked at before a screen is composed.
        """
        found = next(iter(self.query(f"#{table}").results(RecordTable)), None)
        return found.key if found is not None else None

    def show_fault(self, fault: InviteError | None) -> None:
        """Show what is wrong and what to do, until the next act; None takes it away."""
        for line in self.query(FaultLine):
            line.show(fault)

    @on(StoreChanged)
    def _look_again(self) -> None:
        self.reload()

    def on_compose(self) -> None:
        """Be of the classes of its size before it has parts: if it only is once resized, all are styled again."""
        app, size = self.app, self.app.size
        for n, classes in (size.width, app.HORIZONTAL_BREAKPOINTS), (size.height, app.VERTICAL_BREAKPOINTS):
            fitting = [name for least, name in sorted(classes or ()) if least <= n]
            self.add_class(*fitting[-1:], update=False)

    def on_mount(self) -> None:
        """Read for the first time."""
        self.reload()

    def on_resize(self) -> None:
        """What is possible may follow from the room that there is."""
        self.call_after_refresh(self.refresh_bindings)

    def on_screen_resume(self) -> None:
        """What happened while another screen was in front is read now."""
        self.reload()

    @on(RecordTable.LoadFailed)
    def _table_failed(self, message: RecordTable.LoadFailed) -> None:
        self.show_fault(message.fault)

    def action_back(self) -> None:
        """Go back to the screen before."""
        self.app.pop_screen()
