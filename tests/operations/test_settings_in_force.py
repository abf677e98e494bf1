"""The settings as they are shown: where each came from, and of a secret nothing but that it is set."""

from pathlib import Path

import pytest

from invite_core import settings as core
from invite_core.operations.settings_in_force import Origin, SettingLine, settings_in_force
from invite_core.settings import Settings


@pytest.fixture
def places(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A setting in each place, and one in all of them."""
    core.CONFIG_FILE.parent.mkdir(parents=True, exist_ok=True)
    core.CONFIG_FILE.write_text("INVITE_WABA_ID=1\nINVITE_LISTEN_PORT=9001\nINVITE_DEFAULT_REGION=PT\n")
    (tmp_path / ".env").write_text("INVITE_WABA_ID=2\nINVITE_LISTEN_PORT=9002\n")
    monkeypatch.setenv("INVITE_WABA_ID", "3")
    monkeypatch.setenv("INVITE_GRAPH_URL", "")
    monkeypatch.setenv("invite_access_token", "EAAsecret1234")


@pytest.mark.usefixtures("places")
def test_each_setting_is_shown_with_the_place_that_counts() -> None:
    try:
        settings = Settings.load().model_copy(update={"db": Path("party.db")})
        lines = settings_in_force(settings)
    finally:
        core.CONFIG_FILE.unlink()
    shown = {line.name: line for line in lines}
    assert shown["INVITE_WABA_ID"] == SettingLine("INVITE_WABA_ID", "3", Origin.ENVIRONMENT)
    assert shown["INVITE_LISTEN_PORT"] == SettingLine("INVITE_LISTEN_PORT", "9002", Origin.DOT_ENV)
    assert shown["INVITE_DEFAULT_REGION"] == SettingLine("INVITE_DEFAULT_REGION", "PT", Origin.CONFIG_FILE)
    assert shown["INVITE_GRAPH_URL"].origin is Origin.DEFAULT
    assert shown["INVITE_DB"] == SettingLine("INVITE_DB", "party.db", Origin.GIVEN)
    assert shown["INVITE_ACCESS_TOKEN"] == SettingLine("INVITE_ACCESS_TOKEN", "set", Origin.ENVIRONMENT)
    assert shown["INVITE_APP_SECRET"] == SettingLine("INVITE_APP_SECRET", "", Origin.DEFAULT)
    assert "secret1234" not in repr(lines)
    assert [line.name for line in lines] == [f"INVITE_{name.upper()}" for name in Settings.model_fields]
