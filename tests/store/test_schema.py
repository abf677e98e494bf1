import pytest

from invite_core.store import IntegrityError, Store
from tests.store.rows import MOMENT, add_contact, add_event, add_run

PEOPLE = {
    "contacts",
    "contact_identities",
    "tags",
    "contact_tags",
    "consents",
    "do_not_message",
    "erased_addresses",
    "address_changes",
    "organiser_choices",
    "import_mappings",
    "search_pending",
}
INVITATIONS = {
    "events",
    "templates",
    "audiences",
    "media",
    "media_uploads",
    "rate_cards",
    "rates",
    "invite_send_runs",
    "run_variants",
    "run_counters",
    "invited_otherwise",
}
LIFECYCLE = {"invite_messages", "send_attempts", "message_prices", "message_transitions", "alarms"}
DELIVERY = {
    "webhook_receipts",
    "replies",
    "reply_addresses",
    "listener_status",
    "listener_gaps",
    "account_facts",
}
RECORD = {"operator_acts", "store_facts", "guard_remains"}


def test_every_table_is_there_and_strict(store: Store) -> None:
    strict = {
        row["name"]
        for row in store.rows("SELECT name FROM pragma_table_list WHERE schema = 'main' AND strict = 1")
    }
    assert strict == PEOPLE | INVITATIONS | LIFECYCLE | DELIVERY | RECORD


def test_only_the_record_of_migrations_is_not_strict(store: Store) -> None:
    loose = {
        row["name"]
        for row in store.rows(
            "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND strict = 0"
        )
    }
    assert loose - {"sqlite_schema", "sqlite_sequence"} == {"_sqlite_migrations"}


def test_every_reference_is_to_a_table_that_exists(store: Store) -> None:
    assert store.rows("PRAGMA foreign_key_check") == []
    broken = store.rows(
        'SELECT t.name, f."table" FROM pragma_table_list AS t, pragma_foreign_key_list(t.name) AS f '
        "WHERE f.\"table\" NOT IN (SELECT name FROM sqlite_schema WHERE type = 'table')"
    )
    assert broken == []


def test_reference_to_nobody_is_refused(store: Store) -> None:
    with pytest.raises(IntegrityError), store.write():
        add_run(store, event=404)


def test_word_in_a_number_column_is_refused(store: Store) -> None:
    with pytest.raises(IntegrityError), store.write():
        store.execute(
            "INSERT INTO contacts (places, created_at, changed_at) VALUES ('many', :at, :at)",
            {"at": MOMENT},
        )


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE contacts SET merged_into = id",
        "UPDATE contacts SET places = 0",
        "UPDATE contacts SET attributes = 'not json'",
        "UPDATE invite_send_runs SET status = 'asleep'",
        "UPDATE invite_send_runs SET status = 'paused'",
        "UPDATE invite_send_runs SET paused_because = 'operator'",
        "UPDATE invite_send_runs SET status = 'paused', paused_because = 'weather'",
        "UPDATE events SET name = ''",
        "UPDATE events SET status = 'moved'",
    ],
)
def test_value_outside_the_model_is_refused(store: Store, change: str) -> None:
    with store.write():
        add_contact(store)
        add_run(store, add_event(store))
    with pytest.raises(IntegrityError), store.write():
        store.execute(change)


REASONS = (
    *("operator", "account", "template", "failure_burst", "quality", "daily_limit", "outside_window"),
    *("facts_changed", "listener_gap", "cost", "first_slice", "sender_stopped", "storage", "restored"),
)


def test_run_pauses_with_every_reason_of_the_design(store: Store) -> None:
    with store.write():
        add_run(store, add_event(store))
        for reason in REASONS:
            store.execute(
                "UPDATE invite_send_runs SET status = 'paused', paused_because = :reason", {"reason": reason}
            )
    assert store.value("SELECT paused_because FROM invite_send_runs") == "restored"


def test_counter_never_falls_below_zero(store: Store) -> None:
    with store.write():
        run = add_run(store, add_event(store))
        store.execute("INSERT INTO run_counters VALUES (:run, 'state', 'queued', 0)", {"run": run})
    with pytest.raises(IntegrityError), store.write():
        store.execute("UPDATE run_counters SET n = n - 1")
