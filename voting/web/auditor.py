"""The auditors' pages: a record that reads like a dossier. Organisers may read it too."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from voting.services import elections as services
from voting.web import access
from voting.web.access import allow

blueprint = Blueprint("auditor", __name__, url_prefix="/audit")


@blueprint.get("")
@allow("auditor", "organiser")
def elections() -> ResponseReturnValue:
    """Every election there is a record of."""
    return render_template("auditor/elections.html", elections=services.elections(access.site()))
