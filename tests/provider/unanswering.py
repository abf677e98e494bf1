"""A port on loopback that takes no new connection for a while, as if packets were dropped. Linux only."""

import contextlib
import socket
from collections.abc import Iterator


@contextlib.contextmanager
def unanswering_port() -> Iterator[socket.socket]:
    """A listening socket whose queue is full: whoever connects waits until somebody accepts."""
    with contextlib.ExitStack() as sockets:
        listener = sockets.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(3):
            filler = sockets.enter_context(socket.socket())
            filler.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                filler.connect(listener.getsockname())
        yield listener
