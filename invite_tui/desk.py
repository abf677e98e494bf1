"""The file as the screens reach it: reads on one thread, acts on another, the screen never waits.

A `Store` belongs to the thread that opened it, so each of the two threads opens its own. A read that
nobody awaits any more is dropped from the queue before it starts.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import local
from typing import Concatenate, ParamSpec, TypeVar

from invite_core.operators import Operator, Role
from invite_core.settings import Settings
from invite_core.store import Store

P = ParamSpec("P")
T = TypeVar("T")


class Desk:
    """Who sits here, and the file in front of them."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.handed_over: str | None = None
        """Since when the file goes on on another computer, in stored form, as it was last read."""
        self._reading = ThreadPoolExecutor(1, "reader")
        self._acting = ThreadPoolExecutor(1, "actor")
        self._own = local()

    @property
    def operator(self) -> Operator:
        """Who acts."""
        return self.settings.acting()

    @property
    def may_act(self) -> bool:
        """Whether acts are offered: not to a viewer, and not where the file goes on elsewhere."""
        return not self.is_viewer and self.handed_over is None

    @property
    def is_viewer(self) -> bool:
        """Whether who sits here only looks."""
        return self.operator.role is Role.VIEWER

    async def read(self, function: Callable[Concatenate[Store, P], T], *args: P.args, **named: P.kwargs) -> T:
        """`function(store, …)` on the reading thread. Raises what it raises, and `StoreError`."""

        def work() -> T:
            return function(self._store(read_only=True), *args, **named)

        return await asyncio.get_running_loop().run_in_executor(self._reading, work)

    async def act(self, function: Callable[Concatenate[Store, P], T], *args: P.args, **named: P.kwargs) -> T:
        """`function(store, …)` on the acting thread, with a store that may write. Raises what it raises."""

        def work() -> T:
            return function(self._store(read_only=self.is_viewer), *args, **named)

        return await asyncio.get_running_loop().run_in_executor(self._acting, work)

    def _store(self, *, read_only: bool) -> Store:
        if not hasattr(self._own, "store"):
            self._own.store = Store.open(self.settings.db, read_only=read_only)
        store: Store = self._own.store
        return store

    def close(self) -> None:
        """Drop what waits, let what runs end, and close the file. Harmless when repeated."""
        for threads in (self._reading, self._acting):
            try:
                threads.submit(self._close_own)
            except RuntimeError:  # closed before
                continue
            threads.shutdown(wait=True)

    def _close_own(self) -> None:
        if hasattr(self._own, "store"):
            self._own.store.close()
