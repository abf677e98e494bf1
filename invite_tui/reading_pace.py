"""When something that may be slow to read is read anew."""

import time

SLOW_S = 0.5
"""What took longer rests before it is read anew, however often the file changes."""

REST_S = 10.0
"""How long it rests."""


class ReadingPace:
    """Of one reading: what was asked for last, how long it took, and when."""

    def __init__(self) -> None:
        self.asked: object = None
        """What was read last; None before the first reading, and to read at the next occasion."""
        self._took_s = 0.0
        self._at = 0.0

    def is_due(self, asked: object) -> bool:
        """Whether to read: something else is asked for, or it is quick, or it has rested."""
        rested = time.monotonic() - self._at > REST_S
        return asked != self.asked or not self.is_slow or rested

    @property
    def is_slow(self) -> bool:
        """Whether the last reading took longer than one likes to wait."""
        return self._took_s > SLOW_S

    def begin(self) -> None:
        """The reading begins."""
        self._at = time.monotonic()

    def end(self, asked: object) -> None:
        """This was read."""
        now = time.monotonic()
        self.asked, self._took_s, self._at = asked, now - self._at, now
