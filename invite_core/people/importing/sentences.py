"""The notes of an import as sentences for the organiser: what is wrong with a cell, and what to do."""

from datetime import datetime

from invite_core.people.importing import cells

SENTENCES: dict[str, str] = {
    "missing_number": "There is no phone number. Fill one in and import again.",
    "damaged_number": "{value} was damaged by a spreadsheet. Format the column as text and fill it in again.",
    "needs_country": (
        "{value} has no country code. Set INVITE_DEFAULT_REGION=PT (or your country) and import again."
    ),
    "invalid_number": (
        "{value} is no phone number on which a person can be reached. Correct it; write it with + and the "
        "country code."
    ),
    "too_many_cells": (
        "{value} stands beyond the last column. Put a cell that holds a comma between quotation marks."
    ),
    "erased": "{value} belongs to a person whose data was erased. Leave it out.",
    "ambiguous_person": "{value} is the number of several people. Fill in the name.",
    "number_blocked": "{value} is on the Do-Not-Message list now, for everyone who shares it.",
    "landline": "{value} is no mobile number, and WhatsApp reaches nobody on it. Add a mobile number.",
    "unusual_number": "{value} looks unusual for its country. Check it.",
    "assumed_country_code": "{value} was read as a number with its country code. Write it with + to be sure.",
    "unknown_language": "{value} is no language that is known. Write a code such as pt or pt_BR.",
    "bad_places": "{value} is no number of places. Write 1 to 99.",
    "consent_not_enough": (
        "Column “{value}” is not enough: how and when are needed. Add consent_source and consent_at, or use "
        "--consent-source and --consent-at."
    ),
    "consent_refused": "The consent column says {value}. No consent was recorded.",
    "consent_without_source": (
        "How the person agreed is missing. Fill in consent_source. No consent was recorded."
    ),
    "consent_without_date": "When the person agreed is missing. Fill in consent_at. No consent was recorded.",
    "unreadable_date": "{value} is no date. Write it like 2026-05-01. No consent was recorded.",
    "consent_in_future": "{value} lies in the future. Correct it. No consent was recorded.",
    "other_consent_scope": (
        "The consent is for {value}, which are not invitations. Ask the person whether invitations are welcome."
    ),
    "read_as_do_not_message": (
        "“{value}” was read as a yes: the person is never messaged. If it means no, lift the block."
    ),
}
"""A sentence or two for each reason of a note; `{value}` is the cell."""

_TWO_DAYS = "{value} may be {first} or {second}; write {iso}. No consent was recorded."


def sentence(reason: str, value: str) -> str:
    """What a note with this reason and cell tells the organiser."""
    if reason == "unreadable_date" and (days := cells.two_days(value)) is not None:
        first, second = days
        words = {"first": _day(first), "second": _day(second), "iso": f"{first:%Y-%m-%d}"}
        return _TWO_DAYS.format(value=value, **words)
    return SENTENCES[reason].format(value=value)


def _day(day: datetime) -> str:
    return f"{day.day} {day:%B}"
