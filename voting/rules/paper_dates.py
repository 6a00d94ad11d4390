"""Until when each paper of an assembly has to be on the boards, or ready, and which step asks for it.

A period runs from the day on which its notice hangs, so a notice is due on the day of its step. What was
posted before that day was another notice: a new one asks for new paper. For an assembly's own steps see
`clock`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from voting.rules.assembly import Act, Assembly, Meeting
from voting.rules.course import earliest_course, filing_by, posted_by
from voting.rules.periods import Calendar

FIRST_MEETING_DAYS = (
    7  # 建房〔2009〕274号 art. 32, 北京 art. 42: from the election, which the final result ends
)


class Why(StrEnum):
    """Which step a paper belongs to; the value is stable."""

    BEFORE_ROLL = "before-roll"
    WITH_ROLL = "with-roll"
    WITH_CANDIDATES = "with-candidates"
    WITH_NOTICE = "with-notice"
    BEFORE_OPENING = "before-opening"
    BEFORE_CLOSING = "before-closing"
    RESULT_POSTED = "result-posted"
    WITH_FINAL = "with-final"
    FIRST_MEETING = "first-meeting"
    FILING = "filing"


# The source texts of the translations.
WHY_WORDS: dict[Why, str] = {
    Why.BEFORE_ROLL: "公示业主清册以前",
    Why.WITH_ROLL: "公示业主清册的当天，异议期从张贴起算",
    Why.WITH_CANDIDATES: "公示候选人名单的当天，公示期从张贴起算",
    Why.WITH_NOTICE: "发会议公告的当天，公告期从张贴起算",
    Why.BEFORE_OPENING: "开始投票以前",
    Why.BEFORE_CLOSING: "截止投票以前备好",
    Why.RESULT_POSTED: "截止以后，公布结果的期限",
    Why.WITH_FINAL: "公布正式结果的当天",
    Why.FIRST_MEETING: "选出以后七天内开首次会议（业主大会和业主委员会指导规则第三十二条），从结果确定算",
    Why.FILING: "备案的期限",
}


@dataclass(frozen=True)
class Due:
    """`at` is the first moment at which it is late; what was posted before `since` was for something else.

    `planned`: follows only if every step before it is taken at its earliest.
    """

    at: datetime
    why: Why
    since: datetime | None = None
    planned: bool = False


def dues(assembly: Assembly, now: datetime) -> dict[str, Due]:
    """By the key of a paper (`documents.notices.KINDS`): those that stand, and planned ones for the rest."""
    standing = standing_dues(assembly)
    planned = standing_dues(earliest_course(assembly, now))
    return {key: replace(due, planned=True) for key, due in planned.items()} | standing


def standing_dues(assembly: Assembly) -> dict[str, Due]:
    """Those that follow from the steps taken."""
    return dict(_dues(assembly))


def _dues(assembly: Assembly) -> Iterator[tuple[str, Due]]:
    plan = assembly.plan
    calendar, elects = plan.calendar, plan.elects_committee
    if assembly.roll_at is not None:
        if plan.meeting is Meeting.FIRST:
            yield "group", Due(assembly.roll_at, Why.BEFORE_ROLL)
            yield "preparation", Due(assembly.roll_at, Why.BEFORE_ROLL)
        yield "roll", _on_the_day(calendar, assembly.roll_at, Why.WITH_ROLL)
    if assembly.candidates_at is not None:
        yield "candidates", _on_the_day(calendar, assembly.candidates_at, Why.WITH_CANDIDATES)
    if assembly.notice is not None:
        yield "meeting", _on_the_day(calendar, assembly.notice.at, Why.WITH_NOTICE)
        for key in ("delivery", "ballot", "proxy"):
            yield key, Due(assembly.notice.opens_at, Why.BEFORE_OPENING)
        yield "tally", Due(assembly.notice.closes_at, Why.BEFORE_CLOSING)
    posted, filed = posted_by(assembly), filing_by(assembly)
    again = [step for step in assembly.steps if step.act is Act.PUBLISH_PRELIMINARY][1:]
    if again:
        yield "preliminary-result", _on_the_day(calendar, again[-1].at, Why.RESULT_POSTED)
    elif posted is not None:
        yield "preliminary-result", Due(posted, Why.RESULT_POSTED, assembly.closed_at)
    if assembly.final_at is not None:
        yield "final-result", _on_the_day(calendar, assembly.final_at, Why.WITH_FINAL)
        if elects:
            at = calendar.deadline(assembly.final_at, FIRST_MEETING_DAYS)
            yield "committee-minutes", Due(at, Why.FIRST_MEETING)
    if filed is not None:
        for key in ("filing", "archive"):
            yield key, Due(filed, Why.FILING)


def _on_the_day(calendar: Calendar, at: datetime, why: Why) -> Due:
    day = calendar.day(at)
    return Due(calendar.end_of(day), why, calendar.end_of(day - timedelta(days=1)))
