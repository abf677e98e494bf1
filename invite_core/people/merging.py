"""Merging two entries that are one person.

The one that is given up keeps its rows and points to the other; no message, consent, answer or block is moved,
because whoever reads them asks for both. What an invitation needs to find is copied: addresses and tags.
"""

import json
from dataclasses import dataclass
from datetime import datetime

from invite_core.errors import InviteError
from invite_core.instants import stored
from invite_core.operators import Operator
from invite_core.people import acts
from invite_core.people.addressing import own_contacts
from invite_core.store import Row, Store


class MergeFault(InviteError):
    """Two entries cannot be merged."""


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge did."""

    kept: int
    """The person who stays."""
    gone: int
    """The entry that is part of them now."""
    addresses: int
    """Addresses that the person who stays did not have."""


def merge(store: Store, kept: int, gone: int, *, by: Operator, now: datetime) -> Merged:
    """Make `gone` a part of `kept`, for good. One transaction.

    The facts of `kept` stand, and are filled up with those of `gone`; of the places the larger number
    counts. A block on any address of either, and an act of consent of either, is of the one person now. An
    address that one of them left is not written to any more, unless `kept` was given it after that.
    Raises `MergeFault` for one and the same person, or somebody unknown, merged before or erased.
    """
    by.may_act("merge people")
    with store.write():
        stays, goes = _entry(store, kept), _entry(store, gone)
        if kept == gone:
            raise MergeFault("That is one and the same person already.", "Name two people to be merged.")
        at = stored(now)
        store.execute("UPDATE contacts SET merged_into = :kept WHERE merged_into = :gone", _ids(kept, gone))
        store.execute(
            "UPDATE contacts SET merged_into = :kept, changed_at = :at WHERE id = :gone",
            {**_ids(kept, gone), "at": at},
        )
        _fill_up(store, stays, goes, at)
        addresses = _copy_addresses(store, kept, gone)
        _stay_given_up(store, kept)
        _copy_tags(store, kept, gone)
        detail = {"merged": gone, "addresses": addresses}
        acts.record(store, "merge", "contact", str(kept), detail=detail, by=by, now=now)
        acts.record(store, "merged into another", "contact", str(gone), detail={"into": kept}, by=by, now=now)
    return Merged(kept, gone, addresses)


def _ids(kept: int, gone: int) -> dict[str, object]:
    return {"kept": kept, "gone": gone}


def _entry(store: Store, contact: int) -> Row:
    row = store.row(
        "SELECT * FROM contacts WHERE id = ? AND merged_into IS NULL AND erased_at IS NULL", (contact,)
    )
    if row is None:
        raise MergeFault(f"There is no person {contact} to be merged.", "See `invite-tui contacts list`.")
    return row


def _fill_up(store: Store, kept: Row, gone: Row, at: str) -> None:
    attributes = json.loads(gone["attributes"]) | json.loads(kept["attributes"])
    store.execute(
        """UPDATE contacts SET name = :name, name_key = :name_key, language = :language, household = :household,
               places = :places, attributes = :attributes, changed_at = :at WHERE id = :id""",
        {
            **{
                column: kept[column] or gone[column]
                for column in ("name", "name_key", "language", "household")
            },
            "places": max(kept["places"], gone["places"]),
            "attributes": json.dumps(attributes, ensure_ascii=False),
            "id": kept["id"],
            "at": at,
        },
    )


def _copy_addresses(store: Store, kept: int, gone: int) -> int:
    """After those that `kept` has; one that `gone` gave up stays given up."""
    return store.execute(
        """INSERT INTO contact_identities (contact, kind, value, match_key, usable, position, created_at, retired_at)
           SELECT :kept, kind, value, match_key, usable,
               position + (SELECT coalesce(max(position) + 1, 0) FROM contact_identities WHERE contact = :kept),
               created_at, retired_at
           FROM contact_identities AS theirs WHERE contact = :gone AND NOT EXISTS (
               SELECT 1 FROM contact_identities AS mine WHERE mine.contact = :kept
               AND mine.kind = theirs.kind AND mine.match_key = theirs.match_key)""",
        _ids(kept, gone),
    )


def _stay_given_up(store: Store, kept: int) -> None:
    """Let nothing that one of them left be written to because the other has it still: the person moved. What `kept`
    was given after that is theirs, because the organiser's word is newer."""
    store.execute(
        f"""UPDATE contact_identities SET retired_at = (
               SELECT max(left_it.retired_at) FROM contact_identities AS left_it
               WHERE left_it.contact IN {own_contacts(":kept")} AND left_it.match_key = contact_identities.match_key)
           WHERE contact IN {own_contacts(":kept")} AND retired_at IS NULL AND EXISTS (
               SELECT 1 FROM contact_identities AS left_it
               WHERE left_it.contact IN {own_contacts(":kept")} AND left_it.contact <> contact_identities.contact
                   AND left_it.match_key = contact_identities.match_key AND left_it.retired_at IS NOT NULL
                   AND NOT (contact_identities.contact = :kept
                       AND contact_identities.created_at > left_it.retired_at))""",
        {"kept": kept},
    )


def _copy_tags(store: Store, kept: int, gone: int) -> None:
    store.execute(
        """INSERT INTO contact_tags (contact, tag) SELECT :kept, tag FROM contact_tags WHERE contact = :gone
           ON CONFLICT DO NOTHING""",
        _ids(kept, gone),
    )
