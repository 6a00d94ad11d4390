"""Papers of a committee's candidates: the form that each fills in, the list that is published."""

from voting.documents.facts import NO_DATE, Facts, NomineeLine
from voting.documents.page import until as last_day
from voting.documents.paper import (
    BLANK,
    Block,
    Entries,
    Heading,
    Paper,
    Paragraph,
    Places,
    Signed,
    Table,
    Turn,
)
from voting.documents.wording import objections_to, sitting_words
from voting.rules.assembly import About
from voting.rules.assembly_periods import objections_until
from voting.rules.candidacy import NOMINATOR_WORDS, REQUIREMENTS, Check, Found, Point
from voting.rules.questions import SURNAME_STROKES
from voting.rules.settings import Setting

_BOX = "□"
_LONGEST_ON_LIST = 120  # characters
STROKE_ORDER = "按姓氏笔画为序；笔画数相同的，依次比横、竖、撇、点、折。"


def candidates(facts: Facts) -> Paper:
    """候选人名单公示: who stands, in the published order, and until when one may object."""
    assembly = facts.assembly
    until = objections_until(assembly, About.CANDIDATES) if assembly is not None else None
    shown = (
        f"即日起至 {last_day(until, facts.zone)}"
        if until is not None
        else facts.days(Setting.CANDIDATES_SHOWN_DAYS)
    )
    blocks: list[Block] = [
        Paragraph(f"全体{facts.voters}：", flush=True),
        Paragraph(f"{facts.agenda.title}的候选人名单公示如下。对候选人有异议的，请在公示期内书面提出。"),
        Entries((("公示期", shown), ("提出异议", objections_to(facts.signer, facts.help)))),
    ]
    for contest in facts.contests:
        strokes = contest.order == SURNAME_STROKES
        units = {each.ballot: "、".join(each.units) for each in facts.nominees}
        rows = tuple(
            (str(number), name, units.get(name, ""), _introduced(facts, contest.id, name))
            for number, name in enumerate(contest.candidates, 1)
        )
        kind = "差额" if len(contest.candidates) > contest.seats else "等额"
        blocks += [
            Heading(contest.text),
            Paragraph(
                f"{sitting_words(contest)}应选 {contest.seats} 人，"
                f"候选人 {len(contest.candidates)} 人（{kind}）。"
                f"{STROKE_ORDER if strokes else '按公布的次序。'}选票上的次序与此相同。"
            ),
            Table(
                ("次序", "姓名", "房号", "简况（本人同意公布的）"),
                rows,
                (14, 32, 32, 92),
                right=(0,),
                high=12,
            ),
        ]
    blocks.append(
        Signed(facts.signer, facts.day(assembly.candidates_at) if assembly is not None else NO_DATE)
    )
    return Paper("业主委员会委员候选人名单公示", facts.agenda.estate, facts.address, tuple(blocks))


def _introduced(facts: Facts, contest: str, name: str) -> str:
    """As much of an introduction as a list has room for; the public page has all of it."""
    line = " ".join(facts.introductions.get((contest, name), "").split())
    return line if len(line) <= _LONGEST_ON_LIST else line[: _LONGEST_ON_LIST - 1] + "…"


# Nothing here is quoted as law: places ask for different things.
_PROMISES = (
    "本人是本小区业主，愿意担任业主委员会委员。",
    "遵守法律、管理规约和业主大会议事规则，按时交纳应由本人承担的费用。",
    "不在为本小区服务的物业服务企业任职，没有会影响公正履职的利害关系；有的，写在下面。",
    "同意公布姓名、房号和本表“简况”一栏；其余内容不公布。",
)


def candidate_form(facts: Facts) -> Paper:
    """候选人报名表: what a candidate says and promises, and what was checked of it, against which source.

    One for each nomination that there is, else a blank one.
    """
    blocks: list[Block] = []
    for each in facts.nominees or (None,):
        said = facts.introductions.get((facts.contests[0].id, each.ballot), "") if each is not None else ""
        blocks += [*([Turn()] if blocks else []), *_form(each, said)]
    title = f"{facts.agenda.estate}　{facts.agenda.title}"
    return Paper("业主委员会委员候选人报名表", title, facts.address, tuple(blocks))


def _form(nominee: NomineeLine | None, said: str) -> list[Block]:
    name, units = (nominee.name, "、".join(nominee.units)) if nominee is not None else ("", "")
    by = nominee.nominator if nominee is not None else None
    ways = "　".join(f"{_ticked(by is way)} {words}" for way, words in NOMINATOR_WORDS.items())
    signed = f"{nominee.supporters} 位" if nominee is not None and nominee.supporters else ""
    return [
        Table(
            ("姓名", "房号", "性别", "出生年份", "联系电话"),
            ((name, units, "", "", ""),),
            (36, 36, 20, 28, 50),
            high=11,
        ),
        Entries((("报名方式", ways), ("联名的业主", signed or f"{BLANK}位（名单另附）"))),
        Heading("简况（公布）"),
        Table(("学习、工作经历，为小区做过的事，打算怎样做",), ((said,),), (1,), high=22),
        Heading("本人声明"),
        *(Paragraph(f"{_BOX} {text}", flush=True) for text in _PROMISES),
        Paragraph(f"需要说明的利害关系：{BLANK}{BLANK}{BLANK}", flush=True),
        Places(("报名人（签名）", "日期")),
        Heading("资格核对（由筹备组或者业主委员会填写）"),
        Table(
            ("核对什么", "依据", "结果", "材料、说明"),
            tuple(_checked(point, nominee) for point in Point),
            (58, 48, 30, 34),
            high=8,
        ),
    ]


def _checked(point: Point, nominee: NomineeLine | None) -> tuple[str, str, str, str]:
    check = nominee.checks.get(point, Check()) if nominee is not None else Check()
    met, not_met = _ticked(check.found is Found.MET), _ticked(check.found is Found.NOT_MET)
    requirement = REQUIREMENTS[point]
    return requirement.words, requirement.source.basis, f"{met} 是　{not_met} 否", check.note


def _ticked(so: bool) -> str:
    return "■" if so else _BOX
