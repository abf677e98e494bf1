"""How far an import is, and what is said of it."""

from collections.abc import Sequence
from enum import Enum

from invite_core.people.importing.report import ImportReport
from invite_tui.import_words import counts, remarks, sharing
from invite_tui.tone import Tone
from invite_tui.widgets.inert_label import Piece


class Stage(Enum):
    """The value is what is said of it."""

    LOOKING = "Looking at the file"
    PREVIEW = "A preview: nothing is stored. Enter on a column changes it; i imports."
    STALE = "Changed above: Enter there, or r, looks at the file again."
    REFUSED = "Nothing is stored. Mend what is wrong, then press r to look at the file again."
    STOPPED = "Stopped: nothing is stored. Press r to look at the file again."
    IMPORTING = "Importing"
    IMPORTED = "Imported. Escape goes back to the people."

    @property
    def is_working(self) -> bool:
        """Whether it goes on by itself, and can be stopped."""
        return self in (Stage.LOOKING, Stage.IMPORTING)

    @property
    def may_change(self) -> bool:
        """Whether what is said of the file may still be changed."""
        return self not in (Stage.IMPORTING, Stage.IMPORTED)


def stage_pieces(stage: Stage, report: ImportReport | None) -> Sequence[Piece]:
    """What is said of a stage; with the counts and what to think of them where there are some."""
    tone = Tone.GOOD if stage is Stage.IMPORTED else Tone.STRONG
    pieces: list[Piece] = [(f"{stage.value}…" if stage.is_working else stage.value, tone)]
    if report is not None and stage in (Stage.PREVIEW, Stage.IMPORTED):
        document = report.as_json()
        pieces.append(f"\n{' '.join((counts(document), *sharing(document)))}")
        pieces += [(f"\n{line}", Tone.WARNING) for line in remarks(document)]
    return pieces


def progress_pieces(stage: Stage, phase: str, done: int, total: int | None) -> Sequence[Piece]:
    """What is said while it works: `phase` is `reading` or `storing`, `total` None while nobody knows it."""
    words = "Reading" if phase == "reading" else "Checking" if stage is Stage.LOOKING else "Storing"
    of_all = f" of {total:,}" if total else ""
    return [
        (f"{words}: {done:,}{of_all} rows. ", Tone.STRONG),
        ("Escape stops it and leaves nothing behind.", Tone.MUTED),
    ]
