"""The last line: which keys it shows and where, and what the mouse does there."""

from typing import ClassVar

import pytest
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Tooltip

from invite_tui.widgets.key_line import Key, KeyLine, Place, places
from tests.screens.stage import seen, until
from tests.screens.test_hostile_text import forbidden

HOSTILE = "[@click=app.quit]\x1b[31m\u202e[/]"
"""Words that would obey somebody else, as markup or as a terminal's command."""


def a_key(name: str, words: str, action: str = "") -> Key:
    return Key(name, name, words, "", action or words.lower(), enabled=True)


ANSWERS, BACK, PALETTE = a_key("a", "Answers"), a_key("esc", "Back"), a_key("^p", "palette")


def test_keys_stand_apart_where_there_is_room_and_close_together_where_not() -> None:
    wide = places([ANSWERS, BACK], PALETTE, 110, ())
    assert wide == [Place(ANSWERS, 0, 11), Place(BACK, 11, 21), Place(PALETTE, 98, 110)]
    close = places([ANSWERS, BACK], PALETTE, 109, ())
    assert close == [Place(ANSWERS, 0, 9), Place(BACK, 10, 18), Place(PALETTE, 97, 109)]
    many = [a_key(str(n), "Looks") for n in range(14)]
    assert places(many, PALETTE, 142, ())[1].start == 9
    assert places(many, PALETTE, 141, ())[1].start == 8


def test_spare_keys_are_left_out_before_any_key_is_cut_and_the_palette_is_never() -> None:
    assert len(places([ANSWERS, BACK], PALETTE, 30, ("answers",))) == 3
    assert places([ANSWERS, BACK], PALETTE, 29, ("answers",)) == [Place(BACK, 0, 8), Place(PALETTE, 17, 29)]
    assert places([ANSWERS, BACK], None, 17, ("answers",)) == [Place(BACK, 0, 8)]
    assert places([ANSWERS], PALETTE, 5, ())[-1] == Place(PALETTE, 0, 5)


class Acts(Screen[None]):
    """A screen with a key of each kind."""

    SPARE_KEYS = ("tell('rare')",)
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "tell('open')", "Open", key_display="⏎", tooltip="[b]Open[/b] what is chosen"),
        Binding("question_mark", "tell('help')", "Help"),
        Binding("s,ctrl+s", "tell('send')", "Send", id="send"),
        Binding("r", "tell('rare')", "Rarely"),
        Binding("d", "tell('dimmed')", "Dimmed", tooltip="Not now"),
        Binding("h", "tell('hidden')", "Hidden"),
        Binding("x", "tell('x')", HOSTILE, key_display=HOSTILE, tooltip=HOSTILE),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.told: list[str] = []
        self.states: dict[str, bool | None] = {"dimmed": None, "hidden": False}

    def compose(self) -> ComposeResult:
        """The line alone."""
        yield KeyLine()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """As the test says."""
        return self.states.get(str(parameters[0]) if parameters else "", True)

    def action_tell(self, what: str) -> None:
        """Remember it."""
        self.told.append(what)


class Program(App[None]):
    """A program over that screen, that counts its bells."""

    TOOLTIP_DELAY = 0.01
    rung = 0

    def on_mount(self) -> None:
        """Show the screen."""
        self.push_screen(Acts())

    def bell(self) -> None:
        """Count it."""
        self.rung += 1


async def begun(app: Program, pilot: Pilot[None]) -> tuple[Acts, KeyLine]:
    await until(pilot, lambda: "palette" in seen(app))
    assert isinstance(app.screen, Acts)
    return app.screen, app.screen.query_one(KeyLine)


def last_line(app: App[None]) -> str:
    return seen(app).splitlines()[-1]


def end_of(app: App[None], words: str) -> tuple[int, int]:
    """The last column of a key, by how the line reads."""
    return last_line(app).index(words) + len(words) - 1, app.size.height - 1


@pytest.mark.anyio
async def test_a_click_does_what_the_key_does_in_its_whole_width_and_beside_it_nothing() -> None:
    app = Program()
    async with app.run_test(size=(110, 24)) as pilot:
        screen, line = await begun(app, pilot)
        for words in ("⏎ Open", "? Help", "s Send", "r Rarely", "^p palette"):
            assert words in " ".join(last_line(app).split())
        for words in ("Open", "Help", "Send", "Rarely"):
            await pilot.click(offset=end_of(app, words))
        await pilot.click(KeyLine, offset=(0, 0))
        await until(pilot, lambda: screen.told == ["open", "help", "send", "rare", "open"])

        await pilot.click(offset=end_of(app, "Dimmed"))
        await until(pilot, lambda: app.rung == 1)
        palette = line.placed()[-1]
        await pilot.click(KeyLine, offset=(palette.start - 1, 0))
        assert (len(screen.told), app.rung, app.screen) == (5, 1, screen)

        app.set_keymap({"send": "z"})
        await until(pilot, lambda: "z Send" in last_line(app))
        await pilot.click(offset=end_of(app, "Send"))
        await until(pilot, lambda: screen.told[5:] == ["send"])
        await pilot.click(offset=end_of(app, "palette"))
        await until(pilot, lambda: app.screen is not screen)


@pytest.mark.anyio
async def test_keys_follow_what_is_possible_and_in_a_narrow_line_the_palette_lies_over_what_is_cut() -> None:
    app = Program()
    async with app.run_test(size=(110, 24)) as pilot:
        screen, line = await begun(app, pilot)
        assert "Hidden" not in last_line(app)
        screen.states = {"hidden": None, "send": False}
        screen.refresh_bindings()
        await until(pilot, lambda: "Hidden" in last_line(app) and "Send" not in last_line(app))
        dimmed = {
            word
            for segment in app.screen._compositor.render_strips()[-1]
            if segment.style and segment.style.color != line.rich_style.color
            for word in segment.text.split()
        }
        assert "Hidden" in dimmed
        assert "Dimmed" not in dimmed
        await pilot.resize_terminal(40, 24)
        await until(pilot, lambda: last_line(app).endswith("▏^p palette "))
        assert "Rarely" not in last_line(app)
        await pilot.click(offset=(39, 23))
        await until(pilot, lambda: app.screen is not screen)
        assert screen.told == []


@pytest.mark.anyio
async def test_the_key_under_the_mouse_is_lit_and_explained_whatever_moves() -> None:
    app = Program()
    async with app.run_test(size=(110, 24), tooltips=True) as pilot:
        screen, line = await begun(app, pilot)

        def lit() -> str:
            plain = line.rich_style.bgcolor
            strip = app.screen._compositor.render_strips()[-1]
            return "".join(part.text for part in strip if part.style and part.style.bgcolor != plain)

        def explained() -> str:
            tooltip = app.screen.query_one(Tooltip)
            return str(tooltip.render()) if tooltip.display else ""

        def pointer() -> str:
            return line.styles.pointer

        await pilot.hover(offset=end_of(app, "Open"))
        await until(pilot, lambda: explained() == "[b]Open[/b] what is chosen")
        assert lit() == "⏎ Open"
        assert pointer() == "pointer"
        await pilot.hover(offset=end_of(app, "Help"))
        await until(pilot, lambda: lit() == "? Help" and not explained())
        screen.states["open"] = False  # the next key moves under the mouse, and there is room to stand apart
        screen.refresh_bindings()
        await until(pilot, lambda: lit() == " s Send ")
        await pilot.hover(offset=(10, 5))
        await until(pilot, lambda: lit() == "")
        assert pointer() == "default"


@pytest.mark.anyio
async def test_no_words_of_a_key_are_obeyed() -> None:
    app = Program()
    async with app.run_test(size=(140, 24), tooltips=True) as pilot:
        screen, line = await begun(app, pilot)
        (place,) = [each for each in line.placed() if each.key.name == "x"]
        await pilot.hover(KeyLine, offset=(place.start + 2, 0))
        await until(pilot, lambda: seen(app).count("[@click=app.quit]␛[31m·[/]") == 3)
        assert list(forbidden(seen(app))) == []
        await pilot.click(KeyLine, offset=(place.start + 2, 0))
        await until(pilot, lambda: screen.told == ["x"])
