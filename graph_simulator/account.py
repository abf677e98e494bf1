"""The account that the stand-in plays: its number, its templates in pages, and how it stands."""

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from graph_simulator.graph_error import GraphError, nonexisting_field
from graph_simulator.hearing import Hearing
from graph_simulator.standing import Standing
from graph_simulator.webhook_bodies import Sender

Node = dict[str, Any]

NUMBER_KIND, ACCOUNT_KIND = "WhatsAppBusinessPhoneNumber", "WhatsAppBusinessAccount"
DEFAULT_PAGE = 25
TEMPLATE_FIELDS = (
    "id", "name", "language", "status", "category", "sub_category", "previous_category", "correct_category",
    "parameter_format", "components", "quality_score", "rejected_reason", "message_send_ttl_seconds",
    "health_status", "degrees_of_freedom_spec", "library_template_name", "cta_url_link_tracking_opted_out",
)  # fmt: skip
_DEFAULT_TEMPLATE_FIELDS = (
    "name", "parameter_format", "components", "language", "status", "category", "id",
)  # fmt: skip


class Account:
    """One WhatsApp Business Account with one number, and the app that speaks for it."""

    def __init__(
        self,
        *,
        sender: Sender,
        access_token: str,
        app_secret: str,
        templates: Sequence[Node],
        hearing: Callable[[Callable[[], Standing]], Hearing],
        standing: Standing,
    ) -> None:
        self.sender = sender
        self.access_token = access_token
        self.app_secret = app_secret
        self.templates = list(templates)
        self.standing = standing
        self.hearing = hearing(lambda: self.standing)

    def number_node(self, fields: str | None) -> Node:
        """The phone number node with the fields asked for."""
        digits = self.sender.digits
        node: Node = {
            "id": self.sender.phone_number_id,
            "display_phone_number": f"+{digits[:1]} {digits[1:4]}-{digits[4:7]}-{digits[7:]}",
            "verified_name": "Summer Party Office",
            "quality_rating": "GREEN",
            "code_verification_status": "VERIFIED",
            "platform_type": "CLOUD_API",
            "throughput": {"level": "STANDARD"},
            "health_status": _health("PHONE_NUMBER", self.sender.phone_number_id),
            "whatsapp_business_manager_messaging_limit": "TIER_2K",
            "messaging_limit_tier": "TIER_2K",
            "name_status": "APPROVED",
            "status": "CONNECTED",
            "account_mode": "LIVE",
            "is_on_biz_app": False,
            **self.standing.number,
        }
        for name in self.standing.unknown_number_fields:
            node.pop(name, None)
        plain = ("verified_name", "code_verification_status", "display_phone_number", "quality_rating",
                 "platform_type", "throughput", "id")  # fmt: skip
        return _chosen(node, fields, plain, NUMBER_KIND)

    def waba_node(self, fields: str | None) -> Node:
        """The account's own node with the fields asked for."""
        node: Node = {
            "id": self.sender.waba_id,
            "name": "Summer Party Office",
            "currency": "EUR",
            "timezone_id": "1",
            "message_template_namespace": "4b0b2f5e_0f6f_4f0e_9c6e_6a3f6c2d7f11",
            "health_status": _health("WABA", self.sender.waba_id),
            "whatsapp_business_manager_messaging_limit": "TIER_2K",
            **self.standing.account,
        }
        plain = ("id", "name", "currency", "timezone_id", "message_template_namespace")
        return _chosen(node, fields, plain, ACCOUNT_KIND)

    def number_list(self, fields: str | None) -> list[Node]:
        """What `GET /{waba}/phone_numbers` lists."""
        return [] if self.standing.number_is_elsewhere else [self.number_node(fields)]

    def template_page(self, query: Mapping[str, str], address: str) -> Node:
        """A page of templates; `address` is the list's own, for `paging.next`. Raises `GraphError`.

        `query` may have `fields`, `limit`, `after`, `status` and `name`.
        """
        limit = _limit(query.get("limit"))
        wanted = query.get("status", "").upper()
        chosen = [
            node
            for node in self.templates
            if wanted in ("", str(node.get("status", "")).upper())
            and query.get("name", node["name"]) == node["name"]
        ]
        start = _position(query["after"], chosen) if query.get("after") else 0
        page = chosen[start : start + limit]
        data = [_template(node, query.get("fields")) for node in page]
        if not page:
            return {"data": data}
        after = _cursor(start + len(page), page[-1])
        paging: Node = {"cursors": {"before": _cursor(start, page[0]), "after": after}}
        if start + limit < len(chosen):
            kept = {name: value for name, value in query.items() if name != "access_token"}
            paging["next"] = _url(address, {**kept, "limit": str(limit), "after": after})
        return {"data": data, "paging": paging}


def _health(kind: str, node_id: str) -> Node:
    entity = {"entity_type": kind, "id": node_id, "can_send_message": "AVAILABLE"}
    return {"can_send_message": "AVAILABLE", "entities": [entity]}


def _template(node: Node, fields: str | None) -> Node:
    known = dict.fromkeys(TEMPLATE_FIELDS) | node
    found = _chosen(known, fields, _DEFAULT_TEMPLATE_FIELDS, "WhatsAppMessageTemplate")
    return {name: value for name, value in found.items() if value is not None}


def _chosen(node: Node, fields: str | None, plain: Sequence[str], kind: str) -> Node:
    """The asked fields and `id`; Meta refuses a field that the node does not have."""
    names = [name.strip() for name in fields.split(",") if name.strip()] if fields else list(plain)
    for name in names:
        if name not in node:
            raise nonexisting_field(name, kind)
    return {name: node[name] for name in dict.fromkeys([*names, "id"])}


def _limit(value: str | None) -> int:
    if value is None:
        return DEFAULT_PAGE
    if not value.isdecimal() or int(value) == 0:
        raise GraphError(100, "Param limit must be a positive integer")
    return int(value)


def _cursor(position: int, node: Node) -> str:
    return base64.urlsafe_b64encode(f"{position}:{node['id']}".encode()).decode("ascii")


def _position(cursor: str, chosen: Sequence[Node]) -> int:
    """Where the page after `cursor` starts; a cursor of another list is refused (131059)."""
    try:
        position, _, last = base64.urlsafe_b64decode(cursor).decode("utf-8").partition(":")
        start = int(position)
    except (binascii.Error, ValueError):
        start, last = 0, ""
    if not 0 < start <= len(chosen) or str(chosen[start - 1]["id"]) != last:
        raise GraphError(131059, "Invalid cursor. Start again without one.")
    return start


def _url(address: str, query: Mapping[str, str]) -> str:
    return f"{address}?{urlencode(query)}"
