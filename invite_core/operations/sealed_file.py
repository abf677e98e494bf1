"""A file under a passphrase: AES-256-GCM in chunks, under a key that scrypt makes of the passphrase.

Each chunk is bound to its place and to whether it is the last, so that nothing can be cut off, put in another
order or changed without its being noticed (the STREAM construction, Hoang, Reyhanitabar, Rogaway and Vizar 2015,
https://eprint.iacr.org/2015/189); the first line, in which the parameters are, is bound to every chunk.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from invite_core.errors import InviteError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

LEAST_CHARACTERS = 12
"""A shorter passphrase is tried out too quickly by whoever finds the file."""

COST = 2**17
"""N of scrypt (RFC 7914): 128 MiB and about half a second for each passphrase that is tried."""

_MAGIC = b"invite-tui handover 1 "
_CHUNK = 1 << 20
_TAG = 16
_MOST_COST = 2**20


class SealFault(InviteError):
    """A file cannot be sealed under this passphrase, or not be opened with it."""


def is_sealed(path: Path) -> bool:
    """Whether the file at `path` is one that `Seal` wrote."""
    try:
        with path.open("rb") as file:
            return file.read(len(_MAGIC)) == _MAGIC
    except OSError:
        return False


class Seal:
    """Writes what it is given to `file`, sealed; `close` writes the last chunk and leaves `file` open.

    Raises `SealFault` for a passphrase that is too short.
    """

    def __init__(self, file: BinaryIO, passphrase: str) -> None:
        if len(passphrase) < LEAST_CHARACTERS:
            raise SealFault(
                f"The passphrase has fewer than {LEAST_CHARACTERS} characters.",
                "Take a longer one: four or five words that do not belong together are good.",
            )
        head = {"salt": os.urandom(16).hex(), "nonce": os.urandom(7).hex(), "cost": COST}
        self._head = _MAGIC + json.dumps(head).encode() + b"\n"
        self._cipher, self._nonce = _cipher(passphrase, head), bytes.fromhex(str(head["nonce"]))
        self._file, self._waiting, self._chunks = file, bytearray(), 0
        file.write(self._head)

    def write(self, data: bytes) -> int:
        """Take the bytes; whole chunks are written at once."""
        self._waiting += data
        while len(self._waiting) > _CHUNK:
            self._put(bytes(self._waiting[:_CHUNK]), last=False)
            del self._waiting[:_CHUNK]
        return len(data)

    def flush(self) -> None:
        """Nothing: what waits is less than a chunk."""

    def close(self) -> None:
        """Write what waits, as the last chunk."""
        self._put(bytes(self._waiting), last=True)
        self._waiting.clear()

    def _put(self, chunk: bytes, *, last: bool) -> None:
        nonce = _nonce(self._nonce, self._chunks, last=last)
        self._file.write(self._cipher.encrypt(nonce, chunk, self._head))
        self._chunks += 1


def unsealed(file: BinaryIO, passphrase: str) -> Iterator[bytes]:
    """The content of a sealed file, chunk by chunk. Only when the last has come is it known to be whole.

    Raises `SealFault` for another passphrase, and for a file that is damaged, cut off or none of these.
    """
    line = file.readline(1000)
    try:
        # Without the word at its beginning it is no JSON either.
        head: dict[str, object] = json.loads(line[len(_MAGIC) :] if line.startswith(_MAGIC) else b"")
        nonce, cost = bytes.fromhex(str(head["nonce"])), int(str(head["cost"]))
        if not (2 <= cost <= _MOST_COST and len(nonce) == 7):
            raise ValueError
        cipher = _cipher(passphrase, head)
    except (ValueError, TypeError, KeyError):
        raise SealFault("The file is no handover of this program.", "Check which file it is.") from None
    chunk, place = file.read(_CHUNK + _TAG), 0
    while True:
        following = file.read(_CHUNK + _TAG)
        yield _opened(cipher, _nonce(nonce, place, last=not following), chunk, line, is_first=place == 0)
        if not following:
            return
        chunk, place = following, place + 1


def _opened(cipher: "AESGCM", nonce: bytes, chunk: bytes, head: bytes, *, is_first: bool) -> bytes:
    from cryptography.exceptions import InvalidTag

    try:
        return cipher.decrypt(nonce, chunk, head)
    except (InvalidTag, ValueError):
        damaged = "The file is damaged: it is not what was written."
        raise SealFault(
            "The passphrase is another, or the file is damaged." if is_first else damaged,
            "Write the passphrase as it was chosen, or copy the file again from where it was made.",
        ) from None


def _nonce(prefix: bytes, place: int, *, last: bool) -> bytes:
    return prefix + place.to_bytes(4, "big") + bytes([last])


def _cipher(passphrase: str, head: dict[str, object]) -> "AESGCM":
    # A fifth of a second, which only who hands over should pay.
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    salt, cost = bytes.fromhex(str(head["salt"])), int(str(head["cost"]))
    return AESGCM(Scrypt(salt=salt, length=32, n=cost, r=8, p=1).derive(passphrase.encode()))
