"""What news of the account and its templates does: facts are kept, and runs that cannot go on are paused.

Everything here is called inside `Store.write`, so that a run is paused in the transaction in which the
reason for it becomes known. Nothing is ever resumed: that is the organiser's to decide.
"""

from datetime import datetime

from invite_core.delivery.account_news import AccountError, AccountNews
from invite_core.delivery.template_news import TemplateNews
from invite_core.instants import stored
from invite_core.invitations import account_facts, runs, template_standing
from invite_core.invitations.runs import PauseReason
from invite_core.invitations.template_standing import Aspect, Heard
from invite_core.lifecycle.updates import UpdateOutcome
from invite_core.operators import LISTENER
from invite_core.provider.error_table import ErrorClass, explain
from invite_core.store import Store

NOT_STORED = "a template that is not stored; `invite-tui templates sync` fetches it"


def take_template_news(
    store: Store, news: TemplateNews, *, at: datetime, now: datetime
) -> tuple[UpdateOutcome, str]:
    """Keep what was said of a template at `at`, and pause the runs that can no longer use it; the outcome
    and a note for the receipt."""
    heard = template_standing.hear(
        store, news.template, news.aspect, news.value, at=stored(at), reason=news.reason
    )
    if heard is None:
        return UpdateOutcome.IGNORED, NOT_STORED
    which = f"{heard.name} ({heard.language})"
    if not heard.is_news:
        return UpdateOutcome.STALE, which
    for frozen in template_standing.frozen_by(store, heard.name, heard.language):
        found = _hindrance(news, heard, frozen["quality"], frozen["category"])
        if found is not None:
            because, sentence = found
            runs.pause(store, frozen["run"], because, by=LISTENER, now=now, detail=sentence)
    return UpdateOutcome.APPLIED, f"{which}: {news.reason}" if news.reason else which


def _hindrance(
    news: TemplateNews, heard: Heard, quality: str, category: str
) -> tuple[PauseReason, str] | None:
    """Why a run that froze the variant with this quality and category cannot go on, or None. Pure."""
    text = f"{heard.name} ({heard.language})"
    why = f" Meta says: {news.reason}" if news.reason else ""
    if news.aspect is Aspect.QUALITY:
        if not template_standing.is_worse(quality, news.value):
            return None
        return PauseReason.QUALITY, f"The quality of {text} fell from {quality} to {news.value}."
    if news.aspect is Aspect.CATEGORY:
        if news.value in (None, category):
            return None
        return (
            PauseReason.TEMPLATE,
            f"Meta made {text} a template of category {news.value}; this run was made with {category}.",
        )
    if news.word == "FLAGGED":
        return (
            PauseReason.QUALITY,
            f"Meta flagged {text}: people do not like it, and it may be disabled.{why}",
        )
    if news.value in (None, "APPROVED"):
        return None
    return PauseReason.TEMPLATE, f"Meta does not let {text} be sent any more: it is {news.value}.{why}"


def take_account_news(
    store: Store, news: AccountNews, *, at: datetime, now: datetime
) -> tuple[UpdateOutcome, str]:
    """Keep what was said of the account at `at`, and pause every run where none can go on."""
    if account_facts.is_another_number(store, news.number):
        return UpdateOutcome.IGNORED, "about another number of the account"
    is_news = account_facts.hear(store, news.fact, news.value, at=stored(at))
    if news.of_number:
        is_news = account_facts.hear_of_number(store, news.of_number, at=stored(at))
    if not is_news:
        return UpdateOutcome.STALE, ""
    is_over = news.until is not None and news.until <= stored(now)
    if news.because is not None and not is_over:
        _pause_all(store, news.because, news.sentence, now)
    return UpdateOutcome.APPLIED, ""


def take_account_error(
    store: Store, error: AccountError, *, at: datetime, now: datetime
) -> tuple[UpdateOutcome, str]:
    """Keep an error that is about no message; one that the table counts as the account's pauses every run."""
    fact = {"code": error.code, "detail": error.detail}
    if not account_facts.hear(store, "error", fact, at=stored(at)):
        return UpdateOutcome.STALE, error.detail
    known = explain(error.code)
    if known.error_class is ErrorClass.ACCOUNT:
        _pause_all(store, PauseReason.ACCOUNT, f"{known.sentence} {known.todo}", now)
    return UpdateOutcome.APPLIED, error.detail


def _pause_all(store: Store, because: PauseReason, sentence: str, now: datetime) -> None:
    # Whatever else is paused stays so, except a pause that would end by itself.
    rows = store.rows(f"SELECT id FROM invite_send_runs WHERE status IN ({runs.UNFINISHED_SQL}) ORDER BY id")
    for row in rows:
        runs.pause(store, row["id"], because, by=LISTENER, now=now, detail=sentence)
