"""The notes of an import as sentences for the organiser: what is wrong with a cell, and what to do."""

from datetime import datetime

from invite_core.people.importing import cells

SENTENCES: dict[str, str] = {
    "missing_number": "There is no phone number. Fill one in and import again.",
    "damaged_number": "{value} was damaged by a spreadsheet. Format the column as text and fill it in again.",
    "needs_country": (
        "{value} has no country code. Import again with --country PT (or your country), or write it with + and "
        "its code."
    ),
    "invalid_number": (
        "{value} is no phone number on which a person can be reached. Correct it; write it with + and the "
        "country code."
    ),
    "too_short": "{value} is too short for a phone number; digits may be missing. Write the whole number.",
    "too_long": "{value} has too many digits for a phone number. Correct it.",
    "unknown_country_code": "{value} begins with a country code that does not exist. Correct it.",
    "premium_number": "{value} is a service number (premium or toll-free), no person's. Leave it out or correct it.",
    "emergency_number": "{value} is an emergency number. Leave it out or correct it.",
    "words_for_number": "“{value}” stands where a phone number should be. Fill the number in.",
    "no_user_id": (
        "“{value}” is no user id of WhatsApp. Copy it as Meta tells it, as in GB.13491208655302741918."
    ),
    "same_user_id": "{value} is known under another name, so the row was taken for the same person. Check the name.",
    "mixed_up_columns": (
        "“{value}” stands in the column of numbers, and a number in that of names. Put them right."
    ),
    "broken_card": "The card that begins “{value}” cannot be read. Export it again.",
    "fax_or_pager": "{value} is a fax or pager, so it was left out.",
    "above_the_header": "“{value}” stands above the header and was left out.",
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
        "Column “{value}” is not enough: how and when are needed. Say --consent-source and --consent-at for "
        "everyone whose row says yes, or add consent_source and consent_at."
    ),
    "consent_refused": "The consent column says {value}. No consent was recorded.",
    "unclear_consent": "The consent column says {value}, neither yes nor no. No consent was recorded.",
    "consent_taken_back": "The consent on record was taken back, because the consent column says no.",
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
