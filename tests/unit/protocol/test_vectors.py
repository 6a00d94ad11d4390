"""The vectors that Python and JavaScript share, run in Python; and that they can be made again."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from voting.errors import Refused
from voting.protocol import credentials
from voting.protocol.ballot import tracker, verify_ballot
from voting.protocol.election import decode_election
from voting.protocol.group import group_named
from voting.protocol.proofs import Proof

ROOT = Path(__file__).resolve().parents[3]
VECTORS = ROOT / "tests" / "vectors"


def load(name: str) -> Any:
    return json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8"))


def refusal_of(call: Any, *args: Any) -> str | None:
    try:
        call(*args)
    except Refused as refused:
        return refused.refusal.value
    return None


@pytest.mark.parametrize("case", load("elements")["cases"], ids=lambda case: case["name"])
def test_element(case: dict[str, Any]) -> None:
    group = group_named(load("elements")["group"])
    assert refusal_of(group.element, case["text"], "here") == case["refusal"]


@pytest.mark.parametrize("case", load("scalars")["cases"], ids=lambda case: case["name"])
def test_scalar(case: dict[str, Any]) -> None:
    group = group_named(load("scalars")["group"])
    assert refusal_of(group.scalar, case["text"], "here") == case["refusal"]


@pytest.mark.parametrize("case", load("credentials")["derivation"], ids=lambda case: case["credential"])
def test_derivation(case: dict[str, Any]) -> None:
    group = group_named(load("credentials")["group"])
    assert str(credentials.secret_exponent(group, case["uuid"], case["credential"])) == case["secret"]
    assert credentials.public_credential(group, case["uuid"], case["credential"]) == case["public"]
    assert credentials.printed(case["credential"]) == case["printed"]


@pytest.mark.parametrize("case", load("credentials")["typed"], ids=lambda case: repr(case["text"]))
def test_typed(case: dict[str, Any]) -> None:
    if case["refusal"] is None:
        assert credentials.parse_typed(case["text"]) == case["credential"]
    else:
        with pytest.raises(Refused) as caught:
            credentials.parse_typed(case["text"])
        assert caught.value.refusal.value == case["refusal"]
        assert caught.value.context == {"group": case["group"]}


@pytest.mark.parametrize("case", load("messages")["cases"], ids=lambda case: case["name"])
def test_message(case: dict[str, Any]) -> None:
    group = group_named(load("messages")["group"])
    proof = Proof(**case["proof"])
    assert (
        refusal_of(credentials.verify_message, group, case["public"], case["message"], proof)
        == case["refusal"]
    )


@pytest.mark.parametrize("vectors", load("ballots")["elections"], ids=["plain", "several", "blank"])
def test_ballots(vectors: dict[str, Any]) -> None:
    election = decode_election(vectors["election"].encode())
    assert election.fingerprint == vectors["fingerprint"]
    for case in vectors["cases"]:
        body = bytes.fromhex(case["bytes_hex"]) if "bytes_hex" in case else case["ballot"].encode()
        assert refusal_of(verify_ballot, election, body) == case["refusal"], case["name"]
        if case["refusal"] is None:
            assert tracker(body) == case["tracker"]


def test_vectors_can_be_made_again(tmp_path: Path) -> None:
    subprocess.run([sys.executable, str(ROOT / "scripts" / "make_vectors.py"), str(tmp_path)], check=True)
    for path in VECTORS.rglob("*.json"):
        assert (tmp_path / path.relative_to(VECTORS)).read_bytes() == path.read_bytes(), path.name
