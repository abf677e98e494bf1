"""The check-up: whether everything is there that sending, and hearing of what was sent, needs.

It changes nothing in the file but the receipt of its own test. What is on this computer is read in some milliseconds
(`look_here`), every page of the file as quickly as the disk gives it (`look_closely`); what Meta knows takes some
questions over the network (`check_account.ask_meta`).
"""

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta

from invite_core.dispatch.sender_lock import SenderBusy, holder, require_free
from invite_core.instants import stored
from invite_core.invitations import review
from invite_core.operations.backup import last_backup
from invite_core.operations.check_file import (
    judge_backup,
    judge_database,
    judge_disk,
    judge_guard,
    judge_permissions,
    judge_transport,
)
from invite_core.operations.check_sending import (
    SILENT_FOR,
    judge_listener,
    judge_sender,
    judge_settings,
    judge_templates,
    judge_updates,
)
from invite_core.operations.finding import Finding, faulty, ok
from invite_core.operations.settings_in_force import files_with_settings, settings_in_force
from invite_core.provider.transport import transport_in_use
from invite_core.settings import Settings
from invite_core.store import Store, StoreError
from invite_core.store.condition import condition, is_open_to_others
from invite_core.store.soundness import require_sound
from invite_core.views.health import listener_health
from invite_core.views.hearing import hearing
from invite_core.views.home_board import supplies
from invite_core.views.template_board import template_lines

_SILENT_SINCE = timedelta(days=1)


def look_here(settings: Settings, *, now: datetime) -> list[Finding]:
    """What can be seen on this computer. Raises nothing: what cannot be read is a finding."""
    findings = [judge_settings({line.name: line.value for line in settings_in_force(settings)})]
    try:
        with Store.open(settings.db, read_only=True) as store:
            findings += _of_file(store, settings, now)
    except StoreError as fault:
        findings.append(faulty("database", fault))
    folder = next((path for path in settings.db.absolute().parents if path.is_dir()), settings.db)
    transport, is_fast = transport_in_use()
    return [
        *findings,
        judge_disk(shutil.disk_usage(folder).free),
        judge_transport(transport, is_fast=is_fast),
    ]


def look_closely(settings: Settings) -> list[Finding]:
    """Whether the file is whole; nothing where it does not open, which `look_here` tells."""
    try:
        Store.open(settings.db, read_only=True).close()
    except StoreError:
        return []
    try:
        require_sound(settings.db)
    except StoreError as fault:
        return [faulty("soundness", fault)]
    return [ok("soundness", "SQLite finds the file whole.")]


def _of_file(store: Store, settings: Settings, now: datetime) -> Iterator[Finding]:
    seen = condition(store)
    yield judge_database(store.path, seen)
    yield judge_guard(seen)
    secrets = [path for path in files_with_settings() if is_open_to_others(path)]
    yield judge_permissions([*seen.open_to_others, *secrets])
    yield judge_templates(template_lines(store))
    yield judge_listener(hearing(store, catch_up_minutes=settings.catch_up_minutes, now=now))
    yield judge_updates(_silent(store, now), listener_health(store, now=now).last_update_at)
    try:
        require_free(store.path)
        sending = None
    except SenderBusy:
        sending = holder(store.path)
    yield judge_sender(sending, review.sentence(store))
    there = supplies(store)
    yield judge_backup(last_backup(store.path), is_worth_it=bool(there.contacts or there.events), now=now)


def _silent(store: Store, now: datetime) -> int:
    """Messages that Meta accepted within a day, but more than ten minutes ago, and of which nothing was heard
    since; none where anything at all was heard after them."""
    return int(
        store.value(
            """SELECT count(*) FROM invite_send_runs AS runs
               JOIN invite_messages AS messages ON messages.run = runs.id AND messages.state = 'accepted'
               WHERE (runs.changed_at >= :since OR runs.status = 'sending') AND messages.held = 0
                   AND messages.accepted_at BETWEEN :since AND :before
                   AND messages.accepted_at >= coalesce((SELECT max(last_update_at) FROM listener_status), '')""",
            {"since": stored(now - _SILENT_SINCE), "before": stored(now - SILENT_FOR)},
        )
    )
