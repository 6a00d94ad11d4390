"""The report of a counted election: one HTML file that needs no program, no network and no script.

It says first what was decided, in sentences; then on what numbers, beside the lines that the law draws; then
how anyone can check it. All text from people goes through `Markup.format`, which escapes it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from typing import Any

from markupsafe import Markup

from voting.documents.bars import labelled_bar
from voting.documents.page import moment
from voting.documents.question_report import decision, question_part, terms_of
from voting.documents.wording import (
    MEASURES,
    REVOTING,
    SECRECY,
    SHORT,
    Line,
    amount,
    heads_words,
    metres,
    oldest_outside_tool,
    prolonged,
    scope_words,
    shown,
    voters_word,
)
from voting.rules.agenda_form import Agenda
from voting.rules.assembly import Step
from voting.rules.document import rules_agenda
from voting.rules.periods import LEGAL_ZONE
from voting.rules.questions import question_rule
from voting.rules.revoting import Revoting
from voting.rules.secrecy import Secrecy
from voting.rules.thresholds import QUORUM

_SECRECY = {
    Secrecy.CONFIDENTIAL: (
        f"{SECRECY[Secrecy.CONFIDENTIAL][0]}：只公布合计，谁投了什么不公开。截止以后，写明理由、经规定的人批准，"
        "才能打开某一张票；谁为什么打开了哪一张，操作日志里都有。"
    ),
    Secrecy.SECRET: (
        f"{SECRECY[Secrecy.SECRET][0]}：只公布合计，任何一张票都不打开；计票以后，服务器的钥匙已经销毁。"
    ),
    Secrecy.OPEN: (f"{SECRECY[Secrecy.OPEN][0]}：公布的只有合计；计票时每张票都为监督员打开，邻居看不到。"),
}
_HEADS_OF = {
    "owners": (
        "一位业主有几套房，算一人，面积相加；几人共有一套房，合算一人；开发商未售和未交付的，合算一人。"
    ),
    "residents": "年满十八周岁的居民一人一票，租住的也在内；不看房屋归谁所有。",
    "households": "一户一票，由户代表投；不看房屋归谁所有。",
}
_PAGE = Markup("""<!doctype html>
<html lang="zh-Hans">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title} 计票结果报告</title>
<style>
{style}</style>
</head>
<body>
<header>
<p>{estate}　计票结果报告</p>
<h1>{title}</h1>
</header>
<main>
{parts}
</main>
</body>
</html>
""")


@dataclass(frozen=True)
class ReportFacts:
    """What the report says beside the rules and the outcome: when, and the digests that pin the record.

    Times are aware and shown as clocks in `zone` show them; heads are the event hashes of the two boards'
    last events (hex), `rules_sha256` the digest that stands in the election's description (hex), `replaced`
    how many ballots were replaced by a later one of the same voter; `extensions` in their order, where the
    election is one of an assembly.
    """

    uuid: str
    opened_at: datetime
    closed_at: datetime
    counted_at: datetime
    early_close_reason: str | None
    owners_head: str
    area_head: str
    rules_sha256: str
    zone: str = LEGAL_ZONE
    replaced: int = 0
    extensions: tuple[Step, ...] = ()


def report_html(rules: Mapping[str, Any], outcome: Mapping[str, Any], facts: ReportFacts) -> bytes:
    """The report as UTF-8 HTML, from rules.json and outcome.json (formats: voting.rules.outcome)."""
    agenda = rules_agenda(rules)
    parts = [
        _verdict(agenda, outcome),
        _participation(agenda, outcome),
        Markup("<h2>每一题的结果</h2>"),
        *(question_part(number, question, outcome) for number, question in enumerate(agenda.questions, 1)),
        *_with_deemed(agenda, outcome),
        _particulars(rules, agenda, outcome, facts),
        _verification(rules, facts),
        _signatures(agenda),
    ]
    style = Markup(files("voting.documents").joinpath("report.css").read_text("utf-8"))  # noqa: S704 - our own file
    page = _PAGE.format(title=agenda.title, estate=agenda.estate, style=style, parts=Markup("\n").join(parts))
    return page.encode()


def _signatures(agenda: Agenda) -> Markup:
    """Who signs: those who held it, who watched the count, the community office."""
    held, office = (
        ("筹备组（业主委员会）签章", "居民委员会（街道）签章")
        if terms_of(agenda).of_owners
        else ("主持人签字", "居民委员会签章")
    )
    return Markup('<div class="signatures"><p>{}</p><p>监票人签字</p><p>{}</p><p>日期</p></div>').format(
        held, office
    )


def _amounts(agenda: Agenda, counted: Mapping[str, Any], whole: Mapping[str, Any]) -> str:
    """104 位业主参与（共 156 位），面积 8,840.34 平方米（共 13,260.50 平方米）."""
    measures = terms_of(agenda).measures
    who = {"owners": "位业主", "residents": "位居民", "households": "户居民"}[terms_of(agenda).body]
    said = f"{amount(counted, measures[0])} {who}参与（共 {amount(whole, measures[0])} {who[0]}）"
    if "area" not in measures:
        return said
    part, of = (metres(amount(each, "area")) for each in (counted, whole))
    return f"{said}，面积 {part} 平方米（共 {of} 平方米）"


def _verdict(agenda: Agenda, outcome: Mapping[str, Any]) -> Markup:
    """What was decided, as sentences: one for the quorum, one a question."""
    turnout = _amounts(agenda, outcome["participation"], outcome["electorate"])
    quorums = {(rule.quorum, rule.measures) for rule in map(question_rule, agenda.questions)}
    quorum, measures = next(iter(quorums))
    if len(quorums) > 1 or quorum is None:
        first = Markup("{}。须有多少人参与，各项要求不同，见每一题。").format(turnout)
    elif outcome["quorum_met"]:
        both = "人数和面积都" if len(measures) > 1 else "人数"
        first = Markup("<strong>投票有效。</strong>{}，{}达到{}。").format(turnout, both, Line(quorum).words)
    else:
        part, whole = outcome["participation"], outcome["electorate"]
        short = "、".join(
            SHORT[each] for each in measures if not quorum.met(amount(part, each), amount(whole, each))
        )
        asked = "法定比例" if terms_of(agenda).of_owners else "要求的比例"
        first = Markup("<strong>投票未达到{}，各项均未通过。</strong>{}，{}没有达到{}。").format(
            asked, turnout, short, Line(quorum).words
        )
    items = Markup("\n").join(
        Markup("<li>{} —— <strong>{}</strong></li>").format(
            question.text, decision(outcome["questions"][question.id])
        )
        for question in agenda.questions
    )
    return Markup('<p class="verdict">{}</p>\n<ol class="items">\n{}\n</ol>').format(first, items)


def _participation(agenda: Agenda, outcome: Mapping[str, Any]) -> Markup:
    quorum = question_rule(agenda.questions[0]).quorum or QUORUM
    line = Line(quorum)
    measures = []
    for each in terms_of(agenda).measures:
        name, unit = MEASURES[each]
        part, of = amount(outcome["participation"], each), amount(outcome["electorate"], each)
        least = line.least(of)
        gap = (
            f"多 {shown(each, part - least)} {unit}"
            if part >= least
            else f"还差 {shown(each, least - part)} {unit}"
        )
        reached = "达到" if part >= least else "未达到"
        measures.append(
            Markup(
                '<div class="measure"><p>{name}</p>{bar}'
                "<p>竖线：{line}，即至少 {least} {unit}。{reached}，{gap}。</p></div>"
            ).format(
                name=name,
                bar=labelled_bar("参与", f"{shown(each, part)} {unit}", part, of, line),
                line=line.words,
                least=shown(each, least),
                unit=unit,
                reached=reached,
                gap="正好" if part == least else gap,
            )
        )
    both = "人数和面积都占" if len(measures) > 1 else "人数占"
    voters = voters_word(terms_of(agenda))
    return Markup(
        '<h2>参与情况</h2>\n<p>参与表决的{}，{}{}才有效。弃权也算参与。</p>\n<div class="measures">{}</div>'
    ).format(voters, both, line.words, Markup("").join(measures))


def _with_deemed(agenda: Agenda, outcome: Mapping[str, Any]) -> list[Markup]:
    """What would follow with the silent ones counted as the rules of procedure have it; nothing without."""
    clause_of = terms_of(agenda).deemed
    if clause_of is None:
        return []
    counted = outcome["with_deemed"]
    silent = "，".join(
        f"{SHORT[each]} {shown(each, amount(counted['deemed'], each))} {MEASURES[each][1]}"
        for each in terms_of(agenda).measures
    )
    lead = Markup(
        "<h2>计入未投票的以后</h2>\n<p><strong>上面只按实际投出的票计算。</strong>"
        "本小区的议事规则（{}通过）写明：{}。送达有凭证而没有投票的：{}。计入以后，{}。</p>"
    ).format(
        clause_of.dated,
        clause_of.clause,
        silent,
        _amounts(agenda, counted["participation"], outcome["electorate"]),
    )
    both = outcome | counted
    return [lead, *(question_part(number, asked, both) for number, asked in enumerate(agenda.questions, 1))]


def _particulars(
    rules: Mapping[str, Any], agenda: Agenda, outcome: Mapping[str, Any], facts: ReportFacts
) -> Markup:
    whole = outcome["electorate"]
    terms = terms_of(agenda)
    owners = terms.of_owners
    counted = heads_words(terms, whole["owners" if owners else "heads"])
    area = f"，专有部分面积 {metres(amount(whole, 'area'))} 平方米" if owners else ""
    rows: list[tuple[str, str]] = [
        ("范围", scope_words(rules["scope"], of_owners=owners)),
        ("计入总数", counted + area),
        *hours(rules, facts),
        ("计票时间", moment(facts.counted_at, facts.zone)),
        ("投票方式", f"选票加密，合计数不拆票就能算出。一人一票，{REVOTING[agenda.revoting]}。"),
        *(
            [
                (
                    "改投",
                    f"{facts.replaced:,} 张票后来改投过，不计；它们仍密封着留在记录里，谁也不能打开。",
                )
            ]
            if agenda.revoting is not Revoting.NONE
            else []
        ),
        ("保密方式", _SECRECY[agenda.secrecy]),
        ("人数怎样算", _HEADS_OF[terms.body]),
        ("百分数", f"只供阅读，只舍不入。是否过线，一律按人数{'和面积' if owners else ''}的整数比较。"),
    ]
    return Markup("<h2>会议和基数</h2>\n{}").format(_listing(rows))


def hours(rules: Mapping[str, Any], facts: ReportFacts) -> list[tuple[str, str]]:
    """When was to be voted, until when it was prolonged and why, when it was voted."""
    announced, actual = (rules["opens_at"], rules["closes_at"]), (facts.opened_at, facts.closed_at)
    return [
        ("公告的投票时间", " 至 ".join(_local(each, facts) for each in announced)),
        *prolonged(facts.extensions, facts.zone),
        ("实际投票时间", " 至 ".join(moment(each, facts.zone) for each in actual)),
        *([("提前结束的原因", facts.early_close_reason)] if facts.early_close_reason else []),
    ]


def _verification(rules: Mapping[str, Any], facts: ReportFacts) -> Markup:
    counts_area = "area_dm2" in rules["electorate"]
    rows = [
        ("选举编号", facts.uuid),
        ("加密方式", rules["group"]),
        ("规则摘要", facts.rules_sha256),
        ("名册摘要", rules["roll_sha256"]),
        ("人数档案末条", facts.owners_head),
        ("面积档案末条" if counts_area else "第二份档案末条", facts.area_head),
    ]
    coded = [(name, Markup("<code>{}</code>").format(text)) for name, text in rows]
    return Markup(
        "<h2>怎样核对</h2>\n"
        "<p>不必相信我们：任何人拿到导出的文件 EXPORT.zip，都能在自己的电脑上重新核对每一张加密选票、"
        "两份合计和本报告的结论。下面几种办法都应当认可，其中后两个程序互不相干：</p>\n"
        "<pre><code>verify.html    （用浏览器打开，不用联网，把 EXPORT.zip 放进去）\n"
        "voting verify EXPORT.zip\n"
        "belenios-tool election verify    （{} 以上的版本；解压后，分别在 owners 和 area 文件夹里运行）"
        "</code></pre>\n"
        "<p>下面的摘要与导出文件、与投票结束时交给居委会的一份应当逐字相同；差一个字，就是有人改过。"
        "本报告由其中的 outcome.json 和 rules.json 写成，文字与它们不一致时，以文件为准。</p>\n{}"
    ).format(oldest_outside_tool(rules["group"]), _listing(coded))


def _listing(rows: Sequence[tuple[str, str]]) -> Markup:
    entries = Markup("\n").join(Markup("<dt>{}</dt><dd>{}</dd>").format(*row) for row in rows)
    return Markup("<dl>\n{}\n</dl>").format(entries)


def _local(iso: str, facts: ReportFacts) -> str:
    return moment(datetime.fromisoformat(iso), facts.zone)
