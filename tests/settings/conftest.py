from collections.abc import Iterator
from pathlib import Path

import pytest

from invite_core import settings


@pytest.fixture
def config_file() -> Iterator[Path]:
    """The place of the file that `init` writes, in this run's own configuration folder."""
    settings.CONFIG_FILE.parent.mkdir(parents=True, exist_ok=True)
    yield settings.CONFIG_FILE
    settings.CONFIG_FILE.unlink(missing_ok=True)
