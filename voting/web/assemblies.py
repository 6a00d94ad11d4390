"""The public page of an assembly: what is put to the vote, when, and where it stands. No owner is named."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _  # type: ignore[import-untyped]

from voting.errors import Refusal, Refused
from voting.rules.assembly import ABOUT_WORDS, PHASE_WORDS, About, Act, Phase
from voting.rules.assembly_periods import objections_until
from voting.services.assembly_letters import has_letters
from voting.services.assembly_view import public_assembly
from voting.services.roll_corrections import changes, published_roll
from voting.web import access, assembly_calendar
from voting.web.access import allow
from voting.web.assembly_words import EFFECTS, MEETINGS
from voting.web.materials import readable
from voting.web.organiser_assemblies import calendar_response, zone_of

blueprint = Blueprint("assemblies", __name__)


@blueprint.get("/a/<uuid>")
@allow("stranger")
def assembly(uuid: str) -> ResponseReturnValue:
    """Phases with their dates, what the notice named, objections and what was decided."""
    now = access.now()
    view = public_assembly(access.site(), uuid, now)
    state = view.state
    notice = view.last(Act.GIVE_NOTICE) if state.notice is not None else None
    order = list(Phase)
    done = {
        Phase.ROLL_PUBLISHED: state.roll_at,
        Phase.NOTICE_GIVEN: state.notice.at if state.notice else None,
        Phase.OPEN: state.opened_at,
        Phase.CLOSED: state.closed_at,
        Phase.PRELIMINARY: state.preliminary_at,
        Phase.FINAL: state.final_at,
        Phase.FILED: state.filed_at,
    }
    if not state.plan.elects_committee:
        del done[Phase.FILED]
    running = [(_(ABOUT_WORDS[about]), objections_until(state, about)) for about in About]
    return render_template(
        "public/assembly.html",
        assembly=view,
        notice=notice,
        phases=[
            (str(_(PHASE_WORDS[phase])), at, order.index(phase) <= order.index(view.phase))
            for phase, at in done.items()
        ],
        current=str(_(PHASE_WORDS[view.phase])),
        running=[(name, until) for name, until in running if until is not None and now < until],
        decisions=[
            (step, state.objections[number - 1])
            for step in state.steps
            if step.act is Act.DECIDE_OBJECTION and (number := step.number or 0)
        ],
        extension=view.last(Act.EXTEND),
        correction=view.last(Act.PUBLISH_PRELIMINARY),
        readable={election.uuid: readable(election.uuid) for election in view.elections},
        has_letters=has_letters(access.site(), uuid),
        about_words={about.value: _(word) for about, word in ABOUT_WORDS.items()},
        dates=assembly_calendar.listed(view.dates, state.plan.calendar),
        meetings=MEETINGS(),
        effects=EFFECTS(),
        zone=zone_of(view),
    )


@blueprint.get("/a/<uuid>/roll")
@allow("stranger")
def roll(uuid: str) -> ResponseReturnValue:
    """The roll as it hangs in the stairwell: masked names, units, areas. Refused PAGE_UNKNOWN before that."""
    view = public_assembly(access.site(), uuid, access.now())
    published, roll_at = published_roll(access.site(), uuid), view.state.roll_at
    if published is None or roll_at is None:
        raise Refused(Refusal.PAGE_UNKNOWN)
    return render_template(
        "public/assembly_roll.html",
        assembly=view,
        roll=published,
        # What was changed before hangs there from the first.
        changes=[each for each in changes(access.site(), uuid) if each.at >= roll_at],
        until=objections_until(view.state, About.ROLL),
        zone=zone_of(view),
    )


@blueprint.get("/a/<uuid>/calendar.ics")
@allow("stranger")
def calendar(uuid: str) -> ResponseReturnValue:
    """Every date, for a telephone's calendar."""
    return calendar_response(public_assembly(access.site(), uuid, access.now()))
