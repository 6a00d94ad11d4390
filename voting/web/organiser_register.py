"""Importing a register: upload, map columns if need be, look at everything, then store.

Between the pages the file travels in the form itself: nothing of it lies on the server until it is clean,
and what comes back is read and judged again from the start.
"""

import base64
import binascii
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _  # type: ignore[import-untyped]

from voting import language
from voting.documents.spreadsheet import read_rows
from voting.errors import Refusal, Refused
from voting.rules.columns import NAMES, guess_header
from voting.rules.problems import WHAT_TO_DO
from voting.services import registers
from voting.web import access, display
from voting.web.access import LARGE_BODY, allow

blueprint = Blueprint("organiser_register", __name__, url_prefix="/organise/estates/<int:estate_id>/register")

# Refusals that a person can settle by saying which column is which.
_MAPPABLE = {
    Refusal.REGISTER_HEADER_NOT_FOUND,
    Refusal.REGISTER_COLUMN_MISSING,
    Refusal.REGISTER_COLUMN_AMBIGUOUS,
    Refusal.REGISTER_MAPPING_INVALID,
}


@dataclass(frozen=True)
class Upload:
    """The file as it came; `mapping` is field -> column from 0, or None to go by the columns' names."""

    name: str
    body: bytes
    mapping: dict[str, int] | None

    @property
    def carried(self) -> str:
        """The body for a hidden field."""
        return base64.b64encode(self.body).decode()


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
        upload = _upload()
        found = registers.preview_register(access.site(), upload.name, upload.body, upload.mapping)
    except Refused as error:
        sentence = language.sentence(error, display.locale())
        if error.refusal in _MAPPABLE:
            return _ask_for_columns(estate_id, estate.name, upload, sentence)
        return render_template("organiser/register.html", estate=estate, sentence=sentence), 400
    return render_template(
        "organiser/preview.html",
        estate=estate,
        upload=upload,
        preview=found,
        what_to_do=WHAT_TO_DO,
        names=NAMES,
    )


@blueprint.post("/import")
@allow("organiser", rate="30 per minute", body=LARGE_BODY)
def store(estate_id: int) -> ResponseReturnValue:
    """Store a clean file. The service refuses one with errors, whatever the form says."""
    upload = _upload()
    registers.import_register(
        access.site(), estate_id, upload.name, upload.body, upload.mapping, access.actor(), access.now()
    )
    flash(_("名册已导入。"))
    return redirect(url_for("organiser.home"))


def _ask_for_columns(estate_id: int, estate: str, upload: Upload, sentence: str) -> ResponseReturnValue:
    rows = read_rows(upload.name, upload.body)
    header_row, header = guess_header(rows)
    below = [cells for row, cells in rows if row > header_row][:3]
    width = max(len(cells) for _row, cells in rows)
    columns = []
    for index in range(width):
        name = header[index].strip() if index < len(header) else ""
        example = next(
            (cells[index].strip() for cells in below if index < len(cells) and cells[index].strip()), ""
        )
        if name or example:
            columns.append((index, name, example))
    guessed = upload.mapping or {
        field: index for field, names in NAMES.items() for index, name, _example in columns if name in names
    }
    return render_template(
        "organiser/columns.html",
        estate_id=estate_id,
        estate=estate,
        upload=upload,
        sentence=sentence,
        header_row=header_row,
        columns=columns,
        fields=NAMES,
        guessed=guessed,
    )


def _upload() -> Upload:
    """The file, fresh or carried along. Refuses FILE_MISSING and REQUEST_UNREADABLE."""
    fresh = request.files.get("register")
    if fresh is not None and fresh.filename:
        return Upload(fresh.filename[-120:], fresh.read(), None)
    carried = request.form.get("carried", "")
    if not carried:
        raise Refused(Refusal.FILE_MISSING)
    try:
        body = base64.b64decode(carried, validate=True)
    except binascii.Error:
        raise Refused(Refusal.REQUEST_UNREADABLE) from None
    chosen = {
        field: int(column)
        for field in NAMES
        if (column := request.form.get(f"column-{field}", "")).isdecimal() and len(column) < 4
    }
    return Upload(request.form.get("file_name", "")[-120:], body, chosen or None)
