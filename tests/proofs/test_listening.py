"""Small parts of what `make prove-listener` does at length."""

import os
import subprocess
import sys
from collections import Counter
from math import factorial
from pathlib import Path

import pytest

from invite_core.delivery.payload import read_body
from invite_core.delivery.updates import Odd
from invite_core.lifecycle.updates import StatusUpdate
from proofs import bodies
from proofs.listening import bit_flips, flood, orders, witness
from proofs.listening.hostile import Hostile
from proofs.listening.stories import STORIES
from proofs.small_world import NOW

pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("story", STORIES)
def test_every_order_and_split_of_updates_ends_in_the_same_row(story: str, tmp_path: Path) -> None:
    seen = orders.walk(orders.prepare(story, tmp_path), splits=True, groups=True, steps=5)
    assert seen.faults == []
    assert seen.orders == factorial(5)
    assert seen.bodies > 100


def test_any_interleaving_of_updates_repeats_and_deaths_agrees_with_a_plain_model() -> None:
    said: list[str] = []
    assert witness.prove(said.append, examples=12, steps=25) == []
    assert said


def test_hostile_bodies_are_answered_and_kept_within_bounds(tmp_path: Path) -> None:
    found = flood.flood(2_000, 4, tmp_path)
    assert found.faults == []
    assert found.exceptions == 0
    assert set(found.answers) == {200, 401}
    assert found.outcomes["quarantined"] > found.outcomes["applied"] > 0


def test_unsigned_bodies_change_nothing(tmp_path: Path) -> None:
    assert flood.unsigned(300, 4, tmp_path) == []


def test_every_single_bit_flip_of_body_and_signature_is_refused() -> None:
    assert bit_flips.faults_of_every_flip() == []
    assert set(bit_flips.through_the_application(step=40)) == {401}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_killed_listener_loses_nothing_and_two_writers_do_not_lock_each_other_out() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "proofs.listening", "small"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 acknowledged updates lost" in done.stdout


def test_bodies_from_one_seed_are_always_the_same() -> None:
    kinds = Counter(len(body) for body in Hostile(1, {}).bodies(200))
    assert kinds == Counter(len(body) for body in Hostile(1, {}).bodies(200))
    assert len(kinds) > 50


@pytest.mark.parametrize("value", ["NaN", "-Infinity", "1e999", '{"a": 1, "a": 2}'])
def test_a_true_update_beside_a_value_that_is_none_is_not_taken_in(value: str) -> None:
    body = bodies.body([bodies.status("wamid.a", "sent", NOW)])
    assert isinstance(read_body(body, phone_number_id=bodies.SENDER_NUMBER)[0].content, StatusUpdate)
    odd = body.replace(b'"status"', f'"price": {value}, "status"'.encode())
    (update,) = read_body(odd, phone_number_id=bodies.SENDER_NUMBER)
    assert isinstance(update.content, Odd)
