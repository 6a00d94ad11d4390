"""What voters can read about each question, as organisers bring it."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _  # type: ignore[import-untyped]

from voting import language
from voting.errors import Refused
from voting.services import elections, materials
from voting.services.materials import LARGEST_UPLOAD, LONGEST_TITLE, MOST_ATTACHMENTS, Place
from voting.web import access, display
from voting.web.access import allow

blueprint = Blueprint("organiser_materials", __name__, url_prefix="/organise/elections/<uuid>/materials")


@blueprint.get("")
@allow("organiser")
def questions(uuid: str) -> ResponseReturnValue:
    """Every question with its candidates or plans, and what is said of each."""
    return _page(uuid)


@blueprint.post("/statement")
@allow("organiser")
def statement(uuid: str) -> ResponseReturnValue:
    """Write what is said; empty takes it away."""
    text = request.form.get("text", "")
    try:
        materials.write_statement(access.site(), uuid, _place(), text, access.actor(), access.now())
    except Refused as refused:
        return _page(uuid, refused, text), 400
    flash(_("文字已存下。"))
    return _back(uuid)


@blueprint.post("/photo")
@allow("organiser", body=LARGEST_UPLOAD + 64 * 1024)
def photo(uuid: str) -> ResponseReturnValue:
    """A candidate's photograph."""
    try:
        materials.add_photo(access.site(), uuid, _place(), _uploaded(), access.actor(), access.now())
    except Refused as refused:
        return _page(uuid, refused), 400
    flash(_("照片已存下。拍摄的地点、时间、手机型号都已去掉。"))
    return _back(uuid)


@blueprint.post("/attachment")
@allow("organiser", body=LARGEST_UPLOAD + 64 * 1024)
def attachment(uuid: str) -> ResponseReturnValue:
    """A paper or picture with a title."""
    title = request.form.get("title", "")
    try:
        materials.add_attachment(
            access.site(), uuid, _place(), title, _uploaded(), access.actor(), access.now()
        )
    except Refused as refused:
        return _page(uuid, refused), 400
    flash(_("附件已存下。"))
    return _back(uuid)


@blueprint.post("/<int:number>/remove")
@allow("organiser")
def remove(uuid: str, number: int) -> ResponseReturnValue:
    """Take a photograph or paper away."""
    try:
        materials.remove_material(access.site(), uuid, number, access.actor(), access.now())
    except Refused as refused:
        return _page(uuid, refused), 400
    flash(_("已撤下。"))
    return _back(uuid)


def _place() -> Place:
    return Place(request.form.get("question", ""), request.form.get("subject", ""))


def _uploaded() -> bytes:
    file = request.files.get("file")
    return file.read() if file else b""


def _back(uuid: str) -> ResponseReturnValue:
    anchor = request.form.get("anchor", "")
    return redirect(url_for("organiser_materials.questions", uuid=uuid, _anchor=anchor[:40] or None))


def _page(uuid: str, refused: Refused | None = None, text: str = "") -> str:
    view = elections.election(access.site(), uuid)
    return render_template(
        "organiser/materials.html",
        election=view,
        questions=materials.question_views(access.site(), uuid),
        fixed=view.issued_at is not None,
        sentence=language.sentence(refused, display.locale()) if refused else None,
        refused_at=_place() if refused else None,
        refused_text=text,
        most_attachments=MOST_ATTACHMENTS,
        longest_title=LONGEST_TITLE,
        largest=LARGEST_UPLOAD // 1024**2,
    )
