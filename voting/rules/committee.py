"""How large a committee may be where it is elected, and when one that is not full stands."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from voting.errors import Refusal, Refused
from voting.rules.presets import Settings
from voting.rules.questions import CommitteeContest
from voting.rules.settings import Setting

# The structure that a ballot can carry at all; what a place allows is narrower (`check_size`).
MOST_MEMBERS = 21


def check_size(settings: Settings, size: int, households: int, area_dm2: int) -> None:
    """Refused COMMITTEE_SIZE unless the number of members is odd and what the place allows.

    建房〔2009〕274号 art. 31: 5 to 11; smaller where a city lets small estates (以下 includes the number).
    """
    least, most = least_members(settings, households, area_dm2), settings.limit(Setting.COMMITTEE_MOST)
    if size % 2 == 0 or size < least or size > (MOST_MEMBERS if most is None else most):
        raise Refused(Refusal.COMMITTEE_SIZE, size=size, least=least, most=most or MOST_MEMBERS)


def check_contest(settings: Settings, contest: CommitteeContest) -> None:
    """What the place asks of a contest in the smallest estate that there can be: a record does not tell how
    large its estate is. Refused COMMITTEE_SIZE, ALTERNATES_TOO_MANY(alternates, most), and like
    `check_incomplete`."""
    size = contest.size or contest.seats
    check_size(settings, size, 0, 0)
    most = most_alternates(settings, size, len(contest.candidates))
    if contest.alternates > most:
        raise Refused(Refusal.ALTERNATES_TOO_MANY, alternates=contest.alternates, most=most)
    check_incomplete(settings, contest, 0, 0)


def check_incomplete(settings: Settings, contest: CommitteeContest, households: int, area_dm2: int) -> None:
    """Refused INCOMPLETE_NOT_IN_PLACE where a committee that is not full is said to stand and the place does
    not let it, and INCOMPLETE_TOO_FEW(given, least) below the smallest committee that this estate may have.

    杭州市物业管理条例 art. 27: 达到本条规定的业主委员会最低人数要求并且超过约定人数二分之一.
    """
    if not contest.stands_incomplete:
        return
    if not settings.allows(Setting.STANDS_INCOMPLETE):
        raise Refused(Refusal.INCOMPLETE_NOT_IN_PLACE)
    least = least_members(settings, households, area_dm2)
    if contest.least < least:
        raise Refused(Refusal.INCOMPLETE_TOO_FEW, given=contest.least, least=least)


def least_members(settings: Settings, households: int, area_dm2: int) -> int:
    """The smallest committee that this estate may have; area in 0.01 m²."""
    small = settings.limit(Setting.SMALL_COMMITTEE)
    few = settings.limit(Setting.SMALL_HOUSEHOLDS)
    little = settings.limit(Setting.SMALL_AREA_DM2)
    is_small = (few is not None and households <= few) or (little is not None and area_dm2 <= little)
    return small if small is not None and is_small else settings.days(Setting.COMMITTEE_LEAST)


def most_alternates(settings: Settings, size: int, candidates: int) -> int:
    """How many alternates (候补委员) the place allows beside a committee of that size."""
    return {
        "none": 0,
        "half": size // 2,
        "as-many": size,
        "all-over-the-threshold": candidates,
    }[settings.word(Setting.ALTERNATES)]


@dataclass(frozen=True)
class ByElection:
    """What is left to be filled: `members` stay in office, of whom `moved_up` were alternates."""

    members: tuple[str, ...]
    moved_up: tuple[str, ...]
    vacant: int


def by_election(
    contest: CommitteeContest, decided: Mapping[str, Any], left: Collection[str] = ()
) -> ByElection:
    """What an outcome, and who has left since, leave to a by-election (补选).

    Alternates move up in their order, for those who have left; a contest has them only where the place's
    rules do. Refused COMMITTEE_EMPTY where nobody is in office (that is a new election), COMMITTEE_HALVED
    (members, size) where so many have left that no more than half are (北京 art. 48, 上海 art. 32, 杭州
    art. 28: that is a new election, too), and NOTHING_VACANT.
    """
    before = [*contest.sitting_members, *decided["elected"]]
    staying = [name for name in before if name not in left]
    waiting = [name for name in decided.get("alternates", ()) if name not in left]
    moved_up = tuple(waiting[: len(before) - len(staying)])
    members = (*staying, *moved_up)
    size = contest.size or contest.seats
    vacant = size - len(members)
    if not members:
        raise Refused(Refusal.COMMITTEE_EMPTY)
    if len(members) < len(before) and 2 * len(members) <= size:
        raise Refused(Refusal.COMMITTEE_HALVED, members=len(members), size=size)
    if vacant < 1:
        raise Refused(Refusal.NOTHING_VACANT)
    return ByElection(members, moved_up, vacant)


def stands(contest: CommitteeContest, elected: int) -> bool:
    """Whether there is a committee, sitting members included (杭州市物业管理条例 art. 27: one not full)."""
    size, members = contest.size or contest.seats, contest.sitting + elected
    if members >= size:
        return True
    return contest.stands_incomplete and members >= contest.least and 2 * members > size
