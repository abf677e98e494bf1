"""The messages of a run as a long list shows them: any slice of it, the place of one, failures by cause."""

import json
from dataclasses import dataclass
from typing import Any

from invite_core.lifecycle.states import State
from invite_core.provider.template_components import RenderedMessage, render
from invite_core.store import Store
from invite_core.views.run_board import MESSAGE_ROWS, message_json


@dataclass(frozen=True, slots=True)
class Failures:
    """Messages of a run that failed with the same error."""

    code: int | None
    """Meta's code, or None where it gave none."""
    n: int


def message_count(store: Store, run: int, *, state: State | None = None) -> int:
    """How many messages the run has (in one state, if given), from its exact counters."""
    return int(
        store.value(
            """SELECT coalesce(sum(n), 0) FROM run_counters
               WHERE run = :run AND kind = 'state' AND (:state IS NULL OR name = :state)""",
            {"run": run, "state": state},
        )
    )


def message_slice(
    store: Store, run: int, *, state: State | None = None, offset: int = 0, limit: int
) -> list[dict[str, Any]]:
    """Messages of the run by id, from `offset` on, in the shape of design section 8."""
    rows = store.rows(
        f"""{MESSAGE_ROWS} WHERE messages.id IN (
                SELECT id FROM invite_messages WHERE run = :run AND (:state IS NULL OR state = :state)
                ORDER BY id LIMIT :limit OFFSET :offset)
            ORDER BY messages.id""",
        {"run": run, "state": state, "offset": offset, "limit": limit},
    )
    return [message_json(row) for row in rows]


def message_position(store: Store, run: int, message: int, *, state: State | None = None) -> int | None:
    """How many messages of that list stand before `message`, or None where it is not in the list."""
    listed = store.value(
        "SELECT 1 FROM invite_messages WHERE id = :message AND run = :run AND (:state IS NULL OR state = :state)",
        {"message": message, "run": run, "state": state},
    )
    if listed is None:
        return None
    before = store.value(
        """SELECT count(*) FROM invite_messages
           WHERE run = :run AND (:state IS NULL OR state = :state) AND id < :message""",
        {"message": message, "run": run, "state": state},
    )
    return int(before)


def failures(store: Store, run: int) -> list[Failures]:
    """The failed messages of the run by error code, the most frequent first."""
    rows = store.rows(
        """SELECT error_code, count(*) AS n FROM invite_messages WHERE run = ? AND state = 'failed'
           GROUP BY error_code ORDER BY n DESC, error_code""",
        (run,),
    )
    return [Failures(row["error_code"], row["n"]) for row in rows]


def message_text(store: Store, message: int) -> RenderedMessage | None:
    """The message as its run froze it, or None where there was no text in the person's language."""
    row = store.row(
        """SELECT run_variants.components, messages.parameters FROM invite_messages AS messages
           JOIN run_variants ON run_variants.run = messages.run AND run_variants.language = messages.language
           WHERE messages.id = ?""",
        (message,),
    )
    return render(json.loads(row["components"]), json.loads(row["parameters"])) if row else None
