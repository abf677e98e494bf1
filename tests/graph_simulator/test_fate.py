from collections import Counter

import pytest

from graph_simulator.addresses import new_wamid, user_id_of, wa_id_of
from graph_simulator.arrival import Travel
from graph_simulator.course import course
from graph_simulator.fate import Destiny, Draws, Fate, seeded
from graph_simulator.script import Script, ScriptFault

PEOPLE = [f"4477009{number:05}" for number in range(4000)]


def test_fate_depends_on_seed_and_person_alone() -> None:
    forwards = {person: seeded(Draws(7, person)) for person in PEOPLE[:200]}
    backwards = {person: seeded(Draws(7, person)) for person in reversed(PEOPLE[:200])}
    assert forwards == backwards
    assert forwards != {person: seeded(Draws(8, person)) for person in PEOPLE[:200]}


def test_fates_come_in_their_shares() -> None:
    fates = Counter(seeded(Draws(1, person)).fate for person in PEOPLE)
    assert 0.57 < fates[Fate.READ] / len(PEOPLE) < 0.65
    assert 0.22 < fates[Fate.DELIVERED] / len(PEOPLE) < 0.28
    assert 0.03 < fates[Fate.FAILED] / len(PEOPLE) < 0.06
    assert {Fate.READ_ONLY, Fate.SENT, Fate.HELD, Fate.HELD_FAILED} <= set(fates)


def test_answers_come_in_their_shares_and_only_from_people_who_were_reached() -> None:
    destinies = [seeded(Draws(1, person)) for person in PEOPLE]
    reached = [one for one in destinies if one.fate not in (Fate.SENT, Fate.FAILED, Fate.HELD_FAILED)]
    taps = Counter(one.taps for one in reached)
    assert 0.41 < taps[(0,)] / len(reached) < 0.49
    assert 0.12 < taps[(1,)] / len(reached) < 0.18
    assert {(2,), (0, 1)} <= set(taps)
    assert sum(one.marketing == "stop" for one in reached) > 0
    assert {one.text for one in reached} >= {"STOP", "Parar", "BAJA", "Stop.", None}
    assert not any(one.taps or one.text or one.marketing for one in destinies if one not in reached)


@pytest.mark.parametrize("fate", [Fate.READ, Fate.DELIVERED, Fate.READ_ONLY, Fate.HELD])
def test_steps_are_in_a_possible_order(fate: Fate) -> None:
    for person in PEOPLE[:200]:
        steps = course(Destiny(fate, taps=(0, 1), text="Hi", marketing="stop"), Draws(3, person))
        times = [step.after_s for step in steps]
        assert times == sorted(times)
        assert [step.kind for step in steps][-4:] == ["tap", "tap", "text", "marketing"]
        assert sum(step.priced for step in steps) == 2


@pytest.mark.parametrize(
    "destiny, kinds",
    [
        (Destiny(Fate.SENT), ["sent"]),
        (Destiny(Fate.SILENT), []),
        (Destiny(Fate.FAILED), ["failed"]),
        (Destiny(Fate.FAILED, after_sent=True), ["sent", "failed"]),
        (Destiny(Fate.READ_ONLY), ["sent", "delivered", "read"]),
    ],
)
def test_course_of_each_fate(destiny: Destiny, kinds: list[str]) -> None:
    assert [step.kind for step in course(destiny, Draws(1, PEOPLE[0]))] == kinds


def test_dropped_by_pacing_fails_with_132015_and_was_never_sent() -> None:
    (step,) = course(Destiny(Fate.HELD_FAILED), Draws(1, PEOPLE[0]))
    assert (step.kind, step.code) == ("failed", 132015)
    assert step.after_s >= 5


def test_script_decides_for_its_people_and_the_seed_for_the_others() -> None:
    script = Script(seed=1)
    script.merge({"recipients": {"+44 7700 900001": {"fate": "failed", "code": 131049, "tap": 1}}})
    post, afterwards = script.next_post("447700900001")
    assert post == afterwards == Destiny(Fate.FAILED, code=131049, taps=(1,))
    assert script.next_post("447700900002")[0] == seeded(Draws(1, "447700900002"))


def test_times_are_used_up_and_then_the_message_goes_its_way() -> None:
    script = Script(seed=1)
    document = {"recipients": {"+447700900001": {"fate": "refused", "code": 131016, "times": 2, "tap": 0}}}
    script.merge(document)
    fates = [script.next_post("447700900001")[0].fate for _ in range(3)]
    assert fates == [Fate.REFUSED, Fate.REFUSED, Fate.READ]
    script.merge(document)
    assert script.next_post("447700900001")[0].fate is Fate.REFUSED


@pytest.mark.parametrize(
    "document",
    [
        [],
        {"recipient": {}},
        {"recipients": {"+447700900001": {"fate": "lost"}}},
        {"recipients": {"+447700900001": {"fates": "read"}}},
        {"recipients": {"somebody": {"fate": "read"}}},
        {"everyone": {"fate": "no_answer", "then": "refused"}},
    ],
)
def test_script_that_cannot_be_read_is_refused_whole(document: object) -> None:
    script = Script(seed=1)
    with pytest.raises(ScriptFault):
        script.merge(document)
    assert script.next_post("447700900001")[0] == seeded(Draws(1, "447700900001"))


def test_wa_id_of_old_registrations_differs_and_never_changes() -> None:
    for dialled, lengths in (("55119{:08}", {12, 13}), ("52{:010}", {12, 13}), ("549{:010}", {12, 13})):
        numbers = [dialled.format(9_000_0000 + number) for number in range(60)]
        found = [wa_id_of(number) for number in numbers]
        assert {len(wa_id) for wa_id in found} == lengths
        assert found == [wa_id_of(number) for number in numbers]
    assert all(wa_id_of(person) == person for person in PEOPLE[:50])


def test_wamids_are_never_the_same() -> None:
    wamids = {new_wamid(PEOPLE[0], inbound=number % 2 == 0) for number in range(2000)}
    assert len(wamids) == 2000
    assert all(wamid.startswith("wamid.HBgM") for wamid in wamids)
    assert user_id_of(PEOPLE[0]).startswith("GB.")


def test_repeats_are_whole_copies_or_a_probability() -> None:
    def copies(repeat: float) -> list[int]:
        return [len(list(Travel(repeat=repeat).arrivals(Draws(1, one), "sent"))) for one in PEOPLE[:400]]

    assert set(copies(0)) == {1}
    assert set(copies(2)) == {3}
    assert 80 < copies(0.3).count(2) < 160


def test_without_disorder_one_person_has_one_connection() -> None:
    kinds = ("sent", "delivered", "read")
    assert len({next(Travel().arrivals(Draws(1, PEOPLE[0]), kind)) for kind in kinds}) == 1
