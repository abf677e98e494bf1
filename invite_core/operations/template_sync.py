"""Fetching the account's templates from Meta."""

from datetime import datetime

from invite_core.invitations import templates
from invite_core.operators import Operator
from invite_core.provider.cloud_api import CloudApi
from invite_core.provider.template_node import TemplateVariant
from invite_core.settings import Settings
from invite_core.store import Store


async def sync_templates(store: Store, settings: Settings, *, by: Operator, now: datetime) -> int:
    """Store every template variant that Meta returns; gives their number.

    Raises what `CloudApi.list_templates` raises; the stored templates are then as before.
    """
    by.may_act("sync templates")
    return templates.save_synced(store, await fetch_templates(settings), by=by, now=now)


async def fetch_templates(settings: Settings) -> list[TemplateVariant]:
    """Every template variant that Meta returns, stored nowhere yet.

    Raises `SettingsFault`, and what `CloudApi.list_templates` raises.
    """
    settings.require("waba_id", "access_token", "phone_number_id")
    async with cloud_api(settings) as api:
        return await api.list_templates()


def cloud_api(settings: Settings) -> CloudApi:
    """The client for Meta under these settings."""
    return CloudApi(
        base_url=settings.graph_url,
        version=settings.graph_version,
        phone_number_id=settings.phone_number_id,
        waba_id=settings.waba_id,
        access_token=settings.access_token,
        max_in_flight=settings.max_in_flight,
    )
