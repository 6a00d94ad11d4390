"""Who may stand for the committee, point by point, each with where it comes from.

Whether the text of a source was read stands with it (`settings.Source.read`): what was not read is usual
practice and never shown as law. The points are a preset of what to look at. Whether one is met, people say.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from voting.rules.settings import Source


class Point(StrEnum):
    """What is looked at of a nominee; the value is stable and stands in records."""

    ON_ROLL = "on-roll"
    PUBLIC_SPIRIT = "public-spirit"
    CAPACITY = "capacity"
    LAWFUL = "lawful"
    PACT = "pact"
    TIME = "time"
    NO_TIE = "no-tie"
    CONSENT = "consent"
    RECOMMENDED = "recommended"


class Found(StrEnum):
    """What was found of a point."""

    MET = "met"
    NOT_MET = "not-met"
    UNCHECKED = "unchecked"


class Nominator(StrEnum):
    """Who put somebody forward."""

    SELF = "self"
    CO_OWNERS = "co-owners"
    COMMUNITY = "community"
    OWNERS = "owners"


@dataclass(frozen=True)
class Requirement:
    """What a point asks, in a sentence, and its source."""

    words: str
    source: Source


_REGULATION = Source("物业管理条例（2018年修订）", "第十六条", read=True)
_GUIDELINE = Source("业主大会和业主委员会指导规则（建房〔2009〕274号）", "第三十一条", read=True)
_PRACTICE = Source("通常做法", "", read=False)

REQUIREMENTS: Mapping[Point, Requirement] = {
    Point.ON_ROLL: Requirement("是本小区的业主，在业主清册上", _REGULATION),
    Point.PUBLIC_SPIRIT: Requirement("热心公益事业、责任心强、有一定的组织能力", _REGULATION),
    Point.CAPACITY: Requirement("有完全民事行为能力", _GUIDELINE),
    Point.LAWFUL: Requirement("遵守法律、法规", _GUIDELINE),
    Point.PACT: Requirement("遵守议事规则、管理规约，履行业主义务", _GUIDELINE),
    Point.TIME: Requirement("有必要的工作时间", _GUIDELINE),
    Point.NO_TIE: Requirement("本人和近亲属不在为本小区服务的物业公司任职", _PRACTICE),
    Point.CONSENT: Requirement("本人同意，签了名", _PRACTICE),
    Point.RECOMMENDED: Requirement("推荐的方式和人数符合公布的办法", _PRACTICE),
}

NOMINATOR_WORDS: Mapping[Nominator, str] = {
    Nominator.SELF: "本人自荐",
    Nominator.CO_OWNERS: "同一套房的共有人推荐",
    Nominator.COMMUNITY: "居民委员会推荐",
    Nominator.OWNERS: "业主联名推荐",
}


@dataclass(frozen=True)
class Check:
    """What was found of one point, with a note for the file."""

    found: Found = Found.UNCHECKED
    note: str = ""


Checks = Mapping[Point, Check]


def unmet(checks: Checks) -> tuple[Point, ...]:
    """The points for which somebody cannot stand (物业管理条例 art. 16 and the published rules)."""
    return tuple(point for point in Point if checks.get(point, Check()).found is Found.NOT_MET)


def unchecked(checks: Checks) -> tuple[Point, ...]:
    """The points that nobody has looked at yet."""
    return tuple(point for point in Point if checks.get(point, Check()).found is Found.UNCHECKED)


def ballot_names(nominees: list[tuple[str, tuple[str, ...]]]) -> list[str]:
    """Names as the ballot prints them: of two people of one name each with the first of their units."""
    names = [name for name, _ in nominees]
    return [f"{name}（{units[0]}）" if names.count(name) > 1 else name for name, units in nominees]
