"""One ballot opened: its ciphertexts are decrypted like a tally, with proofs (sections 4.18 and 4.19).

1. A share has, for every alpha of the ballot, the factor alpha^x of one key and the proof
   `decrypt|election|X|`A,B that it was made with that key: the same as of a tally.
2. Every share is verified with its owner's key; the shares of enough owners combine to the factors.
3. What comes out must be what the ballot's own proofs promised: 0 or 1 for each choice, as its question
   allows.

Whether a ballot may be opened is not known here: that is the election's rules' and the services' matter.
"""

from collections.abc import Mapping

import msgspec

from voting.errors import Refusal, Refused
from voting.protocol.ballot import UnsafeBallot, VerifiedBallot, choices_valid
from voting.protocol.decryption import synthetic_factors
from voting.protocol.election import ElectionContext
from voting.protocol.encoding import decode, encode
from voting.protocol.tally import Matrix, PartialDecryption, partial_decryption, verify_partial_decryption
from voting.protocol.trustees import VerifiedTrustees

# What others opened is verified of a ballot that was verified before, too, when its record was.
Sealed = VerifiedBallot | UnsafeBallot
Choices = tuple[tuple[int, ...], ...]  # for each question, 0 or 1 for each of its answers


class OwnedShare(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One owner's partial decryption of a ballot; owners count from 1 over the trustees structure."""

    owner: int
    decryption: PartialDecryption


class OpenedBallot(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A ballot's choices with the proof that they are in it: the shares that opened it, by owner."""

    tracker: str
    choices: Choices
    shares: tuple[OwnedShare, ...]


def ballot_share(election: ElectionContext, ballot: VerifiedBallot, secret: int) -> PartialDecryption:
    """Step 1: one key's share of a ballot."""
    body = partial_decryption(election, ballot.answers, secret)
    return decode(PartialDecryption, body, "partial decryption")


def verify_ballot_share(
    election: ElectionContext,
    trustees: VerifiedTrustees,
    ballot: Sealed,
    owner: int,
    share: PartialDecryption,
) -> Matrix:
    """The verified factors of one owner's share. Refuses TRUSTEE_NOT_IN_ELECTION, DECRYPTION_*, ELEMENT_*."""
    key = trustees.key_of(owner)
    return verify_partial_decryption(election, ballot.answers, key, encode(share), owner)


def open_ballot(
    election: ElectionContext,
    trustees: VerifiedTrustees,
    ballot: Sealed,
    shares: Mapping[int, PartialDecryption],
) -> OpenedBallot:
    """Steps 2 and 3, from shares by owner.

    Refuses what `verify_ballot_share` refuses, DECRYPTION_TOO_FEW(valid, needed) and OPENED_NO_CHOICE.
    """
    verified = {
        owner: verify_ballot_share(election, trustees, ballot, owner, share)
        for owner, share in sorted(shares.items())
    }
    return OpenedBallot(
        ballot.tracker,
        _choices(election, trustees, ballot, verified),
        tuple(OwnedShare(owner, share) for owner, share in sorted(shares.items())),
    )


def verify_opened(
    election: ElectionContext, trustees: VerifiedTrustees, ballot: Sealed, opened: OpenedBallot
) -> Choices:
    """The choices of `opened`, recomputed from its shares.

    Refuses OPENED_OTHER_BALLOT, OPENED_OWNER_INVALID where an owner comes twice or out of order, what
    `open_ballot` refuses, and OPENED_CHOICES_MISMATCH with the question.
    """
    if opened.tracker != ballot.tracker:
        raise Refused(Refusal.OPENED_OTHER_BALLOT)
    owners = [share.owner for share in opened.shares]
    for before, owner in zip([0, *owners], owners, strict=False):
        if owner <= before:
            raise Refused(Refusal.OPENED_OWNER_INVALID, trustee=owner)
    shares = {share.owner: share.decryption for share in opened.shares}
    choices = open_ballot(election, trustees, ballot, shares).choices
    if len(opened.choices) != len(choices):
        raise Refused(Refusal.OPENED_CHOICES_MISMATCH, question=len(choices))
    for question, (said, found) in enumerate(zip(opened.choices, choices, strict=True), 1):
        if said != found:
            raise Refused(Refusal.OPENED_CHOICES_MISMATCH, question=question)
    return choices


def _choices(
    election: ElectionContext,
    trustees: VerifiedTrustees,
    ballot: Sealed,
    shares: Mapping[int, Matrix],
) -> Choices:
    group = election.group
    factors = synthetic_factors(group, trustees, shares)
    plain = {group.identity: 0, group.g: 1}
    opened: list[tuple[int, ...]] = []
    rows = zip(election.election.questions, ballot.answers, factors, strict=True)
    for number, (question, pairs, row) in enumerate(rows, 1):
        # -1 is no choice, and no question allows it.
        values = tuple(
            plain.get(group.divide(pair.beta, factor), -1) for pair, factor in zip(pairs, row, strict=True)
        )
        if not choices_valid(question, values):
            raise Refused(Refusal.OPENED_NO_CHOICE, question=number)
        opened.append(values)
    return tuple(opened)
