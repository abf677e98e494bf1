"""A viewer walks through every screen: no act is offered there, and not a byte of the file changes."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from textual.binding import Binding
from textual.pilot import Pilot
from textual.widgets import Button

from invite_core.operators import Role
from invite_core.store import ReadOnlyFile, Store
from invite_tui.app import InviteApp
from invite_tui.commands import possible_now
from invite_tui.desk import Desk
from invite_tui.screens.activity import ActivityScreen
from invite_tui.screens.answers import AnswersScreen
from invite_tui.screens.audience import AudienceScreen
from invite_tui.screens.check_up import CheckUpScreen
from invite_tui.screens.compose import ComposeScreen
from invite_tui.screens.desk_screen import DeskScreen
from invite_tui.screens.do_not_message import DoNotMessageScreen
from invite_tui.screens.erase import EraseScreen
from invite_tui.screens.home import HomeScreen
from invite_tui.screens.importing import ImportScreen
from invite_tui.screens.inbox import InboxScreen
from invite_tui.screens.merge import MergeScreen
from invite_tui.screens.message import MessageScreen
from invite_tui.screens.not_reached import NotReachedScreen
from invite_tui.screens.people import PeopleScreen
from invite_tui.screens.person import PersonScreen
from invite_tui.screens.report import ReportScreen
from invite_tui.screens.run import RunScreen
from invite_tui.screens.templates import TemplatesScreen
from invite_tui.widgets.record_table import RecordTable
from tests.screens.doubt import doubtful_run, raise_alarm
from tests.screens.stage import SMALL, fill, opened, seen, settings_for, until
from tests.screens.test_inbox import wrote

pytestmark = pytest.mark.long

SCREENS: Mapping[type[DeskScreen], Callable[[Desk], DeskScreen]] = {
    HomeScreen: lambda desk: HomeScreen(),
    ActivityScreen: ActivityScreen,
    AnswersScreen: lambda desk: AnswersScreen(1),
    AudienceScreen: lambda desk: AudienceScreen(1),
    CheckUpScreen: lambda desk: CheckUpScreen(),
    ComposeScreen: lambda desk: ComposeScreen(1),
    DoNotMessageScreen: lambda desk: DoNotMessageScreen(),
    EraseScreen: lambda desk: EraseScreen(1),
    ImportScreen: lambda desk: ImportScreen(Path("people.csv")),
    InboxScreen: InboxScreen,
    MergeScreen: lambda desk: MergeScreen(1),
    MessageScreen: lambda desk: MessageScreen(1),
    NotReachedScreen: lambda desk: NotReachedScreen(1),
    PeopleScreen: lambda desk: PeopleScreen(),
    PersonScreen: lambda desk: PersonScreen(1),
    ReportScreen: lambda desk: ReportScreen(1),
    RunScreen: lambda desk: RunScreen(1),
    TemplatesScreen: lambda desk: TemplatesScreen(),
}
"""Every screen over the file, and how it is opened."""

LOOKS = """
app.help app.quit screen.back screen.alarm
activity.person
answers.all answers.yes answers.no answers.maybe answers.silent answers.unreached answers.late answers.not_reached
audience.search audience.type audience.load
check_up.ask
compose.build compose.audience compose.message
dnm.search
erase.up erase.down
home.answers home.audience home.inbox home.people home.do_not_message home.templates home.activity
home.check_up home.stay
import.look import.save import.back
inbox.person
merge.search
message.text
people.search
person.report person.sheet
reach.days reach.save reach.person
report.save report.copy
run.all run.failed run.unconfirmed run.blocked run.delivered run.next_state run.previous_state
"""
ONLY_LOOKS = frozenset(LOOKS.split())
"""What the keys of the screens do that changes nothing in the file. Any other key of a screen is an act."""


def screens_over_the_file(of: type[DeskScreen] = DeskScreen) -> Iterator[type[DeskScreen]]:
    for each in of.__subclasses__():
        if each.__module__.startswith("invite_tui.") and "compose" in vars(each):
            yield each
        yield from screens_over_the_file(each)


def acts_of(screen: DeskScreen) -> list[Binding]:
    """Every act that the screen has a key for, possible now or not."""
    return [
        binding
        for bindings in screen._bindings.key_to_bindings.values()
        for binding in bindings
        if binding.id not in ONLY_LOOKS and binding.action not in ("nothing", "back")
    ]


def offered(app: InviteApp) -> set[str]:
    """What is offered by keys, of the screen in front and of the whole program, and by the palette."""
    known = {
        active.binding.id
        for active in app.screen.active_bindings.values()
        if active.node in (app.screen, app) and active.binding.id
    }
    in_front = app.screen
    titles = (
        {binding.description for binding in acts_of(in_front)} if isinstance(in_front, DeskScreen) else set()
    )
    return known | {command.title for command in possible_now(app, in_front) if command.title in titles}


def contents(file: Path) -> dict[str, bytes]:
    """The file with its journal and its guard, byte for byte."""
    return {suffix: Path(f"{file}{suffix}").read_bytes() for suffix in ("", "-wal", ".guard")}


@pytest.fixture
def world(store: Store) -> Store:
    """A file with something for every act: people, a block, a run in doubt, an alarm, a text; a list to import."""
    Path("people.csv").write_text("name,phone\nDan,+447700900123\n", "utf-8")
    fill(store, "Ana", "Bea", "Caio", blocked=("Eva",))
    doubtful_run(store, 2)
    raise_alarm(store, 1)
    wrote(store, 1, "please, no more", "possible_opt_out")
    return store


async def look_at(app: InviteApp, pilot: Pilot[None], screen: DeskScreen) -> set[str]:
    """Look at a screen with the cursor in each of its tables: no act is offered, and none is done; gives the acts."""
    await until(pilot, lambda: not screen._loading and "viewer" in seen(app))
    for table in screen.query(RecordTable):
        await filled(pilot, table)
        table.focus()
        assert offered(app) <= ONLY_LOOKS, screen
    if isinstance(screen, RunScreen):
        screen.action_filter("unconfirmed")  # where the doubtful can be settled
        await until(pilot, lambda: screen.in_doubt)
        assert offered(app) <= ONLY_LOOKS
    assert not [each for each in screen.query(Button) if each.is_on_screen], screen
    for act in acts_of(screen):
        await screen.run_action(act.action)
        assert app.screen is screen, act.id
    return {act.id or "" for act in acts_of(screen)}


async def filled(pilot: Pilot[None], table: RecordTable) -> None:
    await until(pilot, lambda: table.key is not None or not table.count)


@pytest.mark.anyio
async def test_a_viewer_is_offered_no_act_on_any_screen_and_changes_nothing(world: Store) -> None:
    assert set(SCREENS) == set(screens_over_the_file())
    version, before = world.data_version(), contents(world.path)
    async with opened(settings_for(world.path, role=Role.VIEWER), SMALL) as (app, pilot):
        acts: set[str] = set()
        for kind, make in SCREENS.items():
            screen = make(app.desk)
            assert isinstance(screen, kind)
            await (app.switch_screen(screen) if acts else app.push_screen(screen))
            acts |= await look_at(app, pilot, screen)
        assert len(acts) > 25
        with pytest.raises(ReadOnlyFile):
            await app.desk.act(_an_act)
    assert (world.data_version(), contents(world.path)) == (version, before)


def _an_act(store: Store) -> None:
    with store.write():
        store.execute("DELETE FROM replies")
