"""What happens behind the first paint: the program is loaded, the file opened and then checked."""

from collections.abc import Callable

from invite_core.errors import InviteError
from invite_core.operations.opening import open_database
from invite_core.operators import Role
from invite_core.settings import Settings
from invite_core.store import NoFile, Store
from invite_core.store.soundness import require_sound
from invite_tui.screens.home import HomeScreen

FIRST_SCREEN = HomeScreen
"""What is shown once the file is open."""


class Unchecked(InviteError):
    """Nothing is sent before the file has been found whole."""

    def __init__(self) -> None:
        super().__init__("The database is still being checked for damage.", "Try again in a moment.")


def open_file(settings: Settings) -> None:
    """Make, migrate and catch up the file as need be. Raises `StoreError`.

    A viewer's file is opened for reading only, and never made.
    """
    if settings.acting().role is not Role.VIEWER:
        open_database(settings.db, create=True).close()
        return
    if not settings.db.is_file():
        raise NoFile(f"There is no database at {settings.db}.", "Ask the organiser for its place.")
    Store.open(settings.db, read_only=True).close()


def loaded(load: Callable[[], Settings]) -> Settings:
    """The settings, with the file that they name opened once. Raises `SettingsFault` and `StoreError`."""
    settings = load()
    open_file(settings)
    return settings


def damage(settings: Settings) -> InviteError | None:
    """What is wrong with the file, or None; it reads all of it."""
    try:
        require_sound(settings.db)
    except InviteError as fault:
        return fault
    return None
