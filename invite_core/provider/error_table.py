"""Meta's error codes as facts: for refusals of the API, and for failures that come by webhook.

Meta's rule is to decide on `code` and `error_data.details`, not on the HTTP status or the title
(support/error-codes). Every code not in the table is treated as the person's refusal, never tried
again; any 5xx as unknown.
"""

import re
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Literal

from invite_core.provider.outcome import Fault, Refused, Unknown

_THE_NUMBER = re.compile(
    r"""recipient|phone|wa_id|whatsapp id|['"]to['"]|\bparam(?:eter)?:? to\b|\bto (?:param|field)""",
    re.IGNORECASE,
)


class ErrorClass(StrEnum):
    """What a code stops."""

    RECIPIENT = "recipient"
    """This person."""
    TEMPLATE = "template"
    """This template: the run pauses."""
    ACCOUNT = "account"
    """The account, the number or the token: the run pauses."""
    PACE = "pace"
    """Nothing; the message waits."""
    UNKNOWN = "unknown"
    """Nothing is certain: the message may have been sent."""


@dataclass(frozen=True, slots=True)
class ErrorFact:
    """One code: its class, a sentence and a remedy for the organiser, and its consequences."""

    code: int | None
    error_class: ErrorClass
    sentence: str
    todo: str
    wait_seconds: float | None = None
    holds_everyone: bool = False
    never_again: bool = False
    cool_down_seconds: float = 0
    leave_out_seconds: float = 0
    do_not_message: Literal["all", "marketing"] | None = None

    @property
    def may_be_retried(self) -> bool:
        """Whether the organiser may send the failed message again."""
        return not self.never_again


def explain(code: int | None) -> ErrorFact:
    """What `code` means; a safe default for a code that the table does not know (or None)."""
    known = _table().get(code) if code is not None else None
    if known is None and code is not None and 200 <= code <= 299:
        known = _table()[200]
    if known is not None:
        return known
    return ErrorFact(
        code,
        ErrorClass.RECIPIENT,
        f"Meta refused the message with error {code}, which this program does not know."
        if code is not None
        else "Meta refused the message without saying why.",
        "Look the code up in Meta's documentation, then decide.",
    )


def refusal(code: int | None, detail: str, http_status: int) -> Refused | Unknown:
    """What an error answer of the API means for the message (design, section 5)."""
    fact = explain(code)
    detail = detail or fact.sentence
    if fact.error_class is ErrorClass.UNKNOWN or http_status >= 500:
        return Unknown(f"Meta answered with error {code or http_status}", detail, code, http_status)
    if http_status == 429 and code not in _table():
        return Refused(Fault.PACE, detail, code, http_status, wait_seconds=5, holds_everyone=True)
    if fact.error_class is ErrorClass.PACE:
        return Refused(
            Fault.PACE, detail, code, http_status, fact.wait_seconds, holds_everyone=fact.holds_everyone
        )
    fault = Fault(fact.error_class)
    if code == 131009 and _names_the_number(detail):
        fault = Fault.RECIPIENT
    return Refused(fault, detail, code, http_status)


def all_codes() -> tuple[ErrorFact, ...]:
    """Every code of the table, ascending."""
    return tuple(fact for _, fact in sorted(_table().items()))


def _names_the_number(detail: str) -> bool:
    return _THE_NUMBER.search(detail) is not None


@cache
def _table() -> dict[int, ErrorFact]:
    raw = tomllib.loads(files(__package__).joinpath("error_codes.toml").read_text("utf-8"))
    return {
        int(code): ErrorFact(
            code=int(code),
            error_class=ErrorClass(entry["class"]),
            sentence=entry["sentence"],
            todo=entry["todo"],
            wait_seconds=entry.get("wait"),
            holds_everyone=entry.get("everyone", False),
            never_again=entry.get("never", False),
            cool_down_seconds=entry.get("cool", 0),
            leave_out_seconds=entry.get("leave_out", 0),
            do_not_message=entry.get("do_not_message"),
        )
        for code, entry in raw.items()
    }
