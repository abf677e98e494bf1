"""What an audience can be picked from: each choice is counted as its term is."""

from invite_core.invitations import saved_audiences
from invite_core.invitations.audience_counts import term_counts
from invite_core.invitations.plan import Purpose, Wish
from invite_core.lifecycle.states import State
from invite_core.store import Store
from invite_core.views.audience_board import audience_board
from invite_core.views.audience_choices import ChoiceKind, audience_choices
from tests.builders import INVITATION, NOW, ORGANISER, a_contact, a_plan, a_run, an_event
from tests.invitations.outcomes import answer, bring_to, merge


def test_every_choice_counts_as_its_term_does(store: Store) -> None:
    a_contact(store, "Ana", 1, tags=["vip", "old friends"], language="pt_BR", attributes={"city": "Porto"})
    a_contact(store, "Bea", 2, tags=["vip"], language="pt", attributes={"city": "porto", "City": "Porto"})
    a_contact(store, "Caio", 3, language="", attributes={"plus one": "yes", "city": 'a "b"'})
    a_contact(store, "Dora", 4, tags=['quo"ted'], language="en")
    gone = a_contact(store, "Dora", 5, tags=["vip"], language="en")
    spring, summer = an_event(store, "Spring ball"), an_event(store)
    for event, state in ((spring, State.READ), (summer, State.SENT)):
        bring_to(store, a_run(store, a_plan(store, event)).id, state)
    answer(store, 1, spring.id, "yes")
    answer(store, 2, spring.id, "no")
    answer(store, gone, spring.id, "maybe")
    merge(store, gone, 4)
    saved_audiences.save(store, "close", "tag:vip", by=ORGANISER, now=NOW)
    saved_audiences.save(store, "broken", "tag:nobody", by=ORGANISER, now=NOW)
    choices = audience_choices(store, summer.id)
    found = {str(choice.term): choice for choice in choices}
    for term, choice in found.items():
        if choice.people is not None:
            assert (term, choice.people) == (term, term_counts(store, term, summer.id).together)
    assert [term for term, choice in found.items() if choice.people is None] == ["@broken"]
    assert {
        "tag:vip",
        'tag:"old friends"',
        "language:pt",
        "language:pt_BR",
        "answered:none",
        "invited:yes",
    } <= set(found)
    assert {'answered:"yes@Spring ball"', 'answered:"maybe@Spring ball"', 'attribute."plus one":yes'} <= set(
        found
    )
    assert (found["language:pt"].people, found["language:pt"].words) == (2, "Portuguese")
    assert found['answered:"maybe@Spring ball"'].people == 1
    assert not any('"ted' in term or '"b"' in term for term in found)
    assert len([choice for choice in choices if choice.of.casefold() == "city"]) == 1


def test_an_attribute_with_many_values_is_not_offered(store: Store) -> None:
    for n in range(31):
        a_contact(store, f"Guest {n}", n, attributes={"street": f"Street {n}", "city": "Porto"})
    choices = audience_choices(store, an_event(store).id)
    assert {choice.of for choice in choices if choice.kind is ChoiceKind.ATTRIBUTE} == {"city"}


def test_events_of_one_name_are_told_apart_by_their_ids(store: Store) -> None:
    a_contact(store)
    first, second = an_event(store, "Ball"), an_event(store, "Ball")
    bring_to(store, a_run(store, a_plan(store, first)).id, State.READ)
    terms = [str(choice.term) for choice in audience_choices(store, second.id)]
    assert f"answered:none@{first.id}" in terms


def test_whom_a_purpose_leaves_aside_is_counted(store: Store) -> None:
    event = an_event(store)
    a_contact(store, "Ana", 1)
    a_run(store, a_plan(store, event))
    a_contact(store, "Bea", 2, consented=False)
    wish = Wish(event=str(event.id), template=INVITATION, language="auto", purpose=Purpose.UPDATE)
    board = audience_board(store, event.id, "all", wish, now=NOW)
    assert (board.counts.together, board.aside) == (2, 2)
    invitation = Wish(event=str(event.id), template=INVITATION, language="auto")
    assert audience_board(store, event.id, "all", invitation, now=NOW).aside == 0
    assert audience_board(store, event.id, "all", None, now=NOW).preview is None
