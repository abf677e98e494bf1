"""Moments in time as the file stores them and scripts read them: ISO 8601, UTC, milliseconds.

Every stored moment has the same 24 characters (`2026-11-25T08:30:00.000Z`), so that comparing the
text compares the moments, in SQLite and in any other engine.
"""

from datetime import UTC, datetime, timedelta, tzinfo

from invite_core.errors import InviteError


def now() -> datetime:
    """The present moment, aware, in UTC. The programs call it; decisions are passed its value."""
    return datetime.now(UTC)


def stored(moment: datetime) -> str:
    """`moment` as the 24 characters that the file holds. Raises ValueError for a naive datetime."""
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone cannot be stored")
    utc = moment.astimezone(UTC)
    return f"{utc.replace(tzinfo=None).isoformat(timespec='milliseconds')}Z"


def read(text: str) -> datetime:
    """The aware UTC moment that `stored` wrote."""
    return datetime.fromisoformat(text)


def after(moment: str, seconds: float) -> str:
    """The stored moment `seconds` later (earlier if negative)."""
    return stored(read(moment) + timedelta(seconds=seconds))


def from_unix(seconds: int) -> str:
    """The stored form of a Unix timestamp in seconds, as Meta's webhooks carry it.

    Raises OverflowError, OSError or ValueError for a number that is no date.
    """
    return stored(datetime.fromtimestamp(seconds, UTC))


def spoken(moment: str) -> str:
    """A stored moment as a sentence of the core tells it: `2026-11-25 08:30 UTC`."""
    return f"{moment[:10]} {moment[11:16]} UTC"


def moment_in(text: str, zone: tzinfo) -> datetime:
    """An ISO 8601 date or moment, read in `zone` where it names no offset; aware, in UTC.

    Raises ValueError for anything else.
    """
    moment = datetime.fromisoformat(text)
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"{text} lies outside the calendar") from error


def day_or_moment(text: str) -> datetime:
    """An ISO 8601 date (midnight UTC) or moment (UTC where it names no offset).

    Raises `InviteError` for anything else.
    """
    try:
        return moment_in(text, UTC)
    except ValueError:
        raise InviteError(f"“{text}” is no date.", "Write it like 2026-05-01 or 2026-05-01T18:30.") from None
