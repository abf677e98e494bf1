from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from invite_core.operations.opening import open_database
from invite_core.provider.outcome import Accepted, Outcome
from proofs import quick_time
from proofs.small_world import Meta, build, contradictions, go_on, states

pytestmark = pytest.mark.long


class BrokenMeta(Meta):
    """Takes every message, and then fails in a way that nobody thought of."""

    async def send_template(self, body: Mapping[str, Any]) -> Outcome:
        """Raises at the first POST to a number; a second one, which must not come, it answers."""
        self.received[body["to"]] += 1
        self.taken[body["to"]] += 1
        if self.received[body["to"]] > 1:
            return Accepted(f"wamid.{body['biz_opaque_callback_data']}")
        raise OSError("something else")


def test_whatever_the_provider_raises_the_message_is_unconfirmed_and_not_sent_again(tmp_path: Path) -> None:
    run, meta = build(tmp_path / "invites.db", 3), BrokenMeta()
    with open_database(tmp_path / "invites.db") as store:
        settled = quick_time.run(go_on(store, run, meta))
        assert settled.status == "finished"
        assert contradictions(states(store, run), meta) == []
        assert set(states(store, run).values()) == {"unconfirmed"}
    assert set(meta.received.values()) == {1}
