"""A listener of the tests' own: keeps what arrives and answers as it is told."""

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import anyio
import httpx

from graph_simulator.app import build_app
from graph_simulator.simulator import Setup, Simulator
from tests.graph_simulator.payloads import TOKEN

REFUSED, TORN = 0, -1
"""Instead of a status: a refused connection; one that ends while the client still makes it (anyio on uvloop)."""


@dataclass(slots=True)
class Listener:
    """What arrived, body by body; `statuses` are the answers to the next posts, 200 when used up."""

    posts: list[httpx.Request] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)

    async def answer(self, request: httpx.Request) -> httpx.Response:
        """The handler of `httpx.MockTransport`."""
        status = self.statuses.pop(0) if self.statuses else 200
        if status == TORN:
            raise AttributeError("'NoneType' object has no attribute 'getpeername'")
        if status == REFUSED:
            raise httpx.ConnectError("refused", request=request)
        self.posts.append(request)
        return httpx.Response(status)

    def changes(self) -> Iterator[dict[str, Any]]:
        """Every change of every body, in the order of arrival."""
        for post in self.posts:
            for entry in json.loads(post.content)["entry"]:
                yield from entry["changes"]

    def items(self, section: str) -> list[dict[str, Any]]:
        """Every element of `statuses`, `messages` or `user_preferences`."""
        return [item for change in self.changes() for item in change["value"].get(section, ())]


@dataclass(frozen=True, slots=True)
class Bench:
    """A running stand-in, a client with the token, and the listener it calls back."""

    client: httpx.AsyncClient
    simulator: Simulator
    listener: Listener

    async def post(self, path: str, body: object, **more: Any) -> httpx.Response:
        """POST `body` as JSON."""
        return await self.client.post(path, json=body, **more)

    async def rest(self) -> None:
        """Wait until nothing is to be delivered any more."""
        with anyio.fail_after(10):
            while (await self.client.get("/_simulator/idle")).json()["pending"]:
                await anyio.lowlevel.checkpoint()

    async def log(self, kind: str) -> list[dict[str, Any]]:
        """The log's entries of one kind."""
        entries: list[dict[str, Any]] = (await self.client.get("/_simulator/log")).json()
        return [entry for entry in entries if entry["kind"] == kind]


@asynccontextmanager
async def bench(setup: Setup, listener: Listener) -> AsyncIterator[Bench]:
    """The stand-in of `setup` in this process."""
    app = build_app(setup)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(
            transport=httpx.ASGITransport(app),
            base_url="http://graph.test",
            headers={"Authorization": f"Bearer {TOKEN}"},
        ) as client,
    ):
        yield Bench(client, app.state.simulator, listener)
