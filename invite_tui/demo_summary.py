"""What came out of a demo: the run's counts, and the stand-in's own log held against the database."""

from collections import Counter
from typing import Any

from invite_core.store import Store
from invite_core.views.run_board import run_board
from invite_core.views.run_messages import messages
from invite_tui.demo import Demo, ask_simulator

REACHED_NOBODY = ("blocked", "queued", "failed", "cancelled", "unconfirmed")
"""States in which a message may have no id of Meta's."""


def summary(store: Store, demo: Demo, run: int, report: dict[str, Any], elapsed_s: float) -> dict[str, Any]:
    """The document of `demo --headless --json`; `report` is the import's.

    `simulator_delivered` and `delivered_twice` come from the stand-in's log alone, `disagreements`
    counts the messages of which its log and the database say different things.
    """
    board = run_board(store, run)
    log = ask_simulator(demo, "log")
    accepted = {entry["wamid"]: entry["to"] for entry in log if entry["kind"] == "accepted"}
    reached = {entry["wamid"]: entry["to"] for entry in log if entry["kind"] in ("delivered", "read")}
    refused = Counter(row["reason"] for row in report["rejected"])
    imported = {**report, "rejected": refused.total(), "warnings": len(report["warnings"])}
    return {
        "contacts": board.run.total,
        "imported": imported,
        "rejected": dict(refused.most_common()),
        "eligible": board.run.eligible,
        "blocked": board.blocked,
        "counts": board.counts,
        "simulator_accepted": len(accepted),
        "simulator_delivered": len(reached),
        "accepted_twice": len(accepted) - len(set(accepted.values())),
        "delivered_twice": len(reached) - len(set(reached.values())),
        "unconfirmed": board.counts["unconfirmed"],
        "disagreements": _disagreements(store, run, accepted, reached),
        "elapsed_s": round(elapsed_s, 1),
    }


def _disagreements(store: Store, run: int, accepted: dict[str, str], reached: dict[str, str]) -> int:
    wrong, known = 0, set()
    for message in messages(store, run):
        wamid = message["provider_message_id"]
        if wamid is None:
            wrong += message["state"] not in REACHED_NOBODY
            continue
        known.add(wamid)
        says_reached = message["delivered_at"] is not None or message["read_at"] is not None
        wrong += accepted.get(wamid) != message["phone"] or says_reached != (wamid in reached)
    return wrong + len(accepted.keys() - known)
