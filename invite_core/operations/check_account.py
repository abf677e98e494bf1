"""The check-up's questions to Meta, one step after another; `init` takes the same steps with what is entered.

Nothing raises: what cannot be asked is a finding.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

from pydantic import SecretStr

from invite_core import instants
from invite_core.delivery import self_test
from invite_core.errors import InviteError
from invite_core.operations.check_hearing import judge_callback, judge_fields, judge_subscription
from invite_core.operations.check_ids import (
    SWAPPED,
    are_swapped,
    judge_belonging,
    refused_account,
    refused_number,
)
from invite_core.operations.check_meta import judge_clock, judge_number
from invite_core.operations.check_token import INVALID_TOKEN, judge_secret, judge_token, refused_token
from invite_core.operations.finding import Finding, faulty, may_send, warn
from invite_core.operations.template_sync import cloud_api
from invite_core.provider.account import (
    app_subscription,
    number_in_full,
    numbers_of,
    subscribed_apps,
    token_facts,
)
from invite_core.provider.account_nodes import AppSubscription, OwnedNumber, TokenNode
from invite_core.provider.callback import CallbackAnswer, CallbackUnreachable, post_signed
from invite_core.provider.cloud_api import CloudApi
from invite_core.provider.refusal import ProviderRefused
from invite_core.provider.template_node import PhoneNumberNode
from invite_core.settings import Settings
from invite_core.store import Store, StoreError
from invite_core.views.health import listener_health

OpenApi = Callable[[Settings], CloudApi]
Post = Callable[[str, bytes, SecretStr], Awaitable[CallbackAnswer]]


@dataclass(slots=True)
class Account:
    """What has been found out so far."""

    token: TokenNode | None = None
    number: PhoneNumberNode | None = None
    owned: tuple[OwnedNumber, ...] | None = None
    """The account's numbers; None where they are not known."""
    heard: AppSubscription | None = None
    """What the app hears; None for nothing, or where it was not asked."""
    override: str | None = None
    """Where messages are heard instead of at the app's own callback."""
    findings: list[Finding] = field(default_factory=list)

    @property
    def callback(self) -> str | None:
        """The public address at which messages are heard."""
        return self.override or (self.heard.callback_url if self.heard else None)


async def ask_meta(
    settings: Settings, *, open_api: OpenApi = cloud_api, post: Post = post_signed
) -> list[Finding]:
    """What Meta says of the account, and whether its updates would come through; empty where the settings do not
    say whom to ask. `open_api` and `post` are other ways to Meta and to the public address than the network."""
    try:
        settings.require("phone_number_id", "waba_id", "access_token")
    except InviteError:
        return []
    account = Account()
    async with open_api(settings) as api:
        if not await ask_about_token(api, settings, account, now=instants.now()):
            return account.findings
        has_account = await ask_about_ids(api, settings, account)
        secret_fits = await ask_about_secret(api, settings, account)
        if has_account:
            await _ask_about_hearing(api, settings, account, secret_fits)
    if not secret_fits:
        return account.findings
    if account.callback and (finding := await try_callback(settings, account.callback, post=post)):
        account.findings.append(finding)
    return account.findings


async def ask_about_token(api: CloudApi, settings: Settings, account: Account, *, now: datetime) -> bool:
    """Whose the token is, and what it may do; whether it is worth asking on."""
    token = settings.access_token.get_secret_value()
    asked = instants.now()
    try:
        account.token, told = await token_facts(api, settings.access_token)
    except ProviderRefused as refused:
        account.findings.append(
            refused_token(refused, token) if refused.code == INVALID_TOKEN else faulty("token", refused)
        )
        return False
    except InviteError as fault:
        account.findings.append(faulty("meta", fault))
        return False
    account.findings += judge_token(account.token, token, settings.waba_id, now)
    account.findings.append(judge_clock(told, asked, instants.now()))
    return account.token.is_valid


async def ask_about_ids(api: CloudApi, settings: Settings, account: Account) -> bool:
    """The number and the account by their ids, and whether they belong together; whether there is the account."""
    number = await ask_about_number(api, settings, account)
    refused = await ask_about_account(api, settings, account)
    if are_swapped(number, refused):
        account.findings[-2:] = [SWAPPED]
    elif account.number is not None and account.owned is not None:
        account.findings += judge_belonging(account.number, account.owned, settings.waba_id)
    return refused is None


async def ask_about_number(api: CloudApi, settings: Settings, account: Account) -> InviteError | None:
    """The number by its id, and whether it is one of the account's, where those are known; what kept it from being
    read, if anything did."""
    try:
        account.number = await number_in_full(api, settings.phone_number_id)
    except InviteError as fault:
        account.findings.append(refused_number(fault, settings.phone_number_id))
        return fault
    account.findings += judge_number(account.number, per_second=settings.messages_per_second)
    if account.owned is not None:
        account.findings += judge_belonging(account.number, account.owned, settings.waba_id)
    return None


async def ask_about_account(api: CloudApi, settings: Settings, account: Account) -> InviteError | None:
    """The account by its id, and its numbers; what kept it from being read, if anything did."""
    try:
        account.owned = (await numbers_of(api, settings.waba_id)).data
    except InviteError as fault:
        app = account.token.app_id if account.token else ""
        account.findings.append(refused_account(fault, settings.waba_id, app))
        return fault
    return None


async def ask_about_secret(api: CloudApi, settings: Settings, account: Account) -> bool:
    """Whether the app secret is that of the token's app, and what that app hears; no finding where there is none."""
    secret = settings.app_secret
    if account.token is None or not secret.get_secret_value():
        return False
    refused: ProviderRefused | None = None
    try:
        account.heard = await app_subscription(api, account.token.app_id, secret)
    except ProviderRefused as fault:
        refused = fault
    except InviteError as fault:
        account.findings.append(faulty("secret", fault))
        return False
    account.findings.append(judge_secret(refused, account.token, secret.get_secret_value()))
    return refused is None


async def _ask_about_hearing(api: CloudApi, settings: Settings, account: Account, secret_fits: bool) -> None:
    token = account.token
    if token is None:
        return
    try:
        apps = await subscribed_apps(api, settings.waba_id)
    except InviteError as fault:
        account.findings.append(faulty("subscription", fault))
        return
    subscription = judge_subscription(apps, token.app_id, token.application)
    account.override = next((app.callback for app in apps if app.callback and app.id == token.app_id), None)
    account.findings.append(subscription)
    if secret_fits and may_send([subscription]):
        account.findings.append(judge_fields(account.heard, account.override))


async def try_callback(settings: Settings, address: str, *, post: Post = post_signed) -> Finding | None:
    """Send a signed test to the public `address` and see whether it comes out at the listener on this file.

    None where the file cannot be read; the check-up's look at the file says what is wrong with it.
    """
    test = self_test.a_test()
    try:
        with Store.open(settings.db, read_only=True) as store:
            if not listener_health(store, now=instants.now()).alive:
                start = "Start the listener (webhook-listener), and look again."
                return warn(
                    "callback", f"Whether {address} leads to you was not tried: nobody listens.", start
                )
            answer = await post(address, test.body, settings.app_secret)
            has_arrived = self_test.has_arrived(store, test)
    except StoreError:
        return None
    except CallbackUnreachable as fault:
        return faulty("callback", fault)
    return judge_callback(address, answer, has_arrived=has_arrived)
