"""Importing a register of units: upload, map columns if need be, look at everything, then store."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _  # type: ignore[import-untyped]

from voting import language
from voting.errors import Refused
from voting.rules.columns import UNITS
from voting.rules.problems import WHAT_TO_DO
from voting.services import registers
from voting.web import access, display
from voting.web.access import LARGE_BODY, allow
from voting.web.upload import MAPPABLE, ask_for_columns, upload_of

blueprint = Blueprint("organiser_register", __name__, url_prefix="/organise/estates/<int:estate_id>/register")


@blueprint.get("")
@allow("organiser")
def register(estate_id: int) -> ResponseReturnValue:
    """What is there now, and the form for a new file."""
    estate = registers.estate(access.site(), estate_id)
    return render_template("organiser/register.html", estate=estate, sentence=None)


@blueprint.post("")
@allow("organiser", rate="30 per minute", body=LARGE_BODY)
def preview(estate_id: int) -> ResponseReturnValue:
    """The dry run: totals and every problem; the page for columns when one is not recognised."""
    estate = registers.estate(access.site(), estate_id)
    try:
        upload = upload_of(UNITS)
        found = registers.preview_register(access.site(), upload.name, upload.body, upload.mapping)
    except Refused as error:
        sentence = language.sentence(error, display.locale())
        if error.refusal in MAPPABLE:
            back = url_for("organiser_register.register", estate_id=estate_id)
            address = url_for("organiser_register.preview", estate_id=estate_id)
            return ask_for_columns(upload, UNITS, sentence, back=back, address=address)
        return render_template("organiser/register.html", estate=estate, sentence=sentence), 400
    return render_template(
        "organiser/preview.html",
        estate=estate,
        upload=upload,
        preview=found,
        what_to_do=WHAT_TO_DO,
    )


@blueprint.post("/import")
@allow("organiser", rate="30 per minute", body=LARGE_BODY)
def store(estate_id: int) -> ResponseReturnValue:
    """Store a clean file. The service refuses one with errors, whatever the form says."""
    upload = upload_of(UNITS)
    registers.import_register(
        access.site(), estate_id, upload.name, upload.body, upload.mapping, access.actor(), access.now()
    )
    flash(_("名册已导入。"))
    return redirect(url_for("organiser.home"))
