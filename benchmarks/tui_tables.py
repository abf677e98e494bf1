"""A walk through the large tables of the screen, each step timed until what it asked for is painted."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from statistics import median

from pydantic import SecretStr
from textual import events
from textual.app import App

from invite_core.settings import Settings
from invite_tui.app import InviteApp
from invite_tui.run_messages_source import RunMessages
from invite_tui.screens.people import FoundPeople, PeopleScreen
from invite_tui.screens.run import RunScreen
from invite_tui.widgets.record_table import RecordTable
from invite_tui.widgets.records import Order, Source

TIMES = 3
"""How often each step is done."""

SIZE = (140, 40)

AT_REST_S = 0.5
"""How long a screen that has been opened is left to finish its layout and its other reads."""


def settings_for(path: Path) -> Settings:
    """Settings for the file; nothing is sent with them."""
    return Settings(
        _env_file=None, db=path, operator="Benchmark", phone_number_id="106540352242922",
        waba_id="102290129340398", access_token=SecretStr("none"),
    )  # fmt: skip


async def painted(app: App[None], holds: Callable[[], object]) -> None:
    """Wait until `holds` does, and what it says has been drawn. Raises `TimeoutError` after 30 seconds."""
    for _ in range(30_000):
        if holds():
            break
        await asyncio.sleep(0.001)
    else:
        raise TimeoutError
    drawn = asyncio.Event()
    app.screen.call_after_refresh(drawn.set)
    await drawn.wait()


def press(app: App[None], key: str) -> None:
    """A key reaches the program."""
    app.post_message(events.Key(key, key if len(key) == 1 else None))


@dataclass
class Watch:
    """Times steps by the clock and by the CPU of the whole process."""

    app: App[None]
    steps: dict[str, list[tuple[float, float]]] = field(default_factory=dict)

    async def step(self, name: str, act: Callable[[], object], holds: Callable[[], object]) -> None:
        """Do `act` and wait until `holds`."""
        began, used = time.perf_counter(), time.process_time()
        act()
        await painted(self.app, holds)
        taken = (1000 * (time.perf_counter() - began), 1000 * (time.process_time() - used))
        self.steps.setdefault(name, []).append(taken)


def moved(table: RecordTable, key: object) -> Callable[[], bool]:
    """Whether the cursor is on another record than that with `key`."""
    return lambda: table.key not in (key, None)


def the_table(app: App[None]) -> RecordTable:
    """The table of the screen in front."""
    return app.screen.query_one("#messages, #people", RecordTable)


async def through_table(watch: Watch, name: str, source: Source, orders: dict[str, Order]) -> None:
    """End, home, then each order from its column's head, with its end."""
    app, table = watch.app, the_table(watch.app)

    def at(position: int) -> Callable[[], bool]:
        return lambda: table.cursor == position and table.key is not None

    await asyncio.sleep(AT_REST_S)
    await watch.step(f"{name}: table anew", lambda: table.show(source, from_top=True), at(0))
    await watch.step(f"{name}: end", lambda: press(app, "end"), at(table.count - 1))
    await watch.step(f"{name}: home", lambda: press(app, "home"), at(0))
    for by, order in orders.items():

        def sorted_(order: Order = order) -> bool:
            return table.order == order and table.cursor == 0 and table.key is not None

        await watch.step(f"{name}: sort by {by}", partial(table.sort, order), sorted_)
        await watch.step(f"{name}: end, by {by}", lambda: press(app, "end"), at(table.count - 1))
        press(app, "home")
        await painted(app, at(0))


async def walk(path: Path) -> dict[str, list[tuple[float, float]]]:
    """Open, filter, sort and leave both large tables, again and again."""
    app = InviteApp(settings_for(path))
    async with app.run_test(size=SIZE):
        await painted(app, lambda: app.sender.refusal is None)
        watch = Watch(app)
        for _ in range(TIMES):
            await watch.step(
                "run: the whole screen",
                lambda: app.open_run(1),
                lambda: isinstance(app.screen, RunScreen) and filled(app),
            )
            await through_table(
                watch, "run", RunMessages(app.desk, 1, None),
                {"name": Order("name"), "state": Order("state"), "last change": Order("change", True)},
            )  # fmt: skip
            await watch.step("run: only failed", lambda: press(app, "f"), lambda: _shows(app, "failed"))
            await watch.step("run: all again", lambda: press(app, "a"), lambda: _shows(app, ""))
            the_table(app).sort(Order("name"))
            await painted(app, lambda: filled(app))
            await watch.step(
                "run: letter M, by name",
                lambda: press(app, "M"),
                lambda: filled(app) and the_table(app).cursor,
            )
            app.pop_screen()
            await watch.step(
                "people: the whole screen", lambda: app.push_screen(PeopleScreen()),
                lambda: isinstance(app.screen, PeopleScreen) and filled(app),
            )  # fmt: skip
            await asyncio.sleep(AT_REST_S)
            await watch.step(
                "people: letter M",
                lambda: press(app, "M"),
                lambda: filled(app) and the_table(app).cursor,
            )
            orders = {"language": Order("language"), "places": Order("places", True), "name": Order("name")}
            await through_table(watch, "people", FoundPeople(app.desk, ""), orders)
            app.pop_screen()
            await painted(app, lambda: len(app.screen_stack) == 1)
    return watch.steps


def filled(app: App[None]) -> bool:
    """Whether the table of the screen in front shows the row under its cursor."""
    found = app.screen.query("#messages, #people").results(RecordTable)
    return any(table.key is not None for table in found)


def _shows(app: App[None], state: str) -> bool:
    record = the_table(app).record(0)
    failed = record is not None and "failed" in record.cells[0].text
    return record is not None and failed == bool(state)


def tour(path: Path) -> tuple[list[tuple[str, float, float]], int]:
    """The median of every step, by the clock and by the CPU, and the most memory that was used, in MiB."""
    steps = asyncio.run(walk(path))
    medians = [
        (name, median(each[0] for each in taken), median(each[1] for each in taken))
        for name, taken in steps.items()
    ]
    return medians, _most_memory()


def _most_memory() -> int:
    # `getrusage` would count what the process had that started this one.
    with open("/proc/self/status", encoding="ascii") as status:
        return next(int(line.split()[1]) // 1024 for line in status if line.startswith("VmHWM"))
