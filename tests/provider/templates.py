"""Templates that the provider's tests fill, as Meta returns their components."""

from typing import Any

POSITIONAL: list[dict[str, Any]] = [
    {"type": "HEADER", "format": "TEXT", "text": "Invitation for {{1}}"},
    {"type": "BODY", "text": "Dear {{1}}, come on {{2}} to {{3}}. Yes, {{1}}!"},
    {"type": "FOOTER", "text": "Reply STOP to stop"},
    {
        "type": "BUTTONS",
        "buttons": [
            {"type": "QUICK_REPLY", "text": "I come"},
            {"type": "URL", "text": "Map", "url": "https://example.com/{{1}}"},
            {"type": "QUICK_REPLY", "text": "I cannot"},
            {"type": "URL", "text": "Site", "url": "https://example.com/"},
            {"type": "PHONE_NUMBER", "text": "Call", "phone_number": "+447700900001"},
        ],
    },
]

NAMED: list[dict[str, Any]] = [
    {"type": "HEADER", "format": "TEXT", "text": "For {{guest}}"},
    {"type": "BODY", "text": "Dear {{guest}}, come to {{venue}}."},
]

PLAIN: list[dict[str, Any]] = [
    {"type": "HEADER", "format": "TEXT", "text": "Save the date"},
    {"type": "BODY", "text": "The party is on Saturday."},
    {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "I come"}]},
]
