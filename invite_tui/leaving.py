"""What is asked before the program is left."""

from invite_tui.screens.ask import AskScreen

DEMO_ENDS = "The demo's data is deleted when you quit."


def question_before_leaving(sending: int | None, *, is_demo: bool) -> AskScreen | None:
    """The question, or None where nobody need be asked. `sending` is the run that this program sends now."""
    if sending is not None:
        return _stop_sending(sending, DEMO_ENDS if is_demo else "")
    if is_demo:
        return AskScreen("Leave the demo?", DEMO_ENDS, do="Quit", cancel="Stay")
    return None


def _stop_sending(run: int, more: str) -> AskScreen:
    return AskScreen(
        "Messages are being sent",
        f"Run {run} is being sent by this program. If you quit, no further message leaves, answers on their "
        f"way are awaited, and the run is paused. {more or 'You can go on with it later.'}",
        do="Stop and quit",
        cancel="Keep sending",
    )
