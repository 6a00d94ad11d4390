"""Hold a small election, honestly or with one part changed, so that all that follows from it agrees.

That is what someone can do who holds the server. The tally of ballots that no verifier would accept is taken
all the same, and what it decrypts to is claimed. Only for vectors: keys and randomness are known to all.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from forge_circle import Dealt
from unsafe_randomness import unsafe_counted_randomness

from voting.errors import Refused
from voting.protocol import tally
from voting.protocol.ballot import encrypt_ballot
from voting.protocol.board import make_link, owned, setup_records
from voting.protocol.credentials import public_credential, secret_exponent
from voting.protocol.election import ElectionContext, decode_election
from voting.protocol.encoding import fingerprint, sha256_hex
from voting.protocol.group import BELENIOS_2048, Group
from voting.protocol.proofs import Pair, prove_key, sign_ballot
from voting.rules.agenda import agenda_from_json
from voting.rules.convening import Convening
from voting.rules.outcome import Measured, canonical_json, decide, outcome_json, rules_document
from voting.rules.questions import asked_of
from voting.rules.roll import RollUnit, Voter
from voting.rules.terms import DeemedVotes

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
    "verify.html": b"<!doctype html><title>Verify</title>\n",
}


def compact(obj: object) -> bytes:
    """JSON as the protocol writes it, of anything."""
    return json.dumps(obj, ensure_ascii=False, separators=(",", ":")).encode()


@cache
def public(private: str, group: Group = GROUP) -> str:
    """The public credential of a private one."""
    return public_credential(group, UUID, private)


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
    deemed: DeemedVotes | None = None

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


def signed(ballot: Json, private: str, group: Group = GROUP) -> bytes:
    """The ballot signed anew with a credential: whoever votes can do that with the own one."""
    unsigned = {key: value for key, value in ballot.items() if key != "signature"}
    digest = fingerprint(compact(unsigned))
    unsafe_counted_randomness(f"signature {digest}")
    proof = sign_ballot(group, secret_exponent(group, UUID, private), digest)
    return compact({**unsigned, "signature": {"hash": digest, "proof": msgspec.to_builtins(proof)}})


def rules(
    change: Change = same,
    group: Group = GROUP,
    agenda: Json = AGENDA,
    convening: Convening | None = None,
) -> bytes:
    """rules.json; `change` is given the document."""
    roll = [
        Voter(number, "", (RollUnit(f"1-1-{number}01", "1", "1", "住宅", area),), area, "1", ())
        for number, (_, area) in enumerate(VOTERS, 1)
    ]
    key = RECEIPT_KEY.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()
    document = rules_document(
        agenda_from_json(agenda), roll, receipt_key=key, group=group.name, convening=convening
    )
    return canonical_json(change(document))


@dataclass(frozen=True)
class Holders:
    """Who holds the key: so many mandatory trustees, and perhaps a circle behind them."""

    group: Group
    single: int = 1
    circle: Dealt | None = None

    @property
    def secrets(self) -> dict[int, int]:
        """Private keys by owner."""
        circle = self.circle.secrets if self.circle else ()
        return dict(enumerate((*TRUSTEE_SECRETS[: self.single], *circle), 1))

    @property
    def secret(self) -> int:
        """What all of them together know."""
        return sum(TRUSTEE_SECRETS[: self.single]) + (self.circle.secret if self.circle else 0)

    @property
    def json(self) -> list[Any]:
        """The trustees structure."""
        single = [["Single", json.loads(trustee_json(x, self.group))] for x in TRUSTEE_SECRETS[: self.single]]
        return [*single, *([["Pedersen", self.circle.json]] if self.circle else [])]


def election_json(rules_body: bytes, holders: Holders | None = None, agenda: Json = AGENDA) -> Json:
    """election.json as the server makes it."""
    holders = holders or Holders(GROUP)
    questions = [
        {
            "answers": list(asked.ballot.answers),
            "min": asked.ballot.minimum,
            "max": asked.ballot.maximum,
            "question": asked.text,
        }
        for asked in asked_of(agenda_from_json(agenda).questions)
    ]
    group = holders.group
    return {
        "version": 1,
        "description": f"rules sha256:{sha256_hex(rules_body)}",
        "name": agenda["title"],
        "group": group.name,
        "public_key": group.serialise(group.generator.power(holders.secret)),
        "questions": questions,
        "uuid": UUID,
    }


@cache
def trustee_json(secret: int, group: Group = GROUP) -> str:
    """One trustee's public key with its proof, as JSON."""
    key = group.generator.power(secret)
    unsafe_counted_randomness(f"trustee {secret}")
    proof = msgspec.to_builtins(prove_key(group, secret, key))
    return json.dumps({"pok": proof, "public_key": group.serialise(key)})


def has_area(agenda: Json) -> bool:
    """Whether area is one of the measures."""
    return bool((agenda.get("terms") or {}).get("body") != "residents")


def credential_list(measure: str, group: Group = GROUP, agenda: Json = AGENDA) -> list[str]:
    """The public list, sorted by credential."""
    counted = has_area(agenda)
    return sorted(
        f"{public(private, group)},{area if counted else 1}" if measure == "area" else public(private, group)
        for private, area in VOTERS
    )


@cache
def _ballot(election: bytes, voter: int, chosen_by: str) -> bytes:
    unsafe_counted_randomness(f"ballot {voter} {fingerprint(election)}")
    asked = context(election).election.questions
    choices = [
        [0, *chosen] if question.allows_blank else chosen
        for question, chosen in zip(asked, json.loads(chosen_by), strict=True)
    ]
    return encrypt_ballot(context(election), VOTERS[voter][0], choices)


@cache
def context(election: bytes) -> ElectionContext:
    """The election in these bytes, as voters see it."""
    return decode_election(election)


def honest_ballots(election: bytes, choices: Sequence[Any] = CHOICES) -> list[bytes]:
    """The ballots of those who voted."""
    return [_ballot(election, voter, json.dumps(chosen)) for voter, chosen in enumerate(choices)]


def _taken(group: Group, text: str) -> Any:
    """The element that a text writes, somehow; what is none counts as nothing."""
    if group is BELENIOS_2048:
        return (int(text) if text.isdecimal() else 1) % int(BELENIOS_2048.p) or 1
    try:
        return group.element(text, "")
    except Refused:
        return group.identity


def unsafe_tally(election: ElectionContext, ballots: Sequence[bytes], weights: Sequence[int]) -> tally.Tally:
    """The weighted product of ballots, whatever they are."""
    group = election.group
    rows = [[[group.identity] * 2 for _ in range(q.width)] for q in election.election.questions]
    for body, weight in zip(ballots, weights, strict=True):
        answers = json.loads(body)["answers"]
        for row, answer in zip(rows, answers, strict=False):
            for product, choice in zip(row, answer["choices"], strict=False):
                for side, name in enumerate(("alpha", "beta")):
                    value = group.power(_taken(group, choice[name]), weight)
                    product[side] = group.multiply(product[side], value)
    return tuple(tuple(Pair(a, b) for a, b in row) for row in rows)


@cache
def share(election: bytes, sums: tally.Tally, secret: int) -> bytes:
    """One trustee's partial decryption; the same each time."""
    made = context(election)
    unsafe_counted_randomness(f"share {secret} {fingerprint(tally.tally_json(made.group, sums, 0, 0)[0])}")
    return tally.partial_decryption(made, sums, secret)


def _counts(election: ElectionContext, sums: tally.Tally, secret: int, total: int) -> list[list[int]]:
    group = election.group
    logarithms = tally.DiscreteLogarithms(group, total)
    counts: list[list[int]] = []
    for row in sums:
        counts.append([])
        for pair in row:
            try:
                found = logarithms.of(group.divide(pair.beta, group.power(pair.alpha, secret)))
            except Refused:
                found = 0
            counts[-1].append(found)
    return counts


@dataclass(frozen=True)
class Held:
    """What is changed while the election is held; what follows from it is made to agree."""

    trustees: int = 1
    group: Group = GROUP
    circle: Dealt | None = None  # behind the trustees
    shares: tuple[int, ...] | None = None  # whose decryptions are in the record, in order; all of them
    rules: Change = same
    rules_body: Change = same
    election: Change = same
    trustees_json: Change = same
    credentials: dict[str, Change] = field(default_factory=dict)
    ballots: Change = same  # given the list of honest ballots
    counted: Change = same  # given the list of ballots that are counted: what stands on the board may differ
    sums: Change = same  # given the tally
    counts: Change = same  # given the counts, a list of lists
    agenda: Json = field(default_factory=lambda: AGENDA)
    choices: Sequence[Any] = CHOICES
    deemed: DeemedVotes | None = None
    convening: Convening | None = None
    setup_only: bool = False  # nothing after the Setup is read any more


def hold(held: Held | None = None) -> Parts:
    """Hold the election with these changes."""
    held = held or Held()
    group, holders = held.group, Holders(held.group, held.trustees, held.circle)
    honest_rules = rules(held.rules, group, held.agenda, held.convening)
    rules_body = held.rules_body(honest_rules)
    body = held.election(election_json(rules_body, holders, held.agenda))
    body = body if isinstance(body, bytes) else compact(body)
    # What follows a Setup that no voter's program would take is that of the honest one.
    honest = (
        compact(election_json(rules(same, group, held.agenda, held.convening), holders, held.agenda))
        if held.setup_only
        else body
    )
    election = context(honest)
    trustees_body = held.trustees_json(holders.json)
    trustees_body = trustees_body if isinstance(trustees_body, bytes) else compact(trustees_body)
    ballots = held.ballots(honest_ballots(honest, held.choices))
    counted = held.counted(list(ballots))
    secrets_of = holders.secrets
    owners = tuple(secrets_of) if held.shares is None else held.shares
    counts_area = has_area(held.agenda)
    events: dict[str, list[tuple[str, list[bytes]]]] = {}
    measured = {}
    for measure in MEASURES:
        listed = held.credentials.get(measure, same)(credential_list(measure, group, held.agenda))
        listed_body = listed if isinstance(listed, bytes) else compact(listed)
        areas = {public(private, group): area if counts_area else 1 for private, area in VOTERS}
        keys = [json.loads(ballot)["credential"] for ballot in counted]
        weights = [areas.get(key, 1) if measure == "area" else 1 for key in keys]
        sums = held.sums(unsafe_tally(election, counted, weights))
        counts = held.counts(_counts(election, sums, holders.secret, sum(weights)))
        shares = [(owner, share(honest, sums, secrets_of[owner])) for owner in owners]
        events[measure] = [
            ("Setup", list(setup_records(body, trustees_body, listed_body))),
            *(("Ballot", [ballot]) for ballot in ballots),
            ("EndBallots", []),
            ("EncryptedTally", list(tally.tally_json(group, sums, len(counted), sum(weights)))),
            *(("PartialDecryption", list(owned(owner, each))) for owner, each in shares),
            ("Result", [tally.result_json(counts)]),
        ]
        total = sum(area for _, area in VOTERS) if measure == "area" and counts_area else len(VOTERS)
        measured[measure] = Measured(sum(weights), total, tuple(map(tuple, counts)))
    try:
        outcome = decide(
            json.loads(rules(same, group, held.agenda, held.convening)),
            measured["owners"],
            measured["area"] if counts_area else None,
            closing=_ended(events["owners"]),
            deemed=held.deemed,
        )
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
        held.deemed,
    )


def _ended(events: Sequence[tuple[str, Sequence[bytes]]]) -> str:
    """The hash of the event that ends the ballots: the seed of a lot."""
    link = None
    for kind, records in events:
        link = make_link(link, kind, tuple(records))  # type: ignore[arg-type]
        if kind == "EndBallots":
            return link.hash
    return ""
