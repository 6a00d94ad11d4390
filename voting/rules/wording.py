"""Wording that has brought decisions down, found in what is put to the vote: warnings with their reason.

Nothing here refuses: words are read by people, and a pattern is no reader. What a ballot cannot do without
(反对 on every motion, 都不同意 beside several plans) is its structure, and stands in `questions`. Texts
that come from elsewhere, a paper ballot or a template, are checked for it with `check_choices`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from voting.rules.questions import CommitteeContest, Motion, Plans, Question


class Doubt(StrEnum):
    """What may be wrong; the value is stable."""

    TWO_MATTERS = "two-matters"
    PLANS_IN_A_MOTION = "plans-in-a-motion"
    NO_PLAN_MISSING = "no-plan-missing"
    AGAINST_MISSING = "against-missing"
    ABSTENTION_MISSING = "abstention-missing"
    LEADING = "leading"
    NEGATIVE = "negative"
    OTHER_MATTER = "other-matter"
    OLD_THRESHOLD = "old-threshold"
    SILENCE = "silence"


# Why, and what to do; the source texts of the translations.
REASONS: dict[Doubt, str] = {
    Doubt.TWO_MATTERS: (
        "这一项像是把两件事放在一个“同意”下面：有人同意一件、反对另一件，就没法选。请一项只写一件事。"
    ),
    Doubt.PLANS_IN_A_MOTION: (
        "这一项里有几个方案，却只能答同意或反对，看不出同意的是哪一个。请改用“几个方案选一个”的题型。"
    ),
    Doubt.NO_PLAN_MISSING: "几个方案里没有“都不同意”，业主没有办法全部否决。请加上“都不同意”。",
    Doubt.AGAINST_MISSING: "选项里没有“反对”，业主没有办法表示不同意，结果可能被撤销。请加上“反对”。",
    Doubt.ABSTENTION_MISSING: "选项里没有“弃权”。弃权也算参与表决，请加上“弃权”。",
    Doubt.LEADING: "这句话带有倾向，像是在劝人同意。请只写要决定的事情，理由写在公告的说明里。",
    Doubt.NEGATIVE: "这句话用了否定的说法，“同意”到底是做还是不做，容易误解。请改成肯定的说法。",
    Doubt.OTHER_MATTER: (
        "文字里说的事情，和所选的法定事项好像不是同一项，通过的比例可能不一样。请核对所选的事项。"
    ),
    Doubt.OLD_THRESHOLD: (
        "文字里写的比例像是民法典以前的旧规定。比例由法律确定，系统会按事项自动计算；请删去这句话。"
    ),
    Doubt.SILENCE: ("文字里说没有投票的视为同意或者随多数。这很容易引起争议，首次会议不能这样做；请删去。"),
}
# The law's own pairs of verbs, for one matter.
_ONE_MATTER = re.compile(r"制定和修改|选聘和解聘")
_JOINED = re.compile(
    r"(?:并|并且|同时|以及|和|及)(?:同意|授权|选聘|解聘|更换|续聘|聘请|修改|制定|通过|使用|筹集|续筹|改建|调整|设置|"
    r"启用|委托|罢免|增加|提高)"
)
_TITLES = re.compile(r"《[^》]*》")
_PLAN = re.compile(r"(?:方案|选项)\s*(?:[一二三四五六甲乙丙丁ABCDabcd1-6])")
_LEADING = re.compile(
    r"好吗|好不好|好的[?？]?$|对吗|对不对|难道|大家都|广大业主(?:一致|强烈)|众所周知|为了(?:您|你|大家|全体业主)的|"
    r"请(?:您)?(?:支持|投赞成|同意)|强烈(?:建议|要求)|早就该|必须(?:同意|支持)|当然|显然|物美价廉|优质的|最好的|无良|黑心"
)
_NEGATIVE = re.compile(r"是否(?:不同意|反对|不再|不应|不得)|不同意不|同意不|反对不")
_OLD = re.compile(
    r"(?:总面积|总人数|全体业主)[^，。；]{0,8}(?:三分之二|2/3|２／３)[^，。；]{0,6}(?:同意|通过)"
)
_SILENCE = re.compile(
    r"(?:未|没有?|不)(?:参与|参加)?(?:投票|表决|回复|反馈|交回|送回|返回)"
    r"[^。；]{0,16}(?:视为|视同|算作|默认|计入)"
)
_REFUSES_ALL = re.compile(r"都不(?:同意|选|赞成)|均不(?:同意|选|赞成)|以上都不")
# Words that belong to one matter, and the matters that they are usual under.
_WORDS_OF: tuple[tuple[re.Pattern[str], frozenset[str]], ...] = (
    (re.compile(r"(?:续|补|再次)?(?:筹集|续筹|补交|交存).{0,6}维修(?:资金|基金)"), frozenset({"278-6"})),
    (re.compile(r"(?:使用|动用|支取).{0,8}维修(?:资金|基金)"), frozenset({"278-5"})),
    (re.compile(r"(?:选聘|解聘|续聘|更换|聘请).{0,8}物业(?:服务)?(?:企业|公司|人)?"), frozenset({"278-4"})),
    (re.compile(r"议事规则"), frozenset({"278-1"})),
    (re.compile(r"管理规约|业主公约"), frozenset({"278-2"})),
    (re.compile(r"(?:对外)?(?:出租|经营|广告|充电桩|停车收费)"), frozenset({"278-8", "278-9", "279"})),
    (re.compile(r"(?:改建|重建|加装电梯|扩建)"), frozenset({"278-7", "278-5"})),
)


@dataclass(frozen=True)
class Warned:
    """A doubt about a question, and the words that raised it."""

    question: str
    doubt: Doubt
    words: str

    @property
    def reason(self) -> str:
        return REASONS[self.doubt]


def check_wording(question: Question) -> tuple[Warned, ...]:
    """The doubts about one question's text, each once."""
    # A document's own title is a name, and not what is asked.
    text = _ONE_MATTER.sub("决定", _TITLES.sub("《》", question.text))
    found: list[tuple[Doubt, str]] = []
    for doubt, pattern in (
        (Doubt.TWO_MATTERS, _JOINED),
        (Doubt.LEADING, _LEADING),
        (Doubt.NEGATIVE, _NEGATIVE),
        (Doubt.OLD_THRESHOLD, _OLD),
        (Doubt.SILENCE, _SILENCE),
    ):
        if isinstance(question, CommitteeContest) and doubt is Doubt.TWO_MATTERS:
            continue
        if match := pattern.search(text):
            found.append((doubt, match[0]))
    if isinstance(question, Motion) and len(set(_PLAN.findall(text))) > 1:
        found.append((Doubt.PLANS_IN_A_MOTION, "、".join(dict.fromkeys(_PLAN.findall(text)))))
    if isinstance(question, Motion | Plans):
        found += _doubted_matter(question)
    return tuple(Warned(question.id, doubt, words) for doubt, words in found)


def _doubted_matter(question: Motion | Plans) -> list[tuple[Doubt, str]]:
    """Words of other matters, and none of the question's own; two matters' words if there are both."""
    said = [(match[0], usual) for pattern, usual in _WORDS_OF if (match := pattern.search(question.text))]
    if not said or not question.matter.startswith("27"):
        return []
    if any(question.matter in usual for _, usual in said):
        return []
    return [(Doubt.OTHER_MATTER, said[0][0])]


def check_choices(question: str, choices: Sequence[str], *, plans: bool = False) -> tuple[Warned, ...]:
    """The doubts about the answers of a ballot that comes from elsewhere; `plans` where they are plans."""
    words = "、".join(choices)
    said = [choice.strip() for choice in choices]
    doubts = []
    if plans:
        if not any(
            re.search(r"都不(?:同意|选|赞成)|均不(?:同意|选|赞成)|以上都不", choice) for choice in said
        ):
            doubts.append(Doubt.NO_PLAN_MISSING)
    elif not any(choice in ("反对", "不同意", "不赞成") for choice in said):
        doubts.append(Doubt.AGAINST_MISSING)
    if "弃权" not in said:
        doubts.append(Doubt.ABSTENTION_MISSING)
    return tuple(Warned(question, doubt, words) for doubt in doubts)
