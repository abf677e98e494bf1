"""A world in one process: a file with a run in it, and a Meta that keeps a ledger of what it took.

The file is made once and copied for every try. What becomes of a guest is told by the last digit of the
number: taken, taken with the answer lost, refused, refused for the pace at first, not taken and no answer.
"""

import asyncio
import shutil
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from invite_core.dispatch.engine import Dispatch
from invite_core.dispatch.recovery import recover
from invite_core.invitations import events, freezing, runs, templates
from invite_core.invitations.plan import Wish, make_plan
from invite_core.invitations.runs import Run, Status
from invite_core.operations.opening import open_database
from invite_core.people import consent, contacts
from invite_core.provider.outcome import Accepted, Fault, Outcome, Refused, Unknown
from invite_core.provider.template_node import TemplatePage
from invite_core.store import Store
from invite_tui.samples import sample
from proofs.bodies import SENDER_NUMBER
from proofs.world import OPERATOR, TEMPLATE

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
GUESTS = 6


@dataclass(slots=True)
class Meta:
    """Takes messages, and keeps a ledger."""

    received: Counter[str] = field(default_factory=Counter)
    """POSTs by number."""
    taken: Counter[str] = field(default_factory=Counter)
    """Messages taken by number: what people got."""
    kind: bool = False
    """Whether it takes everything, and always says so."""
    on_post: Callable[[str], None] = lambda _: None

    async def send_template(self, body: Mapping[str, Any]) -> Outcome:
        """What becomes of one POST."""
        number, attempt = str(body["to"]), str(body["biz_opaque_callback_data"])
        self.received[number] += 1
        self.on_post(number)
        await asyncio.sleep(0.01)
        match "0" if self.kind else number[-1]:
            case "1":
                self.taken[number] += 1
                return Unknown("the answer was lost", "")
            case "2":
                return Refused(Fault.RECIPIENT, "not on WhatsApp", code=131026, http_status=400)
            case "3" if self.received[number] == 1:
                return Refused(Fault.PACE, "too fast", code=130429, http_status=429, holds_everyone=True)
            case "4":
                return Unknown("no answer", "")
        self.taken[number] += 1
        return Accepted(f"wamid.{attempt}")


def build(database: Path, guests: int = GUESTS, *, first: int | None = None) -> int:
    """Make a file with a run for `guests` people that is ready to be sent; the run."""
    with open_database(database, create=True) as store:
        page = TemplatePage.model_validate_json(sample("templates.sample.json"))
        templates.save_synced(store, page.data, by=OPERATOR, now=NOW)
        for place in range(guests):
            guest = contacts.add(
                store, name=f"Guest {place}", phones=[f"+447700900{place:03d}"], language="en",
                by=OPERATOR, now=NOW,
            )  # fmt: skip
            consent.grant(store, guest, source="web form", at=NOW - timedelta(days=9), by=OPERATOR, now=NOW)
        events.add(
            store, name="Party", starts_at="2027-06-12T18:30", timezone="Europe/Lisbon", venue="Lisbon",
            answer_by="2027-05-29T23:59", by=OPERATOR, now=NOW,
        )  # fmt: skip
        wish = Wish(event="Party", template=TEMPLATE, language="auto", fallback="en", first=first)
        return freezing.freeze(store, make_plan(store, wish), by=OPERATOR, now=NOW).id


def copied(original: Path, folder: Path) -> Path:
    """The file and its guard, copied into a folder."""
    for file in original.parent.glob(f"{original.name}*"):
        shutil.copy(file, folder / file.name)
    return folder / original.name


def a_clock() -> Callable[[], datetime]:
    """A clock that goes on a second whenever it is read."""
    seconds = [0]

    def tell() -> datetime:
        seconds[0] += 1
        return NOW + timedelta(seconds=seconds[0])

    return tell


async def go_on(
    store: Store, run: int, meta: Meta, *, clock: Callable[[], datetime] | None = None, in_flight: int = 2
) -> Run:
    """Be the sender: settle what a dead one left, then send until the run settles."""
    clock = clock or a_clock()
    recover(store, now=clock())
    if runs.get(store, run).status is Status.PAUSED:
        runs.resume(store, run, by=OPERATOR, now=clock())
    dispatch = Dispatch(
        store=store,
        run=run,
        provider=meta,
        phone_number_id=SENDER_NUMBER,
        messages_per_second=1000,
        max_in_flight=in_flight,
        clock=clock,
        chance=lambda: 0.0,
    )
    return await dispatch.until_settled()


def states(store: Store, run: int) -> dict[str, str]:
    """The state of every guest's message, by number."""
    rows = store.rows("SELECT address, state FROM invite_messages WHERE run = ?", (run,))
    return {row["address"]: row["state"] for row in rows}


ALLOWED = {
    "accepted": {1},
    "unconfirmed": {0, 1},
    "queued": {0},
    "blocked": {0},
    "cancelled": {0},
    "failed": {0},
}
"""How many messages a guest may have got whose message is in that state."""


def contradictions(found: Mapping[str, str], meta: Meta) -> list[str]:
    """Where the file says what the ledger does not."""
    return [
        f"{number} is {state} and got {meta.taken[number]}"
        for number, state in found.items()
        if meta.taken[number] not in ALLOWED.get(state, set())
    ] + [f"{number} got {n}" for number, n in meta.taken.items() if n > 1 or number not in found]
