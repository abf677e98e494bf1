"""The check-up of a whole desk, with one thing wrong at a time: it names that, and what to do, and nothing else."""

import time
from collections.abc import Callable

import pytest

from invite_core.operations.check_hearing import WANTED
from invite_core.operations.finding import Verdict
from invite_core.store import Store
from tests.builders import SENDER_NUMBER
from tests.going_live.desks import Desk
from tests.going_live.servers import APP, SECRET, TOKEN, WABA

FAIL, WARN = Verdict.FAIL, Verdict.WARN


def health(state: str, **error: object) -> dict[str, object]:
    """What Meta says of a number that cannot send, or only so much."""
    entity = {
        "entity_type": "WABA",
        "id": WABA,
        "can_send_message": state,
        "errors": [error] if error else [],
    }
    return {"health_status": {"can_send_message": state, "entities": [entity]}}


def in_days(days: float) -> int:
    return int(time.time() + days * 86_400)


Plant = Callable[[Desk], None]

FAULTS: list[tuple[str, Plant, str, Verdict, str, str]] = [
    ("no token", lambda d: d.setting(access_token=""), "settings", FAIL, "INVITE_ACCESS_TOKEN", "connect.md"),
    ("letters in an id", lambda d: d.setting(waba_id="my account"),
     "settings", FAIL, "digits only", "API setup"),
    ("one id twice", lambda d: d.setting(waba_id=SENDER_NUMBER),
     "settings", FAIL, "the same number", "API setup"),
    ("no app secret", lambda d: d.setting(app_secret=""), "settings", WARN, "INVITE_APP_SECRET", "connect.md"),
    ("unknown token", lambda d: d.setting(access_token=TOKEN[:-3]),
     "token", FAIL, "copied whole", "System users"),
    ("secret as token", lambda d: d.setting(access_token=SECRET),
     "token", FAIL, "an app secret", "System users"),
    ("app token", lambda d: d.setting(access_token=f"{APP}|{SECRET}"),
     "token", FAIL, "the app", "System users"),
    ("expired token", lambda d: d.standing(token={"expires_at": 1_000}), "token", FAIL, "has expired", "Never"),
    ("revoked token", lambda d: d.standing(token={"revoked": True}),
     "token", FAIL, "taken back", "System users"),
    ("a person's token", lambda d: d.standing(token={"type": "USER", "expires_at": in_days(0.1)}),
     "token", WARN, "person's own", "System users"),
    ("token that ends soon", lambda d: d.standing(token={"expires_at": in_days(3)}),
     "token", WARN, "only until", "Never"),
    ("a page's token", lambda d: d.standing(token={"type": "PAGE"}),
     "token", FAIL, "a Facebook page", "System users"),
    ("no permission to send", lambda d: d.standing(token={"scopes": ["whatsapp_business_management"]}),
     "scopes", FAIL, "whatsapp_business_messaging (sending)", "whatsapp_business_messaging"),
    ("number id is an account's", lambda d: d.setting(phone_number_id=WABA, waba_id="9" * 15),
     "number", FAIL, "id of a WhatsApp Business account", "Phone number ID"),
    ("ids swapped", lambda d: d.setting(phone_number_id=WABA, waba_id=SENDER_NUMBER),
     "number", FAIL, "each other's place", "Phone number ID"),
    ("number itself as id", lambda d: d.setting(phone_number_id="15550783881"),
     "number", FAIL, "the phone number itself", "Phone number ID"),
    ("unknown number", lambda d: d.setting(phone_number_id="1" * 15),
     "number", FAIL, "knows no number", "Phone number ID"),
    ("unknown account", lambda d: d.setting(waba_id="1" * 15),
     "account", FAIL, "knows no WhatsApp Business account", "Assign assets"),
    ("app id as account", lambda d: d.setting(waba_id=APP), "account", FAIL, "id of the app", "Account ID"),
    ("number of another account", lambda d: d.standing(number_is_elsewhere=True),
     "account", FAIL, "does not belong", "API setup"),
    ("test number", lambda d: d.standing(number={"account_mode": "SANDBOX", "verified_name": "Test Number"}),
     "number", WARN, "test number", "phone number list"),
    ("unregistered number", lambda d: d.standing(number={"status": "PENDING"}),
     "number", FAIL, "not registered", "API setup"),
    ("name not approved", lambda d: d.standing(number={"name_status": "DECLINED"}),
     "number", WARN, "declined", "Profile"),
    ("used in the app", lambda d: d.standing(number={"is_on_biz_app": True}),
     "number", WARN, "20 messages", "PER_SECOND"),
    ("low quality", lambda d: d.standing(number={"quality_rating": "RED"}),
     "quality", WARN, "as low", "expect it"),
    ("no payment method", lambda d: d.standing(number=health("BLOCKED", error_code=141006, error_description="x")),
     "health", FAIL, "payment method", "Payment settings"),
    ("limited", lambda d: d.standing(number=health("LIMITED")),
     "health", WARN, "only so much", "WhatsApp Manager"),
    ("wrong app secret", lambda d: d.setting(app_secret="0" * 32),
     "secret", FAIL, "not that of the app “Inv", "Show"),
    ("token as app secret", lambda d: d.setting(app_secret=TOKEN), "secret", FAIL, "an access token", "Basic"),
    ("nobody subscribed", lambda d: d.account.hearing.unsubscribe(),
     "subscription", FAIL, "No app is subscribed", "webhook subscribe"),
    ("messages not ticked", lambda d: d.heard("account_update"),
     "fields", FAIL, "field messages", "webhook subscribe"),
    ("stops not ticked", lambda d: d.heard(*(set(WANTED) - {"user_preferences"})),
     "fields", WARN, "user_preferences", "webhook subscribe"),
    ("news elsewhere", lambda d: d.heard(callback="https://old.example.org/webhook"),
     "fields", WARN, "go to https://old.example.org", "webhook subscribe"),
    ("turned off by Meta", lambda d: d.standing(active=False),
     "fields", FAIL, "turned the app's webhook off", "subscribe"),
    ("tunnel's own page", lambda d: d.behind_the_door(200),
     "callback", FAIL, "A page of the tunnel's", "asks nobody to sign in"),
    ("tunnel is down", lambda d: d.behind_the_door(502), "callback", FAIL, "HTTP 502", "tunnel runs"),
    ("wrong path", lambda d: d.behind_the_door(404, "text/plain", b""),
     "callback", FAIL, "nothing at", "/webhook"),
    ("somebody else says yes", lambda d: d.behind_the_door(200, "text/plain", b"ok"),
     "callback", FAIL, "another file", "INVITE_DB"),
    ("leads on", lambda d: d.behind_the_door(302, "text/plain", b""), "callback", FAIL, "leads on", "tunnel"),
    ("nobody there", lambda d: d.account.hearing.subscribe("https://nobody.example.org/webhook"),
     "callback", FAIL, "Nobody can be reached", "webhook subscribe"),
    ("clock ten minutes ahead", lambda d: d.standing(clock_ahead_s=-600),
     "clock", FAIL, "10 min ahead of", "by the network"),
    ("clock ten minutes behind", lambda d: d.standing(clock_ahead_s=600),
     "clock", FAIL, "10 min behind", "by the network"),
]  # fmt: skip


CONSEQUENCES = {
    "settings": {"account"},
    "scopes": {"account", "number", "subscription"},
    "number": {"account", "health"},
}
"""What may be wrong too because of a fault."""


@pytest.mark.anyio
async def test_a_desk_that_is_ready_has_nothing_to_mend(desk: Desk) -> None:
    found = await desk.check_up()
    assert {finding.state for finding in found.values()} == {Verdict.OK}, found
    assert list(found) == [
        "token", "scopes", "clock", "number", "quality", "limit", "health", "secret", "subscription", "fields",
        "callback",
    ]  # fmt: skip
    assert "came back through the listener" in found["callback"].fact
    with Store.open(desk.database, read_only=True) as store:
        receipts = store.rows("SELECT DISTINCT kind, outcome FROM webhook_receipts")
        heard = store.value("SELECT max(last_update_at) FROM listener_status")
    assert [tuple(row) for row in receipts] == [("invite_tui_self_test", "ignored")]
    assert heard is None
    desk.standing(unknown_number_fields=["is_on_biz_app"])
    assert (await desk.check_up())["number"].state is Verdict.OK


@pytest.mark.anyio
@pytest.mark.parametrize(
    "plant, check, state, fact, todo", [each[1:] for each in FAULTS], ids=[each[0] for each in FAULTS]
)
async def test_a_planted_fault_is_named(
    desk: Desk, plant: Plant, check: str, state: Verdict, fact: str, todo: str
) -> None:
    plant(desk)
    found = await desk.check_up()
    finding = found[check]
    assert (finding.state, fact in finding.fact, todo in finding.todo) == (state, True, True), finding
    wrong = {each.check for each in found.values() if each.state is Verdict.FAIL} - {check}
    assert wrong <= CONSEQUENCES.get(check, set()), found
