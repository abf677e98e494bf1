"""A change of the event is told to exactly those who may have read the old facts."""

from invite_core.invitations import freezing
from invite_core.invitations.plan import Purpose
from invite_core.lifecycle.states import State
from invite_core.store import Store
from invite_core.views.told_before import told_before
from tests.builders import ORGANISER, a_contact, a_plan, a_run, an_event, later
from tests.invitations.outcomes import accept, claim, lose, refuse, told


def test_whoever_got_it_or_may_have_got_it_is_told_and_nobody_else(store: Store) -> None:
    read, in_doubt, _refused, _waiting = (a_contact(store, name, n) for n, name in enumerate("ABCD", start=1))
    event = an_event(store)
    run = a_run(store, a_plan(store, event))
    first, second, third = claim(store, run.id, limit=3)
    told(store, accept(store, first.attempt), State.READ)
    lose(store, second.attempt)
    refuse(store, third.attempt)
    people = told_before(store, event.id)
    assert [(each["contact"], each["state"]) for each in people] == [
        (read, "read"),
        (in_doubt, "unconfirmed"),
    ]
    plan = a_plan(store, event, purpose=Purpose.UPDATE, occasion="new room")
    update = freezing.freeze(store, plan, by=ORGANISER, now=later(60))
    rows = store.rows("SELECT contact FROM invite_messages WHERE run = ? ORDER BY contact", (update.id,))
    assert [row["contact"] for row in rows] == [read, in_doubt]
