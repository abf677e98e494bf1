"""Asks a callback whether it is the app's, as Meta does whenever a callback URL is set.

Source: Meta, webhooks/create-webhook-endpoint: HTTP 200 with the bare challenge, or the URL is refused.
"""

import secrets

import httpx

from graph_simulator.graph_error import GraphError

TIMEOUT_S = 10.0


async def check_callback(url: str, verify_token: str) -> None:
    """Return if the callback echoes the challenge. Raises `GraphError` 2200 otherwise."""
    challenge = str(secrets.randbelow(9 * 10**9) + 10**9)
    query = {"hub.mode": "subscribe", "hub.challenge": challenge, "hub.verify_token": verify_token}
    try:
        async with httpx.AsyncClient(trust_env=False, timeout=TIMEOUT_S) as client:
            answer = await client.get(httpx.URL(url).copy_merge_params(query))
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise _refusal(f"the callback cannot be reached ({type(error).__name__})") from None
    if answer.status_code != httpx.codes.OK:
        raise _refusal(f"HTTP Status Code = {answer.status_code}; HTTP Message = {answer.reason_phrase}")
    if answer.text != challenge:
        raise _refusal("the answer is not the challenge")


def _refusal(why: str) -> GraphError:
    return GraphError(2200, sentence=f"Callback verification failed with the following errors: {why}")
