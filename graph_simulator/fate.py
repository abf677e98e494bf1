"""What becomes of a message to a person: decided by the seed and the person alone, in any order. Pure."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

ValueT = TypeVar("ValueT")


class Fate(StrEnum):
    """How a message to a person ends."""

    READ = "read"
    """Sent, delivered, read."""
    DELIVERED = "delivered"
    """Sent and delivered; read receipts are off."""
    READ_ONLY = "read_only"
    """Sent and read, without word of the delivery: the chat was open."""
    SENT = "sent"
    """Sent; the phone is off."""
    SILENT = "silent"
    """Accepted, and never a word about it."""
    FAILED = "failed"
    """Accepted, then `failed` with a code."""
    HELD = "held"
    """Held for quality assessment, then released and read."""
    HELD_FAILED = "held_failed"
    """Held for quality assessment, then dropped (132015)."""
    REFUSED = "refused"
    """Refused at once with a code; nothing is sent."""
    NO_ANSWER = "no_answer"
    """Accepted, but the client never gets an answer."""
    CLOSED = "closed"
    """Accepted, but the connection ends before the answer."""
    SERVER_ERROR = "server_error"
    """HTTP 500 without JSON; accepted or not."""


DECIDES_THE_POST = (Fate.REFUSED, Fate.NO_ANSWER, Fate.CLOSED, Fate.SERVER_ERROR)
"""The fates that decide how the POST itself ends."""
REACHED = (Fate.READ, Fate.DELIVERED, Fate.READ_ONLY, Fate.HELD)
"""The fates after which a person may answer."""


@dataclass(frozen=True, slots=True)
class Destiny:
    """Everything that is decided about a message to one person."""

    fate: Fate
    code: int = 131026
    """Meta's code where the fate is `failed` or `refused`."""
    http_status: int | None = None
    """The status of a refusal; None for the one that belongs to the code."""
    after_sent: bool = False
    """Whether `sent` comes before `failed`."""
    accepted: bool = False
    """Whether a `server_error` took the message all the same."""
    taps: tuple[int, ...] = ()
    """The quick replies that are tapped, by their place among the quick replies."""
    text: str | None = None
    """What the person writes."""
    marketing: str | None = None
    """`stop` or `resume`, chosen in the app's own settings."""


@dataclass(frozen=True, slots=True)
class Draws:
    """Chance that is the same in every run: a number per purpose, from seed and person."""

    seed: int
    person: str
    """The digits of the number, or the user id."""

    def unit(self, purpose: str) -> float:
        """A number from 0 up to 1."""
        drawn = hashlib.sha256(f"{self.seed}:{self.person}:{purpose}".encode()).digest()
        return int.from_bytes(drawn[:7]) / 2**56

    def between(self, low: float, high: float, purpose: str) -> float:
        """A number from `low` up to `high`."""
        return low + self.unit(purpose) * (high - low)


STOP_WORDS = ("STOP", "Parar", "BAJA", "Stop.", "stop please", "SAIR", "Arrêt", "Stopp")
SMALL_TALK = (
    "Can I bring my sister?",
    "Obrigado! A que horas começa?",
    "¿Hay aparcamiento cerca?",
    "I'll be a little late, is that all right?",
    "Who else is coming? 🎉",
)

_FATES: tuple[tuple[float, Destiny], ...] = (
    (0.61, Destiny(Fate.READ)),
    (0.25, Destiny(Fate.DELIVERED)),
    (0.05, Destiny(Fate.READ_ONLY)),
    (0.03, Destiny(Fate.SENT)),
    (0.03, Destiny(Fate.FAILED, code=131026)),
    (0.01, Destiny(Fate.FAILED, code=131049)),
    (0.01, Destiny(Fate.HELD)),
    (0.005, Destiny(Fate.HELD_FAILED)),
    (0.005, Destiny(Fate.FAILED, code=131050)),
)
_ANSWERS: tuple[tuple[float, str], ...] = (
    (0.45, "first"), (0.15, "second"), (0.08, "third"), (0.02, "changed"), (0.015, "stop"),
    (0.005, "marketing"), (0.02, "talk"), (0.26, "nothing"),
)  # fmt: skip


def seeded(draws: Draws) -> Destiny:
    """The destiny that the seed holds for a person."""
    fate = _pick(_FATES, draws.unit("fate"))
    if fate.fate not in REACHED:
        return fate
    answer = _pick(_ANSWERS, draws.unit("answer"))
    taps = {"first": (0,), "second": (1,), "third": (2,), "changed": (0, 1)}.get(answer, ())
    text = None
    if answer == "stop":
        text = _pick_one(STOP_WORDS, draws)
    elif answer == "talk":
        text = _pick_one(SMALL_TALK, draws)
    return Destiny(fate.fate, taps=taps, text=text, marketing="stop" if answer == "marketing" else None)


def _pick(shares: tuple[tuple[float, ValueT], ...], drawn: float) -> ValueT:
    for share, value in shares:
        drawn -= share
        if drawn < 0:
            return value
    return shares[-1][1]


def _pick_one(words: tuple[str, ...], draws: Draws) -> str:
    return words[int(draws.unit("words") * len(words))]
