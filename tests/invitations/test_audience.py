"""Audience expressions: every term of design section 8, alone and together."""

import pytest

from invite_core.invitations import audience, events, saved_audiences
from invite_core.invitations.audience import AudienceFault, Term
from invite_core.invitations.events import EventFault
from invite_core.lifecycle.states import State
from invite_core.operators import ViewerMayNotAct
from invite_core.store import Store
from tests.builders import NOW, ORGANISER, VIEWER, a_contact, a_plan, a_run, an_event, later
from tests.invitations.outcomes import answer, bring_to, chosen, merge


@pytest.fixture
def event(store: Store) -> int:
    """An event, and Ana, Bea and Carl with tags, languages and attributes of their own."""
    a_contact(store, "Ana", 1, tags=["VIP"], language="pt_PT", attributes={"city": "São Paulo"})
    a_contact(
        store, "Bea", 2, tags=["vip", "Close friends"], language="pt_BR", attributes={"city": "New York"}
    )
    a_contact(store, "Carl", 3, language="en", attributes={"City": "SÃO PAULO", "shoes": "42"})
    return an_event(store).id


def save(store: Store, name: str, expression: str) -> None:
    saved_audiences.save(store, name, expression, by=ORGANISER, now=NOW)


@pytest.mark.parametrize(
    "expression, names",
    [
        ("", "Ana Bea Carl"),
        ("all", "Ana Bea Carl"),
        ("ALL tag:vip", "Ana Bea"),
        ("tag:vip", "Ana Bea"),
        ("TAG:VIP", "Ana Bea"),
        ('tag:"close  FRIENDS"', "Bea"),
        ("-tag:vip", "Carl"),
        ("language:pt", "Ana Bea"),
        ("language:pt-br", "Bea"),
        ("language:português", "Ana Bea"),
        ("-language:pt", "Carl"),
        ('attribute.city:"new york"', "Bea"),
        ('attribute.city:"são paulo"', "Ana Carl"),
        ('-attribute.city:"SÃO PAULO"', "Bea"),
        ('Attribute.CITY:"São  Paulo"', "Ana Carl"),
        ("attribute.city:Lisbon", ""),
        ("-attribute.city:Lisbon", "Ana Bea Carl"),
        ("attribute.shoes:42", "Carl"),
        ("-attribute.shoes:42", "Ana Bea"),
        ("invited:yes", ""),
        ("invited:no", "Ana Bea Carl"),
        ("-invited:yes", "Ana Bea Carl"),
        ("answered:none", ""),
        ("-answered:none", "Ana Bea Carl"),
        ("answered:yes", ""),
        ("-answered:yes", "Ana Bea Carl"),
        ("tag:vip -language:pt_BR", "Ana"),
        ("  tag:vip\tlanguage:pt  ", "Ana Bea"),
    ],
)
def test_a_term_chooses(store: Store, event: int, expression: str, names: str) -> None:
    assert chosen(store, expression, event) == names.split()


@pytest.mark.parametrize(
    "expression",
    [
        "tag:nobody",
        "-tag:nobody",
        "attribute.height:2",
        "-attribute.height:2",
        "attribute.city:",
        'attribute.city:""',
        "language:klingonish",
        "answered:perhaps",
        "answered:yes@",
        "invited:maybe",
        "colour:red",
        "vip",
        "-all",
        "- tag:vip",
        'tag:"vip',
        'tag:"vip"x',
        "tag:",
        "42",
        "@nobody",
        "@nobody:x",
    ],
)
def test_what_cannot_be_meant_is_refused(store: Store, event: int, expression: str) -> None:
    with pytest.raises(AudienceFault) as refused:
        chosen(store, expression, event)
    assert refused.value.todo


def test_an_unknown_tag_is_refused_with_those_that_exist(store: Store, event: int) -> None:
    with pytest.raises(AudienceFault) as refused:
        chosen(store, "tag:vips", event)
    assert refused.value.sentence == "Nobody has the tag “vips”."
    assert "Close friends" in refused.value.todo


def test_values_never_become_part_of_the_statement(store: Store, event: int) -> None:
    assert chosen(store, "attribute.city:x')OR(1=1)--", event) == []


def test_a_percent_sign_or_underscore_in_a_language_is_no_wildcard(store: Store, event: int) -> None:
    with pytest.raises(AudienceFault):
        chosen(store, "language:%", event)
    with pytest.raises(AudienceFault):
        chosen(store, "language:p_", event)


def test_answers_go_by_their_own_time(store: Store, event: int) -> None:
    ana, bea = 1, 2
    answer(store, ana, event, "no", at=later(20))
    answer(store, ana, event, "yes", at=later(10))
    answer(store, bea, event, "maybe")
    assert chosen(store, "answered:no", event) == ["Ana"]
    assert chosen(store, "answered:yes", event) == []
    assert chosen(store, "-answered:no", event) == ["Bea", "Carl"]
    assert chosen(store, "answered:MAYBE", event) == ["Bea"]


def test_a_tap_that_is_no_answer_answers_nothing(store: Store, event: int) -> None:
    answer(store, 1, event, "none")
    answer(store, 2, event, "stop", status="stop")
    answer(store, 3, event, "yes", status="unread")
    assert chosen(store, "-answered:yes -answered:no -answered:maybe", event) == ["Ana", "Bea", "Carl"]


def test_answered_none_means_invited_and_silent(store: Store, event: int) -> None:
    run = a_run(store, a_plan(store, events.get(store, event), audience="tag:vip"))
    bring_to(store, run.id, State.DELIVERED)
    answer(store, 1, event, "yes")
    assert chosen(store, "answered:none", event) == ["Bea"]
    assert chosen(store, "-answered:none", event) == ["Ana", "Carl"]


@pytest.mark.parametrize(
    "told, invited",
    [
        ((), True),
        ((State.SENT,), True),
        ((State.READ,), True),
        ((State.READ, State.FAILED), True),
        ((State.FAILED,), False),
        ((State.SENT, State.FAILED), False),
    ],
)
def test_invited_means_accepted_or_later_or_known_to_have_arrived(
    store: Store, told: tuple[State, ...], invited: bool
) -> None:
    a_contact(store, "Ana")
    run = a_run(store)
    assert chosen(store, "invited:yes", run.event) == []
    bring_to(store, run.id, *told)
    assert chosen(store, "invited:yes", run.event) == (["Ana"] if invited else [])
    assert chosen(store, "invited:no", run.event) == ([] if invited else ["Ana"])


def test_another_event_is_named_by_name_or_id(store: Store, event: int) -> None:
    other = an_event(store, "Winter gala 2026")
    answer(store, 1, other.id, "yes")
    for expression in (
        'answered:yes@"winter  GALA 2026"',
        f"answered:yes@{other.id}",
        f'-answered:no@"Winter gala 2026" answered:yes@{other.id}',
    ):
        assert chosen(store, expression, event) == ["Ana"]
    assert chosen(store, "answered:yes", event) == []
    with pytest.raises(EventFault):
        chosen(store, "answered:yes@Nothing", event)


def test_a_saved_audience_stands_for_its_terms(store: Store, event: int) -> None:
    save(store, "Friends", "tag:vip -language:pt_BR")
    assert chosen(store, "@friends", event) == ["Ana"]
    assert chosen(store, "@FRIENDS language:en", event) == []


def test_a_negated_saved_audience_is_everyone_else(store: Store, event: int) -> None:
    save(store, "friends", "tag:vip -language:pt_BR")
    save(store, "everyone", "all")
    assert chosen(store, "-@friends", event) == ["Bea", "Carl"]
    assert chosen(store, "-@everyone", event) == []


def test_saved_audiences_nest(store: Store, event: int) -> None:
    save(store, "vips", "tag:vip")
    save(store, "carioca", '@vips language:pt_BR attribute.city:"new york"')
    save(store, "others", "-@carioca -attribute.city:Lisbon")
    assert chosen(store, "@carioca", event) == ["Bea"]
    assert chosen(store, "@others @vips", event) == ["Ana"]


def test_a_saved_audience_that_names_itself_is_refused(store: Store, event: int) -> None:
    save(store, "one", "@two")
    save(store, "two", "tag:vip -@one")
    with pytest.raises(AudienceFault, match="names itself"):
        chosen(store, "@one", event)


def test_saving_again_replaces(store: Store, event: int) -> None:
    save(store, "Friends", "tag:vip")
    save(store, "friends", "all")
    assert [each["expression"] for each in saved_audiences.listing(store)] == ["all"]


def test_a_saved_audience_is_deleted_unless_another_names_it(store: Store, event: int) -> None:
    save(store, "Friends", "tag:vip")
    save(store, "close", "-@friends")
    with pytest.raises(AudienceFault, match="@friends is part of @close"):
        saved_audiences.delete(store, "friends", by=ORGANISER, now=NOW)
    saved_audiences.delete(store, "close", by=ORGANISER, now=NOW)
    saved_audiences.delete(store, "friends", by=ORGANISER, now=NOW)
    assert saved_audiences.listing(store) == []
    with pytest.raises(AudienceFault, match="no saved audience @friends"):
        saved_audiences.delete(store, "friends", by=ORGANISER, now=NOW)


@pytest.mark.parametrize("name", ["", "two words", "with:colon", "@at", 'quo"te'])
def test_a_name_that_no_expression_can_hold_is_refused(store: Store, name: str) -> None:
    with pytest.raises(AudienceFault):
        save(store, name, "all")
    assert saved_audiences.listing(store) == []


def test_an_expression_that_cannot_be_read_is_not_saved(store: Store) -> None:
    with pytest.raises(AudienceFault):
        save(store, "friends", 'tag:"vip')
    assert saved_audiences.listing(store) == []


def test_a_viewer_may_not_save_an_audience(store: Store) -> None:
    with pytest.raises(ViewerMayNotAct):
        saved_audiences.save(store, "friends", "all", by=VIEWER, now=NOW)


@pytest.mark.parametrize("text", ["tag:vip", '-tag:"two words"', "@friends", "attribute.city:Porto"])
def test_a_term_is_written_as_it_was_read(text: str) -> None:
    (term,) = audience.parse(text)
    assert str(term) == text


def test_quotes_belong_to_the_value_only_where_they_hold_it_together() -> None:
    assert audience.parse('answered:yes@"Summer party"') == (Term("answered", 'yes@"Summer party"'),)
    assert audience.parse('tag:"a b"') == (Term("tag", "a b"),)


def test_what_a_merged_contact_did_its_survivor_did(store: Store, event: int) -> None:
    run = a_run(store, a_plan(store, events.get(store, event), audience="language:pt_PT"))
    bring_to(store, run.id, State.READ)
    answer(store, 1, event, "yes")
    merge(store, 1, 3)
    assert chosen(store, "invited:yes", event) == ["Carl"]
    assert chosen(store, "answered:yes", event) == ["Carl"]
    assert chosen(store, "all", event) == ["Bea", "Carl"]


def test_an_audience_of_too_many_terms_is_refused(store: Store, event: int) -> None:
    with pytest.raises(AudienceFault, match="more than 200 terms"):
        chosen(store, "-language:fr " * 201, event)
    assert chosen(store, "-language:fr " * 200, event) == ["Ana", "Bea", "Carl"]


def test_saved_audiences_that_unfold_without_end_are_refused(store: Store, event: int) -> None:
    save(store, "x0", "-language:fr")
    for n in range(1, 60):
        save(store, f"x{n}", f"@x{n - 1} @x{n - 1}")
    with pytest.raises(AudienceFault, match="more than 200 terms"):
        chosen(store, "@x59", event)


def test_an_attribute_whose_name_has_spaces_is_asked_for_in_quotes(store: Store) -> None:
    a_contact(store, "Ana", 1, attributes={"plus one": "Yes"})
    a_contact(store, "Bea", 2, attributes={"plus one": "no"})
    a_contact(store, "Carl", 3, attributes={"a:b": "no way"})
    event = an_event(store).id
    assert chosen(store, 'attribute."plus one":yes', event) == ["Ana"]
    assert chosen(store, '-Attribute."Plus  ONE":yes', event) == ["Bea", "Carl"]
    assert chosen(store, 'attribute."a:b":"no way"', event) == ["Carl"]
    for text in ('tag."plus one":yes', 'attribute."":yes', 'attribute."plus one"', "attribute.plus one:yes"):
        with pytest.raises(AudienceFault):
            chosen(store, text, event)
    for text in ('attribute."plus one":yes', '-attribute."a:b":"no way"'):
        assert str(audience.parse(text)[0]) == text
