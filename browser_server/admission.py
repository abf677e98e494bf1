"""Who is let in: decisions on the token in the address, on `Host` and on `Origin`, as plain values.

The token alone opens the door. `Host` and `Origin` keep other web pages in the same browser from using it: a
page whose name was pointed at this computer (DNS rebinding) has a foreign `Host`, and a page that opens a
websocket to this computer has a foreign `Origin`, which a browser never leaves out.
"""

import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

TOKEN_BYTES = 32
"""So many random bytes are in a token."""


def new_token() -> str:
    """A random token, as it stands in an address."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def is_loopback(host: str) -> bool:
    """Whether a server that listens at `host` can be reached from this computer alone."""
    address = _address(host)
    return address.is_loopback if address is not None else host.casefold() == "localhost"


@dataclass(frozen=True, slots=True)
class Admission:
    """What a request must bring."""

    token: str
    """The secret of the address."""
    names: frozenset[str]
    """The names of this computer that are answered to, beside its numeric addresses; in lower case."""
    loopback_only: bool
    """Whether of the numeric addresses only those of loopback are answered to."""

    @classmethod
    def at(cls, host: str, names: Iterable[str], token: str) -> "Admission":
        """What it takes at a server that listens at `host`, and is called `names` by proxies in front of it."""
        known = {"localhost", host.casefold(), *(name.casefold() for name in names)}
        return cls(token, frozenset(known), is_loopback(host))

    def opens(self, given: str) -> bool:
        """Whether that is the token; takes equally long whatever was given."""
        return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), self.token.encode())

    def answers_to(self, host: str) -> bool:
        """Whether `host`, as it stands in a request's `Host`, is this server and no foreign name for it.

        A numeric address is never the name of a foreign page.
        """
        name = _name(f"//{host}")
        if name is None:
            return False
        address = _address(name)
        if address is not None:
            return address.is_loopback or not self.loopback_only or name in self.names
        return name in self.names

    def is_own_page(self, origin: str | None, host: str) -> bool:
        """Whether a websocket is asked for by a page of this very server: same name, same port."""
        own = {f"{scheme}://{host.casefold()}" for scheme in ("http", "https")}
        return origin is not None and origin.casefold() in own and self.answers_to(host)


def _name(url: str) -> str | None:
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - raises for what is no port
    except ValueError:
        return None
    is_more = parts.path or parts.query or parts.fragment or parts.username is not None
    return None if is_more or not parts.hostname else parts.hostname.rstrip(".")


def _address(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host.strip("[]"))
    except ValueError:
        return None
