"""The import contracts once more, as a running program keeps them."""

import os
import subprocess
import sys

import pytest

from invite_core.settings import without_settings
from tests.architecture.sources import ROOT, modules

IMPORT_THEM = """
import importlib, sys
sys.modules["httpx._main"] = None  # httpx's own command line, which would bring click and rich
wanted, forbidden = (words.split(",") for words in sys.argv[1:])
for name in wanted:
    importlib.import_module(name)
print(*sorted(name for name in forbidden if name in sys.modules))
"""


def loaded_by(package: str, *forbidden: str) -> list[str]:
    """Which of `forbidden` are there once every module of `package` is imported."""
    names = [module.name for module in modules(package)]
    done = subprocess.run(
        [
            sys.executable,
            "-W",
            "error::SyntaxWarning",
            "-c",
            IMPORT_THEM,
            ",".join(names),
            ",".join(forbidden),
        ],
        cwd=ROOT,
        env=without_settings(dict(os.environ)),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


@pytest.mark.parametrize(
    "package, forbidden",
    [
        ("webhook_listener", ("httpx", "textual", "rich", "invite_tui", "graph_simulator")),
        (
            "invite_core",
            ("textual", "rich", "starlette", "uvicorn", "click", "invite_tui", "webhook_listener"),
        ),
        ("graph_simulator", ("invite_core", "invite_tui", "webhook_listener", "textual", "sqlite_utils")),
        ("invite_tui", ("starlette", "uvicorn", "webhook_listener")),
    ],
)
def test_package_leaves_out_what_it_must_not_know(package: str, forbidden: tuple[str, ...]) -> None:
    assert loaded_by(package, *forbidden) == []


def test_check_would_see_a_forbidden_module() -> None:
    assert loaded_by("invite_core", "httpx", "textual") == ["httpx"]
