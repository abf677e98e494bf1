"""The database file: opening, writing, migrating, and the errors a person can mend."""

from invite_core.store.engine import IntegrityError
from invite_core.store.faults import (
    BrokenFile,
    BusyFile,
    FullDisk,
    NewerFile,
    NoFile,
    NotOurFile,
    OlderFile,
    ReadOnlyFile,
    StoreError,
)
from invite_core.store.file import Row, Store, Values

__all__ = [
    "BrokenFile",
    "BusyFile",
    "FullDisk",
    "IntegrityError",
    "NewerFile",
    "NoFile",
    "NotOurFile",
    "OlderFile",
    "ReadOnlyFile",
    "Row",
    "Store",
    "StoreError",
    "Values",
]
