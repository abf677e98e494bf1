"""What the screens have in common on which an alarm is shown: the banner, and the key that goes to it."""

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType

from invite_core.views.alarms import WaitingAlarm, waiting_alarms
from invite_tui.screens.desk_screen import DeskScreen
from invite_tui.widgets.alarm_line import AlarmLine


class AlarmScreen(DeskScreen):
    """A screen with an `AlarmLine`; `read_alarms` belongs into its `load`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "exclamation_mark", "alarm", "Alarm", id="screen.alarm", key_display="!", show=False,
            tooltip="Open the message of the newest alarm",
        ),
    ]  # fmt: skip

    TODO: ClassVar[str] = "Press ! to see the message, before anything else is sent."
    """What the banner says is to be done."""

    VIEWER_TODO: ClassVar[str] = "Press ! to see the message."
    """What it says to a viewer."""

    def __init__(self) -> None:
        super().__init__()
        self.alarms: Sequence[WaitingAlarm] = ()

    async def read_alarms(self, *, run: int | None = None, message: int | None = None) -> None:
        """Read and show the alarms that wait: all of them, those of one run, or those of one message."""
        self.alarms = await self.read(waiting_alarms, run=run, message=message)
        todo = self.TODO if self.desk.may_act else self.VIEWER_TODO
        self.query_one(AlarmLine).show(self.alarms, todo)

    def action_alarm(self) -> None:
        """Open the message of the newest alarm."""
        if self.alarms:
            self.program.open_message(self.alarms[0].message)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only where an alarm waits."""
        return bool(self.alarms) if action == "alarm" else super().check_action(action, parameters)
