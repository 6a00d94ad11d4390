"""The clock of an assembly, as a state machine that cannot be skipped (domain.md §4).

`draft → roll published → notice given → open → closed → preliminary result → final → filed`

1. The roll is published; until its period is over, voters object. All is decided before the notice.
2. An assembly that elects a committee publishes its candidates so long before the opening as the place asks.
3. The notice names every item, the opening and the closing. Voting cannot open before the notice's own
   period is over (物业管理条例 art. 14). Whatever changes after it (items, times, the roll, the candidates)
   needs a new notice with its reason, and the period begins again.
4. Open: exactly what the notice named is voted on, from its opening time on, and never so late that less than
   the shortest window is left. The closing can be moved once it is allowed, with a reason, never past the
   longest window.
5. Closed: the preliminary result is posted, objections to it run and are decided, then it is final and filed.
6. An objection that is upheld has consequences: a list of candidates or a result to which one was upheld is
   published again, and its period begins again, before the next step.

Every refusal has its name and says when the step may be taken. Times of steps never run backwards.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from voting.errors import Refusal, Refused
from voting.rules.assembly import About, Act, Assembly, Notice, Objection, Phase, Plan, Step
from voting.rules.assembly_periods import (
    earliest_opening,
    longest_closing,
    notice_days,
    objections_until,
    shortest_closing,
    shown,
    unheeded,
)
from voting.rules.presets import LEAST_REASON
from voting.rules.settings import Setting

# The phases in which each act has its place.
PHASES: dict[Act, tuple[Phase, ...]] = {
    Act.PUBLISH_ROLL: (Phase.DRAFT, Phase.ROLL_PUBLISHED, Phase.NOTICE_GIVEN),
    Act.PUBLISH_CANDIDATES: (Phase.DRAFT, Phase.ROLL_PUBLISHED, Phase.NOTICE_GIVEN),
    Act.OBJECT: tuple(Phase),
    Act.DECIDE_OBJECTION: tuple(Phase),
    Act.GIVE_NOTICE: (Phase.ROLL_PUBLISHED, Phase.NOTICE_GIVEN),
    Act.OPEN: (Phase.NOTICE_GIVEN,),
    Act.EXTEND: (Phase.OPEN,),
    Act.CLOSE: (Phase.OPEN,),
    Act.PUBLISH_PRELIMINARY: (Phase.CLOSED, Phase.PRELIMINARY),
    Act.PUBLISH_FINAL: (Phase.PRELIMINARY,),
    Act.FILE: (Phase.FINAL,),
}


def begin(plan: Plan) -> Assembly:
    """An assembly in draft. Refused ZONE_UNKNOWN for a calendar nobody knows."""
    plan.calendar.day(datetime.fromisoformat("2000-01-01T00:00:00+00:00"))
    return Assembly(plan)


def replay(plan: Plan, steps: Iterable[Step]) -> Assembly:
    """The assembly that these steps make; refuses like `take` at the first that was not allowed."""
    assembly = begin(plan)
    for step in steps:
        assembly = take(assembly, step)
    return assembly


def replanned(assembly: Assembly, plan: Plan) -> Assembly:
    """The same steps by another plan. Refused like `take` where one would not have been allowed by it, and
    OBJECTIONS_RUNNING where a period for objections that was published would become shorter."""
    again = replay(plan, assembly.steps)
    for about in About:
        until, after = objections_until(assembly, about), objections_until(again, about)
        if until is not None and (after is None or after < until):
            raise Refused(Refusal.OBJECTIONS_RUNNING, about=about.value, until=shown(assembly, until))
    return again


def take(assembly: Assembly, step: Step) -> Assembly:
    """The assembly after a step. Refused by the first of its `obstacles`."""
    for refused in obstacles(assembly, step):
        raise refused
    return _after(assembly, step)


def obstacles(assembly: Assembly, step: Step) -> Iterator[Refused]:
    """Everything that stands against a step at its time, most basic first; nothing when it is allowed."""
    if step.at.tzinfo is None:
        raise TypeError("a step's time needs a time zone")
    if assembly.phase not in PHASES[step.act]:
        yield Refused(Refusal.STEP_OUT_OF_ORDER, step=step.act.value, stage=assembly.phase.value)
        return
    if assembly.steps and step.at < assembly.steps[-1].at:
        yield Refused(Refusal.STEP_BACKWARDS, at=shown(assembly, assembly.steps[-1].at))
    yield from _OBSTACLES.get(step.act, _none)(assembly, step)


# What stands against each act


def _none(assembly: Assembly, step: Step) -> Iterator[Refused]:
    yield from ()


def _running(assembly: Assembly, about: About, at: datetime) -> Iterator[Refused]:
    """Objections may still come, or wait for their decision."""
    until = objections_until(assembly, about)
    if until is not None and at < until:
        yield Refused(Refusal.OBJECTIONS_RUNNING, about=about.value, until=shown(assembly, until))
    if waiting := len(assembly.undecided(about)):
        yield Refused(Refusal.OBJECTIONS_UNDECIDED, about=about.value, count=waiting)


def _heeded(assembly: Assembly, about: About) -> Iterator[Refused]:
    for number in unheeded(assembly, about):
        yield Refused(Refusal.OBJECTION_UNHEEDED, about=about.value, number=number)


def _candidates(assembly: Assembly, step: Step) -> Iterator[Refused]:
    if not assembly.plan.elects_committee:
        yield Refused(Refusal.NO_COMMITTEE_ELECTED)


def _object(assembly: Assembly, step: Step) -> Iterator[Refused]:
    if step.about is None:
        yield Refused(Refusal.ASSEMBLY_MALFORMED)
        return
    until = objections_until(assembly, step.about)
    if until is None:
        yield Refused(Refusal.OBJECTION_TOO_EARLY, about=step.about.value)
    elif step.at >= until:
        yield Refused(Refusal.OBJECTION_TOO_LATE, about=step.about.value, until=shown(assembly, until))


def _decide(assembly: Assembly, step: Step) -> Iterator[Refused]:
    number = step.number or 0
    if not 1 <= number <= len(assembly.objections) or step.upheld is None:
        yield Refused(Refusal.OBJECTION_UNKNOWN, number=number)
    elif assembly.objections[number - 1].upheld is not None:
        yield Refused(Refusal.OBJECTION_DECIDED, number=number)
    yield from _reason(step)


def _reason(step: Step) -> Iterator[Refused]:
    if len(step.reason.strip()) < LEAST_REASON:
        yield Refused(Refusal.REASON_MISSING, least=LEAST_REASON)


def _give_notice(assembly: Assembly, step: Step) -> Iterator[Refused]:
    plan = assembly.plan
    yield from _running(assembly, About.ROLL, step.at)
    if any(each.act is Act.GIVE_NOTICE for each in assembly.steps):
        # Posters of the notice before are out: people are told why another one comes.
        yield from _reason(step)
    if not step.items:
        yield Refused(Refusal.NOTICE_WITHOUT_ITEMS)
    if plan.elects_committee and assembly.candidates_at is None:
        yield Refused(Refusal.CANDIDATES_UNPUBLISHED)
    if plan.elects_committee:
        yield from _heeded(assembly, About.CANDIDATES)
    if step.opens_at is None or step.closes_at is None:
        yield Refused(Refusal.WINDOW_INVALID)
        return
    earliest = earliest_opening(plan, step.at, assembly.candidates_at)
    if step.opens_at < earliest:
        yield Refused(Refusal.NOTICE_TOO_SHORT, days=notice_days(plan), earliest=shown(assembly, earliest))
    yield from _window(assembly, step.opens_at, step.closes_at)


def _window(assembly: Assembly, opens_at: datetime, closes_at: datetime) -> Iterator[Refused]:
    plan = assembly.plan
    least, most = shortest_closing(plan, opens_at), longest_closing(plan, opens_at)
    if closes_at < least:
        days = plan.settings.days(Setting.WINDOW_LEAST_DAYS)
        yield Refused(Refusal.WINDOW_TOO_SHORT, days=days, earliest=shown(assembly, least))
    elif most is not None and closes_at > most:
        days = plan.settings.days(Setting.WINDOW_MOST_DAYS)
        yield Refused(Refusal.WINDOW_TOO_LONG, days=days, latest=shown(assembly, most))


def _open(assembly: Assembly, step: Step) -> Iterator[Refused]:
    notice = assembly.notice
    assert notice is not None
    earliest = earliest_opening(assembly.plan, notice.at, assembly.candidates_at)
    if step.at < earliest:
        yield Refused(
            Refusal.NOTICE_PERIOD_RUNNING, days=notice_days(assembly.plan), earliest=shown(assembly, earliest)
        )
    if step.at < notice.opens_at:
        yield Refused(Refusal.OPENING_TOO_EARLY, opens_at=shown(assembly, notice.opens_at))
    if step.at >= notice.closes_at:
        yield Refused(Refusal.WINDOW_OVER, closes_at=shown(assembly, notice.closes_at))
    elif shortest_closing(assembly.plan, step.at) > notice.closes_at:
        days = assembly.plan.settings.days(Setting.WINDOW_LEAST_DAYS)
        yield Refused(Refusal.OPENING_TOO_LATE, days=days, closes_at=shown(assembly, notice.closes_at))
    for item in step.items:
        if item not in notice.items:
            yield Refused(Refusal.ITEM_NOT_ANNOUNCED, item=item[:50])
    for item in notice.items:
        if item not in step.items:
            yield Refused(Refusal.ITEM_LEFT_OUT, item=item[:50])
    if assembly.plan.elects_committee:
        yield from _running(assembly, About.CANDIDATES, step.at)
        yield from _heeded(assembly, About.CANDIDATES)


def _extend(assembly: Assembly, step: Step) -> Iterator[Refused]:
    plan, notice = assembly.plan, assembly.notice
    assert notice is not None
    if plan.elects_committee and not plan.settings.allows(Setting.EXTENSION_IN_ELECTION):
        yield Refused(Refusal.EXTENSION_IN_ELECTION)
    most = plan.settings.days(Setting.EXTENSIONS_MOST)
    if assembly.extensions >= most:
        yield Refused(Refusal.EXTENSIONS_USED_UP, most=most)
    if step.at >= notice.closes_at:
        yield Refused(Refusal.EXTENSION_TOO_LATE, closes_at=shown(assembly, notice.closes_at))
    if step.closes_at is None or step.closes_at <= notice.closes_at:
        yield Refused(Refusal.EXTENSION_BACKWARDS, closes_at=shown(assembly, notice.closes_at))
    else:
        yield from _window(assembly, notice.opens_at, step.closes_at)
    yield from _reason(step)


def _close(assembly: Assembly, step: Step) -> Iterator[Refused]:
    notice = assembly.notice
    assert notice is not None
    if step.at < notice.closes_at:
        yield Refused(Refusal.CLOSING_TOO_EARLY, closes_at=shown(assembly, notice.closes_at))


def _preliminary(assembly: Assembly, step: Step) -> Iterator[Refused]:
    if assembly.phase is Phase.PRELIMINARY:
        if not unheeded(assembly, About.RESULT):
            yield Refused(Refusal.STEP_OUT_OF_ORDER, step=step.act.value, stage=assembly.phase.value)
        # The result before hangs in the stairwells: people are told what is another in this one.
        yield from _reason(step)


def _final(assembly: Assembly, step: Step) -> Iterator[Refused]:
    yield from _running(assembly, About.RESULT, step.at)
    yield from _heeded(assembly, About.RESULT)


_OBSTACLES: dict[Act, Callable[[Assembly, Step], Iterator[Refused]]] = {
    Act.PUBLISH_CANDIDATES: _candidates,
    Act.OBJECT: _object,
    Act.DECIDE_OBJECTION: _decide,
    Act.GIVE_NOTICE: _give_notice,
    Act.OPEN: _open,
    Act.EXTEND: _extend,
    Act.CLOSE: _close,
    Act.PUBLISH_PRELIMINARY: _preliminary,
    Act.PUBLISH_FINAL: _final,
}


def _after(assembly: Assembly, step: Step) -> Assembly:
    """What a step that is allowed makes of an assembly."""
    taken = replace(assembly, steps=(*assembly.steps, step))
    notice = assembly.notice
    match step.act:
        case Act.PUBLISH_ROLL:
            # What a notice spoke of is no longer so, with this and the next: it must be given again.
            return replace(taken, phase=Phase.ROLL_PUBLISHED, roll_at=step.at, notice=None)
        case Act.PUBLISH_CANDIDATES:
            before = Phase.DRAFT if assembly.phase is Phase.DRAFT else Phase.ROLL_PUBLISHED
            return replace(taken, phase=before, candidates_at=step.at, notice=None)
        case Act.OBJECT:
            assert step.about is not None
            new = Objection(len(assembly.objections) + 1, step.about, step.at)
            return replace(taken, objections=(*assembly.objections, new))
        case Act.DECIDE_OBJECTION:
            decided = tuple(
                replace(each, upheld=step.upheld) if each.number == step.number else each
                for each in assembly.objections
            )
            return replace(taken, objections=decided)
        case Act.GIVE_NOTICE:
            assert step.opens_at is not None
            assert step.closes_at is not None
            count = 1 + sum(each.act is Act.GIVE_NOTICE for each in assembly.steps)
            given = Notice(count, step.at, step.items, step.opens_at, step.closes_at)
            return replace(taken, phase=Phase.NOTICE_GIVEN, notice=given)
        case Act.OPEN:
            return replace(taken, phase=Phase.OPEN, opened_at=step.at)
        case Act.EXTEND:
            assert notice is not None
            assert step.closes_at is not None
            moved = replace(notice, closes_at=step.closes_at)
            return replace(taken, notice=moved, extensions=assembly.extensions + 1)
        case Act.CLOSE:
            return replace(taken, phase=Phase.CLOSED, closed_at=step.at)
        case Act.PUBLISH_PRELIMINARY:
            return replace(taken, phase=Phase.PRELIMINARY, preliminary_at=step.at)
        case Act.PUBLISH_FINAL:
            return replace(taken, phase=Phase.FINAL, final_at=step.at)
        case Act.FILE:
            return replace(taken, phase=Phase.FILED, filed_at=step.at)
