"""What is said of an import, by the command line and on the screen: its counts, and what to think of."""

from collections.abc import Iterator, Mapping
from typing import Any

from invite_core.people.importing.columns import IGNORE, fields
from invite_core.people.importing.mapping import AUTO
from invite_core.people.importing.report import Note
from invite_core.people.importing.sentences import sentence
from invite_tui.command_line.counting import counted

Report = Mapping[str, Any]
"""The document of `contacts import`."""

OWN_WORD = "attribute"
"""What is chosen for a column that is kept under a word of the organiser's own."""

FIELDS = {
    "name": "the whole name",
    "first_name": "first name",
    "middle_name": "middle name",
    "last_name": "last name",
    "phone": "phone number",
    "user_id": "WhatsApp user id",
    "language": "language",
    "tags": "tags",
    "household": "household",
    "places": "places",
    "consent_source": "how they agreed",
    "consent_at": "when they agreed",
    "consent_scope": "what they agreed to",
    "consent_wording": "the words of the consent",
    "evidence_ref": "where the consent is kept",
    "consent_given": "agreed, yes or no",
    "do_not_message": "never message, yes or no",
    "phone_label": "kind of the number",
}
"""What a column may hold, in words."""

KNOWN_BY = {
    "header": "by its name",
    "content": "by what is in it",
    "organiser": "as you said",
    "remembered": "as you said before",
    "": "",
}
"""How a column was recognised."""

_ON_SCREEN = {
    "needs_country": "{value} has no country code. Fill in the country above, or write it with + and its code.",
    "consent_not_enough": (
        "Column “{value}” is not enough: how and when are needed. Fill in above how and when everyone whose row "
        "says yes agreed, or add columns that say it."
    ),
}
"""Sentences whose remedy is another one on the screen than on the command line."""


def choices() -> list[tuple[str, str]]:
    """What a column can be taken for: the words and the value of each."""
    return [
        *((FIELDS[field], field) for field in fields()),
        ("a word of your own, for texts and audiences", OWN_WORD),
        ("nothing: leave it out", IGNORE),
        ("whatever the program recognises", AUTO),
    ]


def field_words(field: str) -> str:
    """What a column was taken for."""
    if field.startswith(f"{OWN_WORD}."):
        return f"word “{field.removeprefix(f'{OWN_WORD}.')}”"
    return FIELDS.get(field, field) if field else "nothing"


def note_sentence(note: Note) -> str:
    """What is wrong with a row, and what to do about it on the screen."""
    if note.reason in _ON_SCREEN:
        return _ON_SCREEN[note.reason].format(value=note.value)
    return sentence(note.reason, note.value)


def unit_of(report: Report) -> str:
    """What the file is made of."""
    return "card" if report["format"] == "vcard" else "row"


def counts(report: Report) -> str:
    """The sentence with the counts."""
    created = counted(report["created"], "person", "people")
    would_be = "would be " if report["preview"] else ""
    return (
        f"{counted(report['read'], unit_of(report))} read: {created} {would_be}created, {report['updated']:,} updated, "
        f"{report['unchanged']:,} unchanged, {len(report['rejected']):,} rejected."
    )


def sharing(report: Report) -> Iterator[str]:
    """Whether new people share a number with somebody of another name."""
    if shared := report["shared_number"]:
        yield f"{shared:,} {'shares' if shared == 1 else 'share'} a number with someone of another name."


def remarks(report: Report) -> Iterator[str]:
    """What was left out, and who cannot be invited, those that matter most last."""
    if ignored := report["ignored_columns"]:
        yield f"{'Column' if len(ignored) == 1 else 'Columns'} not used: {', '.join(ignored)}."
    said = report["consent_said"]
    if said and (said["yes"] or said["no"]):
        yield f"The consent column says yes {said['yes']}, no {said['no']} and neither {said['unclear']} times."
    if without := report["without_consent"]:
        yield (
            f"{without:,} of {counted(report['people'], 'person', 'people')} "
            f"{'has' if without == 1 else 'have'} no consent and will not be invited."
        )
