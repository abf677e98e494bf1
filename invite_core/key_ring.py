"""Secrets in the operating system's own keyring, where the optional extra `keyring` is installed."""

from contextlib import suppress

from invite_core.errors import InviteError

SERVICE = "invite-tui"
"""Under what name the keyring holds them, one entry for each setting."""


class KeyRingFault(InviteError):
    """The keyring cannot be used."""


def is_there() -> bool:
    """Whether this computer has a keyring that this program can use."""
    try:
        import keyring
        from keyring.backends import fail, null
    except ImportError:
        return False
    return not isinstance(keyring.get_keyring(), fail.Keyring | null.Keyring)


def keep(name: str, secret: str) -> None:
    """Put a secret into the keyring, in the place of an older one. Raises `KeyRingFault`."""
    _require()
    import keyring
    from keyring.errors import KeyringError

    try:
        keyring.set_password(SERVICE, name, secret)
    except KeyringError as error:
        raise _refused(error) from None


def read(name: str) -> str | None:
    """The secret of that name, or None. Raises `KeyRingFault`."""
    _require()
    import keyring
    from keyring.errors import KeyringError

    try:
        return keyring.get_password(SERVICE, name)
    except KeyringError as error:
        raise _refused(error) from None


def forget(name: str) -> None:
    """Take a secret out again, if there is one; what cannot be taken out stays."""
    _require()
    import keyring
    from keyring.errors import KeyringError

    with suppress(KeyringError):
        keyring.delete_password(SERVICE, name)


def _require() -> None:
    if not is_there():
        raise KeyRingFault(
            "This computer has no keyring that this program can use.",
            "Install the extra (pipx inject whatsapp-invitations keyring), or keep the secrets in the settings file.",
        )


def _refused(error: Exception) -> KeyRingFault:
    return KeyRingFault(
        f"The keyring does not give its secrets ({type(error).__name__}).", "Unlock it, then try again."
    )
