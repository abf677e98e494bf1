"""What is asked while people are imported: what a column holds, and whether to import at all."""

from collections.abc import Mapping

from invite_core.errors import InviteError
from invite_core.people.importing.report import ImportReport
from invite_tui.import_words import OWN_WORD, choices, unit_of
from invite_tui.screens.ask import AskScreen
from invite_tui.screens.fill_in import Field, FillInScreen
from invite_tui.tone import Tone


def column_question(header: str) -> FillInScreen:
    """Asks what the column of that header holds; `field_said` makes a field of what it gives."""
    return FillInScreen(
        f"What does the column “{header}” hold?",
        "It is remembered for the next file with the same headers, once this one is imported.",
        fields=[
            Field("field", "It holds", choices=choices()),
            Field("called", "Under which word, if it is one of your own", value=header, needed=False),
        ],
        do="Take it so",
    )


def nameless_column() -> InviteError:
    """Why nothing can be said of a column without a header."""
    return InviteError("This file does not name its columns.", "Give it a first row that does; then press r.")


def field_said(header: str, filled: Mapping[str, str]) -> str:
    """The field that the organiser chose for the column."""
    if filled["field"] != OWN_WORD:
        return filled["field"]
    return f"{OWN_WORD}.{filled['called'] or header}"


def import_question(preview: ImportReport) -> AskScreen:
    """Asks whether to store what the preview shows."""
    kept = preview.read - len(preview.rejected)
    return AskScreen(
        f"Import {kept:,} of {preview.read:,} {unit_of(preview.as_json())}s?",
        (f"{preview.created:,} people are new, {preview.updated:,} are changed.\n", Tone.STRONG),
        "People can be changed, merged and erased afterwards, but an import cannot be taken back as a whole.",
        do="Import",
    )
