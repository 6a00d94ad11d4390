"""What voters are told of their own ballot after the closing: was it opened, who asked, why, what it held.

Nobody else is: it takes the letter's code and the second factor, as voting did.
"""

from typing import Any

from flask import Blueprint, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _  # type: ignore[import-untyped]

from voting.errors import Refusal, Refused
from voting.services import elections, openings
from voting.services.entry import Shown
from voting.web import access, assets, display
from voting.web.access import allow

blueprint = Blueprint("own_opening", __name__)

_RATE = "300 per minute"  # a whole estate may share one address; wrong digits are counted in the database
_ENTRY = 8 * 1024  # bytes, as in the booth


@blueprint.get("/v/<uuid>/opened")
@allow("stranger")
def page(uuid: str) -> ResponseReturnValue:
    """Asks for the code, if it is not in the address, and for the digits."""
    view = elections.election(access.site(), uuid)
    openings.own_opening_challenge(access.site(), uuid, access.now())
    return render_template(
        "resident/opened.html",
        election=view,
        opened=openings.opened_count(access.site(), uuid),
        words=entry_words() | {"none_chosen": _("一个人也没有选"), "separator": _("、")},
        script={
            "uuid": uuid,
            "election": openings.election_text(access.site(), uuid),
            "addresses": {
                "page": url_for("own_opening.page", uuid=uuid),
                "challenge": url_for("own_opening.challenge", uuid=uuid),
                "opened": url_for("own_opening.opened", uuid=uuid),
                "worker": assets.address("js/booth-worker.js"),
            },
        },
    )


@blueprint.post("/v/<uuid>/opened/challenge")
@allow("stranger", rate=_RATE, body=_ENTRY)
def challenge(uuid: str) -> ResponseReturnValue:
    """A fresh text for the credential to sign: `{"challenge"}`."""
    return jsonify(challenge=openings.own_opening_challenge(access.site(), uuid, access.now()))


@blueprint.post("/v/<uuid>/opened")
@allow("stranger", rate=_RATE, body=_ENTRY)
def opened(uuid: str) -> ResponseReturnValue:
    """Both factors -> `{opened: null}`, or what happened to the ballot and what it holds."""
    found = openings.own_opening(access.site(), uuid, read_entry("opened"), access.now())
    if found is None or found.chosen is None:
        return jsonify(opened=None)
    role = _("组织者") if found.requested_role == "organiser" else _("监督员")
    return jsonify(
        opened={
            "tracker": found.tracker,
            "time": display.moment(found.decided_at),
            "by": _("%(name)s（%(actor)s）", name=found.requested_by, actor=role),
            "reason": found.reason,
            "chosen": [
                [text, [display.choice_word(answer) for answer in answers]] for text, answers in found.chosen
            ],
        }
    )


def read_entry(purpose: str) -> Shown:
    """The two factors in a request: `{public_credential, challenge, proof, digits}`.

    Refuses REQUEST_UNREADABLE.
    """
    asked = request.get_json(silent=True)
    proof = asked.get("proof") if isinstance(asked, dict) else None
    fields = ("public_credential", "challenge", "digits")
    if (
        not isinstance(asked, dict)
        or not isinstance(proof, dict)
        or not all(isinstance(asked.get(field), str) for field in fields)
        or not all(isinstance(proof.get(field), str) for field in ("challenge", "response"))
    ):
        raise Refused(Refusal.REQUEST_UNREADABLE)
    signed = {"challenge": proof["challenge"], "response": proof["response"]}
    return Shown(purpose, asked["public_credential"], asked["challenge"], signed, asked["digits"])


def entry_words() -> dict[str, Any]:
    """What a page says that asks for both factors."""
    return {
        "mistyped_group": _(
            "投票码的第 {group} 组和信上印的不一样。请对着信再看一看这一组，大小写要分清。"
            "投票码里没有数字 0、大写字母 O、大写字母 I 和小写字母 l。"
        ),
        "mistyped_length": _(
            "投票码应当是 26 个字符，现在是 {count} 个，可能漏了或者多了。请对着信，一组一组地再看一遍。"
        ),
        "digits_missing": _("请填 4 位，或者服务点给您的 6 位数字。证件号最后一位是 X 的，照填 X。"),
        "no_signal": _("现在连不上网，什么也没有丢。请走到有信号的地方，再按一次。"),
        "checking": _("正在核对……"),
        "failed": _("这台手机没有核对成。请换一台手机，或者带着信到服务点问。"),
    }
