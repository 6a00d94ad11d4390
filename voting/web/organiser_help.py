"""求助 for organisers: who asked, who goes, what came of it; ballots cast with help, and by whose."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _  # type: ignore[import-untyped]

from voting.errors import Refusal, Refused
from voting.services import elections, help_requests, helped
from voting.services.help_requests import Outcome
from voting.web import access
from voting.web.access import allow
from voting.web.helper import role_words
from voting.web.resident_help import wanted_words

blueprint = Blueprint("organiser_help", __name__, url_prefix="/organise/elections/<uuid>/help")


@blueprint.get("")
@allow("organiser")
def requests(uuid: str) -> ResponseReturnValue:
    """The list, the volunteers, and who helped with how many ballots."""
    site = access.site()
    return render_template(
        "organiser/help.html",
        election=elections.election(site, uuid),
        requests=help_requests.help_requests(site, uuid),
        wanted_words=wanted_words(),
        outcome_words=_outcome_words(),
        volunteers=helped.volunteers(site, uuid),
        helpers=helped.helpers(site, uuid),
        role_words=role_words(),
        most=helped.UNREMARKED,
    )


@blueprint.post("/<int:number>")
@allow("organiser")
def change(uuid: str, number: int) -> ResponseReturnValue:
    """`who` goes, or which `outcome` it had."""
    site, actor, now = access.site(), access.actor(), access.now()
    if "who" in request.form:
        help_requests.take_help_request(site, uuid, number, request.form["who"], actor, now)
        flash(_("记下了谁去。办完以后请回来写结果。"))
    else:
        outcome = request.form.get("outcome")
        if outcome not in tuple(Outcome):
            raise Refused(Refusal.NOTHING_CHOSEN, field="outcome")
        help_requests.finish_help_request(site, uuid, number, Outcome(outcome), actor, now)
        flash(_("这一条办完了。"))
    return redirect(url_for("organiser_help.requests", uuid=uuid))


@blueprint.post("/volunteers")
@allow("organiser")
def volunteers(uuid: str) -> ResponseReturnValue:
    """The names of those whom the organisers send, one a line."""
    names = request.form.get("names", "").splitlines()
    helped.set_volunteers(access.site(), uuid, names, access.actor(), access.now())
    flash(_("名单已存下。"))
    return redirect(url_for("organiser_help.requests", uuid=uuid))


def _outcome_words() -> dict[str, str]:
    return {
        Outcome.HELPED.value: _("帮好了"),
        Outcome.PAPER.value: _("送了纸质票"),
        Outcome.ABSENT.value: _("没有找到人"),
        Outcome.NOT_NEEDED.value: _("本人说不用了"),
        Outcome.MISTAKEN.value: _("不是这一户要的"),
    }
