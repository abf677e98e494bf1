"""`--stops-may-be-lost --reason TEXT`: going on after an absence of the listener that may have lost something."""

from collections.abc import Callable

import click

from invite_core import instants
from invite_core.dispatch.listener_gap import losses
from invite_core.store import Store
from invite_tui.command_line.session import Session


def with_losses(command: Callable[..., None]) -> Callable[..., None]:
    """Give `command` the two options, as `stops_may_be_lost` and `reason`."""
    reason = click.option("--reason", help="With --stops-may-be-lost: why you go on, for the record.")
    known = click.option(
        "--stops-may-be-lost",
        is_flag=True,
        help="You know that the listener was away for more than 7 days.",
    )
    return known(reason(command))


def require_both_or_none(*, stops_may_be_lost: bool, reason: str | None) -> None:
    """Raise `click.UsageError` for one of the two options without the other."""
    if stops_may_be_lost is (reason is None):
        raise click.UsageError("--stops-may-be-lost and --reason TEXT belong together.")


def tell_if_nothing_is_lost(shared: Session, store: Store, reason: str | None) -> None:
    """Say so where the two options were given and there is nothing that they would accept."""
    if reason is not None and not losses(store, now=instants.now()):
        shared.note("The listener was never away for more than 7 days: there was nothing to accept.")
