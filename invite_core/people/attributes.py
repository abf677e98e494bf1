"""Attributes: what else is known of a person, under names of the organiser's own."""

import re

from invite_core.errors import InviteError

_READ_OTHERWISE = re.compile(r'^[$\[]|["\\]')
"""What a database's JSON operators take for a path, or cannot look up."""


class AttributeFault(InviteError):
    """An attribute cannot have that name."""


def checked_attribute(name: str) -> str:
    """`name` if an attribute can have it.

    Raises `AttributeFault` for an empty one, one that begins with `$` or `[`, or one with a quotation
    mark or a backslash in it.
    """
    if not name.strip() or _READ_OTHERWISE.search(name):
        raise AttributeFault(
            f"“{name}” cannot be the name of an attribute.",
            'Use words that do not begin with $ or [ and hold no " and no \\.',
        )
    return name
