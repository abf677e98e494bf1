"""What every screen shows, at both sizes, as text: `make snapshots` takes it anew, and the diff is to be read."""

import importlib
import pkgutil
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from textual.app import App
from textual.screen import Screen

import invite_tui.screens
from invite_tui.widgets.key_line import KeyLine
from tests.screens import pictures
from tests.screens.party import party
from tests.screens.snapshot_files import Snapshots
from tests.screens.stage import LARGE, SMALL, seen
from tests.screens.walk import Walk, at_rest

pytestmark = pytest.mark.long

PICTURES = sorted((Path(__file__).parents[2] / "docs" / "screens").glob("*.svg"))
"""The pictures that `make screens` makes."""


def every_screen() -> set[str]:
    """The names of the screens that there are: those that no other one is made of."""
    for module in pkgutil.iter_modules(invite_tui.screens.__path__, "invite_tui.screens."):
        importlib.import_module(module.name)
    return {each.__name__ for each in _below(Screen) if each.__module__.startswith("invite_tui.")}


def _below(kind: type[object]) -> Iterator[type[object]]:
    kinds = [
        each for each in kind.__subclasses__() if each.__module__.startswith(("invite_tui.", "textual."))
    ]
    if not kinds:
        yield kind
    for each in kinds:
        yield from _below(each)


def cut_keys(app: App[None]) -> Iterator[str]:
    """The keys in the last line that have no room there."""
    for line in app.screen.query(KeyLine):
        places = line.placed()
        for place, following in pairwise(places):
            if place.end > following.start:
                yield place.key.words
        if places and places[-1].end > app.size.width:
            yield places[-1].key.words


@pytest.mark.anyio
async def test_every_screen_shows_what_it_showed(snapshots: Snapshots) -> None:
    """One walk at the small size; at each look the terminal is made large, and small again."""
    screens, names, cut = set(), set(), []
    with party() as (settings, store):
        walk = Walk(settings, store)
        async with walk.app.run_test(size=SMALL) as pilot:
            async for name in walk.looks(pilot):
                screens.add(type(walk.app.screen).__name__)
                names.add(name)
                snapshots.look(name, SMALL, seen(walk.app))
                cut += [(name, key) for key in cut_keys(walk.app)]
                await pilot.resize_terminal(*LARGE)
                snapshots.look(name, LARGE, await at_rest(walk.app, pilot))
                await pilot.resize_terminal(*SMALL)
    snapshots.judge()
    assert cut == []
    assert screens == every_screen()
    assert names - {pictures.FIRST} == {picture.stem for picture in PICTURES}


def test_no_picture_holds_a_path_of_a_computer() -> None:
    for picture in PICTURES:
        assert not re.search(r"/(tmp|home|root|Users|work)/", picture.read_text("utf-8")), picture.name
