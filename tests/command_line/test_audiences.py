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
        "consent_doubts": {},
    }
    assert cli(*PREVIEW, "--audience", "tag:vip -language:pt", "--json").document["terms"] == terms
    assert "1 of 4 people." in cli("audience", "count", "tag:vip", "--event", "Summer party").out
    assert cli("audience", "count", "tag:none", "--event", "Summer party").is_refused("tag", "vip")


def test_consents_in_doubt_are_counted_before_sending_and_block_nobody(cli: Cli, store: Store) -> None:
    a_world(store)
    cli("dnm", "add", "Guest 1", "--reason", "asked")
    assert cli(*PREVIEW, "--json").document["consent_doubts"] == {}
    cli("consent", "limits", "--sender", "Rita", "--days", 30)
    looked = cli(*PREVIEW, "--json").document
    assert (looked["eligible"], looked["consent_doubts"]) == (2, {"sender_not_named": 2})
    assert "2 people agreed to a wording that does not say who will write" in cli(*PREVIEW).out
    cli("consent", "limits", "--days", 5)
    count = ("audience", "count", "all", "--event", "Summer party")
    assert cli(*count, "--json").document["consent_doubts"] == {"sender_not_named": 3, "old": 3}
    assert "3 people agreed longer ago" in cli(*count).out


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
