"""The page of Meta's error codes, from the table by which the program acts."""

from collections.abc import Iterator

from handbook.markdown import code, page, table, words
from invite_core.invitations.runs import PauseReason
from invite_core.lifecycle.states import State
from invite_core.provider.error_table import ErrorClass, ErrorFact, all_codes, explain

_BEFORE = """With such a code Meta refuses a message, or tells later that one failed. The program goes by the number;
Meta's own words are shown beside it. Each code stands once, under what it stops."""

_WAITS = "The message waits in its place, and the run pauses (`{pause}`) until you have mended it. {later}"

_LATER = "Told later of a message that Meta had taken, such a code fails that message"

_SECTIONS = {
    ErrorClass.RECIPIENT: (
        "The message to one person failed",
        "The others go on. `invite-tui runs retry RUN` queues such messages again, if nothing below is against it.",
    ),
    ErrorClass.TEMPLATE: (
        "The template is refused",
        _WAITS.format(pause=PauseReason.TEMPLATE, later=f"{_LATER}."),
    ),
    ErrorClass.ACCOUNT: (
        "The account, the number or the token is refused",
        _WAITS.format(
            pause=PauseReason.ACCOUNT, later=f"{_LATER}; told of the account itself, it pauses every run."
        ),
    ),
    ErrorClass.PACE: ("Too much at once", "Meta did not take the message. It waits and goes out by itself."),
    ErrorClass.UNKNOWN: (
        "Nobody can know yet",
        f"The message may have been sent: it is {code(State.UNCONFIRMED)}, and nothing sends it again by itself.",
    ),
}

_OTHERS = """It fails the message to this one person. {todo} Whatever the code, an answer with an HTTP status of 500 or
more leaves open whether the message was sent, and 429 without a code above makes everybody wait."""


def error_codes_page() -> str:
    """Every code that the program knows, by what it stops: what it means, what to do, and what follows from it."""
    parts: list[str] = []
    for kind, (title, before) in _SECTIONS.items():
        facts = [fact for fact in all_codes() if fact.error_class is kind]
        head = ("code", "what it means", "what you can do")
        rows = [(str(fact.code), words(fact.sentence), " ".join(_to_do(fact))) for fact in facts]
        parts += [f"## {title}", before, table(head, rows)]
    return page(
        "Meta's error codes",
        "`invite_core/provider/error_codes.toml`",
        _BEFORE,
        *parts,
        "## Any other code",
        _OTHERS.format(todo=explain(None).todo),
    )


def _to_do(fact: ErrorFact) -> Iterator[str]:
    yield words(fact.todo)
    if fact.wait_seconds:
        yield f"{'Everybody waits' if fact.holds_everyone else 'It waits'} {_time(fact.wait_seconds)}."
    if fact.never_again:
        yield "`runs retry` leaves it alone."
    if fact.cool_down_seconds:
        yield f"`runs retry` takes it after {_time(fact.cool_down_seconds)}."
    if fact.leave_out_seconds:
        left_out = _time(fact.leave_out_seconds)
        yield f"Other runs leave the number out for {left_out}, unless something reaches it before."


def _time(seconds: float) -> str:
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1)):
        if seconds >= length:
            number = seconds / length
            return f"{number:g} {unit}{'' if number == 1 else 's'}"
    return f"{seconds:g} seconds"
