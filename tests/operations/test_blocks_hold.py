from tests.operations import blocks_hold


def test_whoever_was_blocked_is_not_eligible_before_a_lift_whatever_happens() -> None:
    """`python -m tests.operations.blocks_hold` lives hundreds of such lives."""
    said: list[str] = []
    assert blocks_hold.prove(said.append, examples=6, steps=12) == []
    assert said
