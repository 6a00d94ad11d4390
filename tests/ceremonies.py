"""Threshold ceremonies and the elections that their trustees decrypt, made with the protocol alone."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache

from msgspec import UNSET
from msgspec.structs import replace

from tests.elections import CHOICES, QUESTIONS
from voting.protocol import certificates, credentials, tally, threshold
from voting.protocol.ballot import encrypt_ballot, verify_ballot
from voting.protocol.board import Link, make_link, owned, setup_records
from voting.protocol.certificates import CertKeys, Circle, Keyring
from voting.protocol.decryption import synthetic_factors, verify_shares
from voting.protocol.election import Election, ElectionContext, decode_election, new_uuid
from voting.protocol.encoding import encode, sha256_hex
from voting.protocol.group import BELENIOS_2048, Group
from voting.protocol.pedersen import ThresholdParameters
from voting.protocol.threshold import Output, Polynomial
from voting.protocol.trustees import (
    VerifiedTrustees,
    generate_trustee_key,
    trustees_json,
    verify_trustees,
)

GROUP = BELENIOS_2048


@dataclass(frozen=True)
class Ceremony:
    """Everything that was made, secrets included."""

    keys: tuple[Keyring, ...]
    circle: Circle
    polynomials: tuple[Polynomial, ...]
    outputs: tuple[Output, ...]
    parameters: ThresholdParameters

    @property
    def older(self) -> ThresholdParameters:
        """The parameters as a version before 2.5.1 would have published them."""
        return older_form(self.keys, self.parameters)

    @property
    def secrets(self) -> tuple[int, ...]:
        """The trustees' private keys."""
        return tuple(
            threshold.open_private_key(self.circle.group, keys, output.private_key)
            for keys, output in zip(self.keys, self.outputs, strict=True)
        )


def keyrings(size: int, group: Group = GROUP) -> tuple[Keyring, ...]:
    return tuple(certificates.keyring(group, certificates.new_seed()) for _ in range(size))


def circle_of(keys: Sequence[Keyring], needed: int, group: Group = GROUP) -> Circle:
    """The certificates of these trustees, checked."""
    made = [
        certificates.make_certificate(group, each, len(keys), needed, index)
        for index, each in enumerate(keys, 1)
    ]
    return certificates.check_certificates(group, made)


def ceremony(size: int, needed: int, group: Group = GROUP) -> Ceremony:
    """An honest one."""
    keys = keyrings(size, group)
    circle = circle_of(keys, needed, group)
    polynomials = tuple(threshold.make_polynomial(circle, each) for each in keys)
    inputs = threshold.make_inputs(circle, polynomials)
    outputs = tuple(
        threshold.make_output(circle, each, given) for each, given in zip(keys, inputs, strict=True)
    )
    return Ceremony(
        keys, circle, polynomials, outputs, threshold.make_parameters(circle, polynomials, outputs)
    )


@cache
def two_of_three() -> Ceremony:
    """One honest ceremony for the tests that only read it."""
    return ceremony(3, 2)


def older_form(keyrings: Sequence[Keyring], parameters: ThresholdParameters) -> ThresholdParameters:
    """Neither contexts nor second signatures, as before 2.5.1."""
    certs = []
    for each in keyrings:
        public = certificates.public_keys(GROUP, each)
        said = CertKeys(
            verification=GROUP.serialise(public.verification), encryption=GROUP.serialise(public.encryption)
        )
        certs.append(certificates.sign(GROUP, each, encode(said).decode()))
    keys = tuple(replace(key, signature=UNSET) for key in parameters.verification_keys)
    return replace(parameters, certs=tuple(certs), signatures=UNSET, verification_keys=keys)


@dataclass(frozen=True)
class ThresholdElection:
    """One mandatory key (owner 1) and a circle of three (owners 2 to 4), two of whom decrypt."""

    context: ElectionContext
    trustees_body: bytes
    trustees: VerifiedTrustees
    secrets: dict[int, int]  # owner -> private key
    weights: dict[str, int]
    ballots: tuple[bytes, ...]

    def tallied(self, weighted: bool) -> tuple[tally.Tally, int, int]:
        weights = self.weights if weighted else dict.fromkeys(self.weights, 1)
        verified = [verify_ballot(self.context, ballot) for ballot in self.ballots]
        return tally.encrypted_tally(self.context, verified, weights)

    def links(self, weighted: bool, owners: Collection[int]) -> list[Link]:
        """The whole record, with the shares of `owners` in that order; a Result only if they suffice."""
        listed = sorted(f"{key},{weight}" if weighted else key for key, weight in self.weights.items())
        links = [
            make_link(None, "Setup", setup_records(self.context.body, self.trustees_body, encode(listed)))
        ]
        for ballot in self.ballots:
            links.append(make_link(links[-1], "Ballot", (ballot,)))
        links.append(make_link(links[-1], "EndBallots"))
        sums, number, total = self.tallied(weighted)
        links.append(make_link(links[-1], "EncryptedTally", tally.tally_json(GROUP, sums, number, total)))
        bodies = {
            owner: tally.partial_decryption(self.context, sums, self.secrets[owner]) for owner in owners
        }
        for owner, body in bodies.items():
            links.append(make_link(links[-1], "PartialDecryption", owned(owner, body)))
        if self.trustees.suffice(owners):
            shares = verify_shares(self.context, sums, self.trustees, bodies)
            factors = synthetic_factors(GROUP, self.trustees, shares.valid)
            counts = tally.decrypt_result(self.context, sums, factors, total)
            links.append(make_link(links[-1], "Result", (tally.result_json(counts),)))
        return links


def threshold_election(
    parameters: ThresholdParameters | None = None,
    weights: tuple[int, ...] = (8862, 14210, 6248),
    rules: bytes | None = None,
) -> ThresholdElection:
    made = two_of_three()
    server = generate_trustee_key(GROUP)
    body = trustees_json([server.public, parameters or made.parameters])
    verified = verify_trustees(GROUP, body)
    election = Election(
        description=f"rules sha256:{'0' * 64 if rules is None else sha256_hex(rules)}",
        name="门限",
        group=GROUP.name,
        public_key=GROUP.serialise(verified.election_key),
        questions=QUESTIONS,
        uuid=new_uuid(),
    )
    context = decode_election(encode(election))
    private = tuple(credentials.generate() for _ in weights)
    public = [credentials.public_credential(GROUP, election.uuid, each) for each in private]
    ballots = tuple(
        encrypt_ballot(context, each, choice) for each, choice in zip(private, CHOICES, strict=True)
    )
    secrets = dict(enumerate((server.secret, *made.secrets), 1))
    return ThresholdElection(
        context, body, verified, secrets, dict(zip(public, weights, strict=True)), ballots
    )
