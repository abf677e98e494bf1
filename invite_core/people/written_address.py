"""What is written as a person's address: a phone number, or WhatsApp's id of somebody who hides theirs."""

import re
from typing import NamedTuple

from invite_core.people.identity import Phone, PhoneFault, parse_phone

_USER_ID = re.compile(r"[A-Z]{2}\.(?:ENT\.)?(?=[A-Za-z]*[0-9])[A-Za-z0-9]{8,128}")
"""Meta (business-scoped user ids): a country's letters, a point, 1 to 128 letters and digits. Its examples have some
twenty; what has fewer than eight is taken for an abbreviation before a number (`NO.12`)."""


class UserId(NamedTuple):
    """Meta's business-scoped id of somebody, who can be written to without a number (`GB.1349…`)."""

    value: str
    """As Meta tells it."""
    match_key: str
    """The same."""
    usable: bool = True
    """WhatsApp reaches everyone who has one."""
    warning: str = ""
    """None."""

    @property
    def kind(self) -> str:
        """As the file knows it."""
        return "user_id"


Address = Phone | UserId
"""Where a person can be written to."""


def parse_user_id(text: str) -> UserId | None:
    """The user id that `text` is, or None."""
    plain = text.strip("'\"` \t\r\n") if "." in text else ""
    return UserId(plain, plain) if _USER_ID.fullmatch(plain) else None


def parse_address(text: str, region: str | None) -> Address | PhoneFault:
    """The user id that `text` is, or what `parse_phone` gives."""
    return parse_user_id(text) or parse_phone(text, region)
