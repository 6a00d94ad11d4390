"""Trustees who each hold a whole key ("Single", sections 3.1.1, 4.5 and 4.7)."""

from collections.abc import Sequence
from functools import reduce
from typing import Literal, NamedTuple

import msgspec

from voting.errors import Refusal, Refused
from voting.protocol.encoding import decode, encode
from voting.protocol.group import Element, Group
from voting.protocol.proofs import Proof, key_proof_valid, prove_key


class TrusteePublicKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A public key and the proof that its owner knows the private one (section 4.5)."""

    pok: Proof
    public_key: str


class TrusteeKey(NamedTuple):
    """A trustee's private key x and its published half."""

    secret: int
    public: TrusteePublicKey


Trustees = tuple[tuple[Literal["Single"], TrusteePublicKey], ...]


def generate_trustee_key(group: Group) -> TrusteeKey:
    """A new key of one trustee, with its proof (section 4.5)."""
    secret = group.random_scalar()
    public = group.generator.power(secret)
    return TrusteeKey(secret, TrusteePublicKey(prove_key(group, secret, public), group.serialise(public)))


def trustees_json(keys: Sequence[TrusteePublicKey]) -> bytes:
    """The canonical trustees structure of mandatory trustees (section 4.7)."""
    return encode([("Single", key) for key in keys])


def verify_trustees(group: Group, body: bytes) -> tuple[Element, ...]:
    """The verified public keys of a trustees structure, in order (section 4.7).

    Raises `Refused` JSON_*, ELEMENT_* or TRUSTEE_KEY_PROOF_INVALID with the trustee's number from 1.
    """
    trustees = decode(Trustees, body, "trustees")
    if not trustees:
        raise Refused(Refusal.JSON_MALFORMED, what="trustees")
    keys = []
    for number, (_, trustee) in enumerate(trustees, 1):
        place = f"trustee {number}"
        public = group.element(trustee.public_key, place)
        if not key_proof_valid(group, public, trustee.pok, place):
            raise Refused(Refusal.TRUSTEE_KEY_PROOF_INVALID, trustee=number)
        keys.append(public)
    return tuple(keys)


def election_key(group: Group, keys: Sequence[Element]) -> Element:
    """y, the product of the trustees' keys (section 3.1.1)."""
    return reduce(group.multiply, keys)
