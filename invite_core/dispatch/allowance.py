"""How many messages of a run may be claimed now, or what forbids any."""

import time
from dataclasses import dataclass, field
from datetime import datetime

from invite_core.dispatch import gate
from invite_core.dispatch.gate import Hindrance, Rules
from invite_core.dispatch.sending_hours import closed_for_all
from invite_core.invitations.runs import PauseReason, Run
from invite_core.store import Store

LOOK_AGAIN_S = 2.0
"""How often what changes slowly is read again: the listener, the daily limit, quality, bursts of failures."""


@dataclass(slots=True)
class Allowance:
    """What the day, its hours, the listener, the first slice and `not_before` leave of the room on the wire."""

    store: Store
    run: int
    rules: Rules
    max_in_flight: int
    _looked_at: float | None = field(default=None, init=False)
    _people_left: int | None = field(default=None, init=False)
    _transitions_before: int = field(init=False)

    def __post_init__(self) -> None:
        """Failures are counted from now on. Raises `StoreError`."""
        last = self.store.value("SELECT max(id) FROM message_transitions")
        self._transitions_before = last or 0

    def room(self, run: Run, *, on_the_wire: int, now: datetime) -> int | Hindrance:
        """How many messages may be claimed beside so many on the wire, or what forbids it."""
        if early := gate.too_early(run, now):
            return early
        if run.hours and not run.hours.theirs and (closed := closed_for_all(self.store, run, now=now)):
            return closed
        if slow := self._look_again(now):
            return slow
        room = self.max_in_flight - on_the_wire
        if self._people_left is not None:
            room = min(room, self._people_left)
        left = gate.first_slice_left(self.store, run)
        if left is None:
            return room
        if left <= 0 and not on_the_wire:
            return Hindrance(PauseReason.FIRST_SLICE, f"The first {run.first_slice} are out.")
        return min(room, left)

    def used(self, claims: int) -> None:
        """So many people less may be written to today."""
        if self._people_left is not None:
            self._people_left -= claims

    def look_at_once(self) -> None:
        """Read again what changes slowly: a pause that was found necessary was not stored."""
        self._looked_at = None

    def _look_again(self, now: datetime) -> Hindrance | None:
        moment = time.monotonic()
        full = self._people_left is not None and self._people_left <= 0
        if self._looked_at is not None and moment - self._looked_at < LOOK_AGAIN_S and not full:
            return None
        self._looked_at = moment
        self._people_left, full_day = gate.day_is_full(self.store, now=now)
        return (
            full_day
            or gate.listener_away(self.store, self.rules, now=now)
            or gate.updates_fail_alike(self.store, self.run, after=self._transitions_before)
        )
