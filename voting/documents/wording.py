"""Numbers and clauses as a notice says them, shared by the report and the workbook."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from typing import Any

from voting.rules.questions import MATTERS
from voting.rules.secrecy import Secrecy
from voting.rules.thresholds import Threshold

_ORDINALS = "一二三四五六七八九"
# The preset's name, and in one line what it means for a household; the letter has room for 40 characters.
SECRECY = {
    Secrecy.CONFIDENTIAL: ("记名保密", "只公布合计，谁投了什么不公开"),
    Secrecy.SECRET: ("不公开任何单张票", "只公布合计，任何一张票都不打开"),
    Secrecy.OPEN: ("监督员可见每张票", "截止以后，监督员能看到每一户投了什么"),
}
_SHARES = {(1, 2): "二分之一", (2, 3): "三分之二", (3, 4): "四分之三"}


@dataclass(frozen=True)
class Line:
    """What a share has to reach: `words` as the law says it, and the least whole number that does."""

    threshold: Threshold

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "Line":
        """From the `quorum` or `approval` of rules.json."""
        return cls(Threshold(document["numerator"], document["denominator"], document["strict"]))

    @property
    def words(self) -> str:
        """过半数, 三分之二以上 or 四分之三以上 (以上 includes the number, 过半数 does not: art. 1259)."""
        if self.threshold == Threshold(1, 2, strict=True):
            return "过半数"
        share = self.threshold.numerator, self.threshold.denominator
        return ("超过" + _SHARES[share]) if self.threshold.strict else _SHARES[share] + "以上"

    def least(self, whole: int) -> int:
        """The smallest number that meets the threshold in `whole`: owners, or 0.01 m²."""
        product = whole * self.threshold.numerator
        if self.threshold.strict:
            return product // self.threshold.denominator + 1
        return -(-product // self.threshold.denominator)


def clause(matter: str) -> str:
    """The place in the law: 《民法典》第二百七十八条第一款第（八）项."""
    return f"《民法典》第二百七十八条第一款第（{_ORDINALS[int(matter.removeprefix('278-')) - 1]}）项"


def matter_title(matter: str) -> str:
    """The law's own words for the matter."""
    return MATTERS[matter].title


def dm2(area_m2: str) -> int:
    """A decimal string of m² with two places as an integer of 0.01 m²."""
    return int(Decimal(area_m2) * 100)


def oldest_outside_tool(group: str) -> str:
    """The first version of belenios-tool that knows the group; Debian 12 has 2.0."""
    return "2.0" if group == "BELENIOS-2048" else "2.1"


def metres(area_dm2: int) -> str:
    """13,260.50: m² with two places, digits in threes."""
    return f"{Decimal(area_dm2) / 100:,.2f}"


def share(part: int, whole: int) -> str:
    """A percentage with two places, cut and never rounded up (66.66%): nothing short may look sufficient."""
    if whole == 0:
        return "—"
    return f"{(Decimal(part) * 100 / whole).quantize(Decimal('0.01'), ROUND_DOWN)}%"


def scope_words(scope: Mapping[str, Any]) -> str:
    """Which units count: 全小区，车位不计入."""
    buildings = scope.get("buildings")
    where = (
        "全小区" if buildings is None else "、".join(buildings) + (" 栋" if buildings[-1].isdecimal() else "")
    )
    uses = scope.get("exclude_uses") or ()
    return f"{where}，{'、'.join(uses)}不计入" if uses else f"{where}，各类房屋都计入"


def ranked(question: Mapping[str, Any], outcome: Mapping[str, Any]) -> list[str]:
    """A contest's candidates: elected in order, others over the threshold, the rest by owners and area."""
    counts = outcome["counts"]
    first = [
        *outcome["elected"],
        *(name for name in outcome["over_the_threshold"] if name not in outcome["elected"]),
    ]
    rest = [name for name in question["candidates"] if name not in first]
    return first + sorted(rest, key=lambda name: (-counts[name]["owners"], -dm2(counts[name]["area_m2"])))


def standing(name: str, outcome: Mapping[str, Any], *, quorum_met: bool) -> str:
    """What became of a candidate, in words."""
    if name in outcome["elected"]:
        return "当选"
    if name in outcome.get("tie", ()):
        return "票数与面积相同，未能定出"
    if name in outcome["over_the_threshold"]:
        return "过线，名额已满" if quorum_met else "过线，但参与未达法定比例"
    return "未过线"
