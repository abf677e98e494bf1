"""Freezing: an audience and its verdicts become a run, one message row per person, blocked people included.

From then on only `lifecycle` changes those rows; the run sends the texts and the facts that it froze.
"""

import json
from datetime import datetime

from invite_core.instants import stored
from invite_core.invitations import estimate, events, review, run_policy, runs, templates, text_faults
from invite_core.invitations.plan import Plan, PlanFault, Purpose, require_current
from invite_core.invitations.runs import Run
from invite_core.invitations.templates import Variant
from invite_core.invitations.verdicts import Query, portions
from invite_core.operators import Operator
from invite_core.people import acts
from invite_core.store import Store

NOBODY_TO_REMIND = "Nobody has got the invitation yet, so there is nobody to remind."


def freeze(store: Store, plan: Plan, *, by: Operator, now: datetime) -> Run:
    """Freeze the plan into a run that is `ready`. One transaction; gives the run.

    Raises `TemplateFault` while a parameter has no field or a button no meaning, `PlanFault` where
    nobody is in the audience, or more than one person in that of a test, the event is cancelled (but for
    a cancellation), or the event or a text was changed since the plan was made; `UnknownPrice` where the
    plan has an amount to keep to and somebody's message has no price.
    """
    by.may_act("create a run")
    text_faults.require_complete(plan.variants)
    if plan.event.status == "cancelled" and plan.purpose not in (Purpose.CANCELLATION, Purpose.TEST):
        raise PlanFault(
            f"The event “{plan.event.name}” is cancelled.", "Use --purpose cancellation to tell people."
        )
    at = stored(now)
    with store.write():
        review.require_done(store)
        require_current(store, plan)
        run = _insert(store, plan, by, at)
        for variant in plan.variants:
            _freeze_variant(store, run, variant)
            templates.remember_choices(store, variant)
        for portion in portions(store, plan, run, now=now):
            _freeze_portion(store, plan, run, portion, at)
        _count(store, run)
        require_audience(plan, runs.get(store, run).total)
        require_prices_of(store, plan, run, now)
        acts.record(store, "create run", "run", str(run), by=by, now=now)
    return runs.get(store, run)


def _freeze_portion(store: Store, plan: Plan, run: int, portion: Query, at: str) -> None:
    store.execute(
        f"""INSERT INTO invite_messages (run, event, purpose, occasion, contact, address, address_kind,
                match_key, household, places, language, parameters, verdict, block_reasons, state,
                next_attempt_at, slot_person, slot_address, changed_at)
            SELECT :freezing, :event, :purpose, :occasion, contact, address, address_kind, match_key, household,
                places, variant, parameters,
                CASE reasons WHEN '' THEN 'eligible' ELSE 'blocked' END, reasons,
                CASE reasons WHEN '' THEN 'queued' ELSE 'blocked' END, :now,
                CASE WHEN reasons = '' AND :purpose <> 'test' THEN contact END,
                CASE WHEN reasons = '' AND :purpose <> 'test' THEN match_key END, :now
            FROM ({portion.sql}) AS judged""",
        {**portion.values, "freezing": run, "event": plan.event.id, "purpose": plan.purpose,
         "occasion": plan.occasion, "now": at},
    )  # fmt: skip


def require_prices_of(store: Store, plan: Plan, run: int, now: datetime) -> None:
    """Raise `UnknownPrice` if the plan has an amount to keep to and a queued message of `run` has no price."""
    if plan.max_cost is None:
        return
    queued = store.rows(
        "SELECT address, language FROM invite_messages WHERE run = ? AND state = 'queued'", (run,)
    )
    counted = estimate.beginnings((row["address"], row["language"]) for row in queued)
    estimate.require_prices(plan, estimate.estimate(store, plan, counted, now=now))


def require_audience(plan: Plan, total: int) -> None:
    """Raise `PlanFault` where so many people are no audience for the plan."""
    if not total and plan.purpose is Purpose.REMINDER and plan.audience == "all":
        raise PlanFault(
            NOBODY_TO_REMIND,
            "A reminder goes to people whom the invitation has reached.",
        )
    if not total:
        raise PlanFault(
            f"Nobody is in the audience “{plan.audience}”.", "Choose another audience, or import people."
        )
    if plan.purpose is Purpose.TEST and total > 1:
        raise PlanFault(
            f"A test goes to one person, and {total} are in the audience “{plan.audience}”.",
            "Choose an audience of yourself alone, or another purpose.",
        )


def _policy(store: Store, plan: Plan) -> str:
    return run_policy.frozen(store, per_household=plan.per_household, cap=plan.cap, hours=plan.hours)


def _insert(store: Store, plan: Plan, by: Operator, at: str) -> int:
    return store.insert(
        """INSERT INTO invite_send_runs (event, purpose, occasion, template, language, fallback, audience, policy,
               not_before, not_after, first_slice, rate_card, max_cost, facts_version, status, operator, created_at,
               changed_at)
           VALUES (:event, :purpose, :occasion, :template, :language, :fallback, :audience, :policy,
               :not_before, :not_after, :first, :rate_card, :max_cost, :facts_version, 'ready', :operator, :at, :at)""",
        {
            "event": plan.event.id,
            "purpose": plan.purpose,
            "occasion": plan.occasion,
            "template": plan.template,
            "language": plan.language,
            "fallback": plan.fallback,
            "audience": plan.audience,
            "policy": _policy(store, plan),
            "not_before": plan.not_before,
            "not_after": plan.not_after,
            "first": plan.first,
            "rate_card": plan.rate_card,
            "max_cost": plan.max_cost,
            "facts_version": plan.event.facts_version,
            "operator": by.name,
            "at": at,
        },
    )


def _freeze_variant(store: Store, run: int, variant: Variant) -> None:
    store.execute(
        """INSERT INTO run_variants (run, language, category, parameter_format, components, mapping, buttons,
               quality)
           VALUES (:run, :language, :category, :format, :components, :mapping, :buttons, :quality)""",
        {
            "run": run,
            "language": variant.language,
            "category": variant.category,
            "format": variant.parameter_format,
            "components": json.dumps(variant.components, ensure_ascii=False),
            "mapping": json.dumps(variant.mapping, ensure_ascii=False),
            "buttons": json.dumps(variant.buttons, ensure_ascii=False),
            "quality": variant.quality,
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
               total = (SELECT coalesce(sum(n), 0) FROM run_counters WHERE run = :run AND kind = 'state'),
               eligible = (SELECT coalesce(sum(n), 0) FROM run_counters
                   WHERE run = :run AND kind = 'state' AND name = 'queued')
           WHERE id = :run""",
        {"run": run},
    )


def plan_of(store: Store, run: Run) -> Plan:
    """The plan that the run froze, with its own variants and what Meta now says of their approval and category."""
    frozen = store.rows(
        """SELECT known.id, known.name, frozen.language, known.status, known.category, frozen.parameter_format,
               frozen.components, known.quality, frozen.mapping, frozen.buttons, known.synced_at
           FROM run_variants AS frozen JOIN templates AS known
               ON known.name = :template AND known.language = frozen.language
           WHERE frozen.run = :run ORDER BY frozen.language""",
        {"run": run.id, "template": run.template},
    )
    return Plan(
        event=events.get(store, run.event),
        template=run.template,
        variants=tuple(map(templates.variant_in, frozen)),
        language=run.language,
        fallback=run.fallback,
        audience=run.audience,
        per_household=run.per_household,
        purpose=run.purpose,
        occasion=run.occasion,
        first=run.first_slice,
        not_before=run.not_before,
        not_after=run.not_after or "9999",
        hours=run.hours,
        rate_card=run.rate_card,
        max_cost=run.max_cost,
        cap=run.cap,
    )
