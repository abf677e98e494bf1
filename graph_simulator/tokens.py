"""Who asks: the account's token, or the app itself (`app id|app secret`). What Meta refuses, and what it tells.

Source: Meta, facebook-login/access-tokens (debugging-and-error-handling) and whatsapp/permissions.
"""

import time
from enum import Enum
from typing import Any

from graph_simulator.account import Account
from graph_simulator.graph_error import GraphError
from graph_simulator.standing import MANAGEMENT, MESSAGING, Standing

EXPIRED, LOGGED_OUT = 463, 467
"""Subcodes of 190."""
_ANOTHER_APP = "217443887430001"


class Bearer(Enum):
    """Whose a token is."""

    ACCOUNT = "account"
    """The system user's, or the person's, that may act for the account."""
    APP = "app"
    """The app's own."""


def bearer(account: Account, header: str) -> Bearer:
    """Who sends this `Authorization` header. Raises `GraphError` where nobody does, or may any more."""
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise GraphError(104)
    if "|" in token:
        if token != f"{account.hearing.app_id}|{account.app_secret}":
            raise GraphError(190, sentence="Invalid OAuth access token signature.")
        return Bearer.APP
    if token != account.access_token:
        raise GraphError(190)
    _require_in_force(account.standing)
    return Bearer.ACCOUNT


def require_scope(account: Account, scope: str) -> None:
    """Raise `GraphError` where the account's token lacks the permission, or was not given the account."""
    token = account.standing.token
    if scope not in token.scopes:
        what = "send messages" if scope == MESSAGING else "manage assets"
        raise GraphError(
            200,
            sentence=f"You do not have the necessary permissions to {what} on behalf of this WhatsApp "
            "Business Account",
        )


def debugged(account: Account, input_token: str) -> dict[str, Any]:
    """What `GET /debug_token` says of a token."""
    if input_token != account.access_token:
        error = {"code": 190, "message": "Invalid OAuth access token - Cannot parse access token"}
        return {"data": {"error": error, "is_valid": False, "scopes": []}}
    token = account.standing.token
    targets = {"target_ids": list(token.targets)} if token.targets is not None else {}
    data: dict[str, Any] = {
        "app_id": _ANOTHER_APP if token.of_another_app else account.hearing.app_id,
        "type": token.type,
        "application": "Another app" if token.of_another_app else account.hearing.app_name,
        "expires_at": token.expires_at,
        "is_valid": True,
        "issued_at": 1_760_000_000,
        "scopes": list(token.scopes),
        "granular_scopes": [
            {"scope": scope, **targets} for scope in token.scopes if scope in (MANAGEMENT, MESSAGING)
        ],
        "user_id": "10222270944537964",
    }
    try:
        _require_in_force(account.standing)
    except GraphError as refused:
        told = {"code": refused.code, "message": refused.sentence, "subcode": refused.subcode}
        data |= {"is_valid": False, "error": told}
    return {"data": data}


def _require_in_force(standing: Standing) -> None:
    token = standing.token
    if token.revoked:
        raise GraphError(
            190,
            subcode=LOGGED_OUT,
            sentence="Error validating access token: The session is invalid because the user logged out.",
        )
    if token.expires_at and token.expires_at <= time.time():
        day = time.strftime("%A, %d-%b-%y %H:%M:%S UTC", time.gmtime(token.expires_at))
        now = time.strftime("%A, %d-%b-%y %H:%M:%S UTC", time.gmtime())
        raise GraphError(
            190,
            subcode=EXPIRED,
            sentence=f"Error validating access token: Session has expired on {day}. "
            f"The current time is {now}.",
        )
