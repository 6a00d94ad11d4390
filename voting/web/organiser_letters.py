"""Issuing the letters: once, for everybody on the roll, with the files handed over in the same answer."""

import io
import zipfile

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from voting.errors import Refusal, Refused
from voting.rules.wording import check_wording
from voting.services import credentials, elections, secrecy_meter
from voting.services.site import Progress
from voting.services.views import Act, Issued
from voting.web import access
from voting.web.access import allow
from voting.web.public import base_url
from voting.web.streaming import Download, Ending, answer

blueprint = Blueprint("organiser_letters", __name__, url_prefix="/organise/elections/<uuid>")

# The names inside the ZIP, in Chinese: the people who print and keep them read nothing else.
LETTERS, POSTER, KEPT = "选票信.pdf", "楼道海报.pdf", "投票码文件-交保管人.votecodes"


@blueprint.route("/letters", methods=["GET", "POST"])
@allow("organiser", rate="20 per minute")
def issue(uuid: str) -> ResponseReturnValue:
    """Freeze the roll, make every letter, and hand over the one file with the private halves."""
    site, actor, now = access.site(), access.actor(), access.now()
    view = elections.election(site, uuid)
    if request.method == "GET":
        if Act.ISSUE not in elections.next_acts(view, now):
            raise Refused(Refusal.ACT_NOT_NOW)
        doubts = [each for asked in view.agenda.questions for each in check_wording(asked)]
        return render_template(
            "organiser/issue.html",
            title=view.title,
            back=url_for("organiser_election.election", uuid=uuid),
            elections=[view],
            help_text=credentials.DEFAULT_HELP,
            doubts=doubts,
            forecasts=[secrecy_meter.prospect(site, uuid)],
        )
    passphrase, help_text = asked_at_issue()
    address, to = base_url(), url_for("organiser_election.election", uuid=uuid)
    name = f"{view.title}-选票信.zip"

    def act(progress: Progress | None) -> Ending:
        issued = credentials.issue_credentials(
            site, uuid, passphrase, address, actor, now, progress, help_text
        )
        return Download(name, "application/zip", packed(issued), to)

    return answer(act)


def asked_at_issue() -> tuple[str, str]:
    """The passphrase, typed twice, and what every letter says of help. Refuses PASSPHRASES_DIFFER."""
    passphrase = request.form.get("passphrase", "")
    if passphrase != request.form.get("again", ""):
        raise Refused(Refusal.PASSPHRASES_DIFFER)
    return passphrase, request.form.get("help", "").strip()[:200] or credentials.DEFAULT_HELP


def packed(issued: Issued) -> bytes:
    """The three files as one ZIP, stored and not compressed: PDFs are so already."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(LETTERS, issued.letters)
        archive.writestr(POSTER, issued.poster)
        archive.writestr(KEPT, issued.credential_file)
    return whole.getvalue()
