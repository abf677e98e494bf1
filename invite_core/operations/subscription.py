"""Telling Meta where the listener is, and reading back what Meta has: the dashboard is not needed for it.

Two things count. The app has one callback and a set of fields; the account is subscribed to the app, perhaps with an
address of its own, which then counts for messages alone (Meta, whatsapp/webhooks/override). Both are set to the same
address, so that news of templates, of the account and of stops arrive where the answers do.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from invite_core import instants
from invite_core.errors import InviteError
from invite_core.operations.check_hearing import NEEDED, NEWEST, WANTED
from invite_core.operations.check_token import INVALID_TOKEN, judge_secret, judge_token, refused_token
from invite_core.operations.finding import Finding, Verdict
from invite_core.operations.template_sync import cloud_api
from invite_core.operators import Operator
from invite_core.provider.account import (
    app_subscription,
    subscribe_account,
    subscribe_app,
    subscribed_apps,
    token_facts,
)
from invite_core.provider.account_nodes import TokenNode
from invite_core.provider.cloud_api import CloudApi
from invite_core.provider.refusal import ProviderRefused
from invite_core.settings import Settings

_LISTS = (WANTED, tuple(name for name in WANTED if name not in NEWEST), NEEDED)
"""What is asked for, one list after the other: a field that Meta does not know (yet) spoils the whole list."""

_VERIFICATION_FAILED = (2200, 2201)
_INVALID_PARAMETER = 100
_LONGEST_ADDRESS = 200
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class SubscriptionFault(InviteError):
    """Meta cannot be told where the listener is."""


@dataclass(frozen=True, slots=True)
class WhoHears:
    """Who hears of the account, and where."""

    app_id: str
    app: str
    """The name of the token's app."""
    subscribed: bool
    """Whether it hears of the account at all."""
    app_callback: str | None
    """The app's own callback; None where it has none."""
    active: bool
    """Whether Meta calls it."""
    override: str | None
    """Where messages of this account go instead."""
    fields: tuple[str, ...]
    """What the app hears."""

    @property
    def callback(self) -> str | None:
        """Where messages go."""
        return self.override or self.app_callback

    @property
    def missing(self) -> list[str]:
        """The fields that the listener acts on and that the app does not hear."""
        return [name for name in WANTED if name not in self.fields]

    def as_json(self) -> dict[str, Any]:
        """The document that `webhook status --json` prints."""
        return {
            "app": self.app,
            "app_id": self.app_id,
            "subscribed": self.subscribed,
            "callback": self.callback,
            "app_callback": self.app_callback,
            "override": self.override,
            "active": self.active,
            "fields": list(self.fields),
            "missing": self.missing,
        }


def public_address(text: str) -> str:
    """The listener's address as Meta takes it: HTTPS, with its path. Raises `SubscriptionFault`."""
    try:
        parts = urlsplit(text.strip())
        host = parts.hostname
    except ValueError:
        host = None
    if not host or parts.scheme not in ("http", "https"):
        raise SubscriptionFault(
            f"“{text}” is no address on the web.",
            "Give the tunnel's, such as https://guests.example.org/webhook.",
        )
    if parts.scheme != "https" and host not in _LOOPBACK:
        raise SubscriptionFault(
            "Meta calls only addresses that begin with https://.", "Give the tunnel's own."
        )
    address = parts._replace(
        path=parts.path if parts.path not in ("", "/") else "/webhook", fragment=""
    ).geturl()
    if len(address) > _LONGEST_ADDRESS:
        raise SubscriptionFault(
            f"The address has more than {_LONGEST_ADDRESS} characters, and Meta takes no longer one.",
            "Give a shorter one.",
        )
    return address


async def who_hears(settings: Settings) -> WhoHears:
    """Who hears of the account now. Raises `InviteError` where that cannot be asked, or the app's secret is wrong."""
    settings.require("waba_id", "access_token", "app_secret")
    async with cloud_api(settings) as api:
        return await _who_hears(api, settings, await _token(api, settings))


async def subscribe(settings: Settings, address: str | None, *, by: Operator) -> WhoHears:
    """Let Meta call `address` (that of now, if not given) for everything that the listener acts on; what holds then.

    Meta calls the address at once, so the listener has to run. Raises `InviteError`; where Meta does not get the
    listener's answer nothing is changed.
    """
    by.may_act("tell Meta where the listener is")
    settings.require("waba_id", "access_token", "app_secret", "verify_token")
    given = public_address(address) if address else None
    async with cloud_api(settings) as api:
        token = await _token(api, settings)
        before = await _who_hears(api, settings, token)
        callback = given or before.callback
        if callback is None:
            raise SubscriptionFault(
                "Meta has no address of the listener yet.",
                "Give it with `invite-tui webhook subscribe https://YOUR-ADDRESS/webhook`.",
            )
        try:
            await _set(api, settings, token.app_id, callback, before.fields)
        except ProviderRefused as refused:
            raise _explained(refused, callback) from None
        return await _who_hears(api, settings, token)


async def _set(api: CloudApi, settings: Settings, app_id: str, callback: str, heard: tuple[str, ...]) -> None:
    async def app_hears(fields: tuple[str, ...]) -> None:
        await subscribe_app(
            api,
            app_id,
            settings.app_secret,
            callback=callback,
            verify_token=settings.verify_token,
            fields=tuple(dict.fromkeys([*fields, *heard])),
        )

    for fields in _LISTS:
        try:
            await app_hears(fields)
            break
        except ProviderRefused as refused:
            if refused.code != _INVALID_PARAMETER or fields is _LISTS[-1]:
                raise
    await subscribe_account(api, settings.waba_id)
    await subscribe_account(api, settings.waba_id, override=callback, verify_token=settings.verify_token)


async def _token(api: CloudApi, settings: Settings) -> TokenNode:
    token = settings.access_token.get_secret_value()
    try:
        node, _ = await token_facts(api, settings.access_token)
    except ProviderRefused as refused:
        if refused.code != INVALID_TOKEN:
            raise
        raise _as_fault(refused_token(refused, token)) from None
    for finding in judge_token(node, token, settings.waba_id, instants.now()):
        if finding.state is Verdict.FAIL:
            raise _as_fault(finding)
    return node


async def _who_hears(api: CloudApi, settings: Settings, token: TokenNode) -> WhoHears:
    try:
        heard = await app_subscription(api, token.app_id, settings.app_secret)
    except ProviderRefused as refused:
        raise _as_fault(judge_secret(refused, token, settings.app_secret.get_secret_value())) from None
    ours = [app for app in await subscribed_apps(api, settings.waba_id) if app.id == token.app_id]
    return WhoHears(
        app_id=token.app_id,
        app=token.application,
        subscribed=bool(ours),
        app_callback=heard.callback_url or None if heard else None,
        active=heard.active if heard else False,
        override=ours[0].callback if ours else None,
        fields=heard.fields if heard else (),
    )


def _as_fault(finding: Finding) -> SubscriptionFault:
    return SubscriptionFault(finding.fact, finding.todo)


def _explained(refused: ProviderRefused, callback: str) -> InviteError:
    if refused.code not in _VERIFICATION_FAILED:
        return refused
    if "= 403" in refused.message:
        return SubscriptionFault(
            f"The listener at {callback} has another verify token.",
            "Set INVITE_VERIFY_TOKEN to the same where it runs, and start it anew.",
        )
    return SubscriptionFault(
        f"Meta called {callback} and did not get the listener's answer (Meta: {refused.message[:200]}).",
        "Start the listener and the tunnel, see that the address is the tunnel's and ends in /webhook, "
        "then try again.",
    )
