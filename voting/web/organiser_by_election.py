"""A by-election: what an outcome left vacant, and the assembly that fills it."""

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _  # type: ignore[import-untyped]

from voting import language
from voting.errors import Refused
from voting.rules.assembly import Effect, Meeting
from voting.rules.places import PRESETS
from voting.services import by_elections
from voting.services.assemblies import Planned
from voting.services.by_elections import Vacancy
from voting.web import access, display
from voting.web.access import allow
from voting.web.assembly_words import EFFECTS, MEETINGS

blueprint = Blueprint("organiser_by_election", __name__, url_prefix="/organise/elections/<uuid>/by-election")


@dataclass(frozen=True)
class Asked:
    """Who has left, by their place among those elected: names stand in no address."""

    places: tuple[int, ...]
    names: tuple[str, ...]


@blueprint.route("", methods=["GET", "POST"])
@allow("organiser")
def plan(uuid: str) -> ResponseReturnValue:
    """Who is in office, what is vacant, and the form of the new assembly; "show" only counts anew."""
    site = access.site()
    everybody = by_elections.members(site, uuid)
    gone = left_of(everybody, request.form.getlist("left"))
    sentence, status = None, 200
    if request.method == "POST" and request.form.get("step") != "show":
        try:
            made = by_elections.plan_by_election(
                site,
                uuid,
                _planned(),
                gone.names,
                request.form.get("reason", "").strip(),
                access.actor(),
                access.now(),
            )
            estate_id = by_elections.vacancy(site, uuid, gone.names).election.estate_id
            flash(_("补选的会议已经建立。接下来填上候选人，存为草稿。"))
            address = url_for(
                "organiser_election.new", estate_id=estate_id, assembly=made, fills=uuid, left=gone.places
            )
            return redirect(address)
        except Refused as error:
            sentence, status = language.sentence(error, display.locale()), 400
    empty: Vacancy | None = None
    try:
        empty = by_elections.vacancy(site, uuid, gone.names)
    except Refused as error:
        sentence = language.sentence(error, display.locale())
    page = render_template(
        "organiser/by_election.html",
        uuid=uuid,
        everybody=everybody,
        gone=gone,
        vacancy=empty,
        form=request.form,
        sentence=sentence,
        places=tuple(PRESETS),
        meetings={value: words for value, words in MEETINGS().items() if value != Meeting.FIRST.value},
        effects=EFFECTS(),
    )
    return page, status


def left_of(everybody: tuple[str, ...], places: list[str]) -> Asked:
    """Who has left; a place that nobody has is nobody's."""
    numbers = sorted({int(each) for each in places if each.isdecimal() and len(each) < 4})
    there = tuple(number for number in numbers if number < len(everybody))
    return Asked(there, tuple(everybody[number] for number in there))


def _planned() -> Planned:
    form = request.form
    meeting, effect = form.get("meeting", ""), form.get("effect", "")
    return Planned(
        form.get("title", ""),
        form.get("convener", ""),
        Meeting(meeting) if meeting in tuple(Meeting) else Meeting.SPECIAL,
        form.get("place", ""),
        Effect(effect) if effect in tuple(Effect) else Effect.PAPER_PRIMARY,
        elects_committee=True,
    )
