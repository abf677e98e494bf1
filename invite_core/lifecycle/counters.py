"""The counters of a run, kept exact in the transaction that changes a message."""

from collections.abc import Mapping

from invite_core.store import Store

Name = tuple[int, str, str]
"""A counter: the run, the kind (`state`, or `block` for the strongest reason of those blocked), the name."""


def move(store: Store, by: Mapping[Name, int]) -> None:
    """Add to each counter what it is to change by; one that does not exist yet begins at nothing."""
    for (run, kind, name), n in by.items():
        if not n:
            continue
        values = {"run": run, "kind": kind, "name": name, "n": n}
        changed = store.execute(
            "UPDATE run_counters SET n = n + :n WHERE run = :run AND kind = :kind AND name = :name", values
        )
        if not changed:
            store.execute(
                "INSERT INTO run_counters (run, kind, name, n) VALUES (:run, :kind, :name, :n)", values
            )
