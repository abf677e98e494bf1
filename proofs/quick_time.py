"""An event loop that does not wait: where everybody sleeps, its clock jumps to the next to wake."""

import asyncio
import selectors
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any, TypeVar
from unittest import mock

from invite_core.dispatch import engine

ResultT = TypeVar("ResultT")


class _Selector(selectors.SelectSelector):
    skipped = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            return super().select(None)
        found = super().select(0)
        if not found and timeout > 0:
            self.skipped += timeout
        return found


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._clock = _Selector()
        super().__init__(self._clock)

    def time(self) -> float:
        return super().time() + self._clock.skipped


def run(main: Coroutine[Any, Any, ResultT]) -> ResultT:
    """Run `main`, with the engine's monotonic clock that of the loop."""
    with asyncio.Runner(loop_factory=_Loop) as runner, _on_the_clock_of(runner.get_loop()):
        return runner.run(main)


@contextmanager
def _on_the_clock_of(loop: asyncio.AbstractEventLoop) -> Iterator[None]:
    with mock.patch.object(engine, "time", SimpleNamespace(monotonic=loop.time)):
        yield
