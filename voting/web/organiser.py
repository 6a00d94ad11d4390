"""The organisers' first page: the one next step, then the elections and the estates."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _  # type: ignore[import-untyped]

from voting.rules.periods import LEGAL_ZONE
from voting.services import assembly_view, elections, registers
from voting.web import access, assembly_step, next_step
from voting.web.access import allow

blueprint = Blueprint("organiser", __name__, url_prefix="/organise")


@blueprint.get("")
@allow("organiser")
def home() -> ResponseReturnValue:
    """The most urgent step of all, then every election and register."""
    site, now = access.site(), access.now()
    estates = registers.estates(site)
    views = elections.elections(site)
    steps = {view.uuid: next_step.of_election(view, elections.next_acts(view, now), now) for view in views}
    meetings = assembly_view.assemblies(site, now)
    meeting_steps = {view.uuid: assembly_step.of_assembly(view, now) for view in meetings}
    zoned = [(meeting_steps[view.uuid], view.state.plan.calendar.zone) for view in meetings]
    zoned += [(steps[view.uuid], view.zone) for view in views]
    zoned.append((next_step.of_estates(estates), LEGAL_ZONE))
    first, zone = min(zoned, key=lambda each: each[0].rank)
    views.sort(key=lambda view: (steps[view.uuid].rank, -view.created_at.timestamp()))
    return render_template(
        "organiser/home.html",
        step=first,
        zone=zone,
        steps=steps,
        elections=views,
        estates=estates,
        assemblies=meetings,
        meeting_steps=meeting_steps,
    )


@blueprint.post("/estates")
@allow("organiser")
def create_estate() -> ResponseReturnValue:
    """Register an estate's name, and go on with its register."""
    estate_id = registers.create_estate(
        access.site(), request.form.get("name", ""), access.actor(), access.now()
    )
    flash(_("小区已登记。接下来导入业主名册。"))
    return redirect(url_for("organiser_register.register", estate_id=estate_id))
