"""A register on its way through several pages: uploaded, its columns mapped if need be, looked at, stored.

Between the pages the file travels in the form itself: nothing of it lies on the server until it is clean,
and what comes back is read and judged again from the start.
"""

import base64
import binascii
from dataclasses import dataclass

from flask import render_template, request
from flask.typing import ResponseReturnValue

from voting.documents.spreadsheet import read_rows
from voting.errors import Refusal, Refused
from voting.rules.columns import Layout, guess_header

# Refusals that a person can settle by saying which column is which.
MAPPABLE = {
    Refusal.REGISTER_HEADER_NOT_FOUND,
    Refusal.REGISTER_COLUMN_MISSING,
    Refusal.REGISTER_COLUMN_AMBIGUOUS,
    Refusal.REGISTER_MAPPING_INVALID,
}


@dataclass(frozen=True)
class Upload:
    """The file as it came; `mapping` is field -> column from 0, or None to go by the columns' names.

    `also` are further fields of the form that have to travel along.
    """

    name: str
    body: bytes
    mapping: dict[str, int] | None
    also: tuple[tuple[str, str], ...] = ()

    @property
    def carried(self) -> str:
        """The body for a hidden field."""
        return base64.b64encode(self.body).decode()


def upload_of(layout: Layout, *also: str) -> Upload:
    """The file, fresh or carried along. Refuses FILE_MISSING and REQUEST_UNREADABLE."""
    more = tuple((name, request.form.get(name, "")) for name in also)
    fresh = request.files.get("register")
    if fresh is not None and fresh.filename:
        return Upload(fresh.filename[-120:], fresh.read(), None, more)
    carried = request.form.get("carried", "")
    if not carried:
        raise Refused(Refusal.FILE_MISSING)
    try:
        body = base64.b64decode(carried, validate=True)
    except binascii.Error:
        raise Refused(Refusal.REQUEST_UNREADABLE) from None
    chosen = {
        field: int(column)
        for field in layout.names
        if (column := request.form.get(f"column-{field}", "")).isdecimal() and len(column) < 4
    }
    return Upload(request.form.get("file_name", "")[-120:], body, chosen or None, more)


def ask_for_columns(
    upload: Upload, layout: Layout, sentence: str, *, back: str, address: str
) -> ResponseReturnValue:
    """The page on which a person says which column is what; it leads on to `address`."""
    rows = read_rows(upload.name, upload.body)
    header_row, header = guess_header(rows, layout)
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
        field: index
        for field, names in layout.names.items()
        for index, name, _example in columns
        if name in names
    }
    return render_template(
        "organiser/columns.html",
        back=back,
        address=address,
        upload=upload,
        sentence=sentence,
        header_row=header_row,
        columns=columns,
        fields=[(field, names[0], _group(layout, field)) for field, names in layout.names.items()],
        guessed=guessed,
    )


def _group(layout: Layout, field: str) -> list[str]:
    """The names of the columns of which one is needed, where this is one of them."""
    groups = (group for group in layout.needs if field in group)
    return [layout.names[each][0] for group in groups for each in group]
