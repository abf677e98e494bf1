"""A sender on a file that comes and goes: Meta's side of the wire, and acts that open the file anew."""

import asyncio
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import httpx
from pydantic import SecretStr

from invite_core.delivery.intake import apply_body
from invite_core.dispatch.engine import Dispatch
from invite_core.invitations import runs
from invite_core.invitations.runs import Run
from invite_core.operations.opening import open_database
from invite_core.operations.sending import becoming_sender
from invite_core.provider.cloud_api import CloudApi
from invite_core.store import Store
from tests.builders import NOW, ORGANISER, SENDER_NUMBER

T = TypeVar("T")


@dataclass
class World:
    """A database at a path, and what reached Meta from it, whatever file stood there."""

    database: Path
    received: Counter[str] = field(default_factory=Counter)
    """How often each number was written to."""
    attempts: dict[str, str] = field(default_factory=dict)
    """The attempt id of the last message to each number."""
    meanwhile: Callable[[int], object] = lambda messages: None
    """What happens while a message is on the wire, by how many have been."""

    def act(self, function: Callable[[Store], T]) -> T:
        """Open the file as a program does, act, and close it."""
        with open_database(self.database, create=True) as store:
            return function(store)

    def value(self, sql: str, *values: object) -> Any:
        """One value out of the file."""
        return self.act(lambda store: store.value(sql, values))

    def states(self) -> dict[str, int]:
        """How many messages stand in which state."""
        rows = self.act(
            lambda store: store.rows("SELECT state, count(*) AS n FROM invite_messages GROUP BY state")
        )
        return {row["state"]: row["n"] for row in rows}

    def send(self, run: int) -> Run:
        """Resume the run if it is paused, and send it through the real client until it settles."""

        def work(store: Store) -> Run:
            with becoming_sender(store, by=ORGANISER):
                runs.resume(store, run, by=ORGANISER, now=NOW)
                return asyncio.run(self._dispatch(store, run))

        return self.act(work)

    async def _dispatch(self, store: Store, run: int) -> Run:
        async with CloudApi(
            base_url="http://meta.invalid",
            version="v26.0",
            phone_number_id=SENDER_NUMBER,
            waba_id="1",
            access_token=SecretStr("a-made-up-token"),
            transport=httpx.MockTransport(self._answer),
        ) as api:
            dispatch = Dispatch(
                store=store,
                run=run,
                provider=api,
                phone_number_id=SENDER_NUMBER,
                messages_per_second=1000,
                max_in_flight=4,
                clock=lambda: NOW,
            )
            return await dispatch.until_settled()

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content)
        self.received[body["to"]] += 1
        self.attempts[body["to"]] = body["biz_opaque_callback_data"]
        self.meanwhile(self.received.total())
        return httpx.Response(
            200,
            json={
                "contacts": [{"input": body["to"], "wa_id": "1"}],
                "messages": [{"id": f"wamid.{body['biz_opaque_callback_data']}"}],
            },
        )

    def hear(self, status: str, attempt: str) -> None:
        """A webhook of Meta's about an attempt."""
        item = {
            "id": f"wamid.{attempt}",
            "status": status,
            "timestamp": str(int(NOW.timestamp()) + 5),
            "recipient_id": "447700900001",
            "biz_opaque_callback_data": attempt,
        }
        value = {
            "messaging_product": "whatsapp",
            "metadata": {"display_phone_number": "12025550100", "phone_number_id": SENDER_NUMBER},
            "statuses": [item],
        }
        changes = [{"field": "messages", "value": value}]
        body = json.dumps({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": changes}]})

        def take(store: Store) -> None:
            with store.write():
                apply_body(store, body.encode(), phone_number_id=SENDER_NUMBER, now=NOW)

        self.act(take)
