"""The resident's booth: one page with everything in it, and the five requests it makes.

The private credential stands in the link's fragment and never reaches this program. What comes here: a
signature that proves it is known, the digits of the second factor, and one sealed ballot. The session
remembers which voter of which election entered (`voting.web.access`), and nothing else.
"""

from base64 import b64encode
from datetime import datetime
from typing import Any

from flask import Blueprint, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _  # type: ignore[import-untyped]

from voting import language
from voting.documents.qr import qr_svg
from voting.errors import Refusal, Refused
from voting.services import booth as service
from voting.services import elections, materials
from voting.services.challenged import challenge_ballot
from voting.services.openings import AFTER_CLOSING
from voting.services.receipts import linked
from voting.services.views import BoothView, EnteredMeeting, Phase, Receipt
from voting.web import access, assets, display, helper
from voting.web.access import allow
from voting.web.entry import ENTRY, RATE, entry_words, read_entry, read_pass
from voting.web.public import base_url
from voting.web.refusals import status_of
from voting.web.resident_help import wanted_words

blueprint = Blueprint("resident", __name__)

# Bytes. A choice takes about 1.7 kB and a ballot with four questions about 30 kB; this is room for ninety
# candidates, and far less than would cost the server anything to refuse.
_BALLOT = 160 * 1024

# Refusals of the page itself, each with its own heading; the sentence comes from `voting.language`.
AWAY = frozenset({"not-yet-open", "election-closed", "link-expired"})


@blueprint.get("/v/<uuid>")
@allow("stranger")
def booth(uuid: str) -> ResponseReturnValue:
    """The booth, whole: a phone may lose its signal from here until the ballot is sent."""
    try:
        view = service.booth(access.site(), uuid, access.now())
    except Refused as refused:
        if refused.refusal.value not in AWAY:
            raise
        sentence = language.sentence(refused, display.locale())
        opened = elections.election(access.site(), uuid).phase in AFTER_CLOSING
        page = render_template(
            "resident/away.html",
            refusal=refused.refusal.value,
            sentence=sentence,
            public=url_for("public.election", uuid=uuid),
            objection=None,
            help=url_for("resident_help.page", uuid=uuid)
            if refused.refusal is Refusal.NOT_YET_OPEN
            else None,
            opened=[(url_for("own_opening.page", uuid=uuid), "")] if opened else [],
        )
        return page, status_of(refused.refusal)
    return render_template(
        "resident/booth.html",
        booth=view,
        readable={
            each.question.id for each in materials.published_questions(access.site(), uuid) if not each.empty
        },
        choice_words=_choice_words(),
        wanted_words=wanted_words(),
        role_words=helper.role_words(),
        words=_words(),
        script=_script(uuid, view),
    )


@blueprint.post("/v/<uuid>/challenge")
@allow("stranger", rate=RATE, body=ENTRY)
def challenge(uuid: str) -> ResponseReturnValue:
    """A fresh text for the credential to sign: `{"challenge"}`."""
    return jsonify(challenge=service.entry_challenge(access.site(), uuid, access.now()))


@blueprint.post("/v/<uuid>/enter")
@allow("stranger", rate=RATE, body=ENTRY)
def enter(uuid: str) -> ResponseReturnValue:
    """Both factors: `{public_credential, challenge, proof, digits}` -> `{name, units, receipt, may_vote,
    meeting?}`.

    With the `pass` of an assembly's letter, whose second factor was shown in this browser, the digits are
    empty.
    """
    shown = read_entry("enter")
    given = read_pass()
    if given is None:
        entered = service.enter_booth(
            access.site(),
            uuid,
            shown.public_credential,
            shown.challenge,
            shown.proof,
            shown.digits,
            access.now(),
        )
    else:
        holder = access.letter_holder(given)
        if holder is None:
            raise Refused(Refusal.BOOTH_NOT_ENTERED)
        entered = service.enter_next_booth(
            access.site(), uuid, shown, holder.assembly, holder.letter, holder.mark, access.now()
        )
    access.enter_as_resident(uuid, access.Resident(entered.voter, entered.mark))
    return jsonify(
        name=entered.name_masked,
        units=list(entered.units),
        receipt=stub(entered.receipt) if entered.receipt is not None else None,
        may_vote=entered.may_vote,
        **({"meeting": own_meeting(entered.meeting)} if entered.meeting is not None else {}),
    )


@blueprint.post("/v/<uuid>/ballot")
@allow("resident", rate=RATE, body=_BALLOT)
def ballot(uuid: str) -> ResponseReturnValue:
    """The bytes of one sealed ballot -> its receipt. Sent twice, it is one ballot with the same receipt.

    The header `Replaces` has the 回执号 of the voter's ballot that it is to replace.
    """
    resident = access.resident_of(uuid)
    if resident is None:
        raise Refused(Refusal.BOOTH_NOT_ENTERED)
    receipt = service.cast_ballot(
        access.site(),
        uuid,
        resident.voter,
        request.get_data(),
        access.now(),
        resident.mark,
        request.headers.get("Replaces"),
        access.present_helper(),
    )
    return jsonify(stub(receipt))


@blueprint.post("/v/<uuid>/challenged")
@allow("resident", rate=RATE, body=_BALLOT)
def challenged(uuid: str) -> ResponseReturnValue:
    """The bytes of a sealed ballot that is opened instead of cast -> `{tracker}`, and it is spent."""
    resident = access.resident_of(uuid)
    if resident is None:
        raise Refused(Refusal.BOOTH_NOT_ENTERED)
    tracker = challenge_ballot(
        access.site(), uuid, resident.voter, request.get_data(), access.now(), resident.mark
    )
    return jsonify(tracker=tracker)


@blueprint.post("/v/<uuid>/leave")
@allow("stranger")
def leave(uuid: str) -> ResponseReturnValue:
    """Forget the voter: the phone may be a neighbour's."""
    access.leave_as_resident()
    return "", 204


def own_meeting(entered: EnteredMeeting) -> dict[str, Any]:
    """What a letter is for besides, and the pass that lets its holder into the next booth."""
    holder = access.Holder(entered.assembly, entered.letter, entered.mark)
    return {
        "pass": access.enter_with_letter(holder),
        "ballots": [
            {
                "uuid": ballot.uuid,
                "title": ballot.title,
                "facts": _(
                    "%(count)s 道题，投到 %(time)s 为止",
                    count=ballot.questions,
                    time=display.moment(ballot.closes_at),
                ),
                "address": url_for("resident.booth", uuid=ballot.uuid),
                "open": ballot.phase is Phase.OPEN,
                "may_vote": ballot.may_vote,
                "receipt": stub(ballot.receipt) if ballot.receipt is not None else None,
            }
            for ballot in entered.ballots
        ],
    }


def stub(receipt: Receipt) -> dict[str, Any]:
    """The receipt with what the page shows of it: the time in words and a QR code to photograph."""
    # Scanned, it opens the page that checks it; the fragment, which is not sent, carries all that proves it.
    address = f"{base_url()}{url_for('check.check', uuid=receipt.uuid)}#receipt={linked(receipt)}"
    svg = qr_svg(address, _("回执的二维码"))
    return {
        **receipt.as_json(),
        "replaced": receipt.replaced,
        "shown_time": display.moment(datetime.fromisoformat(receipt.time)),
        "check": address,
        "qr": "data:image/svg+xml;base64," + b64encode(svg.encode()).decode(),
    }


def _script(uuid: str, view: BoothView) -> dict[str, Any]:
    """What the script needs beside words: addresses, the exact election, the limits of contests."""
    by = access.present_helper()
    return {
        "uuid": uuid,
        "helper": helper.shown(by) if by is not None else None,
        "election": view.election_json,
        "revoting": view.revoting.value,
        "at_most": [question.get("at_most") for question in view.questions],
        "addresses": {
            **{
                act: url_for(f"resident.{act}", uuid=uuid)
                for act in ("booth", "challenge", "enter", "ballot", "challenged", "leave")
            },
            "help": url_for("resident_help.ask_by_letter", uuid=uuid),
            "helper": url_for("helper.begin", uuid=uuid),
            "helper_end": url_for("helper.end", uuid=uuid),
            "check": base_url() + url_for("check.check", uuid=uuid),
            "worker": assets.address("js/booth-worker.js"),
        },
    }


def _choice_words() -> dict[str, str]:
    """The choices that are ours, in the reader's language; the record keeps the Chinese words."""
    return {"同意": _("同意"), "反对": _("反对"), "弃权": _("弃权"), "都不同意": _("都不同意")}


def _words() -> dict[str, str]:
    """Sentences that the script fills in; `{name}` is replaced in the page."""
    return entry_words() | {
        "link_broken": _("二维码没有扫完整，投票码不对。请再扫一次，或者照着信把投票码输进来。"),
        "choose_one": _("请先选一项。没有主意的，可以选“弃权”。"),
        "choose_each": _("还有没选的：{name}。没有主意的，可以选“弃权”。"),
        "each": _("{name}：{choice}"),
        "chosen": _("已选 {count} 人，最多选 {limit} 人"),
        "too_many": _("最多选 {limit} 人，已经选满了。想选这一位，请先去掉一位。"),
        "none_chosen": _("一个人也没有选"),
        "next_question": _("下一题"),
        "to_review": _("核对一遍"),
        "back_to_review": _("改好了，回去核对"),
        "keep_next_question": _("不改，下一题"),
        "keep_to_review": _("不改，核对一遍"),
        "ready": _("选好了"),
        "ready_to_review": _("选好了，回去核对"),
        "answer_said": _("第 {number} 题选了：{choice}"),
        "sealing": _("正在密封：第 {done} 步，共 {total} 步"),
        "not_opened": _("现在连不上网，还没有拆开。请走到有信号的地方，再按一次。"),
        "sending": _("正在送出去，请不要关掉这一页……"),
        "sending_title": _("正在投进票箱"),
        "waiting_title": _("还没有投进票箱"),
        "waiting": _("现在没有信号，或者票箱那边暂时没有回应。选票还没有投进票箱。"),
        "countdown": _("{seconds} 秒后自动再投一次。"),
        "waiting_entry": _("还没有投进票箱：请再核对一次身份，封好的选票还在这里。"),
        "cast": _("已经投进票箱"),
        "recast": _("已经改投"),
        "already": _("您的票已经在票箱里了"),
        "replaced": _("这一张投进去了，后来又被代替了"),
        "replaced_explained": _("您这一户后来又投了一张，算后来那一张。要看它的回执，请再扫信上的二维码。"),
        "cast_once": _("到截止以前还可以改投一次：再扫一次信上的二维码就行。"),
        "cast_until-close": _("到截止以前都可以改投：再扫一次信上的二维码就行。"),
        "recast_once": _("现在算这一张，原来那一张不再算。不能再改了。"),
        "recast_until-close": _("现在算这一张，原来那一张不再算。到截止以前还可以再改。"),
        "used_once": _("您已经改投过一次，不能再改了。下面是算数的那一张的回执，可以再拍一张照片。"),
        "may_once": _("算数的是这一张。到截止以前可以改投一次；不改，就不用管它。"),
        "may_until-close": _("算数的是这一张。到截止以前可以改投；不改，就不用管它。"),
        "final_none": _("投进票箱以后就不能再改了。"),
        "final_once": _("投进票箱以后，到截止以前还可以改投一次。"),
        "final_until-close": _("投进票箱以后，到截止以前还可以改投。"),
        "final_again_once": _("您在改投。投进票箱以后，算这一张，原来那一张不再算，也不能再改了。"),
        "final_again_until-close": _(
            "您在改投。投进票箱以后，算这一张，原来那一张不再算；截止以前还可以再改。"
        ),
        "already_explained": _("每张投票码只投一张票，先投的算数。下面是它的回执，可以再拍一张照片。"),
        "failed": _("这台手机没有把选票封好，什么也没有送出去。请换一台手机再扫一次，或者找服务点领纸质票。"),
        "representing": _("您代表：{name}，{units}"),
        "ballot_left": _("这次会议，您还有一张票没有投。不用再填数字。"),
        "ballots_left": _("这次会议，您还有 {count} 张票没有投。不用再填数字。"),
        "vote_next": _("接着投：{title}"),
        "question_title": _("第 {number} 题，共 {total} 题"),
        "nth": _("第 {height} 张"),
        "nth_in_box": _("票箱里第 {height} 张"),
        "cast_at": _("投进的时间：{time}"),
        "receipt_title": _("回执"),
        "receipt_number": _("回执号"),
        "receipt_note": _("想核对的时候，扫这个二维码。上面没有选了什么。"),
        "downloaded": _("图片已经存到手机的下载里。没有存上的，请用手指按住下面的图片，选“保存”。"),
        "press_long": _("请用手指按住下面的图片不放，等跳出菜单，选“保存图片”。"),
        "separator": _("、"),
        "not_sent": _("现在连不上网，还没有记下。请走到有信号的地方，再按一次。"),
        "helper_missing": _("请写上您的姓名，再选您是谁。"),
        "helping": _("{name}（{role}）在旁边帮忙操作"),
        "hand_over": _("请把手机交给 {name}"),
        "own_hand": _("请 {name} 本人按下面的“投进票箱”。{helper}不看，也不替按。"),
    }
