"""Tally: weighted product of ballots, partial decryptions, result (sections 4.16, 4.18 and 4.19)."""

from collections.abc import Iterable, Sequence
from math import isqrt
from typing import TypeVar

import msgspec

from voting.errors import Refusal, Refused, placed
from voting.protocol.ballot import Ciphertext, UnsafeBallot, VerifiedBallot
from voting.protocol.election import ElectionContext, Question
from voting.protocol.encoding import decode, encode, integer_of, plain_integer, sha256_hex
from voting.protocol.group import Element, Group
from voting.protocol.proofs import Pair, Proof, decryption_proof_valid, prove_decryption

Tally = tuple[tuple[Pair, ...], ...]  # for each question, for each of its ciphertexts
Matrix = tuple[tuple[Element, ...], ...]

Counted = TypeVar("Counted", VerifiedBallot, UnsafeBallot)

_CIPHERTEXTS = tuple[tuple[Ciphertext, ...], ...]


class SizedTally(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The payload of an EncryptedTally event; `total_weight` is a string above 2^30 - 1."""

    num_tallied: int
    total_weight: int | str
    encrypted_tally: str


class PartialDecryption(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One trustee's factors and proofs, in the shape of the tally (section 4.18)."""

    decryption_factors: tuple[tuple[str, ...], ...]
    decryption_proofs: tuple[tuple[Proof, ...], ...]


class OwnedPartialDecryption(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The payload of a PartialDecryption event: who (from 1) and the record's hash."""

    owner: int
    payload: str


class Result(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Counts for each question and answer (section 4.19)."""

    result: tuple[tuple[int | str, ...], ...]


def beyond(most: int) -> Refusal:
    """What refuses the first ballot too many of a credential that may cast so many."""
    return Refusal.BALLOT_SECOND if most == 1 else Refusal.BALLOT_THIRD


def check_cast(ballots: Iterable[Counted], most: int | None) -> None:
    """Nobody has cast more than `most`. Raises `Refused` BALLOT_SECOND or BALLOT_THIRD with the height."""
    cast: dict[str, int] = {}
    for height, ballot in enumerate(ballots, 1):
        cast[ballot.credential] = cast.get(ballot.credential, 0) + 1
        if most is not None and cast[ballot.credential] > most:
            raise Refused(beyond(most), height=height)


def last_ballots(ballots: Iterable[Counted]) -> tuple[Counted, ...]:
    """The last ballot of each credential, in the order in which they were cast (section 4.15)."""
    last: dict[str, Counted] = {}
    for ballot in ballots:
        last.pop(ballot.credential, None)
        last[ballot.credential] = ballot
    return tuple(last.values())


def encrypted_tally(
    election: ElectionContext, ballots: Iterable[Counted], weights: dict[str, int]
) -> tuple[Tally, int, int]:
    """The tally of the last ballots, their number and their total weight (section 4.16)."""
    group = election.group
    one = group.identity
    rows = [[[one, one] for _ in range(question.width)] for question in election.election.questions]
    number = total = 0
    for ballot in last_ballots(ballots):
        weight = weights[ballot.credential]
        number += 1
        total += weight
        for row, pairs in zip(rows, ballot.answers, strict=True):
            for product, pair in zip(row, pairs, strict=True):
                alpha, beta = (
                    pair if weight == 1 else (group.power(pair.alpha, weight), group.power(pair.beta, weight))
                )
                product[0] = group.multiply(product[0], alpha)
                product[1] = group.multiply(product[1], beta)
    return tuple(tuple(Pair(a, b) for a, b in row) for row in rows), number, total


def tally_json(group: Group, tally: Tally, number: int, total: int) -> tuple[bytes, bytes]:
    """The records of an EncryptedTally event: the ciphertexts, and the sized tally that names them."""
    body = encode(
        [
            [Ciphertext(group.serialise(pair.alpha), group.serialise(pair.beta)) for pair in row]
            for row in tally
        ]
    )
    return body, encode(SizedTally(number, plain_integer(total), sha256_hex(body)))


def partial_decryption(election: ElectionContext, tally: Tally, secret: int) -> bytes:
    """One trustee's decryption factors with their proofs (section 4.18)."""
    group = election.group
    public = group.generator.power(secret)
    factors: list[tuple[str, ...]] = []
    proofs: list[tuple[Proof, ...]] = []
    for row in tally:
        made = [prove_decryption(group, election.fingerprint, secret, public, pair.alpha) for pair in row]
        factors.append(tuple(group.serialise(factor) for factor, _ in made))
        proofs.append(tuple(proof for _, proof in made))
    return encode(PartialDecryption(tuple(factors), tuple(proofs)))


def verify_partial_decryption(
    election: ElectionContext, tally: Tally, public: Element, body: bytes, owner: int
) -> Matrix:
    """The verified factors of the trustee `owner`, whose public key is `public` (section 4.18).

    Raises `Refused` JSON_*, DECRYPTION_SHAPE, ELEMENT_* or DECRYPTION_PROOF_INVALID with question and choice.
    """
    group = election.group
    share = decode(PartialDecryption, body, "partial decryption")
    shape = [len(row) for row in tally]
    if [len(row) for row in share.decryption_factors] != shape or [
        len(row) for row in share.decryption_proofs
    ] != shape:
        raise Refused(Refusal.DECRYPTION_SHAPE, trustee=owner)
    matrix = []
    for question, (row, texts, proofs) in enumerate(
        zip(tally, share.decryption_factors, share.decryption_proofs, strict=True), 1
    ):
        factors = []
        for choice, (pair, text, proof) in enumerate(zip(row, texts, proofs, strict=True), 1):
            place = f"trustee {owner}, question {question}, choice {choice}"
            # Only where nobody voted is alpha the identity, and then its factor must be so, too.
            nothing = pair.alpha == group.identity and text == group.serialise(group.identity)
            factor = group.identity if nothing else group.element(text, place)
            if not decryption_proof_valid(
                group, election.fingerprint, public, pair.alpha, factor, proof, place
            ):
                raise Refused(
                    Refusal.DECRYPTION_PROOF_INVALID, trustee=owner, question=question, choice=choice
                )
            factors.append(factor)
        matrix.append(tuple(factors))
    return tuple(matrix)


def combine(group: Group, shares: Sequence[Matrix]) -> Matrix:
    """The product of factors, entry by entry (section 4.19)."""
    combined = shares[0]
    for share in shares[1:]:
        combined = tuple(
            tuple(group.multiply(a, b) for a, b in zip(left, right, strict=True))
            for left, right in zip(combined, share, strict=True)
        )
    return combined


class DiscreteLogarithms:
    """Logarithms to the base g in [0, bound] by baby steps and giant steps: about 2 sqrt(bound) products."""

    def __init__(self, group: Group, bound: int) -> None:
        self._group = group
        self._bound = bound
        self._step = isqrt(bound) + 1
        self._baby: dict[Element, int] = {}
        power = group.identity
        for exponent in range(self._step):
            self._baby[power] = exponent
            power = group.multiply(power, group.g)
        self._giant = group.divide(group.identity, power)

    def of(self, element: Element) -> int:
        """The exponent; raises `Refused` RESULT_NOT_FOUND where there is none within the bound."""
        for giant in range(self._step + 1):
            baby = self._baby.get(element)
            if baby is not None:
                exponent = giant * self._step + baby
                if exponent <= self._bound:
                    return exponent
                break
            element = self._group.multiply(element, self._giant)
        raise Refused(Refusal.RESULT_NOT_FOUND)


def decrypt_result(
    election: ElectionContext, tally: Tally, factors: Matrix, total_weight: int
) -> tuple[tuple[int, ...], ...]:
    """The counts: log_g(beta / F), bounded by the total weight (section 4.19).

    Raises `Refused` RESULT_NOT_FOUND with question and choice where there is no such count.
    """
    logarithms = DiscreteLogarithms(election.group, total_weight)
    counts: list[list[int]] = []
    for question, (row, factor_row) in enumerate(zip(tally, factors, strict=True), 1):
        counts.append([])
        for choice, (pair, factor) in enumerate(zip(row, factor_row, strict=True), 1):
            with placed(question=question, choice=choice):
                counts[-1].append(logarithms.of(election.group.divide(pair.beta, factor)))
    return tuple(map(tuple, counts))


def result_json(counts: Sequence[Sequence[int]]) -> bytes:
    """The canonical Result record."""
    return encode(Result(tuple(tuple(plain_integer(count) for count in row) for row in counts)))


def decode_result(body: bytes, questions: Sequence[Question]) -> tuple[tuple[int, ...], ...]:
    """The counts in a Result record. Raises `Refused` JSON_* or RESULT_MISMATCH where the shape is wrong."""
    rows = decode(Result, body, "result").result
    if [len(row) for row in rows] != [question.width for question in questions]:
        raise Refused(Refusal.RESULT_MISMATCH)
    return tuple(tuple(integer_of(count, "result") for count in row) for row in rows)
