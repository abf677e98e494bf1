"""Runs: where each stands, why it is paused, and going on. `freezing` makes them."""

import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from invite_core.errors import InviteError
from invite_core.instants import stored
from invite_core.invitations import events, long_gaps, review, run_policy, template_standing
from invite_core.invitations.hours import Hours, parse_hours
from invite_core.invitations.plan import Purpose
from invite_core.invitations.restraint import FrequencyCap, parse_cap
from invite_core.operators import Operator
from invite_core.people import acts
from invite_core.store import Row, Store


class RunFault(InviteError):
    """A run is unknown, or its status does not allow the act."""


class Status(StrEnum):
    """Where a run stands."""

    DRAFT = "draft"
    """Frozen, and not released."""
    READY = "ready"
    """Waits for a sender."""
    SENDING = "sending"
    """A sender is at work."""
    PAUSED = "paused"
    """Stopped, with the reason beside it."""
    FINISHED = "finished"
    """No message waits or is on the wire."""
    CANCELLED = "cancelled"
    """The rest was given up."""


class PauseReason(StrEnum):
    """Why a run is paused."""

    OPERATOR = "operator"
    """A person paused it."""
    ACCOUNT = "account"
    """Meta refuses the account, the number or the token."""
    TEMPLATE = "template"
    """Meta refuses the template."""
    FAILURE_BURST = "failure_burst"
    """Many messages failed alike."""
    QUALITY = "quality"
    """The number's or the template's quality fell."""
    DAILY_LIMIT = "daily_limit"
    """The account's limit of people per day is reached."""
    OUTSIDE_WINDOW = "outside_window"
    """It is too early, or outside the hours for sending."""
    FACTS_CHANGED = "facts_changed"
    """The event is no longer what this run says."""
    LISTENER_GAP = "listener_gap"
    """The listener was away; stops and answers may be on their way."""
    COST = "cost"
    """The next message would pass --max-cost."""
    FIRST_SLICE = "first_slice"
    """The first slice is out; look at its results."""
    SENDER_STOPPED = "sender_stopped"
    """The sender ended before the run did."""
    STORAGE = "storage"
    """The disk does not take what has to be written before a message may leave."""
    RESTORED = "restored"
    """The file was restored from a backup."""


UNFINISHED = (Status.DRAFT, Status.READY, Status.SENDING, Status.PAUSED)
"""Where a run may still send."""

UNFINISHED_SQL = ", ".join(f"'{status}'" for status in UNFINISHED)
"""The same as SQL, for `status IN (…)`."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run as the file holds it."""

    id: int
    event: int
    purpose: Purpose
    occasion: str
    template: str
    language: str
    fallback: str | None
    audience: str
    per_household: bool
    not_before: str | None
    not_after: str | None
    first_slice: int | None
    facts_version: int
    status: Status
    paused_because: PauseReason | None
    paused_detail: str
    cap: FrequencyCap | None
    hours: Hours | None
    """The hours of the day in which it may send; None: at any."""
    rate_card: int | None
    """The card of prices that counts for the run; None where there was none."""
    max_cost: int | None
    """What may be spent, in micros of the card's currency; None: no bound."""
    claimed_cost: int | None
    """No less than what was spent of it; None: to be counted anew."""
    number_quality: str | None
    """The number's quality when the run was made or last resumed, as far as it was known."""
    total: int
    eligible: int


def get(store: Store, run: int) -> Run:
    """The run with that id. Raises `RunFault`."""
    row = store.row("SELECT * FROM invite_send_runs WHERE id = ?", (run,))
    if row is None:
        raise RunFault(f"There is no run {run}.", "See `invite-tui runs list`.")
    return _run(row)


def _run(row: Row) -> Run:
    because, policy = row["paused_because"], json.loads(row["policy"])
    window = policy.get("window")
    return Run(
        id=row["id"],
        event=row["event"],
        purpose=Purpose(row["purpose"]),
        occasion=row["occasion"],
        template=row["template"],
        language=row["language"],
        fallback=row["fallback"],
        audience=row["audience"],
        per_household=bool(policy.get("per_household")),
        not_before=row["not_before"],
        not_after=row["not_after"],
        first_slice=row["first_slice"],
        facts_version=row["facts_version"],
        status=Status(row["status"]),
        paused_because=PauseReason(because) if because else None,
        paused_detail=row["paused_detail"],
        cap=parse_cap(policy["cap"]) if policy.get("cap") else None,
        hours=parse_hours(window, theirs=bool(policy.get("their_time"))) if window else None,
        rate_card=row["rate_card"],
        max_cost=row["max_cost"],
        claimed_cost=row["claimed_cost"],
        number_quality=policy.get("number_quality"),
        total=row["total"],
        eligible=row["eligible"],
    )


def pause(
    store: Store, run: int, because: PauseReason, *, by: Operator, now: datetime, detail: str = ""
) -> bool:
    """Stop claiming messages of `run`; whether this changed anything. Requests on the wire are awaited.

    The pause of an operator, and one that Meta causes, take the place of one that would end by itself.
    """
    by.may_act("pause a run")
    get(store, run)
    with store.write():
        changed = store.execute(
            """UPDATE invite_send_runs SET status = 'paused', paused_because = :because, paused_detail = :detail,
                   changed_at = :at WHERE id = :run AND (status IN ('draft', 'ready', 'sending')
                   OR (:because IN ('operator', 'account', 'template', 'quality')
                       AND paused_because IN ('daily_limit', 'outside_window', 'listener_gap')))
            """,
            {"run": run, "because": because, "detail": detail, "at": stored(now)},
        )
        if changed:
            acts.record(store, f"pause run ({because})", "run", str(run), reason=detail, by=by, now=now)
    return bool(changed)


def pause_all_of(store: Store, event: int, detail: str, *, now: datetime) -> None:
    """Pause every unfinished run of `event`, because it says the old facts (inside a write transaction)."""
    store.execute(
        f"""UPDATE invite_send_runs
            SET status = 'paused', paused_because = 'facts_changed', paused_detail = :detail, changed_at = :now
            WHERE event = :event AND status IN ({UNFINISHED_SQL})""",
        {"event": event, "detail": detail, "now": stored(now)},
    )


def unfinished_of(store: Store, event: int) -> list[int]:
    """The runs of `event` that an edit or a cancellation has paused or would pause."""
    rows = store.rows(
        f"SELECT id FROM invite_send_runs WHERE event = ? AND status IN ({UNFINISHED_SQL}) ORDER BY id",
        (event,),
    )
    return [row["id"] for row in rows]


def resume(store: Store, run: int, *, by: Operator, now: datetime) -> Run:
    """Lift a pause: the run is `ready` again. Raises `RunFault` where it may not go on, `ReviewNeeded` for a
    restored file, `StopsMayBeLost` after an absence of the listener that nobody has accepted."""
    by.may_act("resume a run")
    with store.write():
        # Judged in here, because another program may be changing the event just now.
        found = get(store, run)
        if found.status in (Status.READY, Status.SENDING):
            return found
        _must_be_resumable(store, found)
        if found.paused_because is PauseReason.QUALITY:
            run_policy.accept_quality(store, run, found.template)
        store.execute(
            """UPDATE invite_send_runs SET status = 'ready', paused_because = NULL, paused_detail = '',
                   first_slice = CASE paused_because WHEN 'first_slice' THEN NULL ELSE first_slice END,
                   max_cost = CASE paused_because WHEN 'cost' THEN NULL ELSE max_cost END, claimed_cost = NULL,
                   changed_at = :at WHERE id = :run AND status = 'paused'""",
            {"run": run, "at": stored(now)},
        )
        acts.record(store, "resume run", "run", str(run), by=by, now=now)
    return get(store, run)


def _must_be_resumable(store: Store, run: Run) -> None:
    if run.status is not Status.PAUSED:
        raise RunFault(f"Run {run.id} is {run.status}; there is nothing to resume.", "")
    review.require_done(store)
    long_gaps.require_accepted(store, run.id)
    template_standing.require_sendable(store, run.id)
    if run.facts_version != events.get(store, run.event).facts_version:
        raise RunFault(
            f"Run {run.id} was made before the event was changed, and would send the old facts.",
            f"Cancel it (`invite-tui runs cancel {run.id}`) and send again: "
            "whoever has it is not written to twice.",
        )


def start(store: Store, run: int, *, at: str) -> None:
    """A sender takes up a `ready` run (inside a write transaction)."""
    store.execute(
        """UPDATE invite_send_runs SET status = 'sending', started_at = coalesce(started_at, :at), changed_at = :at
           WHERE id = :run AND status = 'ready'""",
        {"run": run, "at": at},
    )
