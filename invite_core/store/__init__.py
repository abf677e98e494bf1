"""The database file: opening, writing, migrating, and the errors a person can mend."""

from invite_core.store.engine import IntegrityError
from invite_core.store.faults import (
    BehindGuard,
    BrokenFile,
    BusyFile,
    ForeignGuard,
    FullDisk,
    NewerFile,
    NoFile,
    NotOurFile,
    OlderFile,
    ReadOnlyFile,
    StoreError,
)
from invite_core.store.file import Store
from invite_core.store.guard import Gap, fingerprint
from invite_core.store.guard_file import Entry
from invite_core.store.open_file import Row, Values

__all__ = [
    "BehindGuard",
    "BrokenFile",
    "BusyFile",
    "Entry",
    "ForeignGuard",
    "FullDisk",
    "Gap",
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
    "fingerprint",
]
