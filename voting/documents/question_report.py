"""One question of a report: what was decided, and every count on each measure beside the law's line."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from voting.documents.bars import bar, labelled_bar
from voting.documents.wording import (
    MEASURES,
    RANKINGS,
    Line,
    amount,
    approval_words,
    base_amount,
    clause,
    committee_words,
    matter_title,
    ranked,
    share,
    shown,
    sitting_words,
    standing,
    ticks,
)
from voting.rules.agenda_form import Agenda
from voting.rules.questions import CommitteeContest, Motion, Plans, Question, ballot_questions, question_rule
from voting.rules.terms import Terms


def terms_of(agenda: Agenda) -> Terms:
    """The agenda's terms; those of an owners' assembly where it says none."""
    return agenda.terms or Terms()


def decision(decided: Mapping[str, Any]) -> str:
    """What became of a question, in words."""
    if decided["kind"] == "motion":
        return "通过" if decided["passed"] else "未通过"
    if decided["kind"] == "plans":
        if decided["passed"]:
            return f"选定：{decided['chosen']}"
        tie = "、".join(decided["tie"])
        return f"没有选定：{tie}都够条件，不能同时选定" if tie else "没有选定任何方案"
    elected, alternates = decided["elected"], decided.get("alternates", ())
    said = f"选出 {len(elected)} 人：{'、'.join(elected)}" if elected else "没有选出委员"
    said += f"；空缺 {decided['seats_vacant']} 席" if decided["seats_vacant"] else ""
    said += f"；候补：{'、'.join(alternates)}" if alternates else ""
    committee = committee_words(decided)
    return f"{said}；{committee}" if committee else said


def question_part(number: int, question: Question, outcome: Mapping[str, Any]) -> Markup:
    """The section of one question; `outcome` is outcome.json."""
    decided = outcome["questions"][question.id]
    contest = isinstance(question, CommitteeContest)
    return Markup(
        '<section class="question">\n<h3>第 {number} 题　{text}</h3>\n'
        '<p class="result"><strong>{decision}</strong>。</p>\n'
        '<p class="quiet">{clause}：{matter}。{least}。</p>\n'
        "{quorum}{body}\n</section>"
    ).format(
        number=number,
        text=question.text,
        decision=decision(decided),
        clause=clause(question.matter),
        matter=matter_title(question.matter),
        least=approval_words(question),
        quorum=_quorum(question, decided),
        body=_contest(question, outcome) if contest else _answers(question, outcome),  # type: ignore[arg-type]
    )


def _quorum(question: Question, decided: Mapping[str, Any]) -> Markup:
    """That too few took part in this question, where its outcome says so itself (version 2)."""
    quorum = question_rule(question).quorum
    if quorum is None or decided.get("quorum_met", True):
        return Markup("")
    return Markup('<p class="quiet">参与的没有达到{}。</p>\n').format(Line(quorum).words)


def _answers(question: Motion | Plans, outcome: Mapping[str, Any]) -> Markup:
    rule, counts = question_rule(question), outcome["questions"][question.id]["counts"]
    approval = Line(rule.approval)
    answers = ballot_questions(question)[0].answers
    yes = question.plans if isinstance(question, Plans) else ("同意",)
    measures = []
    for each in rule.measures:
        name, unit = MEASURES[each]
        of = base_amount(question, outcome, each)
        votes = {answer: amount(counts[answer], each) for answer in answers}
        bars = Markup("").join(
            labelled_bar(answer, f"{shown(each, part)} {unit}", part, of, approval if answer in yes else None)
            for answer, part in votes.items()
        )
        least = approval.least(of)
        reached = [answer for answer in yes if of and votes[answer] >= least]
        if isinstance(question, Plans):
            said = f"即一个方案至少 {shown(each, least)} {unit}。{'、'.join(reached) or '没有方案'}达到"
        else:
            said = f"即同意至少 {shown(each, least)} {unit}。{'达到' if reached else '未达到'}"
        measures.append(
            Markup('<div class="measure"><p>{}</p>{}<p>竖线：{}，{}。</p></div>').format(
                name, bars, approval.words, said
            )
        )
    return Markup('<div class="measures">{}</div>').format(Markup("").join(measures))


def _contest(question: CommitteeContest, outcome: Mapping[str, Any]) -> Markup:
    rule, decided = question_rule(question), outcome["questions"][question.id]
    approval, quorum_met = Line(rule.approval), decided.get("quorum_met", outcome["quorum_met"])
    rows = []
    for place, name in enumerate(ranked(question, decided), 1):
        counted = ticks(question, decided, name)
        cells = Markup("").join(
            Markup('<td class="number">{} {}　{}{}{}</td>').format(
                shown(each, amount(counted, each)),
                "㎡" if each == "area" else MEASURES[each][1],
                share(amount(counted, each), base_amount(question, outcome, each)),
                bar(amount(counted, each), base_amount(question, outcome, each), approval),
                _others(question, decided, name, each),
            )
            for each in rule.measures
        )
        rows.append(
            Markup(
                '<tr><td class="place">{}</td><th scope="row">{}</th><td class="standing">{}</td>{}</tr>'
            ).format(place, name, standing(name, decided, quorum_met=quorum_met), cells)
        )
    least = "、".join(
        f"{shown(each, approval.least(base_amount(question, outcome, each)))} {MEASURES[each][1]}"
        for each in rule.measures
    )
    heads = Markup("").join(
        Markup('<th scope="col">{}</th>').format("面积" if each == "area" else MEASURES[each][0])
        for each in rule.measures
    )
    return Markup(
        "<p>{}应选 {} 人。竖线：{}，即至少 {}。都过线的，{}。{}</p>\n"
        '<table><thead><tr><th scope="col">次序</th><th scope="col">候选人</th><th scope="col">结果</th>{}'
        "</tr></thead>\n<tbody>\n{}\n</tbody></table>{}"
    ).format(
        sitting_words(question),
        question.seats,
        approval.words,
        least,
        RANKINGS[question.ranking],
        "每位候选人分别表示同意、反对或弃权，竖线看同意的。" if question.each else "",
        heads,
        Markup("\n").join(rows),
        _lot(question, decided),
    )


def _others(question: CommitteeContest, decided: Mapping[str, Any], name: str, measure: str) -> Markup:
    """反对 and 弃权 of a candidate who was answered like a motion."""
    if not question.each:
        return Markup("")
    counted = decided["counts"][name]
    said = "，".join(
        f"{answer} {shown(measure, amount(counted[answer], measure))}" for answer in ("反对", "弃权")
    )
    return Markup("<br>{}").format(said)


def _lot(question: CommitteeContest, decided: Mapping[str, Any]) -> Markup:
    """How anybody draws the lot again."""
    lot = decided.get("lot")
    if not lot:
        return Markup("")
    return Markup(
        "<p>票数与面积都相同的，由抽签定先后：{}。抽签人人可以重做：种子是“lot|截止时人数档案末条的摘要|{}”"
        "的 SHA-256，每人的号码是“种子|姓名”的 SHA-256，号码小的在先。种子：</p>\n<pre><code>{}</code></pre>"
    ).format("、".join(lot["drawn"]), question.id, lot["seed"])
