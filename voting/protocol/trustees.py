"""Who decrypts (sections 3.1.1, 4.5 and 4.7): mandatory keys ("Single") and threshold circles ("Pedersen").

Owners are numbered from 1 over all keys of the structure, in order; the election key is the product of the
parts. Verified, a mandatory key is a quorum of one of one.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import NamedTuple

import msgspec

from voting.errors import Refusal, Refused
from voting.protocol.encoding import decode, encode
from voting.protocol.group import Element, Group
from voting.protocol.pedersen import Quorum, ThresholdParameters, verify_parameters
from voting.protocol.proofs import Proof, key_proof_valid, prove_key


class TrusteePublicKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A public key and the proof that its owner knows the private one (section 4.5)."""

    pok: Proof
    public_key: str


class TrusteeKey(NamedTuple):
    """A trustee's private key x and its published half."""

    secret: int
    public: TrusteePublicKey


class Single(msgspec.Struct, frozen=True, tag=True, array_like=True, forbid_unknown_fields=True):
    """["Single", key]: this trustee must take part."""

    key: TrusteePublicKey


class Pedersen(msgspec.Struct, frozen=True, tag=True, array_like=True, forbid_unknown_fields=True):
    """["Pedersen", parameters]: as many of these trustees as the threshold says."""

    parameters: ThresholdParameters


@dataclass(frozen=True)
class VerifiedTrustees:
    """A verified trustees structure; only `verify_trustees` makes it."""

    quorums: tuple[Quorum, ...]
    election_key: Element

    @property
    def keys(self) -> tuple[Element, ...]:
        """Every public key; owner n is the n-th."""
        return tuple(key for quorum in self.quorums for key in quorum.keys)

    def key_of(self, owner: int) -> Element:
        """The public key of an owner. Raises `Refused` TRUSTEE_NOT_IN_ELECTION."""
        if not 1 <= owner <= len(self.keys):
            raise Refused(Refusal.TRUSTEE_NOT_IN_ELECTION)
        return self.keys[owner - 1]

    def circle_owner(self, number: int) -> int:
        """The owner's number of trustee `number` (from 1) of the circle. Refuses TRUSTEE_NOT_IN_ELECTION."""
        for quorum, owners in self.numbered():
            if quorum.circle is not None and 1 <= number <= len(owners):
                return owners[number - 1]
        raise Refused(Refusal.TRUSTEE_NOT_IN_ELECTION)

    @property
    def signed(self) -> bool:
        """Whether every circle has the signatures that show its members' agreement (since 2.5.1)."""
        return all(quorum.signed for quorum in self.quorums)

    def numbered(self) -> tuple[tuple[Quorum, range], ...]:
        """Each quorum with the numbers of its owners."""
        numbered, first = [], 1
        for quorum in self.quorums:
            numbered.append((quorum, range(first, first + len(quorum.keys))))
            first += len(quorum.keys)
        return tuple(numbered)

    def suffice(self, owners: Collection[int]) -> bool:
        """Whether these owners can decrypt: of each quorum as many as its threshold."""
        return all(
            sum(owner in owners for owner in numbers) >= quorum.threshold
            for quorum, numbers in self.numbered()
        )


def generate_trustee_key(group: Group) -> TrusteeKey:
    """A new key of one trustee, with its proof (section 4.5)."""
    secret = group.random_scalar()
    public = group.generator.power(secret)
    return TrusteeKey(secret, TrusteePublicKey(prove_key(group, secret, public), group.serialise(public)))


def trustees_json(parts: Sequence[TrusteePublicKey | ThresholdParameters]) -> bytes:
    """The canonical trustees structure (section 4.7)."""
    return encode([Single(part) if isinstance(part, TrusteePublicKey) else Pedersen(part) for part in parts])


def verify_trustees(group: Group, body: bytes) -> VerifiedTrustees:
    """The verified keys of a trustees structure, in order (section 4.7).

    Raises `Refused` JSON_*, ELEMENT_*, TRUSTEE_KEY_PROOF_INVALID with the trustee's number from 1, and what
    `pedersen.verify_parameters` raises.
    """
    parts = decode(tuple[Single | Pedersen, ...], body, "trustees")
    if not parts:
        raise Refused(Refusal.JSON_MALFORMED, what="trustees")
    quorums: list[Quorum] = []
    first = 1
    for part in parts:
        if isinstance(part, Pedersen):
            quorums.append(verify_parameters(group, part.parameters, first))
        else:
            quorums.append(_verify_single(group, part.key, first))
        first += len(quorums[-1].keys)
    return VerifiedTrustees(tuple(quorums), reduce(group.multiply, [quorum.key for quorum in quorums]))


def _verify_single(group: Group, key: TrusteePublicKey, trustee: int) -> Quorum:
    place = f"trustee {trustee}"
    public = group.element(key.public_key, place)
    if not key_proof_valid(group, public, key.pok, place):
        raise Refused(Refusal.TRUSTEE_KEY_PROOF_INVALID, trustee=trustee)
    return Quorum(1, (public,), public)
