"""Takes messages in: checks them, logs what Meta makes of them, and starts their course."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from graph_simulator.addresses import new_wamid
from graph_simulator.delivery_log import DeliveryLog
from graph_simulator.fate import Fate
from graph_simulator.graph_error import GraphError
from graph_simulator.happenings import Happenings
from graph_simulator.message_check import Message, check_message
from graph_simulator.script import Script

HELD = (Fate.HELD, Fate.HELD_FAILED)
LOSES_THE_ANSWER = (Fate.NO_ANSWER, Fate.CLOSED, Fate.SERVER_ERROR)


@dataclass(frozen=True, slots=True)
class Ending:
    """How a POST ends that is not refused with an error of Meta's."""

    fate: Fate
    """`no_answer`, `closed` or `server_error` where the client must not learn what happened."""
    answer: dict[str, Any]
    """The JSON for HTTP 200."""


class Intake:
    """The counter at which messages are handed in. `limit` is in messages a second; None for no limit."""

    def __init__(
        self,
        *,
        own_digits: str,
        templates: Sequence[dict[str, Any]],
        script: Script,
        log: DeliveryLog,
        happenings: Happenings,
        limit: int | None,
    ) -> None:
        self._own_digits = own_digits
        self._templates = templates
        self._script = script
        self._log = log
        self._happenings = happenings
        self._limit = limit
        self._last_second: deque[float] = deque()

    def take(self, body: object, moment: float) -> Ending:
        """Take in the message in `body`, or raise `GraphError`; either way the log knows.

        `moment` is a reading of the monotonic clock.
        """
        try:
            message = check_message(body, own_digits=self._own_digits, templates=self._templates)
            self._check_throughput(moment)
        except GraphError as error:
            self._log.add("refused", **_addressee(body), code=error.code, details=error.details or None)
            raise
        return self._decide(message)

    def _decide(self, message: Message) -> Ending:
        person = message.recipient
        post, afterwards = self._script.next_post(person.key)
        facts: dict[str, Any] = {"to": person.asked, "attempt": message.callback_data}
        if post.fate is Fate.REFUSED:
            self._log.add("refused", **facts, code=post.code)
            raise GraphError(post.code, "Refused by the script.", http_status=post.http_status)
        if post.fate is Fate.SERVER_ERROR and not post.accepted:
            self._log.add("refused", **facts, http=500)
            return Ending(post.fate, {})
        wamid = new_wamid(person.wa_id or person.user_id)
        held = afterwards.fate in HELD
        self._log.add(
            "accepted",
            **facts,
            wamid=wamid,
            template=message.template,
            language=message.language,
            held=held or None,
            answer="lost" if post.fate in LOSES_THE_ANSWER else "given",
        )
        self._happenings.begin(message, wamid, afterwards, self._script.draws(person.key))
        return Ending(post.fate, _answer(message, wamid, held))

    def _check_throughput(self, moment: float) -> None:
        if self._limit is None:
            return
        while self._last_second and self._last_second[0] <= moment - 1:
            self._last_second.popleft()
        if len(self._last_second) >= self._limit:
            raise GraphError(130429, f"Message throughput of {self._limit} a second is exceeded.")
        self._last_second.append(moment)


def _answer(message: Message, wamid: str, held: bool) -> dict[str, Any]:
    person = message.recipient
    known = {"user_id": person.user_id} if person.wa_id is None else {"wa_id": person.wa_id}
    return {
        "messaging_product": "whatsapp",
        "contacts": [{"input": person.asked, **known}],
        "messages": [{"id": wamid, "message_status": "held_for_quality_assessment" if held else "accepted"}],
    }


def _addressee(body: object) -> dict[str, str | None]:
    document = body if isinstance(body, dict) else {}
    to, attempt = document.get("to") or document.get("recipient"), document.get("biz_opaque_callback_data")
    return {
        "to": to if isinstance(to, str) else None,
        "attempt": attempt if isinstance(attempt, str) else None,
    }
