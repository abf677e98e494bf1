"""Why something does not go on, in the organiser's words: blocked people, paused runs, and the remedy."""

from invite_core.invitations.policy import REMEDIES, BlockReason
from invite_core.invitations.runs import PauseReason, Run

BLOCKED_BECAUSE: dict[BlockReason, str] = {
    BlockReason.ERASED: "asked to be erased",
    BlockReason.DO_NOT_MESSAGE: "on the Do-Not-Message list",
    BlockReason.MARKETING_OPT_OUT: "stopped marketing in WhatsApp",
    BlockReason.POSSIBLE_OPT_OUT: "may have asked to stop",
    BlockReason.NO_CONSENT: "no consent on record",
    BlockReason.NO_ADDRESS: "no number, or no longer theirs",
    BlockReason.INVALID_NUMBER: "not a mobile number",
    BlockReason.COUNTRY_NOT_SERVED: "country not served by Meta",
    BlockReason.UNREACHABLE: "number could not be reached",
    BlockReason.ALREADY_INVITED: "already has this message",
    BlockReason.INVITED_OTHERWISE: "invited in another way",
    BlockReason.ALREADY_ANSWERED: "has already answered, or their household has",
    BlockReason.SAME_NUMBER: "another person has this number",
    BlockReason.SAME_HOUSEHOLD: "household gets one already",
    BlockReason.FREQUENCY_CAP: "enough messages lately",
    BlockReason.TOO_LATE: "too late to send",
    BlockReason.TEMPLATE_NOT_APPROVED: "template not approved by Meta",
    BlockReason.LANGUAGE_NOT_AVAILABLE: "no text in their language",
    BlockReason.MISSING_PARAMETER: "a word for the text is missing",
    BlockReason.TEXT_TOO_LONG: "the text gets too long",
}
"""The words beside a blocked person."""

PAUSED_BECAUSE: dict[PauseReason, tuple[str, str]] = {
    PauseReason.OPERATOR: ("Paused by hand.", "Press r to go on."),
    PauseReason.ACCOUNT: (
        "Meta refuses the account, the number or the token.",
        "Mend it in Meta's manager or the settings, then press r.",
    ),
    PauseReason.TEMPLATE: (
        "Meta refuses the template.",
        "Look at it in Meta's manager, run `invite-tui templates sync`, then press r.",
    ),
    PauseReason.FAILURE_BURST: ("Too many messages failed alike.", "Find the cause below, then press r."),
    PauseReason.QUALITY: (
        "The quality rating fell.",
        "Wait until it has recovered; sending on makes it worse.",
    ),
    PauseReason.DAILY_LIMIT: (
        "The account's daily limit of people is reached.",
        "Go on tomorrow with r.",
    ),
    PauseReason.OUTSIDE_WINDOW: ("It is outside the time for sending.", "Press r when it is time."),
    PauseReason.FACTS_CHANGED: (
        "The event was changed after this run was made.",
        "Cancel the rest with x and make a new one: whoever has it is not written to twice.",
    ),
    PauseReason.LISTENER_GAP: (
        "The listener was away; answers and stops may still be on their way.",
        "Let it catch up, then press r.",
    ),
    PauseReason.COST: ("The next message would pass the cost you allowed.", "Press r to go on regardless."),
    PauseReason.FIRST_SLICE: ("The first slice is out.", "Look at its results, then press r for the rest."),
    PauseReason.SENDER_STOPPED: ("The sender ended before the run did.", "Press r to go on."),
    PauseReason.STORAGE: ("The disk did not take what had to be written.", "Free some space, then press r."),
    PauseReason.RESTORED: (
        "The file was restored from a backup.",
        "Review it with `invite-tui restore --reviewed`.",
    ),
}
"""Each pause: what happened, and what to do."""


ASKED_TO_STOP = "The sender was asked to stop."
"""What the sender notes beside its pause where it was told to end, rather than ended by something else."""

YOU_QUIT = "You quit while it was being sent."


def blocked_because(reason: str) -> str:
    """The words for a block reason, by the name that the file holds."""
    return BLOCKED_BECAUSE[BlockReason(reason)]


def remedy(reason: str) -> str:
    """What the organiser can do about a block reason, in words of the screen."""
    return REMEDIES[BlockReason(reason)].replace("--fallback", "fall-back")


def paused_words(run: Run, *, outdated: bool = False) -> tuple[str, str, str]:
    """Of a paused run: what happened, what to do, and what else was noted; nothing is said twice.

    `outdated` is whether the event was changed since the run was made, which outweighs any other reason.
    """
    because = PauseReason.FACTS_CHANGED if outdated else run.paused_because or PauseReason.OPERATOR
    sentence, todo = paused_sentence(because, run.paused_detail), PAUSED_BECAUSE[because][1]
    said_already = sentence == YOU_QUIT or run.paused_detail == sentence
    return sentence, todo, "" if said_already else run.paused_detail


def paused_sentence(because: PauseReason, detail: str) -> str:
    """What happened to a paused run; `detail` is what was noted beside the reason."""
    if because is PauseReason.SENDER_STOPPED and detail == ASKED_TO_STOP:
        return YOU_QUIT
    return PAUSED_BECAUSE[because][0]
