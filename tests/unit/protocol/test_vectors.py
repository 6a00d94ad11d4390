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
from voting.protocol.challenged import opened_choices
from voting.protocol.election import decode_election
from voting.protocol.group import GROUPS, group_named
from voting.protocol.proofs import Proof

ROOT = Path(__file__).resolve().parents[3]
VECTORS = ROOT / "tests" / "vectors"


def load(group: str, name: str) -> Any:
    return json.loads((VECTORS / group.lower() / f"{name}.json").read_text(encoding="utf-8"))


def cases(name: str, key: str = "cases") -> list[Any]:
    """The cases of both groups, each with its group's name."""
    return [
        pytest.param(group, case, id=f"{group} {case.get('name') or case.get('credential')}")
        for group in GROUPS
        for case in load(group, name)[key]
    ]


def refusal_of(call: Any, *args: Any) -> str | None:
    try:
        call(*args)
    except Refused as refused:
        return refused.refusal.value
    return None


@pytest.mark.parametrize(("group", "case"), cases("elements"))
def test_element(group: str, case: dict[str, Any]) -> None:
    assert refusal_of(group_named(group).element, case["text"], "here") == case["refusal"]
    if case["refusal"] is None:
        element = group_named(group).element(case["text"], "here")
        assert group_named(group).serialise(element) == case["text"]


@pytest.mark.parametrize(("group", "case"), cases("challenged"))
def test_challenged(group: str, case: dict[str, Any]) -> None:
    election = decode_election(load(group, "challenged")["election"].encode())
    ballot = verify_ballot(election, case["ballot"].encode())
    assert ballot.tracker == case["tracker"]
    if case["refusal"] is None:
        assert opened_choices(election, ballot, case["opening"]) == case["choices"]
        return
    with pytest.raises(Refused) as caught:
        opened_choices(election, ballot, case["opening"])
    assert caught.value.refusal.value == case["refusal"]
    if case["place"] is not None:
        assert [caught.value.context["question"], caught.value.context["choice"]] == case["place"]


@pytest.mark.parametrize(("group", "case"), cases("scalars"))
def test_scalar(group: str, case: dict[str, Any]) -> None:
    assert refusal_of(group_named(group).scalar, case["text"], "here") == case["refusal"]


@pytest.mark.parametrize(("group", "case"), cases("credentials", "derivation"))
def test_derivation(group: str, case: dict[str, Any]) -> None:
    of, uuid, credential = group_named(group), case["uuid"], case["credential"]
    assert str(credentials.secret_exponent(of, uuid, credential)) == case["secret"]
    assert credentials.public_credential(of, uuid, credential) == case["public"]
    assert credentials.printed(case["credential"]) == case["printed"]


@pytest.mark.parametrize(
    "case", load("BELENIOS-2048", "credentials")["typed"], ids=lambda case: repr(case["text"])
)
def test_typed(case: dict[str, Any]) -> None:
    if case["refusal"] is None:
        assert credentials.parse_typed(case["text"]) == case["credential"]
    else:
        with pytest.raises(Refused) as caught:
            credentials.parse_typed(case["text"])
        assert caught.value.refusal.value == case["refusal"]
        assert caught.value.context == {"group": case["group"]}


@pytest.mark.parametrize(("group", "case"), cases("messages"))
def test_message(group: str, case: dict[str, Any]) -> None:
    proof = Proof(**case["proof"])
    refusal = refusal_of(
        credentials.verify_message, group_named(group), case["public"], case["message"], proof
    )
    assert refusal == case["refusal"]


@pytest.mark.parametrize("index", range(3), ids=["plain", "several", "blank"])
@pytest.mark.parametrize("group", GROUPS)
def test_ballots(group: str, index: int) -> None:
    vectors = load(group, "ballots")["elections"][index]
    election = decode_election(vectors["election"].encode())
    assert election.fingerprint == vectors["fingerprint"]
    for case in vectors["cases"]:
        body = bytes.fromhex(case["bytes_hex"]) if "bytes_hex" in case else case["ballot"].encode()
        assert refusal_of(verify_ballot, election, body) == case["refusal"], case["name"]
        if case["refusal"] is None:
            assert tracker(body) == case["tracker"]


def test_vectors_can_be_made_again(tmp_path: Path) -> None:
    subprocess.run([sys.executable, str(ROOT / "scripts" / "make_vectors.py"), str(tmp_path)], check=True)
    kept = {path.relative_to(VECTORS) for path in VECTORS.rglob("*.json") if path.parent.name != "records"}
    assert len(kept) > 15
    same(tmp_path, VECTORS, kept)


@pytest.mark.thorough
def test_bad_records_can_be_made_again(tmp_path: Path) -> None:
    subprocess.run([sys.executable, str(ROOT / "scripts" / "make_records.py"), str(tmp_path)], check=True)
    records = VECTORS / "records"
    same(tmp_path, records, {path.relative_to(records) for path in records.rglob("*.json")})


def same(made: Path, kept: Path, names: set[Path]) -> None:
    """Both folders hold these files and `made` no other."""
    assert {path.relative_to(made) for path in made.rglob("*.json")} == names
    for name in sorted(names):
        assert (made / name).read_bytes() == (kept / name).read_bytes(), name
