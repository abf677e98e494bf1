"""A desk that is connected to Meta's stand-in in this process, without sockets."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from pydantic import SecretStr
from starlette.types import ASGIApp

from graph_simulator.account import Account
from graph_simulator.standing import Standing
from invite_core import instants
from invite_core.operations.check_account import ask_meta
from invite_core.operations.check_hearing import WANTED
from invite_core.operations.check_up import look_here
from invite_core.operations.finding import Finding, Verdict
from invite_core.provider.callback import CallbackAnswer, post_signed
from invite_core.provider.cloud_api import CloudApi
from invite_core.settings import GivenSettings, Settings
from tests.builders import SENDER_NUMBER
from tests.going_live.servers import SECRET, TOKEN, WABA, WORD, Door, page

CALLBACK = "https://guests.example.org/webhook"


class Ways(httpx.AsyncBaseTransport):
    """The network: Meta behind one name, the public address behind another, nobody behind the rest."""

    def __init__(self, graph: ASGIApp, door: Door) -> None:
        self._graph = httpx.ASGITransport(graph)
        self._door = httpx.ASGITransport(door)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer as whoever is there."""
        if request.url.host == "nobody.example.org":
            raise httpx.ConnectError("refused", request=request)
        is_graph = request.url.host == "graph.example.org"
        return await (self._graph if is_graph else self._door).handle_async_request(request)


@dataclass
class Desk:
    """A desk at which all is well, and what can be made of it."""

    account: Account
    door: Door
    listener: ASGIApp
    ways: Ways
    database: Path
    given: dict[str, Any] = field(default_factory=dict)

    def reset(self) -> None:
        """Everything as it should be."""
        self.given = {}
        self.account.standing = Standing()
        self.door.leads_to = self.listener
        self.heard()
        self.account.hearing.subscribe(None)
        self.account.hearing.subscribe(CALLBACK)

    def setting(self, **values: Any) -> None:
        """Other settings."""
        self.given |= values

    def standing(self, **changes: object) -> None:
        """Let the account, its token or its app stand in another way."""
        self.account.standing = self.account.standing.merged(changes)

    def heard(self, *fields: str, callback: str = CALLBACK) -> None:
        """Let the app hear these fields, or all."""
        self.account.hearing.set_callback(callback, fields or WANTED)

    def behind_the_door(
        self, status: int, kind: str = "text/html", content: bytes = b"<p>Sign in</p>"
    ) -> None:
        """Let somebody else answer at the public address."""
        self.door.leads_to = page(status, content, kind)

    @property
    def settings(self) -> Settings:
        """The settings in force."""
        usual = {
            "db": self.database,
            "graph_url": "http://graph.example.org",
            "phone_number_id": SENDER_NUMBER,
            "waba_id": WABA,
            "access_token": TOKEN,
            "app_secret": SECRET,
            "verify_token": WORD,
        }
        return GivenSettings(**{**usual, **self.given})

    async def check_up(self) -> dict[str, Finding]:
        """What `doctor` finds in the settings and at Meta, by its check."""
        settings = self.settings
        here = look_here(settings, now=instants.now())[:1] if self.given else []
        found = [*here, *await ask_meta(settings, open_api=self.open_api, post=self._post)]
        assert len({finding.check for finding in found}) == len(found), found
        told = "\n".join(f"{finding.fact} {finding.todo}" for finding in found)
        assert all(finding.fact.endswith((".", ")")) for finding in found), told
        assert all(bool(finding.todo) is (finding.state is not Verdict.OK) for finding in found), told
        assert TOKEN not in told
        assert SECRET not in told
        return {finding.check: finding for finding in found}

    def open_api(self, settings: Settings) -> CloudApi:
        """The client, by way of `ways`."""
        return CloudApi(
            base_url=settings.graph_url,
            version=settings.graph_version,
            phone_number_id=settings.phone_number_id,
            waba_id=settings.waba_id,
            access_token=settings.access_token,
            transport=self.ways,
        )

    async def _post(self, address: str, body: bytes, secret: SecretStr) -> CallbackAnswer:
        return await post_signed(address, body, secret, transport=self.ways)
