"""What an exception of the HTTP client proves about the message. Measured, not assumed.

Only failures before a connection exists prove that nothing was sent. A closed connection, a reset,
a timeout or an answer that cannot be decoded look alike whether the server had the whole request or
none of it, so they prove nothing. The exceptions are httpx's; a transport that is not httpx's own must
raise these only where they are true (`reqwest_transport.as_httpx`).
"""

import httpx

from invite_core.provider.outcome import Fault, Outcome, Refused, Unknown
from invite_core.provider.transport import AnswerTooLarge

CERTAINLY_NOT_SENT: tuple[type[Exception], ...] = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.UnsupportedProtocol,
    httpx.InvalidURL,
)
"""The whole list; every other exception leaves the outcome open."""


def outcome_of(error: Exception) -> Outcome:
    """The outcome that `error`, raised by the one POST, stands for. Holds no address and no token."""
    name = type(error).__name__
    if isinstance(error, CERTAINLY_NOT_SENT):
        return Refused(
            Fault.CONNECTION, f"No connection to Meta ({name}).", wait_seconds=1, holds_everyone=True
        )
    if isinstance(error, TimeoutError | httpx.TimeoutException):
        return Unknown("Meta did not answer in time", name)
    if isinstance(error, AnswerTooLarge):
        return Unknown("an answer that is too large to be read", name)
    return Unknown("the connection broke before Meta's answer", name)
