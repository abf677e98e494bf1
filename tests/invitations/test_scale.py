"""Judging many people costs as many statements as judging a few."""

from collections.abc import Sequence

import pytest

from invite_core.instants import stored
from invite_core.invitations import freezing
from invite_core.invitations.plan import Purpose
from invite_core.invitations.verdicts import preview, verdict_query
from invite_core.store import Row, Store, Values
from tests.builders import NOW, ORGANISER, a_contact, a_plan, an_event


class CountingStore(Store):
    """A store that counts its statements."""

    statements = 0

    def rows(self, sql: str, values: Values = ()) -> list[Row]:
        self.statements += 1
        return super().rows(sql, values)

    def row(self, sql: str, values: Values = ()) -> Row | None:
        self.statements += 1
        return super().row(sql, values)

    def execute(self, sql: str, values: Values = ()) -> int:
        self.statements += 1
        return super().execute(sql, values)

    def insert(self, sql: str, values: Values = ()) -> int:
        self.statements += 1
        return super().insert(sql, values)


def crowd(store: Store, people: int) -> None:
    """Copies of one consenting person, each with a number of their own; two to a household."""
    first = a_contact(store, tags=["vip"], attributes={"city": "Porto"}, household="0")
    with store.write():
        for n in range(1, people):
            contact = store.insert(
                """INSERT INTO contacts (name, language, household, attributes, created_at, changed_at)
                   SELECT 'Guest ' || :n, language, :house, attributes, :at, :at FROM contacts WHERE id = :first""",
                {"n": n, "house": str(n // 2), "at": stored(NOW), "first": first},
            )
            store.execute(
                """INSERT INTO contact_identities (contact, kind, value, match_key, created_at)
                   VALUES (:contact, 'phone', '+35191' || :n, '35191' || :n, :at)""",
                {"contact": contact, "n": 1_000_000 + n, "at": stored(NOW)},
            )
            store.execute("INSERT INTO contact_tags SELECT :contact, 1", {"contact": contact})
            store.execute(
                """INSERT INTO consents (contact, act, at, source, recorded_at, recorded_by)
                   VALUES (:contact, 'grant', :at, 'form', :at, 'Rita')""",
                {"contact": contact, "at": stored(NOW)},
            )


def test_a_crowd_is_judged_and_frozen_in_a_bounded_number_of_statements(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    counts = []
    for people in (10, 5_000):
        with CountingStore.create_or_open(tmp_path_factory.mktemp("data") / "invites.db") as store:
            crowd(store, people)
            plan = a_plan(store, audience="tag:vip attribute.city:porto invited:no", per_household=True)
            store.statements = 0
            assert len(preview(store, plan, now=NOW)) == people
            for_preview, store.statements = store.statements, 0
            run = freezing.freeze(store, plan, by=ORGANISER, now=NOW)
            assert (run.total, run.eligible) == (people, people // 2)
            again = preview(store, plan, now=NOW)
            assert not any(verdict.eligible for verdict in again)
            counts.append((for_preview, store.statements))
    assert counts[0] == counts[1]
    assert sum(counts[0]) < 60


def found_once(step: int, plan_rows: Sequence[Row]) -> bool:
    """Whether a step of a query belongs to a list that asks for nothing of any person: the addresses in doubt."""
    rows = {row["id"]: row for row in plan_rows}
    while step in rows and not rows[step]["detail"].startswith("LIST SUBQUERY"):
        step = rows[step]["parent"]
    return step in rows


@pytest.mark.parametrize("purpose", list(Purpose))
def test_nothing_is_searched_from_end_to_end_for_every_person(store: Store, purpose: Purpose) -> None:
    """Each lookup for a person is by that person, number or household, never through all of an event."""
    a_contact(store, tags=["vip"], attributes={"city": "Porto"})
    event = an_event(store)
    audience = "tag:vip attribute.city:porto -invited:no -answered:yes answered:none language:en"
    plan = a_plan(store, event, audience=audience, purpose=purpose, per_household=True)
    query = verdict_query(store, plan, now=NOW)
    plan_rows = store.rows(f"EXPLAIN QUERY PLAN {query.sql}", query.values)
    inside = {row["id"]: row["detail"] for row in plan_rows}
    once = [row for row in plan_rows if "anybody USING COVERING INDEX" in row["detail"]]
    assert once
    assert all(inside[row["parent"]].startswith("SCALAR SUBQUERY") for row in once)
    in_doubt = [row for row in plan_rows if found_once(row["id"], plan_rows)]
    assert {"MATERIALIZE doubted", "SCAN doubted"} <= {row["detail"] for row in in_doubt}
    once += in_doubt
    steps = [row["detail"] for row in plan_rows if row not in once]
    scanned = {step.split()[1] for step in steps if step.startswith("SCAN ")}
    assert scanned <= {"person", "contacts", "judged", "numbered", "housed", "variant", "CONSTANT"} | {
        step.split()[1] for step in steps if step.startswith("SCAN (subquery")
    }
    assert not [step for step in steps if "messages_by_event" in step or "messages_by_run" in step]
