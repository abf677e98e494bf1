"""Running the screen from the command line: what comes before it, and what is said on the terminal after it."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

from invite_tui.app import InviteApp

if TYPE_CHECKING:
    from invite_core.settings import Settings


def run_app(
    settings: "Settings | Callable[[], Settings]",
    *,
    is_demo: bool = False,
    beside: Callable[[InviteApp], AbstractContextManager[object]] = nullcontext,
) -> None:
    """Run the program until it is left; then say on the terminal which run it left unfinished.

    Given a function, it paints first and calls that behind it. `is_demo` is whether the file goes when the
    program ends; `beside` is what goes on around it. Raises `SettingsFault`, `StoreError` if the file cannot be
    used, and whatever defect ended it.
    """
    if not callable(settings):
        from invite_tui.opening import open_file

        open_file(settings)
    app = InviteApp(settings, is_demo=is_demo)
    with beside(app):
        app.run()
    if app.fault is not None:
        raise app.fault
    if app.stopped is not None and not is_demo:
        _say_left(app.desk.settings, app.stopped)
    if app.defect is not None:
        raise app.defect


def _say_left(settings: "Settings", run: int) -> None:
    from invite_core.store import Store
    from invite_core.views.run_board import run_board
    from invite_tui.command_line.output import say
    from invite_tui.widgets.run_notes import left_paused

    with Store.open(settings.db, read_only=True) as store:
        say(left_paused(run_board(store, run)))
