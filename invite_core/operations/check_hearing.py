"""The check-up's look at who hears of the account, and whether it comes through the public address. Pure."""

from collections.abc import Sequence

from invite_core.delivery.account_news import ACCOUNT_FIELDS
from invite_core.delivery.template_news import TEMPLATE_FIELDS
from invite_core.operations.finding import Finding, fail, ok, warn
from invite_core.provider.account_nodes import AppSubscription, SubscribedApp
from invite_core.provider.callback import CallbackAnswer

NEEDED = ("messages",)
"""The fields without which nothing is heard of a message, and no answer comes."""

NEWEST = ("user_id_update",)
"""Fields that came with user names in 2026; an older app may not have them."""

WANTED = (
    *NEEDED,
    *sorted({"user_preferences", *NEWEST} | ACCOUNT_FIELDS | TEMPLATE_FIELDS),
)
"""All the fields that the listener acts on."""

SUBSCRIBE = "Run `invite-tui webhook subscribe https://YOUR-ADDRESS/webhook`."
_SUBSCRIBE_AGAIN = "Run `invite-tui webhook subscribe` again, with the address that the tunnel has now."


def judge_subscription(apps: Sequence[SubscribedApp], app_id: str, app_name: str) -> Finding:
    """Without a subscribed app Meta sends no update to anybody. `app_id` is the token's app, '' if not known."""
    if not apps:
        return fail(
            "subscription",
            "No app is subscribed to the WhatsApp Business account: no status and no answer is sent to you.",
            SUBSCRIBE,
        )
    names = ", ".join(app.name or "an app without a name" for app in apps)
    ours = [app for app in apps if not app_id or not app.id or app.id == app_id]
    if not ours:
        return fail(
            "subscription",
            f"Only another app hears of the WhatsApp Business account ({names}), not “{app_name}”.",
            SUBSCRIBE,
        )
    callback = next((app.callback for app in ours if app.callback), None)
    return ok("subscription", f"Subscribed: {names}{f', heard at {callback}' if callback else ''}.")


def judge_fields(heard: AppSubscription | None, override: str | None) -> Finding:
    """`heard` is what the app hears of WhatsApp accounts; `override` where messages go instead, if anywhere."""
    if heard is None:
        return fail("fields", "The app has no callback address and hears no field of WhatsApp's.", SUBSCRIBE)
    if not heard.active:
        return fail(
            "fields",
            "Meta has turned the app's webhook off, as it does after an address failed for long.",
            _SUBSCRIBE_AGAIN,
        )
    missing = [name for name in WANTED if name not in heard.fields]
    if any(name in NEEDED for name in missing):
        return fail(
            "fields",
            "The app does not hear the field messages: no status and no answer is sent to you.",
            SUBSCRIBE,
        )
    if override and heard.callback_url and heard.callback_url != override:
        return warn(
            "fields",
            f"Messages are heard at {override}, but news of templates and of the account, and the stops set in "
            f"WhatsApp's own settings, go to {heard.callback_url}.",
            _SUBSCRIBE_AGAIN,
        )
    if missing:
        return warn("fields", f"The app does not hear {', '.join(missing)}.", SUBSCRIBE)
    return ok("fields", "The app hears all that the listener acts on.")


def judge_callback(address: str, answer: CallbackAnswer, *, has_arrived: bool) -> Finding:
    """What became of a signed test that was sent to the public address."""
    if answer.http_status == 200 and has_arrived:
        return ok("callback", f"A signed test to {address} came back through the listener.")
    fact, todo = _elsewhere(address, answer)
    return fail("callback", fact, todo)


def _elsewhere(address: str, answer: CallbackAnswer) -> tuple[str, str]:
    status = answer.http_status
    own_page = "html" in answer.content_type or answer.body.lstrip()[:1] == b"<"
    tunnel = "See that the tunnel runs, asks nobody to sign in, and leads to the listener's port (docs/connect.md)."
    if own_page:
        return (
            f"A page of the tunnel's or of somebody else's answers at {address} (HTTP {status}), not the listener.",
            tunnel,
        )
    match status:
        case 200:
            return (
                f"A listener answers at {address}, but it works on another file, or it is another program.",
                "Start the listener on this file (compare INVITE_DB), or lead the tunnel to the one that is.",
            )
        case 401:
            return (
                f"The listener at {address} has another app secret.",
                "Set INVITE_APP_SECRET to the same where it runs, and start it anew.",
            )
        case 404:
            return (
                f"There is nothing at {address}.",
                "The listener's address ends in /webhook; tell Meta with `invite-tui webhook subscribe ADDRESS`.",
            )
        case 503:
            return f"The listener at {address} cannot store anything now.", "Read what it says in its log."
    if 300 <= status < 400:
        return f"{address} leads on to somewhere else (HTTP {status}), where Meta does not follow.", tunnel
    return f"What answers at {address} is not the listener (HTTP {status}).", tunnel
