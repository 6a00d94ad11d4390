"""What is put to the vote: motions, plans and committee contests, each under a matter and its rule.

The rule comes with the matter and is never typed in (domain.md §2), except for a matter of another law
(`other`). A ballot asks a motion as three answers of which exactly one is ticked; several plans as their
names, 都不同意 and 弃权, exactly one; a contest as its candidates of which at most `at_most` are ticked
(差额), or, candidate by candidate, as a motion (等额).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from voting.rules.thresholds import (
    MORE_THAN_HALF,
    ORDINARY,
    RESIDENTS,
    SPECIAL,
    THREE_QUARTERS,
    UNANIMOUS,
    Rule,
    Threshold,
)

MOTION_CHOICES = ("同意", "反对", "弃权")
# After the plans; a ballot on plans without the first would leave no way to refuse them all.
NO_PLAN = ("都不同意", "弃权")
ELECT_COMMITTEE = "278-3"
RANKINGS = ("owners-then-area", "owners-then-run-off", "shares-then-area-then-lot")
SURNAME_STROKES = "surname-strokes"
ORDERS = ("published", SURNAME_STROKES)
OTHER_MATTER = "other"


@dataclass(frozen=True)
class Matter:
    """A matter that the owners decide together; `approval` is counted among those who took part."""

    number: str
    title: str
    approval: Threshold


MATTERS: dict[str, Matter] = {
    matter.number: matter
    for matter in (
        Matter("278-1", "制定和修改业主大会议事规则", MORE_THAN_HALF),
        Matter("278-2", "制定和修改管理规约", MORE_THAN_HALF),
        Matter("278-3", "选举业主委员会或者更换业主委员会成员", MORE_THAN_HALF),
        Matter("278-4", "选聘和解聘物业服务企业或者其他管理人", MORE_THAN_HALF),
        Matter("278-5", "使用建筑物及其附属设施的维修资金", MORE_THAN_HALF),
        Matter("278-6", "筹集建筑物及其附属设施的维修资金", THREE_QUARTERS),
        Matter("278-7", "改建、重建建筑物及其附属设施", THREE_QUARTERS),
        Matter("278-8", "改变共有部分的用途或者利用共有部分从事经营活动", THREE_QUARTERS),
        Matter("278-9", "有关共有和共同管理权利的其他重大事项", MORE_THAN_HALF),
    )
}
# Matters outside art. 278: title and rule. 279: every interested owner, so its scope is those (法释 art. 11).
FURTHER_MATTERS: dict[str, tuple[str, Rule]] = {
    "279": ("将住宅改变为经营性用房", UNANIMOUS),
    "residents": ("居民会议讨论决定的事项", RESIDENTS),
}


def matter_rule(number: str) -> Rule:
    """The law's rule for a matter of `MATTERS` or `FURTHER_MATTERS`; KeyError for any other."""
    if number in FURTHER_MATTERS:
        return FURTHER_MATTERS[number][1]
    return SPECIAL if MATTERS[number].approval == THREE_QUARTERS else ORDINARY


@dataclass(frozen=True)
class Motion:
    """A proposal that is answered 同意, 反对 or 弃权; `rule` only where the matter is `other`."""

    id: str
    text: str
    matter: str
    rule: Rule | None = None


@dataclass(frozen=True)
class Plans:
    """Several plans for one matter, of which a voter takes one or none; `rule` as for a motion."""

    id: str
    text: str
    matter: str
    plans: tuple[str, ...]
    rule: Rule | None = None


@dataclass(frozen=True)
class CommitteeContest:
    """Seats to be filled; a voter ticks at most `at_most` candidates, and may tick nobody.

    With `each`, a voter says 同意, 反对 or 弃权 to each candidate instead. `size` is the number of members
    agreed in the rules of procedure, 0 for as many as `seats`; `sitting` of them stay in office, by name in
    `sitting_members` where a by-election was planned from the outcome that elected them. With fewer
    than `size` the committee stands only if `stands_incomplete`, with at least `least` members and more
    than half of `size`.
    """

    id: str
    text: str
    seats: int
    candidates: tuple[str, ...]
    at_most: int
    matter: str = ELECT_COMMITTEE
    each: bool = False
    ranking: str = RANKINGS[0]
    alternates: int = 0
    size: int = 0
    sitting: int = 0
    least: int = 5
    stands_incomplete: bool = False
    order: str = ORDERS[0]
    sitting_members: tuple[str, ...] = ()


Question = Motion | Plans | CommitteeContest


def question_rule(question: Question) -> Rule:
    """The rule that decides a question."""
    own = None if isinstance(question, CommitteeContest) else question.rule
    return own or matter_rule(question.matter)


@dataclass(frozen=True)
class BallotAnswers:
    """How a ballot asks a question: the answers in order, and how many of them may be ticked.

    `about` is the candidate where a contest asks for each one, otherwise empty.
    """

    answers: tuple[str, ...]
    minimum: int
    maximum: int
    about: str = ""


def ballot_questions(question: Question) -> tuple[BallotAnswers, ...]:
    """What a ballot asks for a question, in the order in which ballots and results carry it: one, or more."""
    if isinstance(question, Motion):
        return (BallotAnswers(MOTION_CHOICES, 1, 1),)
    if isinstance(question, Plans):
        return (BallotAnswers((*question.plans, *NO_PLAN), 1, 1),)
    if question.each:
        return tuple(BallotAnswers(MOTION_CHOICES, 1, 1, name) for name in question.candidates)
    return (BallotAnswers(question.candidates, 0, question.at_most),)


@dataclass(frozen=True)
class Asked:
    """One thing that a ballot asks: its words, its answers, and the question that it belongs to."""

    text: str
    ballot: BallotAnswers
    question: Question


def asked_of(questions: Iterable[Question]) -> tuple[Asked, ...]:
    """All that a ballot asks, in the order of ballots and results.

    A candidate's name stands behind the question where that asks for each.
    """
    return tuple(
        Asked(f"{question.text}：{ballot.about}" if ballot.about else question.text, ballot, question)
        for question in questions
        for ballot in ballot_questions(question)
    )
