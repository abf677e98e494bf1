"""Languages as people write them in spreadsheets, read into the codes that templates use."""

import re
from functools import cache

from babel import Locale, UnknownLocaleError
from babel.core import get_global

from invite_core.people.names import name_key

_NAMED_IN = ("de", "fr", "it", "es", "pt", "en")
"""The languages whose names for languages are read first; the last one wins."""

_ALSO = {
    "brasileiro": "pt_BR",
    "brazilian": "pt_BR",
    "castellano": "es",
    "castilian": "es",
    "português do brasil": "pt_BR",
    "português de portugal": "pt_PT",
}
"""Common names that Unicode's tables lack."""

_COUNTRIES_ALSO = {"uk": "GB", "usa": "US"}

_CODE = re.compile(r"([A-Za-z]{2,3})(?:[-_ ]([A-Za-z]{4}))?(?:[-_ ]([A-Za-z]{2}))?(?:[-_.@].*)?")
_WITH_COUNTRY = re.compile(r"([^()]+?)\s*(?:\(([^()]+)\)|[-–/,]\s*([^()]+))")


@cache
def normalised_language(text: str) -> str | None:
    """The code of the language that `text` names: `pt`, or `pt_BR` where a country is named.

    Reads codes in any spelling (`PT`, `pt-pt`, `por`), and names of languages in the language
    itself, English, Portuguese, Spanish, Italian, French or German (`português`, `Portuguese
    (Brazil)`). None for what is no language. The names are those of Unicode's CLDR.
    """
    key = name_key(text)
    known = _code(key) or _named(key)
    if known is not None:
        return known
    found = _WITH_COUNTRY.fullmatch(key)
    if found is None:
        return None
    language = _code(found[1]) or _named(found[1])
    country = (found[2] or found[3]).strip()
    territory = _territories().get(country) or (country.upper() if len(country) == 2 else "")
    if language is None or (len(country) == 2 and territory not in _known_territories()):
        return None
    return f"{language.split('_')[0]}_{territory}" if territory else language


def _code(key: str) -> str | None:
    found = _CODE.fullmatch(key)
    if found is None:
        return None
    written = found[1].lower()
    language = str(get_global("language_aliases").get(written, written)).split("_")[0]
    if language not in _known_languages():
        return None
    territory = (found[3] or "").upper()
    if territory and territory not in _known_territories():
        return None
    return f"{language}_{territory}" if territory else language


@cache
def _known_languages() -> frozenset[str]:
    codes = {str(code) for code in Locale("en").languages}
    return frozenset(code for code in codes if "_" not in code) - {"mul", "und", "zxx"}


@cache
def _known_territories() -> frozenset[str]:
    codes = {str(code) for code in Locale("en").territories}
    return frozenset(code for code in codes if len(code) == 2 and code.isalpha())


def _named(key: str) -> str | None:
    # The languages' own names come last: reading them all takes a second.
    return _names().get(key) or (_own_names().get(key) if key else None)


@cache
def _names() -> dict[str, str]:
    """The codes by name; only codes that are a language, or a language and a country."""
    names: dict[str, str] = {}
    for speaker in _NAMED_IN:
        for code, name in Locale(speaker).languages.items():
            language, _, territory = code.partition("_")
            if language in _known_languages() and (not territory or territory in _known_territories()):
                names[name_key(name)] = code
    return names | _ALSO


@cache
def _own_names() -> dict[str, str]:
    names: dict[str, str] = {}
    for code in sorted(_known_languages()):
        try:
            own = Locale.parse(code).languages.get(code)
        except (UnknownLocaleError, ValueError):
            continue
        if own:
            names[name_key(own)] = code
    return names


@cache
def _territories() -> dict[str, str]:
    named = {
        name_key(name): code
        for speaker in _NAMED_IN
        for code, name in Locale(speaker).territories.items()
        if code in _known_territories()
    }
    return named | _COUNTRIES_ALSO
