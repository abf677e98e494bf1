"""The check-up's look at the ids of number and account, which are easily mixed up. Pure."""

from collections.abc import Iterator, Sequence

from invite_core.errors import InviteError
from invite_core.operations.finding import Finding, fail, faulty
from invite_core.provider.account import ACCOUNT, NUMBER
from invite_core.provider.account_nodes import OwnedNumber
from invite_core.provider.refusal import ProviderRefused
from invite_core.provider.template_node import PhoneNumberNode

_NO_SUCH_OBJECT = 33
_LONGEST_PHONE_NUMBER = 13
TWO_IDS = (
    "Copy both from the app's dashboard, WhatsApp > API setup: “Phone number ID” is INVITE_PHONE_NUMBER_ID, and "
    "“WhatsApp Business Account ID” below it is INVITE_WABA_ID."
)

SWAPPED = fail("number", "The two ids stand in each other's place.", TWO_IDS)


def are_swapped(number: InviteError | None, account: InviteError | None) -> bool:
    """Whether each of the two was refused because it is of the other's kind."""
    return _kind(number) == ACCOUNT and _kind(account) == NUMBER


def judge_belonging(
    number: PhoneNumberNode, owned: Sequence[OwnedNumber], account_id: str
) -> Iterator[Finding]:
    """A finding where the number is not one of the account's."""
    if number.id not in [each.id for each in owned]:
        yield fail(
            "account",
            f"The number {number.display_phone_number} does not belong to the WhatsApp Business account {account_id}.",
            TWO_IDS,
        )


def _kind(fault: InviteError | None) -> str | None:
    return fault.kind_of_node if isinstance(fault, ProviderRefused) else None


def refused_number(fault: InviteError, number_id: str) -> Finding:
    """Why there is no number of this id, where Meta says so."""
    if not isinstance(fault, ProviderRefused):
        return faulty("number", fault)
    if fault.kind_of_node == ACCOUNT:
        what = "INVITE_PHONE_NUMBER_ID is the id of a WhatsApp Business account, not of a number."
        return fail("number", what, TWO_IDS)
    if fault.kind_of_node:
        return fail(
            "number", f"INVITE_PHONE_NUMBER_ID is the id of something else ({fault.kind_of_node}).", TWO_IDS
        )
    if fault.subcode == _NO_SUCH_OBJECT:
        itself = len(number_id) <= _LONGEST_PHONE_NUMBER
        what = "it looks like the phone number itself" if itself else "or the token was not given its account"
        return fail("number", f"Meta knows no number with the id {number_id}; {what}.", TWO_IDS)
    return faulty("number", fault)


def refused_account(fault: InviteError, account_id: str, app_id: str) -> Finding:
    """Why there is no account of this id. `app_id` is the app's, '' where it is not known."""
    if not isinstance(fault, ProviderRefused):
        return faulty("account", fault)
    if fault.kind_of_node == NUMBER:
        what = "INVITE_WABA_ID is the id of a phone number, not of a WhatsApp Business account."
        return fail("account", what, TWO_IDS)
    if account_id == app_id:
        return fail("account", "INVITE_WABA_ID is the id of the app.", TWO_IDS)
    if fault.kind_of_node:
        return fail("account", f"INVITE_WABA_ID is the id of something else ({fault.kind_of_node}).", TWO_IDS)
    if fault.subcode == _NO_SUCH_OBJECT:
        return fail(
            "account",
            f"Meta knows no WhatsApp Business account with the id {account_id} that the token may see.",
            f"{TWO_IDS} The account is given to the system user in the business settings: System users > "
            "Assign assets.",
        )
    return faulty("account", fault)
