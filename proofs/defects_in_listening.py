"""Defects of the listener, and of what its updates do to a message."""

from proofs.defect import Defect
from proofs.defect import test_of as _test

SIGNATURE, PAYLOAD = "invite_core/delivery/signature.py", "invite_core/delivery/payload.py"
INTAKE, RECEIPTS = "invite_core/delivery/intake.py", "invite_core/delivery/receipts.py"
STATES, ENDPOINT = "invite_core/lifecycle/states.py", "webhook_listener/endpoint.py"
LISTENING = _test("proofs/test_listening.py")

DEFECTS_IN_LISTENING = (
    Defect(
        "signatures are compared as text",
        SIGNATURE,
        "        found = _FORM.fullmatch(headers[0])\n        if found is None:\n            return None\n"
        "        given = bytes.fromhex(found[1].decode())\n"
        '        matches = [hmac.compare_digest(hmac.digest(key, body, "sha256"), given) for key in self._keys]\n',
        '        given = headers[0].decode("latin-1")\n        matches = [\n'
        '            hmac.compare_digest("sha256=" + hmac.new(key, body, "sha256").hexdigest(), given)\n'
        "            for key in self._keys\n        ]\n",
        _test("delivery/test_signature.py"),
    ),
    Defect(
        "only the beginning of a signature is compared",
        SIGNATURE,
        "given = bytes.fromhex(found[1].decode())\n",
        "given = hmac.digest(self._keys[0], body, 'sha256')\n"
        "        if given[:30] != bytes.fromhex(found[1].decode())[:30]:\n            return None\n",
        LISTENING,
    ),
    Defect(
        "any signature will do",
        ENDPOINT,
        "        if slot is None:\n",
        "        if not given:\n",
        _test("webhook_listener/test_endpoint.py"),
    ),
    Defect(
        "a fault of the storage is answered with 200",
        ENDPOINT,
        "answered(503,",
        "answered(200,",
        _test("webhook_listener/test_writer.py"),
    ),
    Defect(
        "a body may be of any size",
        "webhook_listener/body.py",
        "        if size > self._largest:\n            raise BodyRefused(413)\n",
        "",
        _test("webhook_listener/test_endpoint.py"),
    ),
    Defect(
        "of several changes in an entry only the first is taken in",
        PAYLOAD,
        "        for change in changes:\n",
        "        for change in changes[:1]:\n",
        LISTENING,
    ),
    Defect(
        "updates about another sender's number count as ours",
        PAYLOAD,
        "if number != ours.number:",
        "if number is None:",
        _test("delivery/test_intake.py"),
    ),
    Defect(
        "what could not be understood is kept whole",
        RECEIPTS,
        "raw[:LONGEST_BODY]",
        "raw",
        _test("delivery/test_intake.py"),
    ),
    Defect(
        "a repeat counts twice",
        RECEIPTS,
        "SET seen = seen + 1 ",
        "SET seen = seen + 2 ",
        LISTENING,
    ),
    Defect(
        "a status that matches nothing is thrown away",
        RECEIPTS,
        "            outcome.value,\n"
        "            shelf.as_json(status) if outcome is UpdateOutcome.UNMATCHED else None,\n",
        "            'ignored' if outcome == 'unmatched' else outcome.value,\n            None,\n",
        _test("delivery/test_intake.py"),
    ),
    Defect(
        "the last milestone counts, not the first",
        STATES,
        "return min(first, second)",
        "return max(first, second)",
        _test("lifecycle/test_states.py"),
    ),
    Defect(
        "of two failures the one that came last is kept",
        STATES,
        "failure = min(candidates, key=",
        "failure = max(candidates, key=",
        _test("lifecycle/test_states.py"),
    ),
    Defect(
        "WhatsApp's resume lifts every block",
        "invite_core/people/do_not_message.py",
        '"lift", MARKETING, reason, "user_preferences"',
        '"lift", ALL, reason, "user_preferences"',
        _test("delivery/test_opt_outs.py"),
    ),
    Defect(
        "the answer that came last counts, not the one given last",
        "invite_core/views/rsvp_board.py",
        "ORDER BY given_at, replies.id",
        "ORDER BY replies.id",
        _test("views/test_rsvp_board.py"),
    ),
    Defect(
        "a second message id for an attempt raises no alarm",
        "invite_core/lifecycle/join.py",
        "    ledger.alarm(kind, detail, message=attempt.message, attempt=attempt.id)\n",
        "",
        _test("lifecycle/test_join.py"),
    ),
    Defect(
        "NaN is taken for JSON",
        "invite_core/delivery/json_text.py",
        '    raise NotUnderstood("the body holds a number that is none (NaN or Infinity)")\n',
        "    return None  # type: ignore[misc]\n",
        LISTENING,
    ),
)
