"""Which lines of a card may be handed to the library that reads cards.

Its pattern of a line takes exponential time over a head that does not fit it, and its unfolding takes the
square of a line that goes on over many; so both are settled here first, in time that grows with the card.
"""

import io
import re
from collections.abc import Sequence

from vobject.base import getLogicalLines

MOST_IN_A_LINE = 8_192
"""Characters of a property with all the lines it goes on over; a name or a number is far shorter."""

_NAME = r"[A-Za-z0-9_-]++"
_VALUE = r'(?:"[^"]*+"|[^";:,]*+)'
_HEAD = re.compile(rf"(?:{_NAME}\.)?+{_NAME}(?:;(?=[;:]))?+(?:;{_NAME}(?:={_VALUE})?+(?:,{_VALUE})*+)*+:")
"""What the library takes for a head, without a second way to match any of it."""


def are_readable(lines: Sequence[str]) -> bool:
    """Whether every property of a card, given as the lines of its file, is one in form and no longer than
    `MOST_IN_A_LINE`."""
    length, before = 0, ""
    for line in lines:
        goes_on = line[:1] in (" ", "\t") or before.endswith("=")
        length = len(line) + (length if goes_on else 0)
        if length > MOST_IN_A_LINE:
            return False
        before = line
    unfolded = getLogicalLines(io.StringIO("\n".join(lines)), True)
    return all(_HEAD.match(line) for line, _ in unfolded)
