"""The notice of the result: what was decided, on which numbers, against which lines."""

from collections.abc import Iterator, Mapping
from typing import Any

from voting.documents.facts import (
    MEASURES,
    NO_DATE,
    Facts,
    amount,
    basis_words,
    question_rule_words,
    share_words,
    written,
)
from voting.documents.page import until as last_day
from voting.documents.paper import (
    Bar,
    Block,
    Entries,
    Heading,
    Paper,
    Paragraph,
    Places,
    Signed,
    Table,
)
from voting.documents.wording import Line, base_amount, committee_words, objections_to, prolonged, share
from voting.rules.assembly import About
from voting.rules.assembly_periods import objections_until
from voting.rules.questions import CommitteeContest, Question, question_rule
from voting.rules.settings import Setting
from voting.rules.thresholds import HEADS, QUORUM, Rule

Outcome = Mapping[str, Any]


def preliminary_result(facts: Facts) -> Paper:
    """结果公告（初步）: with the period in which objections are taken."""
    return _result(facts, final=False)


def final_result(facts: Facts) -> Paper:
    """结果公告（正式）."""
    return _result(facts, final=True)


def _result(facts: Facts, *, final: bool) -> Paper:
    outcome = facts.outcome
    assert outcome is not None
    assembly = facts.assembly
    posted = (assembly.final_at if final else assembly.preliminary_at) if assembly is not None else None
    blocks: list[Block] = [
        Paragraph(f"全体{facts.voters}：", flush=True),
        Paragraph(
            f"{facts.agenda.title}的投票已经结束，"
            + ("结果如下，公示期内的异议已经处理。" if final else "初步结果如下，现予公示。")
        ),
        Heading("一、结果"),
        *(
            Paragraph(f"{number}. {each.text}　{_decision(each, outcome)}", flush=True)
            for number, each in enumerate(facts.agenda.questions, 1)
        ),
        Heading("二、会议和参与"),
        Entries(tuple(_meeting(facts, outcome))),
        *_participation(facts, outcome),
        Heading("三、各项票数"),
        *(
            block
            for number, each in enumerate(facts.agenda.questions, 1)
            for block in _item(number, each, outcome)
        ),
        *_deemed(facts, outcome),
        Heading("四、异议和救济" if not final else "四、救济"),
        *(Paragraph(text) for text in _remedies(facts, final=final)),
        Places(("计票人（签名）", "监票人（签名）")),
        Signed(facts.signer, facts.day(posted) if posted is not None else NO_DATE),
    ]
    stage = "正式" if final else "初步"
    return Paper(f"{facts.meeting}表决结果公告（{stage}）", facts.agenda.estate, facts.address, tuple(blocks))


def _decision(question: Question, outcome: Outcome) -> str:
    decided = outcome["questions"][question.id]
    met = decided.get("quorum_met", outcome["quorum_met"])
    if not met:
        asked = "要求的" if question_rule(question).measures == HEADS else "法定"
        return f"参与表决的没有达到{asked}比例，没有作出决定。"
    if not isinstance(question, CommitteeContest):
        chosen = decided.get("chosen")
        return (f"通过“{chosen}”。" if chosen else "通过。") if decided["passed"] else "没有通过。"
    elected = "、".join(decided["elected"])
    said = f"依次当选：{elected}。" if elected else "没有人当选。"
    if tie := decided.get("tie"):
        said += f"票数相同、未能定出：{'、'.join(tie)}。"
    if decided.get("alternates"):
        said += f"候补：{'、'.join(decided['alternates'])}。"
    if decided["seats_vacant"]:
        said += f"空缺 {decided['seats_vacant']} 席。"
    if committee := committee_words(decided):
        said += f"{committee}。"
    if decided.get("lot"):
        lot = decided["lot"]
        said += f"同票者由抽签定序：{'、'.join(lot['drawn'])}（抽签种子 {lot['seed']}）。"
    return said


def _meeting(facts: Facts, outcome: Outcome) -> Iterator[tuple[str, str]]:
    measures = facts.terms.measures
    yield "会议", facts.agenda.title
    yield "表决范围", facts.scope
    yield "公告的投票时间", facts.window
    yield from prolonged(facts.extensions, facts.zone)
    for step in facts.corrections:
        yield "更正", f"{facts.moment(step.at)} 更正后重新公布；更正了什么：{step.reason}"
    if facts.opened_at is not None and facts.closed_at is not None:
        yield "实际投票时间", f"{facts.moment(facts.opened_at)} 至 {facts.moment(facts.closed_at)}"
    if facts.early_close_reason:
        yield "提前截止的原因", facts.early_close_reason
    total, cast = outcome["electorate"], outcome["participation"]
    yield (
        "总数",
        "，".join(f"{MEASURES[name][0]} {written(name, amount(total, name))}" for name in measures),
    )
    yield (
        "参与表决",
        "，".join(
            f"{MEASURES[name][0]} {written(name, amount(cast, name))}，"
            f"占 {share(amount(cast, name), amount(total, name))}"
            for name in measures
        ),
    )
    yield "名册摘要", facts.roll_sha256


def _participation(facts: Facts, outcome: Outcome) -> Iterator[Block]:
    """Each measure against the line of the quorum; a question with another says so itself."""
    quorum = QUORUM if facts.terms.of_owners else question_rule(facts.agenda.questions[0]).quorum
    if quorum is None:
        return
    for name in facts.terms.measures:
        part, whole = amount(outcome["participation"], name), amount(outcome["electorate"], name)
        least = Line(quorum).least(whole)
        reached = "达到" if part >= least else "没有达到"
        line = f"竖线：{share_words(quorum)}，至少 {written(name, least)}"
        yield Bar(
            f"参与表决：{MEASURES[name][0]}（{line}）",
            f"{written(name, part)}，{share(part, whole)}，{reached}",
            part,
            whole,
            quorum,
        )


def _item(number: int, question: Question, outcome: Outcome) -> Iterator[Block]:
    decided, rule = outcome["questions"][question.id], question_rule(question)
    yield Paragraph(f"{number}. {question.text}", flush=True)
    yield Paragraph(f"依据：{basis_words(question)}。{question_rule_words(question)}", note=True)
    yield Paragraph(f"结果：{_decision(question, outcome)}", flush=True)
    each = isinstance(question, CommitteeContest) and question.each
    counts: Mapping[str, Any] = decided["counts"]
    cast = outcome["participation"]
    if each:
        rows = tuple(
            (name, choice, *_numbers(rule, of, cast))
            for name, given in counts.items()
            for choice, of in given.items()
        )
        yield Table(("候选人", "意见", *_heads(rule)), rows, (30, 20, *_widths(rule)), right=_right(rule, 2))
    else:
        rows = tuple((name, *_numbers(rule, of, cast)) for name, of in counts.items())
        first = "候选人（得票）" if isinstance(question, CommitteeContest) else "意见"
        yield Table((first, *_heads(rule)), rows, (50, *_widths(rule)), right=_right(rule, 1))
    for name, of in _lines(question, counts):
        yield from _bars(name, question, of, outcome)


def _lines(question: Question, counts: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """What has to reach the line: 同意, each plan, or each candidate."""
    if isinstance(question, CommitteeContest):
        for name in question.candidates:
            yield name, counts[name]["同意"] if question.each else counts[name]
        return
    for name, of in counts.items():
        if name not in ("反对", "弃权", "都不同意"):
            yield name, of


def _bars(name: str, question: Question, of: Mapping[str, Any], outcome: Outcome) -> Iterator[Bar]:
    rule = question_rule(question)
    for measure in rule.measures:
        part, whole = amount(of, measure), base_amount(question, outcome, measure)
        line, least = share_words(rule.approval), Line(rule.approval).least(whole)
        reached = "达到" if whole and part >= least else "没有达到"
        yield Bar(
            f"{name}：{MEASURES[measure][0]}（竖线：{line}，至少 {written(measure, least)}）",
            f"{written(measure, part)}，{share(part, whole)}，{reached}",
            part,
            whole,
            rule.approval,
        )


def _heads(rule: Rule) -> tuple[str, ...]:
    return tuple(text for name in rule.measures for text in (MEASURES[name][0], "占参与表决"))


def _widths(rule: Rule) -> tuple[float, ...]:
    return tuple(width for _ in rule.measures for width in (36.0, 24.0))


def _right(rule: Rule, first: int) -> tuple[int, ...]:
    return tuple(range(first, first + 2 * len(rule.measures)))


def _numbers(rule: Rule, of: Mapping[str, Any], cast: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(
        text
        for name in rule.measures
        for text in (written(name, amount(of, name)), share(amount(of, name), amount(cast, name)))
    )


def _deemed(facts: Facts, outcome: Outcome) -> Iterator[Block]:
    """Both results, where silence counts by the rules of procedure."""
    second = outcome.get("with_deemed")
    if second is None or facts.terms.deemed is None:
        return
    measures = facts.terms.measures
    joined = "，".join(
        f"{MEASURES[name][0]} {written(name, amount(second['deemed'], name))}" for name in measures
    )
    yield Heading("计入未投票者的结果")
    yield Paragraph(
        f"以上只计实际投出的票。按议事规则（{facts.terms.deemed.dated} 通过）“{facts.terms.deemed.clause}”，"
        f"已证明送达而没有投票的计入 {joined}，结果如下："
    )
    for number, question in enumerate(facts.agenda.questions, 1):
        yield Paragraph(f"{number}. {question.text}　{_decision(question, second)}", flush=True)


def _remedies(facts: Facts, *, final: bool) -> Iterator[str]:
    if not final:
        until = objections_until(facts.assembly, About.RESULT) if facts.assembly is not None else None
        period = (
            f"即日起至 {last_day(until, facts.zone)}"
            if until is not None
            else f"公示期 {facts.days(Setting.RESULT_OBJECTION_DAYS)}内"
        )
        to = objections_to(facts.signer, facts.help)
        yield f"对结果有异议的，{period}，写明事实和理由，{to}。"
    if facts.terms.of_owners:
        yield (
            "业主大会的决定侵害业主合法权益的，受侵害的业主可以请求人民法院予以撤销（《民法典》第二百八十条）。"
            "请求撤销的期限为知道或者应当知道决定作出之日起一年内（法释〔2009〕7号第十二条）。"
        )
    yield f"任何人都可以核对这次计票：记录在公开页 {facts.address} 上。百分数只舍不入，是否过线按整数比较。"
