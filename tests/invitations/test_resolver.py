"""One resolver: whatever changes between the preview and the claim stops the message and leaves its reason."""

from collections.abc import Callable

import pytest

from invite_core.instants import stored
from invite_core.invitations import events, otherwise
from invite_core.invitations.verdicts import preview
from invite_core.people import consent, do_not_message
from invite_core.store import Store
from tests.builders import NOW, ORGANISER, a_contact, a_phone, a_plan, a_run, later
from tests.invitations.outcomes import answer, claim


def a_stop_arrives(store: Store, ana: int) -> None:
    do_not_message.block(
        store, address=a_phone(1), reason="STOP", source="stop_word", at=later(1), by=ORGANISER, now=later(1)
    )


def marketing_is_stopped_in_whatsapp(store: Store, ana: int) -> None:
    do_not_message.block(
        store, address=a_phone(1), scope="marketing", reason="stop", source="user_preferences",
        at=later(1), by=ORGANISER, now=later(1),
    )  # fmt: skip


def consent_is_revoked(store: Store, ana: int) -> None:
    consent.revoke(store, ana, source="phone call", at=later(1), by=ORGANISER, now=later(1))


def template_is_paused(store: Store, ana: int) -> None:
    with store.write():
        store.execute("UPDATE templates SET status = 'PAUSED'")


def the_number_is_given_up(store: Store, ana: int) -> None:
    with store.write():
        store.execute("UPDATE contact_identities SET retired_at = ? WHERE contact = ?", (stored(NOW), ana))


def a_text_that_may_mean_stop_arrives(store: Store, ana: int) -> None:
    answer(store, ana, 1, None, status="possible_opt_out", match_key="447700900001")


def the_person_answers(store: Store, ana: int) -> None:
    answer(store, ana, 1, "no", at=later(1))


def the_person_is_invited_otherwise(store: Store, ana: int) -> None:
    otherwise.record(store, events.get(store, 1), ana, via="by letter", by=ORGANISER, now=later(1))


CHANGES: dict[str, Callable[[Store, int], None]] = {
    "do_not_message": a_stop_arrives,
    "marketing_opt_out": marketing_is_stopped_in_whatsapp,
    "no_consent": consent_is_revoked,
    "template_not_approved": template_is_paused,
    "no_address": the_number_is_given_up,
    "possible_opt_out": a_text_that_may_mean_stop_arrives,
    "already_answered": the_person_answers,
    "invited_otherwise": the_person_is_invited_otherwise,
}


@pytest.mark.parametrize("frozen", [False, True], ids=["before freezing", "after freezing"])
@pytest.mark.parametrize("reason", CHANGES)
def test_a_change_after_the_preview_stops_the_message(store: Store, reason: str, frozen: bool) -> None:
    ana = a_contact(store, "Ana", 1)
    plan = a_plan(store)
    assert [each.reasons for each in preview(store, plan, now=NOW)] == [()]
    if frozen:
        run = a_run(store, plan)
        CHANGES[reason](store, ana)
    else:
        CHANGES[reason](store, ana)
        run = a_run(store, a_plan(store, plan.event))
    assert claim(store, run.id, now=later(2)) == []
    left = store.row("SELECT state, block_reasons FROM invite_messages WHERE contact = ?", (ana,))
    assert left is not None
    assert (left["state"], left["block_reasons"]) == ("blocked", reason)
