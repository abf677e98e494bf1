"""Erasing a person: whatever names them goes from every table, and keyed hashes of their addresses stay.

Only this and the purge of an event (`invitations.purging`) empty other packages' tables. The rows of their messages and
answers stay, without anything that names anybody, so that every count stays true; blocks stay under the
hash. What the guard file keeps erases them again in an older copy that is put in place.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from invite_core.errors import InviteError
from invite_core.instants import stored
from invite_core.operators import Operator
from invite_core.people import acts, block_rows, changed_addresses, erased, erased_texts, left_addresses
from invite_core.people.addressing import own_contacts
from invite_core.store import Entry, Row, Store

_OWN = own_contacts(":person")

_ALONE = f"""(SELECT mine.match_key FROM contact_identities AS mine WHERE mine.contact IN {_OWN}
    AND NOT EXISTS (SELECT 1 FROM contact_identities AS other
        WHERE other.match_key = mine.match_key AND other.contact NOT IN {_OWN}))"""
"""The match keys that nobody else has or had."""

_MESSAGES = f"(SELECT id FROM invite_messages WHERE contact IN {_OWN})"

_REPLIES = f"(contact IN {_OWN} OR message IN {_MESSAGES} OR match_key IN {_ALONE})"

_UNSAID = (
    f"""UPDATE webhook_receipts SET provider_message_id = NULL, update_json = NULL, body = NULL,
            outcome = CASE outcome WHEN 'unmatched' THEN 'ignored' ELSE outcome END
        WHERE message IN {_MESSAGES} OR provider_message_id IN (
            SELECT provider_message_id FROM replies WHERE {_REPLIES})""",
    f"""UPDATE operator_acts SET reason = '', detail = '{{}}' WHERE subject_kind = 'reply'
        AND subject IN (SELECT CAST(id AS TEXT) FROM replies WHERE {_REPLIES})""",
    f"""UPDATE operator_acts SET reason = '', detail = '{{}}' WHERE
        (subject_kind = 'contact' AND subject IN (SELECT CAST(id AS TEXT) FROM contacts WHERE id IN {_OWN}))
        OR (subject_kind = 'message' AND subject IN (SELECT CAST(id AS TEXT) FROM invite_messages
            WHERE contact IN {_OWN}))""",
    f"""UPDATE operator_acts SET subject = '', reason = '', detail = '{{}}'
        WHERE subject_kind = 'address' AND subject IN {_ALONE}""",
    f"""DELETE FROM reply_addresses WHERE match_key IN {_ALONE} OR (
            reply IN (SELECT id FROM replies WHERE {_REPLIES}) AND match_key NOT IN (
                SELECT other.match_key FROM contact_identities AS other WHERE other.contact NOT IN {_OWN}))""",
    f"""UPDATE replies SET address = NULL, profile_name = '', body = '', provider_message_id = NULL,
            context_message_id = NULL,
            status = CASE WHEN status IN ('unread', 'possible_opt_out')
                AND (match_key IS NULL OR match_key IN {_ALONE}) THEN 'done' ELSE status END,
            match_key = CASE WHEN match_key IN {_ALONE} THEN NULL ELSE match_key END
        WHERE {_REPLIES}""",
    f"""UPDATE send_attempts SET provider_message_id = NULL, wa_id = NULL, error_detail = NULL, cause = NULL,
            superseded_because = NULL WHERE message IN {_MESSAGES}""",
    f"UPDATE message_transitions SET cause = '' WHERE message IN {_MESSAGES}",
    f"""UPDATE invite_messages SET address = NULL, address_kind = NULL, match_key = NULL, household = '',
            parameters = '{{}}', provider_message_id = NULL, error_detail = NULL,
            slot_address = CASE WHEN slot_address IN {_ALONE} THEN NULL ELSE slot_address END
        WHERE contact IN {_OWN}""",
    f"UPDATE invited_otherwise SET via = '' WHERE contact IN {_OWN}",
    f"UPDATE consents SET source = '', wording = '', evidence_ref = '' WHERE contact IN {_OWN}",
    f"""UPDATE do_not_message SET contact = NULL, reason = ''
        WHERE contact IN {_OWN} AND match_key IS NOT NULL""",
    f"""DELETE FROM contact_tags WHERE contact IN {_OWN}""",
    f"DELETE FROM contact_identities WHERE contact IN {_OWN}",
)
"""What is emptied, in this order: what finds the person goes last."""


class ErasureFault(InviteError):
    """A person cannot be erased."""


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure leaves to be said."""

    contact: int
    """The id, under which nothing is kept but counts."""
    messages: int
    """Their messages, which stay as numbers."""
    waiting: int
    """Those of them that wait in a run and will be held back at the claim."""
    shares_with: int
    """People who have one of their numbers too, and keep it."""


def erase(store: Store, contact: int, *, by: Operator, now: datetime) -> Erased:
    """Erase a person and everyone merged into them. One transaction; what is left on disk of older pages goes
    with `Store.forget_deleted`.

    Raises `ErasureFault` for somebody unknown or erased before, or while a message to them is on the wire.
    """
    by.may_act("erase a person")
    with store.write():
        person = _person(store, contact)
        count = store.row(
            f"""SELECT count(*) AS messages, sum(CASE state WHEN 'queued' THEN 1 ELSE 0 END) AS waiting,
                    sum(CASE state WHEN 'sending' THEN 1 ELSE 0 END) AS sending
                FROM invite_messages WHERE contact IN {_OWN}""",
            {"person": person},
        )
        if count is not None and count["sending"]:
            raise ErasureFault(
                "A message to this person is on its way to Meta this moment.",
                "Try again in a minute; pause the run, or start the sender again, if it has ended.",
            )
        sharing = _sharing(store, person)
        forget(store, person, at=stored(now))
        acts.record(store, "erase", "contact", str(person), by=by, now=now)
    counts = count or {"messages": 0, "waiting": 0}
    return Erased(person, counts["messages"], counts["waiting"] or 0, sharing)


def _person(store: Store, contact: int) -> int:
    row = store.row("SELECT id, merged_into, erased_at FROM contacts WHERE id = ?", (contact,))
    if row is None:
        raise ErasureFault(f"There is no person {contact}.", "See `invite-tui contacts list`.")
    if row["erased_at"] is not None:
        raise ErasureFault(f"Person {contact} is erased already.", "Nothing is left to do.")
    return int(row["merged_into"] or row["id"])


def _sharing(store: Store, person: int) -> int:
    return int(
        store.value(
            f"""SELECT count(DISTINCT other.contact) FROM contact_identities AS mine
                JOIN contact_identities AS other ON other.match_key = mine.match_key
                WHERE mine.contact IN {_OWN} AND other.contact NOT IN {_OWN}""",
            {"person": person},
        )
    )


def forget(store: Store, person: int, *, at: str, known: bool = False) -> None:
    """Take everything that names `person` out of the file, inside `Store.write`, and keep in the guard that
    they were erased at `at` (stored form), unless that is `known` there."""
    bound: dict[str, object] = {"person": person}
    changed_addresses.have_had(store, person, at=at)
    own = store.rows(f"SELECT id, name, name_key, created_at FROM contacts WHERE id IN {_OWN}", bound)
    identities = store.rows(
        f"SELECT DISTINCT match_key, value FROM contact_identities WHERE contact IN {_OWN}", bound
    )
    alone = {row["match_key"] for row in store.rows(_ALONE[1:-1], bound)}
    keys = {row["match_key"] for row in identities}
    # Where they went of which the hash alone is kept, nobody else has or had.
    gone_to = {step.hashed for key in keys for step in left_addresses.onward(store, key) if not step.address}
    entry: dict[str, Any] = {
        "kind": "erase",
        "people": [store.keyed_hash(_life(row["id"], row["created_at"])) for row in own],
        "keys": sorted({store.keyed_hash(key) for key in keys} | gone_to),
        "names": sorted({store.keyed_hash(row["name_key"]) for row in own}),
        "at": at,
    }
    if not known:
        store.guarded(entry)
    erased.remember(store, entry["keys"], entry["names"], at=at)
    tags = store.rows(f"SELECT DISTINCT tag FROM contact_tags WHERE contact IN {_OWN}", bound)
    texts = {row["value"].removeprefix("+") for row in identities if row["match_key"] in alone} | alone
    block_rows.hide(store, sorted(alone))
    left_addresses.forget(store, sorted(alone))
    for statement in _UNSAID:
        store.execute(statement, bound)
    store.execute_many(
        """DELETE FROM tags WHERE id = :tag AND NOT EXISTS (SELECT 1 FROM contact_tags WHERE tag = :tag)""",
        [dict(row) for row in tags],
    )
    erased_texts.forget(store, sorted(texts), _names_alone(store, person, own))
    store.execute(
        f"""UPDATE contacts SET name = '', name_key = '', language = '', household = '', attributes = '{{}}',
                erased_at = :at, changed_at = :at WHERE id IN {_OWN}""",
        {**bound, "at": at},
    )


def _life(contact: int, created_at: str) -> str:
    # An older copy may have given the id to somebody else; the moment of the making tells them apart.
    return f"{contact}\n{created_at}"


def _names_alone(store: Store, person: int, own: Sequence[Row]) -> list[str]:
    """Those names, long enough to be told from other words, that nobody else bears."""
    return [
        row["name"]
        for row in own
        if len(row["name"]) > 3
        and store.value(
            f"SELECT 1 FROM contacts WHERE id NOT IN {_OWN} AND name_key = :key LIMIT 1",
            {"person": person, "key": row["name_key"]},
        )
        is None
    ]


def take_up(store: Store, entries: Sequence[Entry]) -> bool:
    """Erase again whom the guard knows for erased and an older file still holds, inside its catching up;
    whether there was anybody to be remembered."""
    kept = [entry for entry in entries if entry["kind"] == "erase"]
    if not kept:
        return False
    at = {hashed: entry["at"] for entry in kept for hashed in entry["people"]}
    for entry in kept:
        erased.remember(store, entry["keys"], entry["names"], at=entry["at"])
    for row in store.rows("SELECT id, created_at FROM contacts WHERE erased_at IS NULL"):
        hashed = store.keyed_hash(_life(row["id"], row["created_at"]))
        if hashed in at:
            forget(store, row["id"], at=at[hashed], known=True)
    return True
