"""The claim of a sender: within the hours of the day and within the amount of money that the run may use."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from invite_core.dispatch import cost_bound
from invite_core.dispatch.gate import Hindrance
from invite_core.dispatch.sending_hours import closed_for_all, put_off_closed
from invite_core.invitations import media
from invite_core.invitations.plan import Plan
from invite_core.invitations.runs import PauseReason, Run
from invite_core.lifecycle.attempts import Claim
from invite_core.provider.template_components import MEDIA_PARAMETER
from invite_core.store import Store

UPLOAD_AGAIN = "Meta has the file of the header no longer; going on uploads it again."
"""Why a run pauses that was sending for a month."""


def claim(
    store: Store,
    run: Run,
    plan: Plan,
    *,
    limit: int,
    phone_number_id: str,
    on_the_wire: int,
    now: datetime,
) -> list[Claim] | Hindrance:
    """`attempts.claim` of those who may be written to now, or why nobody may. Inside `Store.write`."""
    ids = {
        value: media.upload_of(store, value, phone_number_id, now=now)
        for value in media.of_run(store, run.id)
    }
    if None in ids.values():
        return Hindrance(PauseReason.TEMPLATE, UPLOAD_AGAIN)
    if not put_off_closed(store, run, limit=limit, now=now):
        return []
    claims = cost_bound.claim(
        store,
        run,
        plan,
        limit=limit,
        phone_number_id=phone_number_id,
        on_the_wire=on_the_wire,
        now=now,
    )
    by_their_clocks = run.hours is not None and run.hours.theirs
    if by_their_clocks and not claims and not on_the_wire:
        return closed_for_all(store, run, now=now) or claims
    return [_showing(each, ids) for each in claims] if ids and not isinstance(claims, Hindrance) else claims


def _showing(claim: Claim, ids: Mapping[str, str | None]) -> Claim:
    """The claim with Meta's id of the file in its header in the place of ours."""
    media_id = ids.get(claim.parameters.get(MEDIA_PARAMETER, ""))
    if media_id is None:
        return claim
    return replace(claim, parameters={**claim.parameters, MEDIA_PARAMETER: f"id:{media_id}"})
