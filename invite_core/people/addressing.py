"""Which contacts are one person, and which of a person's addresses is written to, as SQL."""

WRITTEN_TO_FIRST = "usable DESC, kind, position, id"
"""The order of a person's addresses: the first one is written to."""


def own_contacts(contact: str) -> str:
    """SQL for the ids of `contact` (a column or a bound name) and of those merged into it.

    Merging keeps this one level.
    """
    return f"(SELECT own.id FROM contacts AS own WHERE own.id = {contact} OR own.merged_into = {contact})"


def written_to(contact: str, column: str = "value") -> str:
    """SQL for a column of the address at which `contact` is written to; NULL where there is none."""
    return f"""(SELECT addresses.{column} FROM contact_identities AS addresses
        WHERE addresses.contact = {contact} AND addresses.retired_at IS NULL
        AND addresses.kind IN ('phone', 'user_id') ORDER BY {WRITTEN_TO_FIRST} LIMIT 1)"""


def of_nobody_else(condition: str) -> str:
    """The same condition on `person`, for one into whom nobody was merged: a plain comparison, which costs a
    third where a million people are judged."""
    return condition.replace(f"IN {own_contacts('person.contact')}", "= person.contact")
