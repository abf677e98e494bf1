"""`templates show NAME --for REF`: one person's message, with what each button means and what is wrong."""

import json
from datetime import timedelta

from invite_core import instants
from invite_core.invitations import events
from invite_core.store import Store
from tests.builders import INVITATION, ORGANISER, REMINDER
from tests.command_line.conftest import Cli
from tests.command_line.world import a_guest, a_world


def test_a_message_is_shown_as_the_person_would_get_it(cli: Cli, store: Store) -> None:
    a_world(store)
    shown = cli("templates", "show", INVITATION, "--for", "Guest 2", "--json").document
    assert (shown["name"], shown["language"], shown["event"]) == ("Guest 2", "en", 1)
    assert shown["header"] == "You are invited: Summer party"
    assert shown["body"].startswith("Dear Guest 2, we would love to see you on ")
    assert "{{" not in shown["body"]
    assert shown["buttons"][0] == {
        "index": 0, "label": "Yes, I will come", "meaning": "yes", "carries": "rsvp:yes:…", "leads_to": None,
    }  # fmt: skip
    assert {"parameter": "guest_name", "field": "name", "value": "Guest 2"} in shown["parameters"]
    assert (shown["reasons"], shown["problems"]) == ([], [])
    page = cli("templates", "show", INVITATION, "--for", "Guest 2").out
    assert "[0] Yes, I will come: means yes" in page
    assert "As an invitation it would be sent to them." in page


def test_what_is_wrong_with_a_persons_text_is_said(cli: Cli, store: Store) -> None:
    a_world(store)
    cli("dnm", "add", "Guest 1", "--reason", "asked")
    told = ("templates", "show", REMINDER, "--for", "Guest 1", "--map", "2=attribute.table", "--json")
    shown = cli(*told, "--map", "1=name").document
    assert shown["reasons"] == ["do_not_message", "missing_parameter"]
    assert [each["problem"].split(",")[0] for each in shown["problems"]] == [
        "Nothing fills parameter button.2 of template party_reminder (en).",
        "attribute.table is empty",
    ]
    whole = cli(*told, "--map", "1=name", "--map", "2=event.name", "--map", "button.2==São Paulo").document
    assert whole["buttons"][2]["leads_to"] == "https://example.com/party/S%C3%A3o%20Paulo"
    assert (whole["problems"], whole["reasons"]) == ([], ["do_not_message"])


def test_the_event_has_to_be_said_where_there_are_several(cli: Cli, store: Store) -> None:
    a_world(store)
    now = instants.now()
    events.add(
        store, name="Winter party", starts_at=(now + timedelta(days=90)).isoformat(), timezone="Europe/Lisbon",
        venue="Town hall", by=ORGANISER, now=now,
    )  # fmt: skip
    personal = ("templates", "show", INVITATION, "--for", "Guest 1")
    assert cli(*personal).is_refused("--event", "Summer party", "Winter party")
    assert "Winter party" in cli(*personal, "--event", "Winter party").out
    assert cli("templates", "show", INVITATION).code == 2


def test_a_person_without_a_text_in_their_language_is_told(cli: Cli, store: Store) -> None:
    a_world(store)
    guest = a_guest(store, "Vera", 9)
    with store.write():
        store.execute("UPDATE contacts SET language = 'fi' WHERE id = ?", (guest,))
    personal = ("templates", "show", INVITATION, "--for", "Vera")
    assert cli(*personal).is_refused("language", "--fallback")
    assert json.loads(cli(*personal, "--fallback", "pt_PT", "--json").out)["language"] == "pt_PT"
