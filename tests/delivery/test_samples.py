"""The sample bodies in `data/`: one of every kind, each understood."""

import json
from typing import Any

import pytest

from invite_core.delivery.payload import read_body
from invite_core.delivery.updates import Odd
from invite_tui.samples import sample
from tests.delivery.rows import OWN_NUMBER, payload

LINES = [json.loads(line) for line in sample("webhooks.sample.jsonl").decode().splitlines()]

WITH_ODD_PARTS = {"mixed_batch"}


@pytest.mark.parametrize("line", LINES, ids=lambda line: str(line["name"]))
def test_every_sample_is_understood_and_is_the_recorded_one(line: dict[str, Any]) -> None:
    updates = read_body(json.dumps(line["body"]).encode(), phone_number_id=OWN_NUMBER)
    odd = any(isinstance(update.content, Odd) for update in updates)
    assert odd == (line["name"] in WITH_ODD_PARTS)
    assert json.loads(payload(line["name"])) == line["body"]


def test_the_samples_have_every_kind_of_update() -> None:
    kinds = {
        type(update.content).__name__
        for line in LINES
        for update in read_body(json.dumps(line["body"]).encode(), phone_number_id=OWN_NUMBER)
    }
    assert kinds == {
        "StatusUpdate",
        "Reply",
        "Preference",
        "IdentityChange",
        "TemplateNews",
        "AccountNews",
        "AccountError",
        "Ignored",
        "Odd",
    }
