"""A deliberate defect: a small patch of the text of one module, and the smallest check that must fail then."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Defect:
    """One defect."""

    name: str
    path: str
    """The module, below the root."""
    before: str
    """Text that occurs there exactly once …"""
    after: str
    """… and what takes its place."""
    check: tuple[str, ...]
    """Arguments of `python -m` that end with 0 only where the defect is not."""


def test_of(place: str) -> tuple[str, ...]:
    """The check that runs the tests in a file below `tests`."""
    return ("pytest", "-n", "0", "-x", "-q", "-p", "no:cacheprovider", "-m", "", f"tests/{place}")
