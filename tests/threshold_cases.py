"""The vectors of ceremonies and decryptions: reading them, and what Python makes of each case."""

import json
from collections.abc import Callable, Sequence
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

from voting.protocol import certificates, pedersen, tally, threshold
from voting.protocol.ballot import verify_ballot
from voting.protocol.certificates import Circle, SignedMessage
from voting.protocol.decryption import synthetic_factors
from voting.protocol.election import ElectionContext, decode_election
from voting.protocol.encoding import decode
from voting.protocol.group import Element, Group, group_named
from voting.protocol.pedersen import Quorum, ThresholdParameters
from voting.protocol.tally import Matrix, Tally
from voting.protocol.threshold import Input, Output, Polynomial
from voting.protocol.trustees import VerifiedTrustees, verify_trustees

VECTORS = Path(__file__).resolve().parent / "vectors"
Json = Any


@cache
def load(group: str, name: str) -> Json:
    return json.loads((VECTORS / group.lower() / f"{name}.json").read_text(encoding="utf-8"))


def compact(value: Json) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def changed(document: Json, changes: Sequence[Sequence[Any]]) -> Json:
    """The document with each [path, value] set and each [path] taken away; a list's end can be set."""
    whole = {"document": deepcopy(document)}
    for path, *value in changes:
        *way, last = ["document", *path]
        place: Any = whole
        for part in way:
            place = place[part]
        if not value:
            del place[last]
        elif isinstance(place, list) and last == len(place):
            place.append(value[0])
        else:
            place[last] = value[0]
    return whole["document"]


@cache
def circle_of(group: str) -> Circle:
    given = load(group, "threshold")["ceremony"]["certificates"]
    return certificates.check_certificates(
        group_named(group), decode(tuple[SignedMessage, ...], compact(given), "certificates")
    )


def texts(group: Group, elements: Sequence[Element]) -> list[str]:
    return [group.serialise(element) for element in elements]


def _polynomials(document: Json) -> list[Polynomial]:
    return [decode(Polynomial, compact(each), "polynomial") for each in document["polynomials"]]


def _certificates(group: str, document: Json, _: int) -> Json:
    given = decode(tuple[SignedMessage, ...], compact(document["certificates"]), "certificates")
    circle = certificates.check_certificates(group_named(group), given)
    return [circle.threshold, *(texts(circle.group, member) for member in circle.members)]


def _polynomial(group: str, document: Json, index: int) -> Json:
    circle = circle_of(group)
    return texts(circle.group, threshold.check_polynomial(circle, index, _polynomials(document)[index - 1]))


def _input(group: str, document: Json, index: int) -> Json:
    polynomials = _polynomials(document)
    own = polynomials[index - 1]
    given = Input(
        own.polynomial,
        tuple(each.secrets[index - 1] for each in polynomials),
        tuple(each.coefexps for each in polynomials),
        tuple(each.signature for each in polynomials),
    )
    seed = load(group, "threshold")["seeds"][index - 1]["seed"]
    keys = certificates.keyring(group_named(group), seed)
    checked = threshold.check_input(circle_of(group), keys, given)
    return [checked.trustee, str(checked.secret)]


def _output(group: str, document: Json, index: int) -> Json:
    output = decode(Output, compact(document["outputs"][index - 1]), "output")
    key = threshold.check_output(circle_of(group), _polynomials(document), index, output)
    return group_named(group).serialise(key)


def _private_key(group: str, document: Json, index: int) -> Json:
    of = group_named(group)
    keys = certificates.keyring(of, load(group, "threshold")["seeds"][index - 1]["seed"])
    return str(threshold.open_private_key(of, keys, document["outputs"][index - 1]["private_key"]))


def quorum_json(group: Group, quorum: Quorum) -> Json:
    return [quorum.threshold, texts(group, quorum.keys), group.serialise(quorum.key), quorum.signed]


def _parameters(name: str) -> Callable[[str, Json, int], Json]:
    def act(group: str, document: Json, first: int) -> Json:
        given = decode(ThresholdParameters, compact(document[name]), "parameters")
        return quorum_json(group_named(group), pedersen.verify_parameters(group_named(group), given, first))

    return act


@cache
def election_of(group: str) -> ElectionContext:
    return decode_election(load(group, "decryption")["election"].encode())


@cache
def trustees_of(group: str) -> VerifiedTrustees:
    return verify_trustees(group_named(group), compact(load(group, "decryption")["document"]["trustees"]))


def sums_of(group: str, name: str) -> tuple[Tally, int, int]:
    """One of the tallies, computed from its ballots."""
    case = next(each for each in load(group, "decryption")["tallies"] if each["name"] == name)
    election = election_of(group)
    verified = [verify_ballot(election, body.encode()) for body in case["ballots"]]
    return tally.encrypted_tally(election, verified, dict(case["weights"]))


@cache
def sums_by_area(group: str) -> tuple[Tally, int, int]:
    return sums_of(group, "area")


def _trustees(group: str, document: Json, _: int) -> Json:
    of = group_named(group)
    verified = verify_trustees(of, compact(document["trustees"]))
    return [
        of.serialise(verified.election_key),
        verified.signed,
        *(quorum_json(of, quorum) for quorum in verified.quorums),
    ]


def _matrix(group: str, document: Json, owner: int) -> Matrix:
    key = trustees_of(group).key_of(owner)
    body = compact(document["shares"][str(owner)])
    return tally.verify_partial_decryption(election_of(group), sums_by_area(group)[0], key, body, owner)


def _share(group: str, document: Json, owner: int) -> Json:
    return [texts(group_named(group), row) for row in _matrix(group, document, owner)]


def _result(group: str, document: Json, _: int) -> Json:
    shares = {int(owner): _matrix(group, document, int(owner)) for owner in document["shares"]}
    factors = synthetic_factors(group_named(group), trustees_of(group), shares)
    sums, _, total = sums_by_area(group)
    return tally.result_json(tally.decrypt_result(election_of(group), sums, factors, total)).decode()


ACTS: dict[str, Callable[[str, Json, int], Json]] = {
    "certificates": _certificates,
    "polynomial": _polynomial,
    "input": _input,
    "output": _output,
    "private key": _private_key,
    "parameters": _parameters("parameters"),
    "older": _parameters("older"),
    "trustees": _trustees,
    "share": _share,
    "result": _result,
}


def run(group: str, document: Json, case: Json) -> Json:
    """The value of a case, as JSON. Raises `Refused`."""
    return ACTS[case["act"]](group, changed(document, case["changes"]), case["of"])
