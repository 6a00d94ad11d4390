"""Single ballots, as trustees answer for them: what is asked and why, and each trustee's approval or refusal.

An approval is the trustee's share of that ballot's decryption, made in the trustee's own browser.
"""

from typing import Any

from flask import Blueprint, jsonify, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _  # type: ignore[import-untyped]

from voting.errors import Refusal, Refused
from voting.services import approvals, ceremony, openings
from voting.services.attachments import MEDIA_TYPES
from voting.services.auditors_part import attachment_name
from voting.services.ceremony import CeremonyState
from voting.services.views import OpeningView
from voting.web import access, display
from voting.web.access import allow
from voting.web.streaming import Download, attachment

blueprint = Blueprint("trustee_openings", __name__, url_prefix="/t/<uuid>/openings")

_RATE = "30 per minute"
_SHARE = 256 * 1024  # bytes: a share of ninety candidates takes 70 kB


@blueprint.get("")
@allow("trustee")
def requests(uuid: str) -> ResponseReturnValue:
    """Every request, and what this trustee said to it."""
    return _told(uuid, _trustee(uuid))


@blueprint.post("/<int:number>/approve")
@allow("trustee", rate=_RATE, body=_SHARE)
def approve(uuid: str, number: int) -> ResponseReturnValue:
    """This trustee's share of the ballot; the one that makes up the threshold opens it."""
    own, body = _trustee(uuid), request.get_data()
    approvals.approve_as_trustee(access.site(), uuid, number, own.number, own.name, body, access.now())
    return _told(uuid, own)


@blueprint.post("/<int:number>/decline")
@allow("trustee", rate=_RATE, body=4096)
def decline(uuid: str, number: int) -> ResponseReturnValue:
    """`{reason}`: this trustee's refusal."""
    asked, own = request.get_json(silent=True), _trustee(uuid)
    reason = asked.get("reason") if isinstance(asked, dict) else None
    if not isinstance(reason, str):
        raise Refused(Refusal.REQUEST_UNREADABLE)
    approvals.decline_as_trustee(
        access.site(), uuid, number, own.number, own.name, reason[:300], access.now()
    )
    return _told(uuid, own)


@blueprint.get("/<int:number>/document")
@allow("trustee")
def document(uuid: str, number: int) -> ResponseReturnValue:
    """The document behind a request, as a file to save."""
    _trustee(uuid)
    found = openings.opening_attachment(access.site(), uuid, number)
    name = attachment_name(number, found.kind).removeprefix("auditor/")
    return attachment(Download(name, MEDIA_TYPES[found.kind], found.body, ""))


def _trustee(uuid: str) -> CeremonyState:
    invited = access.trustee_of(uuid)
    if invited is None:
        raise Refused(Refusal.TRUSTEE_NOT_ENTERED)
    return ceremony.state(access.site(), uuid, invited)


def _told(uuid: str, own: CeremonyState) -> ResponseReturnValue:
    found = openings.openings(access.site(), uuid)
    return jsonify([_one(uuid, own, each) for each in reversed(found)])


def _one(uuid: str, own: CeremonyState, opening: OpeningView) -> dict[str, Any]:
    mine = [each for each in opening.answers if each.approver == f"trustee {own.number}"]
    return {
        "number": opening.number,
        "state": opening.state,
        "reason": opening.reason,
        "asked_by": _("组织者") if opening.requested_role == "organiser" else _("监督员"),
        "asked_at": display.moment(opening.requested_at),
        "tracker": opening.tracker,
        "approvals": sum(each.approves for each in opening.answers),
        "approved": mine[0].approves if mine else None,
        "addresses": {
            act: url_for(f"trustee_openings.{act}", uuid=uuid, number=opening.number)
            for act in ("approve", "decline", "document")
        },
    }
