"""Whoever the organiser has, in whatever audience: each of them is judged exactly once, and what was shown before
is what is POSTed, to the very people, in the very words."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from graph_simulator.parameter_check import check_texts
from invite_core.dispatch.posting import post_once
from invite_core.invitations.plan import Plan
from invite_core.invitations.templates import Variant
from invite_core.invitations.verdicts import preview
from invite_core.operations import merging
from invite_core.people import do_not_message
from invite_core.provider.outcome import Accepted, Outcome
from invite_core.provider.template_components import RenderedMessage
from invite_core.store import Store
from invite_core.views.personal_message import PersonalMessage, message_for
from tests.builders import NOW, ORGANISER, a_contact, a_phone, a_plan, a_run
from tests.invitations.outcomes import claim

guests = st.lists(
    st.fixed_dictionaries(
        {
            "name": st.sampled_from(["Ana", "Ben Sol", "", " Zoë\n", "x" * 70]),
            "number": st.integers(0, 5),
            "language": st.sampled_from(["en", "pt", "es", "de", ""]),
            "consented": st.sampled_from([True, True, True, False]),
            "household": st.sampled_from(["", "A", "B"]),
            "tags": st.sampled_from([[], ["vip"], ["choir"], ["vip", "choir"]]),
            "attributes": st.sampled_from([{}, {"table": "4"}, {"table": "by the\twindow     left"}]),
        }
    ),
    min_size=1,
    max_size=8,
    unique_by=lambda person: (person["name"], person["number"]),
)

terms = st.sampled_from(
    ["tag:vip", "-tag:vip", "-tag:choir", "language:pt", "attribute.table:4", "-attribute.table:4"]
)


KNOWN = {
    "name": "Kim", "number": 9, "language": "en", "consented": True, "household": "", "tags": ["vip", "choir"],
    "attributes": {"table": "9"},
}  # fmt: skip


@dataclass
class Wire:
    """What reached Meta."""

    bodies: list[Mapping[str, Any]] = field(default_factory=list)

    async def send_template(self, body: Mapping[str, Any]) -> Outcome:
        """Take it."""
        self.bodies.append(body)
        return Accepted(provider_message_id=f"wamid.{len(self.bodies)}")


def populate(store: Store, people: list[dict[str, Any]], merged: bool, blocked: int | None) -> dict[int, Any]:
    """Store the people and one who has every tag and attribute, make the last a part of the first, block a number;
    what the model knows of each by id."""
    model = {}
    people = [*people, KNOWN]
    with store.write():
        for each in people:
            model[a_contact(store, **each)] = {**each, "tags": set(each["tags"])}
    ids = list(model)
    if merged and len(ids) > 1:
        merging.merge(store, ids[0], ids[-1], by=ORGANISER, now=NOW)
        gone = model.pop(ids[-1])
        kept = model[ids[0]]
        kept["tags"] |= gone["tags"]
        kept["language"] = kept["language"] or gone["language"]
        kept["attributes"] = {**gone["attributes"], **kept["attributes"]}
    if blocked is not None:
        do_not_message.block(
            store, address=a_phone(blocked), reason="STOP", source="stop_word", at=NOW, by=ORGANISER, now=NOW
        )
    return model


def holds(term: str, person: Mapping[str, Any]) -> bool:
    """What design section 8 says of a term."""
    key, _, value = term.removeprefix("-").partition(":")
    found = {
        "tag": value in person["tags"],
        "language": value == person["language"],
        "attribute.table": person["attributes"].get("table") == value,
    }[key]
    return found is not term.startswith("-")


def posted(store: Store, plan: Plan) -> list[Mapping[str, Any]]:
    """Freeze the plan, claim everything, and POST it."""
    variants = {variant.language: variant for variant in plan.variants}
    wire = Wire()
    for each in claim(store, a_run(store, plan).id):
        asyncio.run(post_once(wire, each, variants[each.language], 0.5))
    return wire.bodies


def as_meta_shows_it(body: Mapping[str, Any], variant: Variant) -> tuple[str, str, dict[int, str]]:
    """Header, body and what the buttons mean, as the stand-in for Meta fills the template."""
    parts = {
        each["type"]: each["parameters"] for each in body["template"]["components"] if "index" not in each
    }
    texts = {str(each["type"]).lower(): str(each.get("text", "")) for each in variant.components}
    header, text = (check_texts(part, texts[part], parts.get(part, []), True) for part in ("header", "body"))
    taps = {
        int(each["index"]): each["parameters"][0]["payload"].split(":")[1]
        for each in body["template"]["components"]
        if "index" in each
    }
    return header, text, taps


@given(
    people=guests,
    merged=st.booleans(),
    blocked=st.none() | st.integers(0, 5),
    audience=st.lists(terms, max_size=2),
    per_household=st.booleans(),
    fallback=st.sampled_from([None, "en"]),
)
@settings(
    max_examples=6,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_everyone_is_judged_once_and_what_is_shown_is_what_is_sent(
    tmp_path_factory: pytest.TempPathFactory,
    people: list[dict[str, Any]],
    merged: bool,
    blocked: int | None,
    audience: list[str],
    per_household: bool,
    fallback: str | None,
) -> None:
    with Store.create_or_open(tmp_path_factory.mktemp("data") / "invites.db") as store:
        model = populate(store, people, merged, blocked)
        plan = a_plan(
            store, audience=" ".join(audience) or "all", per_household=per_household, fallback=fallback,
            mapping={"venue": "attribute.table"} if len(people) % 2 else {},
        )  # fmt: skip
        verdicts = preview(store, plan, now=NOW)
        expected = [each for each in sorted(model) if all(holds(term, model[each]) for term in audience)]
        assert [verdict.contact for verdict in verdicts] == expected
        if not verdicts:
            return
        shown: dict[str, PersonalMessage] = {}
        for verdict in verdicts:
            message = message_for(store, plan, verdict.contact, now=NOW)
            if verdict.eligible:
                assert message is not None
                assert verdict.phone is not None
                assert not message.faults
                shown[verdict.phone] = message
        bodies = posted(store, plan)
        assert sorted(body["to"] for body in bodies) == sorted(shown)
        for body in bodies:
            compare(body, shown[body["to"]])


def compare(body: Mapping[str, Any], message: PersonalMessage) -> None:
    seen: RenderedMessage = message.shown
    assert body["template"]["language"] == {"code": message.variant.language}
    assert as_meta_shows_it(body, message.variant) == (seen.header, seen.body, message.meanings)
