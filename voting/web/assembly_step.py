"""What an assembly waits for, in a sentence: the one next step, until when, and what is missing."""

from datetime import datetime

from flask import url_for
from flask_babel import gettext as _  # type: ignore[import-untyped]

from voting import language
from voting.errors import Refusal
from voting.rules.assembly import Act
from voting.services.assembly_view import AssemblyView
from voting.services.views import Phase as ElectionPhase
from voting.web.display import locale, until
from voting.web.next_step import Step

# What time alone brings: nobody has to do anything about it.
_WAITING = {
    Refusal.OBJECTIONS_RUNNING,
    Refusal.NOTICE_PERIOD_RUNNING,
    Refusal.OPENING_TOO_EARLY,
    Refusal.CLOSING_TOO_EARLY,
}


# The announced window passed, or too much of it.
_MISSED = {Refusal.OPENING_TOO_LATE, Refusal.WINDOW_OVER}


# The sentence of the step says the hour already.
_HOURS = _WAITING - {Refusal.OBJECTIONS_RUNNING}


def missing(view: AssemblyView) -> list[str]:
    """What stands against the next step now beside its hour, one sentence each."""
    standing = () if view.next is None else view.next.missing
    # What else is missing helps nobody once the announced time is missed.
    standing = tuple(each for each in standing if each.refusal in _MISSED) or standing
    return [language.sentence(each, locale()) for each in standing if each.refusal not in _HOURS]


def of_assembly(view: AssemblyView, now: datetime) -> Step:
    """The next step of an assembly; lower ranks are more urgent, as for elections."""
    name, following = view.title, view.next
    here = url_for("organiser_assemblies.assembly", uuid=view.uuid)
    if following is None:
        sentence = _("《%(name)s》已经办完：请长期保存记录。", name=name)
        return Step(9, sentence, _("看会议"), here)
    act = following.act
    step_to = url_for("organiser_assembly_steps.step", uuid=view.uuid, act=act.value)
    lacking = [each for each in following.missing if each.refusal not in _WAITING]
    waits = [each for each in following.missing if each.refusal in _WAITING]
    if any(each.refusal is Refusal.OBJECTIONS_UNDECIDED for each in lacking):
        sentence = _("《%(name)s》还有异议没有处理完：请逐件答复、作出决定。", name=name)
        return Step(2, sentence, _("处理异议"), url_for("organiser_assembly_roll.objections", uuid=view.uuid))
    if any(each.refusal in _MISSED for each in lacking):
        letters_out = any(each.issued_at is not None for each in view.elections)
        sentence = (
            _("《%(name)s》错过了公告的投票时间：请收回选票信，重新发公告，公告期重新计算。", name=name)
            if letters_out
            else _("《%(name)s》错过了公告的投票时间：请重新发公告，公告期重新计算。", name=name)
        )
        again = url_for("organiser_assembly_steps.step", uuid=view.uuid, act=Act.GIVE_NOTICE.value)
        return Step(1, sentence, _("重新发会议公告"), again)
    if act is Act.OPEN:
        return _opening(view, lacking != [], here)
    if act is Act.CLOSE:
        notice = view.state.notice
        closes_at = notice.closes_at if notice else None
        sentence = _("《%(name)s》正在投票，到时间自动截止。", name=name)
        return Step(6, sentence, _("看会议"), here, closes_at, _("投票截止"))
    if act is Act.GIVE_NOTICE and not view.elections:
        sentence = _("《%(name)s》还没有表决事项：请把要表决的事项写好，再发公告。", name=name)
        address = url_for("organiser_election.new", estate_id=view.estate_id, assembly=view.uuid)
        return Step(4, sentence, _("新建表决"), address)
    upheld = view.state.candidates_at is not None and act is Act.PUBLISH_CANDIDATES
    if upheld or any(each.refusal is Refusal.CANDIDATES_CHANGED for each in lacking):
        sentence = (
            _("《%(name)s》采纳了对候选人名单的异议：请改好名单，重新公示。", name=name)
            if upheld
            else _("《%(name)s》的候选人名单公示以后又改过：请重新公示。", name=name)
        )
        again = url_for("organiser_assembly_steps.step", uuid=view.uuid, act=Act.PUBLISH_CANDIDATES.value)
        return Step(4, sentence, _("重新公示候选人名单"), again)
    if any(each.refusal is Refusal.NOMINATIONS_UNDECIDED for each in lacking):
        sentence = _("《%(name)s》还有报名的人没有决定：请逐位核对、决定，再公示名单。", name=name)
        address = url_for("organiser_nominations.nominations", uuid=view.uuid)
        return Step(4, sentence, _("候选人报名"), address)
    if act is Act.PUBLISH_PRELIMINARY and lacking:
        return _counting(view, following.deadline)
    if waits and not lacking:
        sentence = _(
            "《%(name)s》正在公示，到 %(until)s 为止；期满以后办下一步：%(step)s。",
            name=name,
            until=until(following.earliest, view.state.plan.calendar.zone),
            step=_words(act),
        )
        return Step(7, sentence, _("看会议"), here)
    if act is Act.PUBLISH_PRELIMINARY and view.state.preliminary_at is not None:
        sentence = _("《%(name)s》采纳了对结果的异议：请更正后重新公布，异议期重新计算。", name=name)
        return Step(3, sentence, _("重新公布初步结果"), step_to)
    sentences = {
        Act.PUBLISH_ROLL: _("《%(name)s》还在筹备：请公示业主清册。", name=name),
        Act.PUBLISH_CANDIDATES: _("《%(name)s》要选举业主委员会：请公示候选人名单。", name=name),
        Act.GIVE_NOTICE: _("《%(name)s》公告以后内容有变：请重新发公告，公告期重新计算。", name=name)
        if view.outdated
        else _("《%(name)s》可以发会议公告了：公告期满才能开始投票。", name=name),
        Act.PUBLISH_PRELIMINARY: _("《%(name)s》已经计票：请公布初步结果。", name=name),
        Act.PUBLISH_FINAL: _("《%(name)s》的结果公示期满：请公布正式结果。", name=name),
        Act.FILE: _("《%(name)s》的结果已经确定：请到街道备案，办好以后在这里记下。", name=name),
    }
    words = {Act.PUBLISH_PRELIMINARY: _("最晚公布"), Act.FILE: _("备案期限")}.get(act, "")
    late = following.deadline is not None and now >= following.deadline
    return Step(
        0 if late else 3, sentences[act], _words(act), step_to, following.deadline, words, by_day=True
    )


def _words(act: Act) -> str:
    return {
        Act.PUBLISH_ROLL: str(_("公示业主清册")),
        Act.PUBLISH_CANDIDATES: str(_("公示候选人名单")),
        Act.GIVE_NOTICE: str(_("发会议公告")),
        Act.OPEN: str(_("开始投票")),
        Act.CLOSE: str(_("截止投票")),
        Act.EXTEND: str(_("延期")),
        Act.PUBLISH_PRELIMINARY: str(_("公布初步结果")),
        Act.PUBLISH_FINAL: str(_("公布正式结果")),
        Act.FILE: str(_("备案")),
    }[act]


def _opening(view: AssemblyView, lacking: bool, here: str) -> Step:
    notice = view.state.notice
    assert notice is not None
    by = (notice.opens_at, str(_("投票开始")))
    without = [each for each in view.elections if each.issued_at is None]
    if without:
        sentence = _("《%(name)s》的公告已经发出：请制作选票信，送到各户。", name=view.title)
        address = url_for("organiser_meeting_letters.letters", uuid=view.uuid)
        return Step(3, sentence, _("制作选票信"), address, *by)
    unready = [each for each in view.elections if each.circle is not None and each.circle.waited_for]
    if unready:
        sentence = _("《%(name)s》保管人的钥匙还没有做好，做好才能开始投票。", name=view.title)
        address = url_for("organiser_trustees.trustees", uuid=unready[0].uuid)
        return Step(3, sentence, _("看保管人"), address, *by)
    if lacking:
        sentence = _("《%(name)s》到时间还不能开始投票：请看缺什么。", name=view.title)
        return Step(2, sentence, _("看会议"), here, *by)
    sentence = _("《%(name)s》都准备好了，到时间自动开始投票，不用人在场。", name=view.title)
    return Step(7, sentence, _("看会议"), here, *by)


def _counting(view: AssemblyView, deadline: datetime | None) -> Step:
    closed = [each for each in view.elections if each.phase in (ElectionPhase.OPEN, ElectionPhase.CLOSED)]
    sentence = _("《%(name)s》已经截止：请逐项计票，然后公布初步结果。", name=view.title)
    address = url_for("organiser_election.election", uuid=closed[0].uuid)
    return Step(1, sentence, _("去计票"), address, deadline, str(_("最晚公布")), by_day=True)
