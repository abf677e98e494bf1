"""Where `invite-tui` and `python -m invite_tui` begin."""

import sys

from invite_tui.command_line.exit_codes import INTERRUPTED


def main() -> None:
    """Run the program with this process's arguments and end it with the exit code."""
    try:
        # Loading the program takes long enough to be interrupted, and that is no fault to be traced.
        from invite_tui.command_line.output import accept_every_character
        from invite_tui.command_line.root import run

        accept_every_character()
        code = run(sys.argv[1:])
    except KeyboardInterrupt:
        code = INTERRUPTED
    sys.exit(code)


if __name__ == "__main__":
    main()
