"""One claim, one POST: the body that leaves, and how it ended."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Protocol

from invite_core.crashpoints import crashpoint
from invite_core.dispatch.pace import backoff
from invite_core.invitations.button_meanings import payload
from invite_core.invitations.templates import Variant
from invite_core.lifecycle.attempts import Claim
from invite_core.provider.outcome import Fault, Outcome, Refused, Unknown
from invite_core.provider.template_request import build_template_message


class Provider(Protocol):
    """Whoever can POST a template message once and say how it ended."""

    async def send_template(self, body: Mapping[str, Any]) -> Outcome:
        """POST `body` exactly once."""
        ...


async def post_once(provider: Provider, claim: Claim, variant: Variant, chance: float) -> Outcome:
    """POST the claim's message in the text of `variant`, once, and say how it ended.

    `chance`, from 0 up to 1, spreads the waits of what is to be tried again.
    """
    try:
        body = _body(claim, variant)
    except (KeyError, ValueError) as error:
        return Refused(Fault.RECIPIENT, f"The message could not be put together ({error}).")
    crashpoint("dispatch.before_post")
    try:
        outcome = await provider.send_template(body)
    except Exception as error:  # whatever it was, the request may have left
        return Unknown(cause=type(error).__name__, detail="")
    if isinstance(outcome, Refused) and outcome.requeue and outcome.wait_seconds:
        wait = backoff(outcome.code, outcome.wait_seconds, claim.tries, chance)
        return replace(outcome, wait_seconds=wait)
    return outcome


def _body(claim: Claim, variant: Variant) -> dict[str, Any]:
    return build_template_message(
        to=claim.address,
        template=variant.name,
        language=variant.language,
        components=variant.components,
        parameter_format=variant.parameter_format,
        parameters=claim.parameters,
        button_payloads={int(index): payload(text, claim.attempt) for index, text in variant.buttons.items()},
        callback_data=claim.attempt,
    )
