"""Everyone in the heads of an import: importing the list again changes nobody, and elsewhere brings them back."""

import json
import re
from collections.abc import Iterator
from typing import Any

from invite_core.operations.exporting.listing import Listing
from invite_core.people import consent
from invite_core.people.addressing import WRITTEN_TO_FIRST, own_contacts
from invite_core.people.do_not_message import BLOCKED, MARKETING_STOPPED
from invite_core.store import Row, Store
from invite_core.store.dialect import members, together

_PAGE = 500
_PARTS_A_TAG = re.compile(r"[,;|\n]")


def people(store: Store) -> Listing:
    """Everyone who is neither merged nor erased, by id. Read it within `Store.snapshot`.

    What an import does not take is there to be read: `marketing_stopped`, what a person said to Meta.
    """
    phones = int(
        store.value(
            """SELECT coalesce(max(n), 0) FROM (SELECT count(*) AS n FROM contact_identities
               WHERE kind = 'phone' AND retired_at IS NULL GROUP BY contact) AS numbers"""
        )
    )
    heads = ["phone", *(f"phone {n}" for n in range(2, phones + 1))]
    has_ids = store.value(
        "SELECT 1 FROM contact_identities WHERE kind = 'user_id' AND retired_at IS NULL LIMIT 1"
    )
    attributes: dict[str, None] = {}
    for row in store.rows("SELECT DISTINCT attributes FROM contacts WHERE erased_at IS NULL"):
        attributes.update(dict.fromkeys(json.loads(row["attributes"])))
    columns = [
        "name", *heads, *(["user_id"] if has_ids else []), "language", "tags", "household", "places",
        "consent_source", "consent_at", "consent_scope", "consent_wording", "evidence_ref", "do_not_message",
        *(f"attribute.{name}" for name in sorted(attributes)), "marketing_stopped", "contact",
    ]  # fmt: skip
    return Listing("People", columns, _rows(store, heads))


_PEOPLE = f"""SELECT person.*, CASE WHEN {BLOCKED} THEN 1 ELSE 0 END AS blocked,
        CASE WHEN {MARKETING_STOPPED} THEN 1 ELSE 0 END AS marketing_stopped,
        CASE WHEN {consent.CONSENT_HOLDS} THEN 1 ELSE 0 END AS agrees
    FROM (SELECT contacts.id AS contact, contacts.* FROM contacts) AS person
    WHERE person.merged_into IS NULL AND person.erased_at IS NULL AND person.contact > :after
    ORDER BY person.contact LIMIT :limit"""

_ADDRESSES = f"""SELECT contact, value FROM contact_identities
    WHERE contact IN ({members("people")}) AND kind = :kind AND retired_at IS NULL
    ORDER BY contact, {WRITTEN_TO_FIRST}"""

_TAGS = f"""SELECT contact_tags.contact, tags.name FROM contact_tags JOIN tags ON tags.id = contact_tags.tag
    WHERE contact_tags.contact IN ({members("people")}) ORDER BY tags.name_key"""

_GRANTS = f"""SELECT people.id AS contact, granted.source AS consent_source, granted.at AS consent_at,
        granted.scope AS consent_scope, granted.wording AS consent_wording, granted.evidence_ref
    FROM contacts AS people JOIN consents AS granted ON granted.contact IN {own_contacts("people.id")}
    WHERE people.id IN ({members("people")}) AND granted.act = 'grant'
        AND granted.scope IN ('{consent.INVITATIONS}', 'all')
    ORDER BY granted.at, granted.id"""


def _rows(store: Store, heads: list[str]) -> Iterator[dict[str, Any]]:
    after = 0
    while page := store.rows(_PEOPLE, {"after": after, "limit": _PAGE}):
        among = {"people": together([row["contact"] for row in page])}
        phones, ids = (
            _gathered(store.rows(_ADDRESSES, {**among, "kind": kind}), "value")
            for kind in ("phone", "user_id")
        )
        tags = _gathered(store.rows(_TAGS, among), "name")
        grants = {row["contact"]: dict(row) for row in store.rows(_GRANTS, among)}
        for row in page:
            contact = row["contact"]
            given = grants.get(contact, {}) if row["agrees"] else {}
            yield {
                **given,
                **{name: row[name] for name in ("name", "language", "household", "places", "contact")},
                **dict(zip(heads, phones.get(contact, []), strict=False)),
                "user_id": " ".join(ids.get(contact, [])),
                "tags": _one_cell(tags.get(contact, [])),
                "do_not_message": "yes" if row["blocked"] else "",
                **{f"attribute.{name}": text for name, text in json.loads(row["attributes"]).items()},
                "marketing_stopped": bool(row["marketing_stopped"]),
            }
        after = page[-1]["contact"]


def _gathered(rows: list[Row], column: str) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for row in rows:
        found.setdefault(row["contact"], []).append(row[column])
    return found


def _one_cell(tags: list[str]) -> str:
    """Tags as an import takes them apart again. Pure."""
    if any(_PARTS_A_TAG.search(tag) for tag in tags):
        return "".join(f"{tag}:::" for tag in tags)
    return ", ".join(tags)
