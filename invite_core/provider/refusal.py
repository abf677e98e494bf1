"""Meta's refusal of a question about the account, as an error that a person can read. Pure."""

import json
import re

from invite_core.errors import InviteError
from invite_core.provider.error_table import explain

CURSOR_IS_STALE = 131059
_KIND = re.compile(r"nonexisting field \(\w+\) on node type \((\w+)\)")


class ProviderRefused(InviteError):
    """Meta refused a question about the account, or an act on it."""

    def __init__(self, sentence: str, todo: str, *, code: int, subcode: int | None, message: str) -> None:
        super().__init__(sentence, todo)
        self.code = code
        """Meta's code."""
        self.subcode = subcode
        """What Meta's code means in particular, where it says so."""
        self.message = message
        """Meta's own words."""

    @property
    def kind_of_node(self) -> str | None:
        """Of what kind the id that was asked for is, where it is not of the kind that has what was asked."""
        found = _KIND.search(self.message)
        return found.group(1) if found else None


class ProviderUnreachable(InviteError):
    """Meta could not be reached, or its answer could not be read."""


class StaleCursor(Exception):
    """A page's cursor no longer holds; the list is read again from its start (131059)."""


def unreadable() -> ProviderUnreachable:
    """An answer that is none of Meta's."""
    return ProviderUnreachable(
        "Meta's answer cannot be read.", "Check INVITE_GRAPH_URL; it may lead to something else."
    )


def refused(http_status: int, body: bytes) -> Exception:
    """What an answer with another status than 200 is to be raised as."""
    try:
        error = json.loads(body)["error"]
        code, message = int(error["code"]), str(error.get("message", ""))
        subcode = error.get("error_subcode")
    except (ValueError, KeyError, TypeError, RecursionError):
        return ProviderUnreachable(
            f"Meta answered with HTTP {http_status} and no explanation.", "Try again in some minutes."
        )
    if code == CURSOR_IS_STALE:
        return StaleCursor()
    fact = explain(code)
    return ProviderRefused(
        f"{fact.sentence} (Meta: {_shortened(message)})",
        fact.todo,
        code=code,
        subcode=subcode if isinstance(subcode, int) else None,
        message=message,
    )


def _shortened(text: str, at_most: int = 300) -> str:
    """`text`, or as many of its whole words as fit: half an address leads nowhere."""
    if len(text) <= at_most:
        return text
    return f"{text[:at_most].rpartition(' ')[0] or text[: at_most - 1]} …"
