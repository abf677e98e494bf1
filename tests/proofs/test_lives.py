import pytest

from proofs import lives

pytestmark = pytest.mark.long


def test_any_order_of_crashes_answers_stops_and_restored_files_keeps_what_is_promised() -> None:
    said: list[str] = []
    assert lives.prove(said.append, examples=20, steps=30) == []
    assert said
