"""The deliberate defects: those of sending here, those of listening in a module of their own.

A defect that no check catches would be one that the program could have without anybody noticing.
"""

from proofs.defect import Defect
from proofs.defect import test_of as _test
from proofs.defects_in_listening import DEFECTS_IN_LISTENING

ENGINE, ATTEMPTS = "invite_core/dispatch/engine.py", "invite_core/lifecycle/attempts.py"
STORE, JOIN = "invite_core/store/file.py", "invite_core/lifecycle/join.py"
KILLS = ("proofs.kill_sweep", "small", "11")

DEFECTS = (
    Defect(
        "what a dead sender left on the wire is queued again",
        ATTEMPTS,
        '        _unknown(ledger, ledger.attempt(row["id"]), Unknown(cause=cause, detail=cause))\n',
        "        from invite_core.provider.outcome import Fault\n\n"
        "        gone = Refused(Fault.PACE, cause)\n"
        '        _put_back(ledger, ledger.attempt(row["id"]), gone)\n',
        KILLS,
    ),
    Defect(
        "requests leave before the claim is committed",
        ENGINE,
        "            claims = self._claim(now)\n            if not claims",
        "            claims = self._claim(now)\n"
        "            for claim in claims:\n"
        "                self._in_flight.add(asyncio.create_task(self._post(claim)))\n"
        "            if not claims",
        _test("proofs/test_faults_of_the_disk.py"),
    ),
    Defect(
        "a read time-out is taken for not sent",
        "invite_core/provider/transport_failures.py",
        "    httpx.PoolTimeout,\n",
        "    httpx.PoolTimeout,\n    httpx.ReadTimeout,\n",
        _test("provider/test_transport_failures.py"),
    ),
    Defect(
        "commits are not synced (NORMAL)",
        STORE,
        '"synchronous=FULL"',
        '"synchronous=NORMAL"',
        ("proofs", "--only", "system_calls"),
    ),
    Defect(
        "a deferred BEGIN",
        "invite_core/store/writable_file.py",
        'execute("BEGIN IMMEDIATE")\n        self._depth',
        'execute("BEGIN")\n        self._depth',
        _test("store/test_transactions.py"),
    ),
    Defect(
        "a refused message of a cancelled run waits again",
        ATTEMPTS,
        "own = State.CANCELLED if given_up else State.QUEUED",
        "own = State.QUEUED",
        _test("lifecycle/test_attempts.py"),
    ),
    Defect(
        "the last update wins, not the furthest",
        "invite_core/lifecycle/states.py",
        "state = new.state if rank_of(new.state) > rank_of(known.state) else known.state",
        "state = new.state",
        _test("proofs/test_lives.py"),
    ),
    Defect(
        "200 is answered before the commit",
        "webhook_listener/endpoint.py",
        "        self._gathering.store(body, partial(_answer_once_stored, answer))\n",
        "        self._writer.submit_all([body], lambda results: None)\n        answer(_OK)\n",
        ("proofs.listening", "small"),
    ),
    Defect(
        "the sender's lock is not taken",
        "invite_core/dispatch/sender_lock.py",
        "    lock = _lock(database, PATIENCE_S)\n    try:\n        lock.acquire()\n",
        "    lock = _lock(database, PATIENCE_S)\n    try:\n        pass\n",
        _test("dispatch/test_sender_lock.py"),
    ),
    Defect(
        "nobody is judged again at the claim",
        ATTEMPTS,
        "        if blocked_by:\n",
        "        if not reasons:\n",
        _test("proofs/test_lives.py"),
    ),
    Defect(
        "what waits on the shelf is left there",
        JOIN,
        "ledger.shelf.take(provider_message_id, attempt.message)",
        "()",
        _test("lifecycle/test_join.py"),
    ),
    Defect(
        "updates of one body do not know the message ids that the others tell",
        "invite_core/lifecycle/ledger.py",
        "        if evidence.provider_message_id is not None:\n            self._named.setdefault((evidence",
        "        if False:\n            self._named.setdefault((evidence",
        _test("lifecycle/test_ledger.py"),
    ),
    Defect(
        "a message without an answer gives its slots back",
        ATTEMPTS,
        "    detail = outcome.detail or outcome.cause\n",
        "    ledger.release_slots(ledger.message(attempt.message))\n    detail = outcome.detail or outcome.cause\n",
        _test("proofs/test_lives.py"),
    ),
    Defect(
        "attempts are not kept in the guard",
        ATTEMPTS,
        "    lost_attempts.keep(store, [claim.attempt for claim in claims])\n",
        "",
        ("proofs", "--only", "lives"),
    ),
    Defect(
        "a run finishes while requests are on the wire",
        "invite_core/lifecycle/control.py",
        "name IN ('queued', 'sending')",
        "name IN ('queued')",
        _test("proofs/test_finishing.py"),
    ),
    Defect(
        "a message waits for ever where the clock was put back",
        "invite_core/lifecycle/due.py",
        "(next_attempt_at <= :now OR next_attempt_at > :no_later)",
        "(next_attempt_at <= :now OR :no_later IS NULL)",
        _test("proofs/test_clock.py"),
    ),
    Defect(
        "answers count again whenever their commit is tried again",
        ENGINE,
        "burst = replace(self._burst)",
        "burst = self._burst",
        _test("proofs/test_faults_of_the_disk.py"),
    ),
    Defect(
        "a pause that was not stored is forgotten",
        ENGINE,
        "                self._allowance.look_at_once()",
        "                pass",
        _test("proofs/test_faults_of_the_disk.py"),
    ),
    Defect(
        "a run goes on after an absence that may have lost stops",
        "invite_core/invitations/runs.py",
        "    long_gaps.require_accepted(store, run.id)\n",
        "",
        _test("dispatch/test_long_gaps.py"),
    ),
    Defect(
        "an exception of the sender's is taken for a refusal",
        "invite_core/dispatch/posting.py",
        '        return Unknown(cause=type(error).__name__, detail="")\n',
        "        return Refused(Fault.PACE, type(error).__name__, wait_seconds=0.1)\n",
        _test("proofs/test_provider_that_raises.py"),
    ),
    Defect(
        "a file whose checkpoint was cut short is called corrupt",
        "invite_core/store/path_on_disk.py",
        '            connection.execute("PRAGMA writable_schema=ON")\n',
        "",
        _test("store/test_killed_in_a_checkpoint.py"),
    ),
    Defect(
        "a pause or cancellation is not looked at before the claim",
        ENGINE,
        "        if run.status is not Status.SENDING:\n            return []\n",
        "",
        ("proofs", "--only", "races"),
    ),
    *DEFECTS_IN_LISTENING,
)
