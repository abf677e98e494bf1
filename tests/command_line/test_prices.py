"""Prices and the plan of a send on the command line: before, while it is paused, and after."""

from pathlib import Path

import pytest

from invite_core.store import Store
from tests.builders import DATA
from tests.command_line.conftest import Cli
from tests.command_line.meta import Meta
from tests.command_line.world import PREVIEW, SEND, a_world

SAMPLE = DATA / "rates.sample.csv"


def test_prices_are_imported_listed_and_used(cli: Cli, store: Store, meta: Meta, tmp_path: Path) -> None:
    a_world(store, guests=4)
    card = tmp_path / "rates.csv"
    card.write_text(SAMPLE.read_text("utf-8").replace("2027-12-31", "2099-12-31"), "utf-8")
    assert "No prices yet" in cli("prices", "list").out
    assert cli(*PREVIEW, "--json").document["cost"] is None
    imported = cli("prices", "import", card, "--json").document
    assert (imported["currency"], imported["prices"]) == ("EUR", 14)
    assert "0.041" in cli("prices", "list").out
    assert cli("prices", "import", "nowhere.csv").is_refused("nowhere.csv")

    previewed = cli(*PREVIEW, "--window", "0-23:59", "--json").document
    assert (previewed["cost"]["amount"], previewed["cost"]["without_price"]) == ("0.164", 0)
    assert previewed["cost"]["lines"] == [
        {"country": "GB", "category": "marketing", "people": 4, "price": "0.041"}
    ]
    assert previewed["duration"]["days"] == 1
    assert "Costs up to 0.164 EUR by rates.csv." in cli(*SEND, "--dry-run").out

    sent = cli(*SEND, "--yes", "--without-listener", "--max-cost", "0.10", "--json")
    assert (sent.code, sent.document["paused_because"], len(meta.posts)) == (1, "cost", 2)
    assert (sent.document["cost"]["at_most"], sent.document["cost"]["max_cost"]) == ("0.082", "0.10")
    assert "--max-cost AMOUNT" in sent.err
    assert cli("runs", "resume", 1).is_refused("--max-cost")
    assert cli("runs", "resume", 1, "--if-cut-off").code == 0
    assert len(meta.posts) == 2
    more = ("--wait", "--without-listener")
    assert cli("runs", "resume", 1, "--max-cost", "0.13", *more).code == 1
    assert cli("runs", "resume", 1, "--max-cost", "none", *more).code == 0
    assert len(meta.posts) == 4


@pytest.mark.parametrize(
    ("option", "said"),
    [
        (("--max-cost", "5"), "prices import FILE"),
        (("--window", "late"), "9-20"),
        (("--their-time",), "--window"),
    ],
)
def test_what_cannot_be_kept_to_is_refused_before_the_run(
    cli: Cli, store: Store, meta: Meta, option: tuple[str, ...], said: str
) -> None:
    a_world(store, guests=1)
    assert cli(*SEND, "--yes", "--without-listener", *option).is_refused(said)
    assert (meta.posts, store.value("SELECT count(*) FROM invite_send_runs")) == ([], 0)
