"""What is done with many at a time, so that it can be spread over cores and machines.

A stack of ballots is added up where it is verified: what comes back are sums, a few kilobytes for any
number of ballots. Whoever spreads the work gives the answers in the order of the stacks, and lets a
`Refused` through: the builtin `map` does.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple, Protocol, TypeVar

from voting.errors import Refusal, Refused, placed
from voting.protocol.ballot import verify_ballot
from voting.protocol.election import ElectionContext, decode_election
from voting.protocol.group import Group, group_named
from voting.protocol.proofs import Pair
from voting.protocol.tally import Tally

Item = TypeVar("Item")
Answer = TypeVar("Answer")


class Spread(Protocol):
    """An ordered `map`, which may take some items ahead of the answers, but never all at once."""

    def __call__(self, act: Callable[[Item], Answer], items: Iterable[Item], /) -> Iterator[Answer]:
        """act(item) of each item, in order; the first that raises ends it."""


class Cast(NamedTuple):
    """A ballot as it stands in an archive, and what its credential gives it.

    `weights` has its weight in each measure, and nothing where a later ballot of the same credential counts.
    `otherwise` is what refuses it, should it be valid by itself: a credential that is not listed, or that has
    voted as often as it may.
    """

    body: bytes
    weights: tuple[int, ...]
    otherwise: Refusal | None = None


class Stack(NamedTuple):
    """Ballots in a row, the first at `height`."""

    height: int
    ballots: tuple[Cast, ...]


class Counted(NamedTuple):
    """A stack that was verified: how many ballots, and the sum in each measure of those that count.

    `tallies` is empty where none does.
    """

    ballots: int
    tallies: tuple[Tally, ...]


@lru_cache(maxsize=2)
def context(election: bytes) -> ElectionContext:
    """The election ready to verify ballots: its tables of powers are made once a process."""
    return decode_election(election)


def verify_stack(election: bytes, stack: Stack) -> Counted:
    """Verify ballots in order and add them up by each measure.

    Raises what `verify_ballot` does, BALLOT_CREDENTIAL_UNLISTED, BALLOT_SECOND or BALLOT_THIRD, with the
    height.
    """
    ready = context(election)
    answers: list[Tally] = []
    for height, cast in enumerate(stack.ballots, stack.height):
        with placed(height=height):
            answer = verify_ballot(ready, cast.body).answers
            if cast.otherwise is not None:
                raise Refused(cast.otherwise)
            if cast.weights:
                answers.append(answer)
    measures = zip(*(cast.weights for cast in stack.ballots if cast.weights), strict=True)
    sums = tuple(weighted_sum(ready, answers, weights) for weights in measures)
    return Counted(len(stack.ballots), sums)


def weighted_sum(election: ElectionContext, answers: Sequence[Tally], weights: Sequence[int]) -> Tally:
    """The product of the answers of ballots, each raised to its weight (section 4.16)."""
    group = election.group
    return tuple(
        tuple(
            Pair(
                group.product([each[i][j].alpha for each in answers], weights),
                group.product([each[i][j].beta for each in answers], weights),
            )
            for j in range(question.width)
        )
        for i, question in enumerate(election.election.questions)
    )


def nothing(election: ElectionContext) -> Tally:
    """The sum of no ballots."""
    one = election.group.identity
    return tuple((Pair(one, one),) * question.width for question in election.election.questions)


def combined(group: Group, left: Tally, right: Tally) -> Tally:
    """The sum of two sums."""
    return tuple(
        tuple(
            Pair(group.multiply(a.alpha, b.alpha), group.multiply(a.beta, b.beta))
            for a, b in zip(row, other, strict=True)
        )
        for row, other in zip(left, right, strict=True)
    )


def first_stranger(group: str, credentials: Sequence[tuple[int, str]]) -> tuple[int, Refused] | None:
    """Of numbered credentials the first that is no element of the group: its number, and what refuses it."""
    named = group_named(group)
    for number, text in credentials:
        try:
            named.element(text, f"credential {number}")
        except Refused as refused:
            return number, refused
    return None
