"""The course of a message: which updates follow its acceptance, and when. Pure.

Delays are plausible seconds; the caller scales them. The order is always a possible one: a message is
read after it is delivered, and answered after it is read.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from graph_simulator.fate import Destiny, Draws, Fate

DROPPED_BY_PACING = 132015

Kind = Literal["sent", "delivered", "read", "failed", "tap", "text", "marketing"]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens after a message was accepted."""

    kind: Kind
    after_s: float
    """Seconds after the acceptance, before scaling."""
    code: int | None = None
    """Meta's code, where the message failed."""
    button: int | None = None
    """Which quick reply is tapped."""
    words: str | None = None
    """What is written, or `stop` or `resume` of marketing messages."""
    priced: bool = False
    """Whether the update carries `pricing`: `sent` does, and one of `delivered` and `read`."""
    told: bool = True
    """Whether a webhook tells of it: Meta does not of the delivery into an open chat."""


def course(destiny: Destiny, draws: Draws) -> tuple[Step, ...]:
    """The steps of a message, earliest first."""
    start = draws.between(5, 20, "held") if destiny.fate in (Fate.HELD, Fate.HELD_FAILED) else 0.0
    sent_s = start + draws.between(0.02, 0.3, "sent")
    delivered_s = start + draws.between(0.5, 4, "delivered")
    read_s = max(start + draws.between(2, 15, "read"), delivered_s + 0.2)
    sent = Step("sent", sent_s, priced=True)
    delivered = Step("delivered", delivered_s, priced=True)
    milestones: tuple[Step, ...]
    match destiny.fate:
        case Fate.READ | Fate.HELD:
            milestones = (sent, delivered, Step("read", read_s))
        case Fate.DELIVERED:
            milestones = (sent, delivered)
        case Fate.READ_ONLY:
            arrived = Step("delivered", delivered_s, told=False)
            milestones = (sent, arrived, Step("read", read_s, priced=True))
        case Fate.SENT:
            milestones = (sent,)
        case Fate.FAILED:
            failed = Step("failed", delivered_s, code=destiny.code)
            milestones = (sent, failed) if destiny.after_sent else (failed,)
        case Fate.HELD_FAILED:
            milestones = (Step("failed", start, code=DROPPED_BY_PACING),)
        case _:
            milestones = ()
    reached_s = milestones[-1].after_s if milestones else 0.0
    return (*milestones, *_answers(destiny, draws, reached_s))


def _answers(destiny: Destiny, draws: Draws, reached_s: float) -> Iterator[Step]:
    at = max(draws.between(3, 25, "answer_delay"), reached_s + 0.2)
    for number, button in enumerate(destiny.taps):
        yield Step("tap", at, button=button)
        at += draws.between(2, 10, f"again{number}")
    if destiny.text is not None:
        yield Step("text", at, words=destiny.text)
        at += 1
    if destiny.marketing is not None:
        yield Step("marketing", at, words=destiny.marketing)
