"""Who is elected of those over the threshold, by the rule published before the notice (domain.md §7).

(a) `owners-then-area`: by owners, equals by area. Equal on both at the last seat: none of the equals.
(b) `owners-then-run-off`: by owners alone. Equal at the last seat: none of the equals, they go to a run-off.
(c) `shares-then-area-then-lot`: by the sum of both shares of who took part, equals by area, then by lot.

Where one measure is counted, it stands for both.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from voting.rules.lot import drawn, lot_seed
from voting.rules.questions import CommitteeContest

LOT = "shares-then-area-then-lot"
RUN_OFF = "owners-then-run-off"


@dataclass(frozen=True)
class Standing:
    """A candidate and the votes: owners (or heads), and 0.01 m² (0 where area is not counted)."""

    name: str
    heads: int
    area_dm2: int


@dataclass(frozen=True)
class Elected:
    """`ranked` holds everybody over the threshold; `tie` the equals at the last seat whom nothing decides.

    `lot` holds the names between whom the lot decided an order, in the order drawn; `seed` its seed.
    """

    ranked: tuple[str, ...]
    elected: tuple[str, ...]
    tie: tuple[str, ...]
    alternates: tuple[str, ...]
    alternates_tie: tuple[str, ...] = ()
    lot: tuple[str, ...] = ()
    seed: str = ""


def elect(
    contest: CommitteeContest, over: Sequence[Standing], cast: tuple[int, int], closing: str = ""
) -> Elected:
    """`over` in the order of the ballot; `cast` is who took part, in heads and in 0.01 m² (0: not counted).

    Refused LOT_SEED_MISSING where rule (c) needs its lot and the closing digest is not given.
    """
    keys = {each.name: _key(contest.ranking, each, cast) for each in over}
    ranked = sorted(keys, key=lambda name: keys[name], reverse=True)
    lot: list[str] = []
    seed = ""
    if contest.ranking == LOT and len(set(keys.values())) < len(keys):
        seed = lot_seed(closing, contest.id)
        order = {name: place for place, name in enumerate(drawn(seed, ranked))}
        lot = sorted(
            (name for name in ranked if list(keys.values()).count(keys[name]) > 1), key=order.__getitem__
        )
        ranked.sort(key=lambda name: (*(-part for part in keys[name]), order[name]))
        keys = {name: (-place,) for place, name in enumerate(ranked)}
    elected, tie = _first(ranked, keys, contest.seats)
    # While the last seat is open, nobody knows who is left over.
    rest = [] if tie else [name for name in ranked if name not in elected]
    alternates, alternates_tie = _first(rest, keys, contest.alternates)
    return Elected(
        tuple(ranked),
        tuple(elected),
        tuple(tie),
        tuple(alternates),
        tuple(alternates_tie),
        tuple(lot),
        seed,
    )


def _key(ranking: str, each: Standing, cast: tuple[int, int]) -> tuple[int, ...]:
    heads_cast, area_cast = cast
    if ranking == RUN_OFF:
        return (each.heads,)
    if ranking == LOT and area_cast:
        # heads/heads_cast + area/area_cast, over the common denominator.
        return each.heads * area_cast + each.area_dm2 * heads_cast, each.area_dm2
    return each.heads, each.area_dm2


def _first(
    ranked: Sequence[str], keys: Mapping[str, tuple[int, ...]], places: int
) -> tuple[list[str], list[str]]:
    """Those who have a place, and the equals at the last place when there are more of them than places."""
    seated = list(ranked[:places])
    if not seated or len(ranked) <= places or keys[ranked[places]] != keys[seated[-1]]:
        return seated, []
    last = keys[seated[-1]]
    return [name for name in seated if keys[name] != last], [name for name in ranked if keys[name] == last]
