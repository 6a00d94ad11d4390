"""The trustees' page: one page, and the requests that it makes.

A trustee's private key never reaches this program. What comes here: the invitation, which stands in the
link's fragment, the public messages of the key ceremony, and after the closing the share that opens the sums.
"""

from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _  # type: ignore[import-untyped]

from voting.errors import Refusal, Refused
from voting.protocol.encoding import encode
from voting.services import ceremony, circles, elections, record, shares
from voting.services.circles import Invited
from voting.web import access
from voting.web.access import allow
from voting.web.streaming import Download, attachment

blueprint = Blueprint("trustee", __name__)

_RATE = "60 per minute"
_ENTRY = 1024  # bytes: an invitation
_MESSAGE = 1024 * 1024  # bytes: what one deals to twenty takes 100 kB, a share of ninety candidates 200 kB


@blueprint.get("/t/<uuid>")
@allow("stranger")
def circle(uuid: str) -> ResponseReturnValue:
    """The page; the fragment of its address is the invitation."""
    view = elections.election(access.site(), uuid)
    if view.circle is None:
        raise Refused(Refusal.CIRCLE_UNKNOWN)
    return render_template("trustee/circle.html", election=view, words=_words(), script=_script(uuid))


@blueprint.post("/t/<uuid>/enter")
@allow("stranger", rate="20 per minute", body=_ENTRY)
def enter(uuid: str) -> ResponseReturnValue:
    """`{token}` -> where the ceremony stands."""
    asked = request.get_json(silent=True)
    token = asked.get("token") if isinstance(asked, dict) else None
    if not isinstance(token, str):
        raise Refused(Refusal.REQUEST_UNREADABLE)
    invited = circles.trustee_by_token(access.site(), uuid, token)
    access.enter_as_trustee(uuid, invited)
    return _state(uuid, invited)


@blueprint.get("/t/<uuid>/state")
@allow("trustee")
def state(uuid: str) -> ResponseReturnValue:
    """Where the ceremony stands."""
    return _state(uuid, _invited(uuid))


@blueprint.post("/t/<uuid>/certificate")
@allow("trustee", rate=_RATE, body=_MESSAGE)
def certificate(uuid: str) -> ResponseReturnValue:
    """First round."""
    invited = _invited(uuid)
    ceremony.post_certificate(access.site(), uuid, invited, request.get_data(), access.now())
    return _state(uuid, invited)


@blueprint.post("/t/<uuid>/polynomial")
@allow("trustee", rate=_RATE, body=_MESSAGE)
def polynomial(uuid: str) -> ResponseReturnValue:
    """Second round."""
    invited = _invited(uuid)
    ceremony.post_polynomial(access.site(), uuid, invited, request.get_data(), access.now())
    return _state(uuid, invited)


@blueprint.post("/t/<uuid>/output")
@allow("trustee", rate=_RATE, body=_MESSAGE)
def output(uuid: str) -> ResponseReturnValue:
    """Third round."""
    invited = _invited(uuid)
    ceremony.post_output(access.site(), uuid, invited, request.get_data(), access.now())
    return _state(uuid, invited)


@blueprint.get("/t/<uuid>/record/owners.bel")
@allow("trustee")
def owners(uuid: str) -> ResponseReturnValue:
    """The archive by owners, up to the end of the ballots."""
    return _archive(uuid, 0, "owners.bel")


@blueprint.get("/t/<uuid>/record/area.bel")
@allow("trustee")
def area(uuid: str) -> ResponseReturnValue:
    """The archive by area, up to the end of the ballots."""
    return _archive(uuid, 1, "area.bel")


@blueprint.post("/t/<uuid>/share")
@allow("trustee", rate=_RATE, body=_MESSAGE)
def share(uuid: str) -> ResponseReturnValue:
    """What this trustee opened of the sums."""
    invited = _invited(uuid)
    shares.post_share(access.site(), uuid, invited, request.get_data(), access.now())
    return _state(uuid, invited)


def _invited(uuid: str) -> Invited:
    invited = access.trustee_of(uuid)
    if invited is None:
        raise Refused(Refusal.TRUSTEE_NOT_ENTERED)
    return invited


def _state(uuid: str, invited: Invited) -> Response:
    # Not by `jsonify`, which sorts fields: messages are signed in the order of the specification.
    body = encode(ceremony.state(access.site(), uuid, invited))
    return Response(body, mimetype="application/json")


def _archive(uuid: str, measure: int, name: str) -> Response:
    circles.require_invited(access.site(), uuid, _invited(uuid))
    both = record.sealed_archives(access.site(), uuid)
    return attachment(Download(name, "application/octet-stream", both[measure], ""))


def _script(uuid: str) -> dict[str, Any]:
    """What the script needs beside words."""
    acts = ("circle", "enter", "state", "certificate", "polynomial", "output", "owners", "area", "share")
    return {"uuid": uuid, "addresses": {act: url_for(f"trustee.{act}", uuid=uuid) for act in acts}}


def _words() -> dict[str, str]:
    """Sentences that the script fills in; `{name}` is replaced in the page."""
    return {
        "greeting": _("{name}，您好"),
        "place": _("您是第 {number} 位保管人。一共 {size} 位，{threshold} 位到场才能开票。"),
        "done": _("已做"),
        "not_done": _("未做"),
        "step_1": _("第 1 步，共 3 步：做一把钥匙，交证书。"),
        "step_2": _("第 2 步，共 3 步：和其他保管人核对，再把钥匙分成几份。"),
        "step_3": _("第 3 步，共 3 步：核对别人分给您的，交公钥。"),
        "open_key": _("请打开您的密钥文件，接着做下一步。"),
        "save_key": _("先把钥匙存好，再交证书。"),
        "waiting": _("您这一步做好了，正在等其他保管人。"),
        "waiting_for": _("还在等：{names}。"),
        "separator": _("、"),
        "ready": _("钥匙已经做好，您的那一份在这次表决里。"),
        "ready_unopened": _("投票还没有开始。开始以后可以再来看一看，您的公钥在不在表决里。"),
        "ready_open": _("正在投票。您的公钥在这次表决里，已经核对。"),
        "key_missing": _("这次表决里没有您的公钥。请不要开票，立即告诉监督员。"),
        "to_decrypt": _("投票已经截止：请来开票。"),
        "downloading": _("正在取回全部选票"),
        "verifying": _("正在核对选票：第 {done} 张，共 {total} 张"),
        "decrypting": _("正在打开合计"),
        "sending": _("正在送出去"),
        "sent": _("您的部分已经送到。谢谢您。"),
        "shares_needed": _("还要 {count} 位保管人来开票。"),
        "shares_enough": _("到场的保管人已经够了，筹备组可以计票。"),
        "working": _("正在计算，请稍等"),
        "key_wrong": _("这不是您在这次表决里用的密钥文件。请换一个文件。"),
        "key_unreadable": _("没有读懂这个文件。请选 voting 做的密钥文件（名字以 .json 结尾）。"),
        "seed_mistyped": _("密钥纸上是 22 个字母和数字，现在不对。请对着纸再看一遍，大小写要分清。"),
        "save_first": _("请先把密钥文件存好，再勾选。"),
        "compare_first": _("请先和其他保管人对过核对码，再勾选。"),
        "no_signal": _("现在连不上网，什么也没有丢。请接上网再按一次。"),
        "failed": _("这台电脑没有算成，什么也没有送出去。请换一个浏览器或者换一台电脑再试。"),
        "file_name": _("保管人钥匙-{number}-{uuid}.json"),
        "ballots": _("选票"),
        "head": _("票箱摘要（{measure}）"),
        "owners": _("人数"),
        "area": _("面积"),
    }
