"""The script: chosen people whose messages end as the test wants, whatever the seed says.

`{"recipients": {"+447700900001": {"fate": "failed", "code": 131026}}, "everyone": {"fate": "read"}}`.
An entry says everything about its person: without `tap`, `text` or `marketing` there is no answer.
"""

from collections import Counter
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from graph_simulator.addresses import digits_of, is_user_id
from graph_simulator.fate import DECIDES_THE_POST, Destiny, Draws, Fate, seeded


class ScriptFault(ValueError):
    """A script that cannot be read; the text says what is wrong."""


class Entry(BaseModel):
    """What is planned for one person."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    fate: Fate = Fate.READ
    code: int = 131026
    """Meta's code of `failed` and `refused`."""
    http: int | None = Field(default=None, ge=400, le=599)
    """The HTTP status of a refusal; by default that of the code."""
    after: Literal["accepted", "sent"] = "accepted"
    """When `failed` comes."""
    accepted: bool = False
    """Whether a `server_error` took the message."""
    times: int | None = Field(default=None, ge=1)
    """How many POSTs end as `refused`, `no_answer`, `closed` or `server_error`; all, unless given."""
    then: Fate = Fate.READ
    """What becomes of an accepted message after such a POST, and of those after `times`."""
    tap: tuple[int, ...] = ()
    text: str | None = None
    marketing: Literal["stop", "resume"] | None = None

    @field_validator("tap", mode="before")
    @classmethod
    def _one_tap_or_several(cls, value: object) -> object:
        return (value,) if isinstance(value, int) else value

    @field_validator("then")
    @classmethod
    def _then_is_a_course(cls, value: Fate) -> Fate:
        if value in DECIDES_THE_POST:
            raise ValueError(f"`then` cannot be {value}")
        return value

    def destiny(self, fate: Fate) -> Destiny:
        """This entry as a destiny that ends in `fate`."""
        return Destiny(
            fate=fate,
            code=self.code,
            http_status=self.http,
            after_sent=self.after == "sent",
            accepted=self.accepted,
            taps=self.tap,
            text=self.text,
            marketing=self.marketing,
        )


class _Document(BaseModel):
    model_config = ConfigDict(extra="forbid")

    recipients: dict[str, Entry] = Field(default_factory=dict)
    everyone: Entry | None = None


class Script:
    """The script in force, and how often it has been used for whom."""

    def __init__(self, *, seed: int) -> None:
        self._seed = seed
        self._entries: dict[str, Entry] = {}
        self._everyone: Entry | None = None
        self._used: Counter[str] = Counter()

    def merge(self, document: Any) -> None:
        """Add `document`, or replace what it says about the same people. Raises `ScriptFault`."""
        try:
            parsed = _Document.model_validate(document)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            raise ScriptFault(f"{where or 'script'}: {first['msg']}") from None
        keyed = {_key(address): entry for address, entry in parsed.recipients.items()}
        self._entries |= keyed
        for key in keyed:
            del self._used[key]
        if parsed.everyone is not None:
            self._everyone = parsed.everyone

    def draws(self, person: str) -> Draws:
        """The chance of a person, known by digits or user id."""
        return Draws(self._seed, person)

    def next_post(self, person: str) -> tuple[Destiny, Destiny]:
        """How the person's next POST ends, and what becomes of the message if it is accepted.

        Counts the POST against `times`.
        """
        entry = self._entries.get(person, self._everyone)
        if entry is None:
            destiny = seeded(self.draws(person))
            return destiny, destiny
        afterwards = entry.destiny(entry.then if entry.fate in DECIDES_THE_POST else entry.fate)
        if entry.fate not in DECIDES_THE_POST:
            return afterwards, afterwards
        self._used[person] += 1
        if entry.times is not None and self._used[person] > entry.times:
            return afterwards, afterwards
        return entry.destiny(entry.fate), afterwards


def _key(address: str) -> str:
    digits = digits_of(address)
    if digits is not None:
        return digits
    if is_user_id(address):
        return address
    raise ScriptFault(f"recipients.{address}: neither a number with its + nor a user id")
