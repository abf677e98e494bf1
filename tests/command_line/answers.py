"""What a command printed, and how a refusal must look."""

import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Answer:
    """One command's exit code, stdout and stderr."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        """The one JSON document on stdout; nothing else may be there."""
        (document,) = self.lines
        return document

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The JSON documents on stdout, one a line."""
        return [json.loads(line) for line in self.out.split("\n") if line]

    def is_refused(self, *words: str) -> bool:
        """Whether this is a refusal as a person should see it, naming `words`: exit code 1, nothing on
        stdout, one line on stderr that ends like a sentence, no traceback."""
        said = self.err.strip()
        assert self.code == 1, self
        assert not self.out, self
        assert "Traceback" not in said, self
        assert "defect" not in said, self
        assert len(said.splitlines()) == 1, self
        assert said.endswith((".", ".)")), self
        assert all(word in said for word in words), self
        return True
