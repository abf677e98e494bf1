"""The whole walk of somebody whom WhatsApp knows under an id alone, through the stand-in for Meta."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import anyio
import httpx
import pytest
from pydantic import SecretStr

from graph_simulator.app import build_app
from graph_simulator.simulator import Simulator
from invite_core import instants
from invite_core.delivery.intake import apply_body
from invite_core.dispatch.engine import Dispatch
from invite_core.invitations import freezing
from invite_core.invitations.policy import BlockReason
from invite_core.operations.sending import becoming_sender
from invite_core.people import consent, contacts, do_not_message
from invite_core.people.importing.contact_import import import_people
from invite_core.provider.cloud_api import CloudApi
from invite_core.store import Store
from tests.builders import DATA, ORGANISER, SENDER_NUMBER, a_plan, an_event, sample_templates, state_of
from tests.graph_simulator.payloads import SENDER, TOKEN, setup

pytestmark = pytest.mark.anyio

ANA, BEN = "GB.13491208655302741918", "PT.23491208655302741918"


@asynccontextmanager
async def meta(store: Store) -> AsyncIterator[tuple[Simulator, CloudApi]]:
    """The stand-in in this process, whose updates go into the file; Ana gets the message and writes STOP."""

    async def hear(request: httpx.Request) -> httpx.Response:
        with store.write():
            apply_body(store, request.content, phone_number_id=SENDER_NUMBER, now=instants.now())
        return httpx.Response(200)

    templates = httpx.Response(200, content=(DATA / "templates.sample.json").read_bytes()).json()["data"]
    script = {"recipients": {ANA: {"fate": "delivered", "text": "STOP"}}}
    app = build_app(setup(templates=templates, script=script, callback_transport=httpx.MockTransport(hear)))
    async with app.router.lifespan_context(app):
        async with CloudApi(
            base_url="http://graph.test",
            version="v26.0",
            phone_number_id=SENDER_NUMBER,
            waba_id=SENDER.waba_id,
            access_token=SecretStr(TOKEN),
            transport=httpx.ASGITransport(app),
        ) as api:
            yield app.state.simulator, api


async def send(store: Store, api: CloudApi, run: int) -> None:
    dispatch = Dispatch(
        store=store, run=run, provider=api, phone_number_id=SENDER_NUMBER, messages_per_second=1000, max_in_flight=4
    )
    with becoming_sender(store, by=ORGANISER):
        await dispatch.until_settled()


async def test_somebody_with_an_id_alone_is_imported_invited_and_stopped(store: Store) -> None:
    now = instants.now()
    table = f"name,user id,consent_source,consent_at\nAna,{ANA},web form,2026-05-01\nBen,{BEN},,\n"
    report = import_people(store, table.encode(), by=ORGANISER, now=now)
    assert (report.created, report.without_consent) == (2, 1)
    sample_templates(store)
    event = an_event(store, starts_at=(now + timedelta(days=90)).isoformat())
    ana, ben = contacts.find(store, ANA), contacts.find(store, BEN)
    plan = a_plan(store, event)
    run = freezing.freeze(store, plan, by=ORGANISER, now=now)
    assert (run.eligible, state_of(store, ben)) == (1, "blocked")
    async with meta(store) as (simulator, api):
        await send(store, api, run.id)
        with anyio.fail_after(10):
            while simulator.pending:
                await anyio.lowlevel.checkpoint()
        (accepted,) = simulator.log.entries("accepted")
    assert accepted["to"] == ANA
    assert state_of(store, ana) == "delivered"
    assert do_not_message.is_blocked(store, ANA)
    assert not do_not_message.is_blocked(store, BEN)
    consent.grant(store, ben, source="web form", at=now, by=ORGANISER, now=now)
    again = freezing.freeze(store, a_plan(store, an_event(store, "Picnic", event.starts_at)), by=ORGANISER, now=now)
    reasons = store.value("SELECT block_reasons FROM invite_messages WHERE run = ? AND contact = ?", (again.id, ana))
    assert reasons.split(",")[0] == BlockReason.DO_NOT_MESSAGE
    assert (again.eligible, state_of(store, ben)) == (1, "queued")
