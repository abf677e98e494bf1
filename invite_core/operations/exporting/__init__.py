"""Lists that leave the program as files: which lists there are, and how each kind of file is written."""
