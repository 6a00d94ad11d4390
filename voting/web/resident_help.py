"""求助: a page that works in any browser, and the same for whoever has the letter's code in the booth."""

from flask import Blueprint, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _  # type: ignore[import-untyped]

from voting import language
from voting.errors import Refusal, Refused
from voting.services import help_requests as service
from voting.services.help_requests import Wanted
from voting.web import access, display
from voting.web.access import allow
from voting.web.entry import ENTRY, RATE, read_entry
from voting.web.public import announced
from voting.web.refusals import status_of

blueprint = Blueprint("resident_help", __name__)

# Coarse, for each address: a whole building may share one, and a voter has one request however often asked.
_FORM_RATE = "30 per hour"


@blueprint.get("/e/<uuid>/help")
@allow("stranger")
def page(uuid: str) -> ResponseReturnValue:
    """Which unit, and what is wanted: a plain form."""
    service.help_challenge(access.site(), uuid, access.now())
    return _page(uuid)


@blueprint.post("/e/<uuid>/help")
@allow("stranger", rate=_FORM_RATE, body=ENTRY)
def ask(uuid: str) -> ResponseReturnValue:
    """`unit` and `wanted` -> noted; the answer is the same whoever asked before."""
    unit, wanted = request.form.get("unit", "").strip(), request.form.get("wanted", "")
    if not unit or wanted not in tuple(Wanted):
        return _page(uuid, _("请写上房号，再选一样。"), 400)
    try:
        service.ask_at_unit(access.site(), uuid, unit, Wanted(wanted), access.now())
    except Refused as refused:
        if refused.refusal is not Refusal.HELP_UNIT_UNKNOWN:
            raise
        return _page(uuid, language.sentence(refused, display.locale()), status_of(refused.refusal))
    return render_template(
        "resident/help_noted.html", election=announced(uuid), sentence=noted(Wanted(wanted))
    )


@blueprint.post("/v/<uuid>/help")
@allow("stranger", rate=RATE, body=ENTRY)
def ask_by_letter(uuid: str) -> ResponseReturnValue:
    """The letter's code alone, and `wanted` -> `{"sentence"}`."""
    shown = read_entry("help")
    wanted = (request.get_json(silent=True) or {}).get("wanted")
    if wanted not in tuple(Wanted):
        raise Refused(Refusal.REQUEST_UNREADABLE)
    service.ask_for_help(access.site(), uuid, shown, Wanted(wanted), access.now())
    return jsonify(sentence=noted(Wanted(wanted)))


def wanted_words() -> dict[str, str]:
    """What can be asked for, as the voter says it."""
    return {
        Wanted.VISIT.value: _("上门来帮我投"),
        Wanted.CALL.value: _("先给我打个电话"),
        Wanted.PAPER.value: _("给我一张纸质票"),
    }


def noted(wanted: Wanted) -> str:
    """What happens next, and what nobody may ask of the voter."""
    return str(
        {
            Wanted.VISIT: _("组织者会安排人上门。来的人会说自己是谁；选什么由您自己定，不用告诉他。"),
            Wanted.CALL: _("组织者会按名册上登记的号码打给您。电话里问您选什么、要投票码的，都不是我们。"),
            Wanted.PAPER: _("组织者会把纸质票送到家里。纸质票和手机上是同一个投票码，只算一票。"),
        }[wanted]
    )


def _page(uuid: str, fault: str = "", status: int = 200) -> ResponseReturnValue:
    page = render_template(
        "resident/help.html", election=announced(uuid), wanted_words=wanted_words(), fault=fault
    )
    return page, status
