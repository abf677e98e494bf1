from datetime import datetime, timedelta

import pytest

from invite_core.errors import InviteError
from invite_core.instants import stored
from invite_core.operators import ViewerMayNotAct
from invite_core.people import consent, consent_doubts
from invite_core.people.consent_doubts import Doubt, Limits, judged
from invite_core.store import Store
from tests.builders import NOW, ORGANISER, VIEWER, a_contact


def choose(store: Store, sender: str = "", days: int | None = None) -> None:
    consent_doubts.choose(store, Limits(sender, days), by=ORGANISER, now=NOW)


def agree(store: Store, contact: int, wording: str, at: datetime = NOW) -> None:
    consent.grant(store, contact, source="form", at=at, wording=wording, by=ORGANISER, now=NOW)


def doubts(store: Store) -> dict[str, list[str]]:
    return {line["name"]: line["doubts"] for line in consent_doubts.doubtful(store, now=NOW)}


def test_without_limits_nothing_is_doubted(store: Store) -> None:
    a_contact(store, "Ana", 1)
    assert doubts(store) == {}


def test_a_wording_has_to_name_the_sender_in_any_case(store: Store) -> None:
    for number, (name, wording) in enumerate(
        {"Ana": "I agree that RITA'S  parties writes to me", "Ben": "I agree", "Cara": ""}.items(), 1
    ):
        agree(store, a_contact(store, name, number, consented=False), wording)
    choose(store, "Rita's Parties")
    assert doubts(store) == {"Ben": ["sender_not_named"], "Cara": ["sender_not_named"]}


@pytest.mark.parametrize("seconds, old", [(0, False), (1, True)])
def test_a_consent_is_old_after_so_many_days_exactly(seconds: int, old: bool) -> None:
    at = stored(NOW - timedelta(days=30, seconds=seconds))
    assert judged(Limits("", 30), {"at": at, "wording": ""}, now=NOW) == ([Doubt.OLD] if old else [])


def test_the_latest_grant_counts_and_one_that_was_taken_back_is_no_doubt(store: Store) -> None:
    ana, ben = (a_contact(store, name, n, consented=False) for n, name in ((1, "Ana"), (2, "Ben")))
    for contact in (ana, ben):
        agree(store, contact, "", NOW - timedelta(days=100))
    choose(store, "Rita", 30)
    assert doubts(store) == {"Ana": ["sender_not_named", "old"], "Ben": ["sender_not_named", "old"]}
    agree(store, ana, "Rita may write")
    consent.revoke(store, ben, source="letter", at=NOW, by=ORGANISER, now=NOW)
    assert doubts(store) == {}


def test_the_grant_of_an_entry_merged_into_a_person_counts(store: Store) -> None:
    ana, entry = a_contact(store, "Ana", 1, consented=False), a_contact(store, "A.", 2, consented=False)
    agree(store, entry, "nobody")
    with store.write():
        store.execute("UPDATE contacts SET merged_into = ? WHERE id = ?", (ana, entry))
    choose(store, "Rita")
    assert doubts(store) == {"Ana": ["sender_not_named"]}


def test_the_limits_are_chosen_by_name_and_can_be_taken_back(store: Store) -> None:
    choose(store, " Rita ", 730)
    assert consent_doubts.limits(store) == Limits("Rita", 730)
    choose(store)
    assert consent_doubts.limits(store) == Limits()
    with pytest.raises(InviteError, match="old on its first day"):
        choose(store, days=0)
    with pytest.raises(ViewerMayNotAct):
        consent_doubts.choose(store, Limits(), by=VIEWER, now=NOW)
    assert store.value("SELECT count(*) FROM operator_acts WHERE act = 'choose consent limits'") == 2
