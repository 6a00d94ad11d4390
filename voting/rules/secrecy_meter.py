"""How much the published totals give away: in how many ways could those who took part have voted so?

Who took part is known to the organisers, and the area of each is on the roll. With exact totals of owners and
area for each answer, whoever solves the sums may learn a vote. Measured is the number of different sets of
votes that fit, and how many voters have the same vote in all of them.

- Exact: dynamic programming over (heads, area) sums for each answer, voters of equal area next to each other,
  in two halves that are joined at the end. Sums that cannot be completed are dropped. It is exact as long as
  neither half holds more than `STATES` sums; estates with few different areas stay small at any size.
- Bounded, beyond that: the sets with the right heads alone are a multinomial, an upper bound. Divided by how
  many different area totals they can spread over (range by greatest common divisor of the areas' differences,
  for each answer but one) it is what falls on a total on average, and less than on the totals in the middle,
  where most are. It is an estimate, and shown as one.

Voters with one vote in all sets are counted exactly as long as that is cheap, and are otherwise at least
those whose area is larger than every answer's total but one.

Before the notice there are no totals: `forecast` says how many voters could be told by their area if they
were the only one, or one of only two, to vote in some way; that depends on the roll alone.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import comb, gcd

STATES = 20_000  # sums in a half: less than a second
MOST_WORK = 400_000  # sums tried for who is certain: about a second
MOST_FOR_PAIRS = 2_000  # voters: two million pairs
NARROW = 1_000  # fewer sets of votes than that leave little doubt about somebody

Total = tuple[int, int]  # heads, and 0.01 m²
_Sums = dict[tuple[int, ...], int]


class Level(StrEnum):
    """What the numbers mean for a neighbour."""

    KNOWN = "known"
    NARROW = "narrow"
    WIDE = "wide"


# The source texts of the translations.
LEVEL_WORDS: dict[Level, str] = {
    Level.KNOWN: "从公布的合计可以推算出有的业主投了什么。",
    Level.NARROW: "能凑出这些合计的投法很少，熟悉各户面积的人可能猜到有的业主投了什么。",
    Level.WIDE: "能凑出这些合计的投法非常多，从合计看不出哪一户投了什么。",
}
# What helps, in the order of how much.
HELP = (
    "把表决范围放大，例如由一个单元改为整栋楼，参加的人越多越看不出来。",
    "议事规则允许面积按整平方米计的，名册里就写整平方米：面积相同的户多了，认出来的就少。",
    "参加的人很少时，先动员更多业主投票，再截止和公布。",
)


@dataclass(frozen=True)
class Fit:
    """How many sets of votes fit the totals of one ballot question.

    `sets` is exact or, with `exact` false, the estimate; `certain` voters, at least, have the same vote in
    every set.
    """

    voters: int
    sets: int
    exact: bool
    certain: int

    @property
    def level(self) -> Level:
        if self.certain or self.sets <= 1:
            return Level.KNOWN
        return Level.NARROW if self.sets < NARROW else Level.WIDE


@dataclass(frozen=True)
class Forecast:
    """Of so many voters: how many have an area that no other has, and how many pairs a sum that no other has.

    The same with areas to the whole m². `pairs` are None for an electorate too large to try them all.
    """

    voters: int
    alone: int
    pairs: int | None
    alone_in_metres: int
    pairs_in_metres: int | None

    @property
    def level(self) -> Level:
        """Known where a tenth of the voters or more could be told; few voters are never wide."""
        if self.alone * 10 >= self.voters:
            return Level.KNOWN
        return Level.NARROW if self.alone or self.voters < 20 else Level.WIDE


def fit(areas: Sequence[int], totals: Sequence[Total]) -> Fit:
    """`areas` of those who took part, `totals` of each answer of which everybody gave exactly one.

    For ticks that may be several, ask for each candidate with (ticked, not ticked). Totals that nobody can
    have cast fit no set.
    """
    asked = [total for total in totals if total != (0, 0)]
    ordered = sorted(areas)
    if (sum(heads for heads, _ in asked), sum(area for _, area in asked)) != (len(ordered), sum(ordered)):
        return Fit(len(ordered), 0, True, 0)
    halves = _halves(ordered, asked)
    if halves is None:
        return Fit(len(ordered), _average(ordered, asked), False, _too_large(ordered, asked))
    sets = _joined(*halves, asked)
    work = sum(map(len, halves)) * len(set(ordered)) * len(asked)
    if sets == 0 or work > MOST_WORK:
        return Fit(len(ordered), sets, True, _too_large(ordered, asked) if sets else 0)
    return Fit(len(ordered), sets, True, _certain(ordered, asked))


def _target(asked: Sequence[Total]) -> tuple[int, ...]:
    """The last answer's totals follow from the others'."""
    return tuple(number for total in asked[:-1] for number in total)


def _halves(ordered: Sequence[int], asked: Sequence[Total]) -> tuple[_Sums, _Sums] | None:
    """The sums of either half of the voters; None when there are too many."""
    middle = len(ordered) // 2
    left, right = (_sums(part, _target(asked)) for part in (ordered[:middle], ordered[middle:]))
    return None if left is None or right is None else (left, right)


def _joined(left: _Sums, right: _Sums, asked: Sequence[Total]) -> int:
    """The number of fitting sets."""
    target = _target(asked)
    return sum(
        ways * right.get(tuple(whole - part for whole, part in zip(target, sums, strict=True)), 0)
        for sums, ways in left.items()
    )


def _sums(areas: Sequence[int], target: tuple[int, ...]) -> _Sums | None:
    """For all answers but the last: (heads, area, heads, area, …) -> in how many ways they are reached."""
    sums: _Sums = {(0,) * len(target): 1}
    for area in areas:
        more: _Sums = dict(sums)
        for reached, ways in sums.items():
            for answer in range(0, len(target), 2):
                heads, held = reached[answer] + 1, reached[answer + 1] + area
                if heads <= target[answer] and held <= target[answer + 1]:
                    further = (*reached[:answer], heads, held, *reached[answer + 2 :])
                    more[further] = more.get(further, 0) + ways
        if len(more) > STATES:
            return None
        sums = more
    return sums


def _certain(ordered: Sequence[int], asked: Sequence[Total]) -> int:
    """Voters who gave the same answer in every fitting set; those of equal area are alike."""
    certain = 0
    for area, many in Counter(ordered).items():
        rest = list(ordered)
        rest.remove(area)
        possible = 0
        for place, (heads, held) in enumerate(asked):
            left = [*asked[:place], (heads - 1, held - area), *asked[place + 1 :]]
            if heads >= 1 and held >= area and (halves := _halves(rest, left)) is not None:
                possible += _joined(*halves, left) > 0
        certain += many * (possible == 1)
    return certain


def _too_large(ordered: Sequence[int], asked: Sequence[Total]) -> int:
    """Voters whose area fits into one answer's total only."""
    return sum(sum(area <= held for _, held in asked) == 1 for area in ordered)


def _average(ordered: Sequence[int], asked: Sequence[Total]) -> int:
    """The multinomial of the heads, over how many area totals they can spread."""
    left, ways, spread = len(ordered), 1, 1
    step = gcd(*(area - ordered[0] for area in ordered)) or 1
    for heads, _ in asked[:-1]:
        ways *= comb(left, heads)
        left -= heads
        widest = sum(ordered[len(ordered) - heads :]) - sum(ordered[:heads])
        spread *= widest // step + 1
    return ways // spread


def forecast(areas: Sequence[int]) -> Forecast:
    """Who could be told by area alone among these voters, before anybody has voted."""
    metres = [(area + 50) // 100 for area in areas]
    return Forecast(len(areas), _alone(areas), _lonely_pairs(areas), _alone(metres), _lonely_pairs(metres))


def _alone(areas: Sequence[int]) -> int:
    return sum(many == 1 for many in Counter(areas).values())


def _lonely_pairs(areas: Sequence[int]) -> int | None:
    """Pairs of voters whose areas have a sum that no other pair has."""
    if len(areas) > MOST_FOR_PAIRS:
        return None
    held: Mapping[int, int] = Counter(areas)
    different = sorted(held)
    sums: Counter[int] = Counter()
    for place, area in enumerate(different):
        if held[area] > 1:
            sums[2 * area] += comb(held[area], 2)
        for other in different[place + 1 :]:
            sums[area + other] += held[area] * held[other]
    return sum(many == 1 for many in sums.values())
