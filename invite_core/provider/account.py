"""Questions about the token, the account and its number, and who hears of them, through the one client.

Every function raises `ProviderRefused` or `ProviderUnreachable`.
"""

from collections.abc import Sequence
from datetime import datetime

from pydantic import SecretStr

from invite_core.provider.account_nodes import (
    AppSubscription,
    AppSubscriptions,
    OwnedNumbers,
    SubscribedApp,
    SubscribedApps,
    TokenAnswer,
    TokenNode,
)
from invite_core.provider.cloud_api import NUMBER_FIELDS, CloudApi
from invite_core.provider.refusal import ProviderRefused
from invite_core.provider.template_node import PhoneNumberNode

MESSAGING, MANAGEMENT = "whatsapp_business_messaging", "whatsapp_business_management"
"""The two permissions that the token needs (Meta, whatsapp/permissions)."""

NUMBER, ACCOUNT = "WhatsAppBusinessPhoneNumber", "WhatsAppBusinessAccount"
"""Meta's names for the two kinds of node (`ProviderRefused.kind_of_node`)."""

HEARD_OBJECT = "whatsapp_business_account"
_MORE_OF_THE_NUMBER = ",status,name_status,account_mode,is_on_biz_app"


def app_token(app_id: str, app_secret: SecretStr) -> SecretStr:
    """The app's own token (Meta, facebook-login/access-tokens, app access tokens)."""
    return SecretStr(f"{app_id}|{app_secret.get_secret_value()}")


async def token_facts(api: CloudApi, token: SecretStr) -> tuple[TokenNode, datetime | None]:
    """What Meta knows of the token, asked with the token itself, and Meta's clock as it answered, if it told."""
    answer, told = await api.ask("debug_token", {"input_token": token.get_secret_value()}, TokenAnswer)
    return answer.data, told


async def number_in_full(api: CloudApi, number_id: str) -> PhoneNumberNode:
    """All that the check-up wants to know of a number; less where Meta has no such fields."""
    query = {"fields": NUMBER_FIELDS + _MORE_OF_THE_NUMBER}
    try:
        return (await api.ask(number_id, query, PhoneNumberNode))[0]
    except ProviderRefused as refused:
        if refused.kind_of_node != NUMBER:
            raise
    return (await api.ask(number_id, {"fields": NUMBER_FIELDS}, PhoneNumberNode))[0]


async def numbers_of(api: CloudApi, account: str) -> OwnedNumbers:
    """The account's numbers."""
    query = {"fields": "id,display_phone_number", "limit": "100"}
    return (await api.ask(f"{account}/phone_numbers", query, OwnedNumbers))[0]


async def subscribed_apps(api: CloudApi, account: str) -> tuple[SubscribedApp, ...]:
    """The apps that hear of the account."""
    return (await api.ask(f"{account}/subscribed_apps", {}, SubscribedApps))[0].data


async def app_subscription(api: CloudApi, app_id: str, app_secret: SecretStr) -> AppSubscription | None:
    """What the app hears of WhatsApp accounts, None for nothing. Refused with 190 where the secret is wrong."""
    bearer = app_token(app_id, app_secret)
    answer, _ = await api.ask(f"{app_id}/subscriptions", {}, AppSubscriptions, bearer=bearer)
    return next((each for each in answer.data if each.object == HEARD_OBJECT), None)


async def subscribe_app(
    api: CloudApi,
    app_id: str,
    app_secret: SecretStr,
    *,
    callback: str,
    verify_token: SecretStr,
    fields: Sequence[str],
) -> None:
    """Give the app a callback and the fields that it hears; Meta calls the callback at once and repeats the token."""
    said = {
        "object": HEARD_OBJECT,
        "callback_url": callback,
        "verify_token": verify_token.get_secret_value(),
        "fields": ",".join(fields),
    }
    await api.tell(f"{app_id}/subscriptions", said, bearer=app_token(app_id, app_secret))


async def subscribe_account(
    api: CloudApi, account: str, *, override: str | None = None, verify_token: SecretStr | None = None
) -> None:
    """Let the token's app hear of the account: at `override`, which Meta calls at once, or at the app's own callback.

    Meta takes an override only of an app that is subscribed already.
    """
    said = {} if override is None else {"override_callback_uri": override}
    if verify_token is not None:
        said["verify_token"] = verify_token.get_secret_value()
    await api.tell(f"{account}/subscribed_apps", said)
