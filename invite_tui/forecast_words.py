"""How long a send takes and over how many days, in words."""

from datetime import tzinfo

from invite_core.dispatch.forecast import Forecast
from invite_core.instants import read
from invite_tui.local_time import day, length


def forecast_sentences(told: Forecast, zone: tzinfo) -> list[str]:
    """What there is to say before a send; moments by the clock of `zone`, the event's."""
    said = [f"Sending takes about {length(told.seconds)}."]
    if told.per_day is not None and told.days > 1:
        said.append(
            f"Meta lets this account write to {told.per_day:,} people in 24 hours: about {told.today:,} of "
            f"{told.people:,} leave on the first day, the last on day {told.days}."
        )
    elif told.days > 1:
        said.append(f"Within the hours for sending that is {told.days} days.")
    if told.hours is not None:
        whose = "each person's own time" if told.hours.theirs else "the event's time zone"
        said.append(f"Only from {str(told.hours).replace('-', ' to ')} in {whose}.")
    if told.begins is not None:
        said.append(f"The first leaves on {day(read(told.begins).astimezone(zone))}.")
    if not told.in_time:
        said.append("Not all of it leaves before the time for sending is over: the rest stays unsent.")
    return said
