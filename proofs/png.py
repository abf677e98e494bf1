"""What a PNG shows, as Chromium makes them: eight bits a channel, three or four channels, not interlaced."""

import struct
import zlib
from collections import Counter
from collections.abc import Callable


def share_painted(png: bytes) -> float:
    """Of a PNG, the share of points that do not have the commonest colour."""
    colours = Counter(_points(png))
    return 1 - colours.most_common(1)[0][1] / colours.total()


def _points(png: bytes) -> list[bytes]:
    """Every point's bytes, row by row; of an image with eight bits a channel, as Chromium makes them."""
    at, packed, width, channels = 8, b"", 0, 3
    while at < len(png):
        (size,), kind = struct.unpack(">I", png[at : at + 4]), png[at + 4 : at + 8]
        body = png[at + 8 : at + 8 + size]
        if kind == b"IHDR":
            width, channels = struct.unpack(">I", body[:4])[0], 4 if body[9] == 6 else 3
        packed += body if kind == b"IDAT" else b""
        at += size + 12
    rows, above, length = zlib.decompress(packed), bytes(width * channels), width * channels
    points: list[bytes] = []
    for begin in range(0, len(rows), length + 1):
        above = _unfiltered(rows[begin], rows[begin + 1 : begin + 1 + length], above, channels)
        points += [above[n : n + channels] for n in range(0, length, channels)]
    return points


def _unfiltered(how: int, row: bytes, above: bytes, channels: int) -> bytes:
    done = bytearray()
    for n, value in enumerate(row):
        left, corner = (done[n - channels], above[n - channels]) if n >= channels else (0, 0)
        done.append((value + _PREDICTED[how](left, above[n], corner)) & 255)
    return bytes(done)


def _paeth(left: int, above: int, corner: int) -> int:
    guess = left + above - corner
    return min((left, above, corner), key=lambda each: abs(guess - each))


_PREDICTED: tuple[Callable[[int, int, int], int], ...] = (
    lambda left, above, corner: 0,
    lambda left, above, corner: left,
    lambda left, above, corner: above,
    lambda left, above, corner: (left + above) // 2,
    _paeth,
)
