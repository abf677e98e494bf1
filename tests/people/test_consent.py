from datetime import timedelta

import pytest

from invite_core.errors import InviteError
from invite_core.operators import ViewerMayNotAct
from invite_core.people import consent, contacts
from invite_core.store import IntegrityError, Store
from tests.people.people import NOW, ORGANISER, VIEWER, a_contact, merge


def test_nobody_has_agreed_at_first(store: Store) -> None:
    assert not consent.holds(store, a_contact(store))


@pytest.mark.parametrize("granted_first", [True, False])
def test_the_latest_act_by_its_own_time_counts(store: Store, granted_first: bool) -> None:
    early, late = a_contact(store, 1), a_contact(store, 2)
    days = (3, 1)
    for contact, (granted, revoked) in ((early, days), (late, days[::-1])):
        acts = [
            lambda contact=contact, ago=granted: consent.grant(
                store, contact, source="form", at=NOW - timedelta(days=ago), by=ORGANISER, now=NOW
            ),
            lambda contact=contact, ago=revoked: consent.revoke(
                store, contact, source="phone", at=NOW - timedelta(days=ago), by=ORGANISER, now=NOW
            ),
        ]
        for act in acts if granted_first else reversed(acts):
            act()
    assert not consent.holds(store, early)
    assert consent.holds(store, late)


def test_a_tie_goes_to_the_revocation(store: Store) -> None:
    contact = a_contact(store)
    consent.revoke(store, contact, source="phone", at=NOW, by=ORGANISER, now=NOW)
    consent.grant(store, contact, source="form", at=NOW, by=ORGANISER, now=NOW)
    assert not consent.holds(store, contact)


def test_another_scope_is_no_consent_to_invitations(store: Store) -> None:
    contact = a_contact(store)
    consent.grant(store, contact, source="form", at=NOW, scope="newsletter", by=ORGANISER, now=NOW)
    assert not consent.holds(store, contact)
    consent.grant(store, contact, source="form", at=NOW, scope="all", by=ORGANISER, now=NOW)
    assert consent.holds(store, contact)


def test_acts_of_a_merged_contact_count(store: Store) -> None:
    kept, lost = a_contact(store, 1), a_contact(store, 2)
    consent.grant(store, kept, source="form", at=NOW - timedelta(days=2), by=ORGANISER, now=NOW)
    consent.revoke(store, lost, source="phone", at=NOW - timedelta(days=1), by=ORGANISER, now=NOW)
    assert consent.holds(store, kept)
    merge(store, lost, into=kept)
    assert not consent.holds(store, kept)
    assert [act["act"] for act in consent.history(store, kept)] == ["revoke", "grant"]


def test_a_date_of_a_zone_further_east_counts_as_now(store: Store) -> None:
    contact = a_contact(store)
    consent.grant(store, contact, source="form", at=NOW + timedelta(hours=11), by=ORGANISER, now=NOW)
    consent.revoke(store, contact, source="phone", at=NOW, by=ORGANISER, now=NOW)
    assert not consent.holds(store, contact)


def test_consent_in_the_future_is_refused(store: Store) -> None:
    contact = a_contact(store)
    with pytest.raises(consent.ConsentFault, match="future"):
        consent.grant(store, contact, source="form", at=NOW + timedelta(days=2), by=ORGANISER, now=NOW)
    assert consent.history(store, contact) == []


def test_consent_without_a_source_or_a_person_is_refused(store: Store) -> None:
    contact = a_contact(store)
    with pytest.raises(consent.ConsentFault, match="source"):
        consent.grant(store, contact, source=" ", at=NOW, by=ORGANISER, now=NOW)
    with pytest.raises(consent.ConsentFault, match="source"):
        consent.revoke(store, contact, source=" ", at=NOW, by=ORGANISER, now=NOW)
    with pytest.raises(consent.ConsentFault, match="no person 99"):
        consent.grant(store, 99, source="form", at=NOW, by=ORGANISER, now=NOW)


def test_a_viewer_records_no_consent(store: Store) -> None:
    contact = a_contact(store)
    for act in (consent.grant, consent.revoke):
        with pytest.raises(ViewerMayNotAct, match="viewer"):
            act(store, contact, source="form", at=NOW, by=VIEWER, now=NOW)
    assert consent.history(store, contact) == []


def test_the_record_cannot_be_changed(store: Store) -> None:
    contact = a_contact(store)
    consent.revoke(store, contact, source="phone", at=NOW, by=ORGANISER, now=NOW)
    with pytest.raises(IntegrityError, match="append-only"), store.write():
        store.execute("UPDATE consents SET act = 'grant'")


def test_the_export_tells_whole_acts(store: Store) -> None:
    contact = contacts.add(store, name="Ana", phones=["+447700900001"], by=ORGANISER, now=NOW)
    consent.grant(
        store, contact, source="form", at=NOW, wording="Yes", evidence_ref="7", by=ORGANISER, now=NOW
    )
    (line,) = consent.export(store)
    assert (line["contact"], line["name"], line["act"], line["scope"]) == (
        contact,
        "Ana",
        "grant",
        "invitations",
    )
    assert (line["source"], line["wording"], line["evidence_ref"]) == ("form", "Yes", "7")
    assert line["recorded_by"] == ORGANISER.name


def test_refusals_say_what_to_do(store: Store) -> None:
    with pytest.raises(InviteError) as refusal:
        consent.grant(store, 1, source="", at=NOW, by=ORGANISER, now=NOW)
    assert refusal.value.todo
