"""What the papers of an assembly are filled from, and the phrases that they share.

A value whose source was not read is said as what holds for this meeting, never as law (`Source.read`).
"""

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar

from voting.documents.delivery_book import DeliveryLine
from voting.documents.page import day, moment
from voting.documents.paper import BLANK
from voting.documents.wording import clause, dm2, heads_words, matter_title, metres, voters_word
from voting.rules.agenda import Agenda
from voting.rules.assembly import Act, Assembly, Effect, Meeting, Step
from voting.rules.candidacy import Checks, Nominator
from voting.rules.periods import LEGAL_ZONE
from voting.rules.questions import FURTHER_MATTERS, MATTERS, CommitteeContest, Question, question_rule
from voting.rules.roll import Scope
from voting.rules.settings import Setting, Value
from voting.rules.terms import Terms
from voting.rules.thresholds import UNANIMITY, Rule, Threshold

_Value = TypeVar("_Value", bound=Hashable)

NO_DATE = "　　　　年　　月　　日"
MEETINGS = {
    Meeting.FIRST: "首次业主大会会议",
    Meeting.REGULAR: "业主大会定期会议",
    Meeting.SPECIAL: "业主大会临时会议",
}
EFFECTS_FOR_RESIDENTS = {
    Effect.OFFICIAL: "网上投出的票是正式的表决票；要纸质票的，发给纸质票。",
    Effect.PAPER_PRIMARY: "以本人签名的纸质表决票为准；网上系统用于名册、扫码、录入和计票。",
    Effect.ADVISORY: "网上投票只用于征求意见，不产生居民会议的决定。",
}
EFFECTS = {
    Effect.OFFICIAL: "网上投出的票是正式的表决票；要纸质票的，发给纸质票。",
    Effect.PAPER_PRIMARY: "以业主签名的纸质表决票为准；网上系统用于名册、扫码、录入和计票。",
    Effect.ADVISORY: "网上投票只用于征求意见，不产生业主大会的决定。",
}
# Name and unit.
MEASURES = {
    "owners": ("业主人数", "位"),
    "area": ("专有部分面积", "平方米"),
    "heads": ("居民（户代表）人数", "人"),
}


@dataclass(frozen=True)
class RollLine:
    """A voter of the roll with the full name; the public paper masks it. Area in 0.01 m²."""

    number: int
    name: str
    units: tuple[str, ...]
    area_dm2: int


@dataclass(frozen=True)
class NomineeLine:
    """A nomination that was not withdrawn; `ballot` is the name as the list prints it, "" off the list."""

    name: str
    ballot: str
    units: tuple[str, ...]
    nominator: Nominator
    supporters: int
    checks: Checks


@dataclass(frozen=True)
class Facts:
    """What is known of an election and its assembly at the moment a paper is made; times are aware.

    `address` is the public page. `roll` is frozen once letters are issued (`roll_frozen`), before that it is
    what the newest register gives. `deliveries` are by unit, none before there are letters; `photos` say how
    many there are of each kind of paper, by its key. `assembly` and `convener` are None where no assembly was
    planned; `notice_outdated`: what it named has changed since, and the next notice waits. `siblings` are all
    votes of the assembly in their order, this one among them; none where there is no other.
    """

    agenda: Agenda
    address: str
    opens_at: datetime
    closes_at: datetime
    roll: tuple[RollLine, ...] = ()
    roll_sha256: str = ""
    roll_frozen: bool = False
    help: str = ""
    convener: str | None = None
    assembly: Assembly | None = None
    assembly_title: str = ""
    siblings: tuple["Facts", ...] = ()
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    published_at: datetime | None = None
    early_close_reason: str | None = None
    outcome: Mapping[str, Any] | None = None
    notice_outdated: bool = False
    deliveries: Mapping[str, DeliveryLine] = field(default_factory=dict)
    photos: Mapping[str, int] = field(default_factory=dict)
    nominees: tuple[NomineeLine, ...] = ()
    introductions: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """What is said of each candidate, by question and name."""

    @property
    def votes(self) -> tuple["Facts", ...]:
        """Everything that is put to the vote in the same meeting, in order."""
        return self.siblings or (self,)

    @property
    def whole(self) -> "Facts":
        """The meeting's facts, the same from whichever of its votes they are asked."""
        first = self.votes[0]
        help_text = next((each.help for each in self.votes if each.help), "")
        return replace(first, siblings=self.siblings, help=help_text)

    @property
    def title(self) -> str:
        """What the meeting is called; without one, the vote."""
        return self.assembly_title or self.agenda.title

    @property
    def meeting(self) -> str:
        """首次业主大会会议 and so on; without a plan or terms only what is certain."""
        if self.assembly is not None:
            return MEETINGS[self.assembly.plan.meeting]
        if self.agenda.terms is None:
            return "业主大会会议"
        return MEETINGS[self.terms.meeting] if self.terms.of_owners else "居民会议"

    @property
    def terms(self) -> Terms:
        return self.agenda.terms or Terms()

    @property
    def effect(self) -> Effect | None:
        """What an electronic ballot is worth, where it was settled."""
        if self.assembly is not None:
            return self.assembly.plan.effect
        return self.agenda.terms.effect if self.agenda.terms is not None else None

    @property
    def effect_words(self) -> str | None:
        """The same in a sentence."""
        if self.effect is None:
            return None
        return (EFFECTS if self.terms.of_owners else EFFECTS_FOR_RESIDENTS)[self.effect]

    @property
    def contests(self) -> tuple[CommitteeContest, ...]:
        return tuple(each for each in self.agenda.questions if isinstance(each, CommitteeContest))

    @property
    def elected(self) -> tuple[str, ...]:
        """Who was elected to the committee, in order; nobody before the count."""
        decided = self.outcome["questions"] if self.outcome is not None else {}
        return tuple(name for each in self.contests if decided for name in decided[each.id]["elected"])

    @property
    def members(self) -> tuple[str, ...]:
        """The committee after the count: who stays in office, then who was elected."""
        sitting = (name for each in self.contests if self.outcome for name in each.sitting_members)
        return (*sitting, *self.elected)

    @property
    def area_dm2(self) -> int:
        return sum(line.area_dm2 for line in self.roll)

    @property
    def voters(self) -> str:
        """业主 or 居民: who is addressed."""
        return voters_word(self.terms)

    @property
    def totals(self) -> str:
        """业主 156 位，专有部分面积 13,260.50 平方米; 居民 312 位."""
        heads = heads_words(self.terms, len(self.roll))
        return f"{heads}，专有部分面积 {metres(self.area_dm2)} 平方米" if self.terms.of_owners else heads

    @property
    def scope(self) -> str:
        """Which units, or whose homes, count."""
        return scope_words(self.agenda.scope, of_owners=self.terms.of_owners)

    @property
    def signer(self) -> str:
        return self.convener or f"召集人{BLANK}（盖章）"

    @property
    def window(self) -> str:
        """From when until when is voted, as the notice announced it."""
        closes_at = self.closes_at
        if self.assembly is not None and self.assembly.notice is not None:
            closes_at = self._steps(Act.GIVE_NOTICE)[-1].closes_at or closes_at
        return f"{self.moment(self.opens_at)} 至 {self.moment(closes_at)}"

    @property
    def extended_window(self) -> str:
        """The same with every extension: until when a ballot is taken."""
        return f"{self.moment(self.opens_at)} 至 {self.moment(self.closes_at)}"

    @property
    def zone(self) -> str:
        """Whose clocks the times are of: the assembly's estate's."""
        return LEGAL_ZONE if self.assembly is None else self.assembly.plan.calendar.zone

    def moment(self, when: datetime) -> str:
        """2026年11月23日 09:00."""
        return moment(when, self.zone)

    def day(self, when: datetime | None) -> str:
        """2026年11月23日, or its places left empty."""
        return NO_DATE if when is None else day(when, self.zone)

    @property
    def extensions(self) -> tuple[Step, ...]:
        """The extensions in their order."""
        return self._steps(Act.EXTEND)

    @property
    def corrections(self) -> tuple[Step, ...]:
        """Each time that a result was put right and published again."""
        return self._steps(Act.PUBLISH_PRELIMINARY)[1:]

    def _steps(self, act: Act) -> tuple[Step, ...]:
        steps = self.assembly.steps if self.assembly is not None else ()
        return tuple(step for step in steps if step.act is act)

    @property
    def notice_number(self) -> int:
        """Which notice a paper of now is: that in force, or the one that is needed next."""
        given = len(self._steps(Act.GIVE_NOTICE))
        return given if self.notice_at is not None else given + 1

    @property
    def notice_at(self) -> datetime | None:
        """When the notice was given that says this; None before it, and once what it named has changed."""
        notice = self.assembly.notice if self.assembly is not None else None
        return notice.at if notice is not None and not self.notice_outdated else None

    def basis(self, setting: Setting) -> str:
        """（《…》第…条） where the value's source was read and nobody changed it, otherwise nothing."""
        if self.assembly is None:
            return ""
        explained = self.assembly.plan.settings.explained(setting)
        law = isinstance(explained, Value) and explained.source.read
        return f"（{explained.source.basis}）" if law and isinstance(explained, Value) else ""

    def days(self, setting: Setting) -> str:
        """`7 日` with its basis, or a blank where no assembly was planned."""
        if self.assembly is None:
            return f"{BLANK}日"
        number = self.assembly.plan.settings.limit(setting)
        return f"{BLANK}日" if number is None else f"{number} 日{self.basis(setting)}"


def by_vote(facts: Facts, of: Callable[[Facts], _Value]) -> Iterator[tuple[str, _Value]]:
    """What holds for a meeting's votes, each value once, after the words that say for which of them: none
    where it holds for all."""
    holds: dict[_Value, list[str]] = {}
    for vote in facts.votes:
        holds.setdefault(of(vote), []).append(f"“{vote.agenda.title}”")
    for value, titles in holds.items():
        yield "" if len(holds) == 1 else f"{'、'.join(titles)}：", value


def scope_words(scope: Scope, *, of_owners: bool = True) -> str:
    """Which units count: 全小区，车位不计入; of residents only where they live."""
    if scope.units:
        where = f"{'房号' if of_owners else '住址'} {'、'.join(scope.units)}"
    elif scope.stairwells:
        where = "、".join(
            f"{_building(building)} {stairwell} 单元" for building, stairwell in scope.stairwells
        )
    elif scope.buildings is not None:
        where = "、".join(map(_building, scope.buildings))
    else:
        where = "全小区"
    if not of_owners:
        return where
    uses = "、".join(scope.exclude_uses)
    return f"{where}，{uses}不计入" if uses else f"{where}，各类房屋都计入"


def _building(name: str) -> str:
    return f"{name} 栋" if name.isdecimal() else name


def share_words(threshold: Threshold) -> str:
    """过半数, 三分之二以上, 全部 (以上 includes the number: art. 1259)."""
    known = {(1, 2): "二分之一", (2, 3): "三分之二", (3, 4): "四分之三"}
    pair = threshold.numerator, threshold.denominator
    if pair == (1, 1):
        return "全部"
    if pair == (1, 2) and threshold.strict:
        return "过半数"
    share = known.get(pair, f"{pair[1]} 分之 {pair[0]} ")
    return f"超过{share}" if threshold.strict else f"{share}以上"


def basis_words(question: Question) -> str:
    """The clause of the law and what it calls the matter."""
    if question.matter in MATTERS:
        return f"{clause(question.matter)}：{matter_title(question.matter)}"
    if question.matter == "279":
        return f"《民法典》第二百七十九条：{FURTHER_MATTERS['279'][0]}"
    if question.matter in FURTHER_MATTERS:
        return FURTHER_MATTERS[question.matter][0]
    return "不属于《民法典》第二百七十八条所列事项，按公布的规则计算"


def rule_words(rule: Rule) -> str:
    """What must be reached, in one sentence."""
    measures = "和".join(MEASURES[name][0] for name in rule.measures)
    both = "都" if len(rule.measures) > 1 else ""
    if rule.of_all and rule.approval == UNANIMITY:
        return f"须经有利害关系的全部{measures.removesuffix('人数')}一致同意，方为通过。"
    quorum = (
        "" if rule.quorum is None else f"参与表决的{measures}{both}占总数的{share_words(rule.quorum)}；其中，"
    )
    base = "总数中" if rule.of_all else "表示同意或反对的" if rule.of_expressed else "参与表决的"
    return f"{quorum}{base}{measures}{both}有{share_words(rule.approval)}同意，方为通过。"


def question_rule_words(question: Question) -> str:
    """The rule of a question, in words."""
    return rule_words(question_rule(question))


def amount(document: Mapping[str, Any], measure: str) -> int:
    """A published amount: heads, or 0.01 m²."""
    return dm2(document["area_m2"]) if measure == "area" else int(document[measure])


def written(measure: str, number: int) -> str:
    """104 位, 8,840.34 平方米."""
    return f"{metres(number) if measure == 'area' else number} {MEASURES[measure][1]}"
