"""What no import can do without: `phonenumbers` reading each number, and one `executemany` per table.

Frozen. No file is read, nobody is looked for, nothing is reported; the rows are ready beforehand.
"""

from collections.abc import Mapping, Sequence

import phonenumbers
from phonenumbers import PhoneNumberFormat

from invite_core.store import Store

TABLES = ("tags", "contacts", "contact_identities", "contact_tags", "consents", "do_not_message")
"""What an import fills, in the order in which rows refer to each other."""


def parse(numbers: Sequence[str]) -> list[str]:
    """Each number read and written as E.164, and nothing else."""
    return [
        phonenumbers.format_number(phonenumbers.parse(number, None), PhoneNumberFormat.E164)
        for number in numbers
    ]


def parse_and_check(numbers: Sequence[str]) -> list[bool]:
    """Each number read, written as E.164, and asked whether it can exist."""
    read = [phonenumbers.parse(number, None) for number in numbers]
    for number in read:
        phonenumbers.format_number(number, PhoneNumberFormat.E164)
    return [phonenumbers.is_valid_number(number) for number in read]


def store_rows(store: Store, rows: Mapping[str, Sequence[Sequence[object]]]) -> None:
    """The rows of each table by one `executemany`, all in one transaction."""
    with store.write():
        for table in TABLES:
            if rows[table]:
                places = ", ".join("?" * len(rows[table][0]))
                store.execute_many(f"INSERT INTO {table} VALUES ({places})", rows[table])
