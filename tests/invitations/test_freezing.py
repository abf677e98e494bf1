"""What a preview shows is what a run freezes, person by person; and a run is made whole or not at all."""

import json
import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from invite_core.invitations import event_changes, events, freezing, review, runs, templates, verdicts
from invite_core.invitations.plan import Plan, PlanFault, Purpose
from invite_core.invitations.runs import RunFault, Status
from invite_core.invitations.templates import TemplateFault
from invite_core.invitations.verdicts import Verdict, preview
from invite_core.lifecycle.states import State
from invite_core.people import do_not_message
from invite_core.store import IntegrityError, Store
from invite_core.views.run_board import run_board
from tests.builders import NOW, ORGANISER, REMINDER, a_contact, a_phone, a_plan, a_run, an_event, later
from tests.invitations.outcomes import answer, bring_to
from tests.invitations.variants import a_variant

LANDLINE = "+442079460000"


def populate(store: Store) -> None:
    """Sixty people of every kind: couples, households, landlines, nobody's language, no consent, blocked."""
    for n in range(60):
        a_contact(
            store,
            "" if n % 17 == 3 else f"Guest {n}",
            LANDLINE if n == 5 else (n - 1 if n % 7 == 6 else n),
            language=("en", "pt", "es", "de", "", "pt_BR")[n % 6],
            consented=n % 11 != 4,
            household=f"House {n // 4}" if n % 3 else "",
            tags=["vip"] if n % 2 else ["other"],
            attributes={"title": f"Dr {n}"} if n % 5 else {},
        )
        if n % 13 == 9:
            do_not_message.block(
                store, address=a_phone(n), reason="STOP", source="stop_word", at=NOW, by=ORGANISER, now=NOW
            )


@pytest.fixture(scope="module")
def sixty_people(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed database of such people, to be copied."""
    path = tmp_path_factory.mktemp("sixty") / "invites.db"
    with Store.create_or_open(path) as store:
        populate(store)
    return path


def frozen(store: Store, run: int) -> list[Verdict]:
    """The verdicts as the run holds them."""
    rows = store.rows(
        """SELECT contact, name, address, messages.language, block_reasons, verdict, state, slot_person, slot_address,
               match_key FROM invite_messages AS messages JOIN contacts ON contacts.id = messages.contact
           WHERE run = ? ORDER BY contact""",
        (run,),
    )
    for row in rows:
        eligible = row["verdict"] == "eligible"
        assert row["state"] == ("queued" if eligible else "blocked")
        assert bool(row["block_reasons"]) is not eligible
        assert row["slot_person"] == (row["contact"] if eligible else None)
        assert row["slot_address"] == (row["match_key"] if eligible else None)
    return [
        Verdict(
            row["contact"],
            row["name"],
            row["address"],
            row["language"],
            tuple(filter(None, row["block_reasons"].split(","))),
        )
        for row in rows
    ]


wishes = st.fixed_dictionaries(
    {
        "audience": st.sampled_from(
            [
                "all",
                "tag:vip",
                "-tag:vip",
                "language:pt",
                "invited:no",
                'attribute.title:"dr 7"',
                "answered:none",
            ]
        ),
        "per_household": st.booleans(),
        "fallback": st.sampled_from([None, "en", "es"]),
        "mapping": st.sampled_from([{}, {"guest_name": "attribute.title"}, {"guest_name": "=friend"}]),
    }
)


@given(before=wishes, wish=wishes, states=st.lists(st.sampled_from([State.SENT, State.READ]), max_size=1))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_run_freezes_what_the_preview_shows(
    tmp_path_factory: pytest.TempPathFactory,
    sixty_people: Path,
    before: dict[str, Any],
    wish: dict[str, Any],
    states: list[State],
) -> None:
    database = tmp_path_factory.mktemp("data") / "invites.db"
    for suffix in ("", ".guard"):
        shutil.copy(f"{sixty_people}{suffix}", f"{database}{suffix}")
    with Store.open(database) as store:
        event = an_event(store)
        first = a_plan(store, event, **before)
        if preview(store, first, now=NOW):
            bring_to(store, a_run(store, first).id, *states)
        for contact in (1, 8, 21):
            answer(store, contact, event.id, "yes")
        compare(store, a_plan(store, event, **wish))


def compare(store: Store, plan: Plan) -> None:
    shown = preview(store, plan, now=NOW)
    contacts = [verdict.contact for verdict in shown]
    assert contacts == sorted(set(contacts))
    if not shown:
        with pytest.raises(PlanFault, match="Nobody is in the audience"):
            a_run(store, plan)
        return
    run = a_run(store, plan)
    assert frozen(store, run.id) == shown
    board = run_board(store, run.id)
    assert (board.run.total, board.run.eligible) == (len(shown), sum(verdict.eligible for verdict in shown))
    assert board.counts["queued"] == run.eligible
    assert board.counts["blocked"] == run.total - run.eligible
    assert sum(board.counts.values()) == run.total
    assert board.blocked == Counter(verdict.reasons[0] for verdict in shown if verdict.reasons)
    addresses = [verdict.phone for verdict in shown if verdict.eligible]
    assert len(addresses) == len(set(addresses))


@pytest.mark.parametrize("portion", [1, 3, 59, 60])
def test_portions_freeze_what_the_preview_of_everyone_shows(
    store: Store, monkeypatch: pytest.MonkeyPatch, portion: int
) -> None:
    monkeypatch.setattr(verdicts, "PORTION", portion)
    populate(store)
    compare(store, a_plan(store, an_event(store, "Another party"), per_household=True))
    compare(store, a_plan(store, audience="tag:vip", fallback=None))


def test_a_mixed_population_meets_many_reasons(store: Store) -> None:
    populate(store)
    plan = a_plan(store, fallback=None, per_household=True)
    met = {reason for verdict in preview(store, plan, now=NOW) for reason in verdict.reasons}
    assert met >= {
        "do_not_message",
        "no_consent",
        "invalid_number",
        "same_number",
        "same_household",
        "language_not_available",
        "missing_parameter",
    }


def test_parameters_are_frozen_in_each_persons_language(store: Store) -> None:
    a_contact(store, "Ana  O'Neill \N{PARTY POPPER}", 1, language="pt")
    a_contact(store, '"Bea" \\ [bold]', 2, language="en")
    run = a_run(store)
    rows = store.rows("SELECT language, parameters FROM invite_messages WHERE run = ? ORDER BY id", (run.id,))
    assert [row["language"] for row in rows] == ["pt_PT", "en"]
    ana, bea = (json.loads(row["parameters"]) for row in rows)
    assert ana == {
        "header.event_name": "Summer party",
        "guest_name": "Ana O'Neill \N{PARTY POPPER}",
        "event_date": "sábado, 12 de junho de 2027",
        "event_time": "18:30",
        "venue": "Jardim da Estrela",
    }
    assert bea["guest_name"] == '"Bea" \\ [bold]'


def test_texts_mapping_and_meanings_are_frozen_with_the_run(store: Store) -> None:
    a_contact(store)
    run = a_run(store, a_plan(store, buttons={"2": "yes:2"}))
    with store.write():
        store.execute("UPDATE templates SET components = '[]', mapping = '{}', buttons = '{}'")
    plan = freezing.plan_of(store, run)
    assert [variant.language for variant in plan.variants] == ["en", "es", "pt_PT"]
    assert plan.variants[0].buttons == {"0": "yes", "1": "no", "2": "yes:2"}
    assert "guest_name" in plan.variants[0].parameters
    assert plan.variants[0].mapping["guest_name"] == "name"


def test_the_plan_of_a_run_judges_as_the_plan_it_was_made_of(store: Store) -> None:
    populate(store)
    plan = a_plan(store, per_household=True, first=3, not_before="2027-03-02T10:00", occasion=None)
    run = a_run(store, plan)
    assert replace(freezing.plan_of(store, run), variants=()) == replace(plan, variants=())


# ---------------------------------------------------------------- whole or not at all


def everything(store: Store) -> dict[str, int]:
    tables = ("invite_send_runs", "invite_messages", "run_variants", "run_counters", "operator_acts")
    return {table: store.value(f"SELECT count(*) FROM {table}") for table in tables}


def test_a_fault_while_freezing_leaves_nothing(store: Store) -> None:
    populate(store)
    plan = a_plan(store)
    before = everything(store)
    with store.write():
        store.execute(
            """CREATE TRIGGER full_disk BEFORE INSERT ON run_counters WHEN NEW.kind = 'block'
               BEGIN SELECT RAISE(ABORT, 'no'); END"""
        )
    with pytest.raises(IntegrityError, match="no"):
        freezing.freeze(store, plan, by=ORGANISER, now=NOW)
    assert everything(store) == before


def test_an_empty_audience_makes_no_run_and_remembers_nothing(store: Store) -> None:
    a_contact(store, tags=["vip"])
    plan = a_plan(store, audience="-tag:vip", buttons={"2": "no"})
    with pytest.raises(PlanFault, match="Nobody is in the audience “-tag:vip”"):
        freezing.freeze(store, plan, by=ORGANISER, now=NOW)
    assert everything(store) == dict.fromkeys(everything(store), 0) | {
        "operator_acts": store.value("SELECT count(*) FROM operator_acts WHERE act <> 'create run'")
    }
    assert templates.variants_of(store, plan.template)[0].buttons["2"] == "maybe"


def test_a_run_of_blocked_people_only_is_still_made(store: Store) -> None:
    a_contact(store, consented=False)
    run = a_run(store)
    assert (run.total, run.eligible, run.status) == (1, 0, Status.READY)


def test_a_parameter_without_a_field_or_a_button_without_a_meaning_refuses_the_run(store: Store) -> None:
    a_contact(store)
    unmapped = a_plan(store, template=REMINDER)
    with pytest.raises(TemplateFault, match=r"Nothing fills parameter 1 .*--map 1=name"):
        a_run(store, unmapped)
    filled = a_plan(
        store, unmapped.event, template=REMINDER, mapping={"1": "name", "2": "=x", "button.2": "=y"}
    )
    a_run(store, filled)
    meaningless = replace(
        filled, variants=tuple(replace(each, buttons={"0": "yes"}) for each in filled.variants)
    )
    with pytest.raises(TemplateFault, match=r"Button 1 .*has no meaning.*--button 1=yes"):
        a_run(store, replace(meaningless, purpose=Purpose.TEST))


def test_a_cancelled_event_invites_nobody_but_its_end_can_be_told(store: Store) -> None:
    a_contact(store)
    event = an_event(store)
    bring_to(store, a_run(store, a_plan(store, event)).id, State.DELIVERED)
    event = event_changes.cancel(store, event, by=ORGANISER, now=NOW)
    with pytest.raises(PlanFault, match=r"cancelled.*--purpose cancellation"):
        a_run(store, a_plan(store, event, purpose=Purpose.UPDATE))
    assert a_run(store, a_plan(store, event, purpose=Purpose.CANCELLATION)).eligible == 1


def test_a_plan_of_facts_that_were_changed_meanwhile_makes_no_run(store: Store) -> None:
    a_contact(store)
    event = an_event(store)
    plan = a_plan(store, event)
    event_changes.edit(store, event, venue="Another garden", by=ORGANISER, now=NOW)
    with pytest.raises(PlanFault, match="was changed a moment ago"):
        a_run(store, plan)
    assert store.value("SELECT count(*) FROM invite_send_runs") == 0


def test_a_plan_of_a_text_that_was_changed_meanwhile_makes_no_run(store: Store) -> None:
    """Its meanings must not be remembered for buttons that say something else by now."""
    a_contact(store)
    templates.save_synced(store, [a_variant(quick_replies=("Yes", "No")).as_synced()], by=ORGANISER, now=NOW)
    plan = a_plan(store, template="party")
    templates.save_synced(store, [a_variant(quick_replies=("No", "Yes")).as_synced()], by=ORGANISER, now=NOW)
    with pytest.raises(PlanFault, match="template party was changed a moment ago"):
        a_run(store, plan)
    assert templates.variants_of(store, "party")[0].buttons == {"0": "no", "1": "yes"}


def test_the_choices_of_a_run_are_remembered_for_the_next(store: Store) -> None:
    a_contact(store)
    run = a_run(store, a_plan(store, mapping={"guest_name": "=friend"}, buttons={"2": "yes:2"}))
    again = a_plan(store, events.get(store, run.event))
    assert {variant.mapping["guest_name"] for variant in again.variants} == {"=friend"}
    assert {variant.buttons["2"] for variant in again.variants} == {"yes:2"}


# ---------------------------------------------------------------- status


def test_pause_and_resume(store: Store) -> None:
    a_contact(store)
    run = a_run(store).id
    assert runs.pause(store, run, runs.PauseReason.QUALITY, by=ORGANISER, now=NOW, detail="RED")
    paused = runs.get(store, run)
    assert (paused.status, paused.paused_because, paused.paused_detail) == ("paused", "quality", "RED")
    assert not runs.pause(store, run, runs.PauseReason.OPERATOR, by=ORGANISER, now=later(1))
    assert runs.get(store, run).paused_because == "quality"
    resumed = runs.resume(store, run, by=ORGANISER, now=later(2))
    assert (resumed.status, resumed.paused_because) == ("ready", None)
    acts = store.rows("SELECT act FROM operator_acts WHERE subject_kind = 'run' ORDER BY id")
    assert [row["act"] for row in acts] == ["create run", "pause run (quality)", "resume run"]


def test_resuming_after_the_first_slice_sends_the_rest(store: Store) -> None:
    a_contact(store)
    run = a_run(store, a_plan(store, first=1)).id
    runs.pause(store, run, runs.PauseReason.OPERATOR, by=ORGANISER, now=NOW)
    assert runs.resume(store, run, by=ORGANISER, now=NOW).first_slice == 1
    runs.pause(store, run, runs.PauseReason.FIRST_SLICE, by=ORGANISER, now=NOW)
    assert runs.resume(store, run, by=ORGANISER, now=NOW).first_slice is None


def test_a_run_of_old_facts_is_never_resumed(store: Store) -> None:
    a_contact(store)
    event = an_event(store)
    run = a_run(store, a_plan(store, event)).id
    event_changes.edit(store, event, venue="Another garden", by=ORGANISER, now=NOW)
    with pytest.raises(RunFault, match="old facts"):
        runs.resume(store, run, by=ORGANISER, now=NOW)


def test_an_unknown_run_is_named(store: Store) -> None:
    with pytest.raises(RunFault, match="There is no run 7"):
        runs.get(store, 7)


def test_a_test_goes_to_no_audience(store: Store) -> None:
    a_contact(store, "Ana", 1)
    a_contact(store, "Bea", 2)
    with pytest.raises(PlanFault, match=r"A test goes to one person, and 2 are in the audience"):
        a_run(store, a_plan(store, purpose=Purpose.TEST))
    assert store.value("SELECT count(*) FROM invite_messages") == 0


def test_a_run_out_of_a_backup_is_not_resumed_before_somebody_has_looked(store: Store) -> None:
    a_contact(store)
    run = a_run(store).id
    runs.pause(store, run, runs.PauseReason.RESTORED, by=ORGANISER, now=NOW)
    with store.write():
        review.ask(store, review.Why.BACKUP, now=NOW)
    with pytest.raises(review.ReviewNeeded, match=r"restored from a backup.*restore --reviewed"):
        runs.resume(store, run, by=ORGANISER, now=NOW)
    assert runs.get(store, run).paused_because == "restored"
    assert review.done(store, by=ORGANISER, now=NOW)
    assert runs.resume(store, run, by=ORGANISER, now=NOW).status == "ready"
