"""What an audience can be picked from: tags, languages, answers, attributes and saved names, each counted."""

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum

from babel import Locale

from invite_core.invitations import events, saved_audiences
from invite_core.invitations.audience import INVITED_STATES, WAS_DELIVERED, AudienceFault, Term, parse
from invite_core.invitations.audience_counts import term_counts
from invite_core.invitations.events import Event
from invite_core.people import tags
from invite_core.people.names import name_key, shown
from invite_core.store import Row, Store

OTHER_EVENTS = 10
"""So many other events are offered, those with the latest start."""

MOST_VALUES = 30
"""An attribute with more values than this, a street say, is typed and not picked."""


class ChoiceKind(StrEnum):
    """What a choice goes by."""

    SAVED = "saved"
    """A saved audience."""
    INVITED = "invited"
    """Whether the invitation to the event is out."""
    ANSWER = "answer"
    """What was answered to an event; `none` is invited but silent."""
    TAG = "tag"
    """A tag."""
    LANGUAGE = "language"
    """A language, in every country."""
    ATTRIBUTE = "attribute"
    """A value of a column of the import."""


@dataclass(frozen=True, slots=True)
class AudienceChoice:
    """One term that can be picked."""

    kind: ChoiceKind
    term: Term
    """The term, not negated."""
    words: str
    """The tag, the language's name, the answer, the value, or the expression that was saved."""
    of: str
    """The event or the attribute that it is about, the name of what was saved, or ''."""
    people: int | None
    """For how many it holds by itself; None for a saved audience that names what is gone."""


def audience_choices(store: Store, event: int) -> list[AudienceChoice]:
    """Everything that can be picked for an audience of `event`, in the order in which it is offered.

    The answers are those to `event`, then those to other events. What no expression can hold (a
    quotation mark in a tag) and what no name may hold (a control character) is left out. Raises `EventFault`.
    """
    with store.snapshot():
        own = events.get(store, event)
        found = [
            *_saved(store, own),
            *_answers(store, own),
            *_tags(store),
            *_languages(store),
            *_attributes(store, own),
        ]
    return [choice for choice in found if _can_be_written(choice.term)]


def _can_be_written(term: Term) -> bool:
    try:
        return parse(str(term)) == (term,) and shown(str(term)) == str(term)
    except AudienceFault:
        return False


def _saved(store: Store, event: Event) -> list[AudienceChoice]:
    choices = []
    for each in saved_audiences.listing(store):
        name, expression = str(each["name"]), str(each["expression"])
        term = Term(f"@{name}")
        people = _people(store, term, event)
        choices.append(AudienceChoice(ChoiceKind.SAVED, term, expression, name, people))
    return choices


def _people(store: Store, term: Term, event: Event) -> int | None:
    try:
        return term_counts(store, str(term), event.id).together
    except AudienceFault:
        return None


def _tags(store: Store) -> list[AudienceChoice]:
    return [
        AudienceChoice(ChoiceKind.TAG, Term("tag", name), name, "", people)
        for name, people in ((str(row["name"]), int(str(row["people"]))) for row in tags.listing(store))
    ]


def _languages(store: Store) -> list[AudienceChoice]:
    rows = store.rows(
        """SELECT language, count(*) AS people FROM contacts
           WHERE merged_into IS NULL AND erased_at IS NULL AND language <> '' GROUP BY language"""
    )
    spoken: defaultdict[str, int] = defaultdict(int)
    for row in rows:  # those of pt_BR are among those of pt
        for code in {row["language"], row["language"].split("_")[0]}:
            spoken[code] += row["people"]
    names = Locale("en").languages
    return [
        AudienceChoice(ChoiceKind.LANGUAGE, Term("language", code), names.get(code, code), "", spoken[code])
        for code in sorted(spoken)
    ]


# ---------------------------------------------------------------- answers

_ANSWERED = f"""WITH given AS (
    SELECT replies.event, coalesce(own.merged_into, own.id) AS person, answer,
        row_number() OVER (PARTITION BY replies.event, coalesce(own.merged_into, own.id)
            ORDER BY given_at DESC, replies.id DESC) AS turn
    FROM replies JOIN contacts AS own ON own.id = replies.contact
    WHERE answer IN ('yes', 'no', 'maybe') AND replies.status = 'answer' AND replies.event IS NOT NULL),
invited AS (
    SELECT DISTINCT messages.event, coalesce(own.merged_into, own.id) AS person
    FROM invite_messages AS messages JOIN contacts AS own ON own.id = messages.contact
    WHERE messages.purpose = 'invitation'
        AND (messages.state IN {INVITED_STATES} OR {WAS_DELIVERED})),
stands AS (
    SELECT event, person, answer AS stand FROM given WHERE turn = 1
    UNION ALL SELECT event, person, 'invited' AS stand FROM invited
    UNION ALL SELECT event, person, 'none' AS stand FROM invited WHERE NOT EXISTS (
        SELECT 1 FROM given WHERE given.event = invited.event AND given.person = invited.person))
SELECT stands.event, stand, count(*) AS people FROM stands JOIN contacts ON contacts.id = stands.person
WHERE contacts.erased_at IS NULL GROUP BY stands.event, stand"""
"""Of each event, how many are invited, gave each answer that counts, and are invited but silent."""


def _answers(store: Store, event: Event) -> list[AudienceChoice]:
    people = {(row["event"], row["stand"]): row["people"] for row in store.rows(_ANSWERED)}
    spoken_of = {of for of, _ in people}
    others = [each for each in events.listing(store) if each.id in spoken_of and each.id != event.id]
    known: defaultdict[str, int] = defaultdict(int)
    for each in events.listing(store):
        known[name_key(each.name)] += 1
    invited = people.get((event.id, "invited"), 0)
    choices = [AudienceChoice(ChoiceKind.INVITED, Term("invited", "yes"), "yes", event.name, invited)]
    for each in (event, *others[:OTHER_EVENTS]):
        # An event is named by its name where nothing else goes by that, else by its id.
        unique = known[name_key(each.name)] == 1 and not each.name.isdecimal() and '"' not in each.name
        at = "" if each is event else f"@{shown(each.name) if unique else each.id}"
        for answer in ("none", "yes", "no", "maybe"):
            n = people.get((each.id, answer), 0)
            if n or each is event:
                term = Term("answered", f"{answer}{at}")
                choices.append(AudienceChoice(ChoiceKind.ANSWER, term, answer, each.name, n))
    return choices


# ---------------------------------------------------------------- attributes


def _attributes(store: Store, event: Event) -> list[AudienceChoice]:
    rows = store.rows(
        """SELECT pair.key AS key, pair.value AS value, count(*) AS people
           FROM contacts, json_each(contacts.attributes) AS pair
           WHERE merged_into IS NULL AND erased_at IS NULL AND pair.value <> ''
           GROUP BY pair.key, pair.value ORDER BY pair.key, pair.value"""
    )
    spellings: defaultdict[str, defaultdict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        spellings[name_key(row["key"])][name_key(str(row["value"]))].append(row)
    choices = []
    for values in spellings.values():
        if len(values) > MOST_VALUES:
            continue
        for alike in values.values():
            key, value = shown(alike[0]["key"]), shown(str(alike[0]["value"]))
            term = Term(f"attribute.{key}", value)
            # Spelt in two ways it may stand twice with one person.
            people = alike[0]["people"] if len(alike) == 1 else _people(store, term, event)
            choices.append(AudienceChoice(ChoiceKind.ATTRIBUTE, term, value, key, people))
    return choices
