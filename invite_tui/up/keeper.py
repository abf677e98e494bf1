"""The listener and the way to it, kept up: what has come down is started again, and Meta is told a new address."""

import asyncio
import sys
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from socket import create_server

from invite_core import instants
from invite_core.errors import InviteError
from invite_core.operations.check_account import try_callback
from invite_core.operations.finding import Verdict
from invite_core.operations.subscription import public_address, subscribe, who_hears
from invite_core.settings import Settings
from invite_core.store import Store, StoreError
from invite_core.views.health import listener_health
from invite_tui.up.awake import keep_awake_while_sending
from invite_tui.up.child import Pauses, keep_running
from invite_tui.up.looking import until
from invite_tui.up.tunnels import NO_TUNNEL, Tunnel, installed

NO_ADDRESS = (
    "Meta does not call this computer yet: tell it where, with `invite-tui webhook subscribe ADDRESS`."
)

_MOST_COMPLAINTS = 3
"""So many lines of what a tunnel says last are told."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often it is looked at what, in seconds."""

    pauses: Pauses = field(default_factory=Pauses)
    """Before a program is started, or Meta is asked, once more."""
    look: float = 1.0
    """Whether the listener is up, or another one has gone."""
    address: float = 45.0
    """How long a tunnel may take until it says its address, before that is told."""
    way: float = 1800.0
    """Between two tests of the way in, through the tunnel."""


class Keeper:
    """Keeps up what a send needs beside the program. `tell` is given sentences for the organiser, `log` every line of
    the listener's log, `ready` the public address once Meta calls it (None where nothing is known of one)."""

    def __init__(
        self,
        settings: Settings,
        tunnel: Tunnel | None,
        *,
        choose: bool,
        tell: Callable[[str], object],
        log: Callable[[str], object],
        ready: Callable[[str | None], object],
        rhythm: Rhythm | None = None,
    ) -> None:
        """`tunnel` is the one to start; `choose`: whether one is looked for where Meta does not reach the listener."""
        self._settings = settings
        self._tunnel = tunnel
        self._choose = choose
        self._tell = tell
        self._log = log
        self._ready = ready
        self._rhythm = rhythm or Rhythm()
        self._told: dict[str, str] = {}
        self._started: list[str] = []
        self._last_line = ""
        self._complaints: deque[str] = deque(maxlen=_MOST_COMPLAINTS)
        self._address: str | None = None
        self._changed = asyncio.Event()

    async def keep_up(self, stop: asyncio.Event) -> None:
        """Keep everything up until `stop` is set, then end it."""
        awake = keep_awake_while_sending(self._settings.db, lambda sentence: self._say("awake", sentence))
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(work) for work in (self._keep_listener(), self._keep_way_in(), awake)]
            await stop.wait()
            for task in tasks:
                task.cancel()

    def kept(self) -> str:
        """What was started here, in words."""
        return " and ".join(self._started) or "the watch over the listener of another program"

    def _say(self, about: str, sentence: str) -> None:
        """Tell it, unless it was the last thing told about the same."""
        if self._told.get(about) != sentence:
            self._told[about] = sentence
            self._tell(sentence)

    # ------------------------------------------------------------ the listener

    async def _keep_listener(self) -> None:
        if await asyncio.to_thread(self._another_listens):
            self._say("listener", "A listener runs on this file already; it is left as it is.")
            await until(lambda: not self._another_listens(), every=self._rhythm.look)
            self._say("listener", "The other listener has ended; one is started here.")
        self._started.append("the listener")
        database = str(self._settings.db.absolute())
        await keep_running(
            [sys.executable, "-m", "webhook_listener", "--db", database],
            hear=self._hear_listener,
            ended=self._listener_ended,
            pauses=self._rhythm.pauses,
        )

    def _hear_listener(self, line: str) -> None:
        self._log(line)
        self._last_line = "" if line.startswith("{") else line  # what it says to a person is no JSON

    def _listener_ended(self, how: str) -> None:
        why = f": {self._last_line}" if self._last_line else "."
        self._say("listener", f"The listener has ended ({how}) and is started again{why}")

    def _another_listens(self) -> bool:
        """Whether the port is taken by a listener that works on this file."""
        try:
            create_server((self._settings.listen_host, self._settings.listen_port)).close()
        except OSError:
            return self._is_heard()
        return False

    def _is_heard(self) -> bool:
        try:
            with Store.open(self._settings.db, read_only=True) as store:
                return listener_health(store, now=instants.now()).alive
        except StoreError:
            return False

    # ------------------------------------------------------------ the way in

    async def _keep_way_in(self) -> None:
        await until(self._is_heard, every=self._rhythm.look)
        tunnel = self._tunnel
        if tunnel is None:
            known = await self._way_that_is_there()
            tunnel = self._found() if self._choose and known is None else None
            if tunnel is None:
                self._ready(known)
                return
        command = tunnel.command(self._settings.listen_port)
        if command is None:
            return
        self._started.append("the tunnel")
        async with asyncio.TaskGroup() as group:
            group.create_task(self._follow_address(tunnel))
            group.create_task(
                keep_running(
                    command,
                    hear=lambda line: self._hear_tunnel(tunnel, line),
                    ended=lambda how: self._tunnel_ended(tunnel, how),
                    pauses=self._rhythm.pauses,
                )
            )

    async def _way_that_is_there(self) -> str | None:
        """The address at which Meta reaches this listener already, or None. Asks until Meta answers."""
        heard, failures = None, 0
        while heard is None:
            try:
                heard = await who_hears(self._settings)
            except InviteError as fault:
                failures += 1
                self._say("way", f"{fault} {self._asked_again()}")
                await asyncio.sleep(self._rhythm.pauses.before(failures))
        address = heard.callback if heard.subscribed and heard.active else None
        found = await try_callback(self._settings, address) if address else None
        if found is not None and found.state is Verdict.OK:
            self._say("way", f"Meta calls this computer at {address}.")
            return address
        if not self._choose:
            self._say("way", found.in_words if found else NO_ADDRESS)
        return None

    def _asked_again(self) -> str:
        again = f"Trying again, every {self._rhythm.pauses.longest:g} seconds at least"
        lacks = self._choose and installed(self._settings.listen_port) is None
        return f"{again}; no tunnel program was found." if lacks else f"{again}."

    def _found(self) -> Tunnel | None:
        found = installed(self._settings.listen_port)
        self._say("way", f"The tunnel is {found.name}." if found else NO_TUNNEL)
        return found

    def _hear_tunnel(self, tunnel: Tunnel, line: str) -> None:
        if complaint := tunnel.complaint(line):
            self._complaints.append(complaint)
        address = tunnel.address(line)
        if address is None:
            return
        try:
            self._address = public_address(address)
        except InviteError as fault:
            self._complaints.append(str(fault))
        else:
            self._complaints.clear()
            self._changed.set()

    def _tunnel_ended(self, tunnel: Tunnel, how: str) -> None:
        self._say("tunnel", f"The tunnel ({tunnel.name}) has ended ({how}) and is started again{self._why()}")
        self._complaints.clear()

    def _why(self) -> str:
        return f": {' '.join(self._complaints)}" if self._complaints else "."

    async def _follow_address(self, tunnel: Tunnel) -> None:
        """Tell Meta each address of the tunnel's, and look now and then whether it still leads here."""
        while not await self._changes_within(self._rhythm.address):
            self._say("tunnel", f"The tunnel ({tunnel.name}) has not said its address yet{self._why()}")
        while True:
            await self._until_connected()
            while not await self._changes_within(self._rhythm.way):
                found = await try_callback(self._settings, self._address or "")
                if found is not None:
                    self._say("way", found.in_words)

    async def _until_connected(self) -> None:
        failures = 0
        while (fault := await self._fault_at(self._address or "")) is not None:
            self._say("way", fault)
            failures += 1
            if await self._changes_within(self._rhythm.pauses.before(failures)):
                failures = 0
        self._say("way", f"Meta calls this computer at {self._address}.")
        self._ready(self._address)

    async def _changes_within(self, seconds: float) -> bool:
        """Whether the tunnel says an address within so many seconds; returns as soon as it does."""
        try:
            async with asyncio.timeout(seconds):
                await self._changed.wait()
        except TimeoutError:
            return False
        self._changed.clear()
        return True

    async def _fault_at(self, address: str) -> str | None:
        """Tell Meta the address; what stands against it, or None. Where somebody else answers there, that is told."""
        try:
            await subscribe(self._settings, address, by=self._settings.acting())
        except InviteError as fault:
            found = await try_callback(self._settings, address)
            return found.in_words if found and found.state is Verdict.FAIL else str(fault)
        return None
