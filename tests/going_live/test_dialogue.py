"""`init` on a terminal: it asks again after a wrong answer, and interrupted it leaves nothing behind."""

import os
import pty
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Timer

from tests.going_live.servers import SECRET, TOKEN, WABA, outside

TIMEOUT_S = 30.0


@dataclass
class Dialogue:
    """The program on a terminal of its own."""

    process: subprocess.Popen[bytes]
    terminal: int
    said: str = ""
    _heard: int = 0
    """How much of that has been waited for."""

    def until(self, words: str) -> None:
        """Read on until `words` have been said after what was waited for before."""
        while (found := self.said.find(words, self._heard)) < 0:
            self.said += os.read(self.terminal, 4096).decode(errors="replace")
        self._heard = found + len(words)

    def answer(self, text: str, *, after: str) -> None:
        """Type a line once `after` has been asked."""
        self.until(after)
        os.write(self.terminal, f"{text}\n".encode())

    def interrupted(self) -> int:
        """Press Ctrl+C; the exit code. Python may lose one that comes just before it waits for a line."""
        while True:
            self.process.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                return self.process.wait(3)


@contextmanager
def dialogue(folder: Path, graph_url: str) -> Iterator[Dialogue]:
    """`invite-tui init --here` in `folder`; it is killed if it outlives its time."""
    ours, theirs = pty.openpty()
    environment = {
        **os.environ,
        "INVITE_GRAPH_URL": graph_url,
        "INVITE_DB": str(folder / "data" / "invites.db"),
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
    }
    # In a session of its own: a password is asked for on the controlling terminal, which would be the tester's.
    process = subprocess.Popen(
        [sys.executable, "-m", "invite_tui", "init", "--here"],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        cwd=folder,
        env=environment,
        start_new_session=True,
    )
    os.close(theirs)
    watch = Timer(TIMEOUT_S, process.kill)
    watch.start()
    try:
        yield Dialogue(process, ours)
    finally:
        process.kill()
        process.wait(TIMEOUT_S)
        watch.cancel()
        watch.join()
        os.close(ours)


def test_it_asks_until_the_answers_are_right_and_an_interruption_leaves_nothing(tmp_path: Path) -> None:
    with outside() as world, dialogue(tmp_path, world.graph_url) as talk:
        talk.answer("whatsapp", after="[none]: ")
        talk.answer(f"{TOKEN}x", after="Access token: ")
        talk.until("perhaps it was not copied whole")
        talk.answer(TOKEN, after="Access token: ")
        talk.answer(WABA, after="account id: ")
        talk.answer("", after="Phone number id [106540352242922]: ")
        talk.answer(SECRET, after="App secret: ")
        talk.answer("Portugal", after="for none): ")
        talk.until("is no country")
        talk.until("for none): ")
        assert talk.interrupted() == 130
        talk.until("Interrupted.")
    assert os.listdir(tmp_path) == []
    assert all(
        words in talk.said for words in ("its chats are lost", "System users", "You write from +1 555")
    )
    assert TOKEN not in talk.said
    assert SECRET not in talk.said
