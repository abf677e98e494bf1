"""The pages of reference, by the names of their files."""

from collections.abc import Callable

from handbook.command_line_page import command_line_page
from handbook.error_codes_page import error_codes_page
from handbook.reasons_pages import block_reasons_page, pauses_page
from handbook.settings_page import settings_page
from handbook.states_page import states_page

PAGES: dict[str, Callable[[], str]] = {
    "block-reasons.md": block_reasons_page,
    "commands.md": command_line_page,
    "error-codes.md": error_codes_page,
    "pauses.md": pauses_page,
    "settings.md": settings_page,
    "states.md": states_page,
}
"""Each page's name and what writes it."""
