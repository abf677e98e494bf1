"""What the tests of the screens share: a stand-in for Meta, the snapshots, and the option that takes them anew."""

from collections.abc import Iterator

import pytest

from tests.command_line.meta import Meta, running_meta
from tests.screens.snapshot_files import Snapshots

OPTION = "--update-snapshots"


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--update-snapshots` writes what is shown instead of comparing it."""
    parser.addoption(OPTION, action="store_true", help="write the snapshots of the screens anew")


@pytest.fixture
def snapshots(request: pytest.FixtureRequest) -> Snapshots:
    """What is shown is compared with these, or they are written anew."""
    return Snapshots(update=request.config.getoption(OPTION, default=False))


@pytest.fixture
def meta() -> Iterator[Meta]:
    """A stand-in for Meta."""
    with running_meta() as running:
        yield running
        running.may_answer.set()
