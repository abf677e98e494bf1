"""Every template variant as Meta last told of it, and what stands against sending it."""

from dataclasses import dataclass

from invite_core.instants import spoken
from invite_core.invitations.templates import Variant, variant_in
from invite_core.invitations.text_faults import faults
from invite_core.store import Row, Store


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing about a variant, and what to do about it."""

    sentence: str
    """What is wrong."""
    todo: str
    """What to do."""
    forbids: bool = False
    """Whether nothing can be sent with the variant before that is mended."""
    is_of_meta: bool = True
    """Whether Meta says so; else it lies in the text and what was said about it here."""


@dataclass(frozen=True, slots=True)
class TemplateLine:
    """One language variant in the list."""

    variant: Variant
    """As Meta returned it, with what the organiser chose."""
    last_seen: str
    """When Meta last said anything of it, in stored form."""
    problems: tuple[Problem, ...]
    """What stands against it, the gravest first."""

    @property
    def may_be_sent(self) -> bool:
        """Whether nothing forbids it."""
        return not any(problem.forbids for problem in self.problems)


@dataclass(frozen=True, slots=True)
class Standing:
    """What Meta said of a variant beside what the variant itself holds."""

    rejected_reason: str = ""
    """Why Meta rejected it, in Meta's words; '' where it did not say."""
    category_at: str | None = None
    """When Meta told that it has another category now, in stored form."""
    frozen_category: str | None = None
    """The category with which the newest run was made, or None where there is none."""


def template_lines(store: Store) -> list[TemplateLine]:
    """Every variant that Meta still has, by name and language."""
    return [_line(row) for row in store.rows(_LINES)]


def problems_of(variant: Variant, standing: Standing) -> tuple[Problem, ...]:
    """What stands against sending a variant, or wants a look. Pure."""
    incomplete = [
        Problem(fault.sentence, fault.todo, forbids=True, is_of_meta=False) for fault in faults(variant)
    ]
    found = [_status(variant, standing), *incomplete, _category(variant, standing), _quality(variant)]
    return tuple(problem for problem in found if problem is not None)


def _status(variant: Variant, standing: Standing) -> Problem | None:
    reason = standing.rejected_reason.strip()
    match variant.status:
        case "APPROVED":
            return None
        case "PENDING" | "IN_APPEAL":
            sentence, todo = (
                "Meta has not decided about it yet.",
                "Wait up to a day, then fetch the templates.",
            )
        case "REJECTED":
            why = f": {reason}" if reason and reason != "NONE" else ""
            sentence = f"Meta rejected it{why}."
            todo = "Change the text in WhatsApp Manager and submit it again, or use another template."
        case "PAUSED":
            # The pause of a low quality ends by itself after 3, then 6 hours; that of pacing has to be ended
            # by hand (template-pausing, template-pacing).
            sentence = "Meta paused it, mostly because people blocked or reported it."
            todo = "Wait some hours and fetch the templates; if it stays paused, end the pause in WhatsApp Manager."
        case "DISABLED" | "PENDING_DELETION" | "ARCHIVED":
            words = variant.status.lower().replace("_", " ")
            sentence, todo = f"Meta does not let it be sent any more: it is {words}.", "Use another template."
        case _:
            sentence = f"Meta does not let it be sent: it is {variant.status}."
            todo = "Look at it in WhatsApp Manager, then fetch the templates."
    return Problem(sentence, todo, forbids=True)


def _category(variant: Variant, standing: Standing) -> Problem | None:
    before = standing.frozen_category
    if before is not None and before != variant.category:
        sentence = f"Meta made it {variant.category}; your last run was made while it was {before}."
    elif standing.category_at is not None:
        sentence = f"Meta changed its category to {variant.category} ({spoken(standing.category_at)})."
    else:
        return None
    return Problem(sentence, "The price is another one now; make unfinished runs with it anew.")


def _quality(variant: Variant) -> Problem | None:
    match variant.quality:
        case "RED":
            return Problem(
                "Its quality is low: people block or report it.",
                "Meta may pause it at any time; write only to people who expect it.",
            )
        case "YELLOW":
            return Problem(
                "Its quality is no longer high: some people block or report it.",
                "Look whether you write to people who expect it.",
            )
    return None


def _line(row: Row) -> TemplateLine:
    variant = variant_in(row)
    told = (row["synced_at"], row["status_at"], row["quality_at"], row["category_at"])
    standing = Standing(row["rejected_reason"] or "", row["category_at"], row["frozen_category"])
    return TemplateLine(variant, max(filter(None, told)), problems_of(variant, standing))


_LINES = """SELECT templates.*, (
        SELECT frozen.category FROM run_variants AS frozen
        JOIN invite_send_runs AS runs ON runs.id = frozen.run
        WHERE runs.template = templates.name AND frozen.language = templates.language
        ORDER BY runs.id DESC LIMIT 1) AS frozen_category
    FROM templates WHERE templates.status <> 'DELETED' ORDER BY templates.name, templates.language"""
