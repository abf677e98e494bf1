"""How a template is shown: how it stands with Meta, and what was said of its buttons and gaps."""

from collections.abc import Sequence

from invite_core.errors import InviteError
from invite_core.invitations.templates import Variant
from invite_core.invitations.text_faults import NoMeaning, UnfilledGap
from invite_core.views.template_board import TemplateLine
from invite_tui.local_time import day_and_clock
from invite_tui.state_style import Look
from invite_tui.tone import Tone
from invite_tui.widgets.inert_label import Piece
from invite_tui.widgets.records import Cell, Column

_READY = Look("✓", "ready", Tone.GOOD)
_DOUBTFUL = Look("!", "look", Tone.WARNING)
_FORBIDDEN = Look("✗", "not yet", Tone.BAD)

_QUALITY = {"GREEN": Tone.GOOD, "YELLOW": Tone.WARNING, "RED": Tone.BAD}

MEANINGS = {
    "yes": "comes",
    "no": "does not come",
    "maybe": "does not know yet",
    "stop": "wants no more messages: is blocked",
    "none": "is no answer",
}
"""What a tap on a button says, in words."""


COLUMNS = (
    Column("Template", 16, grows=True),
    Column("Lang", 6),
    Column("Ready", 10),
    Column("Meta says", 12),
    Column("Category", 10, drop=2),
    Column("Quality", 8, drop=3),
    Column("Last seen", 15, drop=1),
)
"""What the cells of a template are."""


def readiness(line: TemplateLine) -> Look:
    """Whether it can be sent, and whether it wants a look."""
    if not line.may_be_sent:
        return _FORBIDDEN
    return _DOUBTFUL if line.problems else _READY


def _meta_word(word: str) -> str:
    """Meta's word in capitals as it is shown."""
    return word.lower().replace("_", " ")


def _quality_tone(quality: str) -> Tone:
    """How much a quality matters."""
    return _QUALITY.get(quality, Tone.MUTED)


def meaning_words(meaning: str | None) -> str:
    """What a button's meaning says: `yes:2` is that the person comes with two places."""
    if meaning is None:
        return "nothing yet"
    word, _, places = meaning.partition(":")
    return f"{MEANINGS.get(word, word)}, {places} places" if places else MEANINGS.get(word, word)


def cells(line: TemplateLine) -> list[Cell]:
    """One line of the list."""
    variant, ready = line.variant, readiness(line)
    return [
        Cell(variant.name),
        Cell(variant.language, Tone.MUTED),
        Cell(ready.text, ready.tone),
        Cell(_meta_word(variant.status), Tone.PLAIN if variant.approved else Tone.WARNING),
        Cell(_meta_word(variant.category), Tone.MUTED),
        Cell(_meta_word(variant.quality), _quality_tone(variant.quality)),
        Cell(day_and_clock(line.last_seen), Tone.MUTED),
    ]


def facts(line: TemplateLine) -> Sequence[Piece]:
    """What is to be known of a template beside its text."""
    variant = line.variant
    pieces = _problems(line)
    if variant.button_labels:
        pieces += [("A tap on", Tone.STRONG), (" (b changes that)", Tone.MUTED)]
    for index, label in variant.button_labels.items():
        meaning = variant.buttons.get(str(index))
        pieces += [f"\n [ {label} ] ", (meaning_words(meaning), Tone.PLAIN if meaning else Tone.BAD)]
    if variant.parameters:
        between = "\n\n" if variant.button_labels else ""
        pieces += [(f"{between}The gaps are filled with", Tone.STRONG), (" (g changes that)", Tone.MUTED)]
    for parameter in variant.parameters:
        field = variant.mapping.get(parameter)
        pieces += [f"\n {{{{{parameter}}}}} ", (field or "nothing yet", Tone.PLAIN if field else Tone.BAD)]
    between = "\n\n" if variant.button_labels or variant.parameters else ""
    pieces += [
        (f"{between}Meta says  ", Tone.MUTED),
        f"{_meta_word(variant.status)}, {_meta_word(variant.category)}, quality {_meta_word(variant.quality)}",
        (f"\nLast seen  {day_and_clock(line.last_seen)}", Tone.MUTED),
    ]
    return pieces


def on_screen(fault: InviteError) -> InviteError:
    """The fault with the keys to press where its own todo is for the command line; any other as it is."""
    if isinstance(fault, UnfilledGap):
        return UnfilledGap(fault.sentence, "On the first screen press t, then g, to say what goes in.")
    if isinstance(fault, NoMeaning):
        return NoMeaning(
            fault.sentence, "On the first screen press t, then b, to say what a tap on it means."
        )
    return fault


def _problems(line: TemplateLine) -> list[Piece]:
    """What Meta has against it in full; of what is not said yet here only that it is, as it stands below in red."""
    pieces: list[Piece] = []
    for problem in line.problems:
        if problem.is_of_meta:
            tone = Tone.BAD if problem.forbids else Tone.WARNING
            glyph = "✗" if problem.forbids else "!"
            pieces += [(f"{glyph} {problem.sentence}\n", tone), f"{problem.todo}\n\n"]
    own = [problem for problem in line.problems if not problem.is_of_meta]
    unsaid = _unsaid(line.variant)
    if unsaid:
        pieces.append((f"✗ It cannot be sent: {unsaid}.\n\n", Tone.BAD))
    elif own:
        pieces += [(f"✗ {own[0].sentence}\n", Tone.BAD), f"{own[0].todo}\n\n"]
    return pieces or [("✓ It can be sent.\n\n", Tone.GOOD)]


def _unsaid(variant: Variant) -> str:
    """How much is not said yet of a text, in words, or ''."""
    buttons = sum(str(index) not in variant.buttons for index in variant.button_labels)
    gaps = sum(parameter not in variant.mapping for parameter in variant.parameters)
    said = []
    if buttons:
        said.append(f"{buttons} button{' has' if buttons == 1 else 's have'} no meaning (b)")
    if gaps:
        said.append(f"nothing fills {gaps} gap{'' if gaps == 1 else 's'} (g)")
    return " and ".join(said)
