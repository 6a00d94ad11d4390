"""Numbers and clauses as a notice says them, shared by the report and the workbook."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from typing import Any

from voting.documents.page import moment
from voting.rules.assembly import Step
from voting.rules.questions import FURTHER_MATTERS, MATTERS, CommitteeContest, Question, question_rule
from voting.rules.revoting import Revoting
from voting.rules.secrecy import Secrecy
from voting.rules.terms import Terms
from voting.rules.thresholds import HEADS, UNANIMOUS, Threshold

_ORDINALS = "一二三四五六七八九"
# The preset's name, and in one line what it means for a household; the letter has room for 40 characters.
SECRECY = {
    Secrecy.CONFIDENTIAL: ("记名保密", "只公布合计，谁投了什么不公开"),
    Secrecy.SECRET: ("不公开任何单张票", "只公布合计，任何一张票都不打开"),
    Secrecy.OPEN: ("监督员可见每张票", "截止以后，监督员能看到每一户投了什么"),
}
# Whether a ballot that was cast can be replaced, for notices and reports.
REVOTING = {
    Revoting.NONE: "投出以后不能更改，先投出的有效票为准",
    Revoting.ONCE: "投出以后，截止前可以改投一次，以后投的有效票为准",
    Revoting.UNTIL_CLOSE: "投出以后，截止前可以改投，以最后投的有效票为准",
}
_SHARES = {(1, 2): "二分之一", (2, 3): "三分之二", (3, 4): "四分之三"}


@dataclass(frozen=True)
class Line:
    """What a share has to reach: `words` as the law says it, and the least whole number that does."""

    threshold: Threshold

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "Line":
        """From the `quorum` or `approval` of rules.json."""
        return cls(Threshold(document["numerator"], document["denominator"], document["strict"]))

    @property
    def words(self) -> str:
        """过半数, 三分之二以上 or 四分之三以上 (以上 includes the number, 过半数 does not: art. 1259)."""
        if self.threshold == Threshold(1, 2, strict=True):
            return "过半数"
        share = self.threshold.numerator, self.threshold.denominator
        said = "全部" if share == (1, 1) else _SHARES.get(share, f"{share[1]} 分之 {share[0]}")
        return f"超过{said}" if self.threshold.strict else said if share == (1, 1) else f"{said}以上"

    def least(self, whole: int) -> int:
        """The smallest number that meets the threshold in `whole`: owners, or 0.01 m²."""
        product = whole * self.threshold.numerator
        if self.threshold.strict:
            return product // self.threshold.denominator + 1
        return -(-product // self.threshold.denominator)


# What each measure is called in a notice, and what it is counted in.
MEASURES = {"owners": ("业主人数", "位"), "area": ("专有部分面积", "平方米"), "heads": ("人数", "人")}
SHORT = {"owners": "人数", "area": "面积", "heads": "人数"}
RANKINGS = {
    "owners-then-area": "先比人数，人数相同的比面积，依次当选",
    "owners-then-run-off": "按人数依次当选；最后一席人数相同的，另行再选",
    "shares-then-area-then-lot": "按人数占比与面积占比之和依次当选；相同的比面积，再相同的抽签",
}


def clause(matter: str) -> str:
    """The place in the law: 《民法典》第二百七十八条第一款第（八）项."""
    if matter in MATTERS:
        return f"《民法典》第二百七十八条第一款第（{_ORDINALS[int(matter.removeprefix('278-')) - 1]}）项"
    return {"279": "《民法典》第二百七十九条", "residents": "居民会议"}.get(matter, "另有规定的事项")


def matter_title(matter: str) -> str:
    """The law's own words for the matter."""
    if matter in MATTERS:
        return MATTERS[matter].title
    return FURTHER_MATTERS[matter][0] if matter in FURTHER_MATTERS else "其他"


def base_amount(question: Question, outcome: Mapping[str, Any], measure: str) -> int:
    """Of how much the approval of a question is a share: heads, or 0.01 m²."""
    rule = question_rule(question)
    whole = amount(outcome["electorate" if rule.of_all else "participation"], measure)
    if not rule.of_expressed:
        return whole
    return whole - amount(outcome["questions"][question.id]["counts"]["弃权"], measure)


def approval_words(question: Question) -> str:
    """What has to be reached: 在参与表决的业主里，同意的人数和面积都须过半数."""
    rule = question_rule(question)
    if rule == UNANIMOUS:
        return "须有利害关系的业主一致同意"
    voters = "居民" if rule.measures == HEADS else "业主"
    among = "全体" if rule.of_all else "表示同意或反对的" if rule.of_expressed else "参与表决的"
    base = f"在{among}{voters}里"
    who = "每位当选人得到的" if isinstance(question, CommitteeContest) else "同意的"
    counted = "和".join(SHORT[each] for each in rule.measures) + "都" * (len(rule.measures) > 1)
    return f"{base}，{who}{counted}须{Line(rule.approval).words}"


def amount(counted: Mapping[str, Any], measure: str) -> int:
    """A measure's amount in an outcome: heads, or 0.01 m²."""
    return dm2(counted["area_m2"]) if measure == "area" else int(counted[measure])


def shown(measure: str, number: int) -> str:
    """The same for a reader, without its unit."""
    return metres(number) if measure == "area" else str(number)


def ticks(question: CommitteeContest, decided: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """What was counted for a candidate: the ticks, or 同意."""
    counted: Mapping[str, Any] = decided["counts"][name]
    return counted["同意"] if question.each else counted


def dm2(area_m2: str) -> int:
    """A decimal string of m² with two places as an integer of 0.01 m²."""
    return int(Decimal(area_m2) * 100)


def oldest_outside_tool(group: str) -> str:
    """The first version of belenios-tool that knows the group; Debian 12 has 2.0."""
    return "2.0" if group == "BELENIOS-2048" else "2.1"


def metres(area_dm2: int) -> str:
    """13,260.50: m² with two places, digits in threes."""
    return f"{Decimal(area_dm2) / 100:,.2f}"


def share(part: int, whole: int) -> str:
    """A percentage with two places, cut and never rounded up (66.66%): nothing short may look sufficient."""
    if whole == 0:
        return "—"
    return f"{(Decimal(part) * 100 / whole).quantize(Decimal('0.01'), ROUND_DOWN)}%"


# What letters say of help where organisers write nothing: no place that one could go to.
DEFAULT_HELP = "不会用手机，或需要纸质表决票：请找组织这次表决的人，我们帮您办，也可以上门。"


def objections_to(signer: str, told: str) -> str:
    """With whom an objection is lodged, and where: as organisers told it, else to be filled in by hand."""
    blank = "＿" * 6
    where = told.removesuffix("。") if told not in ("", DEFAULT_HELP) else f"地点{blank}，电话{blank}"
    return f"书面交给{signer.removesuffix('（盖章）')}：{where}"


def voters_word(terms: Terms) -> str:
    """Who is addressed: 业主, or 居民."""
    return "业主" if terms.of_owners else "居民"


def heads_words(terms: Terms, heads: int) -> str:
    """How many vote: 业主 156 位, 居民 312 位, 居民 156 户."""
    return f"{voters_word(terms)} {heads} {'户' if terms.body == 'households' else '位'}"


def scope_words(scope: Mapping[str, Any], *, of_owners: bool = True) -> str:
    """Which units count: 全小区，车位不计入; of residents only where they live."""
    buildings = scope.get("buildings")
    if scope.get("units"):
        where = f"指定的 {len(scope['units'])} {'套' if of_owners else '处住址'}"
    elif scope.get("stairwells"):
        where = "、".join(f"{building} 栋 {stairwell} 单元" for building, stairwell in scope["stairwells"])
    elif buildings is None:
        where = "全小区"
    else:
        where = "、".join(buildings) + (" 栋" if buildings[-1].isdecimal() else "")
    if not of_owners:
        return where
    uses = scope.get("exclude_uses") or ()
    return f"{where}，{'、'.join(uses)}不计入" if uses else f"{where}，各类房屋都计入"


def sitting_words(question: CommitteeContest) -> str:
    """Of a by-election, who stays in office; nothing for any other."""
    if not question.sitting:
        return ""
    names = f"：{'、'.join(question.sitting_members)}" if question.sitting_members else ""
    return f"本次为补选：委员会共 {question.size} 人，留任 {question.sitting} 人{names}；留任的不再表决。"


def committee_words(decided: Mapping[str, Any]) -> str:
    """What a contest makes of the committee: its members after a by-election, and whether it stands."""
    committee = decided.get("committee")
    said = f"补选以后，委员会 {len(committee)} 人：{'、'.join(committee)}" if committee else ""
    stands = decided.get("committee_stands")
    if stands is None or not (committee or decided["elected"]):
        return said
    if not stands:
        verdict = "人数不够，委员会还没有成立，须补选"
    else:
        verdict = "委员会成立" if not decided["seats_vacant"] else "没有选满，委员会成立，余下的席位补选"
    return f"{said}；{verdict}" if said else verdict


def ranked(question: CommitteeContest, outcome: Mapping[str, Any]) -> list[str]:
    """A contest's candidates: elected in order, others over the threshold, the rest by their votes."""
    first = [
        *outcome["elected"],
        *(name for name in outcome["over_the_threshold"] if name not in outcome["elected"]),
    ]
    rest = [name for name in question.candidates if name not in first]
    measures = question_rule(question).measures
    votes = {name: ticks(question, outcome, name) for name in rest}
    return first + sorted(rest, key=lambda name: [-amount(votes[name], each) for each in measures])


def standing(name: str, outcome: Mapping[str, Any], *, quorum_met: bool) -> str:
    """What became of a candidate, in words."""
    if name in outcome["elected"]:
        return "当选"
    if name in outcome.get("tie", ()):
        return "票数与面积相同，未能定出"
    if name in outcome.get("alternates", ()):
        return f"候补第 {outcome['alternates'].index(name) + 1}"
    if name in outcome.get("alternates_tie", ()):
        return "候补同票，未能定出"
    if name in outcome["over_the_threshold"]:
        return "过线，名额已满" if quorum_met else "过线，但参与未达法定比例"
    return "未过线"


def prolonged(extensions: Iterable[Step], zone: str) -> Iterator[tuple[str, str]]:
    """Each extension in its order: when it was announced, until when it prolonged the vote, and why."""
    for step in extensions:
        if step.closes_at is not None:
            at, closes_at = moment(step.at, zone), moment(step.closes_at, zone)
            yield "延期", f"{at} 公告，延至 {closes_at}；原因：{step.reason}"
