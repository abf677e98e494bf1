"""What an organiser does to the messages of a run: give up the rest, try the failed again; and the
completion of a run."""

from datetime import datetime

from invite_core.crashpoints import crashpoint
from invite_core.instants import after, spoken, stored
from invite_core.invitations import runs
from invite_core.invitations.runs import Run, RunFault, Status
from invite_core.lifecycle import messages
from invite_core.lifecycle.ledger import Ledger
from invite_core.lifecycle.states import State
from invite_core.operators import Operator
from invite_core.people import acts
from invite_core.provider.error_table import explain
from invite_core.store import Row, Store


def cancel_rest(store: Store, run: int, *, by: Operator, now: datetime) -> Run:
    """Give up every message of the run that still waits. What was sent stays sent.

    Raises `RunFault` for a run that is finished or cancelled.
    """
    by.may_act("cancel a run")
    at = stored(now)
    with store.write():
        found = runs.get(store, run)
        if found.status not in runs.UNFINISHED:
            raise RunFault(f"Run {run} is {found.status}; there is nothing to cancel.", "")
        messages.waiting_cancelled(store, run, cause=f"cancelled by {by.name}", now=at)
        store.execute(
            """UPDATE invite_send_runs SET status = 'cancelled', paused_because = NULL, paused_detail = '',
                   ended_at = :at, changed_at = :at WHERE id = :run""",
            {"run": run, "at": at},
        )
        acts.record(store, "cancel run", "run", str(run), by=by, now=now)
    return runs.get(store, run)


def retry_failed(store: Store, run: int, *, by: Operator, now: datetime) -> tuple[Run, int]:
    """Queue again what failed and may be tried again; the run is left `paused` (`operator`).

    Never a message that any of its attempts brought to the person (`delivered` or `read`), nor one whose
    error says that trying again is wrong, or wrong so soon. Gives the run and how many were queued.
    Raises `RunFault` where there are none (saying from when there are, if only time is missing), and for
    a cancelled run.
    """
    by.may_act("retry a run")
    at = stored(now)
    queued, later = 0, []
    with store.write():
        if runs.get(store, run).status is Status.CANCELLED:
            raise RunFault(
                f"Run {run} is cancelled; nothing in it is tried again.",
                "Send again: a new run writes to whoever has not got the message.",
            )
        failed = store.rows(_FAILED, (run,))
        ledger = Ledger(store, now=at)
        ledger.read(messages=[row["id"] for row in failed])
        for row in failed:
            since = _may_be_retried_from(row)
            if since is not None and since > at:
                later.append(since)
            elif since is not None and messages.take_slots(store, row["id"]):
                ledger.message(row["id"]).has_slot = True
                _queue_again(ledger, row["id"], f"retried by {by.name}")
                queued += 1
        ledger.write()
        too_soon = f"{len(later)} may be tried again only from {spoken(min(later))} on." if later else ""
        if not queued:
            raise RunFault(
                f"Nothing in run {run} may be tried again{' yet' if later else ''}.",
                too_soon or f"See `invite-tui messages {run} --state failed` for the reasons.",
            )
        pause_for_more(store, run, f"Failed messages were queued again. {too_soon}".rstrip(), at=at)
        acts.record(store, "retry run", "run", str(run), by=by, now=now)
    return runs.get(store, run), queued


_FAILED = """SELECT id, error_code, failed_at FROM invite_messages WHERE run = ? AND state = 'failed'
    AND delivered_at IS NULL AND read_at IS NULL AND NOT EXISTS (
        SELECT 1 FROM send_attempts WHERE send_attempts.message = invite_messages.id
        AND (send_attempts.delivered_at IS NOT NULL OR send_attempts.read_at IS NOT NULL))
    ORDER BY id"""
"""The messages of a run that failed, and of which no attempt reached the person."""


def _may_be_retried_from(row: Row) -> str | None:
    """The moment from which a failed message may be tried again ('' for any), or None for never."""
    fact = explain(row["error_code"])
    if not fact.may_be_retried:
        return None
    waits = fact.cool_down_seconds and row["failed_at"]
    return after(row["failed_at"], fact.cool_down_seconds) if waits else ""


def _queue_again(ledger: Ledger, message: int, cause: str) -> None:
    standing = ledger.message(message)
    ledger.supersede_open(standing, cause)
    ledger.set_on_message(standing, {"next_attempt_at": ledger.now})
    ledger.show(standing, own=State.QUEUED, cause=cause)


def pause_for_more(store: Store, run: int, detail: str, *, at: str) -> None:
    """Leave a run, a finished one too, `paused` (`operator`) because messages of it were queued again; a run
    of a restored file stays `restored`. To be called inside `Store.write`."""
    store.execute(
        """UPDATE invite_send_runs SET status = 'paused', ended_at = NULL, paused_detail = :detail,
               paused_because = CASE paused_because WHEN 'restored' THEN 'restored' ELSE 'operator' END,
               changed_at = :at WHERE id = :run""",
        {"run": run, "at": at, "detail": detail},
    )


def any_waiting(store: Store, run: int) -> bool:
    """Whether a message of the run waits to be sent."""
    return bool(
        store.value("SELECT n FROM run_counters WHERE run = ? AND kind = 'state' AND name = 'queued'", (run,))
    )


def finish_if_done(store: Store, run: int, *, now: datetime) -> bool:
    """Mark a `sending` run `finished` when nothing of it waits or is on the wire; whether it is.

    `unconfirmed` messages do not hold it back: they are listed as needing attention and settle later.
    To be called inside `Store.write`.
    """
    busy = store.value(
        "SELECT sum(n) FROM run_counters WHERE run = ? AND kind = 'state' AND name IN ('queued', 'sending')",
        (run,),
    )
    if busy:
        return False
    crashpoint("control.finishing")
    return bool(
        store.execute(
            """UPDATE invite_send_runs SET status = :finished, ended_at = :at, changed_at = :at
               WHERE id = :run AND status = 'sending'""",
            {"finished": Status.FINISHED, "run": run, "at": stored(now)},
        )
    )
