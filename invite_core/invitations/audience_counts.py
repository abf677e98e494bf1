"""How many people each term of an audience holds for, so that a typing error shows before anybody is written to."""

from dataclasses import dataclass

from invite_core.invitations import audience
from invite_core.store import Store


@dataclass(frozen=True, slots=True)
class AudienceCounts:
    """People who are neither merged nor erased, counted."""

    everybody: int
    """How many there are."""
    together: int
    """For how many all terms hold."""
    terms: tuple[tuple[str, int], ...]
    """Each term as it was written, and for how many it holds by itself."""

    def as_json(self) -> list[dict[str, object]]:
        """`[{"term", "people"}]`."""
        return [{"term": term, "people": people} for term, people in self.terms]

    def lines(self) -> list[str]:
        """One line a term, for a person."""
        width = max((len(term) for term, _ in self.terms), default=0)
        return [f"  {term:<{width}}  {people:,}" for term, people in self.terms]


def term_counts(store: Store, expression: str, event: int) -> AudienceCounts:
    """Count the terms of an audience of `event`, each alone and all together, in one statement.

    Raises `AudienceFault`.
    """
    terms = audience.parse(expression)
    conditions = [audience.condition(store, [term], event, name=f"alone_{n}") for n, term in enumerate(terms)]
    held = [f"CASE WHEN {each.sql} THEN 1 ELSE 0 END AS h{n}" for n, each in enumerate(conditions)]
    alone = "".join(f", coalesce(sum(h{n}), 0) AS n{n}" for n in range(len(terms)))
    together = " AND ".join(f"h{n} = 1" for n in range(len(terms))) or "1 = 1"
    [row] = store.rows(
        f"""SELECT count(*) AS everybody, coalesce(sum(CASE WHEN {together} THEN 1 ELSE 0 END), 0) AS together{alone}
            FROM (SELECT {", ".join(["person.id", *held])} FROM contacts AS person
                WHERE person.merged_into IS NULL AND person.erased_at IS NULL) AS counted""",
        {name: value for each in conditions for name, value in each.values.items()},
    )
    counted = tuple((str(term), row[f"n{n}"]) for n, term in enumerate(terms))
    return AudienceCounts(row["everybody"], row["together"], counted)
