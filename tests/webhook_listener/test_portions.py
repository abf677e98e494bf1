"""What goes into one commit: whole bodies as long as they fit, and a body that is too large in parts."""

from collections.abc import Sequence

from invite_core.delivery.updates import Ignored, Update
from invite_core.lifecycle.states import State
from invite_core.lifecycle.updates import StatusUpdate
from webhook_listener.portions import MOST_AT_ONCE, Portion, portions

OTHER = Update(b"other", "message", Ignored(""))
STATUS = Update(b"status", "status", StatusUpdate("wamid.ana", State.READ, "2026-03-01T12:00:01.000Z"))


def shape(*readings: Sequence[Update]) -> list[list[tuple[int, int, bool]]]:
    """Per commit: which body, how many of its updates, and whether it is whole then."""
    return [[(each.body, len(each.updates), each.last) for each in commit] for commit in portions(readings)]


def test_ordinary_bodies_share_one_commit() -> None:
    assert shape(*[[STATUS]] * 256) == [[(body, 1, True) for body in range(256)]]
    thousands = [[STATUS] * 1000] * 16
    assert shape(*thousands) == [[(body, 1000, True) for body in range(16)]]


def test_nothing_is_one_commit_in_which_the_listener_says_that_it_is_there() -> None:
    assert list(portions([])) == [[]]


def test_bodies_that_are_too_much_together_are_not_torn() -> None:
    assert shape([OTHER] * 600, [OTHER] * 400, [OTHER]) == [[(0, 600, True), (1, 400, True)], [(2, 1, True)]]


def test_body_that_is_too_large_is_stored_in_parts_of_its_own_in_order() -> None:
    large = [Update(b"%d" % n, "message", Ignored("")) for n in range(2 * MOST_AT_ONCE + 1)]
    found = list(portions([[STATUS], large, [STATUS], [STATUS]]))
    assert found[0] == [Portion(0, [STATUS])]
    assert [[(each.body, len(each.updates), each.last) for each in commit] for commit in found[1:]] == [
        [(1, MOST_AT_ONCE, False)],
        [(1, MOST_AT_ONCE, False)],
        [(1, 1, True)],
        [(2, 1, True), (3, 1, True)],
    ]
    assert [update for commit in found[1:4] for each in commit for update in each.updates] == large
