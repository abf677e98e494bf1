"""A picture in a header: chosen once, uploaded when it is needed, and again before Meta forgets it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from graph_simulator.app import build_app
from invite_core import instants
from invite_core.dispatch.engine import Dispatch
from invite_core.invitations import media, runs, template_choices, templates
from invite_core.invitations.media import MediaFault
from invite_core.invitations.runs import PauseReason, Run
from invite_core.operations.media_upload import upload_files
from invite_core.provider.cloud_api import CloudApi
from invite_core.provider.refusal import ProviderRefused
from invite_core.provider.template_node import TemplatePage
from invite_core.store import Store
from tests.builders import NOW, ORGANISER, a_contact, a_plan, a_run
from tests.command_line.conftest import Cli, cli, own_state_folder
from tests.graph_simulator.payloads import PICTURE_TEMPLATE, SENDER, TOKEN, setup

__all__ = ["cli", "own_state_folder"]

PNG = b"\x89PNG\r\n\x1a\n" + b"made up\r\n\r\n--" * 40
"""Bytes that a careless reader of forms would cut."""


@pytest.fixture
async def api() -> AsyncIterator[CloudApi]:
    """The real client, and the stand-in behind it."""
    app = build_app(setup())
    async with (
        app.router.lifespan_context(app),
        CloudApi(
            base_url="http://graph.test",
            version="v26.0",
            phone_number_id=SENDER.phone_number_id,
            waba_id=SENDER.waba_id,
            access_token=SecretStr(TOKEN),
            transport=httpx.ASGITransport(app),
        ) as client,
    ):
        yield client


def with_picture(store: Store) -> str:
    """The template, and a picture that is chosen for it; the value that names it."""
    page = TemplatePage.model_validate({"data": [PICTURE_TEMPLATE]})
    templates.save_synced(store, page.data, by=ORGANISER, now=NOW)
    value = media.keep(store, PNG, "party.png", header="IMAGE", by=ORGANISER, now=NOW)
    chosen = {"header.media": f"={value}"}
    template_choices.choose(store, "picture", "en", mapping=chosen, by=ORGANISER, now=NOW)
    return value


async def sent(store: Store, run: Run, api: CloudApi) -> Run:
    """The run once it has settled, by the real clock."""
    return await Dispatch(
        store=store,
        run=run.id,
        provider=api,
        phone_number_id=SENDER.phone_number_id,
        messages_per_second=100,
        max_in_flight=4,
        stop=asyncio.Event(),
    ).until_settled()


@pytest.mark.anyio
async def test_a_picture_is_uploaded_once_and_again_before_meta_forgets_it(
    store: Store, api: CloudApi
) -> None:
    value = with_picture(store)
    for n in range(3):
        a_contact(store, f"Guest {n}", n)
    run = a_run(store, a_plan(store, template="picture"))
    assert media.of_run(store, run.id) == [value]

    waits = await sent(store, run, api)  # nobody has uploaded it
    assert waits.paused_because is PauseReason.TEMPLATE
    assert store.value("SELECT count(*) FROM send_attempts") == 0
    assert await upload_files(store, api, [value], SENDER.phone_number_id) == 1
    assert await upload_files(store, api, [value], SENDER.phone_number_id) == 0
    first = media.upload_of(store, value, SENDER.phone_number_id, now=instants.now())
    assert media.upload_of(store, value, "another number", now=instants.now()) is None
    assert (
        media.upload_of(store, value, SENDER.phone_number_id, now=instants.now() + timedelta(days=29)) is None
    )
    assert first is not None

    media.uploaded(store, value, SENDER.phone_number_id, "1339522734477770", now=instants.now())
    runs.resume(store, run.id, by=ORGANISER, now=instants.now())
    wrong = await sent(store, run, api)
    assert (wrong.paused_because, "1339522734477770" in wrong.paused_detail) == (PauseReason.TEMPLATE, True)
    media.uploaded(store, value, SENDER.phone_number_id, first, now=instants.now())
    runs.resume(store, run.id, by=ORGANISER, now=instants.now())
    settled = await sent(store, run, api)
    assert settled.status == "finished"
    states = {row["state"] for row in store.rows("SELECT state FROM invite_messages")}
    assert states == {"accepted"}, "the stand-in refuses a header without its picture"


@pytest.mark.anyio
async def test_what_meta_refuses_is_told(api: CloudApi) -> None:
    with pytest.raises(ProviderRefused):
        await api.upload_media(b"text", kind="text/plain", name="party.txt")


def test_only_what_the_header_shows_is_kept(store: Store) -> None:
    for content, header in ((b"%PDF-1.7", "IMAGE"), (PNG, "VIDEO"), (b"", "IMAGE"), (PNG, "TEXT"), (PNG, "")):
        with pytest.raises(MediaFault):
            media.keep(store, content, "party.png", header=header, by=ORGANISER, now=NOW)
    with pytest.raises(MediaFault, match="at most 5 MB"):
        media.keep(store, PNG + b"0" * 5 * 1024 * 1024, "large.png", header="IMAGE", by=ORGANISER, now=NOW)
    assert store.value("SELECT count(*) FROM media") == 0


def test_a_picture_is_chosen_on_the_command_line(cli: Cli, store: Store, tmp_path: Path) -> None:
    page = TemplatePage.model_validate({"data": [PICTURE_TEMPLATE]})
    templates.save_synced(store, page.data, by=ORGANISER, now=NOW)
    choose = ("templates", "media", "picture", "--language")
    (tmp_path / "party.png").write_bytes(PNG)
    assert "and there is none" in cli("templates", "show", "picture", "--language", "en").out
    assert cli(*choose, "en", "--file", tmp_path / "party.png").code == 0
    assert store.value("SELECT content FROM media") == PNG
    assert cli(*choose, "en", "--link", "https://example.com/party.png").code == 0
    shown = cli("templates", "show", "picture", "--language", "en", "--json").document
    assert shown["mapping"] == {"header.media": "=https://example.com/party.png"}
    assert cli(*choose, "en", "--link", "http://example.com/party.png").is_refused("https://")
    assert cli(*choose, "fr", "--link", "https://example.com/party.png").is_refused("fr")
    assert cli(*choose, "en", "--file", tmp_path / "none.png").is_refused("none.png")
    assert cli(*choose, "en").code == 2
