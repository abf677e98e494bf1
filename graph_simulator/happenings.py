"""Lets accepted messages take their course: logs each thing as it happens and hands its webhook over."""

import time

from graph_simulator.addresses import new_wamid
from graph_simulator.arrival import Travel
from graph_simulator.course import Step, course
from graph_simulator.deliverer import Deliverer
from graph_simulator.delivery_log import DeliveryLog
from graph_simulator.fate import Destiny, Draws
from graph_simulator.message_check import Message
from graph_simulator.timers import Timers
from graph_simulator.webhook_bodies import Sender, Update, marketing, status, tap, text


class Happenings:
    """What happens to messages from their acceptance on. For one event loop."""

    def __init__(self, *, sender: Sender, log: DeliveryLog, deliverer: Deliverer, travel: Travel) -> None:
        self._sender = sender
        self._log = log
        self._deliverer = deliverer
        self._travel = travel
        self._timers = Timers()

    @property
    def pending(self) -> int:
        """Things that are still to happen."""
        return self._timers.pending

    def begin(self, message: Message, wamid: str, destiny: Destiny, draws: Draws) -> None:
        """Start the course of an accepted message. A tap on a button that is not there does not happen."""
        taps = 0
        for number, step in enumerate(course(destiny, draws)):
            if step.button is not None and step.button >= len(message.buttons):
                continue
            # Nobody changes their mind within the second that a timestamp tells, however fast the pace.
            self._schedule(number, step, message, wamid, draws, later_s=taps)
            taps += step.kind == "tap"

    def cancel(self) -> None:
        """Let nothing more happen."""
        self._timers.cancel()

    def _schedule(
        self, number: int, step: Step, message: Message, wamid: str, draws: Draws, *, later_s: int
    ) -> None:
        def happen() -> None:
            update = self._update(step, message, wamid, int(time.time()) + later_s)
            if not step.told:
                return
            for after_s, connection in self._travel.arrivals(draws, f"{number}{step.kind}"):
                self._deliverer.submit(update, after_s=after_s, connection=connection)

        self._timers.after(step.after_s * self._travel.pace, happen)

    def _update(self, step: Step, message: Message, wamid: str, now: int) -> Update:
        asked, attempt = message.recipient.asked, message.callback_data
        who = message.recipient.wa_id or message.recipient.user_id
        match step.kind:
            case "tap":
                own_id = new_wamid(who, inbound=True)
                payload = message.buttons[step.button or 0][0]
                self._log.add(
                    "tap",
                    to=asked,
                    wamid=wamid,
                    attempt=attempt,
                    reply=own_id,
                    button=step.button,
                    payload=payload,
                )
                return tap(step, message, wamid, now, own_id=own_id, sender=self._sender)
            case "text":
                own_id = new_wamid(who, inbound=True)
                self._log.add("text", to=asked, wamid=wamid, attempt=attempt, reply=own_id, text=step.words)
                return text(step, message, now, own_id=own_id)
            case "marketing":
                self._log.add("marketing", to=asked, wamid=wamid, attempt=attempt, value=step.words)
                return marketing(step, message, now)
            case _:
                untold = None if step.told else False
                self._log.add(step.kind, to=asked, wamid=wamid, attempt=attempt, code=step.code, told=untold)
                return status(step, message, wamid, now)
