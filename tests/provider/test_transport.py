import sys

import httpx
import pytest

from invite_core.provider.refusal import ProviderUnreachable
from invite_core.provider.transport import MAX_PAGE, open_transport, transport_in_use
from tests.provider.clients import TOKEN, client
from tests.provider.transports import needs_pyreqwest


@pytest.mark.anyio
@needs_pyreqwest
async def test_pyreqwest_carries_the_requests_where_it_is_there() -> None:
    name, fast = transport_in_use()
    transport = open_transport(max_in_flight=4, deadline_s=1.0)
    assert name.startswith("pyreqwest 0.")
    assert fast
    assert type(transport).__name__ == "ReqwestTransport"
    await transport.aclose()


@pytest.mark.anyio
async def test_httpxs_pool_stands_in_where_pyreqwest_cannot_be_loaded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(sys.modules, "invite_core.provider.reqwest_transport", raising=False)
    monkeypatch.delattr("invite_core.provider.reqwest_transport", raising=False)
    monkeypatch.setitem(sys.modules, "pyreqwest.client", None)
    transport = open_transport(max_in_flight=4, deadline_s=1.0)
    assert transport_in_use() == (f"httpx {httpx.__version__}", False)
    assert type(transport) is httpx.AsyncHTTPTransport
    await transport.aclose()


@pytest.mark.anyio
async def test_answer_to_a_question_that_has_no_end_is_refused() -> None:
    huge = httpx.MockTransport(lambda _: httpx.Response(200, content=b" " * (MAX_PAGE + 1)))
    async with client("http://meta.example", transport=huge) as api:
        with pytest.raises(ProviderUnreachable, match="cannot be read"):
            await api.phone_number()


@pytest.mark.anyio
async def test_client_does_not_show_the_token() -> None:
    async with client("http://meta.example") as api:
        assert TOKEN not in repr(vars(api))
