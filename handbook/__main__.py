"""`python -m handbook FOLDER`: write the pages of reference there, and nothing else."""

import sys
from pathlib import Path

from handbook.reference import PAGES


def write(folder: Path) -> None:
    """Write every page into `folder`; a page that is no longer made goes."""
    folder.mkdir(exist_ok=True)
    for old in folder.glob("*.md"):
        if old.name not in PAGES:
            old.unlink()
    for name, made in PAGES.items():
        (folder / name).write_text(made(), "utf-8", newline="\n")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
