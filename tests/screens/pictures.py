"""`python -m tests.screens.pictures FOLDER`: a picture of every screen, exported from the running program.

They are the looks of the snapshots: the same party, the same way through it, at a size between the two.
"""

import asyncio
import os
import re
import sys
import tempfile
from pathlib import Path

from invite_tui.app import InviteApp
from tests.screens.party import party
from tests.screens.snapshot_files import of_any_computer
from tests.screens.walk import Walk

SIZE = (120, 36)

FIRST = "opening"
"""The look that is no picture: an empty frame."""


def picture(app: InviteApp) -> str:
    """The screen in front as SVG that needs nothing from the network."""
    drawn = app.export_screenshot(title="Invitations")
    drawn = re.sub(r"@font-face\s*\{.*?\}\s*", "", drawn, flags=re.DOTALL)
    drawn = re.sub(r"terminal-\d+-", "terminal-", drawn).replace("&#160;", "\xa0")
    return of_any_computer(drawn)


async def take(folder: Path) -> None:
    """Walk through the screens and write a picture of each."""
    with party() as (settings, store):
        walk = Walk(settings, store)
        async with walk.app.run_test(size=SIZE) as pilot:
            async for name in walk.looks(pilot):
                if name != FIRST:
                    (folder / f"{name}.svg").write_text(picture(walk.app), encoding="utf-8")


def main() -> None:
    """Make the pictures in the folder that is named on the command line."""
    folder = Path(sys.argv[1]).absolute()
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.svg"):
        old.unlink()
    with tempfile.TemporaryDirectory() as party_folder:
        os.chdir(party_folder)
        asyncio.run(take(folder))
        os.chdir(folder)


if __name__ == "__main__":
    main()
