import unicodedata
from collections.abc import Iterator
from functools import partial

import pytest
from textual.app import App

from invite_core import instants
from invite_core.invitations.plan import Wish, make_plan
from invite_core.store import Store
from invite_tui.screens.fill_in import FillInScreen
from invite_tui.screens.help import HelpScreen
from invite_tui.screens.message import MessageScreen
from invite_tui.screens.run import RunScreen
from tests.builders import INVITATION, a_run
from tests.screens.doubt import doubtful_run, raise_alarm
from tests.screens.stage import (
    LARGE,
    can_send,
    compose_invitation,
    fill,
    opened,
    seen,
    settings_for,
    start_listening,
    table,
    until,
)

pytestmark = pytest.mark.long

HOSTILE = (
    "[/nope] Bob",
    "[@click=app.quit]Tap[/]",
    "[$error]Mr[",
    "\x1b[31mRed\x1b[0m",
    "\x1b]52;c;aGVsbG8=\x07Clip",
    "\x9b31mC1 \x00 nul",
    "\u202eevil\u202c \u2066x\u2069 z\u200bero",
    "陳大文 👩‍👩‍👧 محمد",
    "e\u0301" * 40,
    "line\nbreak\r\ttab\u2028sep",
)


def forbidden(text: str) -> Iterator[str]:
    """Characters that a terminal might obey, or that hide what is there."""
    for character in text.replace("\n", ""):
        if (
            unicodedata.category(character) in ("Cc", "Cs")
            or character in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\u2028\u2029"
        ):
            yield character


def check(app: App[None]) -> None:
    """Nothing on the screen that is in front obeys anybody."""
    assert list(forbidden(seen(app))) == []
    assert list(forbidden(app.export_screenshot())) == []


def has_rows(app: App[None], name: str) -> bool:
    """Whether that table is in front and shows something."""
    return bool(app.screen.query(f"#{name}")) and table(app, name).count > 0


def at_top(app: App[None], name: str) -> bool:
    """Whether the cursor of that table is on its first row."""
    return table(app, name).cursor == 0


def make_hostile(store: Store) -> None:
    """Put what an outsider may have written into every text that the screens show."""
    with store.write():
        for n, name in enumerate(HOSTILE, start=1):
            store.execute("UPDATE contacts SET name = :name WHERE id = :id", {"name": name, "id": n})
        store.execute(
            "UPDATE events SET name = :name, venue = :venue",
            {"name": "".join((HOSTILE[0], HOSTILE[3], HOSTILE[4])), "venue": HOSTILE[5]},
        )
        store.execute(
            "UPDATE templates SET components = replace(components, 'Dear', :words)",
            {"words": "[/b][@click=x]\u202e"},
        )


@pytest.mark.anyio
async def test_no_screen_obeys_a_name(store: Store) -> None:
    fill(store, *(f"Guest {n}" for n in range(len(HOSTILE))))
    make_hostile(store)
    start_listening(store)
    plan = make_plan(store, Wish(event="1", template=INVITATION, language="auto", audience="-tag:choir"))
    a_run(store, plan, now=instants.now())
    with store.write():
        store.execute(
            """UPDATE invite_messages SET state = 'failed', error_code = 999999, error_detail = :detail
               WHERE id IN (SELECT min(id) FROM invite_messages)""",
            {"detail": "".join(HOSTILE)},
        )
        store.execute(
            "UPDATE run_counters SET n = n - 1 WHERE run = 1 AND kind = 'state' AND name = 'queued'"
        )
        store.execute("INSERT INTO run_counters (run, kind, name, n) VALUES (1, 'state', 'failed', 1)")
        store.execute(
            "UPDATE invite_send_runs SET status = 'paused', paused_because = 'template', paused_detail = ?",
            (HOSTILE[3] + HOSTILE[1],),
        )
    async with opened(settings_for(store.path), LARGE) as (app, pilot):
        check(app)
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen) and "Keys" in seen(app))
        check(app)
        await pilot.press("escape")
        await pilot.press("n")
        await until(pilot, lambda: app.screen.query("#event") and "Event     [/nope]" in seen(app))
        app.screen.query_one("#event").focus()
        await pilot.press("enter")
        await pilot.pause()
        check(app)
        await pilot.press("escape", "escape")
        await compose_invitation(app, pilot, "[/nope]")
        await until(pilot, lambda: "reads it" in seen(app))
        check(app)
        app.screen.query_one("#eligible").focus()
        await until(pilot, lambda: can_send(app))
        await pilot.press("m", "s")
        await until(pilot, lambda: "This cannot be undone" in seen(app))
        check(app)
        await pilot.press("escape", "escape")
        await until(pilot, lambda: app.screen.query("#runs"))
        app.screen.query_one("#runs").focus()
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, RunScreen) and table(app, "messages").count)
        check(app)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, MessageScreen) and "chosen" in seen(app))
        check(app)
        assert "error 999999" in seen(app)


@pytest.mark.anyio
async def test_no_list_of_people_and_no_dialog_obeys_a_name(store: Store) -> None:
    fill(store, *(f"Guest {n}" for n in range(len(HOSTILE))), blocked=("Bruno",))
    make_hostile(store)
    raise_alarm(store, doubtful_run(store, 1)[0])
    with store.write():
        store.execute("UPDATE alarms SET detail = ?", ("".join(HOSTILE),))
        for n, words in enumerate(HOSTILE, start=1):
            store.execute(
                """INSERT INTO replies (kind, contact, address, match_key, profile_name, body, given_at, status,
                       recorded_at, recorded_by)
                   VALUES ('text', :n, :words, :words, :words, :words, :at, 'unread', :at, 'listener')""",
                {"n": n if n % 2 else None, "words": words, "at": instants.stored(instants.now())},
            )
    async with opened(settings_for(store.path), LARGE) as (app, pilot):
        await until(pilot, lambda: "!! " in seen(app))
        for key, act, name in (
            ("a", "w", "people"),
            ("i", "w", "texts"),
            ("p", "", "people"),
            ("d", "v", "blocks"),
            ("u", "", "choices"),
        ):
            await pilot.press(key)
            await until(pilot, partial(has_rows, app, name))
            for _ in range(4):
                await pilot.press("down")
                check(app)
            if act:
                await pilot.press("home")
                await until(pilot, partial(at_top, app, name))
                await pilot.press(act)
                await until(pilot, lambda: isinstance(app.screen, FillInScreen))
                check(app)
                await pilot.press("escape")
            await pilot.press("escape")
            await until(pilot, lambda: app.screen.query("#runs"))
        app.open_person(1)
        await until(pilot, lambda: "Consent" in seen(app))
        check(app)
