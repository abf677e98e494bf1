"""What the screen of a run costs while nothing happens, and how soon keys are answered while all does."""

import asyncio
import sys
import time
from pathlib import Path
from statistics import quantiles

from benchmarks.tui_tables import SIZE, filled, moved, painted, press, settings_for, the_table
from invite_tui.app import InviteApp
from invite_tui.screens.run import RunScreen

IDLE_S = 12
FLOOD_S = 15
A_SECOND = 1_000
BETWEEN_KEYS_S = 0.1


async def an_open_run(path: Path) -> list[str]:
    """What an open run costs while nobody does anything, and then how soon keys are answered in a flood."""
    app = InviteApp(settings_for(path))
    async with app.run_test(size=SIZE):
        await painted(app, lambda: app.sender.refusal is None)
        app.open_run(1)
        await painted(app, lambda: isinstance(app.screen, RunScreen) and filled(app))
        await asyncio.sleep(1)
        return [await idle(), *await flooded(app, path)]


async def idle() -> str:
    """The share of one core that this process takes by itself."""
    began, used = time.perf_counter(), time.process_time()
    await asyncio.sleep(IDLE_S)
    return f"| idle, CPU of one core over {IDLE_S} s | {_share(began, used):.1f} % |"


async def flooded(app: InviteApp, path: Path) -> list[str]:
    """How long a key takes until the cursor has moved and is drawn, while another process changes messages."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.tui_flood", str(path), str(A_SECOND), str(FLOOD_S),
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    began, used, taken, table = time.perf_counter(), time.process_time(), [], the_table(app)
    while time.perf_counter() - began < FLOOD_S:
        await asyncio.sleep(BETWEEN_KEYS_S)
        key, pressed = table.key, time.perf_counter()
        press(app, "down")
        await painted(app, moved(table, key))
        taken.append(1000 * (time.perf_counter() - pressed))
    share = _share(began, used)
    changed, seconds = (await process.communicate())[0].decode().split()
    cuts = quantiles(taken, n=20)
    return [
        f"| updates that arrived | {changed} in {seconds} s |",
        f"| keys pressed | {len(taken)} |",
        f"| a key is answered, median | {cuts[9]:.1f} ms |",
        f"| 95 of 100 keys within | {cuts[18]:.1f} ms |",
        f"| slowest | {max(taken):.1f} ms |",
        f"| CPU of one core meanwhile | {share:.0f} % |",
    ]


def _share(began: float, used: float) -> float:
    return 100 * (time.process_time() - used) / (time.perf_counter() - began)
