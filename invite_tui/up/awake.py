"""A computer that does not fall asleep while messages are being sent. The lid and the power button still count.

Sources: systemd-inhibit(1), caffeinate(8), and SetThreadExecutionState in Microsoft's Win32 reference.
"""

import asyncio
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from invite_core.dispatch.sender_lock import SenderBusy, holder, require_free
from invite_tui.up.child import Running
from invite_tui.up.looking import until

LOOK_S = 5.0
"""How often it is looked whether something is being sent, in seconds."""

_YOURSELF = "turn its sleeping off yourself."


def somebody_sends(database: Path) -> bool:
    """Whether any program sends from this file now, or waits until it may go on."""
    if holder(database) is None:
        return False
    try:
        require_free(database)
    except SenderBusy:
        return True
    return False


def command(platform: str = sys.platform) -> list[str] | None:
    """The program that keeps the computer awake as long as it runs, or None where there is none.

    Each ends by itself when this program is gone: the one when its input ends, the other with the process named.
    """
    name = "caffeinate" if platform == "darwin" else "systemd-inhibit"
    program = shutil.which(name)
    if program is None:
        return None
    if name == "caffeinate":
        return [program, "-i", "-w", str(os.getpid())]
    why = "--why=Invitations are being sent"
    return [program, "--what=sleep:idle", "--mode=block", "--who=invite-tui", why, "cat"]


async def keep_awake_while_sending(
    database: Path, tell: Callable[[str], object], *, look_s: float = LOOK_S
) -> None:
    """Keep the computer awake whenever something is being sent, until cancelled; `tell` is told where it cannot be."""
    while True:
        await until(lambda: somebody_sends(database), every=look_s)
        keeping = asyncio.create_task(_keep_awake(tell))
        try:
            await until(lambda: not somebody_sends(database), every=look_s)
        finally:
            keeping.cancel()
            await asyncio.wait([keeping])


async def _keep_awake(tell: Callable[[str], object]) -> None:
    if sys.platform == "win32":
        await _keep_windows_awake()
    told = command()
    if told is None:
        tell(f"Nothing here can keep the computer awake while messages are sent: {_YOURSELF}")
        return
    try:
        running = Running(told, ends_with_us=True)
    except OSError as error:
        tell(f"The computer could not be kept awake ({error.strerror}): {_YOURSELF}")
        return
    try:
        await running.wait()
        tell(f"The computer could not be kept awake ({Path(told[0]).name} ended): {_YOURSELF}")
    finally:
        await running.end()


async def _keep_windows_awake() -> None:
    if sys.platform == "win32":
        import ctypes

        continuous, system_required = 0x80000000, 0x00000001
        try:
            ctypes.windll.kernel32.SetThreadExecutionState(continuous | system_required)
            await asyncio.Event().wait()
        finally:
            ctypes.windll.kernel32.SetThreadExecutionState(continuous)
