"""Records of an election in the group Ed25519: what is written in hexadecimal, and points of other orders."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import forge
import msgspec
from bad_ballots import sealed
from forge import MEASURES, TRUSTEE_SECRETS, VOTERS, Held, Json, compact, hold, set_at, signed
from forge_export import Case, case, seal
from unsafe_randomness import unsafe_counted_randomness

from tests import edwards
from voting.protocol.board import owned
from voting.protocol.encoding import fingerprint, sha256_hex
from voting.protocol.group import BELENIOS_2048, ED25519
from voting.protocol.proofs import prove_decryption, prove_key, sign_ballot

BASE = "Ed25519"
L, P = edwards.ORDER, edwards.P
SIGN = 1 << 255
SHARE = 6
ODD, OUTSIDE, IDENTITY = "element-not-canonical", "element-not-in-group", "element-identity"
ORDER_TWO = (0, P - 1)
ORDER_FOUR = next(point for point in edwards.small_order() if point[1] == 0)
ORDER_EIGHT = edwards.small_order()[1]
OFF_CURVE = next(y for y in range(2, 100) if edwards.point_of(y, odd=False) is None)

Edit = Callable[[Json], Any]


def cases() -> Iterator[Case]:
    """Every one."""
    yield from _ballots()
    yield from _setups()
    yield from _decryptions()
    yield from _results()


def _hex(number: int) -> str:
    return f"{number:064x}"


def _plus(point: edwards.Point) -> Callable[[str], str]:
    """An element's text after a point was added to it."""
    return lambda text: edwards.written(edwards.plus(edwards.read(text), point))


# What is written instead of an element, and how it is refused.
TEXTS: tuple[tuple[str, Callable[[str], str], str], ...] = (
    ("is the identity", lambda _: _hex(1), IDENTITY),
    ("is the identity with its y unreduced", lambda _: _hex(P + 1), ODD),
    ("is the identity with the sign of a zero", lambda _: _hex(1 | SIGN), ODD),
    ("has a y that is not reduced", lambda _: _hex(P + 3), ODD),
    ("has all bits set", lambda _: "f" * 64, ODD),
    ("is the point of order two", lambda _: _hex(P - 1), OUTSIDE),
    ("is the point of order two with the sign of a zero", lambda _: _hex((P - 1) | SIGN), ODD),
    ("is a point of order four", lambda _: edwards.written(ORDER_FOUR), OUTSIDE),
    ("is a point of order eight", lambda _: edwards.written(ORDER_EIGHT), OUTSIDE),
    ("has a point of order two added", _plus(ORDER_TWO), OUTSIDE),
    ("has a point of order eight added", _plus(ORDER_EIGHT), OUTSIDE),
    ("is not on the curve", lambda _: _hex(OFF_CURVE), OUTSIDE),
    ("is in upper case", str.upper, ODD),
    ("has leading zeros", lambda x: f"00{x}", ODD),
    ("has a digit too few", lambda x: x[1:], ODD),
    ("is written with 0x", lambda x: f"0x{x[2:]}", ODD),
    ("is in the order of RFC 8032", lambda x: bytes.fromhex(x)[::-1].hex(), ""),
    ("is decimal", lambda x: str(int(x, 16)), ODD),
    ("has a space", lambda x: f" {x}", ODD),
    ("has full-width digits", lambda x: x.replace("1", "１").replace("0", "０"), ODD),
    ("is empty", lambda _: "", ODD),
    ("is of the other group", lambda _: str(BELENIOS_2048.serialise(BELENIOS_2048.g)), ODD),
)
# Where a few of them suffice.
FEW = tuple(TEXTS[number] for number in (0, 5, 9, 12, 13))


def _held(**changes: Any) -> Held:
    return Held(group=ED25519, **changes)


def _case(name: str, by: str, refusal: str | None, held: Held, **place: Any) -> Case:
    return case(f"Ed25519: {name}", by, refusal, held, base=BASE, **place)


def _refusal(text: str, refusal: str) -> str:
    """How a text is refused: what a change leads to by chance is worked out in plain integers."""
    if refusal:
        return refusal
    number = int(text, 16)
    assert not edwards.in_group(number)
    return ODD if number % SIGN >= P else OUTSIDE


def _first(change: Callable[[Json], bytes]) -> Held:
    return _held(ballots=lambda ballots: [change(json.loads(ballots[0])), *ballots[1:]])


def _resigned(edit: Edit) -> Held:
    """The first voter's ballot, changed and signed by that voter."""

    def change(ballot: Json) -> bytes:
        edit(ballot)
        return signed(ballot, VOTERS[0][0], ED25519)

    return _first(change)


def _honest() -> Json:
    ballot: Json = json.loads(hold(_held()).events["owners"][1][1][0])
    return ballot


def _election() -> bytes:
    rules = forge.rules(group=ED25519)
    return compact(forge.election_json(rules, forge.Holders(ED25519)))


def _ballots() -> Iterator[Case]:
    answer = "answers.0."
    first: Json = {"height": 1, "place": "question 1, choice 1"}
    honest = _honest()["answers"][0]["choices"][0]
    for side, texts in (("alpha", TEXTS), ("beta", FEW)):
        for name, change, refusal in texts:
            named = _refusal(change(honest[side]), refusal)
            held = _resigned(set_at(f"{answer}choices.0.{side}", change))
            yield _case(f"{side} {name}", "voter", named, held, height=1, place=f"{first['place']}, {side}")
    for name, change, refusal in FEW:
        held = _resigned(set_at("credential", change))
        yield _case(f"a ballot's credential {name}", "voter", refusal, held, height=1, place="credential")
    proof = f"{answer}individual_proofs.0.0."
    scalars: tuple[tuple[str, str, Callable[[str], str], str], ...] = (
        ("a challenge is not reduced", "challenge", lambda x: str(int(x) + L), "scalar-out-of-range"),
        ("a response is the order", "response", lambda _: str(L), "scalar-out-of-range"),
        ("a response has a leading zero", "response", lambda x: f"0{x}", "scalar-not-canonical"),
        ("a response is hexadecimal", "response", lambda x: _hex(int(x)), "scalar-not-canonical"),
    )
    for name, field, change, refusal in scalars:
        yield _case(name, "voter", refusal, _resigned(set_at(proof + field, change)), **first)
    yield _case(
        "the signature's response is not reduced",
        "voter",
        "scalar-out-of-range",
        _first(lambda b: compact(set_at("signature.proof.response", lambda x: str(int(x) + L))(b))),
        height=1,
        place="signature",
    )
    individual, overall = "ballot-individual-proof-invalid", "ballot-overall-proof-invalid"
    question: Json = {"question": 1, "height": 1}
    body = _election()
    for name, choices, claimed, refusal, place in (
        ("a vote of two", [2, 0, 0], [2], individual, question | {"choice": 1}),
        ("a vote of two set off against another", [2, -1, 0], [1], individual, question | {"choice": 1}),
        ("both for and against", [1, 1, 0], [2], overall, question),
    ):

        def edit(ballot: Json, choices: list[int] = choices, claimed: list[int] = claimed) -> Json:
            return sealed(ballot, choices, claimed, body)

        yield _case(name, "voter", refusal, _resigned(edit), **place)
    plus_one = set_at("signature.proof.challenge", lambda x: str((int(x) + 1) % L))
    held = _first(lambda ballot: compact(plus_one(ballot)))
    yield _case("the signature's challenge is changed", "server", "ballot-signature-invalid", held, height=1)
    yield _case(
        "a ballot of the credential that anyone can sign for",
        "server",
        IDENTITY,
        _held(ballots=_of_nobody),
        height=4,
        place="credential",
    )


def _of_nobody(ballots: list[bytes]) -> list[bytes]:
    ballot = {**json.loads(ballots[0]), "credential": _hex(1)}
    digest = fingerprint(compact({key: value for key, value in ballot.items() if key != "signature"}))
    unsafe_counted_randomness("identity")
    proof = msgspec.to_builtins(sign_ballot(ED25519, 0, digest))
    return [*ballots, compact({**ballot, "signature": {"hash": digest, "proof": proof}})]


def _setups() -> Iterator[Case]:
    election = json.loads(_election())
    for name, change, refusal in TEXTS:
        named = _refusal(change(election["public_key"]), refusal)
        held = _held(election=set_at("public_key", change), setup_only=True)
        yield _case(f"the election key {name}", "server", named, held, height=0, place="public_key")
    for name, change, refusal in FEW:
        held = _held(trustees_json=set_at("0.1.public_key", change), setup_only=True)
        yield _case(f"a trustee's key {name}", "server", refusal, held, height=0, place="trustee 1")
        held = _held(credentials={"owners": _in_place(change)}, setup_only=True)
        yield _case(f"a credential {name}", "server", refusal, held, height=0, place="credential 1")
    held = _held(credentials={"owners": lambda x: [*x, x[0].upper()]}, setup_only=True)
    yield _case(
        "a credential a second time, in upper case", "server", ODD, held, height=0, place="credential 5"
    )
    held = _held(
        trustees_json=set_at("0.1.pok.response", lambda x: str(int(x) + L)),
        setup_only=True,
    )
    yield _case(
        "a trustee's response not reduced", "server", "scalar-out-of-range", held, height=0, place="trustee 1"
    )
    other = json.loads(forge.trustee_json(TRUSTEE_SECRETS[1], ED25519))
    held = _held(trustees_json=set_at("0.1.pok", lambda _: other["pok"]), setup_only=True)
    yield _case(
        "a trustee's key that nobody knows", "server", "trustee-key-proof-invalid", held, height=0, trustee=1
    )
    held = _held(trustees_json=lambda _: [["Single", other]], setup_only=True)
    yield _case("a trustee's key not in the election's", "server", "election-key-mismatch", held, height=0)
    yield _rogue()
    for written in ("ed25519", "ED25519", "X25519"):
        held = _held(election=lambda e, written=written: {**e, "group": written}, setup_only=True)
        yield _case(f"the group named {written}", "server", "group-unknown", held, height=0, group=written)
    held = _held(election=set_at("group", lambda _: BELENIOS_2048.name), setup_only=True)
    yield _case("an election that names the other group", "server", ODD, held, height=0, place="public_key")
    held = _held(rules=set_at("group", lambda _: BELENIOS_2048.name))
    yield _case("rules that name the other group", "server", "rules-disagree", held, place="group")


def _in_place(change: Callable[[str], str]) -> Callable[[list[str]], list[str]]:
    return lambda listed: [change(listed[0]), *listed[1:]]


def _rogue() -> Case:
    """The second trustee chooses a key that cancels the first's, so that the election key is theirs alone."""
    wanted = ED25519.generator.power(20260409)
    own = ED25519.divide(wanted, ED25519.generator.power(TRUSTEE_SECRETS[0]))
    unsafe_counted_randomness("rogue")
    proof = msgspec.to_builtins(prove_key(ED25519, 20260409, own))
    second = ["Single", {"pok": proof, "public_key": ED25519.serialise(own)}]
    held = _held(
        election=set_at("public_key", lambda _: ED25519.serialise(wanted)),
        trustees_json=lambda t: [*t, second],
        setup_only=True,
    )
    name = "a trustee's key made to cancel the other's"
    return _case(name, "server", "trustee-key-proof-invalid", held, trustee=2, height=0)


def _shared(name: str, refusal: str, change: Callable[[Any], Any], **place: Any) -> Case:
    """The only share changed in the archive by owners: `change` of its JSON."""
    parts = hold(_held())
    kind, (share, body) = parts.events["owners"][SHARE]
    changed = compact(change(json.loads(share)))
    parts.events["owners"][SHARE] = (kind, list(owned(json.loads(body)["owner"], changed)))
    found = [(refusal, {**place, "height": SHARE, "measure": "owners"})]
    return Case(f"Ed25519: {name}", "trustee", seal(parts), found, BASE)


def _decryptions() -> Iterator[Case]:
    factor, proof = "decryption_factors.0.0", "decryption_proofs.0.0"
    place: Json = {"place": "trustee 1, question 1, choice 1"}
    one: Json = {"trustee": 1, "question": 1, "choice": 1}
    for name, change, refusal in FEW:
        yield _shared(f"a factor {name}", refusal, set_at(factor, change), **place)
    invalid = "decryption-proof-invalid"
    yield _shared(
        "a factor that takes a vote away",
        invalid,
        set_at(factor, _plus(edwards.read(ED25519.serialise(ED25519.g)))),
        **one,
    )
    yield _shared("a factor with the proof of another key", invalid, _of_another_key, **one)
    not_reduced = set_at(proof + ".response", lambda x: str(int(x) + L))
    yield _shared("a decryption's response not reduced", "scalar-out-of-range", not_reduced, **place)


def _of_another_key(share: Any) -> Any:
    """What a trustee does who lost the key and made another one."""
    parts = hold(_held())
    sums = json.loads(parts.events["owners"][SHARE - 1][1][0])
    alpha = ED25519.element(sums[0][0]["alpha"], "")
    unsafe_counted_randomness("another key")
    secret = TRUSTEE_SECRETS[1]
    made = prove_decryption(
        ED25519, parts.election.fingerprint, secret, ED25519.generator.power(secret), alpha
    )
    share["decryption_factors"][0][0] = ED25519.serialise(made[0])
    share["decryption_proofs"][0][0] = msgspec.to_builtins(made[1])
    return share


def _results() -> Iterator[Case]:
    tally: Json = {"height": SHARE - 1, "measure": "owners"}
    left_out = _held(counted=lambda ballots: ballots[:2])
    yield _case("a ballot left out of the tally", "server", "tally-mismatch", left_out, **tally)

    parts = hold(_held())
    for measure in MEASURES:
        kind, (ciphertexts, body) = parts.events[measure][SHARE - 1]
        changed = compact(set_at("0.0.alpha", _plus(ORDER_TWO))(json.loads(ciphertexts)))
        sized = json.loads(body) | {"encrypted_tally": sha256_hex(changed)}
        parts.events[measure][SHARE - 1] = (kind, [changed, compact(sized)])
    found = [("tally-mismatch", tally)]
    yield Case("Ed25519: a tally with a point of order two added", "server", seal(parts), found, BASE)
    exchanged = _held(counts=lambda counts: [[counts[0][1], counts[0][0], counts[0][2]], *counts[1:]])
    yield _case(
        "for and against exchanged, and the outcome with them",
        "server",
        "result-mismatch",
        exchanged,
        question=1,
        choice=1,
        height=SHARE + 1,
        measure="owners",
    )
