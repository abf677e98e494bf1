"""Who hears of the account: the app's own callback and fields, and the account's subscription with its override.

Source: Meta, docs/graph-api/webhooks/subscriptions-edge and whatsapp/webhooks/override. An override counts for
messages and a few other fields; news of templates and of the account always go to the app's own callback. Bodies here
may mix fields, so one with an override goes there whole.
"""

from collections.abc import Callable, Sequence
from typing import Any

from graph_simulator.graph_error import GraphError
from graph_simulator.standing import Standing

OBJECT = "whatsapp_business_account"
FIELDS = (
    "account_alerts", "account_review_update", "account_settings_update", "account_update",
    "business_capability_update", "business_status_update", "flows", "history", "message_echoes",
    "message_template_components_update", "message_template_quality_update", "message_template_status_update",
    "messages", "messaging_handovers", "phone_number_name_update", "phone_number_quality_update", "security",
    "smb_app_state_sync", "smb_message_echoes", "template_category_update", "user_id_update", "user_preferences",
)  # fmt: skip
"""The fields that an app can subscribe to for WhatsApp accounts."""


class Hearing:
    """The one app's hearing of the one account."""

    def __init__(
        self, *, app_id: str, app_name: str, callback: str | None, standing: Callable[[], Standing]
    ) -> None:
        self.app_id = app_id
        self.app_name = app_name
        self._standing = standing
        self._callback = callback
        self._fields: tuple[str, ...] = FIELDS if callback else ()
        self._override: str | None = None
        self._subscribed = callback is not None

    @property
    def destination(self) -> str | None:
        """Where webhooks go now, or None while nobody is subscribed, or the app may not have any."""
        standing = self._standing()
        if not (self._subscribed and standing.live and standing.active):
            return None
        return self._override or self._callback

    def wants(self, field: str) -> bool:
        """Whether the app has subscribed to this field."""
        return field in self._fields

    def set_callback(self, callback: str, fields: tuple[str, ...]) -> None:
        """The app's own callback and fields from now on."""
        self._callback, self._fields = callback, fields

    def forget(self) -> None:
        """As before anybody had set it up."""
        self._callback, self._fields = None, ()
        self.unsubscribe()

    def subscribe(self, override: str | None) -> None:
        """Subscribe the app to the account; without `override` its own callback holds again. Raises `GraphError`."""
        if override is not None and not self._subscribed:
            raise GraphError(
                100,
                sentence="Before override the current callback uri, your app must be subscribed to receive "
                "messages for WhatsApp Business Account",
            )
        self._subscribed, self._override = True, override

    def unsubscribe(self) -> None:
        """End the account's subscription: no webhook is delivered from now on."""
        self._subscribed, self._override = False, None

    def subscribed_apps(self) -> list[dict[str, Any]]:
        """What `GET /{waba}/subscribed_apps` lists."""
        if not self._subscribed:
            return []
        link = f"https://www.facebook.com/games/?app_id={self.app_id}"
        override = {} if self._override is None else {"override_callback_uri": self._override}
        return [
            {
                "whatsapp_business_api_data": {"id": self.app_id, "name": self.app_name, "link": link},
                **override,
            }
        ]

    def subscriptions(self, version: str) -> list[dict[str, Any]]:
        """What `GET /{app}/subscriptions` lists."""
        if self._callback is None:
            return []
        fields = [{"name": name, "version": version} for name in self._fields]
        active = self._standing().active
        return [{"object": OBJECT, "callback_url": self._callback, "active": active, "fields": fields}]


def read_fields(given: object, unknown: Sequence[str] = ()) -> tuple[str, ...]:
    """The fields of a request, as a list or between commas. Raises `GraphError` for one that there is not, or that
    is one of `unknown`."""
    names = given if isinstance(given, list) else str(given or "").split(",")
    fields = tuple(dict.fromkeys(str(name).strip() for name in names if str(name).strip()))
    if not fields:
        raise GraphError(100, sentence="The parameter fields is required.")
    known = [name for name in FIELDS if name not in unknown]
    for place, name in enumerate(fields):
        if name not in known:
            raise GraphError(100, sentence=f"Param fields[{place}] must be one of {{{', '.join(known)}}}")
    return fields
