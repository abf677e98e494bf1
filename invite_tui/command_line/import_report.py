"""The report of an import as lines for a person; scripts read its JSON."""

from collections.abc import Iterable
from typing import Any

from invite_core.people.importing.sentences import sentence
from invite_tui.command_line.counting import counted


def report_lines(report: dict[str, Any]) -> list[str]:
    """The report's JSON document as sentences, those that matter most last."""
    rejected, warnings = report["rejected"], report["warnings"]
    lines = [
        (
            f"{counted(report['read'], 'row')} read: {counted(report['created'], 'person', 'people')} created, "
            f"{report['updated']} updated, {report['unchanged']} unchanged, {len(rejected)} rejected."
        )
    ]
    if shared := report["shared_number"]:
        lines.append(
            f"{shared} {'shares' if shared == 1 else 'share'} a number with someone of another name."
        )
    if rejected:
        lines += [f"{counted(len(rejected), 'row')} rejected:", *_notes(rejected)]
    if warnings:
        lines += [f"{counted(len(warnings), 'warning')}:", *_notes(warnings)]
    if ignored := report["ignored_columns"]:
        lines.append(f"{'Column' if len(ignored) == 1 else 'Columns'} not used: {', '.join(ignored)}.")
    if without := report["without_consent"]:
        lines.append(
            f"{without} of {counted(report['people'], 'person', 'people')} "
            f"{'has' if without == 1 else 'have'} no consent and will not be invited."
        )
    return lines


def _notes(notes: Iterable[dict[str, Any]]) -> list[str]:
    return [f"  row {note['row']}: {sentence(note['reason'], note['value'])}" for note in notes]
