"""Names of attributes: what a database would read as a path is refused at every border."""

import pytest

from invite_core.invitations.fields import parse_field
from invite_core.people import contacts
from invite_core.people.attributes import AttributeFault, checked_attribute
from invite_core.people.importing.contact_import import import_people
from invite_core.store import Store
from tests.builders import NOW, ORGANISER

BAD = ["$.name", "$", "[0]", 'a"b', "a\\b", " "]


@pytest.mark.parametrize("name", BAD)
def test_what_reads_as_a_path_is_no_name(name: str) -> None:
    with pytest.raises(AttributeFault) as refused:
        checked_attribute(name)
    assert name in refused.value.sentence
    assert refused.value.todo.endswith(".")


@pytest.mark.parametrize("name", ["city", "plus one", "São João", "42", "a.b", "table no.", "price $", "'"])
def test_any_other_words_are_a_name(store: Store, name: str) -> None:
    contact = contacts.add(
        store, name="Ana", attributes={checked_attribute(name): "x"}, by=ORGANISER, now=NOW
    )
    found = store.value(
        "SELECT attributes ->> :name FROM contacts WHERE id = :id", {"name": name, "id": contact}
    )
    assert found == "x"


def test_it_is_refused_at_every_border(store: Store) -> None:
    with pytest.raises(AttributeFault):
        contacts.add(store, name="Ana", attributes={"$.x": "1"}, by=ORGANISER, now=NOW)
    with pytest.raises(AttributeFault):
        parse_field("attribute.$.x")
    file = b"name,phone,attribute.$.x\nAna,+447700900001,1\n"
    with pytest.raises(AttributeFault, match=r"“\$\.x” cannot be the name"):
        import_people(store, file, by=ORGANISER, now=NOW)
    assert store.value("SELECT count(*) FROM contacts") == 0
