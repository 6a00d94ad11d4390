"""Spreadsheets in and out: rows of text from .xlsx and .csv, and text that stays text on the way back.

Reading: every cell becomes text and nothing is calculated. A formula is its own text, a number its shortest
decimal writing, an empty cell the empty text. The content decides what a file is; its name only has to agree.
Every refusal is FILE_…; nothing else is raised, whatever the bytes.

Writing: a cell that begins like a formula would be run by the program that opens the file (CWE-1236), so
every text goes through `set_text` or `csv_text`.
"""

import codecs
import csv
import io
import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from openpyxl import load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell

from voting.errors import Refusal, Refused
from voting.rules.formula import begins_like_formula
from voting.rules.register import Rows

MAX_BYTES = 8 * 1024 * 1024  # a register of 20,000 units is about 1 MB
MAX_UNPACKED = 64 * 1024 * 1024  # bytes of all parts of an .xlsx; the same register is about 20 MB
MAX_PARTS = 1000  # files inside an .xlsx; a plain workbook has about ten
MAX_ROWS = 50_000  # rows with content: the largest estates have some 20,000 units
MAX_COLUMNS = 100  # of one row; registers have about ten
MAX_CELL = 32_767  # characters: a cell of Excel holds no more
_GRID_ROWS = 200_000  # empty ones included, each of which costs ten microseconds to pass over
_EXACT_TO = 10**15  # Excel keeps 15 digits: a longer number in a cell has lost its end

_ZIP = b"PK\x03\x04"
_HAN = re.compile(r"[㐀-䶿一-鿿\U00020000-\U0003ffff]")
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"  # .xls, and any workbook under a password


def read_rows(file_name: str, body: bytes) -> Rows:
    """The rows that have any content, each with its number as the spreadsheet shows it, from 1.

    Trailing empty cells are dropped; spaces are kept. Refused FILE_….
    """
    extension = file_name.lower().rpartition(".")[2] if "." in file_name else ""
    if not body.strip():
        raise Refused(Refusal.FILE_EMPTY)
    if len(body) > MAX_BYTES:
        raise Refused(Refusal.FILE_TOO_LARGE, megabytes=MAX_BYTES // 1024 // 1024)
    if body.startswith(_OLD_OFFICE) or extension in ("xls", "et"):
        raise Refused(Refusal.FILE_OLD_FORMAT)
    if extension not in ("xlsx", "csv"):
        raise Refused(Refusal.FILE_TYPE_UNKNOWN)
    if extension == "xlsx" and not body.startswith(_ZIP):
        raise Refused(Refusal.FILE_UNREADABLE)
    rows = _read_xlsx(body) if body.startswith(_ZIP) else _read_csv(body)
    if not rows:
        raise Refused(Refusal.FILE_EMPTY)
    return rows


def _bounded(numbered: Iterable[tuple[int, Sequence[str]]]) -> Rows:
    rows: Rows = []
    for number, cells in numbered:
        if number > _GRID_ROWS or len(rows) > MAX_ROWS:
            raise Refused(Refusal.FILE_TOO_MANY_ROWS, rows=MAX_ROWS)
        kept = list(cells)
        while kept and not kept[-1].strip():
            kept.pop()
        if not kept:
            continue
        if len(kept) > MAX_COLUMNS:
            raise Refused(Refusal.FILE_TOO_MANY_COLUMNS, row=number, columns=MAX_COLUMNS)
        if any(len(cell) > MAX_CELL for cell in kept):
            raise Refused(Refusal.FILE_CELL_TOO_LONG, row=number)
        rows.append((number, kept))
    if len(rows) > MAX_ROWS:
        raise Refused(Refusal.FILE_TOO_MANY_ROWS, rows=MAX_ROWS)
    return rows


def _strictly(body: bytes, encoding: str) -> str | None:
    try:
        return body.decode(encoding)
    except UnicodeDecodeError:
        return None


def _decode(body: bytes) -> str:
    """UTF-8 or GB18030, both read strictly.

    Bytes that are both, without a byte order mark, are UTF-8 if that makes Chinese of them: in a few words
    of GB18030 (业, 联通) every pair of bytes is also a Cyrillic or Arabic letter of UTF-8.
    """
    text, chinese = _strictly(body, "utf-8-sig"), _strictly(body, "gb18030")
    if text is None or not (text.isascii() or body.startswith(codecs.BOM_UTF8) or _HAN.search(text)):
        text = chinese if chinese is not None and _HAN.search(chinese) else text
    # A text file has no such characters; a picture or a UTF-16 file has.
    if text is None or "\x00" in text:
        raise Refused(Refusal.FILE_ENCODING_UNKNOWN)
    return text


def _read_csv(body: bytes) -> Rows:
    reader = csv.reader(io.StringIO(_decode(body), newline=""), strict=True)
    try:
        return _bounded(enumerate(reader, start=1))
    except csv.Error:
        raise Refused(Refusal.FILE_CSV_MALFORMED, line=reader.line_num) from None


def _check_parts(body: bytes) -> None:
    """Refuse a workbook that would not fit in memory, before anything is unpacked.

    `zipfile` never reads more of a part than its directory entry declares, so the declared sizes hold.
    """
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        parts = archive.infolist()
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise Refused(Refusal.FILE_UNPACKS_TOO_LARGE, megabytes=MAX_UNPACKED // 1024 // 1024)


def _read_xlsx(body: bytes) -> Rows:
    try:
        _check_parts(body)
        with warnings.catch_warnings():
            # openpyxl warns of parts that it skips (print settings, drop-down lists): none is a cell.
            warnings.simplefilter("ignore")
            book = load_workbook(io.BytesIO(body), read_only=True, data_only=False, keep_links=False)
            try:
                return _only_sheet(book.worksheets)
            finally:
                book.close()
    except Refused:
        raise
    except Exception:  # a broken archive surfaces as any of a dozen types of zipfile, zlib, expat, openpyxl
        raise Refused(Refusal.FILE_UNREADABLE) from None


def _only_sheet(sheets: Iterable[Any]) -> Rows:
    """The rows of the one visible sheet with content: the first of several would lose units."""
    visible = [sheet for sheet in sheets if sheet.sheet_state == "visible"]
    filled = [rows for sheet in visible if (rows := _bounded(_cells(sheet)))]
    if len(filled) > 1:
        raise Refused(Refusal.FILE_SEVERAL_SHEETS, sheets=len(filled))
    return filled[0] if filled else []


def _cells(sheet: Any) -> Iterator[tuple[int, list[str]]]:
    # The declared size of a sheet is often wrong, and a stray cell far to the right would widen every row.
    sheet.reset_dimensions()
    rows = sheet.iter_rows(min_row=1, min_col=1, max_col=MAX_COLUMNS + 1, values_only=True)
    for number, values in enumerate(rows, start=1):
        yield number, [_text(value) for value in values]


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return "TRUE" if value else "FALSE"
        case int():
            return str(value)
        case float():
            return _decimal(value)
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case datetime() | date() | time():
            return value.isoformat()
    # An array formula is an object that carries its text; a table formula has none to show.
    return str(getattr(value, "text", None) or "=")


def _decimal(value: float) -> str:
    """The shortest decimal that is this double: 142.1, not 142.09999….

    Beyond 15 digits in E notation, so that an identity number that the spreadsheet rounded is seen to be so.
    """
    if abs(value) >= _EXACT_TO or value != value:
        return f"{value!r}".upper()
    written = format(Decimal(repr(value)), "f")
    return written.removesuffix(".0")


def set_text(cell: Cell, text: str) -> None:
    """Write text into a cell of an .xlsx so that it is text, also after someone has edited the cell there."""
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", text)
    cell.data_type = "s"
    if begins_like_formula(text):
        cell.quotePrefix = True


def csv_text(text: str) -> str:
    """Text for a .csv, where only an apostrophe in front keeps spreadsheet programs from running it."""
    return f"'{text}" if begins_like_formula(text) else text
