"""Meta's handshake: it asks for its own challenge back when the callback address is entered. Pure.

webhooks/create-webhook-endpoint: `?hub.mode=subscribe&hub.challenge=…&hub.verify_token=…`.
"""

import hmac
import re
from urllib.parse import parse_qs

_CHALLENGE = re.compile(r"[A-Za-z0-9._-]{1,256}")


def answer_to(query: bytes, verify_token: str) -> tuple[int, str]:
    """The status and the text that answer the handshake: 200 and the challenge if the token is ours.

    403 for anything else, 400 for a challenge that we will not repeat. The token is compared in a time
    that does not tell how near it was.
    """
    try:
        given = parse_qs(query.decode("ascii"), keep_blank_values=True, max_num_fields=16, errors="strict")
    except ValueError:
        return 403, ""
    token = _only(given, "hub.verify_token")
    matches = hmac.compare_digest(token.encode("utf-8", "surrogatepass"), verify_token.encode())
    if not matches or not verify_token or _only(given, "hub.mode") != "subscribe":
        return 403, ""
    challenge = _only(given, "hub.challenge")
    return (200, challenge) if _CHALLENGE.fullmatch(challenge) else (400, "")


def _only(given: dict[str, list[str]], name: str) -> str:
    values = given.get(name, [])
    return values[0] if len(values) == 1 else ""
