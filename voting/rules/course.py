"""What comes next in an assembly, what is missing for it, and every date on its calendar."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from voting.errors import Refused
from voting.rules.assembly import About, Act, Assembly, Phase, Step
from voting.rules.assembly_periods import (
    earliest_opening,
    late_opening,
    longest_closing,
    objections_until,
    shortest_closing,
    unheeded,
)
from voting.rules.clock import obstacles, take
from voting.rules.places import REVOCATION_YEARS
from voting.rules.settings import Setting

_UNSAID = "……"  # stands for an item or a reason that only people can give


class Event(StrEnum):
    """What a date on the calendar is; the value is stable and part of an entry's UID."""

    ROLL_OBJECTIONS = "roll-objections"
    CANDIDATE_OBJECTIONS = "candidate-objections"
    NOTICE_PERIOD = "notice-period"
    OPENING = "opening"
    CLOSING = "closing"
    LATEST_CLOSING = "latest-closing"
    RESULT_POSTED = "result-posted-by"
    RESULT_OBJECTIONS = "result-objections"
    FILING = "filing-by"
    REVOCATION = "revocation-until"
    KEEPING = "keep-records-until"


# The source texts of the translations.
EVENT_WORDS: dict[Event, str] = {
    Event.ROLL_OBJECTIONS: "业主清册公示，可以提出异议",
    Event.CANDIDATE_OBJECTIONS: "候选人名单公示，可以提出异议",
    Event.NOTICE_PERIOD: "会议公告期，期满以前不能开始投票",
    Event.OPENING: "开始投票",
    Event.CLOSING: "投票截止",
    Event.LATEST_CLOSING: "延期最晚到这一天",
    Event.RESULT_POSTED: "最晚这一天公布结果",
    Event.RESULT_OBJECTIONS: "初步结果公示，可以提出异议",
    Event.FILING: "最晚这一天备案",
    Event.REVOCATION: "业主请求法院撤销决定的期限（自知道之日起一年，此处从公布之日算起）",
    Event.KEEPING: "选票、委托书、送达凭证保存到这一天",
}


@dataclass(frozen=True)
class Dated:
    """An entry of the calendar: `begins` up to `ends`, aware; `ends` is the first moment after a period.

    Equal for a moment. `planned`: follows only if every step before it is taken at its earliest.
    """

    event: Event
    begins: datetime
    ends: datetime
    planned: bool = False


@dataclass(frozen=True)
class Next:
    """The step that comes next: from when, until when at the latest, and what stands against it now."""

    act: Act
    earliest: datetime
    deadline: datetime | None
    missing: tuple[Refused, ...]


def next_step(assembly: Assembly, now: datetime) -> Next | None:
    """What to do next; None once everything is filed, or where nothing is left to file."""
    act = _next_act(assembly)
    if act is None:
        return None
    deadline = {
        Act.OPEN: late_opening(assembly.plan, assembly.notice.closes_at) if assembly.notice else None,
        # Of a result that is published again, nobody says until when.
        Act.PUBLISH_PRELIMINARY: posted_by(assembly) if assembly.preliminary_at is None else None,
        Act.FILE: filing_by(assembly),
    }.get(act)
    step = _earliest(assembly, act, now)
    missing = tuple(obstacles(assembly, replace(step, at=now)))
    return Next(act, step.at, deadline, missing)


def earliest_course(assembly: Assembly, now: datetime) -> Assembly:
    """The assembly as it would end if every further step were taken as early as it is allowed.

    Undecided objections are taken for decided, items and reasons for given. For planning, never for acting.
    """
    while (act := _next_act(assembly)) is not None:
        for objection in assembly.objections:
            if objection.upheld is None:
                decided = Step(
                    Act.DECIDE_OBJECTION, now, number=objection.number, upheld=False, reason=_UNSAID * 3
                )
                assembly = take(assembly, decided)
        step = _earliest(assembly, act, now)
        try:
            assembly = take(assembly, step)
        except Refused:  # the announced window has passed unused: only people can say what follows
            return assembly
        now = step.at
    return assembly


def dates(assembly: Assembly, now: datetime) -> tuple[Dated, ...]:
    """Every date of the assembly in order of their ends: those that stand, and planned ones for the rest."""
    standing = {entry.event: entry for entry in _dates(assembly)}
    planned = {entry.event: replace(entry, planned=True) for entry in _dates(earliest_course(assembly, now))}
    return tuple(sorted((planned | standing).values(), key=lambda entry: (entry.ends, entry.event)))


def _next_act(assembly: Assembly) -> Act | None:
    published = assembly.candidates_at is not None and not unheeded(assembly, About.CANDIDATES)
    candidates_due = assembly.plan.elects_committee and not published
    match assembly.phase:
        case Phase.DRAFT:
            return Act.PUBLISH_ROLL
        case Phase.ROLL_PUBLISHED:
            return Act.PUBLISH_CANDIDATES if candidates_due else Act.GIVE_NOTICE
        case Phase.NOTICE_GIVEN:
            return Act.PUBLISH_CANDIDATES if candidates_due else Act.OPEN
        case Phase.OPEN:
            return Act.CLOSE
        case Phase.CLOSED:
            return Act.PUBLISH_PRELIMINARY
        case Phase.PRELIMINARY:
            return Act.PUBLISH_PRELIMINARY if unheeded(assembly, About.RESULT) else Act.PUBLISH_FINAL
        case Phase.FINAL:
            return Act.FILE if assembly.plan.elects_committee else None
        case Phase.FILED:
            return None


def _earliest(assembly: Assembly, act: Act, now: datetime) -> Step:
    """The step at the earliest moment from now on at which it is allowed, with what people say filled in."""
    plan, notice = assembly.plan, assembly.notice
    match act:
        case Act.GIVE_NOTICE:
            at = max(now, objections_until(assembly, About.ROLL) or now)
            opens_at = earliest_opening(plan, at, assembly.candidates_at)
            closes_at = shortest_closing(plan, opens_at)
            return Step(act, at, (_UNSAID,), opens_at, closes_at, reason=_UNSAID * 3)
        case Act.OPEN:
            assert notice is not None
            shown_until = objections_until(assembly, About.CANDIDATES) if plan.elects_committee else None
            earliest = earliest_opening(plan, notice.at, assembly.candidates_at)
            return Step(act, max(now, earliest, notice.opens_at, shown_until or now), notice.items)
        case Act.CLOSE:
            assert notice is not None
            return Step(act, max(now, notice.closes_at))
        case Act.PUBLISH_FINAL:
            return Step(act, max(now, objections_until(assembly, About.RESULT) or now))
        case _:
            return Step(act, now, reason=_UNSAID * 3)


def posted_by(assembly: Assembly) -> datetime | None:
    """Until when the result is posted; None while voting runs."""
    if assembly.closed_at is None:
        return None
    days = assembly.plan.settings.days(Setting.RESULT_POSTED_DAYS)
    return assembly.plan.calendar.deadline(assembly.closed_at, days)


def filing_by(assembly: Assembly) -> datetime | None:
    """From the end of the vote, the earliest day that "elected" can mean: nobody can call that late."""
    if assembly.closed_at is None or not assembly.plan.elects_committee:
        return None
    return assembly.plan.calendar.deadline(
        assembly.closed_at, assembly.plan.settings.days(Setting.FILING_DAYS)
    )


def _dates(assembly: Assembly) -> Iterator[Dated]:
    plan, notice = assembly.plan, assembly.notice
    for event, about, begun in (
        (Event.ROLL_OBJECTIONS, About.ROLL, assembly.roll_at),
        (Event.CANDIDATE_OBJECTIONS, About.CANDIDATES, assembly.candidates_at),
        (Event.RESULT_OBJECTIONS, About.RESULT, assembly.preliminary_at),
    ):
        until = objections_until(assembly, about)
        if begun is not None and until is not None:
            yield Dated(event, begun, until)
    if notice is not None:
        earliest = earliest_opening(plan, notice.at, assembly.candidates_at)
        yield Dated(Event.NOTICE_PERIOD, notice.at, earliest)
        yield Dated(Event.OPENING, notice.opens_at, notice.opens_at)
        yield Dated(Event.CLOSING, notice.closes_at, notice.closes_at)
        latest = longest_closing(plan, notice.opens_at)
        may_extend = not plan.elects_committee or plan.settings.allows(Setting.EXTENSION_IN_ELECTION)
        left = plan.settings.days(Setting.EXTENSIONS_MOST) > assembly.extensions
        if latest is not None and may_extend and left and assembly.closed_at is None:
            yield Dated(Event.LATEST_CLOSING, latest, latest)
    if assembly.closed_at is not None:
        for event, ends in (
            (Event.RESULT_POSTED, posted_by(assembly)),
            (Event.FILING, filing_by(assembly)),
        ):
            if ends is not None:
                yield Dated(event, assembly.closed_at, ends)
    posted = assembly.preliminary_at
    if posted is not None:
        yield Dated(Event.REVOCATION, posted, plan.calendar.years(posted, REVOCATION_YEARS))
        years = plan.settings.days(Setting.KEEP_YEARS)
        yield Dated(Event.KEEPING, posted, plan.calendar.years(posted, years))
