"""The listener under load and senders at work, as real processes on one file: nothing lost, nothing “locked”.

A third process adds people meanwhile, fifty a second at most. Every body that was answered with 200 must be
in the file, every guest's row must say what the stand-in's log says, and every import must be there.
"""

import json
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path

from invite_core import instants
from invite_core.operations.opening import open_database
from invite_core.people import contacts
from invite_core.store import Store, StoreError
from proofs import bodies
from proofs.children import Child
from proofs.judgement import judge
from proofs.listening.ends import contradictions, unsound
from proofs.sender import finish
from proofs.world import OPERATOR, Party, World, open_world
from webhook_listener.app import WEBHOOK_PATH

_CONNECTIONS = 16
_PAUSE_S = 0.02
"""Between two people; a program that writes without any pause can hold the others up for seconds."""
_BEGAN = datetime(2026, 9, 1, 12, tzinfo=UTC)


def load(world: World, seconds: float, report: Path) -> Child:
    """A process that posts one status after another over sixteen connections; the answers, and the ids of what
    was acknowledged, are left in `report`."""
    secret, port = world.settings.app_secret.get_secret_value(), world.settings.listen_port

    def act() -> int:
        answers: Counter[int] = Counter()
        acknowledged: list[str] = []
        threads = [
            threading.Thread(target=_post, args=(place, port, secret, seconds, answers, acknowledged))
            for place in range(_CONNECTIONS)
        ]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        report.write_text(json.dumps([dict(answers), acknowledged]), "utf-8")
        return 0

    return Child(act, log=world.settings.db.with_name("load.log"))


def _post(
    place: int, port: int, secret: str, seconds: float, answers: Counter[int], acknowledged: list[str]
) -> None:
    connection, until, n = HTTPConnection("127.0.0.1", port, timeout=60), time.monotonic() + seconds, 0
    while time.monotonic() < until:
        n += 1
        message_id = f"wamid.load{place}.{n}"
        body = bodies.body([bodies.status(message_id, "sent", _BEGAN)])
        headers = {"X-Hub-Signature-256": bodies.signature(body, secret)}
        connection.request("POST", WEBHOOK_PATH, body, headers)
        answer = connection.getresponse()
        answer.read()
        answers[answer.status] += 1
        if answer.status == 200:
            acknowledged.append(message_id)
    connection.close()


def importing(world: World, seconds: float, report: Path) -> Child:
    """A process that adds one person after another; how many, and what was refused, is left in `report`."""

    def act() -> int:
        until, added, refused = time.monotonic() + seconds, 0, list[str]()
        between = threading.Event()
        with open_database(world.settings.db) as store:
            while time.monotonic() < until:
                try:
                    contacts.add(
                        store, name=f"Added {added}", phones=[f"+447500{added:06d}"], by=OPERATOR,
                        now=instants.now(),
                    )  # fmt: skip
                    added += 1
                    between.wait(_PAUSE_S)
                except StoreError as error:
                    refused.append(str(error))
        report.write_text(json.dumps([added, refused]), "utf-8")
        return 0

    return Child(act, log=world.settings.db.with_name("importing.log"))


def prove(say: Callable[[str], None], *, seconds: float = 60.0, seed: int = 5) -> list[str]:
    """All of them at once for so long; what was lost or refused."""
    with open_world(seed=seed) as world:
        folder = world.settings.db.parent
        loads, imports = folder / "load.json", folder / "importing.json"
        others = [load(world, seconds, loads), importing(world, seconds, imports)]
        for each in others:
            each.release()
        until, parties = time.monotonic() + seconds, list[Party]()
        while time.monotonic() < until:
            parties.append(world.party())
            finish(world, parties[-1])
        codes = [each.exit_code(seconds + 60) for each in others]
        world.drain()
        if any(codes):
            return [
                f"the other processes ended with {codes}",
                (folder / "load.log").read_text("utf-8")[-400:],
            ]
        answers, acknowledged = json.loads(loads.read_text("utf-8"))
        added, refused = json.loads(imports.read_text("utf-8"))
        faults = [fault for party in parties for fault in judge(world, party).faults]
        faults += _lost(world, acknowledged, added)
        logged = "".join(path.read_text("utf-8", "replace") for path in folder.glob("*.log"))
        say(
            f"  {seconds:.0f} s: {len(acknowledged):,} updates acknowledged, {len(parties):,} parties of five sent, "
            f"{added:,} people added; answers {answers}, {len(refused)} acts refused, "
            f"“locked” in the logs {logged.count('locked')} times"
        )
    if set(answers) != {"200"} or refused or "locked" in logged:
        faults.append(f"not everything went through: {answers}, {refused[:2]}")
    return faults


def _lost(world: World, acknowledged: list[str], added: int) -> list[str]:
    with Store.open(world.settings.db, read_only=True) as store:
        rows = store.rows("SELECT provider_message_id FROM webhook_receipts WHERE kind = 'status'")
        missing = set(acknowledged) - {row["provider_message_id"] for row in rows}
        people = store.value("SELECT count(*) FROM contacts WHERE name LIKE 'Added %'")
        faults = contradictions(store) + unsound(store)
    if missing:
        faults.append(f"{len(missing)} acknowledged updates are lost")
    if people != added:
        faults.append(f"{added} people were added, {people} are there")
    return faults
