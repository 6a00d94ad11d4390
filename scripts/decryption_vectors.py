"""Vectors of trustees' keys, tallies and their decryption: a part of `make_vectors`."""

import json
from collections.abc import Sequence
from typing import Any

from threshold_vectors import Ceremony, Drawn, Json, Path, bad_case, identity

from voting.protocol import credentials, tally
from voting.protocol.ballot import encrypt_ballot, verify_ballot
from voting.protocol.decryption import lagrange, synthetic_factors, verify_shares
from voting.protocol.election import Election, Question, decode_election
from voting.protocol.encoding import encode
from voting.protocol.group import Group
from voting.protocol.proofs import prove_key
from voting.protocol.trustees import TrusteePublicKey, trustees_json, verify_trustees

UUID = "bSYdYd7xzTmLAi"
SERVER_SECRET = 20260104


def _spoilt(text: str) -> str:
    """The same decimal number but for its last digit; no leading zero can come of it."""
    return text[:-1] + str((int(text[-1]) + 1) % 10)


def decryptions(made: Ceremony) -> Json:
    """An election that a mandatory key (owner 1) and the circle (owners 2 to 4) decrypt."""
    group = made.group
    drawn = Drawn()
    server = group.generator.power(SERVER_SECRET)
    single = TrusteePublicKey(prove_key(group, SERVER_SECRET, server), group.serialise(server))
    trustees_body = trustees_json([single, made.parameters])
    trustees = verify_trustees(group, trustees_body)
    election = decode_election(
        encode(
            Election(
                description=f"rules sha256:{'0' * 64}",
                name="门限",
                group=group.name,
                public_key=group.serialise(trustees.election_key),
                questions=(
                    Question(answers=("同意", "反对"), min=1, max=1, question="是否同意"),
                    Question(answers=("a",), blank=True, min=0, max=1, question="Blank allowed"),
                ),
                uuid=UUID,
            )
        )
    )
    private = ("j1Yxj-mi3Ada-ZPEqW-MhMyMc", "PTiZp-Hnjsu4-ZNyJM-DmJe29", "11111-111111-11111-111111")
    choices = ([[1, 0], [0, 1]], [[0, 1], [1, 0]], [[1, 0], [0, 0]])
    ballots = [encrypt_ballot(election, code, choice) for code, choice in zip(private, choices, strict=True)]
    revoted = [*ballots, encrypt_ballot(election, private[0], [[0, 1], [0, 1]])]
    public = [credentials.public_credential(group, UUID, code) for code in private]
    weights = dict(zip(public, (8862, 14210, 6248), strict=True))
    tallies = []
    for name, cast, weigh in (
        ("owners", ballots, dict.fromkeys(weights, 1)),
        ("area", ballots, weights),
        ("the last ballot counts", revoted, dict.fromkeys(weights, 1)),
        ("beyond plain integers", ballots, dict.fromkeys(weights, 1_073_741_823)),
        ("nobody", [], weights),
    ):
        sums = tally.encrypted_tally(election, [verify_ballot(election, body) for body in cast], weigh)
        body, sized = tally.tally_json(group, *sums)
        tallies.append(
            {
                "name": name,
                "ballots": [body.decode() for body in cast],
                "weights": list(weigh.items()),
                "tally": body.decode(),
                "sized": sized.decode(),
            }
        )
    sums = tally.encrypted_tally(election, [verify_ballot(election, body) for body in ballots], weights)
    secrets_by_owner = dict(enumerate([SERVER_SECRET, *made.secrets], 1))
    shares, used = {}, {}
    for owner, secret in secrets_by_owner.items():
        drawn.since()
        shares[owner] = tally.partial_decryption(election, sums[0], secret)
        used[owner] = drawn.since()
    valid = verify_shares(election, sums[0], trustees, shares).valid
    counts = tally.decrypt_result(election, sums[0], synthetic_factors(group, trustees, valid), sums[2])
    document = {
        "trustees": json.loads(trustees_body),
        "shares": {str(owner): json.loads(body) for owner, body in shares.items()},
    }
    return {
        "group": group.name,
        "election": election.body.decode(),
        "tallies": tallies,
        "secrets": {str(owner): str(secret) for owner, secret in secrets_by_owner.items()},
        "drawn": {str(owner): scalars for owner, scalars in used.items()},
        "document": document,
        "result": tally.result_json(counts).decode(),
        "lagrange": [
            {"indexes": indexes, "index": index, "value": str(lagrange(group, indexes, index))}
            for indexes in ([1], [1, 2], [1, 3], [3, 2], [1, 2, 3, 7])
            for index in indexes
        ],
        "cases": [
            *_trustees_cases(made, document),
            *_share_cases(made.group, document),
            *_quorum_cases(),
        ],
    }


def _trustees_cases(made: Ceremony, document: Json) -> list[Json]:
    group = made.group
    key: Path = ["trustees", 0, 1]
    pok = document["trustees"][0][1]["pok"]

    def case(name: str, refusal: str | None, *changes: Sequence[Any], **context: Any) -> Json:
        return bad_case(name, "trustees", refusal, *changes, **context)

    return [
        case("good trustees", None),
        case("the circle alone", None, (["trustees"], document["trustees"][1:])),
        case("the server alone", None, (["trustees"], document["trustees"][:1])),
        case("an older circle", None, (["trustees", 1, 1], made.json["older"])),
        case("nobody", "json-malformed", (["trustees"], []), what="trustees"),
        case("another kind", "json-malformed", (["trustees", 0, 0], "Shamir"), what="trustees"),
        case("a third part", "json-malformed", (["trustees", 0, 2], 1), what="trustees"),
        case(
            "the key that is the identity",
            "element-identity",
            ([*key, "public_key"], identity(group)),
            place="trustee 1",
        ),
        case(
            "a bad proof of the key",
            "trustee-key-proof-invalid",
            ([*key, "pok"], {"challenge": pok["response"], "response": pok["challenge"]}),
            trustee=1,
        ),
        case(
            "a circle with another key",
            "verification-key-mismatch",
            (["trustees", 1, 1, "verification_keys", 0], made.key_of(1, 1)),
            trustee=2,
        ),
    ]


def _share_cases(group: Group, document: Json) -> list[Json]:
    """`of` is the owner."""

    def case(name: str, refusal: str | None, *changes: Sequence[Any], **context: Any) -> Json:
        moved = [(["shares", "3", *path], *value) for path, *value in changes]
        return bad_case(name, "share", refusal, *moved, of=3, **context)

    share = document["shares"]["3"]
    factor: Path = ["decryption_factors", 1, 0]
    proof: Path = ["decryption_proofs", 1, 0]
    at = {"trustee": 3, "question": 2, "choice": 1}
    other = document["shares"]["4"]
    return [
        case("a good share", None),
        case(
            "another trustee's share",
            "decryption-proof-invalid",
            ([], other),
            trustee=3,
            question=1,
            choice=1,
        ),
        case(
            "a factor too few",
            "decryption-shape",
            (["decryption_factors", 0], share["decryption_factors"][0][:1]),
            trustee=3,
        ),
        case(
            "a proof too few",
            "decryption-shape",
            (["decryption_proofs", 0], share["decryption_proofs"][0][:1]),
            trustee=3,
        ),
        case(
            "a question too few",
            "decryption-shape",
            (["decryption_factors"], share["decryption_factors"][:1]),
            trustee=3,
        ),
        case(
            "the factor of another ciphertext",
            "decryption-proof-invalid",
            (factor, share["decryption_factors"][0][0]),
            **at,
        ),
        case(
            "the proof of another factor",
            "decryption-proof-invalid",
            (proof, share["decryption_proofs"][0][0]),
            **at,
        ),
        case(
            "a factor that is the identity",
            "element-identity",
            (factor, identity(group)),
            place="trustee 3, question 2, choice 1",
        ),
        case(
            "a challenge out of range",
            "scalar-out-of-range",
            ([*proof, "challenge"], str(group.q)),
            place="trustee 3, question 2, choice 1",
        ),
        case("an extra field", "json-malformed", (["owner"], 3), what="partial decryption"),
        case(
            "a challenge changed",
            "decryption-proof-invalid",
            ([*proof, "challenge"], _spoilt(share["decryption_proofs"][1][0]["challenge"])),
            **at,
        ),
    ]


def _quorum_cases() -> list[Json]:
    """`changes` take shares away."""

    def case(name: str, refusal: str | None, *absent: str, **context: Any) -> Json:
        changes = [(["shares", owner],) for owner in absent]
        return bad_case(name, "result", refusal, *changes, **context)

    return [
        case("everybody decrypts", None),
        case("the first is away", None, "2"),
        case("the second is away", None, "3"),
        case("the third is away", None, "4"),
        case("the server is away", "decryption-too-few", "1", valid=0, needed=1),
        case("two are away", "decryption-too-few", "2", "4", valid=1, needed=2),
    ]
