"""Cast as intended: a sealed ballot that is opened instead of cast (Benaloh's challenge).

The voter has seen the tracker, which commits to every byte, before choosing to challenge. The phone then
gives away the randomness r of each ciphertext (g^r, y^r·g^m), and anybody computes from it what was sealed:
that needs no key. Whoever knows r knows m, so such a ballot is spent: it must never be cast.

An opening is one text of decimal digits, 78 for each ciphertext in the ballot's order, so that it fits a QR
code's densest mode. The proofs' own randomness is not given away and not needed.
"""

from collections.abc import Sequence

from voting.errors import Refusal, Refused
from voting.protocol.ballot import VerifiedBallot
from voting.protocol.election import ElectionContext

DIGITS = 78  # the largest exponent below 2^256 has as many


def written_opening(randomness: Sequence[int]) -> str:
    """The text of the exponents of all ciphertexts."""
    return "".join(f"{each:0{DIGITS}}" for each in randomness)


def opened_choices(election: ElectionContext, ballot: VerifiedBallot, opening: str) -> list[list[int]]:
    """The choices that the ballot holds: for each question a list of 0 and 1.

    Raises `Refused` OPENING_LENGTH, and OPENING_INVALID(question, choice) where an exponent is out of range
    or does not open its ciphertext to 0 or 1.
    """
    group, key = election.group, election.key
    if not (opening.isascii() and opening.isdecimal()):
        raise Refused(Refusal.OPENING_LENGTH)
    exponents = [int(opening[at : at + DIGITS]) for at in range(0, len(opening), DIGITS)]
    if len(opening) != DIGITS * sum(len(pairs) for pairs in ballot.answers):
        raise Refused(Refusal.OPENING_LENGTH)
    remaining = iter(exponents)
    choices: list[list[int]] = []
    for question, pairs in enumerate(ballot.answers, 1):
        values: list[int] = []
        for choice, pair in enumerate(pairs, 1):
            r = next(remaining)
            if r >= int(group.q) or group.generator.power(r) != pair.alpha:
                raise Refused(Refusal.OPENING_INVALID, question=question, choice=choice)
            masked = key.y.power(r)
            if pair.beta == masked:
                values.append(0)
            elif pair.beta == group.multiply(masked, group.g):
                values.append(1)
            else:
                raise Refused(Refusal.OPENING_INVALID, question=question, choice=choice)
        choices.append(values)
    return choices
