"""The counters of a run, kept exact in the transaction that changes a message."""

from invite_core.lifecycle.states import State
from invite_core.store import Store


def moved(store: Store, run: int, before: State, after: State, n: int = 1) -> None:
    """`n` messages of `run` went from `before`, in which they were counted, to `after`."""
    if before is after or not n:
        return
    values = {"run": run, "before": before, "after": after, "n": n}
    changed = store.execute(
        """UPDATE run_counters SET n = n + CASE name WHEN :after THEN :n ELSE -:n END
           WHERE run = :run AND kind = 'state' AND name IN (:before, :after)""",
        values,
    )
    if changed < 2:
        _begin(store, run, "state", after, n)


def blocked(store: Store, run: int, reason: str) -> None:
    """One more message of `run` is blocked, `reason` being its strongest."""
    _add(store, run, "block", reason, 1)


def unblocked(store: Store, run: int, reason: str) -> None:
    """One message of `run` that was blocked for `reason` has been sent after all, as Meta says."""
    _add(store, run, "block", reason, -1)


def _add(store: Store, run: int, kind: str, name: str, n: int) -> None:
    changed = store.execute(
        "UPDATE run_counters SET n = n + :n WHERE run = :run AND kind = :kind AND name = :name",
        {"run": run, "kind": kind, "name": name, "n": n},
    )
    if not changed:
        _begin(store, run, kind, name, n)


def _begin(store: Store, run: int, kind: str, name: str, n: int) -> None:
    store.execute(
        "INSERT INTO run_counters (run, kind, name, n) VALUES (:run, :kind, :name, :n)",
        {"run": run, "kind": kind, "name": name, "n": n},
    )
