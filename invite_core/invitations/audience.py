"""Audience expressions: `all`, or terms that must all hold, each negated by `-`.

The grammar is design section 8; an attribute whose name has spaces is asked for as
`attribute."plus one":yes`, and one person by the id as `contact:12`. A parsed expression becomes a
condition on one row of `contacts` (named `person`); tags and attributes that nobody has are refused,
because a typing error must not silently choose nobody, or everybody.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from invite_core.errors import InviteError
from invite_core.invitations import events
from invite_core.people.addressing import own_contacts
from invite_core.people.languages import normalised_language
from invite_core.people.names import name_key
from invite_core.store import Store

ANSWERS = ("yes", "no", "maybe", "none")
INVITED_STATES = "('accepted', 'sent', 'delivered', 'read')"
WAS_DELIVERED = "(delivered_at IS NOT NULL OR read_at IS NOT NULL)"
"""A message with this milestone reached the person, even if it is `failed` now."""

MOST_TERMS = 200
"""The most that one audience may hold; a saved audience counts with what is in it."""

_AND = "\n AND "

_TERM = re.compile(
    r"""\s*(?P<negated>-?)(?P<kind>(?i:attribute)\."[^"]+"|[A-Za-z@]+[^\s:"]*)(?::(?P<value>"[^"]*"|[^\s"]+(?:"[^"]*")?))?(?=\s|$)"""
)


class AudienceFault(InviteError):
    """An audience expression cannot be read, or names what does not exist."""


@dataclass(frozen=True, slots=True)
class Term:
    """One term: `tag:vip` is kind `tag`, value `vip`."""

    kind: str
    value: str = ""
    negated: bool = False

    def __str__(self) -> str:
        value = f'"{self.value}"' if re.search(r"\s", self.value) else self.value
        head, dot, key = self.kind.partition(".")
        kind = f'{head}{dot}"{key}"' if re.search(r"[\s:]", key) else self.kind
        return f"{'-' if self.negated else ''}{kind}{':' if value else ''}{value}"


@dataclass(slots=True)
class Condition:
    """SQL over one `person` row of `contacts`, with the values it binds."""

    sql: str
    values: dict[str, object] = field(default_factory=dict)


def parse(expression: str) -> tuple[Term, ...]:
    """The terms of an expression; an empty one and `all` are no terms. Raises `AudienceFault`."""
    terms: list[Term] = []
    position = 0
    text = expression.strip()
    while position < len(text):
        found = _TERM.match(text, position)
        if found is None:
            raise AudienceFault(
                f"The audience “{expression}” cannot be read at “{text[position:].strip()}”.",
                'Write terms such as tag:vip language:pt answered:none -invited:yes attribute.city:"New York".',
            )
        term = Term(found["kind"].replace('"', ""), _unquoted(found["value"] or ""), bool(found["negated"]))
        if not (term.kind.casefold() == "all" and not term.value and not term.negated):
            terms.append(term)
        position = found.end()
    return tuple(terms)


def _unquoted(text: str) -> str:
    return text[1:-1] if text.startswith('"') else text


def condition(store: Store, terms: Sequence[Term], event: int, *, name: str = "term") -> Condition:
    """The condition that holds for everyone in the audience of `event`; it is never unknown (NULL).
    Its values are bound to names that begin with `name`.

    Raises `AudienceFault` for an unknown term, tag, attribute, answer or saved name.
    """
    return _all_of(store, terms, event, name, ())


def _all_of(store: Store, terms: Sequence[Term], event: int, name: str, inside: tuple[str, ...]) -> Condition:
    whole = Condition("1 = 1")
    for n, term in enumerate(terms):
        if term.kind.startswith("@") and not term.value:
            one = _saved(store, term, event, f"{name}_{n}", inside)
        else:
            one = _term(store, term, event, f"{name}_{n}")
        whole.sql += f"{_AND}{'NOT ' if term.negated else ''}({one.sql})"
        whole.values.update(one.values)
        if whole.sql.count(_AND) > MOST_TERMS:
            raise AudienceFault(
                f"The audience has more than {MOST_TERMS} terms, those of saved audiences included.",
                "Give these people a tag, and use the tag.",
            )
    return whole


def _saved(store: Store, term: Term, event: int, name: str, inside: tuple[str, ...]) -> Condition:
    key = name_key(term.kind[1:])
    expression = store.value("SELECT expression FROM audiences WHERE name_key = ?", (key,))
    if expression is None:
        raise AudienceFault(f"There is no saved audience {term.kind}.", "See `invite-tui audience list`.")
    if key in inside:
        raise AudienceFault(
            f"The saved audience {term.kind} names itself.", "Save it again without its own name in it."
        )
    return _all_of(store, parse(expression), event, name, (*inside, key))


def _term(store: Store, term: Term, event: int, name: str) -> Condition:
    kind = term.kind.casefold()
    if kind == "tag":
        return _tag(store, term, name)
    if kind == "language":
        return _language(term, name)
    if kind == "answered":
        return _answered(store, term, event, name)
    if kind == "invited" and term.value.casefold() in ("yes", "no"):
        wanted = "" if term.value.casefold() == "yes" else "NOT "
        return Condition(f"{wanted}{_invited(name)}", {name: event})
    if kind == "contact" and term.value.isascii() and term.value.isdecimal() and len(term.value) < 19:
        return Condition(f"person.id = :{name}", {name: int(term.value)})
    if kind.startswith("attribute.") and term.value:
        return _attribute(store, term, name)
    raise AudienceFault(
        f"“{term}” is no audience term.",
        "Use all, tag:, language:, answered:yes|no|maybe|none, invited:yes|no, attribute.NAME: "
        '(attribute."THE NAME": where it has spaces) or @NAME.',
    )


def _tag(store: Store, term: Term, name: str) -> Condition:
    tag = store.value("SELECT id FROM tags WHERE name_key = ?", (name_key(term.value),))
    if tag is None:
        known = ", ".join(
            row["name"] for row in store.rows("SELECT name FROM tags ORDER BY name_key LIMIT 20")
        )
        raise AudienceFault(f"Nobody has the tag “{term.value}”.", f"Known tags: {known or 'none'}.")
    sql = f"EXISTS (SELECT 1 FROM contact_tags WHERE contact_tags.contact = person.id AND tag = :{name})"
    return Condition(sql, {name: tag})


def _language(term: Term, name: str) -> Condition:
    language = normalised_language(term.value)
    if language is None:
        raise AudienceFault(f"“{term.value}” is no language.", "Use a code such as pt or pt_BR.")
    sql = f"(person.language = :{name} OR person.language LIKE :{name}_within ESCAPE '!')"
    return Condition(sql, {name: language, f"{name}_within": f"{language}!_%"})


def _attribute(store: Store, term: Term, name: str) -> Condition:
    # Engines fold letters beyond a-z differently or not at all, so keys and values are compared here.
    key = term.kind.split(".", 1)[1]
    written = store.rows(
        "SELECT DISTINCT pair.key AS key FROM contacts, json_each(contacts.attributes) AS pair"
    )
    keys = [row["key"] for row in written if name_key(row["key"]) == name_key(key)]
    if not keys:
        raise AudienceFault(f"Nobody has the attribute “{key}”.", "Check its spelling in the imported file.")
    whole = Condition("1 = 0")
    for n, each in enumerate(keys):
        spellings = _spellings(store, each, term.value)
        values = {f"{name}_{n}_{m}": spelling for m, spelling in enumerate(spellings)}
        if values:
            bound = ", ".join(f":{value}" for value in values)
            whole.sql += f" OR coalesce(person.attributes ->> :{name}_{n}, '') IN ({bound})"
            whole.values |= {f"{name}_{n}": each, **values}
    return whole


def _spellings(store: Store, key: str, value: str) -> list[object]:
    """The values of an attribute that are `value` but for case and spaces, as they are stored."""
    known = store.rows("SELECT DISTINCT attributes ->> :key AS value FROM contacts", {"key": key})
    stored_values = [row["value"] for row in known if row["value"] is not None]
    return [each for each in stored_values if name_key(str(each)) == name_key(value)]


def _answered(store: Store, term: Term, event: int, name: str) -> Condition:
    answer, at, other = term.value.partition("@")
    answer = answer.casefold()
    if answer not in ANSWERS or (at and not other):
        raise AudienceFault(f"“{term}” is no audience term.", "Use answered:yes, no, maybe or none.")
    of = events.find(store, _unquoted(other)).id if at else event
    if answer == "none":
        sql = f"{_invited(name)} AND NOT EXISTS ({last_answer('person.id', f':{name}')})"
        return Condition(sql, {name: of})
    sql = f"coalesce(({last_answer('person.id', f':{name}')}), 'none') = :{name}_answer"
    return Condition(sql, {name: of, f"{name}_answer": answer})


def last_answer(contact: str, event: str) -> str:
    """The answer to `event` that counts for `contact`, as a scalar SELECT: the last given by its own time.

    Answers of contacts merged into it count, because a merge re-points nothing.
    """
    return f"""SELECT answer FROM replies WHERE replies.contact IN {own_contacts(contact)}
        AND replies.event = {event}
        AND answer IN ('yes', 'no', 'maybe') AND status = 'answer'
        ORDER BY given_at DESC, replies.id DESC LIMIT 1"""


def _invited(event: str) -> str:
    # `+ 0` keeps the engine from walking through all messages of the event once per person.
    return f"""EXISTS (SELECT 1 FROM invite_messages WHERE invite_messages.contact IN {own_contacts("person.id")}
        AND invite_messages.event + 0 = :{event} AND purpose = 'invitation'
        AND (state IN {INVITED_STATES} OR {WAS_DELIVERED}))"""
