"""`invite-tui prices`: what Meta asks for a message, as the organiser's rate card says it."""

from pathlib import Path

import click

from invite_core import instants
from invite_core.invitations import rate_cards
from invite_core.invitations.money import plain
from invite_core.invitations.rate_card import RateCardFault, parse_card
from invite_tui.command_line.counting import counted
from invite_tui.command_line.root import Group
from invite_tui.command_line.session import session


@click.group(cls=Group)
def prices() -> None:
    """Import a rate card, so that a send says what it costs and can keep to an amount."""


@prices.command("import")
@click.argument("file", type=click.Path(path_type=Path, readable=False))
def import_(file: Path) -> None:
    """Take the prices of FILE (CSV); they replace those before for whatever is sent from now on."""
    shared = session()
    shared.operator.may_act("import prices")
    try:
        content = file.read_bytes()
    except OSError as error:
        raise RateCardFault(f"{file} cannot be read ({error.strerror}).", "Check the name.") from None
    card = parse_card(content)
    with shared.store() as store:
        kept = rate_cards.keep(store, card, file.name, by=shared.operator, now=instants.now())
    document = {
        "card": kept.id,
        "name": kept.name,
        "currency": kept.currency,
        "prices": kept.rates,
        "valid_from": kept.valid_from,
        "valid_until": kept.valid_until,
    }
    span = f"from {kept.valid_from} to {kept.valid_until}"
    shared.document(document, [f"{counted(kept.rates, 'price')} in {kept.currency}, {span}."])


@prices.command("list")
def list_() -> None:
    """List the prices that count for what is sent next."""
    shared = session()
    with shared.looking() as store, store.snapshot():
        card = rate_cards.newest(store)
        rates = rate_cards.rates_of(store, card.id) if card else []
    currency = card.currency if card else ""
    shared.listing(
        [
            {
                "country": rate.country,
                "category": rate.category,
                "price": plain(rate.micros),
                "currency": currency,
                "valid_from": rate.valid_from,
                "valid_until": rate.valid_until,
            }
            for rate in rates
        ],
        ("country", "category", "price", "currency", "valid_from", "valid_until"),
        "No prices yet. Import a rate card: invite-tui prices import FILE",
    )
