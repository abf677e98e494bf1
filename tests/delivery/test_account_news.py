"""What Meta says of the account and the number: kept, and runs stop where none can go on."""

import json

import pytest

from invite_core.delivery.tally import Tally
from invite_core.dispatch.daily_limit import number_facts, people_per_day, remember_number
from invite_core.instants import read
from invite_core.provider.template_node import PhoneNumberNode
from invite_core.store import Store
from tests.delivery.rows import (
    NOW,
    add_event,
    add_run,
    add_template,
    payload,
    sent_later,
    standing_of,
    take,
    the_receipt,
)

WABA = "102290129340398"


def a_run(store: Store) -> int:
    """A run that is sending."""
    return add_run(store, add_event(store))


def fact(store: Store, name: str) -> dict[str, object]:
    """What is kept under that name."""
    kept: dict[str, object] = json.loads(
        store.value("SELECT value FROM account_facts WHERE name = ?", (name,))
    )
    return kept


@pytest.mark.parametrize(
    ("name", "fact_name", "sentence"),
    [
        (
            "account_update",
            "restriction",
            "Meta restricts the account (restricted_biz_initiated_messaging) until 2026-03-08 10:40 UTC.",
        ),
        ("account_disabled", "ban", "Meta disables the account (DISABLE, March 1, 2026)."),
        ("account_violation", "violation", "Meta says that the account broke its rules (SCAM)."),
        ("account_deleted", "existence", "Meta says that the WhatsApp Business account was deleted."),
        ("account_app_removed", "app", "Meta says that this app's access to the account was taken back."),
        ("account_review", "review", "Meta reviewed the account and refused it."),
        ("value_errors", "error", ""),
    ],
)
def test_run_that_cannot_go_on_pauses_at_once_and_says_why(
    store: Store, name: str, fact_name: str, sentence: str
) -> None:
    run = a_run(store)
    assert take(store, name) == Tally(bodies=1, applied=1)
    status, because, detail = standing_of(store, run)
    assert (status, because) == ("paused", "account")
    assert detail.startswith(sentence)
    assert fact(store, fact_name)
    assert take(store, name).repeated == 1


@pytest.mark.parametrize(
    ("name", "fact_name"),
    [
        ("account_reinstated", "ban"),
        ("account_pricing", "event"),
        ("account_alert", "alert"),
        ("phone_number_name", "name"),
    ],
)
def test_news_that_stop_nothing_are_kept(store: Store, name: str, fact_name: str) -> None:
    run = a_run(store)
    assert take(store, name) == Tally(bodies=1, applied=1)
    assert fact(store, fact_name)
    assert standing_of(store, run)[0] == "sending"


@pytest.mark.parametrize(
    "restriction", ["RESTRICTED_ADD_PHONE_NUMBER_ACTION", "RESTRICTED_CUSTOMER_INITIATED_MESSAGING"]
)
def test_restriction_of_something_else_stops_no_run(store: Store, restriction: str) -> None:
    run = a_run(store)
    body = payload("account_update").replace(b"RESTRICTED_BIZ_INITIATED_MESSAGING", restriction.encode())
    take(store, body)
    assert standing_of(store, run)[0] == "sending"


def test_restriction_of_a_kind_that_is_not_known_stops_the_run(store: Store) -> None:
    run = a_run(store)
    take(store, payload("account_update").replace(b"RESTRICTED_BIZ_INITIATED_MESSAGING", b"RESTRICTED_NEW"))
    assert standing_of(store, run)[0] == "paused"


def test_restriction_that_is_over_when_it_arrives_stops_no_run(store: Store) -> None:
    run = a_run(store)
    take(store, payload("account_update").replace(b"1772966400", b'"2026-03-01T12:15:00+0000"'))
    assert standing_of(store, run)[0] == "sending"


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_older_news_do_not_undo_newer_ones(store: Store, order: tuple[int, int]) -> None:
    bodies = [payload("account_disabled"), payload("account_reinstated")]
    run = a_run(store)
    tallies = [take(store, bodies[which]) for which in order]
    assert fact(store, "ban")["state"] == "REINSTATE"
    assert standing_of(store, run)[0] == ("paused" if order == (0, 1) else "sending")
    assert tallies[-1].stale == (0 if order == (0, 1) else 1)


def test_error_of_the_pace_is_kept_with_its_code_and_stops_nothing(store: Store) -> None:
    run = a_run(store)
    take(store, payload("value_errors").replace(b"131031", b"130429"))
    assert fact(store, "error")["code"] == 130429
    assert the_receipt(store)["error_code"] == 130429
    assert standing_of(store, run)[0] == "sending"


def test_same_error_on_another_day_counts_again(store: Store) -> None:
    run = a_run(store)
    take(store, "value_errors")
    with store.write():
        store.execute("UPDATE invite_send_runs SET status = 'ready', paused_because = NULL")
    take(store, sent_later("value_errors", 60))
    assert standing_of(store, run)[0] == "paused"


# ---------------------------------------------------------------- limits


@pytest.mark.parametrize(
    ("written", "people"),
    [(b"2000", 2_000), (b"250", 250), (b'"TIER_10K"', 10_000), (b"-1", None), (b'"TIER_UNLIMITED"', None)],
)
def test_the_newest_limit_is_the_one_that_counts(store: Store, written: bytes, people: int | None) -> None:
    fetched(store, "2026-03-01T11:00:00.000Z")
    assert people_per_day(number_facts(store)["limit"]) == 100_000
    take(store, payload("business_capability").replace(b"2000", written))
    assert people_per_day(number_facts(store)["limit"]) == people
    assert number_facts(store)["quality"] == "GREEN"


def fetched(store: Store, at: str, number: str = "+44 7700 900999") -> None:
    """The number as Meta returned it at that moment."""
    node = PhoneNumberNode(
        id="1",
        display_phone_number=number,
        quality_rating="GREEN",
        throughput={"level": "STANDARD"},
        whatsapp_business_manager_messaging_limit="TIER_100K",
    )
    remember_number(store, node, now=read(at))


def test_limit_is_known_from_a_webhook_alone(store: Store) -> None:
    take(store, "business_capability")
    take(store, sent_later("phone_number_quality", -60))
    assert number_facts(store)["limit"] == "TIER_2K"
    take(store, sent_later("phone_number_quality", 60))
    assert number_facts(store)["limit"] == "TIER_250"


def test_limit_that_is_older_than_the_fetch_changes_nothing(store: Store) -> None:
    fetched(store, "2026-03-01T12:00:01.000Z")
    assert take(store, "business_capability").stale == 1
    assert number_facts(store)["limit"] == "TIER_100K"


def test_higher_throughput_is_no_limit_of_people(store: Store) -> None:
    fetched(store, "2026-03-01T11:00:00.000Z")
    take(store, "phone_number_throughput")
    assert number_facts(store) == {"limit": "TIER_100K", "throughput": "HIGH", "quality": "GREEN"}


def test_flagged_number_pauses_for_its_quality(store: Store) -> None:
    run = a_run(store)
    take(store, payload("phone_number_quality").replace(b"ONBOARDING", b"FLAGGED"))
    assert standing_of(store, run)[:2] == ("paused", "quality")
    assert number_facts(store)["quality"] == "RED"


def test_another_number_of_the_account_is_ignored(store: Store) -> None:
    fetched(store, "2026-03-01T11:00:00.000Z", number="+44 7700 900888")
    assert take(store, "phone_number_quality").ignored == 1
    assert number_facts(store)["limit"] == "TIER_100K"


def test_limit_that_is_not_known_changes_nothing(store: Store) -> None:
    fetched(store, "2026-03-01T11:00:00.000Z")
    assert take(store, payload("business_capability").replace(b"2000", b"17")).quarantined == 1
    assert number_facts(store)["limit"] == "TIER_100K"


# ---------------------------------------------------------------- whose account


@pytest.mark.parametrize("name", ["account_deleted", "template_paused", "business_capability"])
def test_other_accounts_are_ignored_where_ours_is_set(store: Store, name: str) -> None:
    add_template(store)
    run = a_run(store)
    assert take(store, name, waba_id="999000999000999") == Tally(bodies=1, ignored=1)
    receipt = the_receipt(store)
    assert (receipt["outcome"], receipt["note"]) == ("ignored", "about another account")
    assert standing_of(store, run)[0] == "sending"
    assert store.value("SELECT count(*) FROM account_facts") == 0
    assert store.value("SELECT status FROM templates") == "APPROVED"


@pytest.mark.parametrize("waba_id", ["", WABA])
def test_our_account_is_heard_and_so_is_any_where_none_is_set(store: Store, waba_id: str) -> None:
    run = a_run(store)
    take(store, "account_deleted", waba_id=waba_id)
    assert standing_of(store, run)[0] == "paused"


def test_what_a_partner_is_told_is_about_the_account_that_it_names(store: Store) -> None:
    run = a_run(store)
    take(store, "account_app_removed", waba_id=WABA)
    assert standing_of(store, run)[0] == "paused"


@pytest.mark.parametrize("waba_id", ["", WABA])
def test_the_dashboards_test_button_stops_nothing(store: Store, waba_id: str) -> None:
    run = a_run(store)
    assert take(store, "dashboard_account", waba_id=waba_id) == Tally(bodies=1, ignored=1)
    assert standing_of(store, run)[0] == "sending"


@pytest.mark.parametrize("field", ["account_update", "account_review_update", "account_alerts"])
def test_news_without_their_word_are_quarantined(store: Store, field: str) -> None:
    entry = {"id": WABA, "time": 1772366400, "changes": [{"field": field, "value": {"event": None}}]}
    body = json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()
    assert take(store, body, now=NOW).quarantined == 1
