"""What can be done with a run: pause it, go on, give up the rest, try again what failed."""

from typing import ClassVar

from textual import work
from textual.binding import Binding, BindingType

from invite_core import instants
from invite_core.errors import InviteError
from invite_core.invitations import runs
from invite_core.invitations.runs import PauseReason, Status
from invite_core.lifecycle import control
from invite_core.lifecycle.states import State
from invite_core.views.hearing import Hearing
from invite_core.views.run_board import RunBoard
from invite_tui.screens.ask import AskScreen
from invite_tui.screens.losses_question import losses_question
from invite_tui.screens.settling_screen import SettlingScreen
from invite_tui.tone import Tone


class RunActs(SettlingScreen):
    """A screen over one run, with the acts that its status allows."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("p", "pause", "Pause", id="run.pause", tooltip="Let nothing new leave; answers are awaited"),
        Binding("r", "resume", "Go on", id="run.resume", tooltip="Lift the pause and send the rest"),
        Binding("x", "cancel", "Cancel…", id="run.cancel", tooltip="Give up what still waits"),
        Binding("t", "retry", "Retry…", id="run.retry", tooltip="Queue again what may be tried again"),
    ]

    def __init__(self, run: int) -> None:
        super().__init__()
        self.run_id = run
        self._board: RunBoard | None = None
        self._may_go_on = False
        self._hearing: Hearing | None = None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what the run's status allows; nothing that changes anything for a viewer."""
        if action not in ("pause", "resume", "cancel", "retry"):
            return super().check_action(action, parameters)
        if self._board is None or not self.desk.may_act:
            return False
        status = self._board.run.status
        sending = self.program.sender.sending
        possible = {
            "pause": status is Status.READY or (status is Status.SENDING and not self._may_go_on),
            "resume": self._may_go_on and not sending,
            "cancel": status in runs.UNFINISHED,
            "retry": self._board.counts[State.FAILED] > 0 and not sending,
        }
        return possible[action]

    @work(exclusive=True, group="act")
    async def action_pause(self) -> None:
        """Pause."""
        await self.act(
            lambda store: runs.pause(
                store, self.run_id, PauseReason.OPERATOR, by=self.desk.operator, now=instants.now()
            )
        )

    @work(exclusive=True, group="act")
    async def action_resume(self) -> None:
        """Become the sender and go on; where stops may be lost, ask for a word on it first."""
        self.show_fault(None)
        accepting, gap = None, self._hearing.gap if self._hearing else None
        if gap is not None and gap.needs_accepting:
            filled = await self.app.push_screen_wait(losses_question(gap))
            if filled is None:
                return
            accepting = filled["reason"]
        try:
            await self.program.sender.resume(self.run_id, accepting=accepting)
        except InviteError as fault:
            self.show_fault(fault)
        self.reload()

    @work(exclusive=True, group="act")
    async def action_cancel(self) -> None:
        """Ask, then give up the rest."""
        left = self._board.counts[State.QUEUED] if self._board else 0
        question = AskScreen(
            f"Cancel the rest of run {self.run_id}?",
            (f"{left:,} people", Tone.STRONG), " who still wait will not get this message from this run. "
            "What has left stays sent. This run cannot be taken up again; "
            "the people can be written to in a new one.",
            do="Cancel the rest", cancel="Leave it",
        )  # fmt: skip
        if await self.app.push_screen_wait(question):
            await self.act(
                lambda store: control.cancel_rest(
                    store, self.run_id, by=self.desk.operator, now=instants.now()
                )
            )

    @work(exclusive=True, group="act")
    async def action_retry(self) -> None:
        """Ask, then queue again what failed and may be tried again."""
        question = AskScreen(
            "Try the failed messages again?",
            "Only messages that certainly did not arrive and whose error allows it are queued again. "
            "The run is left paused; go on with r.",
            do="Queue again", cancel="Leave it",
        )  # fmt: skip
        if await self.app.push_screen_wait(question):
            await self.act(
                lambda store: control.retry_failed(
                    store, self.run_id, by=self.desk.operator, now=instants.now()
                )
            )
