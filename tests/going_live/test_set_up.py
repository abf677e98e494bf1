"""`init` takes each answer only once Meta has confirmed it, and says of a wrong one what it is and where the right
one is found."""

import os
import stat
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import keyring
import pytest
from dotenv import dotenv_values

from invite_core import key_ring
from invite_core.operations.finding import Finding, Verdict, may_send
from invite_core.operations.set_up import QUESTIONS, Draft
from invite_core.operations.settings_file import SettingsFileFault, write_settings
from invite_core.operations.settings_in_force import Origin, settings_in_force
from invite_core.settings import GivenSettings, Settings, SettingsFault
from tests.builders import SENDER_NUMBER
from tests.going_live.desks import Desk
from tests.going_live.rings import NoRing, Ring
from tests.going_live.servers import APP, SECRET, TOKEN, WABA

FAIL, WARN = Verdict.FAIL, Verdict.WARN
RIGHT = {"access_token": TOKEN, "waba_id": WABA, "phone_number_id": SENDER_NUMBER, "app_secret": SECRET}

Plant = Callable[[Desk], None]


def nothing(_: Desk) -> None:
    """All is well at Meta."""


def standing(**changes: object) -> Plant:
    """Something else is so at Meta."""
    return lambda desk: desk.standing(**changes)


WRONG: list[tuple[str, str, Plant, str, Verdict, str, str]] = [
    ("access_token", "EAA two words", nothing, "access_token", FAIL, "the token alone", "System users"),
    ("access_token", TOKEN[:-1], nothing, "token", FAIL, "copied whole", "System users"),
    ("access_token", SECRET, nothing, "token", FAIL, "an app secret", "System users"),
    ("access_token", f"{APP}|{SECRET}", nothing, "token", FAIL, "the app's own", "System users"),
    ("access_token", TOKEN, standing(token={"expires_at": 99}), "token", FAIL, "has expired", "Never"),
    ("access_token", TOKEN, standing(token={"revoked": True}), "token", FAIL, "taken back", "Generate new token"),
    ("access_token", TOKEN, standing(token={"type": "USER"}), "token", WARN, "person's own", "System users"),
    ("access_token", TOKEN, standing(token={"scopes": []}), "scopes", FAIL, "lacks the permission", "Generate new"),
    ("waba_id", "Party Office", nothing, "waba_id", FAIL, "digits only", "API setup"),
    ("waba_id", SENDER_NUMBER, nothing, "account", FAIL, "the id of a phone number", "Account ID"),
    ("waba_id", APP, nothing, "account", FAIL, "the id of the app", "Account ID"),
    ("waba_id", "9" * 15, nothing, "account", FAIL, "knows no WhatsApp Business account", "Assign assets"),
    ("phone_number_id", "+44 7700 900001", nothing, "phone_number_id", FAIL, "digits only", "not the number itself"),
    ("phone_number_id", "15550783881", nothing, "number", FAIL, "the phone number itself", "Phone number ID"),
    ("phone_number_id", WABA, nothing, "number", FAIL, "a WhatsApp Business account", "Phone number ID"),
    ("phone_number_id", "9" * 15, nothing, "number", FAIL, "knows no number", "Phone number ID"),
    ("phone_number_id", SENDER_NUMBER, standing(number_is_elsewhere=True),
     "account", FAIL, "does not belong", "API setup"),
    ("phone_number_id", SENDER_NUMBER, standing(number={"account_mode": "SANDBOX"}),
     "number", WARN, "five people", "allow"),
    ("app_secret", "caf\u00e9", nothing, "app_secret", FAIL, "the secret alone", "Basic"),
    ("app_secret", "0" * 32, nothing, "secret", FAIL, "not that of the app", "Basic"),
    ("app_secret", TOKEN, nothing, "secret", FAIL, "an access token", "Basic"),
]  # fmt: skip


def a_draft(desk: Desk) -> Draft:
    return Draft(GivenSettings(graph_url="http://graph.example.org"), open_api=desk.open_api)


async def right(draft: Draft, name: str) -> Sequence[Finding]:
    """Give the right answer, with spaces around it; what was found."""
    answered = await draft.answer(name, f" {RIGHT[name]} ")
    assert answered.stands, answered
    return answered.findings


def no_payment_method() -> dict[str, Any]:
    """What Meta says of a number whose account has none."""
    error = {"error_code": 141006, "error_description": "There is an error with the payment method."}
    entity = {"entity_type": "WABA", "id": WABA, "can_send_message": "BLOCKED", "errors": [error]}
    return {"health_status": {"can_send_message": "BLOCKED", "entities": [entity]}}


@pytest.mark.anyio
@pytest.mark.parametrize("name, value, plant, check, state, fact, todo", WRONG)
async def test_a_wrong_answer_has_its_own_sentence(
    desk: Desk, name: str, value: str, plant: Plant, check: str, state: Verdict, fact: str, todo: str
) -> None:
    plant(desk)
    draft = a_draft(desk)
    for question in QUESTIONS:
        if question.name == name:
            break
        await right(draft, question.name)
    answered = await draft.answer(name, value)
    finding = next(each for each in answered.findings if each.check == check)
    assert (finding.state, fact in finding.fact, todo in finding.todo) == (state, True, True), finding
    assert answered.stands is (name in draft.answers) is (state is WARN)


@pytest.mark.anyio
@pytest.mark.parametrize(
    "changes, check, fact",
    [
        ({"number": {"status": "PENDING"}}, "number", "not registered"),
        ({"number": no_payment_method()}, "health", "no payment method"),
        ({"clock_ahead_s": 600}, "clock", "10 min behind"),
    ],
)
async def test_what_is_wrong_beside_a_right_answer_is_told_and_it_stands(
    desk: Desk, changes: dict[str, Any], check: str, fact: str
) -> None:
    desk.standing(**changes)
    draft = a_draft(desk)
    found = [each for question in QUESTIONS for each in (await right(draft, question.name))]
    assert [fact in each.fact for each in found if each.state is FAIL] == [True], found
    assert next(each.check for each in found if each.state is FAIL) == check


@pytest.mark.anyio
async def test_right_answers_are_written_for_their_owner_alone(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / ".env"
    file.write_text("# mine\nINVITE_OPERATOR=Rita\ninvite_waba_id = 7\n")
    draft = a_draft(desk)
    for question in QUESTIONS:
        assert may_send(await right(draft, question.name))
    assert draft.choices() == [f"+1 555-078-3881: {SENDER_NUMBER}"]
    assert draft.proposed("phone_number_id") == SENDER_NUMBER
    draft.written(file, in_keyring=False, more={"default_region": "PT"})
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.read_text().startswith("# mine\nINVITE_OPERATOR=Rita\n")
    read = Settings.load()
    assert (read.waba_id, read.phone_number_id, read.default_region) == (WABA, SENDER_NUMBER, "PT")
    assert read.access_token.get_secret_value() == TOKEN
    assert len(read.verify_token.get_secret_value()) >= 32
    again = Draft(read, open_api=desk.open_api, answers=draft.answers)
    again.written(file, in_keyring=False, more={})
    assert Settings.load() == read
    assert os.listdir(tmp_path) == [".env"]


@pytest.mark.anyio
async def test_the_keyring_holds_the_secrets_instead_of_the_file(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ring = Ring()
    keyring.set_keyring(ring)
    try:
        draft = a_draft(desk)
        for question in QUESTIONS:
            await right(draft, question.name)
        (tmp_path / "folder").mkdir()
        with pytest.raises(SettingsFileFault):
            draft.written(tmp_path / "folder", in_keyring=True, more={})
        assert ring.kept == {}
        draft.written(tmp_path / ".env", in_keyring=True, more={})
        assert TOKEN not in (tmp_path / ".env").read_text()
        assert SECRET not in (tmp_path / ".env").read_text()
        read = Settings.load()
        assert read.app_secret.get_secret_value() == SECRET
        assert {line.name: line.origin for line in settings_in_force(read)}[
            "INVITE_APP_SECRET"
        ] is Origin.KEYRING
        monkeypatch.setenv("INVITE_APP_SECRET", "another")
        assert Settings.load().app_secret.get_secret_value() == "another"
    finally:
        keyring.set_keyring(NoRing())
    assert not key_ring.is_there()
    with pytest.raises(SettingsFault, match="no keyring"):
        Settings.load()


def test_a_file_that_cannot_be_written_stays_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "settings.env"
    file.write_bytes(b"INVITE_OPERATOR=\xff\n")
    with pytest.raises(SettingsFileFault, match="UTF-8"):
        write_settings(file, {"INVITE_WABA_ID": "1"})
    assert file.read_bytes() == b"INVITE_OPERATOR=\xff\n"
    with pytest.raises(SettingsFileFault):
        write_settings(file / "below", {"INVITE_WABA_ID": "1"})
    assert os.listdir(tmp_path) == ["settings.env"]
    write_settings(tmp_path / "odd.env", {"INVITE_VERIFY_TOKEN": "it's a \\ word # with all"})
    assert "'it\\'s a \\\\ word # with all'" in (tmp_path / "odd.env").read_text()


def test_what_was_written_is_what_is_read_and_other_lines_stay_as_they_are(tmp_path: Path) -> None:
    file = tmp_path / "settings.env"
    file.write_text(
        """# note\u2028\x85
INVITE_APP_SECRET="old
second"
INVITE_OPERATOR='two
lines'""",
        "utf-8",
    )
    odd = "it's ${HOME} and $HOME"
    write_settings(file, {"INVITE_APP_SECRET": "", "INVITE_VERIFY_TOKEN": odd})
    assert "second" not in file.read_text("utf-8")
    assert file.read_text("utf-8").startswith("# note\u2028\x85\nINVITE_OPERATOR='two\nlines'\n")
    assert dotenv_values(file) == {"INVITE_OPERATOR": "two\nlines", "INVITE_VERIFY_TOKEN": odd}
