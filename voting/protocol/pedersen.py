"""What is published of a threshold ceremony, and its verification (sections 4.6.4, 4.6.7 and 4.7).

1. The certificates are valid, distinct, and agree on group, size, threshold and order.
2. Each trustee's commitments A_k = g^(a_k) to its polynomial are as many as the threshold and signed, twice:
   alone, and together with the whole set of certificates.
3. Each verification key is the product of what the commitments of all dealers say of that trustee; it has a
   proof of knowledge, and the trustee's signature.
4. The circle's part of the election key is the product of all A_0.

Records of versions before 2.5.1 lack the contexts and the second signatures. They are accepted whole, never
mixed with the newer form: what the result rests on (points 3 and 4) is checked in the same way, only the
trustees' agreement on the circle is then not shown, and `Quorum.signed` says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import msgspec
from msgspec import UNSET, UnsetType

from voting.errors import Refusal, Refused
from voting.protocol.certificates import Circle, SignedMessage, check_certificates
from voting.protocol.encoding import decode, encode
from voting.protocol.group import Element, Group
from voting.protocol.proofs import Proof, key_proof_valid, message_signature_valid

Commitments = tuple[Element, ...]  # A_0 .. A_(threshold - 1) of one dealer


class VerificationKey(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A trustee's public key with its proof (section 4.5); `signature` since 3.0."""

    pok: Proof
    public_key: str
    signature: Proof | UnsetType = UNSET


class ThresholdParameters(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Published with the election (section 4.6.7); `signatures` since 2.5.1."""

    threshold: int
    certs: tuple[SignedMessage, ...]
    coefexps: tuple[SignedMessage, ...]
    signatures: tuple[Proof, ...] | UnsetType = UNSET
    verification_keys: tuple[VerificationKey, ...]


class RawCommitments(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a dealer signs as `coefexps` (section 4.6.4)."""

    coefexps: tuple[str, ...]


class _Certs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    certs: tuple[SignedMessage, ...]
    coefexps: tuple[str, ...]


@dataclass(frozen=True)
class Quorum:
    """Verified keys, `threshold` of which decrypt together; a mandatory key is one of one.

    `key` is their part of the election key. `circle` has the certificates of a threshold circle; `signed` is
    False where they come from before 2.5.1.
    """

    threshold: int
    keys: tuple[Element, ...]
    key: Element
    circle: Circle | None = None
    signed: bool = True


def binding(circle: Circle, commitments: Sequence[Element]) -> str:
    """The text that binds a dealer's commitments to the whole set of certificates."""
    said = _Certs(circle.certificates, tuple(circle.group.serialise(each) for each in commitments))
    return f"certs_sig|{encode(said).decode()}"


def check_commitments(
    circle: Circle, index: int, coefexps: SignedMessage, signature: Proof | UnsetType, *, first: int = 1
) -> Commitments:
    """The commitments of dealer `index` (from 1); `first` is the first trustee's number in refusals.

    Raises `Refused` JSON_*, ELEMENT_*, COMMITMENT_INVALID, COMMITMENT_LENGTH, COMMITMENT_NOT_BOUND.
    """
    group, dealer, trustee = circle.group, circle.members[index - 1].verification, first + index - 1
    place = f"trustee {trustee}"
    if not message_signature_valid(group, dealer, coefexps.message, coefexps.signature, place):
        raise Refused(Refusal.COMMITMENT_INVALID, trustee=trustee)
    texts = decode(RawCommitments, coefexps.message.encode(), "coefexps").coefexps
    if len(texts) != circle.threshold:
        raise Refused(Refusal.COMMITMENT_LENGTH, trustee=trustee)
    commitments = tuple(group.element(text, place) for text in texts)
    if signature is not UNSET and not message_signature_valid(
        group, dealer, binding(circle, commitments), signature, place
    ):
        raise Refused(Refusal.COMMITMENT_NOT_BOUND, trustee=trustee)
    return commitments


def committed(group: Group, commitments: Sequence[Element], index: int) -> Element:
    """g^f(index) = product of A_k^(index^k), by Horner's rule: every exponent is small."""
    return reduce(
        lambda value, commitment: group.multiply(group.power(value, index), commitment), reversed(commitments)
    )


def joint(group: Group, dealers: Sequence[Commitments]) -> Commitments:
    """The commitments to the sum of all polynomials."""
    return tuple(reduce(group.multiply, column) for column in zip(*dealers, strict=True))


def check_verification_key(
    circle: Circle, index: int, key: VerificationKey, expected: Element, *, first: int = 1
) -> Element:
    """The key of trustee `index`, which must be `expected`.

    Raises `Refused` ELEMENT_*, VERIFICATION_KEY_MISMATCH, TRUSTEE_KEY_PROOF_INVALID,
    VERIFICATION_KEY_SIGNATURE_INVALID.
    """
    group, trustee = circle.group, first + index - 1
    place = f"trustee {trustee}"
    public = group.element(key.public_key, place)
    if public != expected:
        raise Refused(Refusal.VERIFICATION_KEY_MISMATCH, trustee=trustee)
    if not key_proof_valid(group, public, key.pok, place):
        raise Refused(Refusal.TRUSTEE_KEY_PROOF_INVALID, trustee=trustee)
    owner = circle.members[index - 1].verification
    if key.signature is not UNSET and not message_signature_valid(
        group, owner, key.public_key, key.signature, place
    ):
        raise Refused(Refusal.VERIFICATION_KEY_SIGNATURE_INVALID, trustee=trustee)
    return public


def verify_parameters(group: Group, parameters: ThresholdParameters, first: int = 1) -> Quorum:
    """Steps 1 to 4; `first` is the first trustee's number among all owners.

    Raises `Refused` THRESHOLD_SHAPE, THRESHOLD_OUT_OF_RANGE and what the checks above raise.
    """
    size = len(parameters.certs)
    signatures = parameters.signatures
    signed = signatures is not UNSET
    if signatures is UNSET:
        signatures = ()
    for what, there in (
        ("coefexps", len(parameters.coefexps)),
        ("verification_keys", len(parameters.verification_keys)),
        ("signatures", len(signatures) if signed else size),
    ):
        if there != size:
            raise Refused(Refusal.THRESHOLD_SHAPE, what=what)
    if any((key.signature is not UNSET) != signed for key in parameters.verification_keys):
        raise Refused(Refusal.THRESHOLD_SHAPE, what="signature")
    circle = check_certificates(
        group, parameters.certs, parameters.threshold, first=first, with_context=signed
    )
    dealers = [
        check_commitments(circle, index, coefexps, signatures[index - 1] if signed else UNSET, first=first)
        for index, coefexps in enumerate(parameters.coefexps, 1)
    ]
    commitments = joint(group, dealers)
    keys = tuple(
        check_verification_key(circle, index, key, committed(group, commitments, index), first=first)
        for index, key in enumerate(parameters.verification_keys, 1)
    )
    # Decoded once more because a circle whose polynomials cancel out would protect nothing.
    key = group.element(group.serialise(commitments[0]), f"trustee {first}")
    return Quorum(circle.threshold, keys, key, circle, signed)
