"""An assembly's plan and the steps that were taken, as records that can be kept, sent and replayed.

An assembly is nothing but its plan and its steps in order: whoever holds them can check with `clock.take`
that every step was allowed when it was taken.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

import msgspec

from voting.errors import Refusal, Refused
from voting.rules.periods import CHINA, Calendar
from voting.rules.presets import Settings, check_settings

_Record = TypeVar("_Record")


class Meeting(StrEnum):
    """首次, 定期 and 临时业主大会会议."""

    FIRST = "first"
    REGULAR = "regular"
    SPECIAL = "special"


class Effect(StrEnum):
    """What the electronic ballot is worth beside paper; printed on notice and report."""

    OFFICIAL = "official"
    PAPER_PRIMARY = "paper-primary"
    ADVISORY = "advisory"


class Phase(StrEnum):
    """Where an assembly stands; only ever forward, except that a new notice begins its period again."""

    DRAFT = "draft"
    ROLL_PUBLISHED = "roll-published"
    NOTICE_GIVEN = "notice-given"
    OPEN = "open"
    CLOSED = "closed"
    PRELIMINARY = "preliminary-result"
    FINAL = "final"
    FILED = "filed"


class Act(StrEnum):
    """What is done in an assembly; the value stands in records."""

    PUBLISH_ROLL = "publish-roll"
    PUBLISH_CANDIDATES = "publish-candidates"
    OBJECT = "object"
    DECIDE_OBJECTION = "decide-objection"
    GIVE_NOTICE = "give-notice"
    OPEN = "open"
    EXTEND = "extend"
    CLOSE = "close"
    PUBLISH_PRELIMINARY = "publish-preliminary"
    PUBLISH_FINAL = "publish-final"
    FILE = "file"


class About(StrEnum):
    """What an objection is about; each has a period of its own."""

    ROLL = "roll"
    CANDIDATES = "candidates"
    RESULT = "result"


# The source texts of the translations.
PHASE_WORDS: dict[Phase, str] = {
    Phase.DRAFT: "筹备",
    Phase.ROLL_PUBLISHED: "业主清册公示",
    Phase.NOTICE_GIVEN: "已发会议公告",
    Phase.OPEN: "投票中",
    Phase.CLOSED: "投票已截止",
    Phase.PRELIMINARY: "初步结果公示",
    Phase.FINAL: "结果已确定",
    Phase.FILED: "已备案",
}
ACT_WORDS: dict[Act, str] = {
    Act.PUBLISH_ROLL: "公示业主清册",
    Act.PUBLISH_CANDIDATES: "公示候选人名单",
    Act.OBJECT: "提出异议",
    Act.DECIDE_OBJECTION: "处理异议",
    Act.GIVE_NOTICE: "发会议公告",
    Act.OPEN: "开始投票",
    Act.EXTEND: "延期",
    Act.CLOSE: "截止投票",
    Act.PUBLISH_PRELIMINARY: "公布初步结果",
    Act.PUBLISH_FINAL: "公布正式结果",
    Act.FILE: "备案",
}
ABOUT_WORDS: dict[About, str] = {
    About.ROLL: "业主清册",
    About.CANDIDATES: "候选人名单",
    About.RESULT: "表决结果",
}


@dataclass(frozen=True)
class Plan:
    """What does not change in an assembly: its kind, its place's settings, its calendar."""

    meeting: Meeting
    settings: Settings
    calendar: Calendar = CHINA
    effect: Effect = Effect.PAPER_PRIMARY
    elects_committee: bool = False


@dataclass(frozen=True)
class Step:
    """One act at its time, aware; which of the others are set depends on the act.

    `items` are digests or ids of what the notice names, and of what is opened; `number` is an objection's,
    from 1.
    """

    act: Act
    at: datetime
    items: tuple[str, ...] = ()
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    about: About | None = None
    number: int | None = None
    upheld: bool | None = None
    reason: str = ""


@dataclass(frozen=True)
class Objection:
    """An objection and what was decided; `upheld` is None until then. Texts and names stand elsewhere."""

    number: int
    about: About
    at: datetime
    upheld: bool | None = None


@dataclass(frozen=True)
class Notice:
    """What the notice in force says; `at` is when it was given, `number` counts notices from 1."""

    number: int
    at: datetime
    items: tuple[str, ...]
    opens_at: datetime
    closes_at: datetime


@dataclass(frozen=True)
class Assembly:
    """A plan and its steps, with what follows from them. Made by `clock.begin` and `clock.take` only."""

    plan: Plan
    steps: tuple[Step, ...] = ()
    phase: Phase = Phase.DRAFT
    roll_at: datetime | None = None
    candidates_at: datetime | None = None
    notice: Notice | None = None
    opened_at: datetime | None = None
    extensions: int = 0
    closed_at: datetime | None = None
    preliminary_at: datetime | None = None
    final_at: datetime | None = None
    filed_at: datetime | None = None
    objections: tuple[Objection, ...] = ()

    def undecided(self, about: About) -> tuple[Objection, ...]:
        """Objections that nobody has decided yet."""
        return tuple(each for each in self.objections if each.about is about and each.upheld is None)


def to_json(record: Plan | Step) -> dict[str, Any]:
    """A plan or a step as JSON objects, lists, text, numbers and null; times in ISO 8601."""
    made: dict[str, Any] = msgspec.to_builtins(record)
    return made


def step_from_json(value: object) -> Step:
    """A step as `to_json` writes it. Refused ASSEMBLY_MALFORMED."""
    step = _read(value, Step)
    if any(
        moment is not None and moment.tzinfo is None for moment in (step.at, step.opens_at, step.closes_at)
    ):
        raise Refused(Refusal.ASSEMBLY_MALFORMED)
    return step


def plan_from_json(value: object) -> Plan:
    """A plan as `to_json` writes it. Refused ASSEMBLY_MALFORMED, and what its settings refuse."""
    plan = _read(value, Plan)
    check_settings(plan.settings)
    return plan


def _read(value: object, kind: type[_Record]) -> _Record:
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError:
        raise Refused(Refusal.ASSEMBLY_MALFORMED) from None
