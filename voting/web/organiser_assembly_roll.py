"""The roll of an assembly while it is published, and objections: entered, answered, decided."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _  # type: ignore[import-untyped]

from voting.errors import Refusal, Refused
from voting.rules.assembly import ABOUT_WORDS, About
from voting.rules.assembly_periods import objections_until
from voting.rules.roll_proposals import PROPOSAL_WORDS
from voting.services import objections as services
from voting.services import roll_corrections
from voting.services.assembly_view import assembly as assembly_view
from voting.services.objections import Objecting
from voting.services.roll_corrections import Corrected
from voting.web import access
from voting.web.access import allow
from voting.web.organiser_assemblies import zone_of

blueprint = Blueprint("organiser_assembly_roll", __name__, url_prefix="/organise/assemblies/<uuid>")


@blueprint.get("/roll")
@allow("organiser")
def roll(uuid: str) -> ResponseReturnValue:
    """Who might be one voter, a form to correct one unit, and every version so far."""
    site = access.site()
    view = assembly_view(site, uuid, access.now())
    return render_template(
        "organiser/assembly_roll.html",
        assembly=view,
        proposals=roll_corrections.open_proposals(site, uuid),
        proposal_words={kind.value: _(words) for kind, words in PROPOSAL_WORDS.items()},
        changes=roll_corrections.changes(site, uuid),
        zone=zone_of(view),
        frozen=view.state.notice is not None or view.state.opened_at is not None,
    )


@blueprint.post("/roll/correct")
@allow("organiser")
def correct(uuid: str) -> ResponseReturnValue:
    """Correct one unit."""
    form = request.form
    corrected = Corrected(
        form.get("label", ""),
        form.get("area", ""),
        form.get("use", ""),
        form.get("owners", ""),
        form.get("remove") == "1",
    )
    number = form.get("objection", "").strip()
    objection = int(number) if number.isdecimal() and len(number) < 6 else None
    version = roll_corrections.correct_unit(
        access.site(), uuid, corrected, form.get("reason", ""), objection, access.actor(), access.now()
    )
    flash(_("已更正，名册现在是第 %(version)s 版。", version=version))
    return redirect(url_for("organiser_assembly_roll.roll", uuid=uuid))


@blueprint.post("/roll/decide")
@allow("organiser")
def decide_proposal(uuid: str) -> ResponseReturnValue:
    """Merge or split, or leave as it is."""
    key, accepted = request.form.get("key", ""), request.form.get("accepted") == "yes"
    reason = request.form.get("reason", "")
    roll_corrections.decide_proposal(access.site(), uuid, key, accepted, reason, access.actor(), access.now())
    flash(_("已决定，原因写进了记录。"))
    return redirect(url_for("organiser_assembly_roll.roll", uuid=uuid))


@blueprint.route("/objections", methods=["GET", "POST"])
@allow("organiser")
def objections(uuid: str) -> ResponseReturnValue:
    """Every objection with its words; a form for one that came on paper."""
    site, now = access.site(), access.now()
    if request.method == "POST":
        about = request.form.get("about", "")
        if about not in tuple(About):
            raise Refused(Refusal.NOTHING_CHOSEN, field="about")
        objecting = Objecting(About(about), request.form.get("text", ""), request.form.get("filed_by", ""))
        number = services.file_objection(site, uuid, objecting, access.actor(), now)
        flash(_("已登记为第 %(number)s 号异议。", number=number))
        return redirect(url_for("organiser_assembly_roll.objections", uuid=uuid))
    view = assembly_view(site, uuid, now)
    until = {about: objections_until(view.state, about) for about in About}
    return render_template(
        "organiser/assembly_objections.html",
        assembly=view,
        objections=services.objections(site, uuid),
        about_words={about.value: _(word) for about, word in ABOUT_WORDS.items()},
        running=[(about.value, end) for about, end in until.items() if end is not None and now < end],
        zone=zone_of(view),
    )


@blueprint.post("/objections/<int:number>/answer")
@allow("organiser")
def answer(uuid: str, number: int) -> ResponseReturnValue:
    """Answer in writing."""
    text = request.form.get("answer", "")
    services.answer_objection(access.site(), uuid, number, text, access.actor(), access.now())
    flash(_("答复已存下。"))
    return redirect(url_for("organiser_assembly_roll.objections", uuid=uuid))


@blueprint.post("/objections/<int:number>/decide")
@allow("organiser")
def decide(uuid: str, number: int) -> ResponseReturnValue:
    """Uphold or dismiss."""
    decision = {"yes": True, "no": False}.get(request.form.get("upheld", ""))
    if decision is None:
        raise Refused(Refusal.NOTHING_CHOSEN, field="upheld")
    reason = request.form.get("reason", "")
    services.decide_objection(access.site(), uuid, number, decision, reason, access.actor(), access.now())
    flash(_("已作出决定，原因公开。"))
    return redirect(url_for("organiser_assembly_roll.objections", uuid=uuid))
