"""How many people each term of an audience holds for."""

import pytest

from invite_core.invitations import saved_audiences
from invite_core.invitations.audience import AudienceFault
from invite_core.invitations.audience_counts import term_counts
from invite_core.store import Store
from tests.builders import NOW, ORGANISER, a_contact, a_plan, an_event
from tests.invitations.outcomes import reasons


def test_each_term_is_counted_alone_and_all_together(store: Store) -> None:
    event = an_event(store)
    a_contact(store, "Ana", 1, tags=["vip"], language="pt")
    a_contact(store, "Bea", 2, tags=["vip"])
    a_contact(store, "Caio", 3, attributes={"city": "Porto"})
    gone = a_contact(store, "Dora", 4, tags=["vip"])
    with store.write():
        store.execute("UPDATE contacts SET merged_into = 1 WHERE id = ?", (gone,))
    saved_audiences.save(store, "close", "tag:vip", by=ORGANISER, now=NOW)
    found = term_counts(store, "@close -language:pt attribute.city:porto", event.id)
    assert found.terms == (("@close", 2), ("-language:pt", 2), ("attribute.city:porto", 1))
    assert (found.together, found.everybody) == (0, 3)
    both = term_counts(store, "tag:vip -language:pt", event.id)
    assert both.together == len(reasons(store, a_plan(store, event, audience="tag:vip -language:pt"))) == 1


def test_everybody_is_no_term_and_nobody_is_nothing(store: Store) -> None:
    event = an_event(store)
    assert term_counts(store, "invited:yes", event.id).as_json() == [{"term": "invited:yes", "people": 0}]
    a_contact(store)
    everybody = term_counts(store, "all", event.id)
    assert (everybody.together, everybody.everybody, everybody.terms) == (1, 1, ())


def test_a_term_that_names_nothing_is_refused(store: Store) -> None:
    with pytest.raises(AudienceFault):
        term_counts(store, "tag:nobody", an_event(store).id)
