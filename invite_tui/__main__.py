"""Where `invite-tui` and `python -m invite_tui` begin."""

import sys

from invite_tui.command_line.output import accept_every_character
from invite_tui.command_line.root import run


def main() -> None:
    """Run the program with this process's arguments and end it with the exit code."""
    accept_every_character()
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
