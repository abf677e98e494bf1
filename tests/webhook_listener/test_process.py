"""The program itself: how it starts, what it refuses, and how it ends."""

import http.client
import itertools
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from invite_core.settings import Settings
from invite_core.store import Store
from tests.delivery.rows import payload
from tests.webhook_listener.conftest import environment, signed
from webhook_listener.__main__ import run

START_SECONDS = 20


def start(database: Path, *arguments: str, **changed: str) -> subprocess.Popen[str]:
    """A listener on `database`, as a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "webhook_listener", "--db", str(database), *arguments],
        env=environment(**changed),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@dataclass
class Listener:
    """A listener that has said that it listens."""

    process: subprocess.Popen[str]
    port: int
    health_port: int | None

    def post(self, body: bytes, **headers: str) -> int:
        """POST a signed body; the status."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("POST", "/webhook", body=body, headers={**signed(body), **headers})
            answer = connection.getresponse()
            answer.read()
            return answer.status
        finally:
            connection.close()

    def raw(self, request: bytes) -> bytes:
        """Everything that is answered to these very bytes until the connection ends."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as connection:
            connection.sendall(request)
            answer = b""
            while piece := connection.recv(65536):
                answer += piece
            return answer

    def end(self, number: signal.Signals) -> tuple[int, str]:
        """Send a signal; the exit code and the rest of the log."""
        self.process.send_signal(number)
        _, log = self.process.communicate(timeout=20)
        return self.process.returncode, log


@contextmanager
def listening(database: Path, **changed: str) -> Iterator[Listener]:
    """A listener on a new database, killed at the end if it still runs."""
    Store.create_or_open(database).close()
    process = start(database, **changed)
    late = threading.Timer(START_SECONDS, process.kill)
    late.start()
    try:
        assert process.stderr is not None
        said = json.loads(process.stderr.readline())
        assert said["event"] == "listening"
        yield Listener(process, said["port"], said.get("health_port"))
    finally:
        late.cancel()
        process.kill()
        process.communicate()


@pytest.fixture(scope="module")
def listener(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Listener]:
    """One listener for the tests that only talk to it."""
    with listening(tmp_path_factory.mktemp("listener") / "invites.db") as running:
        yield running


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def accepts(port: int) -> bool:
    """Whether somebody listens on the port."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


# ---------------------------------------------------------------- starting


def test_missing_settings_are_one_sentence(store: Store, database: Path) -> None:
    names = "INVITE_APP_SECRET", "INVITE_VERIFY_TOKEN", "INVITE_PHONE_NUMBER_ID"
    process = start(database, **dict.fromkeys(names, ""))
    out, err = process.communicate(timeout=START_SECONDS)
    assert (process.returncode, out) == (1, "")
    assert err.startswith(f"{', '.join(names[:2])} and {names[2]} are not set.")
    assert len(err.splitlines()) == 1
    assert store.value("SELECT count(*) FROM listener_status") == 0


def test_help_names_every_variable_that_is_read(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        run(["--help"])
    said = capsys.readouterr().out
    named = set(re.findall(r"INVITE_(\w+)", said))
    read = {
        "db",
        "listen_host",
        "listen_port",
        "health_port",
        "app_secret",
        "app_secret_previous",
        "verify_token",
    }
    assert {name.lower() for name in named} == read | {"phone_number_id", "waba_id", "keyring"}
    assert named <= {name.upper() for name in Settings.model_fields}


def test_missing_database_is_one_sentence_and_makes_none(tmp_path: Path) -> None:
    process = start(tmp_path / "none.db")
    out, err = process.communicate(timeout=START_SECONDS)
    assert (process.returncode, out) == (1, "")
    assert err.startswith("There is no database at")
    assert len(err.splitlines()) == 1
    assert not (tmp_path / "none.db").exists()


@pytest.mark.parametrize("which", ["INVITE_LISTEN_PORT", "INVITE_HEALTH_PORT"])
def test_taken_port_is_one_sentence_and_leaves_no_listener(store: Store, database: Path, which: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        process = start(database, **{which: port})
        _, err = process.communicate(timeout=START_SECONDS)
    assert process.returncode == 1
    assert err.startswith(f"Port {port} on 127.0.0.1 cannot be used")
    assert len(err.splitlines()) == 1
    assert store.value("SELECT count(*) FROM listener_status") == 0


@pytest.mark.parametrize("arguments", [["--port", "70000"], ["--port", "²"], ["--unknown"], ["x"]])
def test_wrong_usage_ends_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        run(arguments)
    assert ended.value.code == 2
    assert capsys.readouterr().err.startswith("usage: webhook-listener")


# ---------------------------------------------------------------- ending


def test_sigterm_ends_with_0_and_writes_the_stop(database: Path) -> None:
    with listening(database, INVITE_HEALTH_PORT=str(free_port())) as running:
        assert running.post(payload("sent")) == 200
        connection = http.client.HTTPConnection("127.0.0.1", running.health_port, timeout=10)
        connection.request("GET", "/readyz")
        assert connection.getresponse().status == 200
        connection.close()
        code, log = running.end(signal.SIGTERM)
    assert code == 0
    assert [json.loads(line)["event"] for line in log.splitlines()] == ["stopped"]
    with Store.open(database, read_only=True) as store:
        assert store.value("SELECT stopped_at FROM listener_status") is not None


def test_request_on_its_way_is_answered_before_the_end(database: Path) -> None:
    body = payload("text")
    head = f"POST /webhook HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: {len(body)}\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in signed(body).items())
    with listening(database) as running:
        with socket.create_connection(("127.0.0.1", running.port), timeout=10) as connection:
            connection.sendall(head.encode() + b"\r\n")
            assert connection.recv(65536).startswith(b"HTTP/1.1 100 ")
            running.process.send_signal(signal.SIGTERM)
            while accepts(running.port):
                pass
            connection.sendall(body)
            assert connection.recv(65536).startswith(b"HTTP/1.1 200 ")
        assert running.process.wait(20) == 0
    with Store.open(database, read_only=True) as store:
        assert store.value("SELECT count(*) FROM replies") == 1


def test_sigterm_under_load_loses_nothing_that_was_acknowledged(database: Path) -> None:
    text = payload("text")
    acknowledged: list[bytes] = []

    def post_until_refused(running: Listener, which: int) -> None:
        for number in itertools.count():
            wamid = b"wamid.%d.%d" % (which, number)
            try:
                status = running.post(text.replace(b"wamid.reply", wamid))
            except OSError:
                return
            except http.client.HTTPException:
                return
            if status != 200:
                return
            acknowledged.append(wamid)

    with listening(database) as running:
        clients = [threading.Thread(target=post_until_refused, args=(running, n)) for n in range(8)]
        for client in clients:
            client.start()
        while len(acknowledged) < 100:
            assert running.process.poll() is None
        code, _ = running.end(signal.SIGTERM)
        for client in clients:
            client.join(20)
    assert code == 0
    with Store.open(database, read_only=True) as store:
        stored = {row["provider_message_id"].encode() for row in store.rows("SELECT * FROM replies")}
        assert store.value("SELECT stopped_at FROM listener_status") is not None
    assert set(acknowledged) <= stored


def test_interrupt_ends_with_130(database: Path) -> None:
    with listening(database) as running:
        assert running.end(signal.SIGINT)[0] == 130


def test_kill_after_200_loses_nothing(database: Path) -> None:
    text = payload("text")
    with listening(database) as running:
        for number in range(20):
            assert running.post(text.replace(b"wamid.reply", b"wamid.%d" % number)) == 200
        running.process.kill()
        running.process.wait(10)
    with Store.open(database, read_only=True) as store:
        assert store.value("SELECT count(*) FROM replies") == 20
        assert store.value("SELECT stopped_at FROM listener_status") is None


# ---------------------------------------------------------------- on the wire


def test_length_with_transfer_encoding_is_refused_on_the_wire(listener: Listener) -> None:
    request = (
        b"POST /webhook HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /webhook HTTP/1.1\r\nHost: x\r\n\r\n"
    )
    answer = listener.raw(request)
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert answer.count(b"HTTP/1.1") == 1


@pytest.mark.parametrize(
    "headers",
    [
        b"Content-Length: 4\r\nContent-Length: 5\r\n",
        b"Content-Length: 4, 5\r\n",
        b"Content-Length: +4\r\n",
        b"Content-Length : 4\r\n",
        b"Transfer-Encoding : chunked\r\n",
        b"Transfer-Encoding: chunked, identity\r\n",
        b"Transfer-Encoding: identity\r\n",
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
        b"X: y\r\n Content-Length: 4\r\n",
        b"Content-Length: 4\nTransfer-Encoding: chunked\r\n",
        b"X: a\0b\r\n",
    ],
)
def test_requests_that_two_servers_could_read_differently_are_refused(
    listener: Listener, headers: bytes
) -> None:
    behind = b"0\r\n\r\nGET /webhook HTTP/1.1\r\nHost: x\r\n\r\n"
    answer = listener.raw(b"POST /webhook HTTP/1.1\r\nHost: x\r\n" + headers + b"\r\n" + behind)
    assert answer.startswith(b"HTTP/1.1 40")
    assert answer.count(b"HTTP/1.1") == 1


def test_signature_behind_the_body_is_a_second_one(listener: Listener) -> None:
    signature = f"X-Hub-Signature-256: {signed(b'x')['X-Hub-Signature-256']}\r\n".encode()
    head = b"POST /webhook HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n" + signature
    answer = listener.raw(head + b"\r\n1\r\nx\r\n0\r\n" + signature + b"\r\n")
    assert answer.startswith(b"HTTP/1.1 401 ")


def test_chunks_that_grow_too_large_are_refused(listener: Listener) -> None:
    chunk = b"40000\r\n" + b" " * 0x40000 + b"\r\n"
    head = b"POST /webhook HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    answer = listener.raw(head + chunk * 17 + b"0\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 413 ")


def test_three_megabytes_are_taken_in(listener: Listener) -> None:
    assert listener.post(b" " * 3_000_000) == 200


def test_headers_that_do_not_end_are_refused(listener: Listener) -> None:
    headers = b"".join(b"X-%d: %s\r\n" % (number, b"y" * 100) for number in range(400))
    answer = listener.raw(b"GET /webhook HTTP/1.1\r\nHost: x\r\n" + headers)
    assert answer.startswith(b"HTTP/1.1 400 ")


def test_bytes_that_are_no_request_are_refused(listener: Listener) -> None:
    assert listener.raw(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\r\n\r\n").startswith(b"HTTP/1.1 400 ")


def test_answers_name_no_server(listener: Listener) -> None:
    answer = listener.raw(b"GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 404 ")
    assert b"server:" not in answer.lower()
    assert os.fsencode(sys.prefix) not in answer
