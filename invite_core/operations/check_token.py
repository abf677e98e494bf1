"""The check-up's look at the access token and the app's secret. The judgements are pure."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from invite_core.instants import spoken, stored
from invite_core.operations.finding import Finding, fail, faulty, ok, warn
from invite_core.provider.account import MANAGEMENT, MESSAGING
from invite_core.provider.account_nodes import TokenNode
from invite_core.provider.refusal import ProviderRefused

ENDS_SOON = timedelta(days=7)
"""From when on before its end a token is worth a warning."""

EXPIRED, INVALID_TOKEN = 463, 190
WHERE_MADE = (
    "Make one in Meta's business settings: Users > System users > your system user > Generate new token, for "
    "your app, expiration “Never”, with whatsapp_business_messaging and whatsapp_business_management. "
    "It is INVITE_ACCESS_TOKEN."
)
WHERE_SHOWN = (
    "Copy it from the app's dashboard, App settings > Basic > App secret > Show. It is INVITE_APP_SECRET; "
    "a listener that runs has to be started anew."
)
_WRONG_SECRET = (INVALID_TOKEN, 101, 104)
"""The codes for an app that is not known, or not by this secret."""
_FAR_AWAY = 4_102_444_800
_A_SECRET = re.compile(r"[0-9a-f]{32}")
_WHAT_FOR = {MESSAGING: "sending", MANAGEMENT: "templates and settings"}


def refused_token(refused: ProviderRefused, token: str) -> Finding:
    """Why Meta does not take the token itself (190)."""
    return fail("token", _why_refused(refused.subcode, token), WHERE_MADE)


def _why_refused(subcode: int | None, token: str) -> str:
    if subcode == EXPIRED:
        return "The access token has expired."
    if subcode is not None:
        return "The access token was taken back, or the person it belongs to has changed their password."
    if _A_SECRET.fullmatch(token):
        return "What was given as access token is an app secret."
    if "|" in token:
        return "What was given as access token is the app's own (id|secret), which may not send."
    return "Meta does not know the access token; perhaps it was not copied whole."


def judge_token(node: TokenNode, token: str, account: str, now: datetime) -> Iterator[Finding]:
    """What Meta knows of a token that it took: whose it is, until when, and what it may do for the account."""
    if not node.is_valid:
        yield fail("token", _why_refused(node.error_subcode, token), WHERE_MADE)
        return
    yield _token(node, now)
    yield judge_scopes(node, account)


def _token(node: TokenNode, now: datetime) -> Finding:
    ends = datetime.fromtimestamp(min(node.expires_at, _FAR_AWAY), UTC) if node.expires_at else None
    until = f" until {spoken(stored(ends))}" if ends else ""
    if node.type in ("PAGE", "APP"):
        return fail("token", f"The access token is one of {_owner(node)}, which may not send.", WHERE_MADE)
    if node.type == "USER":
        return warn(
            "token",
            f"The access token is a person's own, not a system user's, and works{until or ' for a while'}: a temporary "
            "one is over within hours or days.",
            WHERE_MADE,
        )
    if ends is not None and ends - now < ENDS_SOON:
        return warn("token", f"The access token works only{until}.", WHERE_MADE)
    return ok(
        "token", f"Meta takes the access token of the app “{node.application}”{until or '; it does not end'}."
    )


def _owner(node: TokenNode) -> str:
    return "a Facebook page" if node.type == "PAGE" else "the app itself"


def judge_scopes(node: TokenNode, account: str) -> Finding:
    """Both permissions are needed, and for this account; `account` may be '' where it is not known yet."""
    missing = [scope for scope in (MESSAGING, MANAGEMENT) if scope not in node.scopes]
    if missing:
        what = " and ".join(f"{scope} ({_WHAT_FOR[scope]})" for scope in missing)
        return fail("scopes", f"The access token lacks the permission {what}.", WHERE_MADE)
    if account and not all(node.reaches(scope, account) for scope in (MESSAGING, MANAGEMENT)):
        return fail(
            "scopes",
            f"The access token was not made for the WhatsApp Business account {account}.",
            "In Meta's business settings: Users > System users > Assign assets > WhatsApp accounts > yours, full "
            "control; then make a new token.",
        )
    if not account:
        return ok("scopes", "The access token has both permissions that are needed.")
    return ok("scopes", "The access token may send for the account, and may read it.")


def judge_secret(refused: ProviderRefused | None, node: TokenNode, secret: str) -> Finding:
    """Whether the secret is that of the token's app: Meta refuses an app that says who it is with a wrong one."""
    app = f"“{node.application}” ({node.app_id})"
    if refused is None:
        return ok("secret", f"The app secret is that of the app {app}.")
    if refused.code not in _WRONG_SECRET:
        return faulty("secret", refused)
    if secret.startswith("EAA"):
        return fail("secret", "What was given as app secret is an access token.", WHERE_SHOWN)
    return fail("secret", f"The app secret is not that of the app {app}, whose token is used.", WHERE_SHOWN)
