"""Countries to which Meta does not deliver at all, or no marketing: the table `countries.toml` as a condition.

The country is read from the address itself, a number's dialling and area code or the letters with which a user
id begins, so that nothing about it has to be kept.
"""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from typing import Any

_TABLE: dict[str, Any] = tomllib.loads(files(__package__).joinpath("countries.toml").read_text("utf-8"))

_UNITED_STATES: dict[str, Any] = _TABLE["united_states"]


def _listed(words: Iterable[str]) -> str:
    return ", ".join(f"'{word}'" for word in words)


def _begins_with_one_of(column: str, beginnings: Iterable[str]) -> str:
    by_length: dict[int, list[str]] = {}
    for each in beginnings:
        by_length.setdefault(len(each), []).append(each)
    shortest = min(by_length)
    exact = " OR ".join(
        f"substr({column}, 1, {length}) IN ({_listed(each)})" for length, each in sorted(by_length.items())
    )
    if len(by_length) == 1:
        return exact
    # Nearly everybody is told apart by the first characters alone.
    first = sorted({each[:shortest] for same_length in by_length.values() for each in same_length})
    return f"substr({column}, 1, {shortest}) IN ({_listed(first)}) AND ({exact})"


def _number_begins(dials: Iterable[str]) -> str:
    return f"(person.address_kind = 'phone' AND ({_begins_with_one_of('person.match_key', dials)}))"


def _user_id_begins(letters: Iterable[str]) -> str:
    beginnings = (f"{each}." for each in letters)
    return f"(person.address_kind = 'user_id' AND ({_begins_with_one_of('person.match_key', beginnings)}))"


def _belongs_to(places: Sequence[Mapping[str, Any]]) -> str:
    """Whether an address is of one of the places of a table; regions have no letters of their own."""
    dials = _number_begins(dial for place in places for dial in place["dials"])
    return f"({dials} OR {_user_id_begins(place['letters'] for place in places if 'letters' in place)})"


_IN_THE_UNITED_STATES = (
    f"({_number_begins([_UNITED_STATES['dials']])}"
    f" AND substr(person.match_key, 2, 3) NOT IN ({_listed(_UNITED_STATES['other_area_codes'])})"
    f" OR {_user_id_begins([_UNITED_STATES['letters']])})"
)

NOT_SERVED = (
    f"person.address IS NOT NULL AND ({_belongs_to(_TABLE['not_served'])}"
    f" OR person.marketing = 1 AND ({_belongs_to(_TABLE['no_marketing'])} OR {_IN_THE_UNITED_STATES}))"
)
"""Meta delivers nothing to the person's country or region, or no marketing and the person's text is marketing."""
