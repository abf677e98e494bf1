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
        (
            "webhook_listener",
            ("httpx", "httpcore", "sqlite_utils", "textual", "rich", "invite_tui", "graph_simulator"),
        ),
        ("graph_simulator", ("invite_core", "invite_tui", "webhook_listener", "textual", "sqlite_utils")),
        ("invite_tui", ("starlette", "uvicorn", "webhook_listener")),
    ],
)
def test_package_leaves_out_what_it_must_not_know(package: str, forbidden: tuple[str, ...]) -> None:
    assert loaded_by(package, *forbidden) == []


def test_core_leaves_out_what_it_must_not_know_and_a_module_that_it_loads_is_seen() -> None:
    screens_and_servers = ("textual", "rich", "starlette", "uvicorn", "click")
    programs = ("invite_tui", "webhook_listener")
    assert loaded_by("invite_core", "httpx", *screens_and_servers, *programs) == ["httpx"]
