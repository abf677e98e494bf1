"""The ways between the screens. Each is loaded when it is first gone, so that nothing waits for it before."""

from typing import TYPE_CHECKING

from invite_tui.own_keys import OwnKeys

if TYPE_CHECKING:
    from invite_core.invitations.plan import Wish


class Ways(OwnKeys):
    """A program that knows its screens."""

    def compose_message(self, event: int | None = None, begin: "Wish | None" = None) -> None:
        """Open the screen on which a message is put together, for an event or from what is chosen already."""
        from invite_tui.screens.compose import ComposeScreen

        self.push_screen(ComposeScreen(event, begin))

    def open_run(self, run: int, *, instead: bool = False) -> None:
        """Open a run, `instead` of the screen in front or above it."""
        from invite_tui.screens.run import RunScreen

        if instead:
            self.switch_screen(RunScreen(run))
        else:
            self.push_screen(RunScreen(run))

    def open_message(self, message: int) -> None:
        """Open one person's message."""
        from invite_tui.screens.message import MessageScreen

        self.push_screen(MessageScreen(message))

    def open_person(self, contact: int) -> None:
        """Open what is known of one person."""
        from invite_tui.screens.person import PersonScreen

        self.push_screen(PersonScreen(contact))

    def action_help(self) -> None:
        """Explain the screen in front."""
        from invite_tui.screens.help import HelpScreen

        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(self.screen))
