"""The people whom a change names beside its items (`contacts[]`), found by number or id. Pure."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from invite_core.delivery.scalars import mapping, text, user_id_in, wa_id_in
from invite_core.delivery.updates import Sender

_LONGEST_NAME = 200


class NamedPeople:
    """The list of one change, made for all of its items: to search it anew for each would take minutes."""

    def __init__(self, told: object) -> None:
        """`told` is the list as it came; anything else names nobody."""
        self._told = told if isinstance(told, list) else []

    def sender(self, number: object, user: object) -> Sender:
        """Who gave an item that says this number and this id, with what the first person who fits adds."""
        wa_id, user_id = wa_id_in(number), user_id_in(user)
        person = self._person(wa_id, number, user_id)
        if person is None:
            return Sender(wa_id, user_id)
        return Sender(
            wa_id or wa_id_in(person.get("wa_id")),
            user_id or user_id_in(person.get("user_id")),
            text(mapping(person.get("profile")).get("name"), longest=_LONGEST_NAME),
        )

    def _person(self, wa_id: str | None, number: object, user_id: str | None) -> Mapping[str, Any] | None:
        if wa_id is None and user_id is None:
            # Where the item itself names nobody, the only person beside it is meant.
            return mapping(self._told[0]) if len(self._told) == 1 else None
        numbers, ids = self._places
        found = [numbers.get(wa_id), numbers.get(number)] if wa_id else []
        if user_id:
            found.append(ids.get(user_id))
        first = min((place for place in found if place is not None), default=None)
        return None if first is None else mapping(self._told[first])

    @cached_property
    def _places(self) -> tuple[Mapping[object, int], Mapping[object, int]]:
        """Where each number, and each id, stands first."""
        return self._first_places("wa_id"), self._first_places("user_id")

    def _first_places(self, name: str) -> Mapping[object, int]:
        places: dict[object, int] = {}
        for place, each in enumerate(self._told):
            value = mapping(each).get(name)
            if isinstance(value, str | int):
                places.setdefault(value, place)
        return places
