"""Connecting a desk to Meta: what is asked for, where it is found, and each answer checked as it is given.

Nothing is written before everything is there (`Draft.written`).
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import SecretStr, ValidationError

from invite_core import instants, key_ring
from invite_core.errors import InviteError
from invite_core.operations.check_account import (
    Account,
    OpenApi,
    ask_about_account,
    ask_about_number,
    ask_about_secret,
    ask_about_token,
)
from invite_core.operations.check_token import judge_scopes
from invite_core.operations.finding import Finding, fail, may_send
from invite_core.operations.settings_file import write_settings
from invite_core.operations.template_sync import cloud_api
from invite_core.provider.cloud_api import CloudApi
from invite_core.settings import SECRETS, GivenSettings, Settings, SettingsFault


@dataclass(frozen=True, slots=True)
class Question:
    """One value that is asked for."""

    name: str
    """The setting."""
    asks: str
    """The question, in a few words."""
    where: str
    """Where Meta shows it."""

    @property
    def variable(self) -> str:
        """Its variable."""
        return f"INVITE_{self.name.upper()}"

    @property
    def is_secret(self) -> bool:
        """Whether it must not be seen."""
        return self.name in SECRETS


QUESTIONS = (
    Question(
        "access_token",
        "Access token",
        "Meta Business settings (business.facebook.com/settings) > Users > System users. Add one with the role Admin, "
        "assign it your app and your WhatsApp account with full control, then Generate new token: your app, "
        "expiration “Never”, whatsapp_business_messaging and whatsapp_business_management. The token shown on the "
        "dashboard's API setup page ends within a day; it is good for a first try only.",
    ),
    Question(
        "waba_id",
        "WhatsApp Business account id",
        "The app's dashboard (developers.facebook.com/apps) > WhatsApp > API setup, below the phone number.",
    ),
    Question(
        "phone_number_id",
        "Phone number id",
        "On the same page, below the number that you choose under “From”. It is not the number itself.",
    ),
    Question(
        "app_secret",
        "App secret",
        "The app's dashboard > App settings > Basic > App secret > Show. With it Meta signs what it tells you.",
    ),
)
"""In the order in which they build on each other."""

USED_IN_WHATSAPP = (
    "A number that is used in WhatsApp on a phone cannot be used here as well. It can be moved: the account in the "
    "app has to be deleted first, and its chats are lost. Better take another number, which can receive one text or "
    "call from Meta."
)
USED_IN_BUSINESS_APP = (
    "A number that is used in the WhatsApp Business app stays usable there only if it was connected through a "
    "partner's sign-up (“coexistence”); it then sends 20 messages a second. Connected in the dashboard instead, it "
    "ends in the app."
)
IS_NOT_PAID = (
    "Invitations are marketing messages, which Meta charges for each one delivered; without a payment method it sends "
    "none (WhatsApp Manager > Overview > Payment settings). A test number needs none."
)


_BESIDE = ("clock", "quality", "limit", "health")


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of an answer."""

    stands: bool
    """Whether it was taken."""
    findings: tuple[Finding, ...]
    """What was found about it, and beside it."""

    @property
    def is_unasked(self) -> bool:
        """Whether nothing is known of it, because Meta could not be reached."""
        return any(finding.is_unasked for finding in self.findings)


@dataclass(slots=True)
class Draft:
    """What has been answered so far, over the settings that were there."""

    base: Settings
    open_api: OpenApi = cloud_api
    account: Account = field(default_factory=Account)
    answers: dict[str, str] = field(default_factory=dict)

    def proposed(self, name: str) -> str:
        """An answer that need only be confirmed: the one there is already, or the only one there can be; or ''."""
        there = getattr(self.base, name)
        text = there.get_secret_value() if isinstance(there, SecretStr) else str(there)
        if text:
            return text
        owned = self.account.owned or ()
        if name == "phone_number_id" and len(owned) == 1:
            return owned[0].id
        return ""

    def choices(self) -> Sequence[str]:
        """The account's numbers with their ids, once the account is known."""
        return [f"{each.display_phone_number}: {each.id}" for each in self.account.owned or ()]

    async def answer(self, name: str, text: str) -> Answered:
        """Take an answer if it is the right value; what was found about it."""
        given = {**self.answers, name: text.strip()}
        try:
            settings = _settings(self.base, given)
            settings.require(name)
        except (SettingsFault, ValueError) as fault:
            return Answered(False, (_unusable(name, fault),))
        self.account.findings = []
        async with self.open_api(settings) as api:
            await self._ask(api, settings, name)
        found = tuple(self.account.findings)
        stands = may_send([each for each in found if not self._is_beside(each)])
        if stands:
            self.answers = given
        return Answered(stands, found)

    def _is_beside(self, finding: Finding) -> bool:
        """Whether a finding says nothing against the value: the number is the right one, though it cannot send yet."""
        return finding.check in _BESIDE or (finding.check == "number" and self.account.number is not None)

    async def _ask(self, api: CloudApi, settings: Settings, name: str) -> None:
        account = self.account
        match name:
            case "access_token":
                await ask_about_token(api, settings, account, now=instants.now())
            case "waba_id":
                if await ask_about_account(api, settings, account) is None and account.token is not None:
                    account.findings.append(judge_scopes(account.token, settings.waba_id))
            case "phone_number_id":
                account.number = None
                await ask_about_number(api, settings, account)
            case "app_secret":
                await ask_about_secret(api, settings, account)

    def written(self, path: Path, *, in_keyring: bool, more: dict[str, str]) -> list[str]:
        """Write the answers and `more` settings into the file at `path`; the variables that were written there.

        A word for Meta's handshake is made where there is none. `in_keyring` puts the secrets into the keyring, and
        takes them out of the file. Raises `SettingsFileFault` or `KeyRingFault`; file and keyring are then as before.
        """
        values = {**more, **self.answers}
        values["verify_token"] = self.proposed("verify_token") or secrets.token_urlsafe(24)
        kept = {name: values[name] for name in SECRETS if in_keyring}
        lines = {**values, **dict.fromkeys(kept, ""), "keyring": "yes" if in_keyring else ""}
        before = {name: key_ring.read(name) for name in kept}
        try:
            for name, secret in kept.items():
                key_ring.keep(name, secret)
            write_settings(path, {f"INVITE_{name.upper()}": value for name, value in lines.items()})
        except InviteError:
            _put_back(before)
            raise
        return [f"INVITE_{name.upper()}" for name, value in lines.items() if value]


def _put_back(before: Mapping[str, str | None]) -> None:
    for name, secret in before.items():
        if secret is None:
            key_ring.forget(name)
        else:
            key_ring.keep(name, secret)


def _settings(base: Settings, answers: dict[str, str]) -> Settings:
    """The settings with the answers on top. Raises `ValueError` for one that cannot be used."""
    try:
        read = GivenSettings.model_validate(answers)
    except ValidationError as error:
        raise ValueError(error.errors(include_input=False)[0]["msg"].removeprefix("Value error, ")) from None
    return base.model_copy(update={name: getattr(read, name) for name in answers})


def _unusable(name: str, fault: Exception) -> Finding:
    question = next(each for each in QUESTIONS if each.name == name)
    if isinstance(fault, SettingsFault):
        return fail(name, fault.sentence, question.where)
    return fail(name, f"{question.asks}: it {fault}.", question.where)
