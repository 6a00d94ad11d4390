"""The steps of an assembly that people take: each on a page that says what it does, and asks once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _  # type: ignore[import-untyped]

from voting import language
from voting.errors import Refusal, Refused
from voting.rules.assembly import Act
from voting.rules.assembly_periods import (
    earliest_opening,
    longest_closing,
    notice_days,
    shortest_closing,
)
from voting.rules.secrecy_meter import Forecast
from voting.services import assemblies, secrecy_meter
from voting.services.assembly_view import AssemblyView
from voting.services.assembly_view import assembly as assembly_view
from voting.services.secrecy_meter import Measured
from voting.services.views import ElectionView
from voting.web import access, display
from voting.web.access import allow
from voting.web.organiser_assemblies import zone_of

blueprint = Blueprint("organiser_assembly_steps", __name__, url_prefix="/organise/assemblies/<uuid>")


@dataclass(frozen=True)
class Asked:
    """What the page of a step says; times as `datetime-local` writes them, "" where none is asked."""

    title: str
    consequences: tuple[str, ...]
    asks_reason: bool = False
    opens_at: str = ""
    closes_at: str = ""
    hint: str = ""


@blueprint.route("/steps/<act>", methods=["GET", "POST"])
@allow("organiser")
def step(uuid: str, act: str) -> ResponseReturnValue:
    """One step. Refused PAGE_UNKNOWN for what nobody takes by hand."""
    now = access.now()
    view = assembly_view(access.site(), uuid, now)
    acts: dict[str, Callable[[AssemblyView, datetime], Asked]] = {
        Act.PUBLISH_ROLL.value: _roll,
        Act.PUBLISH_CANDIDATES.value: _candidates,
        Act.GIVE_NOTICE.value: _notice,
        Act.EXTEND.value: _extension,
        Act.PUBLISH_PRELIMINARY.value: _preliminary,
        Act.PUBLISH_FINAL.value: _final,
        Act.FILE.value: _file,
    }
    if act not in acts:
        raise Refused(Refusal.PAGE_UNKNOWN)
    asked = acts[act](view, now)
    sentence, status = None, 200
    if request.method == "POST":
        try:
            _take(view, Act(act))
            flash(_("已办：%(step)s。", step=asked.title))
            return redirect(url_for("organiser_assemblies.assembly", uuid=uuid))
        except Refused as error:
            sentence, status = language.sentence(error, display.locale()), 400
    missing = (
        [language.sentence(each, display.locale()) for each in view.next.missing]
        if view.next is not None and view.next.act.value == act and request.method == "GET"
        else []
    )
    page = render_template(
        "organiser/assembly_step.html",
        looked_at=_looked_at(view, Act(act)),
        assembly=view,
        asked=asked,
        missing=missing,
        sentence=sentence,
        form=request.form,
        zone=zone_of(view),
    )
    return page, status


def _looked_at(
    view: AssemblyView, act: Act
) -> list[tuple[ElectionView, Forecast | None, Sequence[Measured]]]:
    """What an announcement fixes, or a publication shows; with how much totals may give, or give, away."""
    site = access.site()
    if act is Act.GIVE_NOTICE:
        return [(each, secrecy_meter.prospect(site, each.uuid), ()) for each in view.elections]
    if act is Act.PUBLISH_PRELIMINARY:
        return [(each, None, secrecy_meter.after_count(site, each.uuid)) for each in view.elections]
    return []


def _take(view: AssemblyView, act: Act) -> None:
    site, actor, now = access.site(), access.actor(), access.now()
    reason = request.form.get("reason", "").strip()
    match act:
        case Act.PUBLISH_ROLL:
            assemblies.publish_roll(site, view.uuid, reason, actor, now)
        case Act.PUBLISH_CANDIDATES:
            assemblies.publish_candidates(site, view.uuid, reason, actor, now)
        case Act.GIVE_NOTICE:
            window = _time(view, "opens_at"), _time(view, "closes_at")
            assemblies.give_notice(site, view.uuid, *window, reason, actor, now)
        case Act.EXTEND:
            assemblies.extend(site, view.uuid, _time(view, "closes_at"), reason, actor, now)
        case Act.PUBLISH_PRELIMINARY:
            assemblies.publish_preliminary(site, view.uuid, actor, now, reason)
        case Act.PUBLISH_FINAL:
            assemblies.publish_final(site, view.uuid, actor, now)
        case _:
            assemblies.file(site, view.uuid, actor, now)


def _time(view: AssemblyView, field: str) -> datetime:
    """A time as typed, at the estate's clock. Refuses TIME_UNREADABLE."""
    try:
        typed = datetime.fromisoformat(request.form.get(field, "").strip())
    except ValueError:
        raise Refused(Refusal.TIME_UNREADABLE, field=field) from None
    return typed.replace(tzinfo=zone_of(view)).astimezone(UTC)


def _typed(view: AssemblyView, at: datetime) -> str:
    return at.astimezone(zone_of(view)).strftime("%Y-%m-%dT%H:%M")


def _said(view: AssemblyView, at: datetime) -> str:
    return display.moment(at, zone_of(view))


def _roll(view: AssemblyView, _now: datetime) -> Asked:
    again = view.state.roll_at is not None
    consequences = [
        _("名册在公开页上挂出：姓名只留姓，写明楼栋、房号和面积，不写证件号码和电话。"),
        _("从公示第二天起算异议期；期满、异议处理完，才能发会议公告。"),
    ]
    if view.roll is not None:
        totals = {"owners": display.count(view.roll.owners), "area": display.area(view.roll.area_dm2)}
        consequences.insert(0, _("名册上有 %(owners)s 位业主，%(area)s 平方米。", **totals))
    if again:
        consequences.append(_("异议期重新计算；已经发出的会议公告收回，要重新发。"))
    return Asked(_("重新公示业主清册") if again else _("公示业主清册"), tuple(consequences), again)


def _candidates(view: AssemblyView, _now: datetime) -> Asked:
    again = view.state.candidates_at is not None
    consequences = [_("名单在公开页上挂出，可以提出异议；名单以后再改，要重新公示，公示期重新计算。")]
    if again:
        consequences.append(_("已经发出的会议公告收回，要重新发。"))
    return Asked(_("重新公示候选人名单") if again else _("公示候选人名单"), tuple(consequences), again)


def _notice(view: AssemblyView, now: datetime) -> Asked:
    plan = view.state.plan
    again = any(each.act is Act.GIVE_NOTICE for each in view.steps)
    earliest = earliest_opening(plan, now, view.state.candidates_at)
    # Nobody votes at midnight: the window begins in the morning and ends with an evening.
    opens_at = earliest + timedelta(hours=8)
    soonest = shortest_closing(plan, opens_at)
    latest = longest_closing(plan, opens_at)
    evening = soonest + timedelta(hours=20)
    closes_at = soonest if latest is not None and evening > latest else evening
    consequences = (
        _("公告期 %(days)s 天，从明天起算；期满以前不能开始投票，程序也不会开始。", days=notice_days(plan)),
        _("表决事项、范围、名册和投票时间从此固定。再要改，就要重新发公告，公告期重新计算。"),
        _("投票到时间自动开始、自动截止，不用人在场，也不能提前。"),
    )
    hint = _("最早 %(earliest)s 开始。", earliest=_said(view, earliest))
    if latest is not None:
        ends = {"soon": _said(view, soonest), "late": _said(view, latest)}
        hint += _("照这样开始，最早 %(soon)s、最晚 %(late)s 截止。", **ends)
    title = _("重新发会议公告") if again else _("发会议公告")
    return Asked(title, consequences, again, _typed(view, opens_at), _typed(view, closes_at), hint)


def _extension(view: AssemblyView, _now: datetime) -> Asked:
    notice = view.state.notice
    if notice is None:
        raise Refused(Refusal.ACT_NOT_NOW)
    consequences = (
        _("截止时间改晚，对所有业主一样；原因和新的时间公开，并写进记录。"),
        _("延期要在原来的截止时间 %(at)s 以前办。", at=_said(view, notice.closes_at)),
    )
    latest = longest_closing(view.state.plan, notice.opens_at)
    hint = _("最晚 %(late)s。", late=_said(view, latest)) if latest else ""
    closes_at = _typed(view, notice.closes_at + timedelta(days=7))
    return Asked(_("延期"), consequences, True, "", closes_at, hint)


def _preliminary(view: AssemblyView, _now: datetime) -> Asked:
    if view.state.preliminary_at is not None:
        corrected = (
            _("采纳了对结果的异议：请先把公示的结果更正好，再重新公布；更正了什么，写在下面，会公开。"),
            _("票箱里的票和计票不会因此改变；要重新表决的，请另外筹备一次会议。"),
            _("异议期重新计算。"),
        )
        return Asked(_("重新公布初步结果"), corrected, True)
    consequences = (
        _("各项表决的结果一起公开，选票信上的链接不再使用；这一步不能撤回。"),
        _("从公布第二天起算异议期，期满、异议处理完，才是正式结果。"),
    )
    return Asked(_("公布初步结果"), consequences)


def _final(_view: AssemblyView, _now: datetime) -> Asked:
    return Asked(_("公布正式结果"), (_("结果从此确定，不再接受异议；业主仍可依法请求法院撤销。"),))


def _file(_view: AssemblyView, _now: datetime) -> Asked:
    return Asked(_("记下已备案"), (_("在街道办好备案以后再记：记下的是今天的日期。"),))
