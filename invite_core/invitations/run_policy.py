"""What a run keeps of its policy, as JSON beside it, and the quality that its organiser has accepted."""

import json

from invite_core.invitations import account_facts
from invite_core.invitations.hours import Hours
from invite_core.invitations.restraint import FrequencyCap
from invite_core.store import Store


def frozen(store: Store, *, per_household: bool, cap: FrequencyCap | None, hours: Hours | None) -> str:
    """What a run keeps of its policy, with the number's present quality."""
    kept = {
        "per_household": per_household,
        "cap": str(cap) if cap else None,
        "window": str(hours) if hours else None,
        "their_time": hours.theirs if hours else False,
    }
    return json.dumps({**kept, "number_quality": account_facts.number_quality(store)})


def accept_quality(store: Store, run: int, template: str) -> None:
    """Whoever resumes a run that paused for its quality takes the quality as it now is."""
    store.execute(
        """UPDATE run_variants SET quality = coalesce((SELECT templates.quality FROM templates
               WHERE templates.name = :template AND templates.language = run_variants.language), quality)
           WHERE run = :run""",
        {"run": run, "template": template},
    )
    policy = json.loads(store.value("SELECT policy FROM invite_send_runs WHERE id = ?", (run,)))
    policy["number_quality"] = account_facts.number_quality(store)
    store.execute(
        "UPDATE invite_send_runs SET policy = :policy WHERE id = :run",
        {"run": run, "policy": json.dumps(policy)},
    )
