"""Made-up people as CSV, as many as are wanted: for the demo and for measuring."""

import csv
import io
import random
from collections.abc import Iterator

_COLUMNS = (
    "name", "phone", "language", "tags", "household", "places", "consent_source", "consent_at",
    "do_not_message", "attribute.city",
)  # fmt: skip

_PREFIXES = {"en": "+44 7400", "pt": "+351 910", "es": "+34 600"}
"""Where the numbers of each language begin; six digits follow, so that a million people differ."""

_MOST = 1_000_000

_FIRST = {
    "en": ("Alice", "Oliver", "Grace", "Harry", "Ruby", "Jack", "Amelia", "George", "Isla", "Noah"),
    "pt": ("Beatriz", "João", "Mariana", "Tiago", "Inês", "Gonçalo", "Leonor", "Rui", "Catarina", "Duarte"),
    "es": ("Lucía", "Mateo", "Sofía", "Íñigo", "Carmen", "Diego", "Begoña", "Álvaro", "Elena", "Pablo"),
}
_LAST = {
    "en": ("Ashworth", "Bell", "Carter", "Dunn", "Ellis", "Fletcher", "Gibbs", "Hale", "Irving", "Joyce"),
    "pt": ("Almeida", "Brandão", "Carvalho", "Duarte", "Esteves", "Fonseca", "Gouveia", "Lopes", "Moura"),
    "es": ("Alonso", "Benítez", "Cano", "Delgado", "Espinosa", "Fuentes", "Gil", "Herrera", "Núñez"),
}
_CITIES = {
    "en": ("London", "Leeds", "Bristol"),
    "pt": ("Lisboa", "Porto", "Braga"),
    "es": ("Madrid", "Sevilla", "Bilbao"),
}
_TAGS = ("friends", "family", "work", "choir", "neighbours")
_SOURCES = ("web form", "paper form", "asked in person")


def csv_of(n: int, seed: int) -> bytes:
    """`n` people (at most a million), one a row, in UTF-8: the same ones for the same seed.

    About 4 % have no consent, 2 % are on the Do-Not-Message list, and 2 % share the number of the
    person before them, under another name. Every number is written with its country code.
    Raises ValueError for more than a million.
    """
    if n > _MOST:
        raise ValueError(f"only {_MOST} numbers can be told apart")
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(_COLUMNS)
    writer.writerows(_people(n, seed))
    return file.getvalue().encode()


def _people(n: int, seed: int) -> Iterator[tuple[str, ...]]:
    chance = random.Random(seed)  # noqa: S311 - made-up people; nothing here is secret
    start = chance.randrange(_MOST)
    phone = name = language = city = ""
    has_mate = True
    for place in range(n):
        if not has_mate and chance.random() < 0.02:
            has_mate = True
            first = chance.choice([each for each in _FIRST[language] if each != name.split()[0]])
            name = f"{first} {name.split(maxsplit=1)[1]}"
        else:
            has_mate = False
            language = chance.choices(("en", "pt", "es"), (6, 3, 1))[0]
            # 7,919 has no factor in common with a million, so every suffix comes once.
            suffix = f"{(start + place * 7_919) % _MOST:06d}"
            phone = f"{_PREFIXES[language]} {suffix[:3]}{chance.choice((' ', '-', ''))}{suffix[3:]}"
            name = f"{chance.choice(_FIRST[language])} {chance.choice(_LAST[language])}"
            city = chance.choice(_CITIES[language])
        agreed = chance.random() >= 0.04
        yield (
            name,
            phone,
            language,
            chance.choice(_TAGS),
            f"The {name.split(maxsplit=1)[1]}s, {phone[-6:]}" if has_mate else "",
            str(chance.choices((1, 2, 3, 4), (80, 14, 4, 2))[0]),
            chance.choice(_SOURCES) if agreed else "",
            f"2026-{chance.randint(1, 6):02d}-{chance.randint(1, 28):02d}" if agreed else "",
            "yes" if chance.random() < 0.02 else "",
            city,
        )
