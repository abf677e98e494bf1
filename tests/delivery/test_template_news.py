"""What Meta says of templates: kept, and the runs that can no longer use one stop at once."""

import json

import pytest

from invite_core.delivery.standing_effects import NOT_STORED
from invite_core.delivery.tally import Tally
from invite_core.invitations import runs
from invite_core.invitations.template_standing import NotSendable
from invite_core.operators import Operator
from invite_core.store import Row, Store
from tests.delivery.rows import (
    NOW,
    add_run_of_template,
    add_template,
    invite,
    payload,
    sent_later,
    standing_of,
    take,
    the_receipt,
)

RITA = Operator("Rita")
NOT_SENT = "Meta does not let summer_party (en) be sent any more: it is {}."


def template(store: Store) -> Row:
    """The only template."""
    row = store.row("SELECT * FROM templates")
    assert row is not None
    return row


@pytest.mark.parametrize(
    ("name", "status", "because", "sentence"),
    [
        (
            "template_paused",
            "PAUSED",
            "template",
            NOT_SENT.format("PAUSED")
            + " Meta says: Your WhatsApp message template has been paused for 3 hours because it had issues.",
        ),
        (
            "template_disabled",
            "DISABLED",
            "template",
            NOT_SENT.format("DISABLED"),
        ),
        (
            "template_rejected",
            "REJECTED",
            "template",
            NOT_SENT.format("REJECTED") + " Meta says: Variables stand beside each other.",
        ),
        (
            "template_flagged",
            "APPROVED",
            "quality",
            "Meta flagged summer_party (en): people do not like it, and it may be disabled.",
        ),
    ],
)
def test_run_pauses_at_once_and_says_why(
    store: Store, name: str, status: str, because: str, sentence: str
) -> None:
    add_template(store)
    run = add_run_of_template(store)
    assert take(store, name) == Tally(bodies=1, applied=1)
    assert template(store)["status"] == status
    assert standing_of(store, run) == ("paused", because, sentence)
    act = store.row("SELECT act, by FROM operator_acts")
    assert act is not None
    assert (act["act"], act["by"]) == (f"pause run ({because})", "listener")


def test_why_a_template_was_refused_is_kept(store: Store) -> None:
    add_template(store)
    take(store, "template_rejected")
    assert template(store)["rejected_reason"] == "Variables stand beside each other."


def test_worse_quality_pauses_and_better_does_not(store: Store) -> None:
    add_template(store)
    run = add_run_of_template(store)
    take(store, payload("template_quality").replace(b'"YELLOW"', b'"GREEN"'))
    assert standing_of(store, run)[0] == "sending"
    take(store, "template_quality")
    assert template(store)["quality"] == "YELLOW"
    sentence = "The quality of summer_party (en) fell from GREEN to YELLOW."
    assert standing_of(store, run) == ("paused", "quality", sentence)


def test_quality_under_the_field_of_statuses_is_read_by_its_keys(store: Store) -> None:
    """As in Meta's own sample."""
    add_template(store)
    take(store, payload("template_quality").replace(b"template_quality_update", b"template_status_update"))
    assert (template(store)["quality"], template(store)["status"]) == ("YELLOW", "APPROVED")


def test_another_category_pauses_the_run_that_was_made_with_the_old_one(store: Store) -> None:
    add_template(store)
    run = add_run_of_template(store)
    take(store, "template_category")
    assert template(store)["category"] == "UTILITY"
    assert standing_of(store, run)[:2] == ("paused", "template")


def test_a_category_that_is_only_announced_changes_nothing_yet(store: Store) -> None:
    add_template(store)
    run = add_run_of_template(store)
    take(store, "template_category_announced")
    assert template(store)["category"] == "MARKETING"
    assert standing_of(store, run)[0] == "sending"
    receipt = the_receipt(store)
    assert (receipt["status"], receipt["note"]) == ("MARKETING", "summer_party (en): announced, not yet done")


@pytest.mark.parametrize("status", ["draft", "ready", "sending"])
def test_every_unfinished_run_of_the_variant_pauses_and_no_other(store: Store, status: str) -> None:
    add_template(store)
    concerned = add_run_of_template(store, status=status)
    elsewhere = add_run_of_template(store, language="pt")
    finished = add_run_of_template(store, status="finished")
    take(store, "template_paused")
    assert standing_of(store, concerned)[0] == "paused"
    assert standing_of(store, elsewhere)[0] == "sending"
    assert standing_of(store, finished)[0] == "finished"


def test_pause_takes_the_place_of_one_that_would_end_by_itself(store: Store) -> None:
    add_template(store)
    run = add_run_of_template(store)
    with store.write():
        store.execute(
            "UPDATE invite_send_runs SET status = 'paused', paused_because = 'daily_limit' WHERE id = ?",
            (run,),
        )
    take(store, "template_paused")
    assert standing_of(store, run)[1] == "template"


def test_reinstated_is_stored_and_the_run_waits_for_the_organiser(store: Store) -> None:
    add_template(store)
    run = add_run_of_template(store)
    take(store, "template_paused")
    take(store, sent_later("template_reinstated", 60))
    assert template(store)["status"] == "APPROVED"
    assert standing_of(store, run)[0] == "paused"


def test_run_is_not_resumed_while_a_text_that_people_wait_for_may_not_be_sent(store: Store) -> None:
    """Else each of them would be blocked in this run for good."""
    add_template(store)
    invited = invite(store)
    with store.write():
        store.execute("UPDATE invite_messages SET state = 'queued', language = 'en'")
        store.execute(
            """INSERT INTO run_variants (run, language, category, parameter_format, components, mapping, buttons)
               VALUES (?, 'en', 'MARKETING', 'POSITIONAL', '[]', '{}', '{}')""",
            (invited.run,),
        )
    take(store, "template_paused")
    with pytest.raises(NotSendable, match=r"summer_party \(en\) be sent: it is PAUSED"):
        runs.resume(store, invited.run, by=RITA, now=NOW)
    take(store, sent_later("template_reinstated", 60))
    assert runs.resume(store, invited.run, by=RITA, now=NOW).status == "ready"


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_older_update_does_not_undo_a_newer_one(store: Store, order: tuple[int, int]) -> None:
    add_template(store)
    run = add_run_of_template(store)
    bodies = [payload("template_paused"), sent_later("template_reinstated", 60)]
    for which in order:
        take(store, bodies[which])
    assert template(store)["status"] == "APPROVED"
    assert standing_of(store, run)[0] == ("paused" if order == (0, 1) else "sending")


def test_update_older_than_the_fetch_changes_nothing(store: Store) -> None:
    add_template(store, synced_at="2026-03-01T12:00:01.000Z")
    run = add_run_of_template(store)
    assert take(store, "template_paused").stale == 1
    assert template(store)["status"] == "APPROVED"
    assert standing_of(store, run)[0] == "sending"


def test_update_of_the_second_of_the_fetch_counts(store: Store) -> None:
    add_template(store, synced_at="2026-03-01T12:00:00.900Z")
    take(store, "template_paused")
    assert template(store)["status"] == "PAUSED"


def test_quality_and_status_have_times_of_their_own(store: Store) -> None:
    add_template(store)
    take(store, sent_later("template_quality", 60))
    take(store, "template_paused")
    assert (template(store)["status"], template(store)["quality"]) == ("PAUSED", "YELLOW")


def test_template_that_is_not_stored_is_ignored_and_says_what_to_do(store: Store) -> None:
    assert take(store, "template_paused") == Tally(bodies=1, ignored=1)
    assert the_receipt(store)["note"] == NOT_STORED


def test_template_without_an_id_is_found_by_name_and_language(store: Store) -> None:
    add_template(store)
    document = json.loads(payload("template_paused"))
    del document["entry"][0]["changes"][0]["value"]["message_template_id"]
    take(store, json.dumps(document).encode())
    assert template(store)["status"] == "PAUSED"


def test_template_of_the_same_name_with_another_id_is_not_ours(store: Store) -> None:
    add_template(store)
    take(store, payload("template_paused").replace(b"594425479261596", b"594425479261597"))
    assert template(store)["status"] == "APPROVED"


@pytest.mark.parametrize("value", [b'{"event": "PAUSED"}', b'{"event": 7, "message_template_id": 1}'])
def test_news_that_name_no_template_or_word_are_quarantined(store: Store, value: bytes) -> None:
    body = (
        b"""{"object": "whatsapp_business_account", "entry": [{"id": "1", "time": 1772366400, "changes":
        [{"field": "message_template_status_update", "value": %b}]}]}"""
        % value
    )
    assert take(store, body) == Tally(bodies=1, quarantined=1)
