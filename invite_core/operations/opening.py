"""Opening the database for a program: it first takes in what its guard file knows and it lacks."""

from pathlib import Path

from invite_core import instants
from invite_core.lifecycle.restoring import catch_up
from invite_core.store import Store


def open_database(path: Path, *, create: bool = False) -> Store:
    """The file, open for writing and caught up with its guard; with `create`, made or migrated if need be.

    Raises `StoreError`.
    """
    store = Store.create_or_open(path) if create else Store.open(path)
    try:
        catch_up(store, now=instants.now())
    except BaseException:
        store.close()
        raise
    return store
