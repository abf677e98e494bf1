"""Where an erased person may still be named in words: odd webhook bodies, the shelf, reasons of the record; and
what comes about them afterwards."""

import re
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Collection, Mapping, Sequence

from invite_core.people import erased
from invite_core.people.identity import match_key
from invite_core.people.importing import mapping
from invite_core.store import Store
from invite_core.store.dialect import members, together

_NAMED = (
    """UPDATE operator_acts SET reason = '', detail = '{}', subject = CASE
           WHEN subject_kind IN ('contact', 'event', 'run', 'message', 'reply') THEN subject ELSE '' END
       WHERE instr(reason || detail || subject, :trace) > 0""",
    "UPDATE invite_send_runs SET paused_detail = '' WHERE instr(paused_detail, :trace) > 0",
)

_ENOUGH_DIGITS = 8
"""So many digits at the end of a number are looked for in what could not be read: it may be written without its
country code, or with a digit that another spelling lacks. A body too many is emptied sooner than one too few."""

_BETWEEN_DIGITS = re.compile(r"(?<=\d)[\s().+/\-‐-―]{1,4}(?=\d)")
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_NUMBERS = re.compile(r"[0-9]{7,15}")
_MESSAGE_IDS = re.compile(r"wamid\.[A-Za-z0-9+/=]+")
_USER_IDS = re.compile(r"\b[A-Z]{2}\.[A-Za-z0-9.]{4,64}")


def forget(store: Store, addresses: Sequence[str], names: Sequence[str]) -> None:
    """Empty the words in which one of these addresses (without their plus) or names stands, inside
    `Store.write`; what waits on the shelf for such an address is taken off it."""
    for statement in _NAMED:
        for trace in (*addresses, *names):
            store.execute(statement, {"trace": trace})
    ends = {_ending(address) for address in addresses}
    mapping.forget(store, ends, names)
    _forget_bodies(store, ends | set(names))
    waiting = store.rows(
        """SELECT id, provider_message_id, update_json FROM webhook_receipts
           WHERE message IS NULL AND provider_message_id IS NOT NULL"""
    )
    store.execute_many(
        """UPDATE webhook_receipts SET provider_message_id = NULL, update_json = NULL, note = '',
               outcome = CASE outcome WHEN 'unmatched' THEN 'ignored' ELSE outcome END WHERE id = :id""",
        [
            {"id": row["id"]}
            for row in waiting
            if _tells(f"{row['update_json'] or ''} {in_message_id(row['provider_message_id'])}", addresses)
        ],
    )


def about_erased(store: Store, told: Mapping[int, str]) -> set[int]:
    """Which of these texts (`in_message_id`, `in_body`), by their places, name a number or a user id of somebody who
    was erased and that nobody in the file has. Inside `Store.write`."""
    if not told or not erased.anybody(store):
        return set()
    named = {place: _addresses_in(text) for place, text in told.items()}
    gone = _erased_among(store, set().union(*named.values()))
    return {place for place, keys in named.items() if keys & gone}


def _erased_among(store: Store, keys: Collection[str]) -> set[str]:
    hashes = {store.keyed_hash(key): key for key in keys}
    rows = store.rows(
        f"SELECT DISTINCT key_hash FROM erased_addresses WHERE key_hash IN ({members('hashes')})",
        {"hashes": together(hashes)},
    )
    gone = {hashes[row["key_hash"]] for row in rows}
    return gone - erased.had(store, gone)


def _addresses_in(text: str) -> set[str]:
    """The match keys of what may be a number or a user id."""
    whole = _BETWEEN_DIGITS.sub("", text)
    found = {*_NUMBERS.findall(text), *_NUMBERS.findall(whole), *_USER_IDS.findall(text)}
    return {match_key(each) for each in found}


def _forget_bodies(store: Store, traces: Collection[str]) -> None:
    bodies = store.rows("SELECT id, body FROM webhook_receipts WHERE body IS NOT NULL")
    store.execute_many(
        "UPDATE webhook_receipts SET body = NULL WHERE id = :id",
        [
            {"id": row["id"]}
            for row in bodies
            if _tells(_BETWEEN_DIGITS.sub("", in_body(row["body"])), traces)
        ],
    )


def _ending(address: str) -> str:
    return address[-_ENOUGH_DIGITS:] if address.isdecimal() else address


def in_body(body: bytes) -> str:
    """What came, with its escapes read and every digit an ASCII one; behind it what the message ids in it hold."""
    text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), body.decode("utf-8", "replace"))
    if not text.isascii():
        text = "".join(str(int(each)) if each.isdecimal() else each for each in text)
    return " ".join([text, *map(in_message_id, _MESSAGE_IDS.findall(text))])


def _tells(text: str, traces: Collection[str]) -> bool:
    return any(trace in text for trace in traces)


def in_message_id(provider_message_id: str) -> str:
    """What a message id of WhatsApp's holds: base64 in which the phone number stands in plain digits."""
    packed = re.sub(r"[^A-Za-z0-9+/]", "", provider_message_id.removeprefix("wamid."))
    try:
        return b64decode(packed + "=" * (-len(packed) % 4)).decode("latin-1")
    except (NotBase64, ValueError):
        return ""
