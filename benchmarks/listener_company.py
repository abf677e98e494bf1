"""A dispatch of 80 messages a second, beside the listener; a process of its own, ended from outside.

Arguments: the file, the run, and the address of the server that answers as Meta does.
"""

import asyncio
import sys
from pathlib import Path

from benchmarks.dispatch import sent
from invite_core.store import Store


def main() -> None:
    """Send."""
    database, run, url = sys.argv[1:]
    with Store.open(Path(database)) as store:
        asyncio.run(sent(store, int(run), url, rate=80, in_flight=64))


if __name__ == "__main__":
    main()
