"""The client under test, for a made-up sender."""

import httpx
from pydantic import SecretStr

from invite_core.provider.cloud_api import CloudApi

TOKEN = "EAAB-made-up-token"


def client(
    url: str, *, deadline_s: float = 5.0, transport: httpx.AsyncBaseTransport | None = None
) -> CloudApi:
    """A client that speaks to `url` as sender 1000 of account 2000."""
    return CloudApi(
        base_url=url,
        version="v26.0",
        phone_number_id="1000",
        waba_id="2000",
        access_token=SecretStr(TOKEN),
        deadline_s=deadline_s,
        transport=transport,
    )
