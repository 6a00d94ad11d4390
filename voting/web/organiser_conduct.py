"""What moves an election on: open, close, count, publish, and back: withdraw, delete.

Each asks once, on a page that names the election and says what happens to whom; the POST of that page acts.
"""

from datetime import datetime

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _  # type: ignore[import-untyped]

from voting.rules.terms import Terms
from voting.services import credentials, deemed, elections, secrecy_meter
from voting.services.site import Progress
from voting.services.views import Act, ElectionView, Phase
from voting.web import access, display
from voting.web.access import allow
from voting.web.confirmation import Question, ask
from voting.web.display import moment
from voting.web.streaming import Done, Ending, answer

blueprint = Blueprint("organiser_conduct", __name__, url_prefix="/organise/elections/<uuid>")


def _offered(view: ElectionView, now: datetime, *acts: Act) -> bool:
    return any(act in elections.next_acts(view, now) for act in acts)


@blueprint.route("/open", methods=["GET", "POST"])
@allow("organiser")
def open_(uuid: str) -> ResponseReturnValue:
    """Open the ballot box."""
    site, actor, now = access.site(), access.actor(), access.now()
    view = elections.election(site, uuid)
    if request.method == "GET":
        consequences = (
            _("各户从现在起可以扫码投票，到 %(time)s 截止。", time=moment(view.closes_at)),
            _("投票码名单从此固定：信丢了只能重新打印，不能再换新码。"),
            _("表决事项、范围和时间不能再改。"),
            _("保管人和他们的钥匙从此固定，截止以后要他们来开票。")
            if view.circle
            else _("没有安排保管人：开票的钥匙只在服务器上，开始以后不能再安排。"),
        )
        asked = Question(_("开始投票"), consequences, _("开始投票"), _("正在准备票箱"))
        return ask(view, asked, _offered(view, now, Act.OPEN))
    to, said = _back(uuid), _("投票已经开始。")

    def act(progress: Progress | None) -> Ending:
        elections.open_election(site, uuid, actor, now, progress)
        return Done(to, said)

    return answer(act)


@blueprint.route("/close", methods=["GET", "POST"])
@allow("organiser")
def close(uuid: str) -> ResponseReturnValue:
    """Close the ballot box; before its time only with a reason."""
    site, actor, now = access.site(), access.actor(), access.now()
    view = elections.election(site, uuid)
    early = now < view.closes_at
    if request.method == "GET":
        consequences = [
            _("票箱从此封存，不再收票；这一步不能撤回。"),
            _("系统给出封箱摘要，请抄送居委会一份。"),
        ]
        if early:
            consequences.insert(
                0, _("公告的截止时间是 %(time)s，现在还没有到。", time=moment(view.closes_at))
            )
        asked = Question(
            _("提前截止投票") if early else _("截止投票"),
            tuple(consequences),
            _("截止投票"),
            asks_reason=early,
        )
        return ask(view, asked, _offered(view, now, Act.CLOSE, Act.CLOSE_EARLY))
    reason = request.form.get("reason", "").strip() or None
    elections.close_election(site, uuid, actor, now, reason if early else None)
    return answer(lambda _progress: Done(_back(uuid), _("投票已经截止，票箱已经封存。")))


@blueprint.route("/count", methods=["GET", "POST"])
@allow("organiser")
def count(uuid: str) -> ResponseReturnValue:
    """Add the sealed ballots up, open the two totals, decide."""
    site, actor, now = access.site(), access.actor(), access.now()
    view = elections.election(site, uuid)
    if request.method == "GET":
        consequences = (
            _("系统把密封的选票相加，只打开合计数；任何一户的选择都不会被打开。"),
            _("人数和面积各算一遍，再按《民法典》第二百七十八条认定结果。"),
            *_silent(view),
        )
        waits = _("保管人还没有到齐，现在不能计票。") if view.circle and view.circle.shares_missing else ""
        asked = Question(
            _("计票"),
            consequences,
            _("开始计票"),
            _("正在计票"),
            shows_shares=view.circle is not None,
            waits=waits,
        )
        closed = view.phase is Phase.CLOSED
        return ask(view, asked, closed if waits else _offered(view, now, Act.COUNT))
    to, said = url_for("auditor.dossier", uuid=uuid), _("计票完成。")

    def act(progress: Progress | None) -> Ending:
        elections.count_election(site, uuid, actor, now, progress)
        return Done(to, said)

    return answer(act)


def _silent(view: ElectionView) -> tuple[str, ...]:
    """How many silent voters the count takes beside the votes, where the rules of procedure say so."""
    silent = deemed.would_count(access.site(), view.uuid) if view.phase is Phase.CLOSED else None
    if silent is None:
        return ()
    if not silent.heads:
        return (_("议事规则另外计入没投票的，可是到截止时没有一户有送达的证明：一户也不计入。"),)
    told = {"heads": display.count(silent.heads), "area": display.area(silent.area_dm2)}
    if "area" in (view.agenda.terms or Terms()).measures:
        said = _(
            "议事规则另外计入没投票的：到截止时已证明送达而没有投票的，%(heads)s 户、%(area)s 平方米。",
            **told,
        )
    else:
        said = _(
            "议事规则另外计入没投票的：到截止时已证明送达而没有投票的，%(heads)s 人。", heads=told["heads"]
        )
    return (said, _("两种结果都公布：只按实际投票的，和另外计入的。"))


@blueprint.route("/publish", methods=["GET", "POST"])
@allow("organiser")
def publish(uuid: str) -> ResponseReturnValue:
    """Show the outcome to everyone."""
    site, actor, now = access.site(), access.actor(), access.now()
    view = elections.election(site, uuid)
    if request.method == "GET":
        consequences = (
            _("结果和全部回执号向所有人公开，选票信上的链接不再使用。"),
            _("公布后不能撤回；请先在卷宗里核对结果。"),
        )
        asked = Question(_("公布结果"), consequences, _("公布结果"), shows_secrecy=True)
        return ask(view, asked, _offered(view, now, Act.PUBLISH), secrecy_meter.after_count(site, uuid))
    elections.publish_election(site, uuid, actor, now)
    return answer(lambda _progress: Done(_back(uuid), _("结果已经公布。")))


@blueprint.route("/withdraw", methods=["GET", "POST"])
@allow("organiser")
def withdraw(uuid: str) -> ResponseReturnValue:
    """Make every letter void, so that the agenda can be edited again."""
    site, actor, now = access.site(), access.actor(), access.now()
    view = elections.election(site, uuid)
    if request.method == "GET":
        consequences = (
            _("已经发出的选票信全部作废，要收回或通知各户。"),
            _("撤回后可以修改表决事项，再重新制作全部选票信。"),
        )
        asked = Question(_("撤回全部选票信"), consequences, _("撤回全部选票信"), asks_reason=True)
        return ask(view, asked, _offered(view, now, Act.WITHDRAW))
    credentials.withdraw_credentials(site, uuid, request.form.get("reason", "").strip(), actor, now)
    return answer(lambda _progress: Done(_back(uuid), _("选票信已全部撤回作废。")))


@blueprint.route("/delete", methods=["GET", "POST"])
@allow("organiser")
def delete(uuid: str) -> ResponseReturnValue:
    """Throw a draft away."""
    site, actor, now = access.site(), access.actor(), access.now()
    view = elections.election(site, uuid)
    if request.method == "GET":
        asked = Question(_("删除草稿"), (_("草稿会被删掉，找不回来。"),), _("删除草稿"))
        return ask(view, asked, _offered(view, now, Act.DELETE))
    elections.delete_draft(site, uuid, actor, now)
    return answer(lambda _progress: Done(url_for("organiser.home"), _("草稿已删除。")))


def _back(uuid: str) -> str:
    return url_for("organiser_election.election", uuid=uuid)
