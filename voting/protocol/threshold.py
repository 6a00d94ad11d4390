"""The key ceremony of a threshold circle (sections 3.1.1 "Pedersen protocol" and 4.6.4 to 4.6.7).

1. Each trustee makes a seed and a certificate; the set of certificates is fixed (`certificates`).
2. Each checks the set, deals a random polynomial: commitments for all, one secret point for each trustee,
   and the coefficients for itself. All of it is signed, the commitments together with the certificates.
3. Points are routed: each trustee's input is what the others (and itself) dealt to it.
4. Each checks its input (g^s_ij is what dealer i committed to) and adds its points up to its private key, of
   which the public half is its output; the private half is sealed to itself.
5. The outputs are checked and published with certificates and commitments (`pedersen`).

The seed alone is secret; everything here may pass through anybody's hands. Every `make` has a `check`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import reduce

import msgspec

from voting.errors import Refusal, Refused
from voting.protocol.certificates import Circle, Keyring, SignedMessage, sign
from voting.protocol.channels import receive, send
from voting.protocol.encoding import decode, encode
from voting.protocol.group import Element, Group
from voting.protocol.pedersen import (
    Commitments,
    RawCommitments,
    ThresholdParameters,
    VerificationKey,
    binding,
    check_commitments,
    check_verification_key,
    committed,
    joint,
    verify_parameters,
)
from voting.protocol.proofs import Proof, prove_key, sign_message


class Polynomial(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a trustee deals (section 4.6.4; `signature` since 2.5.1)."""

    polynomial: str
    secrets: tuple[str, ...]
    coefexps: SignedMessage
    signature: Proof


class Input(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was dealt to a trustee: vinput (section 4.6.5; `signatures` since 2.5.1)."""

    polynomial: str
    secrets: tuple[str, ...]
    coefexps: tuple[SignedMessage, ...]
    signatures: tuple[Proof, ...]


class Output(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A trustee's keys: voutput (section 4.6.6)."""

    private_key: str
    public_key: VerificationKey


@dataclass(frozen=True)
class VerifiedInput:
    """The private key that follows from an input, and the number of its trustee from 1."""

    trustee: int
    secret: int = field(repr=False)


class _RawPolynomial(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    polynomial: tuple[str, ...]


class _Secret(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    secret: str


class _PartialDecryptionKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    decryption_key: str


def make_polynomial(circle: Circle, keys: Keyring) -> Polynomial:
    """Deal a new random polynomial. Raises `Refused` CERTIFICATE_NOT_FOUND."""
    group = circle.group
    own = circle.members[circle.index_of(keys) - 1]
    coefficients = [group.random_scalar() for _ in range(circle.threshold)]
    commitments = [group.generator.power(coefficient) for coefficient in coefficients]
    public = RawCommitments(tuple(group.serialise(commitment) for commitment in commitments))
    raw = _RawPolynomial(tuple(str(coefficient) for coefficient in coefficients))
    points = [_value(group, coefficients, index) for index in range(1, circle.size + 1)]
    return Polynomial(
        polynomial=send(group, keys, own.encryption, encode(raw).decode()),
        secrets=tuple(
            send(group, keys, member.encryption, encode(_Secret(str(point))).decode())
            for member, point in zip(circle.members, points, strict=True)
        ),
        coefexps=sign(group, keys, encode(public).decode()),
        signature=sign_message(group, keys.signing, binding(circle, commitments)),
    )


def check_polynomial(circle: Circle, index: int, polynomial: Polynomial) -> Commitments:
    """What anybody can check of what trustee `index` dealt; the points are for their recipients to check.

    Raises `Refused` THRESHOLD_SHAPE, COMMITMENT_*, JSON_*, ELEMENT_*.
    """
    if len(polynomial.secrets) != circle.size:
        raise Refused(Refusal.THRESHOLD_SHAPE, what="secrets")
    return check_commitments(circle, index, polynomial.coefexps, polynomial.signature)


def make_inputs(circle: Circle, polynomials: Sequence[Polynomial]) -> tuple[Input, ...]:
    """Route what was dealt to each trustee. Raises what `check_polynomial` raises."""
    _check_polynomials(circle, polynomials)
    return tuple(
        Input(
            own.polynomial,
            tuple(polynomial.secrets[position] for polynomial in polynomials),
            tuple(polynomial.coefexps for polynomial in polynomials),
            tuple(polynomial.signature for polynomial in polynomials),
        )
        for position, own in enumerate(polynomials)
    )


def check_input(circle: Circle, keys: Keyring, given: Input) -> VerifiedInput:
    """Check everything that was dealt to the owner of `keys`.

    A refusal names the dealer: COMMITMENT_*, MESSAGE_*, SHARE_INVALID; OWN_POLYNOMIAL_DIFFERS when what is
    said to come from the owner does not; THRESHOLD_SHAPE, CERTIFICATE_NOT_FOUND, JSON_*, ELEMENT_*, SCALAR_*.
    """
    group, size, index = circle.group, circle.size, circle.index_of(keys)
    if (len(given.secrets), len(given.coefexps), len(given.signatures)) != (size, size, size):
        raise Refused(Refusal.THRESHOLD_SHAPE, what="vinput")
    dealers = [
        check_commitments(circle, dealer, coefexps, signature)
        for dealer, (coefexps, signature) in enumerate(zip(given.coefexps, given.signatures, strict=True), 1)
    ]
    _check_own(circle, keys, given.polynomial, dealers[index - 1], index)
    total = 0
    for dealer, (sealed, commitments) in enumerate(zip(given.secrets, dealers, strict=True), 1):
        message = receive(group, keys, circle.members[dealer - 1].verification, sealed, dealer)
        text = decode(_Secret, message.encode(), "secret").secret
        point = group.scalar(text, f"trustee {dealer}")
        if group.generator.power(point) != committed(group, commitments, index):
            raise Refused(Refusal.SHARE_INVALID, trustee=dealer)
        total += point
    return VerifiedInput(index, int(total % group.q))


def make_output(circle: Circle, keys: Keyring, given: Input) -> Output:
    """Check the input and make the trustee's keys of it. Raises what `check_input` raises."""
    group = circle.group
    own = check_input(circle, keys, given)
    public = group.generator.power(own.secret)
    sealed = encode(_PartialDecryptionKey(str(own.secret))).decode()
    return Output(
        send(group, keys, circle.members[own.trustee - 1].encryption, sealed),
        VerificationKey(
            pok=prove_key(group, own.secret, public),
            public_key=group.serialise(public),
            signature=sign_message(group, keys.signing, group.serialise(public)),
        ),
    )


def check_output(circle: Circle, polynomials: Sequence[Polynomial], index: int, output: Output) -> Element:
    """The public key of trustee `index`.

    Raises `Refused` THRESHOLD_SHAPE without a signature, and what `pedersen.check_verification_key` raises.
    """
    if output.public_key.signature is msgspec.UNSET:
        raise Refused(Refusal.THRESHOLD_SHAPE, what="signature")
    commitments = joint(circle.group, _check_polynomials(circle, polynomials))
    expected = committed(circle.group, commitments, index)
    return check_verification_key(circle, index, output.public_key, expected)


def make_parameters(
    circle: Circle, polynomials: Sequence[Polynomial], outputs: Sequence[Output]
) -> ThresholdParameters:
    """What is published with the election; checked as every verifier will (`pedersen.verify_parameters`)."""
    parameters = ThresholdParameters(
        threshold=circle.threshold,
        certs=circle.certificates,
        coefexps=tuple(polynomial.coefexps for polynomial in polynomials),
        signatures=tuple(polynomial.signature for polynomial in polynomials),
        verification_keys=tuple(output.public_key for output in outputs),
    )
    verify_parameters(circle.group, parameters)
    return parameters


def open_private_key(group: Group, keys: Keyring, private_key: str) -> int:
    """The private key that a trustee had sealed to itself in its output. Raises what `receive` raises."""
    message = receive(group, keys, group.generator.power(keys.signing), private_key, 0)
    return group.scalar(decode(_PartialDecryptionKey, message.encode(), "key").decryption_key, "key")


def _check_polynomials(circle: Circle, polynomials: Sequence[Polynomial]) -> list[Commitments]:
    if len(polynomials) != circle.size:
        raise Refused(Refusal.THRESHOLD_SHAPE, what="polynomials")
    return [check_polynomial(circle, index, each) for index, each in enumerate(polynomials, 1)]


def _check_own(circle: Circle, keys: Keyring, sealed: str, commitments: Commitments, index: int) -> None:
    """What is dealt in the owner's name is what the owner dealt: no other polynomial was put in its place."""
    group = circle.group
    message = receive(group, keys, circle.members[index - 1].verification, sealed, index)
    texts = decode(_RawPolynomial, message.encode(), "polynomial").polynomial
    own = tuple(group.generator.power(group.scalar(text, "polynomial")) for text in texts)
    if own != commitments:
        raise Refused(Refusal.OWN_POLYNOMIAL_DIFFERS)


def _value(group: Group, coefficients: Sequence[int], point: int) -> int:
    return int(reduce(lambda value, a: (value * point + a) % group.q, reversed(coefficients)))
