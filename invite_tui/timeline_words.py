"""What happened to a message, in the organiser's words. The file keeps its own."""

from invite_core.invitations.policy import BlockReason
from invite_core.provider.error_table import explain
from invite_tui.reasons import blocked_because

HAPPENED = {
    "run frozen": "chosen",
    "claimed": "being sent",
    "policy at the claim": "left out when its turn came",
    "webhook: sent": "Meta says: sent",
    "webhook: delivered": "Meta says: delivered",
    "webhook: read": "Meta says: read",
    "webhook: failed": "Meta says: failed",
    "webhook: reply": "they answered, so it arrived",
    "no answer: cancelled": "no answer: the sender was stopped",
}
"""Causes as the file has them, and the words for them; what is not here is told as it is."""


def happened(cause: str) -> str:
    """The words for one line of a timeline."""
    if cause in HAPPENED:
        return HAPPENED[cause]
    kind, _, rest = cause.partition(": ")
    match kind:
        case "run frozen":
            return f"left out: {', '.join(map(_reason, rest.split(', ')))}"
        case "webhook":
            return _told(rest)
        case "reply":
            return f"they answered: {rest}"
    return cause


def _reason(name: str) -> str:
    return blocked_because(name) if name in set(BlockReason) else name.replace("_", " ")


def _told(status: str) -> str:
    name, _, code = status.partition(" (")
    if code.rstrip(")").isdecimal():
        return f"Meta says: {name}. {explain(int(code.rstrip(')'))).sentence}"
    return f"Meta says: {status}"
