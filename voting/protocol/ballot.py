"""Ballots (sections 4.11 and 4.15): encrypted, proven, signed; decoded strictly, verified wholly.

Only `verify_ballot` makes a `VerifiedBallot`, so whatever is appended or tallied has been verified.
"""

from collections.abc import Sequence
from functools import reduce
from typing import NamedTuple

import msgspec
from msgspec import UNSET, UnsetType

from voting.errors import Refusal, Refused
from voting.protocol.credentials import secret_exponent
from voting.protocol.election import ElectionContext, Question
from voting.protocol.encoding import decode, encode, fingerprint
from voting.protocol.group import Group
from voting.protocol.proofs import (
    Bases,
    Key,
    Opening,
    Pair,
    Proof,
    ballot_signature_valid,
    blank_or_interval_proof_valid,
    blank_proof_valid,
    interval_proof_valid,
    prove_blank,
    prove_blank_or_interval,
    prove_interval,
    sign_ballot,
    written,
)


class Ciphertext(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An encrypted 0 or 1; two serialised elements."""

    alpha: str
    beta: str


class Answer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The answer to one question (section 4.11)."""

    choices: tuple[Ciphertext, ...]
    individual_proofs: tuple[tuple[Proof, ...], ...]
    overall_proof: tuple[Proof, ...]
    blank_proof: tuple[Proof, Proof] | UnsetType = UNSET


class Signature(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A signature of the ballot without this field (section 4.14)."""

    hash: str
    proof: Proof


class Ballot(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A ballot as it travels (section 4.15)."""

    election_uuid: str
    election_hash: str
    credential: str
    answers: tuple[Answer, ...]
    signature: Signature | UnsetType = UNSET


_MADE_HERE = object()


class VerifiedBallot:
    """A ballot whose proofs and signature hold; whether its credential is on the roll is the board's matter.

    Attributes: `body` the exact bytes, `credential` the serialised public credential, `tracker`, and
    `answers`, for each question its ciphertexts as group elements.
    """

    __slots__ = ("answers", "body", "credential", "tracker")

    def __init__(
        self, token: object, body: bytes, credential: str, answers: tuple[tuple[Pair, ...], ...]
    ) -> None:
        if token is not _MADE_HERE:
            raise TypeError("only voting.protocol.ballot.verify_ballot makes a VerifiedBallot")
        self.body = body
        self.credential = credential
        self.answers = answers
        self.tracker = tracker(body)


class UnsafeBallot(NamedTuple):
    """A ballot that was decoded and not verified.

    Whoever decrypts a sum of such ballots can be made to decrypt one vote. A share that somebody else made,
    who did verify, can be compared with their sum.
    """

    credential: str
    tracker: str
    answers: tuple[tuple[Pair, ...], ...]


def tracker(body: bytes) -> str:
    """The tracker (回执号) of a ballot: H_JSON of its bytes (section 4.15)."""
    return fingerprint(body)


def decode_ballot(body: bytes) -> Ballot:
    """Decode strictly: canonical and signed. Raises `Refused` JSON_* or BALLOT_SIGNATURE_INVALID."""
    ballot = decode(Ballot, body, "ballot")
    if ballot.signature is UNSET:
        raise Refused(Refusal.BALLOT_SIGNATURE_INVALID)
    return ballot


def unsafe_ballot(group: Group, body: bytes) -> UnsafeBallot:
    """Decode without verifying. Raises `Refused` JSON_*, BALLOT_SIGNATURE_INVALID, ELEMENT_*."""
    ballot = decode_ballot(body)
    return UnsafeBallot(
        ballot.credential,
        tracker(body),
        tuple(
            tuple(Pair(group.candidate(c.alpha, "alpha"), group.candidate(c.beta, "beta")) for c in a.choices)
            for a in ballot.answers
        ),
    )


def _product(group: Group, pairs: Sequence[Pair]) -> Pair:
    return reduce(lambda a, b: Pair(group.multiply(a.alpha, b.alpha), group.multiply(a.beta, b.beta)), pairs)


def _sum(openings: Sequence[Opening]) -> Opening:
    return Opening(sum(o.randomness for o in openings), sum(o.plaintext for o in openings))


def _unsigned_hash(ballot: Ballot) -> str:
    return fingerprint(encode(msgspec.structs.replace(ballot, signature=UNSET)))


def choices_valid(question: Question, choices: Sequence[int]) -> bool:
    """Whether plaintext `choices` (0 or 1 each; the blank flag first where allowed) obey the question."""
    if len(choices) != question.width or any(choice not in (0, 1) for choice in choices):
        return False
    if question.allows_blank and choices[0]:
        return not any(choices[1:])
    return question.min <= sum(choices) <= question.max


def _answer(key: Key, context: str, question: Question, choices: Sequence[int]) -> Answer:
    group = key.group
    openings = [Opening(group.random_scalar(), choice) for choice in choices]
    pairs = [key.encrypt(opening) for opening in openings]
    whole = f"{context}|{written(group, pairs)}"
    blank_proof: tuple[Proof, Proof] | UnsetType = UNSET
    if question.allows_blank:
        blank = (pairs[0], openings[0])
        total = (_product(group, pairs[1:]), _sum(openings[1:]))
        first, second = prove_blank(key, whole, blank, total)
        blank_proof = (first, second)
        overall = prove_blank_or_interval(key, whole, blank, total, question.overall_values)
    else:
        overall = prove_interval(key, whole, _product(group, pairs), _sum(openings), question.overall_values)
    return Answer(
        choices=tuple(Ciphertext(group.serialise(pair.alpha), group.serialise(pair.beta)) for pair in pairs),
        individual_proofs=tuple(
            prove_interval(key, context, pair, opening, (0, 1))
            for pair, opening in zip(pairs, openings, strict=True)
        ),
        overall_proof=overall,
        blank_proof=blank_proof,
    )


def encrypt_ballot(election: ElectionContext, credential: str, choices: Sequence[Sequence[int]]) -> bytes:
    """Encrypt, prove and sign: the bytes of a ballot (section 4.15).

    `choices` has for each question a list of 0 and 1 (the blank flag first where blank is allowed). Raises
    `Refused` CHOICES_INVALID with the question's number.
    """
    questions = election.election.questions
    for number, question in enumerate(questions, 1):
        if len(choices) != len(questions) or not choices_valid(question, choices[number - 1]):
            raise Refused(Refusal.CHOICES_INVALID, question=number)
    group = election.group
    secret = secret_exponent(group, election.election.uuid, credential)
    public = group.serialise(group.generator.power(secret))
    context = f"{election.fingerprint}|{public}"
    ballot = Ballot(
        election_uuid=election.election.uuid,
        election_hash=election.fingerprint,
        credential=public,
        answers=tuple(
            _answer(election.key, context, question, choice)
            for question, choice in zip(questions, choices, strict=True)
        ),
    )
    ballot_hash = _unsigned_hash(ballot)
    signature = Signature(ballot_hash, sign_ballot(group, secret, ballot_hash))
    return encode(msgspec.structs.replace(ballot, signature=signature))


def _choice_valid(
    key: Key, context: str, text: Ciphertext, bases: Bases, proofs: Sequence[Proof], place: str
) -> bool:
    """Whether a ciphertext of candidates holds 0 or 1; raises `Refused` ELEMENT_NOT_IN_GROUP, SCALAR_*.

    Its first branch claims 0: it raises alpha and beta themselves to a power, and that checks both.
    """
    try:
        return interval_proof_valid(key, context, bases, (0, 1), proofs, place)
    except Refused as refused:
        if refused.refusal is Refusal.ELEMENT_NOT_IN_GROUP:
            key.group.element(text.alpha, f"{place}, alpha")
            key.group.element(text.beta, f"{place}, beta")
        raise


def _verify_answer(
    key: Key, context: str, question: Question, answer: Answer, number: int
) -> tuple[Pair, ...]:
    place = f"question {number}"
    wide = question.width
    overall = len(question.overall_values) + question.allows_blank
    if (
        len(answer.choices) != wide
        or len(answer.individual_proofs) != wide
        or any(len(proofs) != 2 for proofs in answer.individual_proofs)
        or len(answer.overall_proof) != overall
        or (answer.blank_proof is not UNSET) != question.allows_blank
    ):
        raise Refused(Refusal.BALLOT_WRONG_SHAPE, question=number)
    group = key.group
    bases = [
        Bases(
            group.decoded_base(text.alpha, f"{place}, choice {index}, alpha"),
            group.decoded_base(text.beta, f"{place}, choice {index}, beta"),
        )
        for index, text in enumerate(answer.choices, 1)
    ]
    pairs = tuple(each.pair for each in bases)
    each = zip(answer.choices, bases, answer.individual_proofs, strict=True)
    for index, (text, prepared, proofs) in enumerate(each, 1):
        if not _choice_valid(key, context, text, prepared, proofs, f"{place}, choice {index}"):
            raise Refused(Refusal.BALLOT_INDIVIDUAL_PROOF_INVALID, question=number, choice=index)
    whole = f"{context}|{written(group, pairs)}"
    values = question.overall_values
    total = key.bases(_product(group, pairs[question.allows_blank :]), overall)
    if answer.blank_proof is UNSET:
        overall_valid = interval_proof_valid(key, whole, total, values, answer.overall_proof, place)
    else:
        if not blank_proof_valid(key, whole, bases[0], total, answer.blank_proof, place):
            raise Refused(Refusal.BALLOT_BLANK_PROOF_INVALID, question=number)
        overall_valid = blank_or_interval_proof_valid(
            key, whole, bases[0], total, values, answer.overall_proof, place
        )
    if not overall_valid:
        raise Refused(Refusal.BALLOT_OVERALL_PROOF_INVALID, question=number)
    return pairs


def verify_ballot(election: ElectionContext, body: bytes) -> VerifiedBallot:
    """Decode and verify a ballot, whole: shape, elements, every proof, the signature (sections 4.11 to 4.15).

    Raises `Refused`: JSON_*, ELEMENT_*, SCALAR_*, or BALLOT_* with the question and choice.
    """
    ballot = decode_ballot(body)
    if ballot.election_uuid != election.election.uuid:
        raise Refused(Refusal.BALLOT_WRONG_ELECTION)
    if ballot.election_hash != election.fingerprint:
        raise Refused(Refusal.BALLOT_WRONG_HASH)
    questions = election.election.questions
    if len(ballot.answers) != len(questions):
        raise Refused(Refusal.BALLOT_WRONG_SHAPE, question=0)
    group = election.group
    credential = group.element(ballot.credential, "credential")
    # The signature is checked first: it is cheap, and a ballot that nobody signed costs no more than that.
    assert not isinstance(ballot.signature, UnsetType)
    if ballot.signature.hash != _unsigned_hash(ballot) or not ballot_signature_valid(
        group, credential, ballot.signature.hash, ballot.signature.proof, "signature"
    ):
        raise Refused(Refusal.BALLOT_SIGNATURE_INVALID)
    context = f"{election.fingerprint}|{ballot.credential}"
    answers = tuple(
        _verify_answer(election.key, context, question, answer, number)
        for number, (question, answer) in enumerate(zip(questions, ballot.answers, strict=True), 1)
    )
    return VerifiedBallot(_MADE_HERE, body, ballot.credential, answers)
