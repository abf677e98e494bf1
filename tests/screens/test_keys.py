"""Keys of one's own: the file is followed whole or not at all, and the list of names in `docs` is right."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from textual.keys import format_key

from invite_core.store import Store
from invite_tui.app import InviteApp
from invite_tui.keys_file import KEYS_FILE, KeysFault, known_bindings, own_keys
from invite_tui.screens.help import HelpScreen
from invite_tui.screens.home import HomeScreen
from invite_tui.screens.people import PeopleScreen
from tests.screens.stage import SMALL, fill, opened, seen, settings_for, table, until

GUIDE = (Path(__file__).parents[2] / "docs" / "keys.md").read_text("utf-8")


@pytest.fixture
def say_keys() -> Iterator[Callable[[str], None]]:
    """Writes the file, in a folder of the tests' own."""
    KEYS_FILE.parent.mkdir(parents=True, exist_ok=True)

    def say(text: str) -> None:
        KEYS_FILE.write_text(text, "utf-8")

    yield say
    KEYS_FILE.unlink(missing_ok=True)


def test_the_guide_names_every_binding_with_its_keys_and_its_example_is_followed(
    say_keys: Callable[[str], None],
) -> None:
    told = dict(re.findall(r"^\| `([a-z_]+\.[a-z_]+)` \| (.*?) \|", GUIDE, re.MULTILINE))
    known = known_bindings()
    assert set(told) == set(known)
    for name, binding in known.items():
        keys = {word for key in binding.key.split(",") for word in (key, format_key(key))}
        assert keys & set(re.findall(r"`(\S+?)`", told[name])), name
    (example,) = re.findall(r"```toml\n(.*?)```", GUIDE, re.DOTALL)
    say_keys(example)
    assert own_keys(InviteApp)["answers.yes"] == "1"


@pytest.mark.parametrize(
    "text, words",
    [
        ('run.puase = "z"', "“run.puase” is the name of nothing"),
        ('run.pause = "hyper"', "“hyper”, for run.pause, is no key"),
        ("run.pause = 3", "“3”, for run.pause, is no key"),
        ('run.pause = "r"', "“r” would be both run.pause and run.resume"),
        ('run.pause = "?"', "“?” would be both run.pause and app.help"),
        ('home.new = "x"\nhome.people = "x"', "“x” would be both home.new and home.people"),
        ('home.new = "j"', "“j” would be both home.new and table.down"),
        ("run.pause", "cannot be read"),
    ],
)
def test_a_file_with_a_slip_is_refused_in_one_sentence(
    say_keys: Callable[[str], None], text: str, words: str
) -> None:
    say_keys(text)
    with pytest.raises(KeysFault) as refused:
        own_keys(InviteApp)
    assert words in refused.value.sentence
    assert refused.value.todo


def test_two_acts_may_exchange_their_keys(say_keys: Callable[[str], None]) -> None:
    say_keys('run.pause = "r"\nrun.resume = "p"\ntable.up = "up,ctrl+p"')
    assert own_keys(InviteApp)["run.resume"] == "p"


@pytest.mark.anyio
async def test_the_keys_of_the_file_work_and_are_shown_and_a_clash_leaves_the_others(
    store: Store, say_keys: Callable[[str], None]
) -> None:
    fill(store, "Ana", "Bea")
    say_keys('home.people = "z"\napp.help = "f1"\ntable.down = "down,f9"')
    async with opened(settings_for(store.path), SMALL) as (app, pilot):
        await until(pilot, lambda: "z People" in seen(app))
        assert "f1 Help" in seen(app)
        await pilot.press("p", "question_mark")
        assert isinstance(app.screen, HomeScreen)
        await pilot.press("f1")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen))
        await pilot.press("escape", "z")
        await until(pilot, lambda: isinstance(app.screen, PeopleScreen) and table(app, "people").count == 2)
        await pilot.press("f9")
        assert table(app, "people").cursor == 1
    say_keys('home.people = "n"')
    async with opened(settings_for(store.path), SMALL) as (app, pilot):
        await until(
            pilot, lambda: "both home.people and home.new" in " ".join(re.findall(r"▌ (.*?) *\n", seen(app)))
        )
        await pilot.press("p")
        await until(pilot, lambda: isinstance(app.screen, PeopleScreen))
