import asyncio
import builtins
import inspect
import ssl

import httpx
import pytest

from invite_core.provider.outcome import Fault, Refused, Unknown
from invite_core.provider.transport import AnswerTooLarge
from invite_core.provider.transport_failures import CERTAINLY_NOT_SENT, outcome_of

BEFORE_A_CONNECTION = {
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.UnsupportedProtocol,
    httpx.InvalidURL,
}


def exceptions_in(module: object) -> list[type[Exception]]:
    return [each for _, each in inspect.getmembers(module, inspect.isclass) if issubclass(each, Exception)]


try:
    from pyreqwest import exceptions as pyreqwest
except ImportError:
    OF_PYREQWEST: list[type[Exception]] = []
else:
    OF_PYREQWEST = exceptions_in(pyreqwest)

EVERY_EXCEPTION = sorted(
    {
        *exceptions_in(httpx),
        *exceptions_in(builtins),
        *exceptions_in(asyncio),
        *exceptions_in(ssl),
        *OF_PYREQWEST,
        AnswerTooLarge,
    },
    key=lambda each: f"{each.__module__}.{each.__qualname__}",
)


def made(kind: type[Exception]) -> Exception:
    """An exception of `kind` with all its own machinery and none of its arguments."""
    return kind.__new__(kind, *(["utf-8", b"", 0, 1, ""] if issubclass(kind, UnicodeError) else []))


def test_list_is_exactly_what_proves_that_nothing_left() -> None:
    assert set(CERTAINLY_NOT_SENT) == BEFORE_A_CONNECTION


@pytest.mark.parametrize("kind", sorted(BEFORE_A_CONNECTION, key=str))
def test_failure_before_a_connection_goes_back_to_the_queue(kind: type[Exception]) -> None:
    outcome = outcome_of(made(kind))
    assert isinstance(outcome, Refused)
    assert outcome.fault is Fault.CONNECTION
    assert outcome.never_left
    assert outcome.requeue
    assert outcome.holds_everyone
    assert outcome.pauses is None
    assert outcome.wait_seconds


def test_every_other_exception_leaves_everything_open() -> None:
    others = [
        each for each in EVERY_EXCEPTION if each not in BEFORE_A_CONNECTION and each is not ExceptionGroup
    ]
    assert len(others) > 80
    assert not [each for each in others if not isinstance(outcome_of(made(each)), Unknown)]


def test_no_other_exception_counts_as_one_of_the_list() -> None:
    counted = {each for each in EVERY_EXCEPTION if issubclass(each, CERTAINLY_NOT_SENT)}
    assert counted == BEFORE_A_CONNECTION


@pytest.mark.parametrize("kind", [httpx.ConnectError, httpx.ReadError, httpx.ReadTimeout])
def test_outcome_holds_no_address(kind: type[httpx.TransportError]) -> None:
    request = httpx.Request("POST", "https://graph.example/v26.0/1000/messages")
    error = kind("cannot reach graph.example, token EAAB", request=request)
    assert "graph.example" not in repr(outcome_of(error))
    assert "EAAB" not in repr(outcome_of(error))
