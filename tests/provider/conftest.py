import pytest

from tests.provider.transports import Over, httpx_pool, needs_pyreqwest, pyreqwest


@pytest.fixture(
    params=[
        pytest.param(pyreqwest, marks=needs_pyreqwest, id="pyreqwest"),
        pytest.param(httpx_pool, id="httpx"),
    ]
)
def over(request: pytest.FixtureRequest) -> Over:
    """Either of the two transports."""
    chosen: Over = request.param
    return chosen
