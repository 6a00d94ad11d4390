"""Zero-knowledge proofs (sections 4.5, 4.12, 4.13, 4.14 and 4.18).

Provers know the randomness r of a ciphertext, so every power they take has base g or y: where the
specification writes alpha^c they compute g^(r c). Verifiers pay two free powers for each pair (A, B).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import msgspec

from voting.protocol.group import Base, Element, FixedBase, Group


class Proof(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A challenge and a response, decimal strings in [0, q)."""

    challenge: str
    response: str


class Pair(NamedTuple):
    """An ElGamal ciphertext: alpha = g^r, beta = y^r g^m."""

    alpha: Element
    beta: Element


class Bases(NamedTuple):
    """A ciphertext whose elements a verifier raises to several powers."""

    alpha: Base
    beta: Base

    @property
    def pair(self) -> Pair:
        """The ciphertext."""
        return Pair(self.alpha.element, self.beta.element)


class Opening(NamedTuple):
    """What the one who encrypted knows: the randomness r and the plaintext m."""

    randomness: int
    plaintext: int


def written(group: Group, pairs: Sequence[Pair]) -> str:
    """alpha,beta of each pair, joined by commas: as hashes take them."""
    return ",".join(f"{group.serialise(pair.alpha)},{group.serialise(pair.beta)}" for pair in pairs)


@dataclass(frozen=True)
class Key:
    """A group and an election key y with the tables of g and y that all ballots share."""

    group: Group
    y: FixedBase

    @property
    def g(self) -> FixedBase:
        """Powers of the generator."""
        return self.group.generator

    def encrypt(self, opening: Opening) -> Pair:
        """(g^r, y^r g^m), section 4.11.1."""
        beta = self.y.power(opening.randomness)
        if opening.plaintext:
            beta = self.group.multiply(beta, self.g.power(opening.plaintext))
        return Pair(self.g.power(opening.randomness), beta)

    @cached_property
    def _inverses(self) -> dict[int, Element]:
        return {}

    def claim(self, beta: Base, value: int, challenge: int) -> Element:
        """(beta / g^value)^challenge: what a branch that claims `value` takes."""
        if value == 0:
            return beta.power(challenge)
        if beta.shared:
            return self.group.multiply(beta.power(challenge), self.g.power(-value * challenge))
        inverse = self._inverses.get(value)  # the few values of a question come again and again
        if inverse is None:
            inverse = self._inverses[value] = self.g.power(-value)
        return self.group.power(self.group.multiply(beta.element, inverse), challenge)

    def bases(self, pair: Pair, powers: int) -> "Bases":
        """A ciphertext ready for so many powers of each element."""
        return Bases(self.group.base(pair.alpha, powers), self.group.base(pair.beta, powers))


class _Branch(NamedTuple):
    """One case of a disjunction: the ciphertext (alpha, beta) encrypts `value`."""

    pair: Pair
    value: int
    opening: Opening


def _knowledge(group: Group, secret: int, prefix: str) -> Proof:
    """A Schnorr proof whose challenge hashes `prefix` followed by the commitment."""
    w = group.random_scalar()
    challenge = group.challenge(prefix + group.serialise(group.generator.power(w)))
    return Proof(str(challenge), str(int((w - secret * challenge) % group.q)))


def _knowledge_valid(group: Group, public: Element, prefix: str, proof: Proof, place: str) -> bool:
    challenge = group.scalar(proof.challenge, place)
    response = group.scalar(proof.response, place)
    commitment = group.multiply(group.generator.power(response), group.power(public, challenge))
    return group.challenge(prefix + group.serialise(commitment)) == challenge


def prove_key(group: Group, secret: int, public: Element) -> Proof:
    """Proof of knowledge of a trustee's private key (section 4.5)."""
    return _knowledge(group, secret, f"pok|{group.name}|{group.serialise(public)}|")


def key_proof_valid(group: Group, public: Element, proof: Proof, place: str) -> bool:
    """Whether `proof` shows knowledge of the private key of `public` (section 4.5)."""
    return _knowledge_valid(group, public, f"pok|{group.name}|{group.serialise(public)}|", proof, place)


def sign_ballot(group: Group, secret: int, ballot_hash: str) -> Proof:
    """The signature of a ballot with a credential's secret exponent (section 4.14)."""
    return _knowledge(group, secret, f"sig|{ballot_hash}|")


def ballot_signature_valid(group: Group, public: Element, ballot_hash: str, proof: Proof, place: str) -> bool:
    """Whether the credential `public` signed `ballot_hash` (section 4.14)."""
    return _knowledge_valid(group, public, f"sig|{ballot_hash}|", proof, place)


def sign_message(group: Group, secret: int, message: str) -> Proof:
    """The signature of a signed_msg (section 4.6.1)."""
    return _knowledge(group, secret, f"sigmsg|{message}|")


def message_signature_valid(group: Group, public: Element, message: str, proof: Proof, place: str) -> bool:
    """Whether `public` signed `message` (section 4.6.1)."""
    return _knowledge_valid(group, public, f"sigmsg|{message}|", proof, place)


def prove_decryption(
    group: Group, election: str, secret: int, public: Element, alpha: Element
) -> tuple[Element, Proof]:
    """A decryption factor alpha^x and the proof that it was computed with the key X (section 4.18)."""
    factor = group.secret_power(alpha, secret)
    w = group.random_scalar()
    commitments = written(group, [Pair(group.generator.power(w), group.secret_power(alpha, w))])
    challenge = group.challenge(f"decrypt|{election}|{group.serialise(public)}|{commitments}")
    return factor, Proof(str(challenge), str(int((w - secret * challenge) % group.q)))


def decryption_proof_valid(
    group: Group, election: str, public: Element, alpha: Element, factor: Element, proof: Proof, place: str
) -> bool:
    """Whether `factor` is alpha raised to the private key of `public` (section 4.18)."""
    challenge = group.scalar(proof.challenge, place)
    response = group.scalar(proof.response, place)
    a = group.multiply(group.generator.power(response), group.power(public, challenge))
    b = group.multiply(group.power(alpha, response), group.power(factor, challenge))
    commitments = written(group, [Pair(a, b)])
    return group.challenge(f"decrypt|{election}|{group.serialise(public)}|{commitments}") == challenge


def _prove_disjunction(
    key: Key, prefix: str, branches: Sequence[_Branch], true_branch: int
) -> tuple[Proof, ...]:
    """Proofs of which only the branch `true_branch` need hold; the others are simulated."""
    group, q = key.group, int(key.group.q)
    commitments: list[Pair] = []
    challenges: list[int] = []
    responses: list[int] = []
    for branch in branches:
        challenge, response = group.random_scalar(), group.random_scalar()
        # A simulated branch. In the true one challenge and response are replaced below, and w stands for
        # response + r challenge, so that every branch costs the same: which one is true takes no other time.
        w = (response + branch.opening.randomness * challenge) % q
        b = group.multiply(key.y.power(w), key.g.power((branch.opening.plaintext - branch.value) * challenge))
        commitments.append(Pair(key.g.power(w), b))
        challenges.append(challenge)
        responses.append(response)
    digest = group.challenge(prefix + written(group, commitments))
    randomness = branches[true_branch].opening.randomness
    w = responses[true_branch] + randomness * challenges[true_branch]
    challenges[true_branch] = (digest - sum(challenges) + challenges[true_branch]) % q
    responses[true_branch] = (w - randomness * challenges[true_branch]) % q
    return tuple(Proof(str(c), str(r)) for c, r in zip(challenges, responses, strict=True))


def _disjunction_valid(
    key: Key, prefix: str, branches: Sequence[tuple[Bases, int]], proofs: Sequence[Proof], place: str
) -> bool:
    group = key.group
    commitments: list[Pair] = []
    total = 0
    for (bases, value), proof in zip(branches, proofs, strict=True):
        challenge = group.scalar(proof.challenge, place)
        response = group.scalar(proof.response, place)
        a = group.multiply(key.g.power(response), bases.alpha.power(challenge))
        b = group.multiply(key.y.power(response), key.claim(bases.beta, value, challenge))
        commitments.append(Pair(a, b))
        total += challenge
    return group.challenge(prefix + written(group, commitments)) == total % group.q


def prove_interval(
    key: Key, context: str, pair: Pair, opening: Opening, values: Sequence[int]
) -> tuple[Proof, ...]:
    """iprove(S, r, i, M_0 .. M_k): the pair encrypts one of `values` (section 4.12)."""
    prefix = f"prove|{context}|{written(key.group, [pair])}|"
    branches = [_Branch(pair, value, opening) for value in values]
    return _prove_disjunction(key, prefix, branches, list(values).index(opening.plaintext))


def interval_proof_valid(
    key: Key, context: str, bases: Bases, values: Sequence[int], proofs: Sequence[Proof], place: str
) -> bool:
    """Whether `proofs` (one for each of `values`) show that the pair encrypts one of them (section 4.12)."""
    prefix = f"prove|{context}|{written(key.group, [bases.pair])}|"
    return _disjunction_valid(key, prefix, [(bases, value) for value in values], proofs, place)


def prove_blank(
    key: Key, context: str, blank: tuple[Pair, Opening], total: tuple[Pair, Opening]
) -> tuple[Proof, ...]:
    """blank_proof: m_0 = 0 or m_sum = 0 (section 4.13)."""
    branches = [_Branch(blank[0], 0, blank[1]), _Branch(total[0], 0, total[1])]
    return _prove_disjunction(key, f"bproof0|{context}|", branches, 1 if blank[1].plaintext else 0)


def blank_proof_valid(
    key: Key, context: str, blank: Bases, total: Bases, proofs: Sequence[Proof], place: str
) -> bool:
    """Verifies `prove_blank` (section 4.13.3)."""
    return _disjunction_valid(key, f"bproof0|{context}|", [(blank, 0), (total, 0)], proofs, place)


def prove_blank_or_interval(
    key: Key, context: str, blank: tuple[Pair, Opening], total: tuple[Pair, Opening], values: Sequence[int]
) -> tuple[Proof, ...]:
    """overall_proof with blank: m_0 = 1 or m_sum is one of `values` (section 4.13)."""
    branches = [_Branch(blank[0], 1, blank[1]), *(_Branch(total[0], value, total[1]) for value in values)]
    true_branch = 0 if blank[1].plaintext else 1 + list(values).index(total[1].plaintext)
    return _prove_disjunction(key, f"bproof1|{context}|", branches, true_branch)


def blank_or_interval_proof_valid(
    key: Key,
    context: str,
    blank: Bases,
    total: Bases,
    values: Sequence[int],
    proofs: Sequence[Proof],
    place: str,
) -> bool:
    """Verifies `prove_blank_or_interval` (section 4.13.3)."""
    branches = [(blank, 1), *((total, value) for value in values)]
    return _disjunction_valid(key, f"bproof1|{context}|", branches, proofs, place)
