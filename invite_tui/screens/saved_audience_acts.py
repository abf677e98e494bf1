"""What can be done with audiences that are kept under a name: keep one, take one out to change it, delete one."""

from abc import abstractmethod
from typing import ClassVar

from textual import work
from textual.binding import Binding, BindingType

from invite_core import instants
from invite_core.errors import InviteError
from invite_core.invitations import saved_audiences
from invite_core.people.names import name_key
from invite_core.views.audience_choices import AudienceChoice
from invite_tui.inert_text import inert
from invite_tui.screens.ask import AskScreen
from invite_tui.screens.desk_screen import DeskScreen
from invite_tui.screens.fill_in import Field, FillInScreen
from invite_tui.tone import Tone


class SavedAudienceActs(DeskScreen):
    """A screen with an audience expression at hand, and a list in which saved ones stand."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "save", "Save…", id="audience.save", tooltip="Keep this audience under a name"),
        Binding("l", "load", "Load", id="audience.load",
                tooltip="Put what the saved audience stands for in place of the expression"),
        Binding("d", "delete", "Delete…", id="audience.delete", tooltip="Delete the saved audience"),
    ]  # fmt: skip

    @property
    @abstractmethod
    def expression(self) -> str | None:
        """The audience at hand; None while it cannot be read or is not counted yet."""

    @property
    @abstractmethod
    def saved(self) -> AudienceChoice | None:
        """The saved audience under the cursor."""

    @abstractmethod
    def put(self, expression: str) -> None:
        """Make this the audience at hand."""

    @abstractmethod
    def read_list_again(self) -> None:
        """What is saved is another list at the next reading."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A viewer changes nothing; only what is saved can be loaded or deleted."""
        if action in ("save", "delete") and not self.desk.may_act:
            return False
        if action in ("load", "delete"):
            return self.saved is not None
        return super().check_action(action, parameters)

    def say_not_yet(self, fault: InviteError) -> None:
        """Say why what was asked for cannot be done, and what to do first."""
        said = f"{fault.sentence} {fault.todo}"
        self.notify(inert(said), title="Not yet", severity="warning", timeout=8, markup=False)

    def action_load(self) -> None:
        """Put what the saved audience stands for in place of the expression."""
        if self.saved is not None:
            self.put(self.saved.words)

    @work(exclusive=True, group="act")
    async def action_save(self) -> None:
        """Ask for a name, and keep the audience under it."""
        expression = self.expression
        if expression is None:
            self.say_not_yet(InviteError("This audience cannot be saved.", "Mend the expression first."))
            return
        question = FillInScreen(
            "Save this audience", (expression, Tone.STRONG), "\nIt is picked and typed as @NAME, and means "
            "whoever it holds for at that time.",
            fields=[Field("name", "Name, one word", "close_friends")], do="Save",
        )  # fmt: skip
        filled = await self.app.push_screen_wait(question)
        if filled is None:
            return
        name = filled["name"].removeprefix("@")
        for each in await self.read(saved_audiences.listing):
            if name_key(str(each["name"])) == name_key(name) and each["expression"] != expression:
                was = (f"It stands for {each['expression']} now, and would stand for {expression}.",)
                if not await self.app.push_screen_wait(AskScreen(f"Replace @{name}?", *was, do="Replace")):
                    return
        by, now = self.desk.operator, instants.now()
        self.read_list_again()
        await self.act(lambda store: saved_audiences.save(store, name, expression, by=by, now=now))

    @work(exclusive=True, group="act")
    async def action_delete(self) -> None:
        """Ask, then delete the saved audience under the cursor."""
        saved = self.saved
        if saved is None:
            return
        question = AskScreen(
            f"Delete @{saved.of}?", f"It stands for {saved.words}. Runs that were made with it keep their people.",
            do="Delete",
        )  # fmt: skip
        if await self.app.push_screen_wait(question):
            by, now = self.desk.operator, instants.now()
            self.read_list_again()
            await self.act(lambda store: saved_audiences.delete(store, saved.of, by=by, now=now))
