"""The updates that came, newest first, with whom each is about and what became of it."""

from invite_core.delivery.receipts import keep
from invite_core.delivery.updates import Ignored, Update, receipt_key
from invite_core.instants import stored
from invite_core.lifecycle.updates import UpdateOutcome
from invite_core.store import Store
from invite_core.views import activity
from invite_core.views.activity import ActivityLine, activity_count, activity_position, activity_slice
from tests.delivery.rows import NOW, add_contact, add_event, add_run, add_template, invite, payload, take


def told(store: Store) -> list[ActivityLine]:
    """Every update, the newest first."""
    return activity_slice(store, offset=0, limit=100)


def test_every_kind_of_update_names_what_it_is_about(store: Store) -> None:
    invited = invite(store)
    add_template(store)
    for name in ("delivered", "failed", "tap", "preference_stop", "template_paused", "unknown_field"):
        take(store, name)
    take(store, payload("text").replace(b"wamid.reply", b"wamid.words"))
    take(store, "delivered")
    take(store, b"{")
    odd, text, ignored, template, stop, tap, failed, delivered = told(store)
    assert (delivered.status, delivered.name, delivered.message) == ("delivered", "Ana", invited.message)
    assert (delivered.contact, delivered.seen, delivered.outcome) == (invited.contact, 2, "applied")
    assert (failed.status, failed.error_code is None, failed.name) == ("failed", False, "Ana")
    assert (tap.reply, tap.reply_status, tap.name) == ("tap", "answer", "Ana")
    assert (text.reply, bool(text.text), text.contact) == ("text", True, invited.contact)
    assert (stop.kind, stop.status, stop.name, stop.contact) == (
        "user_preferences", "stop", "Ana", invited.contact,
    )  # fmt: skip
    assert (template.status, template.note.startswith("summer_party (en)")) == ("PAUSED", True)
    assert (ignored.outcome, ignored.contact, ignored.name) == ("ignored", None, "")
    assert (odd.outcome, odd.text) == ("quarantined", "{")


def test_whom_nobody_knows_is_told_by_the_number(store: Store) -> None:
    take(store, "text")
    (line,) = told(store)
    assert line.contact is None
    assert line.name


def test_a_place_is_known_by_what_came_after_and_the_list_has_an_end(store: Store) -> None:
    with store.write():
        for n in range(30):
            update = Update(receipt_key("x", None, str(n)), "x", Ignored(""))
            keep(store, update, UpdateOutcome.IGNORED, None, now=stored(NOW))
    assert activity_count(store) == 30
    newest = told(store)[0].receipt
    assert [activity_position(store, newest - n) for n in (0, 7, 29)] == [0, 7, 29]
    assert activity_position(store, newest + 1) is None
    assert [line.receipt for line in activity_slice(store, offset=28, limit=5)] == [newest - 28, newest - 29]
    assert activity_slice(store, offset=activity.MOST_LISTED, limit=5) == []


def test_what_nobody_was_invited_to_has_no_line(store: Store) -> None:
    add_run(store, add_event(store))
    add_contact(store)
    assert told(store) == []
