"""`python -m proofs.browser [PICTURE]`: the screen in a real browser, and everybody else kept out; 0 if it holds.

The demo's data is behind it, and `invite-tui serve --read-only` is a process of its own; Chromium is headless.
With a path, the screen as Chromium drew it is written there.
"""

import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import web

from invite_core.store import Store
from invite_tui import demo
from proofs import chromium
from proofs.png import share_painted

FOREIGN_PAGE = """<!DOCTYPE html><script>
  window.outcome = new Promise((done) => {
    const socket = new WebSocket("%s");
    socket.onopen = () => done("opened");
    socket.onerror = () => done("refused");
  });
</script>"""
"""Somebody else's page, which has learned the whole address."""

FOREIGN_NAME = "foreign.example"
"""A name that leads to this computer for Chromium, as after DNS rebinding."""

SESSIONS = 2
PAINTED = 0.02
"""A screen with text on it has at least this share of points that are not background."""

ENTER = 13

SOME_ROW = 115
"""Where, in pixels from the top, the third person of the list is drawn."""

PATIENCE_S = 30.0


@dataclass
class Visit:
    """Chromium, the server, and what did not hold."""

    browser: chromium.Browser
    server: asyncio.subprocess.Process
    address: str
    """With the token."""
    folder: Path
    picture: Path | None
    faults: list[str] = field(default_factory=list)

    @property
    def host(self) -> str:
        """Host and port."""
        return urlsplit(self.address).netloc

    def expect(self, what: str, holds: bool) -> None:
        """Say it, and remember it where it does not hold."""
        _say(f"  {'ok' if holds else 'NO'}  {what}")
        if not holds:
            self.faults.append(what)

    def sessions(self) -> list[str]:
        """The process ids of the programs that the server has started and that still run."""
        asked = ["ps", "-o", "pid=", "--ppid", str(self.server.pid)]
        listed = subprocess.run(asked, capture_output=True, text=True, check=False)  # noqa: S603 - the system's
        return listed.stdout.split()

    async def until(self, condition: Callable[[], object]) -> bool:
        """Whether it comes to hold in time."""
        for _ in range(int(PATIENCE_S / 0.1)):
            if condition():
                return True
            await asyncio.sleep(0.1)
        return False


async def kept_out(visit: Visit) -> None:
    """Without the token, from another page, under another name: nothing, and no program is started."""
    for path in ("", "x/", "ws"):
        tab = await visit.browser.open(f"http://{visit.host}/{path}")
        said = await tab.until("document.body && document.body.innerText.includes('whole address')")
        visit.expect(f"/{path} without the token is refused, and says what to open", said)
        await tab.close()

    async def page(_: web.Request) -> web.Response:
        socket = f"{visit.address.replace('http', 'ws', 1)}ws?width=80&height=24"
        return web.Response(text=FOREIGN_PAGE % socket, content_type="text/html")

    other = web.Application()
    other.router.add_get("/", page)
    runner = web.AppRunner(other)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    for name in ("127.0.0.1", "localhost"):
        tab = await visit.browser.open(f"http://{name}:{runner.addresses[0][1]}/")
        await tab.until("'outcome' in window")
        outcome = await tab.value("outcome")
        visit.expect(
            f"a page of another server at {name} opens no session with the token", outcome == "refused"
        )
        await tab.close()
    await runner.cleanup()

    foreign = visit.address.replace("127.0.0.1", FOREIGN_NAME)
    tab = await visit.browser.open(foreign)
    said = await tab.until("document.body && document.body.innerText.includes('not known by that name')")
    visit.expect("a foreign name for this computer is not answered to, with the token", said)
    await tab.close()
    visit.expect("none of that has started a program", not visit.sessions())


async def let_in(visit: Visit) -> None:
    """With the token: the screen is painted, heeds keys and mouse, hands over files, and asks nobody else."""
    tab = await visit.browser.open(visit.address)
    words = ("Invitations", "viewer", "Summer party", "finished")
    visit.expect("the screen is drawn, of a viewer", all([await tab.hears(word) for word in words]))
    painted = await tab.until("document.body.matches('.-first-byte')") and await tab.hears("Check-up")
    await asyncio.sleep(1.0)
    share = share_painted(await tab.picture(scale=0.25))
    visit.expect(
        f"Chromium paints it ({share:.0%} of the points are no background)", painted and share > PAINTED
    )
    if visit.picture is not None:
        visit.picture.write_bytes(await tab.picture())
    await tab.press("p")
    visit.expect("a key goes to the program: the people are listed", await tab.hears("Consent"))
    before = await tab.picture(scale=0.25)
    for _ in range(2):  # the first moves the cursor there, the second opens
        await tab.click(200, SOME_ROW)
        await asyncio.sleep(1.0)
    opened = await tab.hears("Report") and not await tab.value(
        "heard.includes('Import') || heard.includes('Block…')"
    )
    visit.expect("a click goes to the program: a person is opened; no act is offered there", opened)
    visit.expect("the picture has changed", await tab.picture(scale=0.25) != before)
    await _handed_over(visit, tab)
    asked = {urlsplit(each["request"]["url"]).netloc for each in tab.events("Network.requestWillBeSent")}
    visit.expect("no other server is asked for anything", asked <= {visit.host, ""})
    errors = [*tab.events("Runtime.exceptionThrown"), *tab.events("Log.entryAdded")]
    visit.expect("the page's own rules forbid nothing that it does", not errors)
    visit.faults += [json.dumps(each)[:300] for each in errors]
    await tab.close()
    visit.expect("a closed tab ends its program", await visit.until(lambda: not visit.sessions()))


async def _handed_over(visit: Visit, tab: chromium.Tab) -> None:
    where = str(visit.folder)
    await visit.browser.ask("Browser.setDownloadBehavior", behavior="allow", downloadPath=where)
    await tab.press("r")
    await tab.hears("Your entry")
    await tab.press("s")
    await tab.hears("your browser keeps it")
    await asyncio.sleep(1.0)
    await tab.press("Enter", ENTER)
    has_come = await visit.until(lambda: [*visit.folder.glob("report-*.txt")])
    visit.expect("what the viewer saves is fetched below the token, and comes to the browser", has_come)
    kept = [each.read_text("utf-8") for each in visit.folder.glob("report-*.txt")]
    visit.expect("it is whole", any("Your entry" in text and text.endswith("\n") for text in kept))


async def bounded(visit: Visit) -> None:
    """No more sessions than allowed; all of them end with the server."""
    tabs = [await visit.browser.open(visit.address) for _ in range(SESSIONS)]
    visit.expect(f"{SESSIONS} sessions run", all([await tab.hears("viewer") for tab in tabs]))
    more = await visit.browser.open(visit.address)
    said = await more.until("document.body && document.body.innerText.includes('As many sessions')")
    visit.expect("one more is told that there is no room", said)
    running = visit.sessions()
    visit.expect("each is one process", len(running) == SESSIONS)
    visit.server.send_signal(signal.SIGTERM)
    code = await asyncio.wait_for(visit.server.wait(), PATIENCE_S)
    visit.expect("SIGTERM ends the server with exit code 0", code == 0)
    visit.expect("and every program with it", not any(map(_is_alive, running)))
    ended = [await tab.until("document.body.matches('.-closed')") for tab in tabs]
    visit.expect("the pages say that their session has ended", all(ended))


async def _prove(program: str, database: Path, picture: Path | None) -> list[str]:
    server = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "invite_tui", "serve", "--read-only", "--port", "0", "--json",
        "--sessions", str(SESSIONS), "--db", str(database), stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    rules = f"--host-resolver-rules=MAP {FOREIGN_NAME} 127.0.0.1"
    try:
        told = await server.stdout.readline() if server.stdout is not None else b""
        address = json.loads(told)["address"]
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
            folder = Path(name)
            async with chromium.running(program, folder / "profile", rules) as browser:
                visit = Visit(browser, server, address, folder, picture)
                for part in (kept_out, let_in, bounded):
                    await part(visit)
        return visit.faults
    finally:
        if server.returncode is None:
            server.terminate()
            await server.wait()


def _is_alive(process: str) -> bool:
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return False
    return True


def main(arguments: list[str]) -> int:
    """Prove it; say what is missing where it cannot be proved."""
    program = chromium.found()
    if program is None:
        _say(f"NOT PROVED: no Chromium is installed (looked for {', '.join(chromium.NAMES)}).")
        return 1
    began = time.monotonic()
    with demo.running_demo(seed=1, pace=0.0) as parts:
        with Store.open(parts.settings.db) as store:
            demo.prepare(store, parts, contacts=None, seed=1)
            demo.invite_everyone(store, parts)
            demo.wait_for_quiet(parts)
        picture = Path(arguments[0]).resolve() if arguments else None
        faults = asyncio.run(_prove(program, parts.settings.db, picture))
    outcome = f"NOT PROVED: {'; '.join(faults)}" if faults else "Everything holds"
    _say(f"{outcome}; {time.monotonic() - began:.0f} s in all.")
    return 1 if faults else 0


def _say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
