"""How strace's lines are read; the proof itself runs in `make prove-sending`."""

import pytest

from proofs.system_calls import follow

pytestmark = pytest.mark.long

ATTEMPT = "019a1b2c3d4e5f60718293a4b5c6d7e8"
WRITE = f'7 pwrite64(5</x/invites.db-wal>, "\\0\\0{ATTEMPT}", 4096, 56) = 4096\n'
SYNC = "7 fdatasync(5</x/invites.db-wal>) = 0\n"
BEGUN = "7 fdatasync(5</x/invites.db-wal> <unfinished ...>\n"
ENDED = "7 <... fdatasync resumed>) = 0\n"
SEND = f'9 sendto(8<socket:[44]>, "POST {ATTEMPT}", 900, 0, NULL, 0) = 900\n'


@pytest.mark.parametrize("lines", [[WRITE, SYNC, SEND], [WRITE, BEGUN, ENDED, SEND]])
def test_a_request_after_the_sync_of_its_attempt_is_in_order(lines: list[str]) -> None:
    order = follow(lines, {ATTEMPT})
    assert (order.sent, order.too_early) == ([ATTEMPT], [])


@pytest.mark.parametrize(
    "lines",
    [
        [WRITE, SEND, SYNC],
        [SYNC, WRITE, SEND],
        [WRITE, BEGUN, SEND, ENDED],
        [BEGUN, WRITE, ENDED, SEND],
        [WRITE, SYNC.replace("= 0", "= -1 EIO (Input/output error)"), SEND],
        [WRITE, SYNC.replace("-wal", ""), SEND],
    ],
)
def test_a_request_before_the_sync_of_its_attempt_is_found(lines: list[str]) -> None:
    assert follow(lines, {ATTEMPT}).too_early == [ATTEMPT]
