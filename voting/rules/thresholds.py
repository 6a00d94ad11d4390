"""Majorities, exactly: integers only, no float and no rounded percentage decides anything.

Civil Code (民法典) arts 278, 279; art. 1259: 以上 includes the number, 过半数 is strict. A `Rule` is what a
law asks of a decision, as plain data: another country's law is another rule, and no other code.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# What a ballot counts in: owners and area at an owners' assembly, residents at a residents' meeting.
OWNERS_AND_AREA = ("owners", "area")
HEADS = ("heads",)


@dataclass(frozen=True)
class Threshold:
    """A share of a whole: `strict` means more than it, otherwise at least it."""

    numerator: int
    denominator: int
    strict: bool

    def met(self, part: int, whole: int) -> bool:
        """Whether `part` of `whole` (both owners, or both 0.01 m²) reaches the share."""
        left, right = part * self.denominator, whole * self.numerator
        return left > right if self.strict else left >= right

    def as_json(self) -> dict[str, int | bool]:
        return {"numerator": self.numerator, "denominator": self.denominator, "strict": self.strict}


# Art. 278 para. 2: 专有部分面积占比三分之二以上 and 人数占比三分之二以上 take part.
QUORUM = Threshold(2, 3, strict=False)
# Art. 278 para. 2: matters 6 to 8 need 参与表决 ... 四分之三以上, the others 过半数.
MORE_THAN_HALF = Threshold(1, 2, strict=True)
THREE_QUARTERS = Threshold(3, 4, strict=False)
# Art. 279: 应当经有利害关系的业主一致同意.
UNANIMITY = Threshold(1, 1, strict=False)


@dataclass(frozen=True)
class Rule:
    """What must be reached, on each of the measures: the quorum of all, and the approval of a base.

    `of_all`: approval is counted among all, not only among those who took part; `of_expressed`: among those
    who were for or against, so that an abstention counts for nothing. `quorum` None: none is asked.
    """

    measures: tuple[str, ...]
    quorum: Threshold | None
    approval: Threshold
    of_all: bool = False
    of_expressed: bool = False

    def quorum_met(self, cast: Mapping[str, int], total: Mapping[str, int]) -> dict[str, bool]:
        """For each measure, whether enough took part; amounts are owners or heads, and 0.01 m²."""
        return {
            name: self.quorum is None or self.quorum.met(cast[name], total[name]) for name in self.measures
        }

    def base(
        self, cast: Mapping[str, int], total: Mapping[str, int], abstained: Mapping[str, int]
    ) -> dict[str, int]:
        """For each measure, of how much the approval is a share."""
        if self.of_expressed:
            return {name: cast[name] - abstained.get(name, 0) for name in self.measures}
        return {name: (total if self.of_all else cast)[name] for name in self.measures}

    def approved(self, part: Mapping[str, int], base: Mapping[str, int]) -> dict[str, bool]:
        """For each measure, whether enough of the base is for it; of nobody, nobody is enough."""
        return {name: base[name] > 0 and self.approval.met(part[name], base[name]) for name in self.measures}

    def as_json(self) -> dict[str, Any]:
        return {
            "measures": list(self.measures),
            "quorum": None if self.quorum is None else self.quorum.as_json(),
            "approval": self.approval.as_json(),
            "of": "all" if self.of_all else "expressed" if self.of_expressed else "participating",
        }


# Art. 278 para. 2. A residents' meeting: more than half attend, more than half of those attending approve, as
# 城市居民委员会组织法 (2018) art. 9 had it. The law was revised on 28 October 2025, in force since 1 January
# 2026, and its article on meetings was not read: nothing is shown as law, only as what holds for this vote.
ORDINARY = Rule(OWNERS_AND_AREA, QUORUM, MORE_THAN_HALF)
SPECIAL = Rule(OWNERS_AND_AREA, QUORUM, THREE_QUARTERS)
UNANIMOUS = Rule(("owners",), None, UNANIMITY, of_all=True)
RESIDENTS = Rule(HEADS, MORE_THAN_HALF, MORE_THAN_HALF)
