"""A world to send in: the stand-in for Meta as a program, the listener and the database beside it.

One world serves many parties: events of a handful of made-up people each, whom nobody else has.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from invite_core import crashpoints, instants
from invite_core.invitations import events, templates
from invite_core.operations.opening import open_database
from invite_core.operators import Operator
from invite_core.people import consent, contacts
from invite_core.provider.template_node import TemplatePage
from invite_core.settings import GivenSettings, Settings, without_settings
from invite_tui.samples import sample
from proofs.bodies import SENDER_NUMBER
from proofs.children import Child
from webhook_listener.log import start_logging
from webhook_listener.server import serve

OPERATOR = Operator("Proof")
TEMPLATE = "summer_party_invitation"
PEOPLE = 5
"""Guests of one party."""
PARTIES = 380
"""Parties of one world: Meta's limit of 2,000 people a day, which the stand-in tells, is not reached."""
_ACCOUNT = "102290129340398"

Entry = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Party:
    """One event, and the numbers of its guests."""

    name: str
    numbers: tuple[str, ...]


@dataclass(slots=True)
class World:
    """The running parts."""

    settings: Settings
    url: str
    """Of the stand-in."""
    log: Path
    """What the stand-in says really happened."""
    listener: Child
    parties: int = 0
    _read_to: int = 0
    _entries: dict[str, list[Entry]] = field(default_factory=dict)

    def party(self, script: Mapping[int, Mapping[str, object]] | None = None) -> Party:
        """A new event with new guests, all of whom agreed; `script` says what becomes of which of them."""
        first, now = self.parties * PEOPLE, instants.now()
        numbers = tuple(f"+447400{first + place:06d}" for place in range(PEOPLE))
        name = f"Party {self.parties}"
        self.parties += 1
        with open_database(self.settings.db) as store, store.write():
            for number in numbers:
                guest = contacts.add(
                    store, name=f"Guest {number[-6:]}", phones=[number], language="en",
                    tags=[f"p{self.parties - 1}"], by=OPERATOR, now=now,
                )  # fmt: skip
                consent.grant(
                    store, guest, source="web form", at=now - timedelta(days=9), by=OPERATOR, now=now
                )
            start = (now + timedelta(days=60)).replace(microsecond=0)
            events.add(
                store, name=name, starts_at=start.isoformat(), timezone="Europe/Lisbon", venue="Lisbon",
                answer_by=(start - timedelta(days=14)).isoformat(), by=OPERATOR, now=now,
            )  # fmt: skip
        if script:
            self.ask("script", {"recipients": {numbers[place]: entry for place, entry in script.items()}})
        return Party(name, numbers)

    def ask(self, path: str, body: object = None) -> Any:
        """The stand-in's answer to a question of control, or to `body` if there is one."""
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(f"{self.url}/_simulator/{path}", data, timeout=30) as answer:  # noqa: S310 - loopback
            return json.load(answer)

    def truth(self, number: str) -> list[Entry]:
        """What the stand-in's log says about a number, oldest first."""
        with self.log.open("rb") as file:
            file.seek(self._read_to)
            for line in file:
                if not line.endswith(b"\n"):
                    break
                self._read_to += len(line)
                entry = json.loads(line)
                if entry["to"]:
                    self._entries.setdefault(entry["to"], []).append(entry)
        return self._entries.get(number, [])

    def drain(self, seconds: float = 60.0) -> None:
        """Wait until every update is acknowledged; a listener that died meanwhile is started again.

        Raises TimeoutError, with what the stand-in and the listener said last.
        """
        waited, before = 0.0, time.monotonic()
        while pending := self.ask("idle")["pending"]:
            if self.listener.wait(0.005):
                self.start_listener()
            now = time.monotonic()
            # A computer that stood still meanwhile gave nobody the time to deliver.
            waited, before = waited + min(now - before, 1.0), now
            if waited > seconds:
                raise TimeoutError(f"{pending} updates are still to be delivered\n{self._last_words()}")

    def _last_words(self) -> str:
        posts = (line for line in self.log.read_text("utf-8").splitlines() if '"webhook"' in line)
        said = self.settings.db.with_name("listener.log").read_text("utf-8", "replace").splitlines()
        return "\n".join([*deque(posts, 5), *said[-5:]])

    def start_listener(self, place: str = "", log: str = "") -> None:
        """Start the listener, to die at the crash point `place` if one is named."""
        self.listener = listening(self.settings, place, log)

    def stop_listener(self) -> None:
        """End the listener in order, if it lives."""
        self.listener.signal(signal.SIGTERM)
        self.listener.exit_code(30)


def listening(settings: Settings, place: str = "", log: str = "") -> Child:
    """The listener as a forked process, once its port is open or it has died."""

    def listen() -> int:
        crashpoints.arm(place, log)
        start_logging()
        return serve(settings)

    child = Child(listen, log=settings.db.with_name("listener.log"))
    child.release()
    while not child.wait(0.005):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", settings.listen_port)) == 0:
                break
    return child


@contextmanager
def open_world(
    *, seed: int, in_flight: int = 2, options: Sequence[str] = (), folder: Path | None = None
) -> Iterator[World]:
    """A world with a new database, ended afterwards. `options` are further arguments of the stand-in."""
    with tempfile.TemporaryDirectory(prefix="invite-proof-", dir=folder) as place:
        database = Path(place) / "invites.db"
        with open_database(database, create=True) as store:
            page = TemplatePage.model_validate_json(sample("templates.sample.json"))
            templates.save_synced(store, page.data, by=OPERATOR, now=instants.now())
        settings: Settings = GivenSettings(
            db=database,
            phone_number_id=SENDER_NUMBER,
            waba_id=_ACCOUNT,
            access_token=SecretStr(os.urandom(16).hex()),
            app_secret=SecretStr(os.urandom(16).hex()),
            verify_token=SecretStr(os.urandom(8).hex()),
            listen_port=free_port(),
            health_port=0,
            max_in_flight=in_flight,
            messages_per_second=1000,
            operator=OPERATOR.name,
        )
        listener = listening(settings)
        with _simulator(settings, Path(place), seed, options) as url:
            settings = settings.model_copy(update={"graph_url": url})
            world = World(settings, url, Path(place) / "delivered.jsonl", listener)
            try:
                yield world
            finally:
                world.stop_listener()


@contextmanager
def _simulator(settings: Settings, folder: Path, seed: int, options: Sequence[str]) -> Iterator[str]:
    (folder / "templates.json").write_bytes(sample("templates.sample.json"))
    command = [
        sys.executable, "-m", "graph_simulator", "--port", "0", "--seed", str(seed), "--pace", "0",
        "--access-token", settings.access_token.get_secret_value(),
        "--app-secret", settings.app_secret.get_secret_value(),
        "--phone-number-id", settings.phone_number_id, "--waba-id", settings.waba_id,
        "--callback-url", f"http://127.0.0.1:{settings.listen_port}/webhook",
        "--templates", str(folder / "templates.json"), "--log", str(folder / "delivered.jsonl"), *options,
    ]  # fmt: skip
    with (folder / "simulator.log").open("wb") as log:
        program = subprocess.Popen(  # noqa: S603 - our own program, arguments of ours
            command, stdout=subprocess.PIPE, stderr=log, env=without_settings()
        )
    try:
        line = program.stdout.readline() if program.stdout else b""
        yield f"http://127.0.0.1:{json.loads(line)['port']}"
    finally:
        program.terminate()
        program.wait(15)
        if program.stdout:
            program.stdout.close()


def free_port() -> int:
    """A port of this computer that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
