"""How Meta names people and messages: wa_id, business-scoped user id, wamid. Pure but for the ids' chance.

The wa_id differs from the dialled number for old registrations in Brazil, Mexico and Argentina (Meta,
messages/send-messages); which numbers those are is decided by the number itself, so it never changes.
"""

import base64
import hashlib
import re
import secrets

_COUNTRIES = {
    "351": "PT", "353": "IE", "44": "GB", "49": "DE", "33": "FR", "34": "ES", "39": "IT", "31": "NL",
    "52": "MX", "54": "AR", "55": "BR", "91": "IN", "1": "US",
}  # fmt: skip
_USER_ID = re.compile(r"[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}")
_NUMBER = re.compile(r"\+[0-9 ()\-]{6,28}")
_TEXT_FIELD = b"\x1c\x18"
_OUTBOUND = b"\x15\x02\x00\x11\x18\x12"
_INBOUND = b"\x15\x02\x00\x12\x18\x14"


def digits_of(to: str) -> str | None:
    """The digits of an E.164 number with its `+`, or None when `to` is no such number.

    Meta would guess a country where the `+` is missing; here that is a mistake of the sender.
    """
    if not _NUMBER.fullmatch(to):
        return None
    digits = re.sub(r"\D", "", to)
    return digits if 7 <= len(digits) <= 15 and digits[0] != "0" else None


def is_user_id(value: str) -> bool:
    """Whether `value` is shaped like a business-scoped user id."""
    return _USER_ID.fullmatch(value) is not None


def wa_id_of(digits: str) -> str:
    """The WhatsApp id of a number, without `+`."""
    old_registration = hashlib.sha256(digits.encode()).digest()[0] % 2 == 0
    if not old_registration:
        return digits
    if re.fullmatch(r"55\d\d9\d{8}", digits):
        return digits[:4] + digits[5:]
    if re.fullmatch(r"521?\d{10}", digits):
        return "521" + digits[-10:] if len(digits) == 12 else "52" + digits[-10:]
    if re.fullmatch(r"549?\d{10}", digits):
        return "549" + digits[-10:] if len(digits) == 12 else "54" + digits[-10:]
    return digits


def user_id_of(digits: str) -> str:
    """The business-scoped user id of a number's owner."""
    country = next((code for prefix, code in _COUNTRIES.items() if digits.startswith(prefix)), "ZZ")
    return f"{country}.{int.from_bytes(hashlib.sha256(digits.encode()).digest()[1:9]):020d}"


def new_wamid(who: str, *, inbound: bool = False) -> str:
    """A message id like Meta's, never the same twice; `who` is the person's wa_id or user id."""
    name = who.encode("ascii")
    mark = secrets.token_hex(10 if inbound else 9).upper().encode("ascii")
    middle = _INBOUND if inbound else _OUTBOUND
    raw = _TEXT_FIELD + bytes([len(name)]) + name + middle + mark + b"\x00"
    return "wamid." + base64.b64encode(raw).decode("ascii")
