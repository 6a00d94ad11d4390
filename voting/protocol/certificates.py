"""Certificates: how the trustees of a threshold ceremony know each other (sections 4.6.1 and 4.6.2).

1. Each trustee has one secret, a seed of 22 Base58 characters, from which its two private keys follow.
2. A certificate is the two public keys with their context (group, size, threshold, index), signed.
3. The whole set of certificates is fixed before anybody deals a polynomial: whatever is signed later names
   it, so that nobody can be replaced and nobody can choose a key after having seen the others' polynomials.

The context came with version 2.5.1 of the protocol. Sets without it are read in old records only.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import msgspec
from msgspec import UNSET, UnsetType

from voting.errors import Refusal, Refused
from voting.protocol.credentials import BASE58
from voting.protocol.encoding import decode, encode, sha256_hex
from voting.protocol.group import Element, Group
from voting.protocol.proofs import Proof, message_signature_valid, sign_message

SEED_LENGTH = 22  # Base58 characters, about 129 bits
# Hexadecimal, read out on the telephone. A server that shows two trustees two sets makes up certificates in
# both, so it needs two that collide: 2^64 trials for 32 digits, and only 2^32 for half as many.
CHECK_CODE_DIGITS = 32


class SignedMessage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A text and the signature of its author (section 4.6.1)."""

    message: str
    signature: Proof


class Context(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a trustee agrees to take part in: `threshold` of `size`, as number `index` from 1."""

    group: str
    size: int
    threshold: int
    index: int


class CertKeys(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a certificate says (section 4.6.2; `context` since 2.5.1)."""

    context: Context | UnsetType = UNSET
    verification: str
    encryption: str


class Keyring(NamedTuple):
    """A trustee's two private keys."""

    signing: int
    decryption: int


class Member(NamedTuple):
    """A trustee's two public keys, from a verified certificate."""

    verification: Element
    encryption: Element


@dataclass(frozen=True)
class Circle:
    """A verified set of certificates: who deals with whom, and how many of them decrypt."""

    group: Group
    threshold: int
    certificates: tuple[SignedMessage, ...]
    members: tuple[Member, ...]

    @property
    def size(self) -> int:
        """How many trustees there are."""
        return len(self.members)

    def index_of(self, keyring: Keyring) -> int:
        """The number, from 1, of the trustee with these keys. Raises `Refused` CERTIFICATE_NOT_FOUND."""
        own = public_keys(self.group, keyring)
        for index, member in enumerate(self.members, 1):
            if member == own:
                return index
        raise Refused(Refusal.CERTIFICATE_NOT_FOUND)


def check_code(certificates: Sequence[SignedMessage]) -> str:
    """What trustees compare with each other outside the server, which could show each another set: the
    beginning of SHA-256 of the JSON array of certificates, in groups of four digits."""
    digits = sha256_hex(encode(certificates))[:CHECK_CODE_DIGITS]
    return " ".join(digits[start : start + 4] for start in range(0, CHECK_CODE_DIGITS, 4))


def new_seed() -> str:
    """A trustee's new secret."""
    return "".join(secrets.choice(BASE58) for _ in range(SEED_LENGTH))


def keyring(group: Group, seed: str) -> Keyring:
    """The keys of a seed (section 4.6.1). Raises `Refused` SEED_MALFORMED."""
    if len(seed) != SEED_LENGTH or any(character not in BASE58 for character in seed):
        raise Refused(Refusal.SEED_MALFORMED)
    # SHA-256 modulo q is what `challenge` computes of any text.
    return Keyring(group.challenge(f"sk|{seed}"), group.challenge(f"dk|{seed}"))


def public_keys(group: Group, keys: Keyring) -> Member:
    """The public halves."""
    return Member(group.generator.power(keys.signing), group.generator.power(keys.decryption))


def sign(group: Group, keys: Keyring, message: str) -> SignedMessage:
    """`message` with the signature of these keys' owner."""
    return SignedMessage(message, sign_message(group, keys.signing, message))


def make_certificate(group: Group, keys: Keyring, size: int, threshold: int, index: int) -> SignedMessage:
    """The certificate of trustee number `index`. Raises `Refused` THRESHOLD_OUT_OF_RANGE."""
    _check_range(size, threshold, index)
    public = public_keys(group, keys)
    said = CertKeys(
        context=Context(group.name, size, threshold, index),
        verification=group.serialise(public.verification),
        encryption=group.serialise(public.encryption),
    )
    return sign(group, keys, encode(said).decode())


def check_certificate(
    group: Group, certificate: SignedMessage, context: Context | UnsetType, trustee: int
) -> Member:
    """The keys in a certificate that must have this context; `trustee` is its number for a refusal.

    Raises `Refused` JSON_*, ELEMENT_*, CERTIFICATE_CONTEXT or CERTIFICATE_INVALID.
    """
    place = f"trustee {trustee}"
    said = decode(CertKeys, certificate.message.encode(), "certificate")
    if said.context != context:
        raise Refused(Refusal.CERTIFICATE_CONTEXT, trustee=trustee)
    member = Member(group.element(said.verification, place), group.element(said.encryption, place))
    if not message_signature_valid(
        group, member.verification, certificate.message, certificate.signature, place
    ):
        raise Refused(Refusal.CERTIFICATE_INVALID, trustee=trustee)
    return member


def check_certificates(
    group: Group,
    certificates: Sequence[SignedMessage],
    threshold: int | None = None,
    *,
    first: int = 1,
    with_context: bool = True,
) -> Circle:
    """The verified circle of a whole set, in order (section 3.1.1, "S assembles Γ").

    Without `threshold`, it is that of the first certificate; all must agree with it. `first` is the number of
    the first trustee in refusals. Raises what `check_certificate` raises, THRESHOLD_SHAPE,
    THRESHOLD_OUT_OF_RANGE and CERTIFICATE_DUPLICATE.
    """
    if not certificates:
        raise Refused(Refusal.THRESHOLD_SHAPE, what="certs")
    if threshold is None:
        said = decode(CertKeys, certificates[0].message.encode(), "certificate").context
        if said is UNSET:
            raise Refused(Refusal.CERTIFICATE_CONTEXT, trustee=first)
        threshold = said.threshold
    size = len(certificates)
    _check_range(size, threshold, 1)
    members: list[Member] = []
    known: set[Element] = set()
    for index, certificate in enumerate(certificates, 1):
        context = Context(group.name, size, threshold, index) if with_context else UNSET
        member = check_certificate(group, certificate, context, first + index - 1)
        if known.intersection(member) or member.verification == member.encryption:
            raise Refused(Refusal.CERTIFICATE_DUPLICATE, trustee=first + index - 1)
        known.update(member)
        members.append(member)
    return Circle(group, threshold, tuple(certificates), tuple(members))


def _check_range(size: int, threshold: int, index: int) -> None:
    if not (1 <= threshold <= size and 1 <= index <= size):
        raise Refused(Refusal.THRESHOLD_OUT_OF_RANGE, threshold=threshold, size=size, index=index)
