"""Webhook bodies taken in: every update stored once, with its effects, in the caller's transaction."""

import hashlib
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import datetime, timedelta

import msgspec

from invite_core import instants
from invite_core.delivery import receipts
from invite_core.delivery.account_news import AccountError, AccountNews
from invite_core.delivery.identity_changes import IdentityChange
from invite_core.delivery.moves import take_change
from invite_core.delivery.opt_outs import take_preference
from invite_core.delivery.payload import read_body
from invite_core.delivery.replies import take_reply
from invite_core.delivery.standing_effects import take_account_error, take_account_news, take_template_news
from invite_core.delivery.status_batch import REPEATED, ReadStatus, take_statuses
from invite_core.delivery.tally import Tally, of_body
from invite_core.delivery.template_news import TemplateNews
from invite_core.delivery.updates import Content, Ignored, News, Odd, Preference, Reply, Update, receipt_key
from invite_core.lifecycle.updates import StatusUpdate, UpdateOutcome
from invite_core.people import erased_texts
from invite_core.store import Store, StoreError

_CLOCKS_DIFFER = timedelta(days=1)


def apply_body(store: Store, body: bytes, *, phone_number_id: str, waba_id: str = "", now: datetime) -> Tally:
    """`apply_bodies` with one."""
    return apply_bodies(store, [body], phone_number_id=phone_number_id, waba_id=waba_id, now=now)[0]


def apply_bodies(
    store: Store,
    bodies: Sequence[bytes],
    *,
    phone_number_id: str,
    waba_id: str = "",
    savepoints: bool = True,
    now: datetime,
) -> list[Tally]:
    """`read_updates` and `apply_updates` in one."""
    readings = [read_updates(body, phone_number_id=phone_number_id, waba_id=waba_id) for body in bodies]
    return apply_updates(store, readings, phone_number_id=phone_number_id, savepoints=savepoints, now=now)


def read_updates(body: bytes, *, phone_number_id: str, waba_id: str = "") -> list[Update]:
    """Every update of a body whose signature was right, at least one; raises nothing.

    Needs no file: reading a large body takes seconds, in which nobody should hold a lock. `waba_id` is our
    account, '' where that is not set.
    """
    try:
        return read_body(body, phone_number_id=phone_number_id, waba_id=waba_id)
    except Exception as fault:
        key = receipt_key("body", None, hashlib.sha256(body).hexdigest())
        return [Update(key, "body", Odd(f"it could not be read ({type(fault).__name__})", body))]


def apply_updates(
    store: Store,
    readings: Sequence[Sequence[Update]],
    *,
    phone_number_id: str,
    savepoints: bool = True,
    now: datetime,
) -> list[Tally]:
    """Take in the updates of bodies whose signatures were right; what became of those of each.

    To be called inside `Store.write`: the caller may answer 200 once that has committed. Every update
    counts as if it had come alone; one that the file refuses, or over which our own code stumbles, is
    quarantined and spoils no other. Raises `StoreError` where nothing can be stored now, and nothing else.

    Without `savepoints` statuses cost half as much, because SQLite need not keep what every statement
    changes apart. Then this raises whatever one of them brings out; the caller must undo the transaction,
    and may try again with savepoints.
    """
    outcomes: list[list[str]] = [[] for _ in readings]
    statuses: list[tuple[list[str], ReadStatus]] = []
    for updates, told in zip(readings, outcomes, strict=True):
        for update in updates:
            content = update.content
            if isinstance(content, StatusUpdate):
                statuses.append((told, ReadStatus(update, content)))
                continue
            _take_together(store, statuses, phone_number_id, savepoints, now)
            told.append(_take(store, update, phone_number_id, now))
    _take_together(store, statuses, phone_number_id, savepoints, now)
    return [of_body(updates, told) for updates, told in zip(readings, outcomes, strict=True)]


def _take_together(
    store: Store,
    statuses: list[tuple[list[str], ReadStatus]],
    phone_number_id: str,
    savepoint: bool,
    now: datetime,
) -> None:
    """Take in the statuses before anything that came after them, and empty the list."""
    if not statuses:
        return
    read = [status for _, status in statuses]
    try:
        with store.write() if savepoint else nullcontext():
            became = take_statuses(store, read, phone_number_id=phone_number_id, now=now)
    except StoreError:
        raise
    except Exception:
        if not savepoint:
            raise
        became = [_take(store, status.update, phone_number_id, now) for status in read]
    for (told, _), outcome in zip(statuses, became, strict=True):
        told.append(outcome)
    statuses.clear()


def _take(store: Store, update: Update, phone_number_id: str, now: datetime) -> str:
    if receipts.seen_before(store, update.key):
        return REPEATED
    try:
        with store.write():
            return _apply(store, update, phone_number_id, now)
    except StoreError:
        raise
    except Exception as fault:
        raw = _raw(update.content)
        odd = update._replace(content=Odd(f"it could not be stored ({type(fault).__name__})", raw))
        impersonal = _without_erased(store, odd)
        receipts.keep(store, impersonal, UpdateOutcome.QUARANTINED, None, now=instants.stored(now))
        return UpdateOutcome.QUARANTINED


def _raw(content: Content) -> bytes:
    match content:
        case Odd():
            return content.raw
        case StatusUpdate():
            return msgspec.json.encode(content._asdict())
        case _:
            return msgspec.json.encode(content)


def _apply(store: Store, update: Update, phone_number_id: str, now: datetime) -> str:
    match update.content:
        case StatusUpdate():
            read = ReadStatus(update, update.content)
            return take_statuses(store, [read], phone_number_id=phone_number_id, now=now)[0]
        case Reply() | Preference() | IdentityChange():
            return _of_person(store, update, update.content, phone_number_id, now)
        case TemplateNews() | AccountNews() | AccountError():
            return _news(store, update, update.content, now)
        case Ignored():
            outcome = UpdateOutcome.IGNORED
        case Odd():
            outcome = UpdateOutcome.QUARANTINED
    receipts.keep(store, _without_erased(store, update), outcome, None, now=instants.stored(now))
    return outcome


def _without_erased(store: Store, update: Update) -> Update:
    """What could not be understood, without what came where it names somebody who was erased."""
    odd = update.content
    if isinstance(odd, Odd) and erased_texts.about_erased(
        store, {0: erased_texts.in_body(odd.raw[: receipts.LONGEST_BODY])}
    ):
        return update._replace(content=replace(odd, raw=b""))
    return update


def _of_person(
    store: Store,
    update: Update,
    said: Reply | Preference | IdentityChange,
    phone_number_id: str,
    now: datetime,
) -> UpdateOutcome:
    """What a person said, with its receipt first: a block names it as its evidence."""
    outcome, message = UpdateOutcome.APPLIED, None
    receipt = receipts.keep(store, update, outcome, None, now=instants.stored(now))
    at = given_at(said.at, now)
    match said:
        case Reply():
            outcome, message = take_reply(
                store, said, phone_number_id=phone_number_id, at=at, receipt=receipt, now=now
            )
        case Preference():
            take_preference(store, said, at=at, receipt=receipt, now=now)
        case IdentityChange():
            outcome = take_change(store, said, at=at, receipt=receipt, now=now)
    if outcome is not UpdateOutcome.APPLIED or message is not None:
        receipts.settle(store, receipt, outcome, message)
    return outcome


def _news(store: Store, update: Update, news: News, now: datetime) -> UpdateOutcome:
    at = given_at(news.at, now)
    match news:
        case TemplateNews():
            outcome, note = take_template_news(store, news, at=at, now=now)
        case AccountNews():
            outcome, note = take_account_news(store, news, at=at, now=now)
        case AccountError():
            outcome, note = take_account_error(store, news, at=at, now=now)
    receipts.keep(store, update, outcome, None, note=note, now=instants.stored(now))
    return outcome


def given_at(told: str | None, now: datetime) -> datetime:
    """When something was said: Meta's own time, but `now` where there is none, or it is more than a day ahead of
    our clock.

    The last answer given counts: one from the far future would stand for ever. Blocks and lifts see to that
    themselves (`do_not_message`). Pure.
    """
    if told is None:
        return now
    moment = instants.read(told)
    return moment if moment <= now + _CLOCKS_DIFFER else now
