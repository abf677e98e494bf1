"""What the screens have in common on which a message in doubt is settled: by a word, or by sending it again."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar

from textual import work
from textual.binding import Binding, BindingType

from invite_core import instants
from invite_core.errors import InviteError
from invite_core.lifecycle import settling
from invite_core.lifecycle.settling import Verdict
from invite_core.views.run_messages import message
from invite_core.views.unconfirmed import unconfirmed
from invite_tui.doubt_words import doubt_pieces
from invite_tui.screens.alarm_screen import AlarmScreen
from invite_tui.screens.fill_in import Field, FillInScreen
from invite_tui.tone import Tone
from invite_tui.widgets.inert_label import Piece

WORDS = "may arrive twice"
"""What has to be typed before a message that may have been sent is sent again."""

REASON = Field("reason", "How do you know? (for the record)", "she told me on the phone")


class SettlingScreen(AlarmScreen):
    """A screen with a message at hand that may be in doubt."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "settle('sent')", "Was sent…", id="settle.sent",
                tooltip="Say that this unconfirmed message did go out"),
        Binding("n", "settle('not-sent')", "Not sent…", id="settle.not_sent",
                tooltip="Say that this unconfirmed message did not go out"),
        Binding("g", "send_again", "Send again…", id="settle.again",
                tooltip="Send this message again, although it may have been sent"),
    ]  # fmt: skip

    @property
    @abstractmethod
    def in_doubt(self) -> int | None:
        """The message at hand if it is unconfirmed."""

    @property
    def may_send_again(self) -> int | None:
        """The message at hand if it can be sent again at the risk of arriving twice."""
        return self.in_doubt

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only where there is doubt; not for a viewer."""
        if action == "settle":
            return self.desk.may_act and self.in_doubt is not None
        if action == "send_again":
            return self.desk.may_act and self.may_send_again is not None
        return super().check_action(action, parameters)

    @work(exclusive=True, group="act")
    async def action_settle(self, verdict: str) -> None:
        """Ask how the organiser knows, then settle the message."""
        asked = self.in_doubt
        if asked is None:
            return
        as_ = Verdict(verdict)
        name, said = await self._about(asked)
        question = FillInScreen(
            f"{name}: {'it was sent' if as_ is Verdict.SENT else 'it was not sent'}?",
            *said, "\n\n", _MEANS[as_], "\n", ("What Meta may still say of it counts more.", Tone.MUTED),
            fields=[REASON],
            do="It was sent" if as_ is Verdict.SENT else "It was not sent",
        )  # fmt: skip
        filled = await self.app.push_screen_wait(question)
        if filled is not None:
            by, now, reason = self.desk.operator, instants.now(), filled["reason"]
            await self.act(lambda store: settling.resolve(store, asked, as_, reason=reason, by=by, now=now))

    @work(exclusive=True, group="act")
    async def action_send_again(self) -> None:
        """Ask for the words, then queue the message again; its run is left paused."""
        asked = self.may_send_again
        if asked is None:
            return
        name, said = await self._about(asked)
        question = FillInScreen(
            f"{name}: send it again?",
            *said, ("\n\nThe message may have been sent, so the person may get it twice. ", Tone.WARNING),
            "It is queued, and its run is left paused: go on there with r.",
            fields=[
                Field("reason", "Why? (for the record)", "she says that nothing came"),
                Field("words", f"Type “{WORDS}” to allow it", word=WORDS),
            ],
            do="Send again",
        )  # fmt: skip
        filled = await self.app.push_screen_wait(question)
        if filled is not None:
            by, now, reason = self.desk.operator, instants.now(), filled["reason"]
            await self.act(
                lambda store: settling.resend(
                    store, asked, may_arrive_twice=True, reason=reason, by=by, now=now
                )
            )

    async def _about(self, asked: int) -> tuple[str, Sequence[Piece]]:
        """The person's name, and what is known of the doubt."""
        try:
            document = await self.read(message, asked)
            doubt = (await self.read(unconfirmed, [asked], now=instants.now())).get(asked)
        except InviteError:  # the act itself says what is wrong with the file
            return f"Message {asked}", []
        name = (document or {}).get("name") or f"Message {asked}"
        return name, doubt_pieces(doubt) if doubt else ["Its fate was settled by hand."]


_MEANS = {
    Verdict.SENT: "It then counts as accepted, and nobody is written to again.",
    Verdict.NOT_SENT: "It is then cancelled, and another run may write to the person.",
}
