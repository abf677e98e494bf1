"""How the documentation in `docs` is made: the pages of reference from the code, and the site from all pages.

No part of the program: `make reference` and `make docs` use it.
"""
