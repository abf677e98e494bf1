"""How a command ends (design, section 8)."""

DONE = 0
"""Done; a run that finished with failures too."""
REFUSED = 1
"""Refused or paused, for a reason that the message names."""
WRONG_USAGE = 2
"""The command was not understood."""
INTERRUPTED = 130
"""Interrupted."""
