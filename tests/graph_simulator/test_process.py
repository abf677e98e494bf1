"""The program as a process of its own, over real connections."""

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from graph_simulator.__main__ import main
from tests.graph_simulator.payloads import (
    APP_SECRET,
    MESSAGES,
    SENDER,
    SUBSCRIPTION,
    TEMPLATES,
    TOKEN,
    party,
)

ROOT = Path(__file__).parents[2]


@dataclass(slots=True)
class Callback:
    """A callback on loopback: `url`, and the bodies that arrived; it knows the verify token `mine`."""

    url: str
    bodies: list[bytes] = field(default_factory=list)


@contextmanager
def callback() -> Iterator[Callback]:
    """A callback that answers the handshake and acknowledges every webhook."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            query = parse_qs(urlsplit(self.path).query)
            known = query["hub.verify_token"] == ["mine"] and query["hub.mode"] == ["subscribe"]
            self.send_response(200 if known else 403)
            self.end_headers()
            self.wfile.write(query["hub.challenge"][0].encode())

        def do_POST(self) -> None:
            arrived.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        arrived = Callback(f"http://127.0.0.1:{server.server_port}/webhook")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield arrived
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def process(folder: Path, *flags: str) -> Iterator[tuple[subprocess.Popen[str], httpx.Client]]:
    """The stand-in as a process, and a client with its token."""
    (folder / "templates.json").write_text(json.dumps({"data": TEMPLATES}), encoding="utf-8")
    command = [
        sys.executable, "-m", "graph_simulator", "--port", "0", "--access-token", TOKEN,
        "--app-secret", APP_SECRET, "--phone-number-id", SENDER.phone_number_id, "--waba-id", SENDER.waba_id,
        "--templates", str(folder / "templates.json"), "--log", str(folder / "log.jsonl"), "--pace", "0", *flags,
    ]  # fmt: skip
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT
    ) as running:
        assert running.stdout is not None
        try:
            port = json.loads(running.stdout.readline())["port"]
            headers = {"Authorization": f"Bearer {TOKEN}"}
            with httpx.Client(
                base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=5, trust_env=False
            ) as client:
                yield running, client
        finally:
            running.kill()


def entries(folder: Path, kind: str) -> list[dict[str, object]]:
    lines = (folder / "log.jsonl").read_text(encoding="utf-8").splitlines()
    return [entry for entry in map(json.loads, lines) if entry["kind"] == kind]


def test_ends_cleanly_on_sigterm_even_while_a_client_waits(tmp_path: Path) -> None:
    script = tmp_path / "script.json"
    script.write_text(json.dumps({"everyone": {"fate": "no_answer"}}), encoding="utf-8")
    with process(tmp_path, "--script", str(script)) as (running, client):
        with pytest.raises(httpx.ReadTimeout):
            client.post(MESSAGES, json=party("+447700900001"), timeout=0.3)
        waiting = threading.Thread(target=_lost_answer, args=(client,))
        waiting.start()
        while len(entries(tmp_path, "accepted")) < 2:
            client.get("/_simulator/idle")
        running.send_signal(signal.SIGTERM)
        assert running.wait(5) == 0
        waiting.join()
        assert running.stderr is not None
        assert running.stderr.read() == ""


def _lost_answer(client: httpx.Client) -> None:
    with pytest.raises(httpx.HTTPError):
        client.post(MESSAGES, json=party("+447700900002"))


def test_log_counts_what_was_accepted_though_the_answer_was_lost(tmp_path: Path) -> None:
    script = {"everyone": {"fate": "closed", "times": 1, "then": "delivered"}}
    with callback() as listener, process(tmp_path, "--callback-url", listener.url) as (_, client):
        client.post("/_simulator/script", json=script)
        with pytest.raises(httpx.RemoteProtocolError):
            client.post(MESSAGES, json=party("+447700900001", "a1"))
        again = client.post(MESSAGES, json=party("+447700900001", "a2"))
        while client.get("/_simulator/idle").json()["pending"]:
            continue
    accepted = entries(tmp_path, "accepted")
    assert [entry["attempt"] for entry in accepted] == ["a1", "a2"]
    assert accepted[1]["wamid"] == again.json()["messages"][0]["id"]
    assert len(entries(tmp_path, "delivered")) == 2
    assert b"a1" in b"".join(listener.bodies)


def test_log_is_gone_on_with_and_never_rewritten(tmp_path: Path) -> None:
    with process(tmp_path) as (_, client):
        client.post(MESSAGES, json=party("+447700900001"))
    first = (tmp_path / "log.jsonl").read_bytes()
    with process(tmp_path) as (_, client):
        client.post(MESSAGES, json=party("+447700900001"))
        counted = [one for one in client.get("/_simulator/log").json() if one["kind"] == "accepted"]
    whole = (tmp_path / "log.jsonl").read_bytes()
    assert whole.startswith(first)
    assert len(counted) == 2
    assert [json.loads(line)["n"] for line in whole.splitlines()] == list(range(1, whole.count(b"\n") + 1))
    assert TOKEN.encode() not in whole


def test_override_is_asked_for_its_challenge_and_then_used(tmp_path: Path) -> None:
    with callback() as listener, process(tmp_path) as (_, client):
        wish = {"override_callback_uri": listener.url, "verify_token": "not mine"}
        assert client.post(SUBSCRIPTION, json=wish).json()["error"]["code"] == 2200
        assert client.get(SUBSCRIPTION).json() == {"data": []}
        wish["verify_token"] = "mine"
        assert "must be subscribed" in client.post(SUBSCRIPTION, json=wish).json()["error"]["message"]
        assert client.post(SUBSCRIPTION).json() == {"success": True}
        assert client.post(SUBSCRIPTION, json=wish).json() == {"success": True}
        assert client.get(SUBSCRIPTION).json()["data"][0]["override_callback_uri"] == listener.url
        assert client.post("/_simulator/webhook", json={"field": "x", "value": 1}).json() == {"status": 200}
        assert len(listener.bodies) == 1


@pytest.mark.parametrize(
    "flags", [["--pace", "-1"], ["--batch", "1001"], ["--script", "missing.json"], ["--repeat", "nan"]]
)
def test_wrong_arguments_are_refused(flags: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    needed = ["--access-token", "t", "--app-secret", "s", "--phone-number-id", "1", "--waba-id", "2"]
    with pytest.raises(SystemExit) as ended:
        main([*needed, *flags])
    assert ended.value.code == 2
    out, err = capsys.readouterr()
    assert "usage:" in err
    assert out == ""
