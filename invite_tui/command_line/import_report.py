"""The report of an import as lines for a person; scripts read its JSON."""

from collections.abc import Iterable
from typing import Any

from invite_core.people.importing.sentences import sentence
from invite_tui.command_line.counting import counted
from invite_tui.import_words import counts, remarks, sharing, unit_of


def report_lines(report: dict[str, Any]) -> list[str]:
    """The report's JSON document as sentences, those that matter most last."""
    rejected, warnings = report["rejected"], report["warnings"]
    unit = unit_of(report)
    lines = [*_layout(report), counts(report), *sharing(report)]
    if rejected:
        lines += [f"{counted(len(rejected), unit)} rejected:", *_notes(rejected, unit)]
    if warnings:
        lines += [f"{counted(len(warnings), 'warning')}:", *_notes(warnings, unit)]
    lines += remarks(report)
    if report["preview"]:
        lines.append("This was a preview: nothing was stored.")
    return lines


def _layout(report: dict[str, Any]) -> list[str]:
    """Which sheet was read, and what columns were taken for where their headers do not say it."""
    lines = []
    if others := report["other_sheets"]:
        lines.append(
            f"Sheet “{report['sheet']}” was read; not read: {', '.join(others)} (--sheet chooses another)."
        )
    told = [each for each in report["mapping"] if each["by"] in ("content", "organiser", "remembered")]
    by = {"content": "by what is in it", "organiser": "as you said", "remembered": "as you said before"}
    lines += [
        f"Column “{each['column'] or '(no header)'}” was taken for {each['field'] or 'nothing'}, "
        f"{by[each['by']]} (--column HEADER=FIELD changes it)."
        for each in told
    ]
    return lines


def _notes(notes: Iterable[dict[str, Any]], unit: str) -> list[str]:
    return [f"  {unit} {note['row']}: {sentence(note['reason'], note['value'])}" for note in notes]
