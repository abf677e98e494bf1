"""What must hold of a party once its run is finished and every update is in; judged by the stand-in's log."""

from dataclasses import asdict, dataclass, field

from invite_core.invitations.runs import Status
from invite_core.lifecycle.states import State, rank_of
from invite_core.store import Row, Store
from proofs.sender import run_of
from proofs.world import Entry, Party, World

TOLD = ("sent", "delivered", "read", "failed")


@dataclass(slots=True)
class Figures:
    """Counts over parties, and every sentence about what does not hold."""

    kills: int = 0
    people: int = 0
    twice: int = 0
    unaccounted: int = 0
    unconfirmed: int = 0
    """Messages that were unconfirmed at any time."""
    settled: int = 0
    """Of these, how many Meta's updates have settled."""
    never_taken: int = 0
    """Of these, how many Meta never took: they stay unconfirmed."""
    faults: list[str] = field(default_factory=list)

    def add(self, other: "Figures") -> None:
        """Add the figures of other parties."""
        for name, value in asdict(other).items():
            setattr(self, name, getattr(self, name) + value)

    def sentence(self) -> str:
        """The figures in one line."""
        bound = f"{3 / self.kills:.2%}" if self.kills else "none"
        return (
            f"{self.kills:,} kills, {self.people:,} people, {self.twice} twice, "
            f"{self.unaccounted} unaccounted, {self.unconfirmed:,} unconfirmed of which {self.settled:,} settled "
            f"(the other {self.never_taken:,} never reached Meta); "
            f"95 % upper bound of the failure rate 3/{self.kills} = {bound}"
        )


def judge(world: World, party: Party) -> Figures:
    """Compare what the database says of every guest with what the stand-in's log says."""
    found = Figures(people=len(party.numbers))
    with Store.open(world.settings.db, read_only=True) as store:
        run = run_of(store, party)
        rows = {
            row["address"]: row for row in store.rows("SELECT * FROM invite_messages WHERE run = ?", (run,))
        }
        for number in party.numbers:
            _judge_guest(store, found, rows.get(number), number, world.truth(number))
        _judge_file(store, found, run)
    found.faults = [f"{party.name}: {fault}" for fault in found.faults]
    return found


def _judge_guest(store: Store, found: Figures, row: Row | None, number: str, truth: list[Entry]) -> None:
    taken = [entry["wamid"] for entry in truth if entry["kind"] == "accepted"]
    told = [entry for entry in truth if entry["kind"] in TOLD and entry.get("told") is not False]
    if len(taken) > 1:
        found.twice += 1
        found.faults.append(f"{number} got {len(taken)} messages")
    if row is None:
        found.unaccounted += 1
        found.faults.append(f"{number} has no message")
        return
    expected = _expected(taken, told, row["state"], row["error_code"])
    if row["state"] != expected:
        found.unaccounted += 1
        found.faults.append(f"{number} is {row['state']}, should be {expected}; Meta took {len(taken)}")
    if row["state"] == State.UNCONFIRMED and not taken:
        found.never_taken += 1
    was_in_doubt = store.value(
        "SELECT count(*) FROM message_transitions WHERE message = ? AND to_state = 'unconfirmed'",
        (row["id"],),
    )
    if was_in_doubt:
        found.unconfirmed += 1
        found.settled += row["state"] != State.UNCONFIRMED
    for entry in told:
        kept = store.value(
            """SELECT count(*) FROM webhook_receipts
               WHERE provider_message_id = ? AND status = ? AND outcome IN ('applied', 'stale')""",
            (entry["wamid"], entry["kind"]),
        )
        if kept != 1:
            found.faults.append(f"{number}: {kept} receipts of an acknowledged update ({entry['kind']})")


def _expected(taken: list[str], told: list[Entry], state: str, code: int | None) -> str:
    """What the row has to say: Meta's last word where there is one."""
    if told:
        return max((State(entry["kind"]) for entry in told), key=rank_of)
    if taken:
        return state if state in (State.ACCEPTED, State.UNCONFIRMED) else State.ACCEPTED
    never_sent = (State.UNCONFIRMED, State.BLOCKED, State.CANCELLED)
    return state if state in never_sent or (state == State.FAILED and code) else "something else"


def _judge_file(store: Store, found: Figures, run: int | None) -> None:
    status = store.value("SELECT status FROM invite_send_runs WHERE id = ?", (run,))
    if status != Status.FINISHED:
        found.faults.append(f"the run is {status}")
    counted = store.rows(
        "SELECT name, n FROM run_counters WHERE run = ? AND kind = 'state' AND n <> 0 ORDER BY name", (run,)
    )
    actual = store.rows(
        "SELECT state AS name, count(*) AS n FROM invite_messages WHERE run = ? GROUP BY state ORDER BY state",
        (run,),
    )
    if [tuple(row) for row in counted] != [tuple(row) for row in actual]:
        found.faults.append("the run's counters differ from its rows")
    for row in store.rows("SELECT kind FROM alarms"):
        found.faults.append(f"alarm: {row['kind']}")
    if (check := store.value("PRAGMA quick_check")) != "ok":
        found.faults.append(f"quick_check: {check}")
