"""The one function that reads the samples: from the installed package, or from the source tree."""

from importlib.resources import files
from pathlib import Path


def sample(name: str) -> bytes:
    """The bytes of `data/<name>`. Raises FileNotFoundError for a name that is not there."""
    shipped = files("invite_tui").joinpath("sample_data", name)
    if shipped.is_file():
        return shipped.read_bytes()
    return (Path(__file__).resolve().parent.parent / "data" / name).read_bytes()
