"""The whole walk of somebody whom WhatsApp knows under an id alone, through the stand-in for Meta."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import anyio
import httpx
import pytest
from pydantic import SecretStr

from graph_simulator.app import build_app
from graph_simulator.simulator import Simulator
from invite_core import instants
from invite_core.delivery.intake import apply_body
from invite_core.dispatch.engine import Dispatch
from invite_core.invitations import events, freezing
from invite_core.invitations.policy import BlockReason
from invite_core.invitations.verdicts import preview
from invite_core.operations.sending import becoming_sender
from invite_core.people import consent, contacts, do_not_message
from invite_core.people.importing.contact_import import import_people
from invite_core.provider.cloud_api import CloudApi
from invite_core.store import Store
from tests.builders import DATA, ORGANISER, SENDER_NUMBER, a_plan, sample_templates, state_of
from tests.graph_simulator.payloads import SENDER, TOKEN, setup

pytestmark = pytest.mark.anyio

ANA, BEN, CARA = "GB.13491208655302741918", "PT.23491208655302741918", "BR.33491208655302741918"


class Wire(httpx.ASGITransport):
    """The way to the stand-in, which keeps what was sent over it."""

    bodies: list[dict[str, Any]]

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Keep the body, and pass it on."""
        self.bodies.append(json.loads(await request.aread()))
        return await super().handle_async_request(request)


def an_event(store: Store, name: str) -> events.Event:
    return events.add(
        store, name=name, starts_at="2099-06-12T18:30", timezone="Europe/Lisbon", venue="Park", by=ORGANISER,
        now=instants.now(),
    )  # fmt: skip


@asynccontextmanager
async def meta(store: Store) -> AsyncIterator[tuple[Simulator, CloudApi, Wire]]:
    """The stand-in in this process, whose updates go into the file; Ana writes STOP, Cara taps yes."""

    async def hear(request: httpx.Request) -> httpx.Response:
        with store.write():
            apply_body(store, request.content, phone_number_id=SENDER_NUMBER, now=instants.now())
        return httpx.Response(200)

    templates = json.loads((DATA / "templates.sample.json").read_bytes())["data"]
    script = {
        "recipients": {ANA: {"fate": "delivered", "text": "STOP"}, CARA: {"fate": "delivered", "tap": 0}}
    }
    app = build_app(setup(templates=templates, script=script, callback_transport=httpx.MockTransport(hear)))
    wire = Wire(app)
    wire.bodies = []
    async with (
        app.router.lifespan_context(app),
        CloudApi(
            base_url="http://graph.test",
            version="v26.0",
            phone_number_id=SENDER_NUMBER,
            waba_id=SENDER.waba_id,
            access_token=SecretStr(TOKEN),
            transport=wire,
        ) as api,
    ):
        yield app.state.simulator, api, wire


async def send(store: Store, api: CloudApi, run: int) -> None:
    dispatch = Dispatch(
        store=store,
        run=run,
        provider=api,
        phone_number_id=SENDER_NUMBER,
        messages_per_second=1000,
        max_in_flight=4,
    )
    with becoming_sender(store, by=ORGANISER):
        await dispatch.until_settled()


async def test_somebody_with_an_id_alone_is_imported_invited_and_stopped(store: Store) -> None:
    now = instants.now()
    table = f"name,user id,consent_source,consent_at\nAna,{ANA},web form,2026-05-01\nBen,{BEN},,\n"
    table += f"Cara,{CARA},web form,2026-05-01\n"
    report = import_people(store, table.encode(), by=ORGANISER, now=now)
    assert (report.created, report.without_consent) == (3, 1)
    sample_templates(store)
    ana, ben, cara = (contacts.find(store, each) for each in (ANA, BEN, CARA))
    plan = a_plan(store, an_event(store, "Garden party"))
    judged = {verdict.contact: verdict.reasons for verdict in preview(store, plan, now=now)}
    assert judged == {ana: (), ben: (BlockReason.NO_CONSENT,), cara: ()}
    run = freezing.freeze(store, plan, by=ORGANISER, now=now)
    async with meta(store) as (simulator, api, wire):
        await send(store, api, run.id)
        with anyio.fail_after(10):
            while simulator.pending:
                await anyio.lowlevel.checkpoint()
    assert {entry["to"] for entry in simulator.log.entries("accepted")} == {ANA, CARA}
    assert {(body["recipient"], "to" in body) for body in wire.bodies} == {(ANA, False), (CARA, False)}
    assert [state_of(store, each) for each in (ana, ben, cara)] == ["delivered", "blocked", "delivered"]
    assert store.value("SELECT answer FROM replies WHERE contact = ?", (cara,)) == "yes"
    assert do_not_message.is_blocked(store, ANA)
    assert not do_not_message.is_blocked(store, BEN)
    consent.grant(store, ben, source="web form", at=now, by=ORGANISER, now=now)
    picnic = a_plan(store, an_event(store, "Picnic"))
    judged = {verdict.contact: verdict.reasons for verdict in preview(store, picnic, now=instants.now())}
    assert judged == {ana: (BlockReason.DO_NOT_MESSAGE,), ben: (), cara: ()}
