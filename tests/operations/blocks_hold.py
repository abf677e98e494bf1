"""Whatever is imported, merged, moved, erased, restored, heard or forgotten: who was blocked is not written to again
before a lift, an act of the organiser's with a reason, nor who may have meant stop before the organiser has read it."""

import json
import shutil
import sys
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from invite_core.delivery import inbox, pruning
from invite_core.delivery.intake import apply_body
from invite_core.errors import InviteError
from invite_core.invitations import events
from invite_core.invitations.verdicts import preview
from invite_core.operations import erasure, merging
from invite_core.operations.backup import back_up, restore
from invite_core.people import consent, contacts, do_not_message
from invite_core.people.identity import match_key
from invite_core.people.importing.contact_import import import_people
from invite_core.store import Store
from invite_core.store.guard import guard_path
from proofs.lives import lived
from tests.builders import NOW, ORGANISER, SENDER_NUMBER, a_plan
from tests.operations.world import World

NUMBERS = ("+447700900001", "+447700900002", "+447700900003", "+5511987650004")
STRANGER = "+447700900009"
OTHER_SPELLINGS = {"+5511987650004": "551187650004"}
NAMES = ("Ana", "Ben", "")

numbers = st.sampled_from(NUMBERS)
names = st.sampled_from(NAMES)
people = st.integers(0, 5)


class BlocksHold(RuleBasedStateMachine):
    """One file and its guard, and beside them the match keys that the model holds for blocked, and those from which
    somebody wrote what may mean stop."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="blocks-"))
        self.world = World(self.folder / "invites.db")
        self.copy = self.folder / "copy.db"
        self.now = NOW
        self.blocked: set[str] = set()
        self.doubted: set[str] = set()
        self.doubted_in_copy: set[str] = set()
        self.moves: set[tuple[str, str]] = set()

    def teardown(self) -> None:
        """Leave nothing behind."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def later(self) -> datetime:
        """The next moment."""
        self.now += timedelta(seconds=10)
        return self.now

    def person(self, store: Store, n: int) -> int | None:
        """The nth of the people there are."""
        known = contacts.listing(store)
        return int(str(known[n % len(known)]["contact"])) if known else None

    @initialize()
    def begin(self) -> None:
        """An event and its texts, and a first copy."""
        self.world.act(a_plan)
        back_up(self.world.database, self.copy, by=ORGANISER, now=NOW)

    @rule(
        number=numbers,
        other=st.none() | numbers,
        name=names,
        block=st.sampled_from((False, False, False, True)),
    )
    def import_row(self, number: str, other: str | None, name: str, block: bool) -> None:
        """A row of a file, with the agreement of everyone in it."""
        table = f"name,phone,mobile,do not message\n{name},{number},{other or ''},{'yes' if block else ''}\n"
        now = self.later()

        def work(store: Store) -> bool:
            report = import_people(
                store, table.encode(), consent_source="form", consent_at="2027-02-01", by=ORGANISER, now=now
            ).as_json()
            return not report["rejected"]

        if self.world.act(work) and block:
            self.blocked |= {match_key(each) for each in (number, other) if each}

    @rule(number=numbers, name=names)
    def add(self, number: str, name: str) -> None:
        """A person typed in, who agrees."""
        now = self.later()

        def work(store: Store) -> None:
            try:
                contact = contacts.add(store, name=name, phones=[number], by=ORGANISER, now=now)
            except InviteError:
                return
            consent.grant(store, contact, source="form", at=now, by=ORGANISER, now=now)

        self.world.act(work)

    @rule(number=numbers)
    def block_number(self, number: str) -> None:
        """The organiser blocks a number."""
        now = self.later()
        self.world.act(
            lambda store: do_not_message.block(
                store, address=number, reason="asked", source="organiser", at=now, by=ORGANISER, now=now
            )
        )
        self.blocked.add(match_key(number))

    @rule(number=numbers)
    def lift(self, number: str) -> None:
        """The one act that frees a number."""
        now = self.later()

        def work(store: Store) -> None:
            try:
                do_not_message.lift(store, address=number, reason="asked again", by=ORGANISER, now=now)
            except InviteError:
                return
            self.blocked.discard(match_key(number))

        self.world.act(work)

    @rule(one=people, other=people)
    def merge(self, one: int, other: int) -> None:
        """Two entries are one person."""
        now = self.later()

        def work(store: Store) -> None:
            kept, gone = self.person(store, one), self.person(store, other)
            if kept is not None and gone is not None and kept != gone:
                merging.merge(store, kept, gone, by=ORGANISER, now=now)

        self.world.act(work)

    @rule(one=people)
    def erase(self, one: int) -> None:
        """A person asks to be erased."""
        now = self.later()

        def work(store: Store) -> None:
            contact = self.person(store, one)
            if contact is not None:
                erasure.erase(store, contact, by=ORGANISER, now=now)

        self.world.act(work)
        # What they wrote goes with them, unless somebody shares the number.
        self.doubted &= {key for _, key in self.world.act(unread_doubts)}

    @rule()
    def back_up(self) -> None:
        """A copy is made."""
        back_up(self.world.database, self.copy, by=ORGANISER, now=self.later())
        self.doubted_in_copy = set(self.doubted)

    @rule()
    def restore(self) -> None:
        """The last copy takes the file's place; the guard stays."""
        restore(self.world.database, self.copy, by=ORGANISER, now=self.later())
        # The guard erases again whom the copy still knew, with what they wrote.
        self.doubted = self.doubted_in_copy & {key for _, key in self.world.act(unread_doubts)}

    @rule()
    def forget_what_waited_long(self) -> None:
        """The listener prunes, a month later."""
        now = self.later() + pruning.SHELF_LIFE

        def work(store: Store) -> None:
            with store.write():
                pruning.prune(store, now=now)

        self.world.act(work)

    @rule(number=numbers)
    def hear_a_stop(self, number: str) -> None:
        """Somebody writes STOP, in WhatsApp's own spelling of the number."""
        sender = OTHER_SPELLINGS.get(number, number[1:])
        self.hear(sender, {"type": "text", "text": {"body": "STOP"}})
        self.blocked.add(match_key(number))

    @rule(number=numbers)
    def hear_a_text(self, number: str) -> None:
        """Somebody writes something else."""
        self.hear(number[1:], {"type": "text", "text": {"body": "Is there parking?"}})

    @rule(number=numbers)
    def hear_a_doubt(self, number: str) -> None:
        """Somebody writes what may mean stop."""
        self.hear(number[1:], {"type": "text", "text": {"body": "When does it stop?"}})
        self.doubted.add(match_key(number))

    @rule(new=numbers, moves_first=st.booleans())
    def hear_of_a_stranger(self, new: str, moves_first: bool) -> None:
        """Somebody of whom nobody here knows writes what may mean stop, and moves to one of the numbers."""
        if moves_first:
            self.hear_of_another_number(STRANGER, new)
        self.hear_a_doubt(STRANGER)
        if not moves_first:
            self.hear_of_another_number(STRANGER, new)

    @rule(number=numbers | st.just(STRANGER))
    def read(self, number: str) -> None:
        """The organiser has read what came from a number, and it was no stop."""
        now = self.later()

        def work(store: Store) -> None:
            for reply, key in unread_doubts(store):
                if key == match_key(number):
                    inbox.done(store, reply, by=ORGANISER, now=now)

        self.world.act(work)
        self.doubted.discard(match_key(number))

    @rule(old=numbers, new=numbers)
    def hear_of_a_move(self, old: str, new: str) -> None:
        """Somebody moves to another number."""
        if old != new:
            self.hear_of_another_number(old, new)

    def hear_of_another_number(self, old: str, new: str) -> None:
        """WhatsApp tells of a move; the block and the doubt move with whoever moved."""
        system = {"type": "user_changed_number", "wa_id": new[1:], "body": "changed"}
        self.hear(old[1:], {"type": "system", "system": system})
        self.moves.add((match_key(old), match_key(new)))
        if match_key(old) in self.blocked:
            self.blocked.add(match_key(new))

    def hear(self, sender: str, said: dict[str, object]) -> None:
        """One webhook with one message."""
        now = self.later()
        message = {
            "from": sender, "id": f"wamid.{now.timestamp():.0f}", "timestamp": f"{now.timestamp():.0f}", **said,
        }  # fmt: skip
        value = {
            "messaging_product": "whatsapp",
            "metadata": {"display_phone_number": "12025550100", "phone_number_id": SENDER_NUMBER},
            "contacts": [{"wa_id": sender, "profile": {"name": "Guest"}}],
            "messages": [message],
        }
        entry = [{"id": "1", "changes": [{"field": "messages", "value": value}]}]
        body = json.dumps({"object": "whatsapp_business_account", "entry": entry}).encode()

        def take(store: Store) -> None:
            with store.write():
                tally = apply_body(store, body, phone_number_id=SENDER_NUMBER, now=now)
            assert not tally.quarantined

        self.world.act(take)

    @invariant()
    def nobody_blocked_is_eligible(self) -> None:
        """Neither the number that would be written to, nor any that the person had, is blocked."""
        if not guard_path(self.world.database).exists():
            return
        freed = self.world.act(self.eligible_keys) & (self.blocked | self.held())
        assert not freed, freed

    def held(self) -> set[str]:
        """The match keys from which somebody wrote what may mean stop, and wherever they went from there."""
        held = set(self.doubted)
        while more := {new for old, new in self.moves if old in held} - held:
            held |= more
        return held

    def eligible_keys(self, store: Store) -> set[str]:
        """Every match key of everyone who would get an invitation now."""
        plan = a_plan(store, events.get(store, 1))
        eligible = [verdict.contact for verdict in preview(store, plan, now=self.now) if verdict.eligible]
        rows = store.rows(
            """SELECT own.match_key, coalesce(contacts.merged_into, contacts.id) AS person
               FROM contact_identities AS own JOIN contacts ON contacts.id = own.contact"""
        )
        return {row["match_key"] for row in rows if row["person"] in eligible}


def unread_doubts(store: Store) -> list[tuple[int, str]]:
    """The replies that may mean stop and wait to be read, with the match key of who wrote."""
    rows = store.rows("SELECT id, match_key FROM replies WHERE status = 'possible_opt_out'")
    return [(row["id"], row["match_key"]) for row in rows]


def prove(say: Callable[[str], None], *, examples: int, steps: int, shrink: bool = False) -> list[str]:
    """Live so many lives of so many acts; the contradictions, with the shortest story that shows them where
    `shrink` says so."""
    broken = lived(BlocksHold, examples=examples, steps=steps, shrink=shrink)
    say(f"{examples} lives of up to {steps} acts{'' if broken else ': whoever was blocked stayed blocked'}")
    return broken


def main() -> int:
    """`python -m tests.operations.blocks_hold [EXAMPLES]`: exit 1 on a contradiction."""
    examples = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    broken = prove(_say, examples=examples, steps=30, shrink=True)
    for each in broken:
        _say(each)
    return 1 if broken else 0


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main())
