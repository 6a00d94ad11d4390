"""What voters can read before they vote, without any code: a page for each question, and files by digest."""

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.http import quote_etag

from voting.errors import Refused
from voting.rules.questions import CommitteeContest
from voting.services import elections, materials
from voting.services.pdfs import MEDIA_TYPE as PDF
from voting.web import access
from voting.web.access import allow
from voting.web.assets import FOR_GOOD
from voting.web.streaming import Download, attachment

blueprint = Blueprint("materials", __name__)

# A file of somebody else's: should a browser take it for a page after all, nothing in it may run or load.
_POLICY = "default-src 'none'; sandbox"


@blueprint.get("/e/<uuid>/questions/<question>")
@allow("stranger")
def question(uuid: str, question: str) -> ResponseReturnValue:
    """One question: each candidate in the same frame, or the text with its papers."""
    shown = materials.published_question(access.site(), uuid, question)
    view = elections.election(access.site(), uuid)
    number = [each.id for each in view.agenda.questions].index(question) + 1
    return render_template("public/question.html", election=view, shown=shown, number=number)


@blueprint.get("/materials/<digest>")
@allow("stranger")
def file(digest: str) -> ResponseReturnValue:
    """A photograph or paper; its address says what is in it, so browsers keep it for good."""
    if request.if_none_match.contains(digest):
        response = Response(status=304)
    else:
        found = materials.material_file(access.site(), digest)
        if found.media_type == PDF:
            response = attachment(Download(f"{found.title}.pdf", PDF, found.body, ""))
        else:
            response = Response(found.body, mimetype=found.media_type)
    response.headers["Content-Security-Policy"] = _POLICY
    response.headers["Cache-Control"] = FOR_GOOD
    response.headers["ETag"] = quote_etag(digest)
    return response


def readable(uuid: str) -> set[str]:
    """The questions of an election whose page says more than the question does: a contest's always, for its
    candidates. None while nothing may be read yet."""
    try:
        shown = materials.published_questions(access.site(), uuid)
    except Refused:
        return set()
    return {
        each.question.id for each in shown if isinstance(each.question, CommitteeContest) or not each.empty
    }
