"""Runs: an audience and its verdicts, frozen; and the status of each run.

Creating a run writes one message row per person of the audience, blocked people included, in one
transaction. From then on only `lifecycle` changes those rows.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from invite_core.errors import InviteError
from invite_core.instants import stored
from invite_core.invitations import events, templates
from invite_core.invitations.plan import Plan, PlanFault, Purpose, require_current
from invite_core.invitations.templates import Variant
from invite_core.invitations.verdicts import verdict_query
from invite_core.operators import Operator
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
    total: int
    eligible: int


def create(store: Store, plan: Plan, *, by: Operator, now: datetime) -> Run:
    """Freeze the plan into a run that is `ready`. One transaction; gives the run.

    Raises `TemplateFault` while a parameter has no field or a button no meaning, `PlanFault` where
    nobody is in the audience, the event is cancelled (but for a cancellation), or the event or a text
    was changed since the plan was made.
    """
    by.may_act("create a run")
    templates.require_complete(plan.variants)
    if plan.event.status == "cancelled" and plan.purpose not in (Purpose.CANCELLATION, Purpose.TEST):
        raise PlanFault(
            f"The event “{plan.event.name}” is cancelled.", "Use --purpose cancellation to tell people."
        )
    at = stored(now)
    with store.write():
        require_current(store, plan)
        run = _insert(store, plan, by, at)
        for variant in plan.variants:
            _freeze_variant(store, run, variant)
            templates.remember_choices(store, variant)
        query = verdict_query(store, plan, now=now, run=run)
        store.execute(
            f"""INSERT INTO invite_messages (run, event, purpose, occasion, contact, address, address_kind,
                    match_key, household, places, language, parameters, verdict, block_reasons, state,
                    next_attempt_at, slot_person, slot_address, changed_at)
                SELECT :run, :event, :purpose, :occasion, contact, address, address_kind, match_key, household,
                    places, variant, parameters,
                    CASE reasons WHEN '' THEN 'eligible' ELSE 'blocked' END, reasons,
                    CASE reasons WHEN '' THEN 'queued' ELSE 'blocked' END, :now,
                    CASE WHEN reasons = '' AND :purpose <> 'test' THEN contact END,
                    CASE WHEN reasons = '' AND :purpose <> 'test' THEN match_key END, :now
                FROM ({query.sql}) AS judged ORDER BY contact""",
            {**query.values, "run": run, "event": plan.event.id, "purpose": plan.purpose,
             "occasion": plan.occasion, "now": at},
        )  # fmt: skip
        _count(store, run)
        if not store.value("SELECT total FROM invite_send_runs WHERE id = ?", (run,)):
            raise PlanFault(
                f"Nobody is in the audience “{plan.audience}”.", "Choose another audience, or import people."
            )
        record(store, "create run", run, by=by, at=at)
    return get(store, run)


def _insert(store: Store, plan: Plan, by: Operator, at: str) -> int:
    return store.insert(
        """INSERT INTO invite_send_runs (event, purpose, occasion, template, language, fallback, audience, policy,
               not_before, not_after, first_slice, max_cost, facts_version, status, operator, created_at, changed_at)
           VALUES (:event, :purpose, :occasion, :template, :language, :fallback, :audience, :policy,
               :not_before, :not_after, :first, :max_cost, :facts_version, 'ready', :operator, :at, :at)""",
        {
            "event": plan.event.id,
            "purpose": plan.purpose,
            "occasion": plan.occasion,
            "template": plan.template,
            "language": plan.language,
            "fallback": plan.fallback,
            "audience": plan.audience,
            "policy": json.dumps({"per_household": plan.per_household}),
            "not_before": plan.not_before,
            "not_after": plan.not_after,
            "first": plan.first,
            "max_cost": plan.max_cost,
            "facts_version": plan.event.facts_version,
            "operator": by.name,
            "at": at,
        },
    )


def _freeze_variant(store: Store, run: int, variant: Variant) -> None:
    store.execute(
        """INSERT INTO run_variants (run, language, category, parameter_format, components, mapping, buttons)
           VALUES (:run, :language, :category, :format, :components, :mapping, :buttons)""",
        {
            "run": run,
            "language": variant.language,
            "category": variant.category,
            "format": variant.parameter_format,
            "components": json.dumps(variant.components, ensure_ascii=False),
            "mapping": json.dumps(variant.mapping, ensure_ascii=False),
            "buttons": json.dumps(variant.buttons, ensure_ascii=False),
        },
    )


def _count(store: Store, run: int) -> None:
    store.execute(
        """INSERT INTO run_counters (run, kind, name, n)
           SELECT run, 'state', state, count(*) FROM invite_messages WHERE run = :run GROUP BY run, state""",
        {"run": run},
    )
    strongest: dict[str, int] = {}
    for row in store.rows(
        """SELECT block_reasons, count(*) AS n FROM invite_messages
           WHERE run = :run AND state = 'blocked' GROUP BY block_reasons""",
        {"run": run},
    ):
        reason = row["block_reasons"].split(",")[0]
        strongest[reason] = strongest.get(reason, 0) + row["n"]
    store.execute_many(
        "INSERT INTO run_counters (run, kind, name, n) VALUES (?, 'block', ?, ?)",
        [(run, reason, n) for reason, n in strongest.items()],
    )
    store.execute(
        """UPDATE invite_send_runs SET
               total = (SELECT count(*) FROM invite_messages WHERE run = :run),
               eligible = (SELECT count(*) FROM invite_messages WHERE run = :run AND verdict = 'eligible')
           WHERE id = :run""",
        {"run": run},
    )


def get(store: Store, run: int) -> Run:
    """The run with that id. Raises `RunFault`."""
    row = store.row("SELECT * FROM invite_send_runs WHERE id = ?", (run,))
    if row is None:
        raise RunFault(f"There is no run {run}.", "See `invite-tui runs list`.")
    return _run(row)


def plan_of(store: Store, run: Run) -> Plan:
    """The plan that the run froze, with its own variants and what Meta now says of their approval."""
    frozen = store.rows("SELECT * FROM run_variants WHERE run = ? ORDER BY language", (run.id,))
    now_known = {
        row["language"]: row
        for row in store.rows(
            "SELECT id, language, status, quality, synced_at FROM templates WHERE name = ?", (run.template,)
        )
    }
    return Plan(
        event=events.get(store, run.event),
        template=run.template,
        variants=tuple(_frozen_variant(run.template, row, now_known[row["language"]]) for row in frozen),
        language=run.language,
        fallback=run.fallback,
        audience=run.audience,
        per_household=run.per_household,
        purpose=run.purpose,
        occasion=run.occasion,
        first=run.first_slice,
        not_before=run.not_before,
        not_after=run.not_after or "9999",
        max_cost=None,
    )


def _frozen_variant(template: str, row: Row, known: Row) -> Variant:
    return Variant(
        id=known["id"],
        name=template,
        language=row["language"],
        status=known["status"],
        category=row["category"],
        parameter_format=row["parameter_format"],
        components=json.loads(row["components"]),
        quality=known["quality"],
        mapping=json.loads(row["mapping"]),
        buttons=json.loads(row["buttons"]),
        synced_at=known["synced_at"],
    )


def _run(row: Row) -> Run:
    because = row["paused_because"]
    return Run(
        id=row["id"],
        event=row["event"],
        purpose=Purpose(row["purpose"]),
        occasion=row["occasion"],
        template=row["template"],
        language=row["language"],
        fallback=row["fallback"],
        audience=row["audience"],
        per_household=bool(json.loads(row["policy"]).get("per_household")),
        not_before=row["not_before"],
        not_after=row["not_after"],
        first_slice=row["first_slice"],
        facts_version=row["facts_version"],
        status=Status(row["status"]),
        paused_because=PauseReason(because) if because else None,
        paused_detail=row["paused_detail"],
        total=row["total"],
        eligible=row["eligible"],
    )


def record(store: Store, act: str, run: int, *, by: Operator, at: str, reason: str = "") -> None:
    """Note in the record who did what to a run (inside a write transaction)."""
    store.insert(
        """INSERT INTO operator_acts (at, by, role, act, subject_kind, subject, reason)
           VALUES (:at, :by, :role, :act, 'run', :run, :reason)""",
        {"at": at, "by": by.name, "role": by.role, "act": act, "run": str(run), "reason": reason},
    )


def pause(
    store: Store, run: int, because: PauseReason, *, by: Operator, now: datetime, detail: str = ""
) -> bool:
    """Stop claiming messages of `run`; whether this changed anything. Requests on the wire are awaited."""
    by.may_act("pause a run")
    get(store, run)
    with store.write():
        changed = store.execute(
            """UPDATE invite_send_runs SET status = 'paused', paused_because = :because, paused_detail = :detail,
                   changed_at = :at WHERE id = :run AND status IN ('draft', 'ready', 'sending')""",
            {"run": run, "because": because, "detail": detail, "at": stored(now)},
        )
        if changed:
            record(store, f"pause run ({because})", run, by=by, at=stored(now), reason=detail)
    return bool(changed)


def resume(store: Store, run: int, *, by: Operator, now: datetime) -> Run:
    """Lift a pause: the run is `ready` again. Raises `RunFault` where it may not go on."""
    by.may_act("resume a run")
    found = get(store, run)
    if found.status in (Status.READY, Status.SENDING):
        return found
    if found.status is not Status.PAUSED:
        raise RunFault(f"Run {run} is {found.status}; there is nothing to resume.", "")
    if found.facts_version != events.get(store, found.event).facts_version:
        raise RunFault(
            f"Run {run} was made before the event was changed, and would send the old facts.",
            f"Cancel it (`invite-tui runs cancel {run}`) and send again: whoever has it is not written to twice.",
        )
    with store.write():
        store.execute(
            """UPDATE invite_send_runs SET status = 'ready', paused_because = NULL, paused_detail = '',
                   first_slice = CASE paused_because WHEN 'first_slice' THEN NULL ELSE first_slice END,
                   changed_at = :at WHERE id = :run AND status = 'paused'""",
            {"run": run, "at": stored(now)},
        )
        record(store, "resume run", run, by=by, at=stored(now))
    return get(store, run)


def start(store: Store, run: int, *, at: str) -> None:
    """A sender takes up a `ready` run (inside a write transaction)."""
    store.execute(
        """UPDATE invite_send_runs SET status = 'sending', started_at = coalesce(started_at, :at), changed_at = :at
           WHERE id = :run AND status = 'ready'""",
        {"run": run, "at": at},
    )


def waiting(store: Store) -> Sequence[int]:
    """The runs that a sender should take up, the oldest first."""
    rows = store.rows("SELECT id FROM invite_send_runs WHERE status IN ('ready', 'sending') ORDER BY id")
    return [row["id"] for row in rows]
