"""What an organiser does to the messages of a run: give up the rest, try the failed again; and the
completion of a run."""

from datetime import datetime

from invite_core.instants import stored
from invite_core.invitations import runs
from invite_core.invitations.runs import Run, RunFault, Status
from invite_core.lifecycle import messages
from invite_core.lifecycle.standing import of_message
from invite_core.lifecycle.states import State
from invite_core.operators import Operator
from invite_core.provider.error_table import explain
from invite_core.store import Store


def cancel_rest(store: Store, run: int, *, by: Operator, now: datetime) -> Run:
    """Give up every message of the run that still waits. What was sent stays sent.

    Raises `RunFault` for a run that is finished or cancelled.
    """
    by.may_act("cancel a run")
    found = runs.get(store, run)
    if found.status not in runs.UNFINISHED:
        raise RunFault(f"Run {run} is {found.status}; there is nothing to cancel.", "")
    at = stored(now)
    with store.write():
        for row in store.rows("SELECT id FROM invite_messages WHERE run = ? AND state = 'queued'", (run,)):
            messages.release_slots(store, row["id"])
            standing = of_message(store, row["id"])
            messages.show(store, standing, own=State.CANCELLED, cause=f"cancelled by {by.name}", now=at)
        store.execute(
            """UPDATE invite_send_runs SET status = 'cancelled', paused_because = NULL, paused_detail = '',
                   ended_at = :at, changed_at = :at WHERE id = :run""",
            {"run": run, "at": at},
        )
        runs.record(store, "cancel run", run, by=by, at=at)
    return runs.get(store, run)


def retry_failed(store: Store, run: int, *, by: Operator, now: datetime) -> tuple[Run, int]:
    """Queue again what failed and may be tried again; the run is left `paused` (`operator`).

    Never a message with a `delivered` or `read` milestone, nor one whose error says that trying again
    is wrong. Gives the run and how many were queued. Raises `RunFault` where there are none.
    """
    by.may_act("retry a run")
    found = runs.get(store, run)
    at = stored(now)
    queued = 0
    with store.write():
        failed = store.rows(
            """SELECT id, error_code FROM invite_messages WHERE run = ? AND state = 'failed'
               AND delivered_at IS NULL AND read_at IS NULL""",
            (run,),
        )
        for row in failed:
            if explain(row["error_code"]).may_be_retried and messages.take_slots(store, row["id"]):
                _queue_again(store, row["id"], by, at)
                queued += 1
        if not queued:
            raise RunFault(
                f"Nothing in run {run} may be tried again.", "See `invite-tui messages` for the reasons."
            )
        store.execute(
            """UPDATE invite_send_runs SET status = 'paused', paused_because = 'operator', ended_at = NULL,
                   paused_detail = 'Failed messages were queued again.', changed_at = :at WHERE id = :run""",
            {"run": run, "at": at},
        )
        runs.record(store, "retry run", run, by=by, at=at)
    return runs.get(store, found.id), queued


def _queue_again(store: Store, message: int, by: Operator, at: str) -> None:
    store.execute(
        """UPDATE send_attempts SET superseded_at = :at, superseded_because = :because
           WHERE message = :message AND superseded_at IS NULL""",
        {"message": message, "at": at, "because": f"retried by {by.name}"},
    )
    store.execute("UPDATE invite_messages SET next_attempt_at = ? WHERE id = ?", (at, message))
    standing = of_message(store, message)
    messages.show(store, standing, own=State.QUEUED, cause=f"retried by {by.name}", now=at)


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
    return bool(
        store.execute(
            """UPDATE invite_send_runs SET status = :finished, ended_at = :at, changed_at = :at
               WHERE id = :run AND status = 'sending'""",
            {"finished": Status.FINISHED, "run": run, "at": stored(now)},
        )
    )
