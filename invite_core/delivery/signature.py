"""Meta's signature of a webhook: HMAC-SHA256 of the raw body under the app's secret. Pure.

The bytes are hashed exactly as they came. Meta escapes its JSON in its own way (`\\u00e4`, `\\/`), so a
body that was parsed and written again has another signature
(developers.facebook.com/docs/graph-api/webhooks/getting-started).
"""

import hmac
import re
from collections.abc import Sequence

_FORM = re.compile(rb"sha256=([0-9a-f]{64})")


class Signatures:
    """The secrets under which a body may be signed: the current one first, then the one before it."""

    def __init__(self, secrets: Sequence[str]) -> None:
        """Raises ValueError where there is no secret, or an empty one: anybody could sign with it."""
        if not secrets or not all(secrets):
            raise ValueError("an empty secret would let anybody sign")
        self._keys = tuple(secret.encode() for secret in secrets)

    def matched(self, body: bytes, headers: Sequence[bytes]) -> int | None:
        """The index of the secret that signed `body`, or None if none did.

        `headers` are the values of every `X-Hub-Signature-256` that came; more or fewer than one is
        refused. Every secret is tried, in a time that does not tell how near the value was.
        """
        if len(headers) != 1:
            return None
        found = _FORM.fullmatch(headers[0])
        if found is None:
            return None
        given = bytes.fromhex(found[1].decode())
        matches = [hmac.compare_digest(hmac.digest(key, body, "sha256"), given) for key in self._keys]
        return matches.index(True) if True in matches else None

    @staticmethod
    def claimed(headers: Sequence[bytes]) -> bool:
        """Whether a request says that it is signed, in the form that Meta's signatures have."""
        return len(headers) == 1 and _FORM.fullmatch(headers[0]) is not None

    def __repr__(self) -> str:
        return f"Signatures({len(self._keys)} secrets)"
