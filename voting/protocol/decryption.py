"""From the trustees' shares to the factors that open a tally (section 4.19).

1. Each share is verified with its owner's key; an invalid one is named and left out.
2. A quorum's factor is the product of `threshold` valid shares, each raised to its Lagrange coefficient at 0;
   a mandatory key's share stands as it is. Any `threshold` shares give the same factor.
3. The product of all quorums' factors opens the tally.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from voting.errors import Refusal, Refused
from voting.protocol.election import ElectionContext
from voting.protocol.group import Group
from voting.protocol.tally import Matrix, Tally, combine, verify_partial_decryption
from voting.protocol.trustees import VerifiedTrustees


@dataclass(frozen=True)
class Shares:
    """Verified factors by owner, and why the others' shares were refused."""

    valid: dict[int, Matrix]
    refused: dict[int, Refused]


def verify_shares(
    election: ElectionContext, tally: Tally, trustees: VerifiedTrustees, bodies: Mapping[int, bytes]
) -> Shares:
    """Step 1 for partial decryptions by owner (from 1); raises nothing for a bad one."""
    valid: dict[int, Matrix] = {}
    refused: dict[int, Refused] = {}
    for owner, body in sorted(bodies.items()):
        try:
            key = trustees.key_of(owner)
            valid[owner] = verify_partial_decryption(election, tally, key, body, owner)
        except Refused as error:
            refused[owner] = error
    return Shares(valid, refused)


def lagrange(group: Group, indexes: Collection[int], index: int) -> int:
    """The coefficient at 0 of the point `index` among the distinct `indexes`, modulo q."""
    numerator = denominator = 1
    for other in indexes:
        if other != index:
            numerator = numerator * other % int(group.q)
            denominator = denominator * (other - index) % int(group.q)
    return numerator * pow(denominator, -1, int(group.q)) % int(group.q)


def synthetic_factors(group: Group, trustees: VerifiedTrustees, shares: Mapping[int, Matrix]) -> Matrix:
    """Steps 2 and 3, from verified shares by owner.

    Of a quorum's shares the first `threshold` are used. Raises `Refused` DECRYPTION_TOO_FEW(valid, needed).
    """
    parts: list[Matrix] = []
    for quorum, numbers in trustees.numbered():
        there = {index: shares[owner] for index, owner in enumerate(numbers, 1) if owner in shares}
        if len(there) < quorum.threshold:
            raise Refused(Refusal.DECRYPTION_TOO_FEW, valid=len(there), needed=quorum.threshold)
        used = list(there)[: quorum.threshold]
        parts.extend(_raised(group, there[index], lagrange(group, used, index)) for index in used)
    return combine(group, parts)


def _raised(group: Group, share: Matrix, exponent: int) -> Matrix:
    if exponent == 1:
        return share
    return tuple(tuple(group.power(factor, exponent) for factor in row) for row in share)
