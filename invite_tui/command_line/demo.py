"""`invite-tui demo`: the product at work, with nothing to set up."""

import time
from typing import Any

import click

from invite_core.invitations import events
from invite_core.store import Store
from invite_core.views.rsvp_board import rsvp_board
from invite_tui import demo as core
from invite_tui.command_line.answers import tally
from invite_tui.command_line.exit_codes import REFUSED
from invite_tui.command_line.root import Command
from invite_tui.command_line.session import is_interactive, session
from invite_tui.demo_summary import summary
from invite_tui.reasons import blocked_because


@click.command("demo", cls=Command)
@click.option("--headless", is_flag=True, help="Send and print a summary instead of opening the screen.")
@click.option(
    "--contacts", type=click.IntRange(1, 100_000), help="So many made-up people instead of the sample."
)
@click.option("--seed", type=int, default=1, show_default=True, help="Decides how the made-up people behave.")
def demo(headless: bool, contacts: int | None, seed: int) -> None:
    """Show the product at work, with nothing to set up.

    A stand-in for Meta, the listener and sample people, in a temporary folder.
    """
    shared = session()
    if shared.db is not None:
        raise click.UsageError("The demo makes a database of its own and deletes it: leave out --db.")
    shared.note("Starting…")
    if headless or shared.json or not is_interactive():
        _headless(contacts, seed)
        return
    from invite_tui.running import run_app

    with core.running_demo(seed=seed, pace=1.0) as parts:
        with Store.open(parts.settings.db) as store:
            core.prepare(store, parts, contacts=contacts, seed=seed)
        run_app(parts.settings, is_demo=True)


def _headless(contacts: int | None, seed: int) -> None:
    shared = session()
    started = time.monotonic()
    with core.running_demo(seed=seed, pace=0.0) as parts, Store.open(parts.settings.db) as store:
        report = core.prepare(store, parts, contacts=contacts, seed=seed)
        run = core.invite_everyone(store, parts)
        core.wait_for_quiet(parts)
        document = summary(store, parts, run, report, time.monotonic() - started)
        answers = rsvp_board(store, events.find(store, "Summer party"))
    document["answers"] = {
        key: answers[key] for key in ("yes", "no", "maybe", "none", "not_reached", "places")
    }
    shared.document(document, _lines(document))
    if document["delivered_twice"] or document["disagreements"]:
        shared.note("The stand-in's log and the database do not agree. This is a defect: please report it.")
        raise click.exceptions.Exit(REFUSED)


def _lines(document: dict[str, Any]) -> list[str]:
    imported, answers = document["imported"], document["answers"]
    return [
        (
            f"{imported['read']} rows read: {imported['created']} people created "
            f"(of these {imported['shared_number']} share a number), {imported['updated']} updated, "
            f"{imported['unchanged']} unchanged, {imported['rejected']} rejected:"
        ),
        *[f"  {n:>6}  {reason.replace('_', ' ')}" for reason, n in document["rejected"].items()],
        (
            f"{document['contacts']} people: {document['eligible']} eligible, "
            f"{document['contacts'] - document['eligible']} blocked:"
        ),
        *[f"  {n:>6}  {blocked_because(reason)}" for reason, n in document["blocked"].items()],
        "Where every message stands:",
        *[f"  {n:>6}  {state}" for state, n in document["counts"].items() if n],
        (
            f"The stand-in for Meta delivered {document['simulator_delivered']} messages, "
            f"{document['delivered_twice']} of them twice; {document['unconfirmed']} are unconfirmed; "
            f"its log and the database disagree on {document['disagreements']}."
        ),
        f"Answers: {tally(answers)}.",
        f"It took {document['elapsed_s']} s.",
    ]
