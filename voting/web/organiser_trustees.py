"""The circle of trustees as an organiser sets it up and watches it: who, how many, and who has done what.

An invitation is shown in the one answer that makes it. Whoever has it can come in as that trustee; that
nobody else did is what the trustees find out when they compare the check code with each other.
"""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _  # type: ignore[import-untyped]

from voting import language
from voting.documents.qr import qr_svg
from voting.errors import Refusal, Refused
from voting.services import circles, elections
from voting.services.views import Act, ElectionView, Invitation, Phase, TrusteeView
from voting.web import access, display
from voting.web.access import allow
from voting.web.confirmation import Question, ask
from voting.web.public import base_url

blueprint = Blueprint("organiser_trustees", __name__, url_prefix="/organise/elections/<uuid>/trustees")


@dataclass(frozen=True)
class Card:
    """An invitation as it is handed over: the link, and the same as a QR code."""

    name: str
    link: str
    qr: str


@dataclass(frozen=True)
class Form:
    """What was typed."""

    names: str = ""
    threshold: str = "2"


@blueprint.get("")
@allow("organiser")
def trustees(uuid: str) -> ResponseReturnValue:
    """Who the trustees are and how far they have come; the form where there are none."""
    return _page(elections.election(access.site(), uuid))


@blueprint.post("")
@allow("organiser", rate="30 per minute")
def set_up(uuid: str) -> ResponseReturnValue:
    """Set the circle up, and show the invitations once."""
    form = Form(request.form.get("names", "")[:2000], request.form.get("threshold", "").strip()[:4])
    names = [name for line in form.names.splitlines() if (name := line.strip())]
    try:
        invitations = circles.set_up_circle(
            access.site(), uuid, names, _number(form.threshold), access.actor(), access.now()
        )
    except Refused as error:
        if error.refusal in (Refusal.ELECTION_UNKNOWN, Refusal.ELECTION_WRONG_PHASE):
            raise
        sentence = language.sentence(error, display.locale())
        return _page(elections.election(access.site(), uuid), form=form, sentence=sentence), 400
    return _page(elections.election(access.site(), uuid), invitations)


@blueprint.route("/<int:number>/invite", methods=["GET", "POST"])
@allow("organiser", rate="30 per minute")
def invite(uuid: str, number: int) -> ResponseReturnValue:
    """A new invitation for one trustee; `again=1` where that takes the ceremony back to its beginning."""
    view = elections.election(access.site(), uuid)
    trustee = _trustee(view, number)
    again = request.args.get("again") == "1"
    if request.method == "GET":
        restarts = view.phase is Phase.DRAFT and trustee.certificate_at is not None
        if restarts != again:
            address = url_for(".invite", uuid=uuid, number=number, again="1" if restarts else None)
            return redirect(address)
        consequences = [_("%(name)s原来的邀请链接作废，用它进来的也要退出。", name=trustee.name)]
        if restarts:
            consequences.append(_("全部保管人从第 1 步重做：已经交来的证书、分发和公钥都作废。"))
        else:
            consequences.append(_("其他保管人不受影响。"))
        return ask(
            view,
            Question(
                _("重新邀请%(name)s", name=trustee.name),
                tuple(consequences),
                _("重新邀请，从头做起") if restarts else _("重新邀请"),
                back=url_for(".trustees", uuid=uuid),
            ),
            allowed=view.phase in circles.inviting(view.agenda.secrecy),
        )
    made = circles.invite_anew(access.site(), uuid, number, access.actor(), access.now(), begin_again=again)
    return _page(elections.election(access.site(), uuid), [made])


@blueprint.route("/dissolve", methods=["GET", "POST"])
@allow("organiser")
def dissolve(uuid: str) -> ResponseReturnValue:
    """Give the circle up."""
    view = elections.election(access.site(), uuid)
    if request.method == "GET":
        consequences = (
            _("全部邀请链接作废，保管人做好的钥匙不再有用。"),
            _("可以重新安排保管人；不重新安排，开票的钥匙就只在服务器上。"),
        )
        asked = Question(_("解散保管人的安排"), consequences, _("解散"), back=url_for(".trustees", uuid=uuid))
        return ask(view, asked, allowed=view.phase is Phase.DRAFT and view.circle is not None)
    circles.dissolve_circle(access.site(), uuid, access.actor(), access.now())
    flash(_("保管人的安排已经解散。"))
    return redirect(url_for(".trustees", uuid=uuid))


def _page(
    view: ElectionView,
    invitations: Sequence[Invitation] = (),
    form: Form | None = None,
    sentence: str | None = None,
) -> str:
    return render_template(
        "organiser/trustees.html",
        election=view,
        cards=[_card(view.uuid, each) for each in invitations],
        form=form or Form(),
        sentence=sentence,
        most=circles.MOST_TRUSTEES,
        may_count=Act.COUNT in elections.next_acts(view, access.now()),
    )


def _number(text: str) -> int:
    """How many must come. Refuses NUMBER_UNREADABLE."""
    if not (text.isascii() and text.isdecimal()):
        raise Refused(Refusal.NUMBER_UNREADABLE, field=_("几位到场才能开票"))
    return int(text)


def _card(uuid: str, invitation: Invitation) -> Card:
    link = f"{base_url()}{url_for('trustee.circle', uuid=uuid)}#{invitation.token}"
    svg = qr_svg(link, _("%(name)s的邀请链接", name=invitation.name))
    return Card(invitation.name, link, "data:image/svg+xml;base64," + b64encode(svg.encode()).decode())


def _trustee(view: ElectionView, number: int) -> TrusteeView:
    for trustee in view.circle.trustees if view.circle else ():
        if trustee.number == number:
            return trustee
    raise Refused(Refusal.TRUSTEE_UNKNOWN)
