"""Moments as the organiser's clock shows them."""

from datetime import datetime

from invite_core.instants import read


def clock(moment: str) -> str:
    """A stored moment as the time of day where the organiser is, to the second."""
    return f"{read(moment).astimezone():%H:%M:%S}"


def day_and_clock(moment: str) -> str:
    """A stored moment as day, month and time where the organiser is."""
    return f"{read(moment).astimezone():%d %b %H:%M:%S}"


def date_and_clock(moment: str) -> str:
    """A stored moment as day, month, year and time where the organiser is."""
    return day(read(moment).astimezone())


def day(moment: datetime) -> str:
    """An aware moment as the date and time of its own zone."""
    return f"{moment:%d %b %Y %H:%M}"


def length(seconds: float) -> str:
    """A length of time in the largest unit that says enough."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    return f"{round(seconds / 60)} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
