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

from voting.documents.bars import bar, labelled_bar
from voting.documents.page import moment
from voting.documents.wording import (
    SECRECY,
    Line,
    clause,
    dm2,
    matter_title,
    metres,
    oldest_outside_tool,
    ranked,
    scope_words,
    share,
    standing,
)
from voting.rules.secrecy import Secrecy

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

    Times are aware and shown in Shanghai time; heads are the event hashes of the two boards' last events
    (hex), `rules_sha256` the digest that stands in the election's description (hex).
    """

    uuid: str
    opened_at: datetime
    closed_at: datetime
    counted_at: datetime
    early_close_reason: str | None
    owners_head: str
    area_head: str
    rules_sha256: str


@dataclass(frozen=True)
class _Count:
    """A number of owners and an area in 0.01 m²."""

    owners: int
    area: int

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "_Count":
        return cls(document["owners"], dm2(document["area_m2"]))


def report_html(rules: Mapping[str, Any], outcome: Mapping[str, Any], facts: ReportFacts) -> bytes:
    """The report as UTF-8 HTML, from rules.json and outcome.json (formats: voting.rules.outcome)."""
    parts = [
        _verdict(rules, outcome),
        _participation(rules, outcome),
        Markup("<h2>每一题的结果</h2>"),
        *(_question(number, question, outcome) for number, question in enumerate(rules["questions"], 1)),
        _particulars(rules, outcome, facts),
        _verification(rules, facts),
        Markup(
            '<div class="signatures"><p>筹备组（业主委员会）签章</p><p>监票人签字</p>'
            "<p>居民委员会（街道）签章</p><p>日期</p></div>"
        ),
    ]
    style = Markup(files("voting.documents").joinpath("report.css").read_text("utf-8"))  # noqa: S704 - our own file
    page = _PAGE.format(
        title=rules["title"], estate=rules["estate"], style=style, parts=Markup("\n").join(parts)
    )
    return page.encode()


def _verdict(rules: Mapping[str, Any], outcome: Mapping[str, Any]) -> Markup:
    """What was decided, as sentences: one for the quorum, one a question."""
    took_part, whole = _Count.of(outcome["participation"]), _Count.of(outcome["electorate"])
    line = Line.of(rules["quorum"]).words
    turnout = Markup("{} 位业主参与（共 {} 位），面积 {} 平方米（共 {} 平方米）").format(
        took_part.owners, whole.owners, metres(took_part.area), metres(whole.area)
    )
    if outcome["quorum_met"]:
        first = Markup("<strong>投票有效。</strong>{}，人数和面积都达到{}。").format(turnout, line)
    else:
        short = "、".join(
            word for key, word in (("owners", "人数"), ("area", "面积")) if not outcome["quorum"][key]
        )
        first = Markup("<strong>投票未达到法定比例，各项均未通过。</strong>{}，{}没有达到{}。").format(
            turnout, short, line
        )
    items = Markup("\n").join(
        Markup("<li>{} —— <strong>{}</strong></li>").format(question["text"], _decision(question, outcome))
        for question in rules["questions"]
    )
    return Markup('<p class="verdict">{}</p>\n<ol class="items">\n{}\n</ol>').format(first, items)


def _decision(question: Mapping[str, Any], outcome: Mapping[str, Any]) -> str:
    decided = outcome["questions"][question["id"]]
    if question["kind"] == "motion":
        return "通过" if decided["passed"] else "未通过"
    elected = decided["elected"]
    said = f"选出 {len(elected)} 人：{'、'.join(elected)}" if elected else "没有选出委员"
    return f"{said}；空缺 {decided['seats_vacant']} 席" if decided["seats_vacant"] else said


def _participation(rules: Mapping[str, Any], outcome: Mapping[str, Any]) -> Markup:
    took_part, whole = _Count.of(outcome["participation"]), _Count.of(outcome["electorate"])
    line = Line.of(rules["quorum"])
    measures = []
    for name, unit, part, of, show in (
        ("业主人数", "位", took_part.owners, whole.owners, str),
        ("专有部分面积", "平方米", took_part.area, whole.area, metres),
    ):
        least = line.least(of)
        gap = f"多 {show(part - least)} {unit}" if part >= least else f"还差 {show(least - part)} {unit}"
        reached = "达到" if part >= least else "未达到"
        measures.append(
            Markup(
                '<div class="measure"><p>{name}</p>{bar}'
                "<p>竖线：{line}，即至少 {least} {unit}。{reached}，{gap}。</p></div>"
            ).format(
                name=name,
                bar=labelled_bar("参与", f"{show(part)} {unit}", part, of, line),
                line=line.words,
                least=show(least),
                unit=unit,
                reached=reached,
                gap="正好" if part == least else gap,
            )
        )
    return Markup(
        "<h2>参与情况</h2>\n<p>法律要求参与表决的业主，人数和面积都占{}。弃权也算参与。</p>\n"
        '<div class="measures">{}</div>'
    ).format(line.words, Markup("").join(measures))


def _question(number: int, question: Mapping[str, Any], outcome: Mapping[str, Any]) -> Markup:
    approval = Line.of(question["approval"])
    motion = question["kind"] == "motion"
    who = "同意的" if motion else "每位当选人得到的"
    return Markup(
        '<section class="question">\n<h3>第 {number} 题　{text}</h3>\n'
        '<p class="result"><strong>{decision}</strong>。</p>\n'
        '<p class="quiet">{clause}：{matter}。在参与表决的业主里，{who}人数和面积都须{least}。</p>\n'
        "{body}\n</section>"
    ).format(
        number=number,
        text=question["text"],
        decision=_decision(question, outcome),
        clause=clause(question["matter"]),
        matter=matter_title(question["matter"]),
        who=who,
        least=approval.words,
        body=_motion(question, outcome, approval) if motion else _contest(question, outcome, approval),
    )


def _motion(question: Mapping[str, Any], outcome: Mapping[str, Any], approval: Line) -> Markup:
    took_part = _Count.of(outcome["participation"])
    counts = outcome["questions"][question["id"]]["counts"]
    measures = []
    for name, unit, key, of in (
        ("业主人数", "位", "owners", took_part.owners),
        ("专有部分面积", "平方米", "area", took_part.area),
    ):
        show = str if key == "owners" else metres
        votes = {choice: getattr(_Count.of(counts[choice]), key) for choice in question["choices"]}
        bars = Markup("").join(
            labelled_bar(choice, f"{show(part)} {unit}", part, of, approval if choice == "同意" else None)
            for choice, part in votes.items()
        )
        least = approval.least(of)
        measures.append(
            Markup('<div class="measure"><p>{}</p>{}<p>竖线：{}，即同意至少 {} {}。{}。</p></div>').format(
                name, bars, approval.words, show(least), unit, "达到" if votes["同意"] >= least else "未达到"
            )
        )
    return Markup('<div class="measures">{}</div>').format(Markup("").join(measures))


def _contest(question: Mapping[str, Any], outcome: Mapping[str, Any], approval: Line) -> Markup:
    took_part = _Count.of(outcome["participation"])
    decided = outcome["questions"][question["id"]]
    rows = []
    for place, name in enumerate(ranked(question, decided), 1):
        count = _Count.of(decided["counts"][name])
        rows.append(
            Markup(
                '<tr><td class="place">{}</td><th scope="row">{}</th><td class="standing">{}</td>'
                '<td class="number">{} 位　{}{}</td><td class="number">{} ㎡　{}{}</td></tr>'
            ).format(
                place,
                name,
                standing(name, decided, quorum_met=outcome["quorum_met"]),
                count.owners,
                share(count.owners, took_part.owners),
                bar(count.owners, took_part.owners, approval),
                metres(count.area),
                share(count.area, took_part.area),
                bar(count.area, took_part.area, approval),
            )
        )
    return Markup(
        "<p>应选 {} 人。竖线：{}，即至少 {} 位、{} 平方米。两项都过线的，先比人数，再比面积，依次当选。</p>\n"
        '<table><thead><tr><th scope="col">次序</th><th scope="col">候选人</th><th scope="col">结果</th>'
        '<th scope="col">业主人数</th><th scope="col">面积</th></tr></thead>\n<tbody>\n{}\n</tbody></table>'
    ).format(
        question["seats"],
        approval.words,
        approval.least(took_part.owners),
        metres(approval.least(took_part.area)),
        Markup("\n").join(rows),
    )


def _particulars(rules: Mapping[str, Any], outcome: Mapping[str, Any], facts: ReportFacts) -> Markup:
    whole = _Count.of(outcome["electorate"])
    rows: list[tuple[str, str]] = [
        ("范围", scope_words(rules["scope"])),
        ("计入总数", f"业主 {whole.owners} 位，专有部分面积 {metres(whole.area)} 平方米"),
        ("公告的时间", f"{_shanghai(rules['opens_at'])} 至 {_shanghai(rules['closes_at'])}"),
        ("实际开始", moment(facts.opened_at)),
        ("实际结束", moment(facts.closed_at)),
        *([("提前结束的原因", facts.early_close_reason)] if facts.early_close_reason else []),
        ("计票时间", moment(facts.counted_at)),
        ("投票方式", "选票加密，合计数不拆票就能算出。一人只投一次，投出后不能更改。"),
        ("保密方式", _SECRECY[Secrecy(rules["secrecy"])]),
        (
            "人数怎样算",
            "一位业主有几套房，算一人，面积相加；几人共有一套房，合算一人；开发商未售和未交付的，合算一人。",
        ),
        ("百分数", "只供阅读，只舍不入。是否过线，一律按人数和面积的整数比较。"),
    ]
    return Markup("<h2>会议和基数</h2>\n{}").format(_listing(rows))


def _verification(rules: Mapping[str, Any], facts: ReportFacts) -> Markup:
    rows = [
        ("选举编号", facts.uuid),
        ("加密方式", rules["group"]),
        ("规则摘要", facts.rules_sha256),
        ("名册摘要", rules["roll_sha256"]),
        ("人数档案末条", facts.owners_head),
        ("面积档案末条", facts.area_head),
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


def _shanghai(iso: str) -> str:
    return moment(datetime.fromisoformat(iso))
