"""Saving what a screen shows: where is asked, the file is new, and nobody else can read it."""

import asyncio
from pathlib import Path

from invite_core.errors import InviteError
from invite_tui.inert_text import inert
from invite_tui.private_file import write_new
from invite_tui.screens.desk_screen import DeskScreen
from invite_tui.screens.fill_in import Field, FillInScreen


async def save(screen: DeskScreen, text: str, *, title: str, said: str, called: str) -> None:
    """Ask under `title` where to, `called` so at first, and write `text`; what goes wrong is shown on `screen`.

    Inside a worker.
    """
    question = FillInScreen(
        title, said, fields=[Field("path", "Path of the new file", value=str(Path.cwd() / called))], do="Save"
    )
    filled = await screen.app.push_screen_wait(question)
    if filled is None:
        return
    path = Path(filled["path"])
    try:
        await asyncio.to_thread(write_new, path, text)
    except InviteError as fault:
        screen.show_fault(fault)
    else:
        screen.show_fault(None)
        screen.notify(f"Saved: {inert(str(path))}", timeout=10, markup=False)
