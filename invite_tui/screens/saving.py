"""Saving what a screen shows: where is asked, the file is new, and nobody else can read it."""

from asyncio import to_thread
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from invite_core.errors import InviteError
from invite_core.operations.exporting.files import write
from invite_core.operations.exporting.listing import Listing
from invite_core.operations.exporting.private_file import write_private
from invite_tui.inert_text import inert
from invite_tui.screens.desk_screen import DeskScreen
from invite_tui.screens.fill_in import Field, FillInScreen


async def save(screen: DeskScreen, text: str, *, title: str, said: str, called: str) -> None:
    """Ask under `title` where to, `called` so at first, and write `text`; what goes wrong is shown on `screen`.

    Inside a worker.
    """
    await _saved(screen, lambda path: write_private(path, text), title=title, said=said, called=called)


async def save_list(screen: DeskScreen, listing: Listing, *, title: str, called: str) -> None:
    """The same for a list, as the kind of file that the chosen name says."""
    said = "A name in .csv, .xlsx, .json or .html (to print) says the kind of file; only you can read it."
    await _saved(screen, lambda path: write(listing, path), title=title, said=said, called=called)


async def _saved(
    screen: DeskScreen, write_to: Callable[[Path], object], *, title: str, said: str, called: str
) -> None:
    if screen.app.is_web:
        where = Field("path", "Name of the file; your browser keeps it", value=called)
    else:
        where = Field("path", "Path of the new file", value=str(Path.cwd() / called))
    filled = await screen.app.push_screen_wait(FillInScreen(title, said, fields=[where], do="Save"))
    if filled is None:
        return
    path = Path(filled["path"])
    try:
        await (_hand_over(screen, write_to, path.name) if screen.app.is_web else to_thread(write_to, path))
    except InviteError as fault:
        screen.show_fault(fault)
    else:
        screen.show_fault(None)
        screen.notify(f"Saved: {inert(str(path))}", timeout=10, markup=False)


async def _hand_over(screen: DeskScreen, write_to: Callable[[Path], object], called: str) -> None:
    """Give the file to the browser in which the screen is seen; nothing of it stays on this computer."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / called
        await to_thread(write_to, path)
        screen.app.deliver_binary(BytesIO(path.read_bytes()), save_filename=called)
