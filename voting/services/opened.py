"""An opened ballot as the auditors' part of a record has it, one a line."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from voting.errors import Refusal, Refused, placed
from voting.protocol.ballot import VerifiedBallot
from voting.protocol.election import ElectionContext
from voting.protocol.encoding import encode
from voting.protocol.opening import Choices, OpenedBallot, ballot_share, open_ballot, verify_ballot_share
from voting.protocol.tally import PartialDecryption
from voting.protocol.trustees import VerifiedTrustees
from voting.rules.outcome import rules_agenda
from voting.rules.questions import asked_of
from voting.rules.secrecy import Secrecy


class AuditorsBallot(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line of the auditors' part: whose ballot it is by number in the roll, and what is in it."""

    voter: int
    ballot: OpenedBallot


def written(lines: Iterable[bytes]) -> bytes:
    """A file of such lines."""
    return b"".join(line + b"\n" for line in lines)


def open_all(
    election: ElectionContext,
    trustees: VerifiedTrustees,
    ballots: Sequence[VerifiedBallot],
    voters: Mapping[str, int],
    secret: int,
    shares: Mapping[int, Sequence[PartialDecryption]],
) -> Iterator[bytes]:
    """A line for each ballot of an open election that counts: opened by the key `secret` and the owners of
    `shares`, which are of the same ballots.

    `voters` are numbers by public credential. An owner whose share of a ballot is not valid is left out of
    that ballot. Raises `Refused` DECRYPTION_TOO_FEW with the number of the ballot among those that count.
    """
    own = trustees.keys.index(election.group.generator.power(secret)) + 1
    for number, ballot in enumerate(ballots, 1):
        valid = {own: ballot_share(election, ballot, secret)}
        for owner, each in shares.items():
            share = each[number - 1] if number <= len(each) else None
            if share is not None and _is_valid(election, trustees, ballot, owner, share):
                valid[owner] = share
        with placed(ballot=number):
            opened = open_ballot(election, trustees, ballot, valid)
        yield encode(AuditorsBallot(voters[ballot.credential], opened))


def _is_valid(
    election: ElectionContext,
    trustees: VerifiedTrustees,
    ballot: VerifiedBallot,
    owner: int,
    share: PartialDecryption,
) -> bool:
    try:
        verify_ballot_share(election, trustees, ballot, owner, share)
    except Refused:
        return False
    return True


def require_confidential(secrecy: Secrecy) -> None:
    """Refuses OPENING_FORBIDDEN where no ballot is ever opened, OPENING_NEEDLESS where auditors see all."""
    if secrecy is Secrecy.SECRET:
        raise Refused(Refusal.OPENING_FORBIDDEN)
    if secrecy is Secrecy.OPEN:
        raise Refused(Refusal.OPENING_NEEDLESS)


def chosen_words(rules: Mapping[str, Any], choices: Choices) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """All that a ballot under these rules asks, with the answers that were chosen, in the ballot's order."""
    return tuple(
        (
            asked.text,
            tuple(answer for answer, chosen in zip(asked.ballot.answers, row, strict=True) if chosen),
        )
        for asked, row in zip(asked_of(rules_agenda(rules).questions), choices, strict=True)
    )
