"""The trustees' page: one page, and the requests that it makes.

A trustee's private key never reaches this program. What comes here: the invitation, which stands in the
link's fragment, the public messages of the key ceremony, and after the closing the share that opens the sums.
"""

from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _  # type: ignore[import-untyped]

from voting import language
from voting.errors import Refusal, Refused
from voting.protocol.encoding import encode
from voting.services import ceremony, circles, elections, record, shares
from voting.services.circles import Invited
from voting.web import access, assets, display
from voting.web.access import allow
from voting.web.streaming import Download, attachment

blueprint = Blueprint("trustee", __name__)

_RATE = "60 per minute"
_ENTRY = 1024  # bytes: an invitation
# Bytes: in an open election a share has a part for each ballot; 1,000 ballots of 30 choices take 27 MB.
_SHARE = 64 * 1024 * 1024
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
@allow("trustee", rate=_RATE, body=_SHARE)
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
    return {
        "uuid": uuid,
        "addresses": {
            **{act: url_for(f"trustee.{act}", uuid=uuid) for act in acts},
            "openings": url_for("trustee_openings.requests", uuid=uuid),
            "worker": assets.address("js/trustee-worker.js"),
        },
        "sentences": _sentences(),
    }


def _sentences() -> dict[str, str]:
    """What the page says of what its own computations refuse; `{trustee}` and the like are replaced there."""
    gettext = language.translations(display.locale()).gettext
    protocol = list(Refusal)[: list(Refusal).index(Refusal.TWINS_DISAGREE) + 1]
    return {refusal.value: gettext(language.SENTENCES[refusal]) for refusal in protocol}


def _words() -> dict[str, str]:
    """Sentences that the script fills in; `{name}` is replaced in the page."""
    return {
        "greeting": _("{name}，您好"),
        "place": _("您是第 {number} 位保管人。一共 {size} 位，到场 {threshold} 位才能开票。"),
        "yourself": _("{number}. {name}（您）"),
        "trustee": _("{number}. {name}"),
        "done": _("● 已做"),
        "not_done": _("○ 未做"),
        "separator": _("、"),
        "step_1": _("第 1 步，共 3 步：做一把钥匙，交证书。"),
        "step_2": _("第 2 步，共 3 步：和其他保管人对过核对码，再分发您的部分。"),
        "step_3": _("第 3 步，共 3 步：核对别人分给您的，交公钥。"),
        "save_key": _("先把钥匙存好，再交证书。"),
        "waiting": _("您这一步做好了，正在等其他保管人。"),
        "waiting_for": _("还在等：{names}。"),
        "ready": _("三步都做完了，钥匙做好了。"),
        "ready_certain": _("已经核对：您的公钥在这套钥匙里。投票开始以后可以再来看一看。"),
        "ready_said": _("这套钥匙里有您的公钥。这台电脑上没有您的钥匙，要彻底核对，请打开密钥文件。"),
        "open": _("正在投票。"),
        "open_certain": _("已经核对：选票是用各位的钥匙密封的，您的公钥在里面。"),
        "open_said": _("公布的密钥里有您的公钥。这台电脑上没有您的钥匙，要彻底核对，请打开密钥文件。"),
        "key_missing": _("您的公钥不在里面。请不要开票，立即告诉其他保管人和监督员。原因：{reason}"),
        "to_decrypt": _("投票已经截止，请来开票。"),
        "sent": _("您的部分已经送到，谢谢您。"),
        "shares_needed": _("还要 {count} 位保管人来开票。"),
        "shares_enough": _("到场的保管人已经够了，组织者可以计票。"),
        "over": _("票已经开了。"),
        "over_with": _("票已经开了。密钥文件和密钥纸请保存到异议期结束。"),
        "over_without": _("到场的保管人够了，这一次没有用到您的部分。"),
        "making": _("正在做钥匙，并且试用一遍"),
        "working": _("正在核对，请稍等。"),
        "dealing": _("正在计算要分发的部分"),
        "checking": _("正在核对各位分给您的部分"),
        "downloading": _("正在取回全部选票"),
        "verifying": _("正在核对选票：第 {done} 张，共 {total} 张"),
        "decrypting_now": _("正在打开合计"),
        "decrypting": _("正在打开合计：第 {done} 个，共 {total} 个"),
        "sending": _("正在送出去"),
        "save_neither": _("请先下载密钥文件，或者打印、抄下密钥纸。"),
        "save_first": _("请确认钥匙已经存好，再勾选。"),
        "compare_first": _("请先和其他保管人对过核对码，再勾选。"),
        "key_first": _("请选您的密钥文件，或者照着密钥纸输入。"),
        "key_wrong": _("这不是 {name} 在这次表决里用的钥匙。请换一个文件，或者换一张密钥纸。"),
        "key_unreadable": _("没有读懂这个文件。密钥文件的名字以 .json 结尾，存好以后没有再改过。"),
        "mistyped_group": _("第 {group} 组和它的核对字对不上。请对着纸再看一遍，大小写要分清。"),
        "mistyped_length": _("密钥纸上是 22 个字和 4 个核对字，现在个数或者写法不对。请对着纸再看一遍。"),
        "photo_unread": _("照片里没有看清二维码。请拍得近一点、正一点，或者照着纸输入。"),
        "no_signal": _("现在连不上网，什么也没有丢。请接上网再按一次。"),
        "failed": _("这台电脑没有算成，什么也没有送出去。请换一个浏览器或者换一台电脑再试。"),
        "refused": _("核对没有通过（{refusal}），什么也没有送出去。请告诉组织者和监督员。"),
        "file_name": "trustee-key-{uuid}-{number}.json",
        "sheet_name": _("第 {number} 位保管人：{name}"),
        "ballots": _("票箱里的票"),
        "head": _("票箱摘要（{measure}）"),
        "owners": _("人数"),
        "area": _("面积"),
        "opening_asked": _("{asked_by}，{asked_at}"),
        "opening_requested": _("还没有决定，已有 {approvals} 位保管人同意"),
        "opening_opened": _("已经打开"),
        "opening_declined": _("没有打开"),
        "opening_yes": _("您同意了。"),
        "opening_no": _("您没有同意。"),
        "opening_key": _("请先在上面打开您的钥匙，再按一次。"),
        "reason_first": _("请写明理由，至少五个字。"),
        "file_first": _("请先选做出来的文件。"),
        "message_unreadable": _(
            "这个文件不是要交的{kind}，没有送出去。请选命令里 --out 写的那个文件，不要选密钥文件。"
        ),
        "certificate": _("证书"),
        "polynomial": _("分发文件"),
        "output": _("公钥文件"),
        "share": _("开票文件"),
        "download_round": _("下载 round.json"),
        "download_owners": _("下载 owners.bel"),
        "download_area": _("下载 area.bel"),
        "download_rules": _("下载 rules.json"),
        "command_certificate": (
            "voting trustee new --group {group} --key key.json\n"
            "voting trustee certificate --key key.json --round round.json --out certificate.json"
        ),
        "command_polynomial": (
            "voting trustee polynomial --key key.json --round round.json --out polynomial.json"
        ),
        "command_output": "voting trustee output --key key.json --round round.json --out output.json",
        "command_share": (
            "voting trustee decrypt owners.bel area.bel rules.json --key key.json --out share.json"
        ),
    }
