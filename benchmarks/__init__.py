"""Measurements of the program against the bare minimum; see README.md."""
