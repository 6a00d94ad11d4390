"""Single ballots: asked for, approved by a second person where there is no circle, and seen by auditors."""

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _  # type: ignore[import-untyped]

from voting import language
from voting.errors import Refusal, Refused
from voting.services import approvals, elections, openings, record
from voting.services.attachments import LARGEST, MEDIA_TYPES
from voting.services.auditors_part import attachment_name
from voting.services.views import AnswerView, ElectionView, OpeningView
from voting.web import access, display
from voting.web.access import allow
from voting.web.streaming import Download, attachment

blueprint = Blueprint("openings", __name__, url_prefix="/audit/<uuid>")

_RATE = "30 per minute"


@dataclass(frozen=True)
class Answer:
    """An answer, told: who by name or by role."""

    who: str
    told: AnswerView


@blueprint.get("/openings")
@allow("auditor", "organiser")
def requests(uuid: str) -> ResponseReturnValue:
    """Every request with what became of it, and the form for a new one."""
    return _page(uuid)


@blueprint.post("/openings")
@allow("auditor", "organiser", rate=_RATE, body=LARGEST + 64 * 1024)
def ask(uuid: str) -> ResponseReturnValue:
    """A new request; what was typed is shown again when it is refused."""
    uploaded = request.files.get("attachment")
    whose, reason = request.form.get("whose", "")[:80], request.form.get("reason", "")[:300]
    try:
        openings.request_opening(
            access.site(),
            uuid,
            whose,
            reason,
            uploaded.read() if uploaded else b"",
            access.actor(),
            access.now(),
        )
    except Refused as refused:
        if refused.refusal is Refusal.ELECTION_UNKNOWN:
            raise
        return _page(uuid, whose, reason, language.sentence(refused, display.locale())), 400
    flash(_("申请已提交。批准以前，谁也看不到这张票里是什么。"))
    return redirect(url_for("openings.requests", uuid=uuid))


@blueprint.post("/openings/<int:number>/approve")
@allow("auditor", "organiser", rate=_RATE)
def approve(uuid: str, number: int) -> ResponseReturnValue:
    """The second person's approval opens the ballot."""
    approvals.approve_opening(access.site(), uuid, number, access.actor(), access.now())
    flash(_("已经批准，票已打开。谁申请、谁批准、为什么，都记在操作日志里。"))
    return redirect(url_for("openings.requests", uuid=uuid))


@blueprint.post("/openings/<int:number>/decline")
@allow("auditor", "organiser", rate=_RATE)
def decline(uuid: str, number: int) -> ResponseReturnValue:
    """The second person's refusal ends the request."""
    reason = request.form.get("reason", "")
    approvals.decline_opening(access.site(), uuid, number, reason, access.actor(), access.now())
    flash(_("已经驳回，票没有打开。"))
    return redirect(url_for("openings.requests", uuid=uuid))


@blueprint.get("/openings/<int:number>/attachment")
@allow("auditor", "organiser")
def document(uuid: str, number: int) -> ResponseReturnValue:
    """The document behind a request, as a file to save."""
    found = openings.opening_attachment(access.site(), uuid, number)
    name = attachment_name(number, found.kind).removeprefix("auditor/")
    return attachment(Download(name, MEDIA_TYPES[found.kind], found.body, ""))


@blueprint.get("/ballots")
@allow("auditor")
def ballots(uuid: str) -> ResponseReturnValue:
    """Of an open election, after its count, every ballot."""
    view = elections.election(access.site(), uuid)
    opened = openings.open_ballots(access.site(), uuid)
    return render_template("auditor/ballots.html", election=view, ballots=opened)


@blueprint.post("/AUDITOR-EXPORT.zip")
@allow("auditor", rate="20 per minute")
def export(uuid: str) -> ResponseReturnValue:
    """The whole record with the auditors' part; taking it is logged."""
    body = record.export_for_auditors(access.site(), uuid, access.now(), access.actor())
    back = url_for("auditor.dossier", uuid=uuid)
    return attachment(Download("AUDITOR-EXPORT.zip", "application/zip", body, back))


def _page(uuid: str, whose: str = "", reason: str = "", sentence: str | None = None) -> str:
    site, actor = access.site(), access.actor()
    view = elections.election(site, uuid)
    found = openings.openings(site, uuid, actor)
    return render_template(
        "auditor/openings.html",
        election=view,
        openings=[(each, _answers(view, each)) for each in reversed(found)],
        may_ask=openings.may_ask(view),
        whose=whose or request.args.get("whose", "")[:80],
        reason=reason,
        sentence=sentence,
        largest=LARGEST // 1024**2,
    )


def _answers(view: ElectionView, opening: OpeningView) -> list[Answer]:
    names = {f"trustee {each.number}": each.name for each in (view.circle.trustees if view.circle else ())}
    # Without a circle it is the role that did not ask who answers.
    other = _("监督员") if opening.requested_role == "organiser" else _("组织者")
    return [Answer(names.get(each.approver, other), each) for each in opening.answers]
