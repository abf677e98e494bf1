"""What `audience count`, `preview` and `--cap` tell before anything is sent."""

from invite_core.invitations.marketing import NOTICE
from invite_core.store import Store
from tests.command_line.conftest import Cli
from tests.command_line.meta import Meta
from tests.command_line.world import PREVIEW, SEND, a_guest, a_listener, a_world


def test_each_term_of_an_audience_is_counted(cli: Cli, store: Store) -> None:
    a_world(store)
    a_guest(store, "Vera", 9, tags=["vip"])
    answer = cli("audience", "count", "tag:vip -language:pt", "--event", "Summer party", "--json")
    terms = [{"term": "tag:vip", "people": 1}, {"term": "-language:pt", "people": 4}]
    assert answer.document == {
        "audience": "tag:vip -language:pt",
        "terms": terms,
        "people": 1,
        "everybody": 4,
    }
    assert cli(*PREVIEW, "--audience", "tag:vip -language:pt", "--json").document["terms"] == terms
    assert "1 of 4 people." in cli("audience", "count", "tag:vip", "--event", "Summer party").out
    assert cli("audience", "count", "tag:none", "--event", "Summer party").is_refused("tag", "vip")


def test_the_preview_says_what_marketing_means(cli: Cli, store: Store) -> None:
    a_world(store)
    assert cli(*PREVIEW, "--json").document["notice"] == NOTICE
    assert NOTICE in cli(*PREVIEW).out


def test_a_cap_holds_back_whoever_had_enough(cli: Cli, store: Store, meta: Meta) -> None:
    a_world(store)
    a_listener(store)
    assert cli(*SEND, "--cap", "1/14", "--yes", "--json").document["cap"] == "1/14"
    reminder = (*PREVIEW, "--purpose", "reminder", "--cap", "1/14", "--json")
    assert cli(*reminder).document["cap"] == "1/14"
    assert cli(*PREVIEW, "--cap", "many").is_refused("3/14")
