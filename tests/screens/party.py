"""One party for every look at the screens: the sample people, an event, a run that is out, and what came back.

It is the same one every time: the clock stands still, the zone is UTC, and the file lies in the folder where the
program is started, so that no path of a computer is shown.
"""

import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from unittest.mock import patch

from pydantic import SecretStr

from invite_core import instants
from invite_core.delivery.intake import apply_body
from invite_core.instants import stored
from invite_core.invitations import events, freezing, runs
from invite_core.invitations.plan import Wish, make_plan
from invite_core.lifecycle import attempts, control
from invite_core.lifecycle.attempts import Claim
from invite_core.people.importing.contact_import import import_people
from invite_core.provider.outcome import Accepted, Fault, Outcome, Refused, Unknown
from invite_core.settings import GivenSettings, Settings
from invite_core.store import Store
from tests.builders import DATA, INVITATION, NOW, ORGANISER, SENDER_NUMBER, sample_templates
from tests.command_line.meta import TOKEN, running_meta

BEGAN = NOW - timedelta(hours=3)
"""When the invitations went out."""

WABA_ID = "102290129340398"

GUESTS = Path("guests")
"""The folder with lists of people, beside the database."""

TEXTS = (
    "Is there parking?",
    "When does it stop? And please stop writing so early in the morning",
    "Can't wait!",
)
"""What some guests wrote that is no answer."""

OF_THE_NUMBER = {
    "display_phone_number": "+44 7700 900999",
    "verified_name": "Rita's parties",
    "quality_rating": "GREEN",
    "whatsapp_business_manager_messaging_limit": "TIER_2K",
    "throughput": {"level": "STANDARD"},
    "health_status": {"can_send_message": "AVAILABLE"},
    "data": [{"whatsapp_business_api_data": {"name": "Party"}}],
}
"""What Meta says of the sender, and that it sends updates."""


@contextmanager
def still_clock() -> Iterator[None]:
    """It is `NOW`, in a place that goes by UTC."""
    zone = os.environ.get("TZ")
    os.environ["TZ"] = "UTC"
    time.tzset()
    try:
        with patch.object(instants, "now", lambda: NOW):
            yield
    finally:
        os.environ.pop("TZ")
        if zone is not None:
            os.environ["TZ"] = zone
        time.tzset()


@contextmanager
def party() -> Iterator[tuple[Settings, Store]]:
    """The file in the folder one is in, before anything was sent, and settings that lead to it and to Meta."""
    GUESTS.mkdir()
    for name in ("google.sample.csv", "iphone.sample.vcf", "party.sample.xlsx", "school.sample.csv"):
        copy = shutil.copy(DATA / name, GUESTS / name)
        os.utime(copy, (BEGAN.timestamp(), BEGAN.timestamp()))
    with still_clock(), running_meta() as meta, Store.create_or_open(Path("invites.db")) as store:
        meta.number |= OF_THE_NUMBER
        meta.date = format_datetime(NOW, usegmt=True)
        _prepare(store)
        yield _settings(meta.url), store


def _settings(url: str) -> Settings:
    return GivenSettings(
        db=Path("invites.db"),
        graph_url=url,
        phone_number_id=SENDER_NUMBER,
        waba_id=WABA_ID,
        access_token=SecretStr(TOKEN),
        app_secret=SecretStr("a-made-up-secret"),
        verify_token=SecretStr("made up"),
        default_region="GB",
        operator="Rita",
    )


def _prepare(store: Store) -> None:
    import_people(store, DATA / "contacts.sample.csv", default_region="GB", by=ORGANISER, now=BEGAN)
    sample_templates(store)
    events.add(
        store,
        name="Summer party",
        starts_at="2027-06-12T18:30",
        ends_at="2027-06-12T23:30",
        answer_by="2027-05-29T23:59",
        timezone="Europe/Lisbon",
        venue="Jardim da Estrela, Lisbon",
        by=ORGANISER,
        now=BEGAN,
    )
    with store.write():
        store.execute(
            """INSERT INTO listener_status (pid, address, started_at, heartbeat_at, last_update_at, bodies)
               VALUES (1, '127.0.0.1:8080', :began, :now, :last, 1)""",
            {"began": stored(BEGAN), "now": stored(NOW), "last": stored(NOW - timedelta(seconds=12))},
        )


# ---------------------------------------------------------------- what was sent


def invite(store: Store) -> None:
    """Everybody is invited, as the sender does it; then Meta and the guests are heard, as the listener does it."""
    wish = Wish(event="Summer party", template=INVITATION, language="auto", fallback="en")
    plan = make_plan(store, wish)
    run = freezing.freeze(store, plan, by=ORGANISER, now=BEGAN)
    with store.write():
        runs.start(store, run.id, at=stored(BEGAN))
        claims = attempts.claim(store, run.id, plan, limit=1000, phone_number_id=SENDER_NUMBER, now=BEGAN)
        answers = [(claim.attempt, _outcome(n)) for n, claim in enumerate(claims)]
        attempts.record_outcomes(store, answers, now=BEGAN + timedelta(seconds=1))
        control.finish_if_done(store, run.id, now=BEGAN + timedelta(seconds=9))
    _hear(store, claims)


def _outcome(n: int) -> Outcome:
    if n % 90 == 40:
        return Unknown(cause="Meta did not answer in time", detail="")
    if n % 90 == 60:
        return Refused(
            Fault.RECIPIENT, "Recipient is not a valid WhatsApp user", code=131026, http_status=400
        )
    return Accepted(f"wamid.{n}", wa_id=f"{n}")


def _hear(store: Store, claims: list[Claim]) -> None:
    accepted = [(n, claim) for n, claim in enumerate(claims) if isinstance(_outcome(n), Accepted)]
    for status, seconds, share in (("sent", 4, 40), ("delivered", 9, 12), ("read", 1200, 4)):
        at = BEGAN + timedelta(seconds=seconds)
        came = [
            _status(n, claim, "failed" if n % 50 == 30 and status == "delivered" else status, at)
            for n, claim in accepted
            if n % share and (n % 50 != 30 or status != "read")
        ]
        _take(store, {"statuses": came}, at)
    for n, claim in accepted:
        if n % 4 and n % 50 != 30 and n % 3:
            answer = "no" if n % 7 == 0 else "maybe" if n % 11 == 0 else "yes:2" if n % 5 == 0 else "yes"
            _take(store, {"messages": [_tap(n, claim, answer)]}, BEGAN + timedelta(minutes=25, seconds=n * 9))
    for n, words in enumerate(TEXTS):
        at = NOW - timedelta(minutes=20 - n)
        _take(store, {"messages": [_text(n, accepted[n + 4][1], words, at)]}, at)


def _status(n: int, claim: Claim, status: str, at: datetime) -> dict[str, object]:
    told: dict[str, object] = {
        "id": f"wamid.{n}",
        "status": status,
        "timestamp": _seconds(at),
        "recipient_id": claim.address.lstrip("+"),
        "biz_opaque_callback_data": claim.attempt,
    }
    if status == "failed":
        told["errors"] = [{"code": 131026, "title": "Message undeliverable"}]
    return told


def _tap(n: int, claim: Claim, answer: str) -> dict[str, object]:
    return {
        "from": claim.address.lstrip("+"),
        "id": f"wamid.tap{n}",
        "timestamp": _seconds(BEGAN + timedelta(minutes=25, seconds=n * 9)),
        "type": "button",
        "context": {"id": f"wamid.{n}"},
        "button": {"payload": f"rsvp:{answer}:{claim.attempt}", "text": answer},
    }


def _text(n: int, claim: Claim, words: str, at: datetime) -> dict[str, object]:
    return {
        "from": claim.address.lstrip("+"),
        "id": f"wamid.text{n}",
        "timestamp": _seconds(at),
        "type": "text",
        "text": {"body": words},
    }


def _take(store: Store, value: dict[str, object], at: datetime) -> None:
    told = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "447700900999", "phone_number_id": SENDER_NUMBER},
        **value,
    }
    entry = {"id": WABA_ID, "changes": [{"field": "messages", "value": told}]}
    body = json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()
    with store.write():
        apply_body(store, body, phone_number_id=SENDER_NUMBER, waba_id=WABA_ID, now=at)


def _seconds(moment: datetime) -> str:
    return str(int(moment.astimezone(UTC).timestamp()))
