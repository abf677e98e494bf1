"""What is wrong with a text, in sentences: what keeps it from anybody, and why the resolver says of one person
that a word is missing or that the text is too long (`wordings` judges the same for everyone at once). Pure."""

from collections.abc import Mapping, Sequence

from invite_core.invitations.media import UPLOADED
from invite_core.invitations.templates import TemplateFault, Variant
from invite_core.provider.template_components import (
    MEDIA_PARAMETER,
    TextPart,
    filled_length,
    header_format,
    text_parts,
    unfilled_parts,
)


class UnfilledGap(TemplateFault):
    """Nothing is said of what fills a parameter."""


class NoMeaning(TemplateFault):
    """Nothing is said of what a tap on a button means."""


def require_complete(variants: Sequence[Variant]) -> None:
    """Raise `TemplateFault` if a variant is not ready to be sent: the first of its `faults`."""
    for variant in variants:
        for fault in faults(variant):
            raise fault


def faults(variant: Variant) -> list[TemplateFault]:
    """What keeps a variant from being sent to anybody: a parameter without a field, a quick-reply button without
    a meaning, a part that this program cannot fill."""
    which = f"template {variant.name} ({variant.language})"
    return [
        *(
            UnfilledGap(
                f"Nothing fills parameter {parameter} of {which}.",
                f"Say what does, for example --map {parameter}=name.",
            )
            for parameter in variant.parameters
            if parameter not in variant.mapping and parameter != MEDIA_PARAMETER
        ),
        *_media_faults(variant, which),
        *(
            NoMeaning(
                f"Button {index} (“{label}”) of {which} has no meaning.",
                f"Say what a tap on it means, for example --button {index}=yes.",
            )
            for index, label in variant.button_labels.items()
            if str(index) not in variant.buttons
        ),
        *(
            TemplateFault(
                f"Template {variant.name} ({variant.language}) has {part}, and this version cannot give it to Meta.",
                "Choose a template without it.",
            )
            for part in unfilled_parts(variant.components)
        ),
    ]


def _media_faults(variant: Variant, which: str) -> list[TemplateFault]:
    """What is wrong with the file in the header: there is none, or fixed words that are no file."""
    if MEDIA_PARAMETER not in variant.parameters:
        return []
    field = variant.mapping.get(MEDIA_PARAMETER, "=")
    if field.startswith(("=https://", f"={UPLOADED}", "attribute.")):
        return []
    what = {"IMAGE": "picture", "VIDEO": "video"}.get(header_format(variant.components), "document")
    return [
        TemplateFault(
            f"The header of {which} shows a {what}, and there is none.",
            f"Choose one: `invite-tui templates media {variant.name} --language {variant.language} --file FILE`, "
            "or --link https://… instead of --file.",
        )
    ]


def text_faults(variant: Variant, parameters: Mapping[str, str]) -> list[TemplateFault]:
    """The faults of `variant`, and of what is filled into it for one person; empty if the text can be sent."""
    found = faults(variant)
    for parameter in variant.parameters:
        if parameter in variant.mapping and not parameters.get(parameter):
            found.append(
                TemplateFault(
                    f"{variant.mapping[parameter]} is empty, and it fills parameter {parameter}.",
                    f"Fill it in, or map the parameter to something else: --map {parameter}=FIELD.",
                )
            )
    parts = text_parts(variant.components)
    return found + [
        _too_long(part, n) for part in parts if (n := filled_length(part, parameters)) > part.most
    ]


def _too_long(part: TextPart, length: int) -> TemplateFault:
    where = f"The link of button {part.name.partition('.')[2]}" if part.is_link else f"The {part.name}"
    return TemplateFault(
        f"{where} has {length:,} characters with this person's words in it, and Meta takes {part.most:,}.",
        "Shorten what is filled in, or map the parameter to something shorter.",
    )
