"""Keyrings of the tests' own."""

from keyring.backend import KeyringBackend
from keyring.backends import fail


class Ring(KeyringBackend):
    """A keyring in memory."""

    priority = 1.0

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


class NoRing(fail.Keyring):
    """What there is on a computer without a keyring."""

    def __init__(self) -> None:
        """Nothing to prepare."""
