"""The whole walk: a file of contacts becomes messages that were read, through real programs.

The command line, the listener and the stand-in for Meta are processes of their own; the screen runs
here. What happened is judged by the stand-in's own log.
"""

import asyncio
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from invite_core.settings import without_settings
from invite_tui.app import InviteApp
from invite_tui.demo import Demo, ask_simulator, environment, running_demo, wait_for_quiet
from tests.builders import DATA, INVITATION, as_json

REACHED = ("delivered", "read")


@dataclass(frozen=True)
class Programs:
    """The organiser's program as a process, and the stand-in's control."""

    demo: Demo

    def invite_tui(self, *arguments: str) -> list[dict[str, Any]]:
        """Run `invite-tui … --json`; it has to end with exit code 0."""
        done = subprocess.run(
            [sys.executable, "-m", "invite_tui", *arguments, "--json"],
            env={**without_settings(), **environment(self.demo.settings)},
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        return as_json(done.stdout)

    def log(self, *kinds: str) -> list[dict[str, Any]]:
        """The stand-in's log entries of these kinds."""
        return [entry for entry in ask_simulator(self.demo, "log") if entry["kind"] in kinds]

    def control(self, act: str) -> None:
        """`pause` or `resume` the stand-in's webhooks."""
        httpx.post(f"{self.demo.simulator_url}/_simulator/{act}", trust_env=False).raise_for_status()


@pytest.fixture
def programs() -> Iterator[Programs]:
    """Updates come in disorder, each up to three times, at most seven to a body."""
    disorder = ("--disorder", "--repeat", "2", "--batch", "7")
    with running_demo(seed=11, pace=0.0, simulator_options=disorder) as demo:
        yield Programs(demo)


def test_contacts_become_messages_that_were_read(programs: Programs) -> None:
    report, preview, run = _send(programs)
    assert report["read"] == (
        report["created"] + report["updated"] + report["unchanged"] + len(report["rejected"])
    )
    assert preview["total"] == run["total"] == sum(run["counts"].values())
    assert (preview["eligible"], preview["blocked"]) == (run["eligible"], run["blocked"])
    assert run["status"] == "finished"
    asyncio.run(_watch_the_screen(programs, run["run"]))
    messages = programs.invite_tui("messages", str(run["run"]))
    _agrees_with_the_log(programs, preview, messages)
    _answers_agree_with_the_log(programs, messages)


def _send(programs: Programs) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    (report,) = programs.invite_tui("contacts", "import", str(DATA / "contacts.sample.csv"))
    programs.invite_tui(
        "events", "add", "--name", "Garden party", "--starts-at", "2099-06-12T18:30",
        "--timezone", "Europe/Lisbon", "--venue", "Jardim da Estrela",
    )  # fmt: skip
    programs.invite_tui("templates", "sync")
    wish = ("--event", "Garden party", "--template", INVITATION, "--language", "auto", "--fallback", "en")
    (preview,) = programs.invite_tui("preview", *wish)
    assert len({person["contact"] for person in preview["people"]}) == preview["total"]
    programs.control("pause")
    (run,) = programs.invite_tui("send", *wish, "--yes")
    return report, preview, run


async def _watch_the_screen(programs: Programs, run: int) -> None:
    """The board is open before the updates come, and shows them when they have come."""
    app = InviteApp(programs.demo.settings)
    async with app.run_test(size=(120, 40)) as pilot:
        app.open_run(run)
        await pilot.pause()
        programs.control("resume")
        await asyncio.to_thread(wait_for_quiet, programs.demo)
        (board,) = await asyncio.to_thread(programs.invite_tui, "runs", "show", str(run))
        expected = {word: board["counts"][word] for word in ("sent", "delivered", "read", "failed")}

        def shown() -> bool:
            seen = str(app.screen.query_one("#counts").render())
            return all(f"{n:,}" in seen and word in seen for word, n in expected.items())

        async with asyncio.timeout(30):
            while not shown():
                await pilot.pause(0.05)
        assert expected["read"] > 0


def _agrees_with_the_log(programs: Programs, preview: dict[str, Any], messages: list[dict[str, Any]]) -> None:
    accepted = {entry["wamid"]: entry for entry in programs.log("accepted")}
    reached = {entry["wamid"] for entry in programs.log(*REACHED)}
    failed = {entry["wamid"]: entry["code"] for entry in programs.log("failed")}
    times = Counter(entry["to"] for entry in accepted.values())
    assert set(times.values()) == {1}
    blocked = {person["contact"] for person in preview["people"] if not person["eligible"]}
    assert blocked
    for message in messages:
        wamid = message["provider_message_id"]
        if message["contact"] in blocked:
            assert (message["state"], wamid) == ("blocked", None)
            continue
        assert accepted[wamid]["to"] == message["phone"]
        assert (message["state"] in REACHED) == (wamid in reached)
        assert message["error_code"] == failed.get(wamid)
    assert len(messages) == len(accepted) + len(blocked)


def _answers_agree_with_the_log(programs: Programs, messages: list[dict[str, Any]]) -> None:
    who = {message["provider_message_id"]: message["contact"] for message in messages}
    said = {}
    for tap in programs.log("tap"):
        said[who[tap["wamid"]]] = ("yes", "no", "maybe")[tap["button"]]
    (board,) = programs.invite_tui("rsvp", "show", "Garden party")
    assert {p["contact"]: p["answer"] for p in board["people"] if p["answer"] != "none"} == said
    stopped = {entry["to"] for entry in programs.log("marketing")}
    listed = {line["address"] for line in programs.invite_tui("dnm", "list")}
    assert {number.lstrip("+") for number in stopped} <= {str(each).lstrip("+") for each in listed}
