"""The vectors of ceremonies and decryptions, which the browser shares, run in Python."""

import json
import secrets
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tests.threshold_cases import VECTORS, circle_of, compact, election_of, load, run, sums_by_area, sums_of
from voting.errors import Refused
from voting.protocol import certificates, tally, threshold
from voting.protocol.decryption import lagrange
from voting.protocol.encoding import decode, encode
from voting.protocol.group import GROUPS, group_named
from voting.protocol.threshold import Polynomial


def cases(name: str) -> list[Any]:
    return [
        pytest.param(group, case, id=f"{group} {case['name']}")
        for group in GROUPS
        for case in load(group, name)["cases"]
    ]


def judge(group: str, document: Any, case: Any) -> None:
    if case["refusal"] is None:
        run(group, document, case)
        return
    with pytest.raises(Refused) as caught:
        run(group, document, case)
    assert caught.value.refusal.value == case["refusal"]
    assert caught.value.context == case["context"]


@pytest.mark.parametrize(("group", "case"), cases("threshold"))
def test_ceremony(group: str, case: dict[str, Any]) -> None:
    judge(group, load(group, "threshold")["ceremony"], case)


@pytest.mark.parametrize(("group", "case"), cases("decryption"))
def test_decryption(group: str, case: dict[str, Any]) -> None:
    judge(group, load(group, "decryption")["document"], case)


@pytest.mark.parametrize("group", GROUPS)
def test_half_of_the_cases_are_refused(group: str) -> None:
    for name in ("threshold", "decryption"):
        given = load(group, name)["cases"]
        assert 2 * sum(case["refusal"] is not None for case in given) >= len(given)


@pytest.mark.parametrize("group", GROUPS)
def test_seeds(group: str) -> None:
    of = group_named(group)
    for case in load(group, "threshold")["seeds"]:
        if case["refusal"] is None:
            keys = certificates.keyring(of, case["seed"])
            public = certificates.public_keys(of, keys)
            assert [str(keys.signing), str(keys.decryption)] == [case["signing"], case["decryption"]]
            assert [of.serialise(key) for key in public] == [case["verification"], case["encryption"]]
        else:
            with pytest.raises(Refused) as caught:
                certificates.keyring(of, case["seed"])
            assert caught.value.refusal.value == case["refusal"]


@pytest.mark.parametrize("group", GROUPS)
def test_the_same_randomness_makes_the_same_ceremony(group: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first trustee's steps; the browser's test makes all of them."""
    of, vectors = group_named(group), load(group, "threshold")
    drawn = [scalar for step in vectors["drawn"].values() for scalar in step[0]]
    monkeypatch.setattr(secrets, "randbelow", lambda _: int(drawn.pop(0)))
    keys = certificates.keyring(of, vectors["seeds"][0]["seed"])
    made = vectors["ceremony"]
    certificate = certificates.make_certificate(of, keys, vectors["size"], vectors["threshold"], 1)
    assert json.loads(encode(certificate)) == made["certificates"][0]
    polynomial = threshold.make_polynomial(circle_of(group), keys)
    assert json.loads(encode(polynomial)) == made["polynomials"][0]
    polynomials = [decode(Polynomial, compact(each), "polynomial") for each in made["polynomials"]]
    given = threshold.make_inputs(circle_of(group), polynomials)[0]
    assert json.loads(encode(threshold.make_output(circle_of(group), keys, given))) == made["outputs"][0]
    assert not drawn


@pytest.mark.parametrize("group", GROUPS)
def test_tallies(group: str) -> None:
    for case in load(group, "decryption")["tallies"]:
        body, sized = tally.tally_json(group_named(group), *sums_of(group, case["name"]))
        assert [body.decode(), sized.decode()] == [case["tally"], case["sized"]], case["name"]


@pytest.mark.parametrize("group", GROUPS)
def test_shares_are_made_again(group: str, monkeypatch: pytest.MonkeyPatch) -> None:
    vectors = load(group, "decryption")
    for owner, secret in vectors["secrets"].items():
        drawn = list(vectors["drawn"][owner])
        monkeypatch.setattr(secrets, "randbelow", lambda _, left=drawn: int(left.pop(0)))
        share = tally.partial_decryption(election_of(group), sums_by_area(group)[0], int(secret))
        assert json.loads(share) == vectors["document"]["shares"][owner]
    case = next(each for each in vectors["cases"] if each["name"] == "everybody decrypts")
    assert run(group, vectors["document"], case) == vectors["result"]


@pytest.mark.parametrize("group", GROUPS)
def test_lagrange(group: str) -> None:
    for case in load(group, "decryption")["lagrange"]:
        assert str(lagrange(group_named(group), case["indexes"], case["index"])) == case["value"]


def test_sealed_messages() -> None:
    read = json.loads((VECTORS / "aes-256-gcm.json").read_text(encoding="utf-8"))
    for case in read["cases"]:
        key, vector, message = (bytes.fromhex(case[name]) for name in ("key", "iv", "message"))
        assert AESGCM(key).encrypt(vector, message, None).hex() == case["sealed"], case["name"]
