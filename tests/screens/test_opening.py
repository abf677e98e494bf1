"""The first paint waits for nothing; sending waits until the file has been found whole."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest

from invite_core.settings import Settings
from invite_core.store import BrokenFile, Store
from invite_tui.app import InviteApp
from invite_tui.opening import Unchecked, damage
from invite_tui.screens.home import HomeScreen
from tests.screens.stage import SMALL, fill, seen, settings_for, until

SLOW_TO_LOAD = ("pydantic", "phonenumbers", "httpx", "babel", "invite_core.store", "invite_tui.screens.home")


def waiting(settings: Settings, may_go_on: Event) -> Callable[[], Settings]:
    """A way to the settings that takes until `may_go_on`."""

    def load() -> Settings:
        may_go_on.wait(10)
        return settings

    return load


def test_what_is_loaded_before_the_first_paint_is_neither_the_core_nor_what_it_needs() -> None:
    script = f"""
import sys, invite_tui.__main__, invite_tui.command_line.root, invite_tui.running
print(*sorted({{*{SLOW_TO_LOAD!r}}} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.stderr.strip()) == ("", "")


@pytest.mark.anyio
async def test_the_frame_is_painted_before_the_settings_are_read_and_home_follows(store: Store) -> None:
    fill(store, "Ana")
    may_go_on = Event()
    app = InviteApp(waiting(settings_for(store.path), may_go_on))
    async with app.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: "Invitations" in seen(app) and "Reading…" in seen(app))
        await pilot.press("ctrl+p")
        may_go_on.set()
        await until(pilot, lambda: isinstance(app.screen, HomeScreen) and "Summer party" in seen(app))
        await pilot.press("escape")
        assert isinstance(app.screen, HomeScreen)
        await until(pilot, lambda: app.sender.refusal is None)


@pytest.mark.anyio
async def test_leaving_before_anything_is_open_is_leaving(store: Store) -> None:
    may_go_on = Event()
    app = InviteApp(waiting(settings_for(store.path), may_go_on))
    async with app.run_test(size=SMALL) as pilot:
        await pilot.press("q")
        await until(pilot, lambda: not app.is_running)
        may_go_on.set()


@pytest.mark.anyio
async def test_a_file_that_cannot_be_used_ends_the_program_with_its_sentence(tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    other.write_bytes(b"this is no database at all" * 50)
    app = InviteApp(lambda: settings_for(other))
    async with app.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: app.fault is not None)
    assert "is not a database of this program" in str(app.fault)


@pytest.mark.anyio
async def test_a_damaged_file_is_told_of_and_nothing_is_sent_from_it(store: Store) -> None:
    fill(store, *(f"Guest {n}" for n in range(60)))
    settings = settings_for(store.path)
    store.close()
    content = bytearray(store.path.read_bytes())
    page = content.rfind(b"Guest 50") // 4096 * 4096
    content[page + 3 : page + 5] = b"\x7f\xff"
    store.path.write_bytes(content)
    assert isinstance(damage(settings), BrokenFile)
    app = InviteApp(settings)
    assert app.sender.refusal is None
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await until(pilot, lambda: isinstance(app.sender.refusal, BrokenFile))
        with pytest.raises(BrokenFile):
            await app.sender.resume(1)
        app.sender.refusal = Unchecked()
        with pytest.raises(Unchecked, match="being checked"):
            await app.sender.resume(1)
