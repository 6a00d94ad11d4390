"""I can check: whoever holds a receipt sees on any phone that the ballot is in the box and the box only grew.

The receipt comes in the link's fragment, which no browser sends: this program is asked for the board's signed
digest and its events from some place on, and never learns which ballot somebody looked for.
"""

from typing import Any

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _  # type: ignore[import-untyped]

from voting.errors import Refusal, Refused
from voting.services import continuation, elections, record
from voting.services.challenged import challenged_ballot
from voting.services.views import Phase
from voting.web import access, assets, display
from voting.web.access import allow
from voting.web.public import announced

blueprint = Blueprint("check", __name__)

_FROM_URL = str.maketrans("-_", "+/")


@blueprint.get("/e/<uuid>/check")
@allow("stranger")
def check(uuid: str) -> ResponseReturnValue:
    """The page that a receipt's QR code opens."""
    view = announced(uuid)
    if view.phase is Phase.DRAFT:
        return redirect(url_for("public.election", uuid=uuid))
    return render_template(
        "public/check.html",
        election=view,
        turnout=elections.turnout(access.site(), uuid),
        words=_words(),
        script=_script(uuid),
    )


@blueprint.get("/e/<uuid>/checkpoint.txt")
@allow("stranger")
def checkpoint(uuid: str) -> ResponseReturnValue:
    """What the board is now, signed."""
    announced(uuid)
    return Response(record.checkpoint(access.site(), uuid, access.now()), mimetype="text/plain")


@blueprint.get("/e/<uuid>/events")
@allow("stranger")
def events(uuid: str) -> ResponseReturnValue:
    """`?from=<height>`: the board's events from there on, at most a thousand."""
    announced(uuid)
    asked = request.args.get("from", "")
    if not (asked.isascii() and asked.isdecimal()) or len(asked) > 10:
        raise Refused(Refusal.REQUEST_UNREADABLE)
    return jsonify(continuation.continuation(access.site(), uuid, int(asked)).as_json())


@blueprint.get("/e/<uuid>/challenged/<tracker>")
@allow("stranger")
def challenged(uuid: str, tracker: str) -> ResponseReturnValue:
    """The bytes of a ballot that was opened instead of cast; the tracker in base64url."""
    announced(uuid)
    body = challenged_ballot(access.site(), uuid, tracker.translate(_FROM_URL))
    return Response(body, mimetype="application/octet-stream")


def _script(uuid: str) -> dict[str, Any]:
    """What the script needs beside words: the exact election and rules, and where to ask."""
    texts = continuation.published_texts(access.site(), uuid)
    return {
        "uuid": uuid,
        "election": texts.election_json,
        "zone": str(display.page_zone()),
        "rules": texts.rules_json,
        "addresses": {
            "checkpoint": url_for("check.checkpoint", uuid=uuid),
            "events": url_for("check.events", uuid=uuid),
            "challenged": url_for("check.challenged", uuid=uuid, tracker="0").removesuffix("0"),
            "worker": assets.address("js/check-worker.js"),
        },
    }


def _words() -> dict[str, Any]:
    """Sentences that the script fills in; `{name}` is replaced in the page."""
    return {
        "separator": _("、"),
        "nth": _("第 {height} 张"),
        "wrong": {
            "opening-length": _("二维码里的数，和这张票的选项个数不一样。"),
            "opening-invalid": _("拆开以后，和那台手机说的选择不一样。"),
            "challenged-unknown": _("票箱那边没有这张拆开的票。"),
        },
        "none_chosen": _("一个人也没有选"),
        "choices": {"同意": _("同意"), "反对": _("反对"), "弃权": _("弃权")},
        "counts_title": _("您的票在票箱里"),
        "counts": _("您密封的票好好地在票箱里，没有丢，也没有人换过。"),
        "replaced_title": _("这张票在票箱里，后来改投过"),
        "replaced": _(
            "这张票没有丢，也没有人动过。同一封信后来又投了一张（票箱里第 {height} 张），"
            "算数的是最后投的那一张，这一张不再算。改投的不是您家里人？请带着信到服务点去问。"
        ),
        "since_none": _("您这张是现在的最后一张。"),
        "since_some": _("您投了以后，又投进来 {count} 张。票箱只多不少，您这张没有人动过。"),
    }
