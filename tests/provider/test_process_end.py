"""A process that ends at once after its last call ends as it wants to, and is not aborted."""

import subprocess
import sys

from invite_core.settings import without_settings
from tests.provider.transports import needs_pyreqwest

# The thread of pyreqwest still holds on to Python here in about half of the runs, where nothing waits for it.
_PROGRAM = """
import asyncio
import httpx
from invite_core.provider.transport import open_transport

async def call():
    transport = open_transport(max_in_flight=4, deadline_s=5.0)
    try:
        await transport.handle_async_request(httpx.Request("GET", "http://127.0.0.1:9"))
    except httpx.ConnectError:
        print("refused")
    await transport.aclose()

asyncio.run(call())
"""
_TIMES = 5


@needs_pyreqwest
def test_process_that_ends_right_after_a_call_is_not_aborted() -> None:
    for _ in range(_TIMES):
        done = subprocess.run(
            [sys.executable, "-c", _PROGRAM],
            env=without_settings(),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert (done.returncode, done.stdout, done.stderr) == (0, "refused\n", "")
