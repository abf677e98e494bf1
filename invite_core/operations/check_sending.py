"""The check-up's look at settings, listener, sender and templates. The judgements are pure."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from invite_core.dispatch.sender_lock import Holder
from invite_core.instants import spoken
from invite_core.operations.finding import Finding, fail, ok, unknown, warn
from invite_core.views.hearing import Hearing
from invite_core.views.template_board import TemplateLine

SILENT_FOR = timedelta(minutes=10)
"""An accepted message of which nothing is heard for so long is a reason to look at the tunnel."""

_FOR_SENDING = ("INVITE_PHONE_NUMBER_ID", "INVITE_WABA_ID", "INVITE_ACCESS_TOKEN")
_FOR_LISTENING = ("INVITE_APP_SECRET", "INVITE_VERIFY_TOKEN")


def judge_settings(values: Mapping[str, str]) -> Finding:
    """`values` are the settings by their variables; of a secret only whether it is there."""
    missing = [name for name in _FOR_SENDING if not values[name]]
    todo = "Set it in the environment, in .env or in the settings file; docs/connect.md says where Meta shows it."
    if missing:
        return fail("settings", f"Not set: {', '.join(missing)}.", todo)
    for name in ("INVITE_PHONE_NUMBER_ID", "INVITE_WABA_ID"):
        if not (values[name].isascii() and values[name].isdecimal()):
            return fail(
                "settings",
                f"{name} is “{values[name]}”, and an id of Meta's has digits only.",
                "Copy it from WhatsApp > API setup in Meta's dashboard.",
            )
    if values["INVITE_PHONE_NUMBER_ID"] == values["INVITE_WABA_ID"]:
        return fail(
            "settings",
            "INVITE_PHONE_NUMBER_ID and INVITE_WABA_ID are the same number.",
            "They are two ids, one below the other in WhatsApp > API setup; copy both again.",
        )
    silent = [name for name in _FOR_LISTENING if not values[name]]
    if silent:
        return warn("settings", f"Not set here, and the listener needs it: {', '.join(silent)}.", todo)
    return ok("settings", "Everything that sending and listening need is set.")


def judge_listener(heard: Hearing) -> Finding:
    """Without a listener nobody hears the answers and the stops, so nothing is sent."""
    health = heard.health
    if not health.alive:
        last = f", last seen {spoken(health.heartbeat_at)}" if health.heartbeat_at else ""
        return fail(
            "listener",
            f"No listener is running on this file{last}.",
            "Start it in another terminal: webhook-listener",
        )
    if health.refuses_all:
        return fail(
            "listener",
            f"The listener refused the last {health.refused_signatures} updates: their signatures do not fit.",
            "Copy the app secret again (App settings > Basic) into INVITE_APP_SECRET, and start the listener anew.",
        )
    fact = f"The listener at {health.address}: {health.sentence(heard.now)}."
    if heard.gap is not None and heard.holds:
        todo = (
            "Look at the run; it asks you to accept that before it goes on."
            if heard.gap.needs_accepting
            else "Nothing; sending goes on by itself when the time is over."
        )
        return warn("listener", f"{fact} {heard.gap.sentence()}", todo)
    return ok("listener", fact)


def judge_updates(silent: int, last_update_at: str | None) -> Finding:
    """`silent` is how many messages Meta accepted more than ten minutes ago without a word about them since."""
    if silent:
        messages = "1 message" if silent == 1 else f"{silent:,} messages"
        return warn(
            "updates",
            f"Nothing has been heard for ten minutes of {messages} that Meta accepted.",
            "See whether the tunnel is up (docs/connect.md), and whether the app is published in Meta's dashboard: "
            "of one that is not Meta tells nothing.",
        )
    if last_update_at is None:
        return unknown(
            "updates", "None has come yet.", "Nothing yet; the first comes soon after the first message."
        )
    return ok("updates", f"The last update came {spoken(last_update_at)}.")


def judge_sender(holder: Holder | None, review: str) -> Finding:
    """`review` is why nothing is sent before somebody has looked at a restored file, or ''."""
    if review:
        return fail(
            "sender",
            f"{review} Nothing is sent before you have looked at it.",
            "Look at the runs and the unconfirmed messages, then say `invite-tui restore --reviewed`.",
        )
    if holder is not None:
        return ok(
            "sender",
            f"{holder.operator} is sending (process {holder.pid}, since {spoken(holder.since)}).",
        )
    return ok("sender", "Nobody is sending; a run may begin.")


def judge_templates(lines: Sequence[TemplateLine]) -> Finding:
    """At least one template has to be one that can be sent as it is."""
    if not lines:
        return fail("templates", "No template is known.", "Fetch them from Meta: invite-tui templates sync")
    texts = "1 template text" if len(lines) == 1 else f"{len(lines)} template texts"
    ready = sum(line.may_be_sent for line in lines)
    fact = f"{texts}, {ready} can be sent"
    found = [(line, line.problems[0]) for line in lines if line.problems]
    if not found:
        return ok("templates", f"{fact}; seen last {spoken(max(line.last_seen for line in lines))}.")
    line, problem = min(found, key=lambda each: not each[1].forbids)
    about = f"{line.variant.name} ({line.variant.language})"
    more = f" And {len(found) - 1} more." if len(found) > 1 else ""
    judge = warn if ready else fail
    return judge("templates", f"{fact}. {about}: {problem.sentence}{more}", problem.todo)
