"""Which text each person gets, and what stands in it, as SQL: part of the resolver (`verdicts`)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from invite_core.invitations.fields import Field, Source, event_value, parse_field
from invite_core.invitations.marketing import CATEGORY
from invite_core.invitations.plan import Plan
from invite_core.invitations.templates import Variant, choose_variant
from invite_core.provider.template_components import TextPart, filled_length, text_parts
from invite_core.provider.template_values import UNFIT_FOR_LINKS, repaired
from invite_core.store.dialect import json_object, octets

_BREAKS = {"tab": "\t", "line_feed": "\n", "carriage_return": "\r"}

_UNFIT = {f"unfit_{n}": sign for n, sign in enumerate(UNFIT_FOR_LINKS)}


@dataclass(slots=True)
class Wordings:
    """SQL over `contacts` and `variant`: who gets which text, and with what in it."""

    variants: str
    """A SELECT of `spoken, variant, approved, marketing`: the variant that each spoken language gets."""
    parameters: str
    """The parameters of the person's text as a JSON object; over `variant` and `contacts`."""
    unfit: str
    """1 where one of them is empty, 2 where they make the text longer than Meta takes, else 0."""
    values: dict[str, object]


def choices(plan: Plan, spoken: Iterable[str]) -> dict[str, Variant | None]:
    """The variant that each spoken language gets."""
    return {
        language: choose_variant(language, plan.variants, language=plan.language, fallback=plan.fallback)
        for language in spoken
    }


def wordings(plan: Plan, choices: Mapping[str, Variant | None]) -> Wordings:
    """What each language of `choices` says to a person."""
    values: dict[str, object] = {**_BREAKS, **_UNFIT}
    lines = []
    for n, (language, variant) in enumerate(choices.items()):
        if variant is not None:
            flags = f"{int(variant.approved)}, {int(variant.category == CATEGORY)}"
            lines.append(f"SELECT :spoken_{n}, :variant_{n}, {flags}")
            values |= {f"spoken_{n}": language, f"variant_{n}": variant.language}
    parameters, unfit = [], []
    for n, variant in enumerate(plan.variants):
        values[f"text_{n}"] = variant.language
        filled, wrong = _parameters(plan, variant, f"value_{n}", values)
        parameters.append(f"WHEN :text_{n} THEN {filled}")
        unfit.append(f"WHEN :text_{n} THEN {wrong}")
    return Wordings(
        variants=" UNION ALL ".join(lines) or "SELECT NULL, NULL, NULL, NULL WHERE 1 = 0",
        parameters=f"CASE variant {' '.join(parameters)} ELSE '{{}}' END",
        unfit=f"CASE variant.variant {' '.join(unfit)} ELSE 0 END",
        values=values,
    )


def _parameters(plan: Plan, variant: Variant, name: str, values: dict[str, object]) -> tuple[str, str]:
    pairs: list[tuple[str, str]] = []
    missing = ["1 = 0"]
    texts: dict[str, str] = {}
    for n, parameter in enumerate(variant.parameters):
        values[f"{name}_{n}_key"] = parameter
        value = f":{name}_{n}"
        field = parse_field(variant.mapping[parameter]) if parameter in variant.mapping else None
        if field is not None and field.source is Source.NAME:
            value = "trim(contacts.name)"
            missing.append(f"{value} = ''")
        elif field is not None and field.source is Source.ATTRIBUTE:
            values[f"{name}_{n}"] = field.key
            value = f"trim({_one_line(f'contacts.attributes ->> :{name}_{n}')})"
            missing.append(f"{value} = ''")
        else:
            texts[parameter] = values[f"{name}_{n}"] = text = _of_everyone(plan, variant, field)
            missing += [] if text else ["1 = 1"]
        pairs.append((f":{name}_{n}_key", value))
    sources = dict(zip(variant.parameters, (value for _, value in pairs), strict=True))
    too_long = " OR ".join(_too_long(part, sources, texts) for part in text_parts(variant.components))
    wrong = f"CASE WHEN {' OR '.join(missing)} THEN 1 WHEN {too_long or '1 = 0'} THEN 2 ELSE 0 END"
    return json_object(pairs), wrong


def _one_line(value: str) -> str:
    """Text without the breaks and tabs that Meta refuses in a parameter (132018)."""
    for name in _BREAKS:
        value = f"replace({value}, :{name}, ' ')"
    return f"coalesce({value}, '')"


def _too_long(part: TextPart, sources: Mapping[str, str], texts: Mapping[str, str]) -> str:
    """Whether a part is longer than Meta takes. `sources` has the SQL that fills each parameter, `texts` the
    words of those that are filled alike for everyone."""
    if part.parameters.keys() <= texts.keys():
        return "1 = 1" if filled_length(part, texts) > part.most else "1 = 0"
    if part.is_link:
        return _link_too_long(part, sources[part.name])
    known = {parameter: text for parameter, text in texts.items() if parameter in part.parameters}
    words = [f"{n} * length({sources[each]})" for each, n in part.parameters.items() if each not in known]
    return f"{filled_length(part, known)} + {' + '.join(words)} > {part.most}"


def _link_too_long(part: TextPart, ending: str) -> str:
    """Whether the ending makes the link too long; the same as `link_length`."""
    written_anew = [f"{octets(ending)} > length({ending})"]
    written_anew += [f"replace({ending}, :{sign}, '') <> {ending}" for sign in _UNFIT]
    return f"""({part.fixed} + 3 * {octets(ending)} > {part.most} AND (
        {part.fixed} + length({ending}) > {part.most} OR {" OR ".join(written_anew)}))"""


def _of_everyone(plan: Plan, variant: Variant, field: Field | None) -> str:
    """The text of a parameter that says the same to everyone."""
    if field is None:
        return ""
    if field.source is Source.EVENT:
        return repaired(event_value(plan.event, field.key, variant.language))
    return repaired(field.key)
