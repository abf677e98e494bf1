"""What keeps a run from claiming now: time, the first slice, the daily limit, quality, the listener's absence."""

from dataclasses import dataclass
from datetime import datetime

from invite_core.dispatch.daily_limit import number_facts, people_per_day, room_again, written_to
from invite_core.dispatch.failure_burst import UPDATES_IN_A_ROW, burst_of_updates
from invite_core.dispatch.listener_gap import listener_gap, record_losses
from invite_core.instants import spoken, stored
from invite_core.invitations.plan import Plan
from invite_core.invitations.runs import PauseReason, Run
from invite_core.invitations.template_standing import is_worse
from invite_core.store import Store


@dataclass(frozen=True, slots=True)
class Hindrance:
    """Why nothing may be claimed, for the run's pause."""

    because: PauseReason
    """The reason."""
    detail: str
    """The sentence beside it."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What the settings and the organiser say about sending."""

    catch_up_minutes: float = 0
    """How long a listener must be back and quiet; 0: the rule is off."""
    without_listener: bool = False
    """Whether the organiser said that nobody needs to listen."""


def too_early(run: Run, now: datetime) -> Hindrance | None:
    """The run's `not_before`."""
    if run.not_before and stored(now) < run.not_before:
        return Hindrance(PauseReason.OUTSIDE_WINDOW, f"Nothing is sent before {spoken(run.not_before)}.")
    return None


def first_slice_left(store: Store, run: Run) -> int | None:
    """How many of the first slice have not left yet; None where there is no first slice."""
    if run.first_slice is None:
        return None
    waiting = store.value(
        """SELECT coalesce(sum(n), 0) FROM run_counters WHERE run = :run AND kind = 'state'
           AND name IN ('queued', 'blocked', 'cancelled')""",
        {"run": run.id},
    )
    return run.first_slice - (run.total - int(waiting))


def quality_fell(store: Store, run: Run, plan: Plan) -> Hindrance | None:
    """Whether the number or a text of the run stands worse with Meta than when the run was made."""
    before = {
        row["language"]: row["quality"]
        for row in store.rows("SELECT language, quality FROM run_variants WHERE run = ?", (run.id,))
    }
    for variant in plan.variants:
        if is_worse(before.get(variant.language), variant.quality):
            was, text = before[variant.language], f"{variant.name} ({variant.language})"
            return Hindrance(
                PauseReason.QUALITY, f"The quality of {text} fell from {was} to {variant.quality}."
            )
    number = number_facts(store)["quality"]
    if is_worse(run.number_quality, number):
        return Hindrance(
            PauseReason.QUALITY, f"The number's quality fell from {run.number_quality} to {number}."
        )
    return None


def listener_away(store: Store, rules: Rules, *, now: datetime) -> Hindrance | None:
    """The listener's absence. Whoever sends without a listener need not wait for one, but does have to
    accept what a long absence may have lost; such an absence is kept here, once."""
    gap = listener_gap(store, catch_up_minutes=rules.catch_up_minutes, now=now)
    if gap is None or (rules.without_listener and not gap.needs_accepting):
        return None
    if gap.needs_accepting:
        record_losses(store, now=now)
    return Hindrance(PauseReason.LISTENER_GAP, gap.sentence())


def day_is_full(store: Store, *, now: datetime) -> tuple[int | None, Hindrance | None]:
    """How many more people may be written to within the account's limit (None: no limit is known), and
    the hindrance where that is nobody."""
    tier = number_facts(store)["limit"]
    limit = people_per_day(tier)
    if limit is None:
        return None, None
    left = limit - written_to(store, now=now)
    if left > 0:
        return left, None
    again = room_again(store, limit, now=now)
    then = f" There is room again from {spoken(stored(again))} on." if again else ""
    sentence = f"Meta lets this account write to {limit:,} people in 24 hours.{then}"
    return 0, Hindrance(PauseReason.DAILY_LIMIT, sentence)


def updates_fail_alike(store: Store, run: int, *, after: int) -> Hindrance | None:
    """A burst of like failures by webhook among the transitions with ids above `after`."""
    # The newest transitions are read, not every message of the run: hence the sums.
    rows = store.rows(
        """SELECT steps.to_state, messages.error_code FROM message_transitions AS steps
           JOIN invite_messages AS messages ON messages.id = steps.message
           WHERE steps.id > :after AND messages.run + 0 = :run AND steps.provider_at IS NOT NULL
             AND steps.to_state IN ('sent', 'delivered', 'read', 'failed')
           ORDER BY steps.id DESC LIMIT :limit + 0""",
        {"after": after, "run": run, "limit": UPDATES_IN_A_ROW},
    )
    sentence = burst_of_updates([(row["to_state"], row["error_code"]) for row in rows])
    return Hindrance(PauseReason.FAILURE_BURST, sentence) if sentence else None
