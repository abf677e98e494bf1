"""The organiser's program: a terminal UI, and a command line that says the same facts to scripts."""
