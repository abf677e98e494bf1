"""Audience expressions: `all`, or terms that must all hold, each negated by `-`.

The grammar is design section 8. A parsed expression becomes a condition on one row of `contacts`
(named `person`); tags and attributes that nobody has are refused, because a typing error must not
silently choose nobody, or everybody.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from invite_core.errors import InviteError
from invite_core.instants import stored
from invite_core.invitations import events
from invite_core.operators import Operator
from invite_core.people.languages import normalised_language
from invite_core.people.names import name_key
from invite_core.store import Store

ANSWERS = ("yes", "no", "maybe", "none")
INVITED_STATES = "('accepted', 'sent', 'delivered', 'read')"

_TERM = re.compile(
    r"""\s*(?P<negated>-?)(?P<kind>[A-Za-z@]+[^\s:"]*)(?::(?P<value>"[^"]*"|[^\s"]+(?:"[^"]*")?))?(?=\s|$)"""
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
        return f"{'-' if self.negated else ''}{self.kind}{':' if value else ''}{value}"


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
        term = Term(found["kind"], (found["value"] or "").strip('"'), bool(found["negated"]))
        if not (term.kind.casefold() == "all" and not term.value and not term.negated):
            terms.append(term)
        position = found.end()
    return tuple(terms)


def condition(store: Store, terms: Sequence[Term], event: int) -> Condition:
    """The condition that holds for everyone in the audience of `event`.

    Raises `AudienceFault` for an unknown term, tag, attribute, answer or saved name.
    """
    whole = Condition("1 = 1")
    for term in _with_saved(store, terms, ()):
        one = _term(store, term, event, f"term_{len(whole.values)}")
        whole.sql += f"\n AND {'NOT ' if term.negated else ''}({one.sql})"
        whole.values.update(one.values)
    return whole


def _with_saved(store: Store, terms: Sequence[Term], inside: tuple[str, ...]) -> list[Term]:
    expanded: list[Term] = []
    for term in terms:
        if not term.kind.startswith("@"):
            expanded.append(term)
            continue
        name = name_key(term.kind[1:])
        saved = store.value("SELECT expression FROM audiences WHERE name_key = ?", (name,))
        if saved is None or name in inside:
            raise AudienceFault(f"There is no saved audience {term.kind}.", "See `invite-tui audience list`.")
        within = _with_saved(store, parse(saved), (*inside, name))
        if term.negated and len(within) != 1:
            raise AudienceFault(
                f"-{term.kind} cannot be negated, because it has several terms.", "Write its terms out."
            )
        expanded += [Term(each.kind, each.value, each.negated != term.negated) for each in within]
    return expanded


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
    if kind.startswith("attribute.") and term.value:
        return _attribute(store, term, name)
    raise AudienceFault(
        f"“{term}” is no audience term.",
        "Use all, tag:, language:, answered:yes|no|maybe|none, invited:yes|no, attribute.NAME: or @NAME.",
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
    key = term.kind.split(".", 1)[1]
    known = store.value("SELECT 1 FROM contacts WHERE attributes ->> :key IS NOT NULL LIMIT 1", {"key": key})
    if known is None:
        raise AudienceFault(f"Nobody has the attribute “{key}”.", "Check its spelling in the imported file.")
    sql = f"lower(coalesce(person.attributes ->> :{name}_key, '')) = lower(:{name})"
    return Condition(sql, {f"{name}_key": key, name: term.value})


def _answered(store: Store, term: Term, event: int, name: str) -> Condition:
    answer, at, other = term.value.partition("@")
    answer = answer.casefold()
    if answer not in ANSWERS or (at and not other):
        raise AudienceFault(f"“{term}” is no audience term.", "Use answered:yes, no, maybe or none.")
    of = events.find(store, other.strip('"')).id if at else event
    if answer == "none":
        sql = f"{_invited(name)} AND NOT EXISTS ({last_answer('person.id', f':{name}')})"
        return Condition(sql, {name: of})
    sql = f"({last_answer('person.id', f':{name}')}) = :{name}_answer"
    return Condition(sql, {name: of, f"{name}_answer": answer})


def last_answer(contact: str, event: str) -> str:
    """The answer to `event` that counts for `contact`, as a scalar SELECT: the last given by its own time."""
    return f"""SELECT answer FROM replies WHERE replies.contact = {contact} AND replies.event = {event}
        AND answer IN ('yes', 'no', 'maybe') AND status = 'answer'
        ORDER BY given_at DESC, replies.id DESC LIMIT 1"""


def _invited(event: str) -> str:
    return f"""EXISTS (SELECT 1 FROM invite_messages WHERE invite_messages.contact = person.id
        AND invite_messages.event = :{event} AND purpose = 'invitation' AND state IN {INVITED_STATES})"""


def save(store: Store, name: str, expression: str, *, by: Operator, now: datetime) -> None:
    """Keep an expression under a name. Raises `AudienceFault` if either cannot be used."""
    by.may_act("save an audience")
    if not name or re.search(r"[\s:\"@]", name):
        raise AudienceFault(f"“{name}” cannot be the name of an audience.", "Use one word.")
    parse(expression)
    with store.write():
        store.execute(
            """INSERT INTO audiences (name, name_key, expression, saved_at, saved_by)
               VALUES (:name, :key, :expression, :at, :by)
               ON CONFLICT (name_key) DO UPDATE SET name = excluded.name, expression = excluded.expression,
                   saved_at = excluded.saved_at, saved_by = excluded.saved_by""",
            {"name": name, "key": name_key(name), "expression": expression, "at": stored(now), "by": by.name},
        )


def saved(store: Store) -> list[dict[str, object]]:
    """The saved audiences by name: `name, expression, saved_at, saved_by`."""
    rows = store.rows("SELECT name, expression, saved_at, saved_by FROM audiences ORDER BY name_key")
    return [dict(row) for row in rows]
