"""One bit of a signed body, or of its signature, is another: all of them, one at a time, are refused.

The bodies and signatures are those of `tests/delivery/vectors.jsonl`, which openssl made. For one of them every
flip also goes through the listener's application, which has to answer 401 and leave its file as it is.
"""

import asyncio
import json
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from invite_core.delivery.signature import Signatures
from proofs.listening.ends import everything
from proofs.listening.in_process import SECRET, App, listening_in_process, post
from proofs.small_world import build

_TESTS = Path(__file__).parents[2] / "tests" / "delivery"


def flips(raw: bytes) -> Iterator[bytes]:
    """`raw` with one bit changed, for each of its bits."""
    for place in range(len(raw) * 8):
        changed = bytearray(raw)
        changed[place // 8] ^= 1 << place % 8
        yield bytes(changed)


def vectors() -> Iterator[tuple[str, bytes, bytes]]:
    """Secret, body and signature of each vector."""
    for line in (_TESTS / "vectors.jsonl").read_text("utf-8").splitlines():
        vector = json.loads(line)
        name = vector["payload"]
        body = (_TESTS / "payloads" / f"{name}.json").read_bytes() if name else b""
        yield vector["secret"], body, vector["signature"].encode()


def flipped_pairs(body: bytes, signature: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Every pair that is one bit away."""
    yield from ((other, signature) for other in flips(body))
    yield from ((body, other) for other in flips(signature))


def faults_of_every_flip() -> list[str]:
    """Every flip of every vector; what was accepted all the same."""
    faults = []
    for secret, body, signature in vectors():
        signatures = Signatures([secret])
        if signatures.matched(body, [signature]) != 0:
            faults.append("a vector of openssl's is refused")
        for changed, given in flipped_pairs(body, signature):
            if signatures.matched(changed, [given]) is not None:
                faults.append(f"accepted: {changed[:80]!r} with {given!r}")
    return faults


def prove(say: Callable[[str], None]) -> list[str]:
    """Every flip of every vector, and those of the first through the application; what does not hold."""
    faults, answered = faults_of_every_flip(), through_the_application()
    tried = sum(len(body + signature) * 8 for _, body, signature in vectors())
    say(f"  {tried:,} flips; {answered.total():,} of them through the application")
    if set(answered) != {401}:
        faults.append(f"the application answered {dict(answered)}")
    return faults


def through_the_application(step: int = 1) -> Counter[int]:
    """How the application answers every `step`-th flip of the first vector. Raises RuntimeError where that
    changes its file."""
    secret, body, signature = next(vectors())
    if secret != SECRET:
        raise RuntimeError("the first vector has another secret")
    pairs = list(flipped_pairs(body, signature))[::step]

    async def send(app: App) -> Counter[int]:
        return Counter([await post(app, changed, given.decode("latin-1")) for changed, given in pairs])

    with tempfile.TemporaryDirectory(prefix="invite-flips-") as folder:
        database = Path(folder) / "invites.db"
        build(database, 1)
        before = everything(database, without=("listener_status",))
        with listening_in_process(database) as app:
            answers = asyncio.run(send(app))
        if everything(database, without=("listener_status",)) != before:
            raise RuntimeError("a refused body changed the file")
    return answers
