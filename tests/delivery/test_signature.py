"""Meta's signature: what openssl makes is accepted, everything else refused."""

import json
from pathlib import Path

import pytest

from invite_core.delivery.signature import Signatures
from tests.delivery.rows import payload

VECTORS = [
    json.loads(line) for line in (Path(__file__).parent / "vectors.jsonl").read_text("utf-8").splitlines()
]
SECRET = "sixteen-made-up-bytes"
SIGNED = VECTORS[0]["signature"].encode()


@pytest.mark.parametrize("vector", VECTORS, ids=lambda each: f"{each['payload']}-{each['secret'][:4]}")
def test_signatures_made_by_openssl_match(vector: dict[str, str]) -> None:
    body = payload(vector["payload"]) if vector["payload"] else b""
    assert Signatures([vector["secret"]]).matched(body, [vector["signature"].encode()]) == 0


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [SIGNED, SIGNED],
        [SIGNED.upper()],
        [SIGNED.removeprefix(b"sha256=")],
        [b"sha1=" + SIGNED.removeprefix(b"sha256=")],
        [SIGNED + b" "],
        [SIGNED + b"\n"],
        [SIGNED[:-1]],
        [SIGNED[:-1] + b"\xd9\xa1"],
        [SIGNED[:-1] + (b"0" if SIGNED[-1:] != b"0" else b"1")],
        [b""],
    ],
)
def test_anything_but_one_exact_header_is_refused(headers: list[bytes]) -> None:
    assert Signatures([SECRET]).matched(payload("sent"), headers) is None


@pytest.mark.parametrize(
    ("headers", "claimed"),
    [
        ([SIGNED], True),
        ([b"sha256=" + b"0" * 64], True),
        ([], False),
        ([SIGNED, SIGNED], False),
        ([b"x"], False),
    ],
)
def test_a_signature_of_metas_form_is_a_claim_whether_or_not_it_fits(
    headers: list[bytes], claimed: bool
) -> None:
    assert Signatures.claimed(headers) is claimed


def test_one_changed_byte_is_refused() -> None:
    body = payload("sent")
    assert Signatures([SECRET]).matched(body.replace(b"sent", b"read"), [SIGNED]) is None
    assert Signatures([SECRET]).matched(body + b"\n", [SIGNED]) is None


def test_previous_secret_is_told_apart_from_the_current_one() -> None:
    assert Signatures(["another", SECRET]).matched(payload("sent"), [SIGNED]) == 1


@pytest.mark.parametrize("secrets", [[], [""], [SECRET, ""]])
def test_an_empty_secret_is_refused_at_construction(secrets: list[str]) -> None:
    with pytest.raises(ValueError, match="empty"):
        Signatures(secrets)


def test_repr_shows_no_secret() -> None:
    assert SECRET not in repr(Signatures([SECRET]))
