"""An election as an organiser prepares and watches it."""

from datetime import timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _  # type: ignore[import-untyped]

from voting import language
from voting.errors import Refused
from voting.rules import labels
from voting.rules.questions import FURTHER_MATTERS, MATTERS, RANKINGS
from voting.rules.revoting import Revoting
from voting.rules.settings import Setting
from voting.rules.wording import check_wording
from voting.services import (
    assembly_view,
    by_elections,
    credentials,
    elections,
    nominations,
    registers,
    residents,
    secrecy_meter,
)
from voting.services.views import EstateView, Phase
from voting.web import access, display, election_form, next_step, turnout_grid
from voting.web.access import allow
from voting.web.organiser_by_election import left_of

blueprint = Blueprint("organiser_election", __name__, url_prefix="/organise")

USES = ("住宅", "商业", "办公", "车位", "储藏", "其他")


@blueprint.route("/estates/<int:estate_id>/elections/new", methods=["GET", "POST"])
@allow("organiser")
def new(estate_id: int) -> ResponseReturnValue:
    """A form; each of its buttons sends it, only "save" stores it."""
    estate = registers.estate(access.site(), estate_id)
    asked = request.args.get("body", election_form.OWNERS)
    assembly = request.values.get("assembly", "")
    fills = request.args.get("fills", "")
    if request.method == "POST":
        form = election_form.of_request(request.form)
    elif fills:
        gone = left_of(by_elections.members(access.site(), fills), request.args.getlist("left")).names
        empty = by_elections.vacancy(access.site(), fills, gone)
        form = election_form.of_by_election(f"{estate.name}业主委员会补选", empty.asked)
    else:
        form = election_form.blank(asked, _allowed(assembly) if assembly else Revoting.NONE)
    return _form(form, estate_id, estate.name, _buildings(form, estate), None, assembly)


@blueprint.route("/elections/<uuid>/edit", methods=["GET", "POST"])
@allow("organiser")
def edit(uuid: str) -> ResponseReturnValue:
    """The same form, for an election without letters; afterwards the service refuses."""
    view = elections.election(access.site(), uuid)
    estate = registers.estate(access.site(), view.estate_id)
    form = (
        election_form.of_request(request.form)
        if request.method == "POST"
        else election_form.of_election(view)
    )
    assembly = view.assembly.uuid if view.assembly else ""
    return _form(form, view.estate_id, estate.name, _buildings(form, estate), uuid, assembly)


def _allowed(assembly: str) -> Revoting:
    """What the assembly's rules allow of revoting: what its elections begin with, too."""
    view = assembly_view.assembly(access.site(), assembly, access.now())
    return Revoting(view.state.plan.settings.word(Setting.REVOTING))


def _buildings(form: election_form.ElectionForm, estate: EstateView) -> tuple[str, ...]:
    """Those of the register whose people vote."""
    if form.body == election_form.OWNERS:
        return estate.buildings
    found = residents.residents(access.site(), estate.id)
    return found.buildings if found is not None else ()


def _form(
    form: election_form.ElectionForm,
    estate_id: int,
    estate: str,
    buildings: tuple[str, ...],
    uuid: str | None,
    assembly: str,
) -> ResponseReturnValue:
    sentence, status = None, 200
    nominated = nominations.listed_names(access.site(), assembly) if assembly else ()
    if nominated:
        form = election_form.with_candidates(form, nominated)
    if request.method == "POST":
        step = election_form.changed(form, request.form.get("step", ""))
        if step is not None:
            form = step
        else:
            try:
                saved = _save(form, estate_id, estate, uuid, assembly)
                return redirect(url_for("organiser_election.election", uuid=saved))
            except Refused as error:
                sentence, status = language.sentence(error, display.locale()), 400
    page = render_template(
        "organiser/election_form.html",
        form=form,
        doubts=election_form.doubts(form),
        estate=estate,
        estate_id=estate_id,
        buildings=sorted(buildings, key=labels.natural_order),
        uses=USES,
        matters=MATTERS,
        further=[number for number in FURTHER_MATTERS if number != election_form.OF_RESIDENTS],
        of_residents=election_form.OF_RESIDENTS,
        rankings=RANKINGS,
        allowed=_allowed(assembly).value if assembly else None,
        uuid=uuid,
        assembly=assembly,
        nominated=nominated,
        sentence=sentence,
        most=election_form.MOST_QUESTIONS,
    )
    return page, status


def _save(
    form: election_form.ElectionForm, estate_id: int, estate: str, uuid: str | None, assembly: str
) -> str:
    site, actor, now = access.site(), access.actor(), access.now()
    # In an assembly the service takes the assembly's times, whatever stands here.
    opens_at, closes_at = (now, now + timedelta(days=1)) if assembly else form.times()
    stored = elections.election(site, uuid).agenda if uuid is not None else None
    used = [question.id for question in stored.questions] if stored else ()
    agenda = form.agenda(estate, stored.terms if stored else None, used)
    if uuid is None:
        uuid = elections.create_election(
            site, estate_id, agenda, opens_at, closes_at, actor, now, form.group, assembly or None
        )
        flash(_("已存为草稿。选票信制作之前都可以修改。"))
    else:
        elections.edit_election(site, uuid, agenda, opens_at, closes_at, actor, now, form.group)
        flash(_("修改已存下。"))
    return uuid


@blueprint.get("/elections/<uuid>")
@allow("organiser")
def election(uuid: str) -> ResponseReturnValue:
    """The next step, the estate at a glance, and every act that the phase allows."""
    site, now = access.site(), access.now()
    view = elections.election(site, uuid)
    acts = elections.next_acts(view, now)
    issued = view.issued_at is not None
    doubts = [] if issued else [each for asked in view.agenda.questions for each in check_wording(asked)]
    return render_template(
        "organiser/election.html",
        election=view,
        acts={act.value for act in acts},
        doubts=doubts,
        forecast=None if issued else secrecy_meter.prospect(site, uuid),
        step=next_step.of_election(view, acts, now),
        may_fill=by_elections.is_open(site, view),
        turnout=elections.turnout(site, uuid) if view.phase is not Phase.DRAFT else None,
        buildings=turnout_grid.grid(credentials.roll(site, uuid)) if issued else [],
    )
