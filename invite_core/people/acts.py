"""The record of who did what, when and why: every act of an operator is written down here."""

import json
from collections.abc import Mapping
from datetime import datetime

from invite_core.instants import stored
from invite_core.operators import Operator
from invite_core.store import Store


def record(
    store: Store,
    act: str,
    kind: str,
    subject: str,
    *,
    reason: str = "",
    detail: Mapping[str, object] | None = None,
    by: Operator,
    now: datetime,
) -> None:
    """Write one act down, inside `Store.write`; `kind` is what `subject` names: contact, address, run, event, …"""
    store.insert(
        """INSERT INTO operator_acts (at, by, role, act, subject_kind, subject, reason, detail)
           VALUES (:at, :by, :role, :act, :kind, :subject, :reason, :detail)""",
        {
            "at": stored(now),
            "by": by.name,
            "role": by.role,
            "act": act,
            "kind": kind,
            "subject": subject,
            "reason": reason,
            "detail": json.dumps(dict(detail or {}), ensure_ascii=False),
        },
    )
