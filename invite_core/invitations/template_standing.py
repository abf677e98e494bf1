"""How a template stands with Meta between two fetches: what the webhooks say is written into its row.

Every aspect has a time of its own, so that an update that comes late undoes nothing newer, neither
another update nor a fetch. Meta tells whole seconds; what was said in the second of what is known counts.
"""

from dataclasses import dataclass
from enum import StrEnum

from invite_core.errors import InviteError
from invite_core.store import Row, Store


class NotSendable(InviteError):
    """Meta does not let a template be sent that a run still needs."""


_QUALITY = {"RED": 0, "YELLOW": 1, "GREEN": 2}

_WHOLE_SECONDS = len("2026-11-25T08:30:00")


class Aspect(StrEnum):
    """What can change about a template (the column in `templates`)."""

    STATUS = "status"
    """Whether Meta lets it be sent."""
    QUALITY = "quality"
    """What people make of it: GREEN, YELLOW, RED or UNKNOWN."""
    CATEGORY = "category"
    """MARKETING, UTILITY or AUTHENTICATION."""


@dataclass(frozen=True, slots=True)
class Named:
    """A variant as Meta names it: by its id, or by name and language."""

    id: str | None
    """Meta's id."""
    name: str | None
    """The template's name."""
    language: str | None
    """The variant's code, with an underscore (`en_GB`)."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A stored variant about which something was said."""

    name: str
    """The template's name."""
    language: str
    """The variant."""
    before: str
    """What was known of the aspect."""
    is_news: bool
    """False where something newer is known."""


def hear(
    store: Store, template: Named, aspect: Aspect, value: str | None, *, at: str, reason: str = ""
) -> Heard | None:
    """Note what Meta said of a variant at `at`; None where no such variant is stored.

    To be called inside `Store.write`. With `value` None only its newness is judged. `reason` is why a
    template was refused.
    """
    row = _row(store, template)
    if row is None:
        return None
    known_at = max(row["synced_at"], row[f"{aspect}_at"] or "")
    heard = Heard(row["name"], row["language"], row[aspect], at[:_WHOLE_SECONDS] >= known_at[:_WHOLE_SECONDS])
    if heard.is_news and value is not None:
        store.execute(
            f"""UPDATE templates SET {aspect} = :value, {aspect}_at = :at,
                   rejected_reason = CASE WHEN :refused = 1 THEN :reason ELSE rejected_reason END
               WHERE id = :id""",
            {
                "value": value,
                "at": at,
                "refused": int(aspect is Aspect.STATUS and value == "REJECTED"),
                "reason": reason,
                "id": row["id"],
            },
        )
    return heard


def _row(store: Store, template: Named) -> Row | None:
    # Where an id is told, the name decides nothing: another account may have a template of that name.
    if template.id is not None:
        return store.row("SELECT * FROM templates WHERE provider_template_id = ?", (template.id,))
    return store.row(
        "SELECT * FROM templates WHERE name = ? AND language = ?", (template.name, template.language)
    )


def is_worse(before: str | None, after: str | None) -> bool:
    """Whether quality `after` is worse than `before`; what is not known is worse than nothing. Pure."""
    return before in _QUALITY and after in _QUALITY and _QUALITY[after] < _QUALITY[before]


def frozen_by(store: Store, name: str, language: str) -> list[Row]:
    """The variant as each unfinished run froze it: `run, quality, category`, by run."""
    return store.rows(
        """SELECT run_variants.run, run_variants.quality, run_variants.category FROM run_variants
           JOIN invite_send_runs AS runs ON runs.id = run_variants.run
           WHERE runs.template = :name AND run_variants.language = :language
             AND runs.status IN ('draft', 'ready', 'sending', 'paused') ORDER BY run_variants.run""",
        {"name": name, "language": language},
    )


def require_sendable(store: Store, run: int) -> None:
    """Raise `NotSendable` where messages of `run` wait in a variant that Meta does not let be sent now.

    Going on would block those people for good in this run.
    """
    row = store.row(
        """SELECT templates.name, templates.language, templates.status FROM templates
           JOIN invite_send_runs AS runs ON runs.template = templates.name
           WHERE runs.id = :run AND templates.status <> 'APPROVED' AND EXISTS (
               SELECT 1 FROM invite_messages AS waiting WHERE waiting.run = :run AND waiting.state = 'queued'
               AND waiting.language = templates.language) ORDER BY templates.language LIMIT 1""",
        {"run": run},
    )
    if row is not None:
        raise NotSendable(
            f"Meta does not let {row['name']} ({row['language']}) be sent: it is {row['status']}.",
            "Wait until it is approved again (`invite-tui templates sync` asks), then resume; "
            f"or cancel the run (`invite-tui runs cancel {run}`) and send another template.",
        )
