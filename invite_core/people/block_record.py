"""The Do-Not-Message list as it is read: who is blocked, by whom and why, and all that was ever done about it."""

from invite_core.people import erased
from invite_core.people.addressing import own_contacts
from invite_core.people.identity import match_key
from invite_core.people.names import name_key
from invite_core.store import Row, Store

_MEANT = """LEFT JOIN contacts AS named ON named.id = coalesce(stop.contact, (
        SELECT min(own.contact) FROM contact_identities AS own WHERE own.match_key = stop.match_key))
    LEFT JOIN contacts AS person ON person.id = coalesce(named.merged_into, named.id)"""
"""Whom the organiser named, else the first person who has the number; who was merged is the one they became."""


def listing(store: Store, search: str = "") -> list[dict[str, object]]:
    """Every block, the newest first: `address, contact, name, reason, source, scope, at, by, lifted_at`.

    `contact` and `name` are whom the organiser named, else the first person who has the number; an erased
    person's block names nobody. With `search`, those of whose address, name or reason it is a part.
    """
    rows = store.rows(
        f"""SELECT stop.address, person.id AS contact, person.name, stop.reason, stop.source, stop.scope,
                stop.at, stop.recorded_by AS by,
                (SELECT min(lifted.at) FROM do_not_message AS lifted
                 WHERE (lifted.match_key = stop.match_key OR lifted.key_hash = stop.key_hash)
                 AND lifted.scope = stop.scope AND lifted.act = 'lift' AND lifted.at > stop.at) AS lifted_at
            FROM do_not_message AS stop {_MEANT}
            WHERE stop.act = 'block' ORDER BY stop.at DESC, stop.id DESC"""
    )
    return [dict(row) for row in rows if _matches(row, search)]


def _matches(row: Row, search: str) -> bool:
    wanted = name_key(search)
    digits = match_key(search).lstrip("0") if any(map(str.isdecimal, search)) else ""
    told = " ".join(name_key(str(row[column] or "")) for column in ("name", "reason", "address"))
    return wanted in told or bool(digits and digits in match_key(row["address"] or ""))


def history(
    store: Store, *, address: str | None = None, contact: int | None = None
) -> list[dict[str, object]]:
    """Every block and lift of an address, in any spelling, or of every address of a person; the newest first.

    `act, scope, address, reason, source, at, by, recorded_at`. A number that an erased person had is found
    by its hash, without what it was.
    """
    chosen = f"""match_key IN (SELECT own.match_key FROM contact_identities AS own
        WHERE own.contact IN {own_contacts(":contact")})"""
    values: dict[str, object] = {"contact": contact}
    if address is not None:
        key = match_key(address)
        chosen, values = (
            "match_key = :key OR key_hash = :hash",
            {"key": key, "hash": erased.hash_of(store, key)},
        )
    rows = store.rows(
        f"""SELECT act, scope, address, reason, source, at, recorded_by AS by, recorded_at FROM do_not_message
            WHERE {chosen} ORDER BY at DESC, id DESC""",
        values,
    )
    return [dict(row) for row in rows]
