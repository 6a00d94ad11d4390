"""The terms of an election beside its questions: whose it is, what it is worth, and what silence means.

Deemed votes (视为…): some rules of procedure count who did not vote. Courts have found against it more
than once, so it is off by default and locked off for a first assembly, where no rules of procedure are in
force yet. Where it is on, the clause and its date are required, only units with proven delivery count, and
both results are reported: of the votes cast alone, and with the deemed ones (domain.md §6).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from voting.rules.assembly import Effect, Meeting
from voting.rules.roll import Voter
from voting.rules.thresholds import HEADS, OWNERS_AND_AREA

# Who votes: the owners of a scope; its residents of eighteen years; one representative of each household.
BODIES = {"owners": OWNERS_AND_AREA, "residents": HEADS, "households": HEADS}
# What silence joins: the answer with most votes on every measure, 同意, or nothing but the quorum.
JOINS = ("majority", "consent", "quorum")


@dataclass(frozen=True)
class Deemed:
    """The clause of the rules of procedure, and the day (ISO) on which they were adopted."""

    clause: str
    dated: str
    joins: str


@dataclass(frozen=True)
class Terms:
    """`body` is one of `BODIES`: owners and residents have two rolls that are never mixed in one ballot."""

    body: str = "owners"
    meeting: Meeting = Meeting.REGULAR
    effect: Effect = Effect.PAPER_PRIMARY
    deemed: Deemed | None = None

    @property
    def measures(self) -> tuple[str, ...]:
        return BODIES[self.body]

    @property
    def of_owners(self) -> bool:
        """An owners' assembly; otherwise a residents' meeting (居民会议)."""
        return self.body == "owners"

    def as_json(self) -> dict[str, Any]:
        deemed = self.deemed
        return {
            "body": self.body,
            "meeting": self.meeting.value,
            "effect": self.effect.value,
            "deemed": None
            if deemed is None
            else {"clause": deemed.clause, "dated": deemed.dated, "joins": deemed.joins},
        }


@dataclass(frozen=True)
class DeemedVotes:
    """Who did not vote and had it proven that the ballot was delivered: heads, and 0.01 m²."""

    heads: int
    area_dm2: int


@dataclass(frozen=True)
class SilentVoter:
    """A voter who is counted without having voted: with the units that have a proof, and their area."""

    number: int
    units: tuple[str, ...]
    area_dm2: int


def silent_voters(
    roll: Sequence[Voter], voted: Collection[int], delivered: Collection[str]
) -> tuple[SilentVoter, ...]:
    """Those who did not vote and have a proof of delivery, by number.

    `voted` are numbers of voters, `delivered` labels of units with a proof. A voter counts once delivered for
    any unit, with the area of the units that have a proof and no other.
    """
    found = []
    for voter in roll:
        units = [unit for unit in voter.units if unit.label in delivered]
        if units and voter.number not in voted:
            labels = tuple(unit.label for unit in units)
            found.append(SilentVoter(voter.number, labels, sum(unit.area_dm2 for unit in units)))
    return tuple(found)


def deemed_votes(roll: Sequence[Voter], voted: Collection[int], delivered: Collection[str]) -> DeemedVotes:
    """The sums of the `silent_voters`."""
    silent = silent_voters(roll, voted, delivered)
    return DeemedVotes(len(silent), sum(voter.area_dm2 for voter in silent))
