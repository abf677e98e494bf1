import json
import logging
import re
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest

from invite_core.operators import Role
from invite_core.settings import CONFIG_FILE, Settings, SettingsFault, login_name, without_settings

SECRETS = ("access_token", "app_secret", "app_secret_previous", "verify_token")
DESIGN = {
    *("db", "graph_url", "graph_version", "phone_number_id", "waba_id", *SECRETS),
    *("listen_host", "listen_port", "health_port", "messages_per_second", "max_in_flight"),
    *("catch_up_minutes", "default_region", "operator", "role", "keyring"),
}
"""Section 7, without the prefix."""


def test_settings_are_those_of_the_design() -> None:
    assert set(Settings.model_fields) == DESIGN


def test_defaults_are_those_of_the_design() -> None:
    settings = Settings.load()
    assert settings.db.name == "invites.db"
    assert (settings.graph_url, settings.graph_version) == ("https://graph.facebook.com", "v26.0")
    assert (settings.listen_host, settings.listen_port, settings.health_port) == ("127.0.0.1", 8080, 8081)
    assert (settings.messages_per_second, settings.max_in_flight) == (80, 64)
    assert settings.catch_up_minutes == 15
    assert (settings.default_region, settings.phone_number_id, settings.waba_id) == ("", "", "")
    assert all(getattr(settings, name).get_secret_value() == "" for name in SECRETS)
    assert (settings.operator, settings.role) == (login_name(), Role.ORGANISER)


def test_default_database_is_in_this_runs_own_folder() -> None:
    assert "invite-tests-" in str(Settings.load().db)
    assert "invite-tests-" in str(CONFIG_FILE)


def test_environment_sets_every_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {
        "db": "/tmp/x.db",  # noqa: S108 - a path that is never opened
        "graph_url": "http://127.0.0.1:1",
        "graph_version": "v27.0",
        "listen_port": "1",
        "health_port": "0",
        "messages_per_second": "20",
        "max_in_flight": "2",
        "catch_up_minutes": "0",
        "default_region": "PT",
        "role": "viewer",
        "keyring": "no",
    }
    for name in DESIGN:
        monkeypatch.setenv(f"INVITE_{name.upper()}", given.get(name, f"value-of-{name}"))
    settings = Settings.load()
    assert settings.db == Path(given["db"])
    assert settings.role is Role.VIEWER
    assert (settings.health_port, settings.catch_up_minutes) == (0, 0)
    assert settings.operator == "value-of-operator"
    assert [getattr(settings, name).get_secret_value() for name in SECRETS] == [
        f"value-of-{name}" for name in SECRETS
    ]


def test_environment_outranks_dot_env_and_that_the_config_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, config_file: Path
) -> None:
    config_file.write_text("INVITE_WABA_ID=config\nINVITE_OPERATOR=config\nINVITE_PHONE_NUMBER_ID=config\n")
    (tmp_path / ".env").write_text("INVITE_OPERATOR=dot env\nINVITE_PHONE_NUMBER_ID=dot env\n")
    monkeypatch.setenv("INVITE_PHONE_NUMBER_ID", "environment")
    settings = Settings.load()
    assert (settings.waba_id, settings.operator, settings.phone_number_id) == (
        "config",
        "dot env",
        "environment",
    )


def test_empty_value_counts_as_not_set(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, config_file: Path
) -> None:
    config_file.write_text("INVITE_WABA_ID=config\nINVITE_ACCESS_TOKEN=config\n")
    (tmp_path / ".env").write_text("INVITE_WABA_ID=\n")
    monkeypatch.setenv("INVITE_ACCESS_TOKEN", "")
    monkeypatch.setenv("INVITE_LISTEN_PORT", "")
    settings = Settings.load()
    assert settings.waba_id == "config"
    assert settings.access_token.get_secret_value() == "config"
    assert settings.listen_port == 8080


def test_unknown_setting_does_no_harm(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("INVITE_SOMETHING=1\nDATABASE_URL=x\n")
    monkeypatch.setenv("INVITE_SOMETHING_ELSE", "1")
    Settings.load()


SHOWN: dict[str, Callable[[Settings], str]] = {
    "repr": repr,
    "str": str,
    "format": lambda settings: f"{settings}",
    "json": lambda settings: settings.model_dump_json(),
    "dump as json": lambda settings: json.dumps(settings.model_dump(mode="json")),
    "dump": lambda settings: str(settings.model_dump()),
    "secret itself": lambda settings: f"{settings.access_token} {settings.app_secret!r}",
    "rich repr": lambda settings: str(list(settings.__repr_args__())),
}


@pytest.mark.parametrize("show", SHOWN.values(), ids=SHOWN.keys())
def test_secrets_are_never_shown(monkeypatch: pytest.MonkeyPatch, show: Callable[[Settings], str]) -> None:
    for name in SECRETS:
        monkeypatch.setenv(f"INVITE_{name.upper()}", f"hush-{name}")
    assert "hush" not in show(Settings.load())


def test_secrets_are_in_no_log_and_no_traceback(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for name in SECRETS:
        monkeypatch.setenv(f"INVITE_{name.upper()}", f"hush-{name}")
    monkeypatch.setenv("INVITE_LISTEN_PORT", "hush-port")
    caplog.set_level(logging.DEBUG)
    with pytest.raises(SettingsFault) as fault:
        Settings.load()
    assert "hush" not in "".join(traceback.format_exception(fault.value))
    assert "hush" not in caplog.text


@pytest.mark.parametrize(
    "name, value",
    [
        ("listen_port", "eighty"),
        ("listen_port", "70000"),
        ("listen_port", "-1"),
        ("health_port", "8.5"),
        ("messages_per_second", "0"),
        ("messages_per_second", "5000"),
        ("messages_per_second", "nan"),
        ("max_in_flight", "0"),
        ("catch_up_minutes", "-1"),
        ("catch_up_minutes", "nan"),
        ("catch_up_minutes", "inf"),
        ("messages_per_second", "inf"),
        ("graph_version", "26"),
        ("graph_version", "v26.0\n"),
        ("default_region", "Portugal"),
        ("role", "admin"),
        ("role", "system"),
    ],
)
def test_wrong_value_names_the_variable_and_not_the_value(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"INVITE_{name.upper()}", value)
    with pytest.raises(SettingsFault) as fault:
        Settings.load()
    assert f"INVITE_{name.upper()}:" in fault.value.sentence
    assert ".env" in fault.value.todo
    assert len(value) < 4 or value not in fault.value.sentence


def test_every_wrong_value_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INVITE_LISTEN_PORT", "x")
    monkeypatch.setenv("INVITE_ROLE", "x")
    with pytest.raises(SettingsFault) as fault:
        Settings.load()
    assert set(re.findall(r"INVITE_\w+", fault.value.sentence)) == {"INVITE_LISTEN_PORT", "INVITE_ROLE"}


def test_file_in_another_encoding_is_told(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes("INVITE_OPERATOR=José\n".encode("latin-1"))
    with pytest.raises(SettingsFault) as fault:
        Settings.load()
    assert "UTF-8" in fault.value.sentence


def test_names_in_every_script_are_read(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("INVITE_OPERATOR='José 李雷'\n", "utf-8")
    assert Settings.load().acting().name == "José 李雷"


def test_folder_named_like_a_settings_file_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / ".env").mkdir()
    Settings.load()


def test_missing_settings_are_named_together() -> None:
    with pytest.raises(SettingsFault) as fault:
        Settings.load().require("phone_number_id", "access_token", "graph_url")
    assert fault.value.sentence == "INVITE_PHONE_NUMBER_ID and INVITE_ACCESS_TOKEN are not set."
    assert "Run `invite-tui init`, which asks for them and says where Meta shows each" in fault.value.todo
    assert str(CONFIG_FILE) in fault.value.todo


def test_one_missing_setting_is_named_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INVITE_PHONE_NUMBER_ID", "1000")
    with pytest.raises(SettingsFault) as fault:
        Settings.load().require("phone_number_id", "app_secret")
    assert fault.value.sentence == "INVITE_APP_SECRET is not set."


def test_settings_that_are_there_are_not_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INVITE_ACCESS_TOKEN", "hush")
    Settings.load().require("access_token", "graph_url")


def test_viewer_of_the_settings_may_not_act(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INVITE_ROLE", "viewer")
    monkeypatch.setenv("INVITE_OPERATOR", "Mia")
    operator = Settings.load().acting()
    assert (operator.name, operator.role) == ("Mia", Role.VIEWER)


def test_child_process_gets_no_settings_of_ours() -> None:
    environment = {"INVITE_ACCESS_TOKEN": "hush", "PATH": "/bin", "invite_x": "y"}
    assert without_settings(environment) == {"PATH": "/bin", "invite_x": "y"}
    assert "INVITE_ACCESS_TOKEN" in environment


@pytest.mark.parametrize("token", ["two words", "with\nbreak", "with-áccent", "Bearer EAAB"])
def test_token_that_no_request_can_carry_is_refused(monkeypatch: pytest.MonkeyPatch, token: str) -> None:
    monkeypatch.setenv("INVITE_ACCESS_TOKEN", token)
    with pytest.raises(SettingsFault) as fault:
        Settings.load()
    assert "INVITE_ACCESS_TOKEN: must be the token alone" in fault.value.sentence
    assert token not in str(fault.value)


def test_token_may_be_pasted_with_space_around_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INVITE_ACCESS_TOKEN", " EAAB-made-up\n")
    assert Settings.load().access_token.get_secret_value() == "EAAB-made-up"


@pytest.mark.skipif(sys.platform != "linux", reason="needs a file that fails for everyone")
def test_settings_file_that_cannot_be_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").symlink_to("/proc/self/mem")
    with pytest.raises(SettingsFault) as fault:
        Settings.load()
    assert "cannot be read" in fault.value.sentence
    assert "permissions" in fault.value.todo


def test_a_tilde_in_the_path_is_the_home_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INVITE_DB", "~/guests/invites.db")
    assert Settings.load().db == Path.home() / "guests" / "invites.db"
