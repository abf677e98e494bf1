"""What the wheel and the source archive hold, by the backend's own rules; `make smoke` builds and installs them."""

import tomllib
from pathlib import Path

from hatchling.builders.sdist import SdistBuilder
from hatchling.builders.wheel import WheelBuilder

from invite_tui.samples import sample

ROOT = Path(__file__).parents[2]
PACKAGES = {"invite_core", "invite_tui", "webhook_listener", "graph_simulator", "browser_server"}
READ_AT_RUN_TIME = {".py", ".sql", ".toml", ".tcss", ".html"}


def held(builder: type[WheelBuilder | SdistBuilder]) -> set[str]:
    """The paths in what this builder makes of the tree."""
    return {file.distribution_path for file in builder(str(ROOT)).recurse_included_files()}


def test_the_wheel_holds_the_packages_whole_with_the_samples_and_nothing_else() -> None:
    files = held(WheelBuilder)
    assert {path.split("/")[0] for path in files} == PACKAGES
    there = {
        str(path.relative_to(ROOT))
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.suffix in READ_AT_RUN_TIME
    }
    samples = {f"invite_tui/sample_data/{path.name}" for path in (ROOT / "data").iterdir()}
    assert files == there | samples
    assert all(sample(Path(path).name) for path in samples)


def test_the_source_archive_builds_the_same_and_leaves_out_what_is_of_one_machine() -> None:
    files = held(SdistBuilder)
    in_wheel = {path.replace("invite_tui/sample_data/", "data/") for path in held(WheelBuilder)}
    assert in_wheel | {"pyproject.toml", "README.md", "LICENSE", "requirements/run.txt"} <= files
    assert {path for path in files if path.startswith(".")} == {".gitignore"}
    assert not [path for path in files if "__pycache__" in path or ".db" in Path(path).suffixes]


def test_what_is_asked_for_is_pinned() -> None:
    """`make smoke` installs what is pinned, without looking for anything else."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    pinned = (ROOT / "requirements" / "run.txt").read_text("utf-8")
    names = [
        line.split(";")[0].split("=")[0].split(">")[0].split("<")[0].strip()
        for line in project["dependencies"]
    ]
    assert not [name for name in names if f"\n{name}==" not in f"\n{pinned}"]
