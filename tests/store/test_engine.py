import pytest

from invite_core.store import engine


@pytest.mark.parametrize(
    "version",
    [(3, 7, 0), (3, 40, 1), (3, 44, 5), (3, 45, 0), (3, 50, 6), (3, 51, 0), (3, 51, 2)],
)
def test_affected_version_keeps_out_of_wal(version: tuple[int, ...]) -> None:
    assert engine.can_lose_commits_in_wal(version)
    assert engine.journal_mode(version) == "delete"


@pytest.mark.parametrize(
    "version", [(3, 44, 6), (3, 44, 9), (3, 50, 7), (3, 51, 3), (3, 52, 0), (3, 53, 4), (4, 0, 0)]
)
def test_fixed_version_uses_wal(version: tuple[int, ...]) -> None:
    assert not engine.can_lose_commits_in_wal(version)
    assert engine.journal_mode(version) == "wal"


def test_statement_is_complete_only_with_its_trigger_body() -> None:
    assert engine.is_complete_statement("CREATE TABLE a (b);")
    assert not engine.is_complete_statement("CREATE TRIGGER a BEFORE DELETE ON b BEGIN SELECT 1;")
