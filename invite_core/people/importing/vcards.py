"""vCards as a table, a card a row: versions 2.1, 3.0 and 4.0, as phones and address books export them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import vobject
from vobject.base import Component, ContentLine
from vobject.vcard import Name

from invite_core.people.importing.report import Note
from invite_core.people.importing.table import MOST_ROWS, FileFault, Table, too_many_rows
from invite_core.people.importing.vcard_lines import are_readable
from invite_core.people.names import shown

_CARD = re.compile(r"^[ \t]*begin:vcard[ \t]*$", re.IGNORECASE | re.MULTILINE)
_END = re.compile(r"^[ \t]*end:vcard[ \t]*$", re.IGNORECASE | re.MULTILINE)
_PROPERTY = re.compile(r"(?:[\w-]+\.)?([A-Za-z][\w-]*)(?=[;:])")
_READ = frozenset({"begin", "end", "version", "fn", "n", "org", "tel", "categories", "lang"})
_NOT_OF_A_PERSON = frozenset({"prodid", "rev", "uid", "class", "profile", "source", "kind"})
_IN_A_SENTENCE = 60


@dataclass(slots=True)
class _Person:
    """What a card says."""

    name: str
    language: str
    tags: list[str] = field(default_factory=list)
    phones: list[tuple[str, str]] = field(default_factory=list)
    """The kinds of a number, in words, and the number."""


def open_vcards(text: str) -> Table:
    """The cards as rows with the columns name, language, tags and a kind and a value for each number.

    A card that cannot be read is a row that is refused. Raises `FileFault` for more cards than rows.
    """
    unused: dict[str, None] = {}
    cards = [_read(card, unused) for card in _cards(text)]
    most = max((len(card.phones) for card in cards if isinstance(card, _Person)), default=0)
    header = ["name", "language", "tags"]
    for number in range(1, max(most, 1) + 1):
        header += [f"Phone {number} - Label", f"Phone {number} - Value"]
    return Table(header, _rows(cards), "vcard", unused=list(unused))


def _rows(cards: Iterable["_Person | str"]) -> Iterator[tuple[int, list[str] | Note]]:
    for number, card in enumerate(cards, 1):
        if isinstance(card, str):
            yield number, Note(number, "broken_card", card)
        else:
            phones = [text for phone in card.phones for text in phone]
            tags = "".join(f"{tag}:::" for tag in card.tags)
            yield number, [card.name, card.language, tags, *phones]


def _cards(text: str) -> list[str]:
    pieces = _CARD.split(text.replace("\r\n", "\n").replace("\r", "\n"))[1:]
    if len(pieces) > MOST_ROWS:
        raise too_many_rows()
    if not pieces:
        raise FileFault("The file holds no card.", "Export the contacts again as vCard, or as CSV.")
    return pieces


def _read(card: str, unused: dict[str, None]) -> _Person | str:
    """The person of a card, or how a card that cannot be read begins."""
    begins = shown(card)[:_IN_A_SENTENCE]
    ended = _END.split(card)
    if len(ended) == 1:
        return begins
    try:
        lines = ["begin:vcard", *_what_is_read(ended[0], unused), "end:vcard", ""]
        return _person(vobject.readOne("\n".join(lines), allowQP=True)) if are_readable(lines) else begins
    except Exception:
        # The library raises whatever its parsers of values come upon; one card must not end the import.
        return begins


def _what_is_read(card: str, unused: dict[str, None]) -> list[str]:
    """The card's lines without pictures and whatever else is not used: names of that go to `unused`."""
    kept: list[str] = []
    wanted, soft = True, False
    for line in card.split("\n"):
        begins = None if soft or line[:1] in (" ", "\t") else _PROPERTY.match(line)
        if begins is not None:
            name = begins[1].casefold()
            wanted = name in _READ
            if not (wanted or name.startswith("x-") or name in _NOT_OF_A_PERSON):
                unused.setdefault(begins[1].upper())
        # A quoted-printable line that ends with = goes on in the next one.
        head = line.partition(":")[0].upper()
        soft = line.endswith("=") and (soft or "QUOTED-PRINTABLE" in head)
        if wanted and line.strip():
            kept.append(line)
    return kept


def _person(card: Component) -> _Person:
    contents = {
        name: [line for line in lines if isinstance(line, ContentLine)]
        for name, lines in card.contents.items()
    }
    tags = [str(tag) for line in contents.get("categories", []) for tag in _several(line.value)]
    languages = [str(line.value) for line in contents.get("lang", [])]
    phones = [_phone(line) for line in contents.get("tel", [])]
    return _Person(_name(contents), next(iter(languages), ""), tags, [each for each in phones if each[1]])


def _name(contents: dict[str, list[ContentLine]]) -> str:
    for line in contents.get("fn", []):
        if shown(str(line.value)):
            return shown(str(line.value))
    for line in contents.get("n", []):
        if not isinstance(line.value, Name):
            continue
        parts = (line.value.given, line.value.additional, line.value.family)
        if name := shown(" ".join(" ".join(_several(part)) for part in parts)):
            return name
    return shown(" ".join(str(part) for line in contents.get("org", []) for part in _several(line.value)))


def _phone(line: ContentLine) -> tuple[str, str]:
    kinds = [kind for each in line.params.get("TYPE", []) for kind in each.split(",")]
    kinds += line.singletonparams
    number = str(line.value).strip()
    return " ".join(kinds), number.partition(";")[0] if number.casefold().startswith("tel:") else number


def _several(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, (list, tuple)) else [str(value)]
