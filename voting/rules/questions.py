"""What is put to the vote: motions and committee contests, each under a matter of Civil Code art. 278.

The thresholds come with the matter and are never typed in (domain.md §2). A ballot asks a motion as three
answers of which exactly one is ticked, and a contest as its candidates, of which at most `at_most` are.
"""

from dataclasses import dataclass

from voting.rules.thresholds import MORE_THAN_HALF, THREE_QUARTERS, Threshold

MOTION_CHOICES = ("同意", "反对", "弃权")
ELECT_COMMITTEE = "278-3"


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


@dataclass(frozen=True)
class Motion:
    """A proposal that is answered 同意, 反对 or 弃权."""

    id: str
    text: str
    matter: str


@dataclass(frozen=True)
class CommitteeContest:
    """Seats to be filled; a voter ticks at most `at_most` candidates, and may tick nobody."""

    id: str
    text: str
    seats: int
    candidates: tuple[str, ...]
    at_most: int
    matter: str = ELECT_COMMITTEE


Question = Motion | CommitteeContest


@dataclass(frozen=True)
class BallotAnswers:
    """How a ballot asks a question: the answers in order, and how many of them may be ticked."""

    answers: tuple[str, ...]
    minimum: int
    maximum: int


def ballot_answers(question: Question) -> BallotAnswers:
    """The answers of a question in the order in which ballots and results carry them."""
    if isinstance(question, Motion):
        return BallotAnswers(MOTION_CHOICES, 1, 1)
    return BallotAnswers(question.candidates, 0, question.at_most)
