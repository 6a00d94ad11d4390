"""Ballots that must not be counted: each sealed and signed by someone who has one credential."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import forge
import msgspec
from forge import GROUP, STRANGER, UUID, VOTERS, Held, Json, compact, set_at, signed
from forge_export import Case, case
from unsafe_randomness import unsafe_counted_randomness

from voting.protocol import proofs
from voting.protocol.ballot import encrypt_ballot
from voting.protocol.encoding import fingerprint
from voting.protocol.proofs import Opening, Pair, prove_interval, sign_ballot

ANSWER = "answers.0."
FIRST: Json = {"height": 1, "place": "question 1, choice 1"}
P, Q, G = int(GROUP.p), int(GROUP.q), int(GROUP.g)
OUTSIDE = next(x for x in range(2, 100) if pow(x, Q, P) != 1)

Edit = Callable[[Json], Any]


def cases() -> Iterator[Case]:
    """Every bad ballot; all stand at height 1 unless their place says otherwise."""
    yield from _numbers()
    yield from _json()
    yield from _shapes()
    yield from _proofs()
    yield from _signatures()
    yield from _repeated()
    yield from _blank()


def first(change: Callable[[Json], bytes]) -> Held:
    """The election in which the first voter's ballot is another."""
    return Held(ballots=lambda ballots: [change(json.loads(ballots[0])), *ballots[1:]])


def resigned(edit: Edit) -> Held:
    """The first voter's ballot, changed and signed by that voter."""

    def change(ballot: Json) -> bytes:
        edit(ballot)
        return signed(ballot, VOTERS[0][0])

    return first(change)


def raw(change: Callable[[bytes], bytes]) -> Held:
    """The first ballot's bytes changed on the board; it is counted as it was."""
    return Held(
        ballots=lambda ballots: [change(ballots[0]), *ballots[1:]],
        counted=lambda ballots: [*forge.honest_ballots(_election()), *ballots[3:]],
    )


def _election() -> bytes:
    return compact(forge.election_json(forge.rules()))


def _plus_one(text: str) -> str:
    return str((int(text) + 1) % Q)


def _numbers() -> Iterator[Case]:
    alpha, beta = ANSWER + "choices.0.alpha", ANSWER + "choices.0.beta"
    proof = ANSWER + "individual_proofs.0.0."
    at_alpha = {"height": 1, "place": "question 1, choice 1, alpha"}
    at_beta = {"height": 1, "place": "question 1, choice 1, beta"}
    outside, odd, identity = "element-not-in-group", "element-not-canonical", "element-identity"
    changes: list[tuple[str, Edit, str, Json]] = [
        ("alpha is the identity: no randomness", set_at(alpha, lambda _: "1"), identity, at_alpha),
        ("alpha is zero", set_at(alpha, lambda _: "0"), outside, at_alpha),
        ("alpha is the modulus", set_at(alpha, lambda _: str(P)), outside, at_alpha),
        ("alpha is outside the subgroup", set_at(alpha, lambda _: str(OUTSIDE)), outside, at_alpha),
        ("alpha is negated", set_at(alpha, lambda x: str(P - int(x))), outside, at_alpha),
        ("alpha is unreduced", set_at(alpha, lambda x: str(int(x) + P)), outside, at_alpha),
        ("alpha has a leading zero", set_at(alpha, lambda x: f"0{x}"), odd, at_alpha),
        ("alpha has a plus sign", set_at(alpha, lambda x: f"+{x}"), odd, at_alpha),
        ("alpha is hexadecimal in upper case", set_at(alpha, lambda x: f"{int(x):X}"), odd, at_alpha),
        ("alpha has full-width digits", set_at(alpha, lambda x: x.replace("1", "１")), odd, at_alpha),
        ("beta is the identity", set_at(beta, lambda _: "1"), identity, at_beta),
        ("beta is negated", set_at(beta, lambda x: str(P - int(x))), outside, at_beta),
        ("beta has a leading zero", set_at(beta, lambda x: f"0{x}"), odd, at_beta),
        ("beta is empty", set_at(beta, lambda _: ""), odd, at_beta),
        (
            "the last beta of the last question has a leading zero",
            set_at("answers.1.choices.1.beta", lambda x: f"0{x}"),
            odd,
            {"height": 1, "place": "question 2, choice 2, beta"},
        ),
        (
            "a challenge is not reduced",
            set_at(proof + "challenge", lambda x: str(int(x) + Q)),
            "scalar-out-of-range",
            FIRST,
        ),
        (
            "a response is the order",
            set_at(proof + "response", lambda _: str(Q)),
            "scalar-out-of-range",
            FIRST,
        ),
        (
            "a response has a leading zero",
            set_at(proof + "response", lambda x: f"0{x}"),
            "scalar-not-canonical",
            FIRST,
        ),
        (
            "a response is negative",
            set_at(proof + "response", lambda x: f"-{x}"),
            "scalar-not-canonical",
            FIRST,
        ),
        (
            "an overall response has a leading zero",
            set_at(ANSWER + "overall_proof.0.response", lambda x: f"0{x}"),
            "scalar-not-canonical",
            {"height": 1, "place": "question 1"},
        ),
    ]
    for name, edit, refusal, place in changes:
        yield case(name, "voter", refusal, resigned(edit), **place)
    yield case(
        "the credential of a ballot has a leading zero",
        "voter",
        odd,
        resigned(set_at("credential", lambda x: f"0{x}")),
        height=1,
        place="credential",
    )
    yield case(
        "the signature's response is not reduced",
        "voter",
        "scalar-out-of-range",
        first(lambda b: compact(set_at("signature.proof.response", lambda x: str(int(x) + Q))(b))),
        height=1,
        place="signature",
    )


def _json() -> Iterator[Case]:
    malformed, written = "json-malformed", "json-not-canonical"
    uuid = f'"{UUID}"'.encode()
    changes: list[tuple[str, Callable[[bytes], bytes], str]] = [
        ("a ballot with an extra key", lambda x: x[:-1] + b',"extra":1}', malformed),
        ("a ballot with a key twice", lambda x: x.replace(b"{", b'{"election_uuid":"x",', 1), written),
        ("a ballot with a space", lambda x: x.replace(b'":', b'": ', 1), written),
        ("a ballot with a line feed at the end", lambda x: x + b"\n", written),
        ("a ballot with a second value behind it", lambda x: x + b"{}", malformed),
        ("a ballot with a byte order mark", lambda x: b"\xef\xbb\xbf" + x, malformed),
        (
            "a ballot with an escape",
            lambda x: x.replace(b"election_uuid", b"election\\u005fuuid", 1),
            written,
        ),
        ("a ballot with a number for a string", lambda x: x.replace(uuid, b"1", 1), malformed),
        ("a ballot that is not UTF-8", lambda x: x[:20] + b"\xff" + x[21:], malformed),
        ("a ballot without its end", lambda x: x[:-1], malformed),
        ("a ballot that is empty", lambda _: b"", malformed),
        ("a ballot that is a list", lambda x: b"[" + x + b"]", malformed),
    ]
    for name, change, refusal in changes:
        yield case(name, "server", refusal, raw(change), what="ballot", height=1)

    def reordered(ballot: Json) -> bytes:
        return signed(dict(sorted(ballot.items())), VOTERS[0][0])

    yield case(
        "a ballot with its fields in another order",
        "voter",
        written,
        first(reordered),
        what="ballot",
        height=1,
    )


def _shapes() -> Iterator[Case]:
    wrong = "ballot-wrong-shape"
    overall = ANSWER + "overall_proof"
    proofs = ANSWER + "individual_proofs"
    changes: list[tuple[str, Edit, int]] = [
        ("no answers", set_at("answers", lambda _: []), 0),
        ("an answer too few", set_at("answers", lambda x: x[:1]), 0),
        ("an answer too many", set_at("answers", lambda x: [*x, x[0]]), 0),
        ("a choice too few", set_at(ANSWER + "choices", lambda x: x[:-1]), 1),
        ("a choice too many", set_at(ANSWER + "choices", lambda x: [*x, x[0]]), 1),
        ("a proof too few", set_at(proofs, lambda x: x[:-1]), 1),
        ("a proof too many", set_at(proofs, lambda x: [*x, x[0]]), 1),
        ("a branch too few: only a vote for", set_at(proofs + ".0", lambda x: x[1:]), 1),
        ("a branch too many: a vote of two", set_at(proofs + ".0", lambda x: [*x, x[0]]), 1),
        ("an overall branch too few", set_at(overall, lambda _: []), 1),
        ("an overall branch too many", set_at("answers.1.overall_proof", lambda x: [*x, x[0]]), 2),
        (
            "a blank proof where no blank vote is allowed",
            set_at("answers.1", lambda x: {**x, "blank_proof": x["overall_proof"]}),
            2,
        ),
    ]
    for name, edit, question in changes:
        yield case(name, "voter", wrong, resigned(edit), question=question, height=1)


def sealed(ballot: Json, choices: list[int], claimed: list[int], body: bytes | None = None) -> Json:
    """The motion answered with `choices`, each proven to be 0 or 1 as well as it goes; a sum is claimed."""
    unsafe_counted_randomness(f"sealed {choices}")
    election = forge.context(body or _election())
    group = election.group
    key, s0 = election.key, f"{election.fingerprint}|{ballot['credential']}"
    openings = [Opening(group.random_scalar(), choice) for choice in choices]
    pairs = [key.encrypt(opening) for opening in openings]
    # A choice that is neither 0 nor 1 can be proven for its own value only; that is put where 1 is proven.
    proven = [
        prove_interval(key, s0, pair, opening, (min(0, opening.plaintext), max(1, opening.plaintext)))
        for pair, opening in zip(pairs, openings, strict=True)
    ]
    whole = f"{s0}|{proofs.written(group, pairs)}"
    product = pairs[0]
    for pair in pairs[1:]:
        product = Pair(group.multiply(product.alpha, pair.alpha), group.multiply(product.beta, pair.beta))
    total = Opening(sum(o.randomness for o in openings), sum(choices))
    ballot["answers"][0] = {
        "choices": [
            {"alpha": group.serialise(pair.alpha), "beta": group.serialise(pair.beta)} for pair in pairs
        ],
        "individual_proofs": msgspec.to_builtins(proven),
        "overall_proof": msgspec.to_builtins(prove_interval(key, whole, product, total, claimed)),
    }
    return ballot


def _proofs() -> Iterator[Case]:
    individual, overall = "ballot-individual-proof-invalid", "ballot-overall-proof-invalid"
    one: Json = {"question": 1, "choice": 1, "height": 1}
    changes: list[tuple[str, Edit, str, Json]] = [
        ("a vote of two", lambda b: sealed(b, [2, 0, 0], [2]), individual, one),
        (
            "a vote of two set off against another: the sum holds",
            lambda b: sealed(b, [2, -1, 0], [1]),
            individual,
            one,
        ),
        ("both for and against", lambda b: sealed(b, [1, 1, 0], [2]), overall, {"question": 1, "height": 1}),
        (
            "nothing chosen in a motion",
            lambda b: sealed(b, [0, 0, 0], [0]),
            overall,
            {"question": 1, "height": 1},
        ),
        (
            "beta is multiplied by g: a vote more",
            set_at(ANSWER + "choices.0.beta", lambda x: str(int(x) * G % P)),
            individual,
            one,
        ),
        ("the choices are exchanged", set_at(ANSWER + "choices", lambda x: x[::-1]), individual, one),
        (
            "a challenge is changed",
            set_at("answers.1.individual_proofs.1.0.challenge", _plus_one),
            individual,
            {"question": 2, "choice": 2, "height": 1},
        ),
        (
            "the branches of a proof are exchanged",
            set_at(ANSWER + "individual_proofs.0", lambda x: x[::-1]),
            individual,
            one,
        ),
        (
            "an overall response is changed",
            set_at("answers.1.overall_proof.0.response", _plus_one),
            overall,
            {"question": 2, "height": 1},
        ),
    ]
    for name, edit, refusal, place in changes:
        yield case(name, "voter", refusal, resigned(edit), **place)

    def copied(ballots: list[bytes]) -> list[bytes]:
        own, other = json.loads(ballots[0]), json.loads(ballots[1])
        return [signed({**own, "answers": other["answers"]}, VOTERS[0][0]), *ballots[1:]]

    yield case(
        "another voter's answers, signed with the own credential",
        "voter",
        individual,
        Held(ballots=copied),
        **one,
    )


def _signatures() -> Iterator[Case]:
    bad = "ballot-signature-invalid"
    changes: list[tuple[str, Edit]] = [
        ("no signature", lambda b: b.pop("signature")),
        ("the signature's hash is another", set_at("signature.hash", lambda x: x[::-1])),
        ("the signature's challenge is changed", set_at("signature.proof.challenge", _plus_one)),
        ("an answer is changed behind the signature", set_at(ANSWER + "choices", lambda x: x[::-1])),
    ]
    for name, edit in changes:

        def change(ballot: Json, edit: Edit = edit) -> bytes:
            edit(ballot)
            return compact(ballot)

        yield case(name, "server", bad, first(change), height=1)
    yield case(
        "a ballot in another voter's name, signed with a credential of the server's",
        "server",
        bad,
        first(lambda ballot: signed(ballot, STRANGER)),
        height=1,
    )

    def in_the_name_of_the_absent(ballots: list[bytes]) -> list[bytes]:
        stuffed = {**json.loads(ballots[0]), "credential": forge.public(VOTERS[3][0])}
        return [*ballots, signed(stuffed, STRANGER)]

    yield case(
        "a ballot stuffed in the name of a voter who stayed away",
        "server",
        bad,
        Held(ballots=in_the_name_of_the_absent),
        height=4,
    )

    def identity(ballots: list[bytes]) -> list[bytes]:
        ballot = {**json.loads(ballots[0]), "credential": "1"}
        digest = fingerprint(compact({k: v for k, v in ballot.items() if k != "signature"}))
        unsafe_counted_randomness("identity")
        proof = msgspec.to_builtins(sign_ballot(GROUP, 0, digest))
        return [*ballots, compact({**ballot, "signature": {"hash": digest, "proof": proof}})]

    yield case(
        "a ballot of the credential that anyone can sign for",
        "server",
        "element-identity",
        Held(ballots=identity),
        height=4,
        place="credential",
    )
    yield case(
        "a ballot for another election",
        "voter",
        "ballot-wrong-election",
        resigned(set_at("election_uuid", lambda _: "1" * 14)),
        height=1,
    )
    yield case(
        "a ballot for other questions",
        "voter",
        "ballot-wrong-hash",
        resigned(set_at("election_hash", lambda x: x[::-1])),
        height=1,
    )
    yield case(
        "a credential that is on no list",
        "server",
        "ballot-credential-unlisted",
        Held(ballots=lambda ballots: [*ballots, faultless(STRANGER)]),
        height=4,
    )


def faultless(private: str, choices: list[list[int]] | None = None) -> bytes:
    """A faultless ballot."""
    unsafe_counted_randomness(f"ballot of {private} {choices}")
    return encrypt_ballot(forge.context(_election()), private, choices or [[1, 0, 0], [1, 0]])


def _repeated() -> Iterator[Case]:
    yield case(
        "an exact replay of an earlier ballot",
        "server",
        "ballot-replayed",
        Held(ballots=lambda ballots: [*ballots, ballots[0]], counted=lambda ballots: ballots[:3]),
        height=4,
        measure="owners",
    )
    yield case(
        "a second ballot of one voter, the last one counted",
        "voter",
        "ballot-second",
        Held(
            ballots=lambda ballots: [*ballots, faultless(VOTERS[0][0], [[0, 1, 0], [0, 0]])],
            counted=lambda ballots: ballots[1:],
        ),
        height=4,
    )
    yield case(
        "the same answers signed twice, to be another ballot",
        "voter",
        "ballot-second",
        Held(
            ballots=lambda ballots: [*ballots, faultless(VOTERS[0][0])],
            counted=lambda ballots: ballots[1:],
        ),
        height=4,
    )


def _blank() -> Iterator[Case]:
    """An election that allows a blank vote; our rules know none."""

    def allow(election: Json) -> Json:
        asked = election["questions"][1]
        election["questions"][1] = {
            "answers": asked["answers"],
            "blank": True,
            "min": 0,
            "max": 1,
            "question": asked["question"],
        }
        return election

    body = compact(allow(forge.election_json(forge.rules())))
    unsafe_counted_randomness("blank")
    good = encrypt_ballot(forge.context(body), VOTERS[0][0], [[1, 0, 0], [1, 0, 0]])
    other = set_at("answers.1.blank_proof.0.response", _plus_one)(json.loads(good))
    without = json.loads(good)
    del without["answers"][1]["blank_proof"]

    def held(ballot: bytes) -> Held:
        return Held(election=allow, ballots=lambda _: [ballot])

    yield case(
        "a blank proof is changed",
        "voter",
        "ballot-blank-proof-invalid",
        held(signed(other, VOTERS[0][0])),
        base="nobody voted",
        question=2,
        height=1,
    )
    yield case(
        "a blank proof is left out",
        "voter",
        "ballot-wrong-shape",
        held(signed(without, VOTERS[0][0])),
        base="nobody voted",
        question=2,
        height=1,
    )
