"""Whether a plan could be sent now: the very checks that sending makes, each as its own sentence."""

from collections.abc import Callable
from datetime import datetime

from invite_core.dispatch.sender_lock import require_free
from invite_core.errors import InviteError
from invite_core.invitations.estimate import require_prices
from invite_core.invitations.text_faults import require_complete
from invite_core.operations.sending import NoListener, require_listener
from invite_core.settings import Settings
from invite_core.store import Store
from invite_core.views.preview_board import PreviewBoard
from invite_tui.template_looks import on_screen


def obstacles(store: Store, board: PreviewBoard, settings: Settings, *, now: datetime) -> list[InviteError]:
    """Everything that keeps the plan from being sent now; empty if it may go."""
    checks: list[Callable[[], object]] = [
        lambda: require_complete(board.plan.variants),
        lambda: settings.require("phone_number_id", "access_token"),
        lambda: require_free(store.path),
        lambda: require_hearing(store, now=now),
        lambda: _require_someone(board),
        lambda: require_prices(board.plan, board.estimate),
    ]
    found = []
    for check in checks:
        try:
            check()
        except InviteError as fault:
            found.append(on_screen(fault))
    return found


def require_hearing(store: Store, *, now: datetime) -> None:
    """Raise `NoListener`, with the way out that there is on the screen, unless a listener is alive."""
    try:
        require_listener(store, now=now)
    except NoListener as fault:
        raise NoListener(fault.sentence, "Start it in another terminal: webhook-listener") from None


def _require_someone(board: PreviewBoard) -> None:
    if not board.eligible:
        raise InviteError(
            "Nobody in this audience would get the message.",
            "The reasons stand beside each name." if board.blocked else "Choose another audience.",
        )
