"""What an exception of pyreqwest is told as: a failure to connect only by hyper's own mark."""

import inspect
from collections.abc import Callable
from typing import Any

import httpx
import pytest

pytest.importorskip("pyreqwest", reason="pyreqwest has no wheel here")

from pyreqwest import exceptions

from invite_core.provider.outcome import Refused, Unknown
from invite_core.provider.reqwest_transport import FAILED_TO_CONNECT, as_httpx
from invite_core.provider.transport_failures import outcome_of

SENTENCE = "error sending request for url (http://127.0.0.1/)"
DETAILED = [
    each
    for _, each in inspect.getmembers(exceptions, inspect.isclass)
    if issubclass(each, exceptions.DetailedPyreqwestError)
]


def made(kind: Callable[[str, Any], exceptions.PyreqwestError], *causes: str) -> exceptions.PyreqwestError:
    """An exception of `kind` with these causes, and with what else some kinds need."""
    details = {"causes": [{"message": cause} for cause in causes], "status": 400, "doc": "", "pos": 0}
    return kind("connection error", details)


@pytest.mark.parametrize(
    "causes",
    [
        (),
        (FAILED_TO_CONNECT,),
        (SENTENCE,),
        (SENTENCE, "operation timed out"),
        (SENTENCE, "client error (SendRequest)", "connection error", "Connection refused (os error 111)"),
        (SENTENCE, "client error (SendRequest)", FAILED_TO_CONNECT),
        (SENTENCE, f"{FAILED_TO_CONNECT} after all"),
        (SENTENCE, "tcp connect error", FAILED_TO_CONNECT),
    ],
)
def test_no_exception_without_the_mark_is_a_failure_to_connect(causes: tuple[str, ...]) -> None:
    assert len(DETAILED) > 15
    for kind in DETAILED:
        assert isinstance(outcome_of(as_httpx(made(kind, *causes))), Unknown), kind


def test_every_exception_with_the_mark_is_a_failure_to_connect() -> None:
    for kind in DETAILED:
        outcome = outcome_of(as_httpx(made(kind, SENTENCE, FAILED_TO_CONNECT, "tcp connect error")))
        assert isinstance(outcome, Refused), kind
        assert outcome.never_left


def test_exception_without_causes_leaves_everything_open() -> None:
    assert isinstance(outcome_of(as_httpx(exceptions.PyreqwestError("gone"))), Unknown)
    nothing = exceptions.ConnectError("connection error", {"causes": None})
    assert type(as_httpx(nothing)) is httpx.ReadError


def test_what_is_told_holds_no_address() -> None:
    told = as_httpx(made(exceptions.ConnectError, SENTENCE, FAILED_TO_CONNECT))
    assert "127.0.0.1" not in str(told)
