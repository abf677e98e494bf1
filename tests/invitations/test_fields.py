"""What fills a parameter, written for the guest who reads it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from invite_core.invitations.events import Event
from invite_core.invitations.fields import Field, FieldFault, Source, event_value, parse_field, proposed_field

EVENT = Event(
    id=1,
    name="Summer party",
    starts_at=datetime(2027, 6, 12, 17, 30, tzinfo=UTC),
    ends_at=None,
    answer_by=None,
    timezone="Europe/Lisbon",
    venue="Jardim da Estrela",
    texts={"pt": {"name": "Festa de verão"}, "es_MX": {"name": "Fiesta", "venue": "Jardín"}},
    status="planned",
    facts_version=1,
)


def british(text: str) -> str:
    """Without the commas, which come and go between versions of the Unicode tables."""
    return text.replace(",", "")


@pytest.mark.parametrize(
    "text, field",
    [
        ("name", Field(Source.NAME)),
        ("attribute.table", Field(Source.ATTRIBUTE, "table")),
        ("attribute.a.b c", Field(Source.ATTRIBUTE, "a.b c")),
        ("event.date", Field(Source.EVENT, "date")),
        ("=name", Field(Source.LITERAL, "name")),
        ("=a = b", Field(Source.LITERAL, "a = b")),
        ("=", Field(Source.LITERAL, "")),
    ],
)
def test_a_field_is_read(text: str, field: Field) -> None:
    assert parse_field(text) == field


@pytest.mark.parametrize(
    "text", ["", "Name", "attribute", "attribute.", "event", "event.", "event.ends_at", "x.y"]
)
def test_no_other_field_exists(text: str) -> None:
    with pytest.raises(FieldFault):
        parse_field(text)


@pytest.mark.parametrize(
    "language, date, time",
    [
        ("en", "Saturday, June 12, 2027", "6:30\u202fPM"),
        ("en_US", "Saturday, June 12, 2027", "6:30\u202fPM"),
        ("pt_PT", "sábado, 12 de junho de 2027", "18:30"),
        ("pt_BR", "sábado, 12 de junho de 2027", "18:30"),
        ("es", "sábado, 12 de junio de 2027", "18:30"),
        ("es_XX", "sábado, 12 de junio de 2027", "18:30"),
        ("de", "Samstag, 12. Juni 2027", "18:30"),
        ("tlh", "Saturday, June 12, 2027", "6:30\u202fPM"),
    ],
)
def test_date_and_time_are_told_in_the_language_of_the_message(language: str, date: str, time: str) -> None:
    assert event_value(EVENT, "date", language) == date
    assert event_value(EVENT, "time", language) == time
    assert event_value(EVENT, "starts_at", language) == f"{date}, {time}"


@pytest.mark.parametrize(
    "zone, date, time",
    [
        ("Europe/Lisbon", "Saturday 12 June 2027", "18:30"),
        ("America/Sao_Paulo", "Saturday 12 June 2027", "14:30"),
        ("Pacific/Auckland", "Sunday 13 June 2027", "05:30"),
        ("Asia/Kathmandu", "Saturday 12 June 2027", "23:15"),
    ],
)
def test_date_and_time_are_those_of_the_place(zone: str, date: str, time: str) -> None:
    event = replace(EVENT, timezone=zone)
    assert british(event_value(event, "date", "en_GB")) == date
    assert event_value(event, "time", "en_GB") == time


@pytest.mark.parametrize(
    "utc, local",
    [
        ("2027-03-28T00:59", "Sunday 28 March 2027 00:59"),
        ("2027-03-28T01:00", "Sunday 28 March 2027 02:00"),
        ("2027-10-31T00:30", "Sunday 31 October 2027 01:30"),
        ("2027-10-31T01:30", "Sunday 31 October 2027 01:30"),
        ("2027-10-31T02:00", "Sunday 31 October 2027 02:00"),
        ("2027-12-31T23:59", "Friday 31 December 2027 23:59"),
    ],
)
def test_the_clock_change_is_kept(utc: str, local: str) -> None:
    event = replace(EVENT, starts_at=datetime.fromisoformat(utc).replace(tzinfo=UTC))
    assert british(event_value(event, "starts_at", "en_GB")) == local


@pytest.mark.parametrize(
    "language, name, venue",
    [
        ("en", "Summer party", "Jardim da Estrela"),
        ("pt_PT", "Festa de verão", "Jardim da Estrela"),
        ("pt", "Festa de verão", "Jardim da Estrela"),
        ("es_MX", "Fiesta", "Jardín"),
        ("es", "Summer party", "Jardim da Estrela"),
    ],
)
def test_names_are_told_in_the_language_if_there_is_a_text(language: str, name: str, venue: str) -> None:
    assert (event_value(EVENT, "name", language), event_value(EVENT, "venue", language)) == (name, venue)


@pytest.mark.parametrize(
    "parameter, field",
    [
        ("guest_name", "name"),
        ("header.event_name", "event.name"),
        ("event_time", "event.time"),
        ("1", None),
        ("x", None),
    ],
)
def test_a_named_parameter_proposes_its_field(parameter: str, field: str | None) -> None:
    assert proposed_field(parameter) == field
