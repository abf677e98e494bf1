"""The blocks that the rows of a file say: written together where nothing was ever said of a number."""

from collections.abc import Collection, Mapping
from datetime import datetime

from invite_core.instants import stored
from invite_core.operators import Operator
from invite_core.people import block_rows, do_not_message, erased, left_addresses
from invite_core.people.standing_blocks import ALL
from invite_core.store import Store
from invite_core.store.dialect import members, together

_SOURCE = "import"


def block(
    store: Store, reasons: Mapping[int, str], new: Collection[int], *, by: Operator, now: datetime
) -> set[int]:
    """Block every address of these people, for the reason given with each, as `do_not_message.block` does,
    inside `Store.write`; gives those of whom anything was recorded.

    `new` are people who were stored just now: of most of their numbers nothing was ever said, so that the block
    stands as it is written.
    """
    recorded = {
        contact
        for contact in reasons
        if contact not in new and _ask(store, contact, reasons[contact], by, now)
    }
    fresh = [contact for contact in reasons if contact in new]
    unheard = _unheard_of(store, fresh)
    by.may_act("put anyone on the Do-Not-Message list")
    written: set[str] = set()
    for contact in fresh:
        if contact not in unheard:
            recorded |= {contact} if _ask(store, contact, reasons[contact], by, now) else set()
            continue
        act = block_rows.Act(
            "block", ALL, reasons[contact], _SOURCE, stored(now), by.name, stored(now), contact
        )
        for key, value in unheard[contact].items():
            if key not in written:
                block_rows.write(store, act, block_rows.Place("match_key", key, store.keyed_hash(key), value))
                written.add(key)
                recorded.add(contact)
    return recorded


def _ask(store: Store, contact: int, reason: str, by: Operator, now: datetime) -> int:
    return do_not_message.block(store, contact=contact, reason=reason, source=_SOURCE, at=now, by=by, now=now)


def _unheard_of(store: Store, contacts: Collection[int]) -> dict[int, dict[str, str]]:
    """The addresses, by match key, of those of `contacts` (nobody is merged into them) of whose addresses the
    record says nothing; nobody where it knows of erased people or of changed addresses."""
    if erased.anybody(store) or left_addresses.any_change(store):
        return {}
    found: dict[int, dict[str, str]] = {}
    heard_of: set[int] = set()
    for row in store.rows(
        f"""SELECT own.contact, own.match_key, own.value,
                EXISTS (SELECT 1 FROM do_not_message AS told WHERE told.match_key = own.match_key) AS is_told
            FROM contact_identities AS own WHERE own.contact IN ({members("contacts")}) ORDER BY own.id DESC""",
        {"contacts": together(contacts)},
    ):
        found.setdefault(row["contact"], {})[row["match_key"]] = row["value"]
        if row["is_told"]:
            heard_of.add(row["contact"])
    return {contact: addresses for contact, addresses in found.items() if contact not in heard_of}
