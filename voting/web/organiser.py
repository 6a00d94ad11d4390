"""The organisers' pages."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from voting.services import elections, registers
from voting.web import access
from voting.web.access import allow

blueprint = Blueprint("organiser", __name__, url_prefix="/organise")


@blueprint.get("")
@allow("organiser")
def home() -> ResponseReturnValue:
    """The one next step, then every election and register."""
    return render_template(
        "organiser/home.html",
        elections=elections.elections(access.site()),
        estates=registers.estates(access.site()),
    )
