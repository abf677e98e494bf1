"""A desk for tests: people, an event and templates in a real file, the program over it, and eyes."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from pydantic import SecretStr
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Input

from invite_core import instants
from invite_core.delivery import listener_life
from invite_core.invitations import events
from invite_core.operators import Role
from invite_core.people import consent, contacts, do_not_message
from invite_core.settings import Settings
from invite_core.store import Store
from invite_tui.app import InviteApp
from invite_tui.screens.compose import ComposeScreen
from invite_tui.screens.fill_in import FillInScreen
from invite_tui.screens.run import RunScreen
from invite_tui.widgets.record_table import RecordTable
from tests.builders import ORGANISER, SENDER_NUMBER, a_phone, sample_templates
from tests.command_line.meta import TOKEN

LONG_AGO = datetime(2026, 1, 2, tzinfo=UTC)
"""Before any moment at which the tests run: the program under test looks at the real clock."""

SMALL, LARGE = (80, 24), (140, 40)
"""The sizes that every screen is made for."""

POLL_S = 0.02
"""How often a condition is looked at while it is waited for."""

NOBODY = "http://127.0.0.1:9"
"""An address on loopback where nothing answers."""


def fill(
    store: Store, *names: str, without_consent: tuple[str, ...] = (), blocked: tuple[str, ...] = ()
) -> None:
    """An event, the sample templates, and people: some who agreed, some who did not, some on the list."""
    sample_templates(store)
    events.add(
        store,
        name="Summer party",
        starts_at="2099-06-12T18:30",
        timezone="Europe/Lisbon",
        venue="Jardim da Estrela",
        by=ORGANISER,
        now=LONG_AGO,
    )
    for n, name in enumerate((*names, *without_consent, *blocked), start=1):
        person = contacts.add(
            store, name=name, phones=[a_phone(n)], language="en", household="", places=1, attributes={},
            tags=["choir"] if n % 2 else [], by=ORGANISER, now=LONG_AGO,
        )  # fmt: skip
        if name not in without_consent:
            consent.grant(store, person, source="web form", at=LONG_AGO, by=ORGANISER, now=LONG_AGO)
        if name in blocked:
            do_not_message.block(
                store, address=a_phone(n), scope="all", reason="asked", source="organiser", at=LONG_AGO,
                by=ORGANISER, now=LONG_AGO,
            )  # fmt: skip


def start_listening(store: Store) -> None:
    """A listener has just given a sign of life."""
    with store.write():
        listener_life.begin(store, pid=1, address="127.0.0.1:8080", now=instants.now())


def settings_for(database: Path, url: str = NOBODY, role: Role = Role.ORGANISER) -> Settings:
    """Settings that point at the file and at a stand-in for Meta."""
    return Settings(
        _env_file=None,
        db=database,
        graph_url=url,
        phone_number_id=SENDER_NUMBER,
        waba_id="102290129340398",
        access_token=SecretStr(TOKEN),
        operator="Rita",
        role=role,
        messages_per_second=200,
    )


@asynccontextmanager
async def opened(
    settings: Settings, size: tuple[int, int] = LARGE
) -> AsyncIterator[tuple[InviteApp, Pilot[None]]]:
    """The program on a screen of `size`, read for the first time."""
    app = InviteApp(settings)
    async with app.run_test(size=size, notifications=True) as pilot:
        await until(pilot, lambda: "Reading…" not in seen(app))
        yield app, pilot


async def until(pilot: Pilot[None], condition: Callable[[], object], seconds: float = 10.0) -> None:
    """Wait until `condition` holds; fails with what is on the screen after `seconds`."""
    for _ in range(int(seconds / POLL_S)):
        if condition():
            return
        await asyncio.sleep(POLL_S)  # far cheaper than `pilot.pause`, which asks every widget
    raise AssertionError(f"it did not come to pass; the screen shows:\n{seen(pilot.app)}")


def seen(app: App[None]) -> str:
    """The words on the screen, line by line, as they were last drawn."""
    strips = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip) for strip in strips)


def table(app: App[None], name: str) -> RecordTable:
    """A table of the screen in front."""
    return app.screen.query_one(f"#{name}", RecordTable)


async def compose_invitation(app: InviteApp, pilot: Pilot[None], event: str = "Summer party") -> None:
    """Open a new message and choose the sample invitation, as a person does; waits for the verdicts."""
    await pilot.press("n")
    await until(pilot, lambda: app.screen.query("#template") and f"Event     {event}" in seen(app))
    app.screen.query_one("#template").focus()
    await pilot.press("enter", "end", "enter")
    await until(pilot, lambda: table(app, "blocked").count + table(app, "eligible").count)


def can_send(app: InviteApp) -> bool:
    """Whether the screen in front is that of a new message, and nothing stands against sending it."""
    return isinstance(app.screen, ComposeScreen) and app.screen.ready


async def send_deliberately(app: InviteApp, pilot: Pilot[None]) -> int:
    """From the compose screen: ask, reach for Send, press it; gives the run."""
    app.screen.query_one("#eligible").focus()
    await until(pilot, lambda: can_send(app))
    await pilot.press("s")
    await until(pilot, lambda: "This cannot be undone" in seen(app))
    await pilot.press("tab", "enter")
    await until(pilot, lambda: isinstance(app.screen, RunScreen))
    assert isinstance(app.screen, RunScreen)
    return app.screen.run_id


async def fill_in(app: InviteApp, pilot: Pilot[None], **values: str) -> None:
    """Wait for the dialog, put these words into its fields as if they had been typed, and press Enter."""
    await until(pilot, lambda: isinstance(app.screen, FillInScreen) and app.screen.query(Input))
    for name, value in values.items():
        field = app.screen.query_one(f"#{name}", Input)
        field.value = value
        field.focus()
    await pilot.press("enter")
