"""What is told of a message before it is sent: how long that takes, on how many days, and what it costs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from invite_core import instants
from invite_core.dispatch.forecast import Forecast, forecast
from invite_core.invitations.estimate import Estimate
from invite_core.invitations.plan import Plan
from invite_core.invitations.verdicts import Verdict
from invite_core.settings import Settings
from invite_core.store import Store
from invite_core.views.preview_board import estimate_of, unprepared_for
from invite_tui.forecast_words import forecast_sentences


@dataclass(frozen=True, slots=True)
class Outlook:
    """The two of them, for one plan."""

    plan: Plan
    forecast: Forecast
    estimate: Estimate | None
    """None where no prices were imported."""
    unprepared: str | None
    """What no approved text could tell, should the event change."""

    def lines(self) -> list[str]:
        """For a person."""
        said = [" ".join(forecast_sentences(self.forecast, self.plan.event.zone))]
        said += [self.estimate.sentence()] if self.estimate else []
        return said + ([self.unprepared] if self.unprepared else [])

    def as_json(self) -> dict[str, Any]:
        """For a script: the keys `duration`, `cost` and `unprepared`."""
        cost = self.estimate.as_json() if self.estimate else None
        return {"duration": self.forecast.as_json(), "cost": cost, "unprepared": self.unprepared}


def outlook_of(store: Store, settings: Settings, plan: Plan, verdicts: Sequence[Verdict]) -> Outlook:
    """The outlook for the eligible people among `verdicts`."""
    eligible = [verdict for verdict in verdicts if verdict.eligible]
    now, pace = instants.now(), settings.messages_per_second
    return Outlook(
        plan,
        forecast(store, plan, len(eligible), messages_per_second=pace, now=now),
        estimate_of(store, plan, eligible, now=now),
        unprepared_for(store, plan, eligible),
    )
