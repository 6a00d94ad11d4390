"""Hold a small election, honestly or with one part changed, so that all that follows from it agrees.

That is what someone can do who holds the server. The tally of ballots that no verifier would accept is taken
all the same, and what it decrypts to is claimed. Only for vectors: keys and randomness are known to all.
"""

import hashlib
import json
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from voting.errors import Refused
from voting.protocol import tally
from voting.protocol.ballot import encrypt_ballot
from voting.protocol.board import owned, setup_records
from voting.protocol.credentials import public_credential, secret_exponent
from voting.protocol.election import ElectionContext, decode_election
from voting.protocol.encoding import fingerprint, sha256_hex
from voting.protocol.group import BELENIOS_2048
from voting.protocol.proofs import Pair, prove_key, sign_ballot
from voting.rules.agenda import agenda_from_json
from voting.rules.outcome import Measured, canonical_json, decide, outcome_json, rules_document
from voting.rules.questions import ballot_answers
from voting.rules.roll import RollUnit, Voter

Json = dict[str, Any]
Files = dict[str, bytes]
Change = Callable[[Any], Any]
MEASURES = ("owners", "area")

GROUP = BELENIOS_2048
UUID = "bSYdYd7xzTmLAi"
TRUSTEE_SECRETS = (20260401, 20260402)
RECEIPT_KEY = Ed25519PrivateKey.from_private_bytes(b"receipts of the vectors, a seed.")
# Private credential and area in 0.01 m². The last one does not vote.
VOTERS = (
    ("j1Yxj-mi3Ada-ZPEqW-MhMyMc", 8862),
    ("PTiZp-Hnjsu4-ZNyJM-DmJe29", 14210),
    ("11111-111111-11111-111111", 6248),
    ("9r3mL-xK4tPb-7WcQa-Ee5sVd", 7000),
)
STRANGER = "Zz9yY-x8wWvV-7uTtS-6rRqQp"  # a credential that is on no list
CHOICES = ([[1, 0, 0], [1, 0]], [[0, 1, 0], [0, 0]], [[1, 0, 0], [0, 1]])
AGENDA: Json = {
    "title": "测试小区 2026",
    "estate": "测试小区",
    "scope": {"buildings": None, "exclude_uses": ["车位"]},
    "questions": [
        {"id": "q1", "kind": "motion", "text": "是否同意？", "matter": "278-2"},
        {
            "id": "q2",
            "kind": "committee",
            "text": "选举",
            "matter": "278-3",
            "seats": 3,
            "candidates": ["甲", "乙"],
            "at_most": 1,
        },
    ],
    "opens_at": "2026-05-01T08:00:00+08:00",
    "closes_at": "2026-05-08T08:00:00+08:00",
}
OPENED, CLOSED, COUNTED, EXPORTED = (f"2026-05-0{day}T00:00:00Z" for day in (1, 8, 8, 9))
TIMESTAMP = 1777593600  # OPENED
# What stands in an export for people, as short as it can be.
DOCUMENTS: Files = {
    "README.txt": b"How to verify: voting verify EXPORT.zip\n",
    "report.html": "<!doctype html><title>报告</title>\n".encode(),
    "results.xlsx": b"PK\x05\x06" + bytes(18),
}


def unsafe_counted_randomness(label: str) -> None:
    """Replace the system's randomness by a counter, for vectors that can be made again."""
    counter = iter(range(1 << 62))

    def below(exclusive_upper_bound: int) -> int:
        block = f"{label}|{next(counter)}|".encode()
        return int.from_bytes(hashlib.sha512(block).digest(), "big") % exclusive_upper_bound

    secrets.randbelow = below


def compact(obj: object) -> bytes:
    """JSON as the protocol writes it, of anything."""
    return json.dumps(obj, ensure_ascii=False, separators=(",", ":")).encode()


@cache
def public(private: str) -> str:
    """The public credential of a private one."""
    return public_credential(GROUP, UUID, private)


def same(value: Any) -> Any:
    """No change."""
    return value


@dataclass
class Parts:
    """A record before it is chained: for each measure the events with their records, the payload last."""

    rules: bytes
    honest_rules: bytes  # as they were before they were written in another way
    election: ElectionContext
    events: dict[str, list[tuple[str, list[bytes]]]]
    outcome: bytes
    num_tallied: int
    total_weight: int

    def both(self, change: Callable[[list[tuple[str, list[bytes]]]], object]) -> "Parts":
        """The same change of the events of both archives."""
        for measure in MEASURES:
            change(self.events[measure])
        return self


def set_at(path: str, change: Change) -> Callable[[Json], Json]:
    """A change of the value at a dotted path of keys and indices."""

    def apply(obj: Json) -> Json:
        *way, last = [int(part) if part.lstrip("-").isdigit() else part for part in path.split(".")]
        place: Any = obj
        for part in way:
            place = place[part]
        place[last] = change(place[last])
        return obj

    return apply


def signed(ballot: Json, private: str) -> bytes:
    """The ballot signed anew with a credential: whoever votes can do that with the own one."""
    unsigned = {key: value for key, value in ballot.items() if key != "signature"}
    digest = fingerprint(compact(unsigned))
    unsafe_counted_randomness(f"signature {digest}")
    proof = sign_ballot(GROUP, secret_exponent(GROUP, UUID, private), digest)
    return compact({**unsigned, "signature": {"hash": digest, "proof": msgspec.to_builtins(proof)}})


def rules(change: Change = same) -> bytes:
    """rules.json; `change` is given the document."""
    roll = [
        Voter(number, "", (RollUnit(f"1-1-{number}01", "1", "1", "住宅", area),), area, "1", ())
        for number, (_, area) in enumerate(VOTERS, 1)
    ]
    key = RECEIPT_KEY.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()
    document = rules_document(agenda_from_json(AGENDA), roll, receipt_key=key)
    return canonical_json(change(document))


def election_json(rules_body: bytes, trustees: int = 1) -> Json:
    """election.json as the server makes it."""
    questions = []
    for question in agenda_from_json(AGENDA).questions:
        ballot = ballot_answers(question)
        questions.append(
            {
                "answers": list(ballot.answers),
                "min": ballot.minimum,
                "max": ballot.maximum,
                "question": question.text,
            }
        )
    return {
        "version": 1,
        "description": f"rules sha256:{sha256_hex(rules_body)}",
        "name": AGENDA["title"],
        "group": GROUP.name,
        "public_key": str(GROUP.generator.power(sum(TRUSTEE_SECRETS[:trustees]))),
        "questions": questions,
        "uuid": UUID,
    }


@cache
def trustee_json(secret: int) -> str:
    """One trustee's public key with its proof, as JSON."""
    key = GROUP.generator.power(secret)
    unsafe_counted_randomness(f"trustee {secret}")
    return json.dumps({"pok": msgspec.to_builtins(prove_key(GROUP, secret, key)), "public_key": str(key)})


def trustees_json(count: int = 1) -> list[Any]:
    """The trustees structure."""
    return [["Single", json.loads(trustee_json(secret))] for secret in TRUSTEE_SECRETS[:count]]


def credential_list(measure: str) -> list[str]:
    """The public list, sorted by credential."""
    return sorted(
        f"{public(private)},{area}" if measure == "area" else public(private) for private, area in VOTERS
    )


@cache
def _ballot(election: bytes, voter: int) -> bytes:
    unsafe_counted_randomness(f"ballot {voter} {fingerprint(election)}")
    asked = context(election).election.questions
    choices = [
        [0, *chosen] if question.allows_blank else chosen
        for question, chosen in zip(asked, CHOICES[voter], strict=True)
    ]
    return encrypt_ballot(context(election), VOTERS[voter][0], choices)


@cache
def context(election: bytes) -> ElectionContext:
    """The election in these bytes, as voters see it."""
    return decode_election(election)


def honest_ballots(election: bytes) -> list[bytes]:
    """The ballots of those who voted."""
    return [_ballot(election, voter) for voter in range(len(CHOICES))]


def unsafe_tally(election: ElectionContext, ballots: Sequence[bytes], weights: Sequence[int]) -> tally.Tally:
    """The weighted product of ballots, whatever they are; what is no number counts as nothing."""
    rows = [[[GROUP.power(GROUP.g, 0)] * 2 for _ in range(q.width)] for q in election.election.questions]
    for body, weight in zip(ballots, weights, strict=True):
        answers = json.loads(body)["answers"]
        for row, answer in zip(rows, answers, strict=False):
            for product, choice in zip(row, answer["choices"], strict=False):
                for side, name in enumerate(("alpha", "beta")):
                    text = choice[name]
                    value = (int(text) if text.isdecimal() else 1) % int(GROUP.p) or 1
                    product[side] = GROUP.multiply(product[side], GROUP.power(value, weight))
    return tuple(tuple(Pair(a, b) for a, b in row) for row in rows)


@cache
def share(election: bytes, sums: tally.Tally, secret: int) -> bytes:
    """One trustee's partial decryption; the same each time."""
    unsafe_counted_randomness(f"share {secret} {fingerprint(tally.tally_json(GROUP, sums, 0, 0)[0])}")
    return tally.partial_decryption(context(election), sums, secret)


def _counts(election: ElectionContext, sums: tally.Tally, secret: int, total: int) -> list[list[int]]:
    logarithms = tally.DiscreteLogarithms(GROUP, total)
    counts: list[list[int]] = []
    for row in sums:
        counts.append([])
        for pair in row:
            try:
                found = logarithms.of(GROUP.divide(pair.beta, GROUP.power(pair.alpha, secret)))
            except Refused:
                found = 0
            counts[-1].append(found)
    return counts


@dataclass(frozen=True)
class Held:
    """What is changed while the election is held; what follows from it is made to agree."""

    trustees: int = 1
    rules: Change = same
    rules_body: Change = same
    election: Change = same
    trustees_json: Change = same
    credentials: dict[str, Change] = field(default_factory=dict)
    ballots: Change = same  # given the list of honest ballots
    counted: Change = same  # given the list of ballots that are counted: what stands on the board may differ
    sums: Change = same  # given the tally
    counts: Change = same  # given the counts, a list of lists
    setup_only: bool = False  # nothing after the Setup is read any more


def hold(held: Held | None = None) -> Parts:
    """Hold the election with these changes."""
    held = held or Held()
    honest_rules = rules(held.rules)
    rules_body = held.rules_body(honest_rules)
    body = held.election(election_json(rules_body, held.trustees))
    body = body if isinstance(body, bytes) else compact(body)
    # What follows a Setup that no voter's program would take is that of the honest one.
    honest = compact(election_json(rules(), held.trustees)) if held.setup_only else body
    election = context(honest)
    trustees_body = held.trustees_json(trustees_json(held.trustees))
    trustees_body = trustees_body if isinstance(trustees_body, bytes) else compact(trustees_body)
    ballots = held.ballots(honest_ballots(honest))
    counted = held.counted(list(ballots))
    secret = sum(TRUSTEE_SECRETS[: held.trustees])
    events: dict[str, list[tuple[str, list[bytes]]]] = {}
    measured = {}
    for measure in MEASURES:
        listed = held.credentials.get(measure, same)(credential_list(measure))
        listed_body = listed if isinstance(listed, bytes) else compact(listed)
        areas = {public(private): area for private, area in VOTERS}
        keys = [json.loads(ballot)["credential"] for ballot in counted]
        weights = [areas.get(key, 1) if measure == "area" else 1 for key in keys]
        sums = held.sums(unsafe_tally(election, counted, weights))
        counts = held.counts(_counts(election, sums, secret, sum(weights)))
        shares = [share(honest, sums, each) for each in TRUSTEE_SECRETS[: held.trustees]]
        events[measure] = [
            ("Setup", list(setup_records(body, trustees_body, listed_body))),
            *(("Ballot", [ballot]) for ballot in ballots),
            ("EndBallots", []),
            ("EncryptedTally", list(tally.tally_json(GROUP, sums, len(counted), sum(weights)))),
            *(("PartialDecryption", list(owned(owner, each))) for owner, each in enumerate(shares, 1)),
            ("Result", [tally.result_json(counts)]),
        ]
        total = len(VOTERS) if measure == "owners" else sum(area for _, area in VOTERS)
        measured[measure] = Measured(sum(weights), total, tuple(map(tuple, counts)))
    try:
        outcome = decide(json.loads(rules()), measured["owners"], measured["area"])
    except Refused:
        outcome = {}
    return Parts(
        rules_body,
        honest_rules,
        election,
        events,
        outcome_json({"uuid": UUID, **outcome}),
        len(counted),
        measured["area"].cast,
    )
