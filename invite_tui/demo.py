"""The demo: the whole product on one machine, in a folder of its own that goes when it ends.

The stand-in for Meta and the listener are programs of their own, started and ended here; the sample
people and an event are imported; what was sent is compared with what the stand-in says it delivered.
"""

import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from invite_core import instants
from invite_core.errors import InviteError
from invite_core.invitations import events, freezing
from invite_core.invitations.plan import Wish, make_plan
from invite_core.operations.sending import becoming_sender, require_listener, send_run
from invite_core.operations.template_sync import sync_templates
from invite_core.operators import Operator
from invite_core.people.importing.contact_import import import_people
from invite_core.settings import GivenSettings, Settings, without_settings
from invite_core.store import Store
from invite_tui.sample_people import csv_of
from invite_tui.samples import sample

PHONE_NUMBER_ID = "106540352242922"
WABA_ID = "102290129340398"
TEMPLATE = "summer_party_invitation"
START_TIMEOUT_S = 20.0
SETTLE_TIMEOUT_S = 180.0


class DemoFault(InviteError):
    """A part of the demo did not start or did not come to rest."""


@dataclass(frozen=True, slots=True)
class Demo:
    """The running parts: settings that point at them, and the stand-in's control address."""

    settings: Settings
    simulator_url: str
    operator: Operator


@contextmanager
def running_demo(*, seed: int, pace: float, simulator_options: Sequence[str] = ()) -> Iterator[Demo]:
    """Start the stand-in and the listener on free loopback ports, and end them afterwards.

    `pace` scales the stand-in's delays; 0 is as fast as it can. `simulator_options` are further
    arguments of `python -m graph_simulator`.
    """
    with tempfile.TemporaryDirectory(prefix="invite-demo-") as folder:
        database = Path(folder) / "invites.db"
        Store.create_or_open(database).close()
        app_secret, token = os.urandom(16).hex(), os.urandom(16).hex()
        listener_port, health_port = _free_port(), _free_port()
        settings: Settings = GivenSettings(
            db=database,
            phone_number_id=PHONE_NUMBER_ID,
            waba_id=WABA_ID,
            access_token=SecretStr(token),
            app_secret=SecretStr(app_secret),
            verify_token=SecretStr(os.urandom(8).hex()),
            listen_port=listener_port,
            health_port=health_port,
            max_in_flight=16,
            default_region="GB",
            operator="Demo",
        )
        (Path(folder) / "templates.json").write_bytes(sample("templates.sample.json"))
        command = [*_simulator(settings, Path(folder), seed, pace), *simulator_options]
        with _process(command, {}, Path(folder)) as simulator:
            port = json.loads(_first_line(simulator, "the stand-in for Meta"))["port"]
            url = f"http://127.0.0.1:{port}"
            settings = settings.model_copy(update={"graph_url": url})
            with _process(
                [sys.executable, "-m", "webhook_listener"], environment(settings), Path(folder)
            ) as listener:
                _wait_until_listening(settings, listener)
                yield Demo(settings, url, Operator("Demo"))


def _simulator(settings: Settings, folder: Path, seed: int, pace: float) -> list[str]:
    return [
        sys.executable, "-m", "graph_simulator", "--port", "0",
        "--access-token", settings.access_token.get_secret_value(),
        "--app-secret", settings.app_secret.get_secret_value(),
        "--phone-number-id", settings.phone_number_id, "--waba-id", settings.waba_id,
        "--callback-url", f"http://127.0.0.1:{settings.listen_port}/webhook",
        "--templates", str(folder / "templates.json"), "--log", str(folder / "delivered.jsonl"),
        "--seed", str(seed), "--pace", str(pace),
    ]  # fmt: skip


def environment(settings: Settings) -> dict[str, str]:
    """The INVITE_ variables with which another process works under these settings."""
    return {
        "INVITE_DB": str(settings.db),
        "INVITE_GRAPH_URL": settings.graph_url,
        "INVITE_ACCESS_TOKEN": settings.access_token.get_secret_value(),
        "INVITE_DEFAULT_REGION": settings.default_region,
        "INVITE_PHONE_NUMBER_ID": settings.phone_number_id,
        "INVITE_WABA_ID": settings.waba_id,
        "INVITE_APP_SECRET": settings.app_secret.get_secret_value(),
        "INVITE_VERIFY_TOKEN": settings.verify_token.get_secret_value(),
        "INVITE_LISTEN_HOST": settings.listen_host,
        "INVITE_LISTEN_PORT": str(settings.listen_port),
        "INVITE_HEALTH_PORT": str(settings.health_port),
    }


@contextmanager
def _process(command: list[str], extra: dict[str, str], folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A child process that is ended with the block; its log lines go to a file beside the database."""
    name = command[2]
    with (folder / f"{name}.log").open("w", encoding="utf-8") as log:
        process = subprocess.Popen(  # noqa: S603 - our own programs, arguments of ours
            command,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            env={**without_settings(), **extra},
        )
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            if process.stdout:
                process.stdout.close()


def _first_line(process: subprocess.Popen[str], what: str) -> str:
    line = process.stdout.readline() if process.stdout else ""
    if not line:
        raise DemoFault(
            f"{what[0].upper()}{what[1:]} did not start.", "Run it again; if it stays so, report it."
        )
    return line


def _wait_until_listening(settings: Settings, listener: subprocess.Popen[str]) -> None:
    give_up_at = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < give_up_at and listener.poll() is None:
        with Store.open(settings.db, read_only=True) as store:
            try:
                require_listener(store, now=instants.now())
            except InviteError:
                time.sleep(0.1)
            else:
                return
    raise DemoFault("The listener did not start.", "Run it again; if it stays so, report it.")


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def prepare(store: Store, demo: Demo, *, contacts: int | None, seed: int) -> dict[str, Any]:
    """Import the sample people (or `contacts` made-up ones), add an event, fetch the templates.

    Gives the import's report.
    """
    now = instants.now()
    people = csv_of(contacts, seed) if contacts is not None else sample("contacts.sample.csv")
    report = import_people(
        store, people, default_region=demo.settings.default_region, by=demo.operator, now=now
    )
    start = (datetime.now(UTC) + timedelta(days=60)).replace(hour=17, minute=30, second=0, microsecond=0)
    events.add(
        store,
        name="Summer party",
        starts_at=start.isoformat(),
        ends_at=(start + timedelta(hours=5)).isoformat(),
        answer_by=(start - timedelta(days=14)).isoformat(),
        timezone="Europe/Lisbon",
        venue="Jardim da Estrela, Lisbon",
        by=demo.operator,
        now=now,
    )
    asyncio.run(sync_templates(store, demo.settings, by=demo.operator, now=now))
    return dict(report.as_json())


def invite_everyone(store: Store, demo: Demo) -> int:
    """Create the invitation run for everybody and send it; gives the run's id."""
    wish = Wish(event="Summer party", template=TEMPLATE, language="auto", fallback="en")
    with becoming_sender(store, by=demo.operator):
        run = freezing.freeze(store, make_plan(store, wish), by=demo.operator, now=instants.now())
        asyncio.run(send_run(store, demo.settings, run.id, stop=asyncio.Event()))
    return run.id


def wait_for_quiet(demo: Demo) -> None:
    """Wait until the stand-in has no webhook left to deliver. Raises `DemoFault` after three minutes."""
    give_up_at = time.monotonic() + SETTLE_TIMEOUT_S
    while time.monotonic() < give_up_at:
        if ask_simulator(demo, "idle")["pending"] == 0:
            return
        time.sleep(0.1)
    raise DemoFault(
        "The stand-in for Meta still has updates to deliver.", "Is the machine very busy? Try again."
    )


def ask_simulator(demo: Demo, path: str) -> Any:
    """What the stand-in says about itself under `/_simulator/`."""
    url = f"{demo.simulator_url}/_simulator/{path}"
    with urllib.request.urlopen(url, timeout=30) as answer:  # noqa: S310 - loopback, made above
        return json.load(answer)
