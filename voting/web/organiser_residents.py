"""Registers of residents: import one like a register of units, and say who represents a household."""

from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _  # type: ignore[import-untyped]

from voting import language
from voting.errors import Refusal, Refused
from voting.rules.problems import WHAT_RESIDENTS_DO
from voting.rules.residents import RESIDENTS
from voting.services import registers, residents
from voting.web import access, display
from voting.web.access import LARGE_BODY, allow
from voting.web.upload import MAPPABLE, Upload, ask_for_columns, upload_of

blueprint = Blueprint(
    "organiser_residents", __name__, url_prefix="/organise/estates/<int:estate_id>/residents"
)


@blueprint.get("")
@allow("organiser")
def register(estate_id: int) -> ResponseReturnValue:
    """What is there now, household by household, and the form for a new file."""
    return _page(estate_id)


@blueprint.post("")
@allow("organiser", rate="30 per minute", body=LARGE_BODY)
def preview(estate_id: int) -> ResponseReturnValue:
    """The dry run: how many residents and households, every minor and every problem."""
    estate = registers.estate(access.site(), estate_id)
    try:
        upload = upload_of(RESIDENTS, "on")
        found = residents.preview_residents(upload.name, upload.body, _on(upload), upload.mapping, _today())
    except Refused as error:
        sentence = language.sentence(error, display.locale())
        if error.refusal in MAPPABLE:
            back, address = (
                url_for(f"organiser_residents.{page}", estate_id=estate_id)
                for page in ("register", "preview")
            )
            return ask_for_columns(upload, RESIDENTS, sentence, back=back, address=address)
        return _page(estate_id, sentence), 400
    return render_template(
        "organiser/residents_preview.html",
        estate=estate,
        upload=upload,
        preview=found,
        today=_today(),
        what_to_do=WHAT_RESIDENTS_DO,
    )


@blueprint.post("/import")
@allow("organiser", rate="30 per minute", body=LARGE_BODY)
def store(estate_id: int) -> ResponseReturnValue:
    """Store a clean file. The service refuses one with errors, whatever the form says."""
    upload = upload_of(RESIDENTS, "on")
    residents.import_residents(
        access.site(),
        estate_id,
        upload.name,
        upload.body,
        _on(upload),
        upload.mapping,
        access.actor(),
        access.now(),
        _today(),
    )
    flash(_("居民名册已导入。"))
    return redirect(url_for("organiser_residents.register", estate_id=estate_id))


@blueprint.post("/representative")
@allow("organiser")
def represent(estate_id: int) -> ResponseReturnValue:
    """Another member stands for a household from now on."""
    numbers = [request.form.get(name, "") for name in ("register", "resident")]
    if not all(number.isdecimal() and len(number) < 10 for number in numbers):
        raise Refused(Refusal.REQUEST_UNREADABLE)
    register_id, resident = map(int, numbers)
    residents.change_representative(
        access.site(),
        estate_id,
        register_id,
        resident,
        request.form.get("reason", "").strip(),
        access.actor(),
        access.now(),
    )
    flash(_("户代表已更换。已经制作的选票信不变。"))
    return redirect(url_for("organiser_residents.register", estate_id=estate_id))


def _page(estate_id: int, sentence: str | None = None) -> str:
    site = access.site()
    return render_template(
        "organiser/residents.html",
        estate=registers.estate(site, estate_id),
        residents=residents.residents(site, estate_id),
        today=_today(),
        sentence=sentence,
    )


def _today() -> date:
    return access.now().astimezone(display.page_zone()).date()


def _on(upload: Upload) -> date:
    """The day on which ages are counted. Refuses DAY_OUT_OF_RANGE(first, last) for what is no day."""
    try:
        return date.fromisoformat(dict(upload.also)["on"].strip())
    except ValueError:
        first, last = residents.days_of_ages(_today())
        raise Refused(Refusal.DAY_OUT_OF_RANGE, first=first.isoformat(), last=last.isoformat()) from None
