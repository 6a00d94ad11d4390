"""The one thing an organiser should do now, in a sentence, with its deadline and its button."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import url_for
from flask_babel import gettext as _  # type: ignore[import-untyped]

from voting.rules.assembly import Phase as MeetingPhase
from voting.services.views import Act, CircleView, ElectionView, EstateView, Phase, Round
from voting.web.asked import of_owners

FILING = timedelta(days=30)  # the record is filed within 30 days of the result (the assembly's clock)


@dataclass(frozen=True)
class Step:
    """`sentence` always; a button only where there is something to press. Lower `rank` is more urgent.

    `by_day`: the deadline ends a period, and its last day is said.
    """

    rank: int
    sentence: str
    label: str | None = None
    address: str | None = None
    deadline: datetime | None = None
    deadline_words: str = ""
    by_day: bool = False


def of_election(view: ElectionView, acts: tuple[Act, ...], now: datetime) -> Step:
    """What this election waits for."""
    name = view.title
    running = view.phase is Phase.OPEN and now < view.closes_at
    if view.help_waiting and (running or view.phase is Phase.DRAFT):
        sentence = _(
            "《%(name)s》：有 %(count)s 户请人帮忙，还没有人去。", name=name, count=view.help_waiting
        )
        address = url_for("organiser_help.requests", uuid=view.uuid)
        return Step(2, sentence, _("安排人去"), address, view.closes_at, _("投票截止"))
    if (convened := _of_convened(view)) is not None:
        return convened

    def to(act: str, page: str, rank: int, sentence: str, **more: object) -> Step:
        deadline, words = more.get("deadline"), more.get("words", "")
        at = deadline if isinstance(deadline, datetime) else None
        return Step(rank, sentence, act, url_for(page, uuid=view.uuid), at, str(words))

    if view.phase is Phase.DRAFT and view.issued_at is None and now >= view.closes_at:
        sentence = _("《%(name)s》的投票时间已经过去：请改一个时间。", name=name)
        return to(_("修改时间"), "organiser_election.edit", 4, sentence)
    if view.phase is Phase.DRAFT and view.electorate_owners is None:
        if not of_owners(view.agenda):
            sentence = _("《%(name)s》的范围里没有一位居民：请先导入居民名册。", name=name)
            address = url_for("organiser_residents.register", estate_id=view.estate_id)
            return Step(4, sentence, _("导入居民名册"), address)
        sentence = _("《%(name)s》的范围里没有一户业主：请导入名册，或者改范围。", name=name)
        return to(_("修改范围"), "organiser_election.edit", 4, sentence)
    if view.phase is Phase.DRAFT and view.circle is not None and view.circle.waited_for:
        sentence = _("《%(name)s》：%(waiting)s", name=name, waiting=_waiting(view.circle))
        by = {"deadline": view.opens_at, "words": _("投票开始之前要做好钥匙")}
        rank = 3 if now >= view.opens_at else 4
        return to(_("看保管人"), "organiser_trustees.trustees", rank, sentence, **by)
    if view.phase is Phase.DRAFT and view.issued_at is None:
        sentence = _("《%(name)s》还在准备：请核对表决事项，然后制作选票信。", name=name)
        by = {"deadline": view.opens_at, "words": _("信要在投票开始之前送到各户")}
        return to(_("制作选票信"), "organiser_letters.issue", 4, sentence, **by)
    if view.phase is Phase.DRAFT and now >= view.closes_at:
        sentence = _(
            "《%(name)s》的投票时间已经过去，却没有开始：请撤回选票信，改时间后重新制作。", name=name
        )
        return to(_("撤回全部选票信"), "organiser_conduct.withdraw", 3, sentence)
    if view.phase is Phase.DRAFT and Act.OPEN in acts:
        sentence = _("《%(name)s》的投票时间到了，选票信也已制作：可以开始投票。", name=name)
        by = {"deadline": view.closes_at, "words": _("投票截止")}
        return to(_("开始投票"), "organiser_conduct.open_", 3, sentence, **by)
    if view.phase is Phase.DRAFT:
        sentence = _("《%(name)s》的选票信已制作：请把信送到各户，到时间再来开始投票。", name=name)
        by = {"deadline": view.opens_at, "words": _("投票开始")}
        return to(_("登记送达"), "ledgers.delivery", 6, sentence, **by)
    if view.phase is Phase.OPEN and now >= view.closes_at:
        sentence = _("《%(name)s》的投票时间已到：请截止投票，封存票箱。", name=name)
        return to(_("截止投票"), "organiser_conduct.close", 0, sentence)
    if view.phase is Phase.OPEN:
        sentence = _("《%(name)s》正在投票：请看哪些户还没有投，上门提醒。", name=name)
        by = {"deadline": view.closes_at, "words": _("投票截止")}
        return to(_("看投票进度"), "organiser_election.election", 5, sentence, **by)
    if view.phase is Phase.CLOSED and view.circle is not None and view.circle.shares_missing:
        missing = view.circle.shares_missing
        sentence = _("《%(name)s》已经截止：等 %(count)s 位保管人来开票。", name=name, count=missing)
        return to(_("看保管人"), "organiser_trustees.trustees", 1, sentence)
    if view.phase is Phase.CLOSED:
        sentence = _("《%(name)s》已经截止：请计票。", name=name)
        return to(_("计票"), "organiser_conduct.count", 1, sentence)
    if view.phase is Phase.COUNTED:
        sentence = _("《%(name)s》已经计票：请核对结果，然后公布。", name=name)
        return to(_("公布结果"), "organiser_conduct.publish", 2, sentence)
    if not of_owners(view.agenda):
        sentence = _("《%(name)s》已经公布结果：请下载全部记录，长期保存。", name=name)
        return to(_("看卷宗"), "auditor.dossier", 9, sentence)
    sentence = _("《%(name)s》已经公布结果：请下载全部记录，备案并长期保存。", name=name)
    filed_by = (view.published_at or now) + FILING
    by = {"deadline": filed_by, "words": _("备案期限")}
    return to(_("看卷宗"), "auditor.dossier", 7 if now < filed_by else 9, sentence, **by)


def _waiting(circle: CircleView) -> str:
    steps = {Round.CERTIFICATES: 1, Round.POLYNOMIALS: 2, Round.OUTPUTS: 3}
    waited_for = circle.waited_for
    return str(
        _(
            "等 %(count)s 位保管人完成第 %(step)s 步（%(names)s）。",
            count=len(waited_for),
            step=steps[circle.round],
            names=_("、").join(waited_for),
        )
    )


def of_estates(estates: list[EstateView]) -> Step:
    """What to do before there is an election."""
    if not estates:
        return Step(10, _("先登记小区的名称，然后导入业主名册。"))
    for estate in estates:
        if estate.register_id is None:
            sentence = _(
                "请导入%(name)s的业主名册。先试算、看清每一处问题，没有问题才会存下。", name=estate.name
            )
            address = url_for("organiser_register.register", estate_id=estate.id)
            return Step(8, sentence, _("导入名册"), address)
    sentence = _("%(name)s的名册已经导入：可以新建一次表决。", name=estates[0].name)
    address = url_for("organiser_election.new", estate_id=estates[0].id)
    return Step(10, sentence, _("新建表决"), address)


def _of_convened(view: ElectionView) -> Step | None:
    """What an election inside an assembly waits for, where that is the assembly's; None where its own."""
    convened = view.assembly
    if convened is None:
        return None
    here = url_for("organiser_assemblies.assembly", uuid=convened.uuid)
    if view.phase is Phase.DRAFT and not convened.announced:
        sentence = _("《%(name)s》是会议的一项：先在会议页面把公告发出，再制作选票信。", name=view.title)
        return Step(8, sentence, _("看会议"), here)
    keyed = view.circle is None or not view.circle.waited_for
    if view.phase is Phase.DRAFT and view.issued_at is None and view.electorate_owners and keyed:
        sentence = _("《%(name)s》已经公告：请制作会议的选票信，一封信管全部表决。", name=view.title)
        letters = url_for("organiser_meeting_letters.letters", uuid=convened.uuid)
        return Step(4, sentence, _("制作选票信"), letters, view.opens_at, _("信要在投票开始之前送到各户"))
    if view.phase is Phase.DRAFT and view.issued_at is not None:
        sentence = _("《%(name)s》的选票信已制作：到公告的时间自动开始投票。", name=view.title)
        return Step(8, sentence, _("看会议"), here, view.opens_at, _("投票开始")) if keyed else None
    if view.phase is Phase.COUNTED:
        sentence = _("《%(name)s》已经计票：结果在会议页面和其他表决一起公布。", name=view.title)
        return Step(8, sentence, _("看会议"), here)
    published = view.phase is Phase.PUBLISHED and convened.phase is not MeetingPhase.FILED
    if published:
        sentence = _("《%(name)s》已经公布结果。", name=view.title)
        return Step(9, sentence, _("看会议"), here)
    return None
