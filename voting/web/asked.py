"""What templates ask of a question: its rule, what a ballot asks for it, and the words for both."""

from flask import Flask
from flask_babel import gettext as _  # type: ignore[import-untyped]

from voting.documents.wording import base_amount
from voting.rules.agenda_form import Agenda
from voting.rules.questions import (
    FURTHER_MATTERS,
    MATTERS,
    SURNAME_STROKES,
    CommitteeContest,
    Plans,
    Question,
    ballot_questions,
    matter_rule,
    question_rule,
)
from voting.rules.secrecy_meter import HELP, LEVEL_WORDS
from voting.rules.terms import Terms
from voting.rules.thresholds import (
    HEADS,
    MORE_THAN_HALF,
    OWNERS_AND_AREA,
    QUORUM,
    THREE_QUARTERS,
    UNANIMOUS,
    Rule,
)
from voting.services.views import BoothView, ElectionView
from voting.web.display import area, count

MATTER_TITLES = {
    **{number: matter.title for number, matter in MATTERS.items()},
    **{number: title for number, (title, _rule) in FURTHER_MATTERS.items()},
}


def kind_of(question: Question) -> str:
    """motion | plans | committee | each: how a ballot shows it."""
    if isinstance(question, CommitteeContest):
        return "each" if question.each else "committee"
    return "plans" if isinstance(question, Plans) else "motion"


def matter_title(number: str) -> str:
    """The law's words for a matter."""
    title = MATTER_TITLES.get(number)
    return str(_(title) if title is not None else _("另有规定的事项"))


def measures_of(agenda: Agenda) -> tuple[str, ...]:
    """owners and area, or heads alone."""
    return (agenda.terms or Terms()).measures


def of_owners(agenda: Agenda) -> bool:
    """Whether owners decide; otherwise residents, or their households."""
    return (agenda.terms or Terms()).of_owners


def site_name(view: ElectionView | BoothView | None) -> str:
    """What the head of every page says; the page of a residents' meeting is not the owners'."""
    owners = view is None or (of_owners(view.agenda) if isinstance(view, ElectionView) else view.of_owners)
    return str(_("业主大会表决") if owners else _("居民会议表决"))


def totals_words(agenda: Agenda, heads: int, area_dm2: int | None) -> str:
    """How many vote, with which area: 156 户，13,260.50 平方米; 312 人."""
    body = (agenda.terms or Terms()).body
    if body == "owners":
        shown = {"owners": count(heads), "area": area(area_dm2 or 0)}
        return str(_("%(owners)s 户，%(area)s 平方米", **shown))
    if body == "households":
        return str(_("%(count)s 户", count=count(heads)))
    return str(_("%(heads)s 人", heads=count(heads)))


def has_usual_quorum(agenda: Agenda) -> bool:
    """Whether two thirds of owners and area is what every question needs."""
    rules = [question_rule(question) for question in agenda.questions]
    return all((rule.quorum, rule.measures) == (QUORUM, OWNERS_AND_AREA) for rule in rules)


def quorum_line(agenda: Agenda) -> tuple[int, int]:
    """Where the line of participation is drawn."""
    quorum = question_rule(agenda.questions[0]).quorum or QUORUM
    return quorum.numerator, quorum.denominator


def threshold_words(rule: Rule) -> str:
    """What has to be reached, in a sentence without its end."""
    if rule == UNANIMOUS:
        return str(_("有利害关系的业主要一致同意"))
    usual_base = not rule.of_all and not rule.of_expressed
    if rule.measures == OWNERS_AND_AREA and usual_base:
        if rule.approval == THREE_QUARTERS:
            return str(_("参加表决的人数和面积，同意的都要达到四分之三"))
        if rule.approval == MORE_THAN_HALF:
            return str(_("参加表决的人数和面积，同意的都要过半数"))
    if rule.measures == HEADS and rule.approval == MORE_THAN_HALF and usual_base:
        return str(_("参加的人里，同意的要过半数"))
    share = f"{rule.approval.numerator}/{rule.approval.denominator}"
    least = _("超过 %(share)s", share=share) if rule.approval.strict else _("达到 %(share)s", share=share)
    base = _("全体里") if rule.of_all else _("同意和反对的里") if rule.of_expressed else _("参加表决的里")
    return str(_("%(base)s，同意的要%(least)s", base=base, least=least))


def line_words(rule: Rule) -> str:
    """What the dashed line beside a bar stands for."""
    share = rule.approval.numerator, rule.approval.denominator
    if share == (1, 1):
        return str(_("虚线是门槛：全体一致。"))
    if rule.approval == THREE_QUARTERS and not rule.of_all:
        return str(_("虚线是门槛：四分之三（含）。"))
    if rule.approval == MORE_THAN_HALF and not rule.of_all:
        return str(_("虚线是门槛：过半数（不含一半）。"))
    return str(_("虚线是门槛：%(share)s。", share=f"{share[0]}/{share[1]}"))


def ranking_words(ranking: str) -> str:
    """How those over the line are put in order."""
    return str(
        {
            "owners-then-area": _("先比人数，人数相同的比面积；都相同的，这一席空着，再选。"),
            "owners-then-run-off": _("只比人数；最后一席人数相同的，另行投票再选。"),
            "shares-then-area-then-lot": _(
                "比人数占比与面积占比之和，相同的比面积，再相同的抽签。抽签由截止时的封箱摘要算出，人人可以核对。"
            ),
        }[ranking]
    )


def order_words(order: str) -> str:
    """Why the candidates stand in their order."""
    if order == SURNAME_STROKES:
        return str(_("候选人按姓氏笔画为序；笔画数相同的，依次比横、竖、撇、点、折。"))
    return str(_("候选人按公布的次序排列。"))


def install(app: Flask) -> None:
    """Give templates these functions."""
    app.jinja_env.globals.update(
        kind_of=kind_of,
        rule_of=question_rule,
        rule_of_matter=matter_rule,
        ballot_of=ballot_questions,
        matter_title=matter_title,
        measures_of=measures_of,
        of_owners=of_owners,
        site_name=site_name,
        totals_words=totals_words,
        base_amount=base_amount,
        has_usual_quorum=has_usual_quorum,
        quorum_line=quorum_line,
        threshold_words=threshold_words,
        line_words=line_words,
        ranking_words=ranking_words,
        order_words=order_words,
        LEVEL_WORDS=LEVEL_WORDS,
        HELP=HELP,
    )
