"""Make `tests/vectors/clock.json`: assemblies step by step, each with what the clock says of its last step.

Most steps are at the first moment at which they are allowed, and the last one is often a second, an hour or a
day before it. Times are seconds since 1970; some calendars are of places that change clocks at midnight.
`presets` are the places' values, which whoever replays a record must have, the same.

    python scripts/make_clock.py [FILE]
"""

import json
import random
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from voting.errors import Refused
from voting.rules.assembly import About, Act, Assembly, Meeting, Phase, Plan, Step
from voting.rules.assembly_periods import unheeded
from voting.rules.clock import begin, take
from voting.rules.course import earliest_course
from voting.rules.periods import Calendar
from voting.rules.places import PRESETS
from voting.rules.presets import Settings
from voting.rules.settings import Setting

CASES = 220
# Beirut and Cairo change their clocks at midnight, Lord Howe by half an hour.
ZONES = (
    "Asia/Shanghai",
    "Asia/Shanghai",
    "America/New_York",
    "Asia/Beirut",
    "Africa/Cairo",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
)
ITEMS = ("q1", "q2")
EARLIER = (*(0 for _ in range(18)), 1, 3600, 86400, -1, -86400)


def _seconds(moment: datetime | None) -> int | None:
    return None if moment is None else int(moment.timestamp())


def _written(step: Step) -> list[Any]:
    times = [_seconds(each) for each in (step.at, step.opens_at, step.closes_at)]
    about = None if step.about is None else step.about.value
    return [step.act.value, *times, list(step.items), about, step.number, step.upheld, step.reason]


def _plan(chance: random.Random) -> Plan:
    settings = Settings(chance.choice(sorted(PRESETS)))
    if chance.random() < 0.5:
        settings = settings.changed(Setting.EXTENSION_IN_ELECTION, True, "可以延期一次")
    if chance.random() < 0.3:
        settings = settings.changed(Setting.WINDOW_MOST_DAYS, chance.choice([None, 9, 30]), "按议事规则")
    if chance.random() < 0.3:
        settings = settings.changed(Setting.NOTICE_DAYS, chance.choice([1, 7, 20]), "按议事规则")
    first = date(2026, 3, 1)
    holidays = sorted(
        {first + timedelta(days=chance.randrange(90)) for _ in range(chance.choice([0, 0, 3, 12]))}
    )
    return Plan(
        chance.choice(list(Meeting)),
        settings,
        Calendar(chance.choice(ZONES), tuple(holidays)),
        elects_committee=chance.random() < 0.6,
    )


def _next(chance: random.Random, assembly: Assembly, now: datetime) -> Step:
    """What could come next: mostly what should."""
    kind = chance.random()
    undecided = [each for each in assembly.objections if each.upheld is None]
    if kind < 0.04:
        return Step(Act.OBJECT, now, about=chance.choice(list(About)))
    if kind < 0.8 and assembly.phase is Phase.PRELIMINARY and not assembly.objections:
        return Step(Act.OBJECT, now, about=About.RESULT)
    if kind < 0.2 and assembly.phase is Phase.ROLL_PUBLISHED and assembly.candidates_at is not None:
        return Step(Act.OBJECT, now, about=About.CANDIDATES)
    passed_over = _passed_over(assembly, now)
    if passed_over is not None and not undecided and kind < 0.5:
        return passed_over
    if undecided and kind < 0.7:
        return Step(
            Act.DECIDE_OBJECTION, now, number=undecided[0].number, upheld=kind < 0.45, reason="查过了，不成立"
        )
    if kind < 0.3 and assembly.phase is Phase.OPEN and assembly.notice is not None:
        later = assembly.notice.closes_at + timedelta(days=chance.choice([-1, 1, 5, 70]))
        return Step(Act.EXTEND, now, closes_at=later, reason=chance.choice(["还差几户没投", "  再等 "]))
    if kind < 0.06:
        return Step(chance.choice(list(Act)), now, ITEMS, now, now, About.ROLL, 1, True, "随便一步")
    course = earliest_course(assembly, now).steps[len(assembly.steps) :]
    steps = [step for step in course if step.act is not Act.DECIDE_OBJECTION]
    if not steps:
        return Step(Act.FILE, now)
    step = steps[0]
    if step.items and step.act is not Act.OPEN:
        step = replace(step, items=ITEMS)
    return step


def _passed_over(assembly: Assembly, now: datetime) -> Step | None:
    """The step that an upheld objection stands against."""
    later = now + timedelta(days=40)
    if assembly.phase is Phase.PRELIMINARY and unheeded(assembly, About.RESULT):
        return Step(Act.PUBLISH_FINAL, later)
    if assembly.phase is Phase.ROLL_PUBLISHED and unheeded(assembly, About.CANDIDATES):
        closes_at = later + timedelta(days=38)
        return Step(Act.GIVE_NOTICE, now, ITEMS, later, closes_at, reason="公告内容有变")
    return None


def _case(chance: random.Random) -> dict[str, Any]:
    plan = _plan(chance)
    assembly, steps, refused = begin(plan), [], None
    start = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(hours=chance.randrange(24 * 60))
    now = start
    for _ in range(chance.randrange(3, 16)):
        step = _next(chance, assembly, now)
        early = timedelta(seconds=chance.choice(EARLIER))
        if step.act is Act.GIVE_NOTICE and step.opens_at is not None and chance.random() < 0.4:
            step = replace(step, opens_at=step.opens_at - early)
        elif step.act is Act.GIVE_NOTICE and step.closes_at is not None and chance.random() < 0.3:
            step = replace(step, closes_at=step.closes_at - early)
        else:
            step = replace(step, at=max(step.at - early, start))
        steps.append(step)
        try:
            assembly = take(assembly, step)
        except Refused as found:
            refused = {"refusal": found.refusal.value, "place": found.context}
            break
        now = step.at
    settings, calendar = plan.settings, plan.calendar
    return {
        "plan": {
            "meeting": plan.meeting.value,
            "place": settings.place,
            "changes": [[each.setting.value, each.value, each.reason] for each in settings.overrides],
            "zone": calendar.zone,
            "holidays": [day.isoformat() for day in calendar.holidays],
            "elects_committee": plan.elects_committee,
        },
        "steps": [_written(step) for step in steps],
        "refused": refused,
        "phase": assembly.phase.value,
    }


def make(path: Path) -> None:
    """Write the file, the same each time."""
    chance = random.Random(20260501)  # noqa: S311 - no secret
    plain = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    presets = {
        place: [[value.setting.value, value.value] for value in values.values()]
        for place, values in PRESETS.items()
    }
    cases = ",\n".join(plain(_case(chance)) for _ in range(CASES))
    text = f'{{\n"presets":{plain(presets)},\n"cases":[\n{cases}\n]\n}}\n'
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    standard = Path(__file__).resolve().parent.parent / "tests" / "vectors" / "clock.json"
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else standard)
