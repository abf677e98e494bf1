"""The two transports that the program may have, for the tests that must hold over either."""

from collections.abc import Callable

import httpx
import pytest

from invite_core.provider.transport import open_pool, open_transport, transport_in_use

Over = Callable[[float], httpx.AsyncBaseTransport]
"""Opens a transport for calls with this deadline, in seconds."""

needs_pyreqwest = pytest.mark.skipif(not transport_in_use()[1], reason="pyreqwest has no wheel here")


def pyreqwest(deadline_s: float) -> httpx.AsyncBaseTransport:
    """The transport that is used wherever it can be loaded."""
    return open_transport(max_in_flight=64, deadline_s=deadline_s)


def httpx_pool(deadline_s: float) -> httpx.AsyncBaseTransport:
    """The transport that is used elsewhere."""
    return open_pool(max_in_flight=64)
