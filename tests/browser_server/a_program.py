"""A program that speaks as Textual does behind a browser, and does nothing else: quick to start, seen through.

`python a_program.py FOLDER [stays]` leaves `FOLDER/<its process id>` while it runs. It draws what it is told, and
ends when it is told to quit; with `stays`, not even then.
"""

import os
import sys
from pathlib import Path


def packet(kind: bytes, payload: bytes) -> bytes:
    return kind + len(payload).to_bytes(4, "big") + payload


def main(folder: Path, *, stays: bool) -> None:
    """Draw every packet that comes."""
    mark = folder / str(os.getpid())
    mark.touch()
    out, into = sys.stdout.buffer, sys.stdin.buffer
    size = f"{os.environ['COLUMNS']}x{os.environ['ROWS']} {os.environ['TEXTUAL_DRIVER']}".encode()
    out.write(b"a word before\n__GANGLION__\n" + packet(b"D", size))
    out.flush()
    while head := into.read(5):
        payload = into.read(int.from_bytes(head[1:], "big"))
        if payload == b'{"type": "quit"}':
            break
        out.write(packet(b"D", head[:1] + payload))
        out.flush()
    while stays:
        os.read(os.pipe()[0], 1)
    mark.unlink()
    out.write(packet(b"D", b"x" * 1_000_000))  # more than a pipe holds: nobody may be waited for in vain
    out.flush()


main(Path(sys.argv[1]), stays="stays" in sys.argv)
