"""No bytes make a reader raise anything but a refusal."""

import csv
import io
import zipfile

from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from voting.documents.spreadsheet import read_rows, set_text
from voting.errors import Refused
from voting.rules.columns import Rows

NAMES = st.sampled_from(["a.xlsx", "a.csv", "a.XLSX", "a", "a.xls", ""])


def _workbook() -> bytes:
    book = Workbook()
    for row in (["房号", "业主"], ["1-1-101", "张三"], [1, 142.1]):
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


WORKBOOK = _workbook()
with zipfile.ZipFile(io.BytesIO(WORKBOOK)) as _archive:
    PARTS = {part: _archive.read(part) for part in _archive.namelist()}


def read(name: str, body: bytes) -> None:
    refusal = "file-"
    rows: Rows = [(1, ["refused"])]
    try:
        rows = read_rows(name, body)
    except Refused as refused:
        refusal = refused.refusal
    assert refusal.startswith("file-")
    assert rows
    assert all(number > 0 and any(cell.strip() for cell in cells) for number, cells in rows)


@given(NAMES, st.binary(max_size=300))
def test_any_bytes(name: str, body: bytes) -> None:
    read(name, body)


@given(NAMES, st.binary(max_size=300))
def test_any_bytes_that_begin_like_a_workbook(name: str, body: bytes) -> None:
    read(name, b"PK\x03\x04" + body)


@settings(deadline=None)
@given(st.integers(0, len(WORKBOOK) - 1), st.binary(min_size=1, max_size=4))
def test_a_workbook_with_some_bytes_altered(position: int, piece: bytes) -> None:
    read("a.xlsx", WORKBOOK[:position] + piece + WORKBOOK[position + len(piece) :])


@settings(deadline=None)
@given(st.sampled_from(sorted(PARTS)), st.integers(0, 2000), st.integers(0, 40), st.text(max_size=10))
def test_a_workbook_with_a_part_altered(part: str, position: int, length: int, piece: str) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in PARTS.items():
            at = position % (len(content) + 1)
            altered = content[:at] + piece.encode("utf-8", "surrogatepass") + content[at + length :]
            archive.writestr(name, altered if name == part else content)
    read("a.xlsx", buffer.getvalue())


TABLES = st.lists(
    st.lists(st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=8), min_size=1, max_size=5),
    max_size=5,
)


@given(TABLES, st.sampled_from(["utf-8-sig", "gb18030"]))
def test_a_csv_gives_back_its_text(table: list[list[str]], encoding: str) -> None:
    marked = [["业", *row, "主"] for row in table] or [["业"]]
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows(marked)
    assert read_rows("a.csv", buffer.getvalue().encode(encoding)) == list(enumerate(marked, start=1))


@settings(deadline=None)
@given(TABLES)
def test_a_workbook_gives_back_its_text(table: list[list[str]]) -> None:
    marked = [["业", *row, "主"] for row in table] or [["业"]]
    book = Workbook()
    for row, cells in enumerate(marked, start=1):
        for column, cell in enumerate(cells, start=1):
            set_text(book.active.cell(row, column), cell)
    buffer = io.BytesIO()
    book.save(buffer)
    assert read_rows("a.xlsx", buffer.getvalue()) == list(enumerate(marked, start=1))
