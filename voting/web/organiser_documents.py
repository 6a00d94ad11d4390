"""The papers that an assembly needs: each as PDF to print and as a file to edit, and all as one package."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from voting.services import documents, elections
from voting.services.views import ElectionView
from voting.web import access
from voting.web.access import allow
from voting.web.public import base_url
from voting.web.streaming import Download, attachment

blueprint = Blueprint("organiser_documents", __name__, url_prefix="/organise/elections/<uuid>/documents")


def _address(view: ElectionView) -> str:
    """Where the QR code of every paper leads: an assembly's page is public before an election's is."""
    if view.assembly is not None:
        return base_url() + url_for("assemblies.assembly", uuid=view.assembly.uuid)
    return base_url() + url_for("public.election", uuid=view.uuid)


@blueprint.get("")
@allow("organiser")
def papers(uuid: str) -> ResponseReturnValue:
    """Every paper, with what it waits for."""
    view = elections.election(access.site(), uuid)
    listed = documents.papers(access.site(), uuid, _address(view))
    return render_template("organiser/documents.html", election=view, papers=listed)


@blueprint.get("/<key>.<form>")
@allow("organiser")
def paper(uuid: str, key: str, form: str) -> ResponseReturnValue:
    """One paper as PDF or `.docx`."""
    view = elections.election(access.site(), uuid)
    name, media_type, body = documents.made_paper(access.site(), uuid, _address(view), key, form)
    return attachment(Download(name, media_type, body, ""))


@blueprint.get("/package")
@allow("organiser")
def filing(uuid: str) -> ResponseReturnValue:
    """Everything that can be made by now, as one ZIP."""
    view = elections.election(access.site(), uuid)
    body = documents.filing_package(access.site(), uuid, _address(view))
    return attachment(Download(f"{view.title}-备案资料.zip", "application/zip", body, ""))
