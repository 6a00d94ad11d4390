"""From when and until when: the periods of an assembly's plan, and what an upheld objection asks for.

What may be done in them stands in `clock`.
"""

from collections.abc import Iterable
from datetime import datetime

from voting.rules.assembly import About, Act, Assembly, Meeting, Plan
from voting.rules.settings import Setting


def shown(assembly: Assembly, moment: datetime) -> str:
    """A moment in the estate's own time: 2026-05-17 00:00."""
    return assembly.plan.calendar.local(moment).strftime("%Y-%m-%d %H:%M")


def notice_days(plan: Plan) -> int:
    """Full days between the notice and the opening."""
    special = plan.meeting is Meeting.SPECIAL
    return plan.settings.days(Setting.NOTICE_DAYS_SPECIAL if special else Setting.NOTICE_DAYS)


def objections_until(assembly: Assembly, about: About) -> datetime | None:
    """The end of the period for objections; None while it has not begun, and where the place sets none."""
    begun, setting = {
        About.ROLL: (assembly.roll_at, Setting.ROLL_OBJECTION_DAYS),
        About.CANDIDATES: (assembly.candidates_at, Setting.CANDIDATES_SHOWN_DAYS),
        About.RESULT: (assembly.preliminary_at, Setting.RESULT_OBJECTION_DAYS),
    }[about]
    days = assembly.plan.settings.limit(setting)
    return None if begun is None or days is None else assembly.plan.calendar.waiting(begun, days)


def earliest_opening(plan: Plan, notice_at: datetime, candidates_at: datetime | None) -> datetime:
    """The first moment at which voting may open after a notice and a list of candidates."""
    ends = [plan.calendar.waiting(notice_at, notice_days(plan))]
    if plan.elects_committee and candidates_at is not None:
        periods = (Setting.CANDIDATES_BEFORE_DAYS, Setting.CANDIDATES_SHOWN_DAYS)
        ends += [plan.calendar.waiting(candidates_at, plan.settings.limit(each) or 0) for each in periods]
    return max(ends)


def unheeded(assembly: Assembly, about: About) -> tuple[int, ...]:
    """The numbers of upheld objections since what they are about was last published."""
    publishes = {
        About.ROLL: Act.PUBLISH_ROLL,
        About.CANDIDATES: Act.PUBLISH_CANDIDATES,
        About.RESULT: Act.PUBLISH_PRELIMINARY,
    }[about]
    found: list[int] = []
    for step in assembly.steps:
        if step.act is publishes:
            found = []
        elif step.act is Act.DECIDE_OBJECTION and step.number is not None and step.upheld:
            found += [step.number] if assembly.objections[step.number - 1].about is about else []
    return tuple(found)


def uncorrected(assembly: Assembly, changes: Iterable[tuple[datetime, int | None]]) -> tuple[int, ...]:
    """The numbers of upheld objections to the roll that no change of it can be for.

    A change is its time and the number of the objection that it names, None where it names none.
    """
    kept = tuple(changes)
    return tuple(
        number
        for number in unheeded(assembly, About.ROLL)
        if not any(at >= assembly.objections[number - 1].at and named in (None, number) for at, named in kept)
    )


def shortest_closing(plan: Plan, opens_at: datetime) -> datetime:
    """The first moment at which a window that opens then may close."""
    return plan.calendar.waiting(opens_at, plan.settings.days(Setting.WINDOW_LEAST_DAYS))


def longest_closing(plan: Plan, opens_at: datetime) -> datetime | None:
    """The last moment at which it may; None without a limit."""
    days = plan.settings.limit(Setting.WINDOW_MOST_DAYS)
    return None if days is None else plan.calendar.deadline(opens_at, days)


def late_opening(plan: Plan, closes_at: datetime) -> datetime:
    """The first moment at which it is too late to open: what is left is less than the shortest window."""
    days = plan.settings.days(Setting.WINDOW_LEAST_DAYS)
    return plan.calendar.end_of(plan.calendar.latest_before(closes_at, days))
