"""Messages, templates and setups that the tests of the stand-in share."""

from pathlib import Path
from typing import Any

from graph_simulator.arrival import Travel
from graph_simulator.simulator import Setup
from graph_simulator.webhook_bodies import Sender

TOKEN = "EAAG-made-up-token"
APP_SECRET = "5f1e0c7a9b3d4e6f8091a2b3c4d5e6f7"
SENDER = Sender("102290129340398", "106540352242922", "15550783881")
MESSAGES = "/v26.0/106540352242922/messages"
TEMPLATE_LIST = "/v26.0/102290129340398/message_templates"
SUBSCRIPTION = "/v26.0/102290129340398/subscribed_apps"
CALLBACK = "http://127.0.0.1:9/webhook"

NAMED_TEMPLATE: dict[str, Any] = {
    "id": "1001",
    "name": "party",
    "language": "en",
    "status": "APPROVED",
    "category": "MARKETING",
    "parameter_format": "NAMED",
    "components": [
        {"type": "HEADER", "format": "TEXT", "text": "Invitation: {{event_name}}"},
        {"type": "BODY", "text": "Dear {{guest_name}}, come on {{event_date}}, {{guest_name}}!"},
        {"type": "FOOTER", "text": "Write STOP for no more messages."},
        {
            "type": "BUTTONS",
            "buttons": [
                {"type": "QUICK_REPLY", "text": "Yes"},
                {"type": "QUICK_REPLY", "text": "No"},
                {"type": "URL", "text": "Programme", "url": "https://example.com/{{1}}"},
                {"type": "QUICK_REPLY", "text": "Maybe"},
            ],
        },
    ],
    "quality_score": {"score": "GREEN"},
}
PLAIN_TEMPLATE: dict[str, Any] = {
    **NAMED_TEMPLATE,
    "id": "1002",
    "name": "plain",
    "parameter_format": "POSITIONAL",
    "components": [{"type": "BODY", "text": "Dear {{1}}, see you on {{2}}."}],
}
PICTURE_TEMPLATE: dict[str, Any] = {
    **PLAIN_TEMPLATE,
    "id": "1003",
    "name": "picture",
    "components": [{"type": "HEADER", "format": "IMAGE"}, {"type": "BODY", "text": "Welcome."}],
}
TEMPLATES: list[dict[str, Any]] = [
    NAMED_TEMPLATE,
    PLAIN_TEMPLATE,
    PICTURE_TEMPLATE,
    *(
        {**PLAIN_TEMPLATE, "id": str(1010 + number), "name": f"is_{status.lower()}", "status": status}
        for number, status in enumerate(("PAUSED", "DISABLED", "PENDING", "REJECTED"))
    ),
]


def setup(**changes: Any) -> Setup:
    """A stand-in without delays, with the templates above."""
    plain: dict[str, Any] = {
        "access_token": TOKEN,
        "app_secret": APP_SECRET,
        "sender": SENDER,
        "templates": TEMPLATES,
        "callback_url": CALLBACK,
        "travel": Travel(pace=0),
    }
    return Setup(**{**plain, **changes})


def texts(*values: str) -> list[dict[str, Any]]:
    """Positional text parameters."""
    return [{"type": "text", "text": value} for value in values]


def named(**values: str) -> list[dict[str, Any]]:
    """Named text parameters."""
    return [{"type": "text", "parameter_name": name, "text": value} for name, value in values.items()]


def reply(index: int, payload: str) -> dict[str, Any]:
    """The component of a quick reply with a payload."""
    parameters = [{"type": "payload", "payload": payload}]
    return {"type": "button", "sub_type": "quick_reply", "index": str(index), "parameters": parameters}


def link(index: int, suffix: str) -> dict[str, Any]:
    """The component of a URL button."""
    return {"type": "button", "sub_type": "url", "index": str(index), "parameters": texts(suffix)}


def party(to: str, attempt: str = "attempt-1") -> dict[str, Any]:
    """A correct message of the named template."""
    return message(
        to,
        "party",
        [
            {"type": "header", "parameters": named(event_name="Summer party")},
            {"type": "body", "parameters": named(event_date="12 June", guest_name="Zoë")},
            reply(0, f"yes:{attempt}"),
            reply(1, f"no:{attempt}"),
            link(2, "p/1"),
            reply(3, f"maybe:{attempt}"),
        ],
        biz_opaque_callback_data=attempt,
    )


def plain(to: str = "+447700900001", *values: str) -> dict[str, Any]:
    """A message of the positional template."""
    return message(to, "plain", [{"type": "body", "parameters": texts(*(values or ("Ana", "12 June")))}])


def message(
    to: str, template: str, components: list[dict[str, Any]] | None = None, **more: Any
) -> dict[str, Any]:
    """The envelope of a template message."""
    node: dict[str, Any] = {"name": template, "language": {"code": "en"}}
    if components is not None:
        node["components"] = components
    return {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": to,
        "type": "template",
        "template": node,
        **more,
    }


def sample_templates() -> Path:
    """The sample list of templates that the product ships."""
    return Path(__file__).parents[2] / "data" / "templates.sample.json"
