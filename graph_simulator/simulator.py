"""The stand-in as a whole: its parts put together, alive while its context is."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from graph_simulator.account import Account
from graph_simulator.arrival import Travel
from graph_simulator.deliverer import Deliverer
from graph_simulator.delivery_log import DeliveryLog
from graph_simulator.happenings import Happenings
from graph_simulator.hearing import Hearing
from graph_simulator.intake import Intake
from graph_simulator.killing import Killing
from graph_simulator.script import Script
from graph_simulator.standing import Standing
from graph_simulator.webhook_bodies import Sender

CutConnection = Callable[[tuple[str, int]], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What the stand-in plays and how."""

    access_token: str
    app_secret: str
    sender: Sender
    templates: Sequence[dict[str, Any]] = ()
    app_id: str = "670843887433847"
    callback_url: str | None = None
    """The app's callback, which hears everything; None for an app that nobody has set up yet."""
    standing: Standing = field(default_factory=Standing)
    """How account, token and app stand at first."""
    log: Path | None = None
    seed: int = 1
    script: Any = None
    """A first script, as JSON values."""
    travel: Travel = field(default_factory=Travel)
    batch: int = 1000
    round_trip_s: float = 0.0
    """How long an answer to a POST takes on its way."""
    limit: int | None = None
    """Messages a second above which 130429 comes."""
    callback_transport: httpx.AsyncBaseTransport | None = None
    """Another way to the listener than the network, for tests."""


@dataclass(frozen=True, slots=True)
class Simulator:
    """The running parts."""

    account: Account
    script: Script
    log: DeliveryLog
    deliverer: Deliverer
    happenings: Happenings
    intake: Intake
    round_trip_s: float
    killing: Killing = field(default_factory=Killing)

    @property
    def pending(self) -> int:
        """Webhook updates that are to come, on their way, or not yet acknowledged."""
        return self.happenings.pending + self.deliverer.pending


@asynccontextmanager
async def running(setup: Setup) -> AsyncIterator[Simulator]:
    """The stand-in of `setup`. Raises `ScriptFault` for a script that cannot be read."""
    account = Account(
        sender=setup.sender,
        access_token=setup.access_token,
        app_secret=setup.app_secret,
        templates=setup.templates,
        hearing=lambda standing: Hearing(
            app_id=setup.app_id, app_name="Invitations", callback=setup.callback_url, standing=standing
        ),
        standing=setup.standing,
    )
    script = Script(seed=setup.seed)
    script.merge(setup.script or {})
    with DeliveryLog(setup.log) as log:
        async with Deliverer(
            sender=setup.sender,
            app_secret=setup.app_secret,
            destination=lambda: account.hearing.destination,
            wants=account.hearing.wants,
            log=log,
            pace=setup.travel.pace,
            batch=setup.batch,
            transport=setup.callback_transport,
        ) as deliverer:
            happenings = Happenings(sender=setup.sender, log=log, deliverer=deliverer, travel=setup.travel)
            intake = Intake(
                own_digits=setup.sender.digits,
                templates=account.templates,
                script=script,
                log=log,
                happenings=happenings,
                limit=setup.limit,
            )
            try:
                yield Simulator(account, script, log, deliverer, happenings, intake, setup.round_trip_s)
            finally:
                happenings.cancel()
