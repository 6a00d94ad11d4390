"""Spreadsheets as they come from offices, and text that stays text on the way back."""

import csv
import io
import zipfile
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from voting.documents import spreadsheet
from voting.documents.spreadsheet import csv_text, read_rows, set_text
from voting.errors import Refusal, Refused
from voting.language import sentence


def workbook(fill: Callable[[Any], None]) -> bytes:
    book = Workbook()
    fill(book.active)
    return saved(book)


def saved(book: Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def with_cells(*rows: list[Any]) -> bytes:
    def fill(sheet: Any) -> None:
        for row in rows:
            sheet.append(row)

    return workbook(fill)


def with_sheet(body: bytes, change: Callable[[str], str]) -> bytes:
    """The workbook with its first sheet's XML changed by hand, as other programs write it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            content = old.read(part)
            if part == "xl/worksheets/sheet1.xml":
                content = change(content.decode()).encode()
            new.writestr(part, content)
    return buffer.getvalue()


def refusal_of(name: str, body: bytes) -> Refusal:
    with pytest.raises(Refused) as refused:
        read_rows(name, body)
    assert sentence(refused.value).endswith("。")
    return refused.value.refusal


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (142.1, "142.1"),
        (88.62, "88.62"),
        (88.625, "88.625"),
        (-88.62, "-88.62"),
        (0.01, "0.01"),
        (1e-7, "0.0000001"),
        (142, "142"),
        (142.0, "142"),
        (19900000001, "19900000001"),
        (430102194102020000.0, "4.3010219410202E+17"),
        (True, "TRUE"),
        (datetime(2026, 2, 1), "2026-02-01"),  # noqa: DTZ001 - a spreadsheet's date has no zone
        (datetime(2026, 2, 1, 12, 30), "2026-02-01T12:30:00"),  # noqa: DTZ001
        ("  两端有空格\u3000", "  两端有空格\u3000"),
        ('=HYPERLINK("http://127.0.0.1")', '=HYPERLINK("http://127.0.0.1")'),
        ("#N/A", "#N/A"),
    ],
)
def test_cells_become_text(value: object, text: str) -> None:
    assert read_rows("a.xlsx", with_cells(["x", value])) == [(1, ["x", text])]


def test_a_number_written_with_17_digits_is_the_number_that_was_typed() -> None:
    body = with_sheet(with_cells([142.1]), lambda xml: xml.replace("142.1", "142.09999999999999"))
    assert read_rows("a.xlsx", body) == [(1, ["142.1"])]


def test_a_formula_is_not_calculated() -> None:
    def fill(sheet: Any) -> None:
        sheet["A1"] = "=1+1"

    assert read_rows("a.xlsx", workbook(fill)) == [(1, ["=1+1"])]


def test_empty_rows_keep_their_place_and_merged_titles_are_one_cell() -> None:
    def fill(sheet: Any) -> None:
        sheet["A1"] = "清册"
        sheet.merge_cells("A1:C1")
        sheet["B4"] = "房号"

    assert read_rows("a.xlsx", workbook(fill)) == [(1, ["清册"]), (4, ["", "房号"])]


def test_an_empty_inline_text_is_an_empty_cell() -> None:
    body = with_sheet(
        with_cells(["甲", 1, 2]),
        lambda xml: xml.replace('<c r="B1" t="n"><v>1</v></c>', '<c r="B1" t="inlineStr"/>'),
    )
    assert read_rows("a.xlsx", body) == [(1, ["甲", "", "2"])]


def test_a_wrong_declared_size_hides_nothing() -> None:
    body = with_sheet(with_cells(["甲"], ["乙"]), lambda xml: xml.replace('ref="A1:A2"', 'ref="A1"'))
    assert len(read_rows("a.xlsx", body)) == 2


def test_one_visible_sheet_with_content() -> None:
    book = Workbook()
    book.active["A1"] = "甲"
    book.create_sheet("空")
    hidden = book.create_sheet("下拉")
    hidden["A1"] = "住宅"
    hidden.sheet_state = "hidden"
    assert read_rows("a.xlsx", saved(book)) == [(1, ["甲"])]
    book.create_sheet("二栋")["A1"] = "乙"
    assert refusal_of("a.xlsx", saved(book)) is Refusal.FILE_SEVERAL_SHEETS


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_encodings(encoding: str) -> None:
    body = '房号,姓名\r\n\r\n1-1-202,"䶮, 李"\r\n'.encode(encoding)
    assert read_rows("a.CSV", body) == [(1, ["房号", "姓名"]), (3, ["1-1-202", "䶮, 李"])]


@pytest.mark.parametrize("text", ["业", "联通", "a,业,1"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_words_that_are_valid_in_both_encodings(text: str, encoding: str) -> None:
    assert read_rows("a.csv", text.encode(encoding)) == [(1, text.split(","))]


@pytest.mark.parametrize("text", ["é", "Ж"])
def test_other_letters_of_utf_8(text: str) -> None:
    assert read_rows("a.csv", text.encode("utf-8-sig")) == [(1, [text])]


def test_a_line_break_inside_quotes_is_one_row() -> None:
    assert read_rows("a.csv", b'a,"b\nc"\nd\n') == [(1, ["a", "b\nc"]), (2, ["d"])]


@pytest.mark.parametrize(
    ("name", "body", "refusal"),
    [
        ("a.csv", b"", Refusal.FILE_EMPTY),
        ("a.csv", b" \r\n,,\r\n", Refusal.FILE_EMPTY),
        ("a.csv", b"\xef\xbb\xbf", Refusal.FILE_EMPTY),
        ("a.xlsx", with_cells(), Refusal.FILE_EMPTY),
        ("a.csv", b"\xff\xfea\x00", Refusal.FILE_ENCODING_UNKNOWN),
        ("a.csv", b"a\x00b", Refusal.FILE_ENCODING_UNKNOWN),
        ("a.csv", b'a\n"b', Refusal.FILE_CSV_MALFORMED),
        ("a.csv", b'"a"b', Refusal.FILE_CSV_MALFORMED),
        ("a.xlsx", b"a,b", Refusal.FILE_UNREADABLE),
        ("a.xlsx", b"PK\x03\x04" + b"x" * 100, Refusal.FILE_UNREADABLE),
        ("a.xlsx", with_cells(["a"])[:-30], Refusal.FILE_UNREADABLE),
        ("a.xls", b"a,b", Refusal.FILE_OLD_FORMAT),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Refusal.FILE_OLD_FORMAT),
        ("a.pdf", b"%PDF", Refusal.FILE_TYPE_UNKNOWN),
        ("csv", b"a,b", Refusal.FILE_TYPE_UNKNOWN),
    ],
)
def test_what_is_refused(name: str, body: bytes, refusal: Refusal) -> None:
    assert refusal_of(name, body) is refusal


def test_limits_on_both_sides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheet, "MAX_BYTES", 40)
    monkeypatch.setattr(spreadsheet, "MAX_ROWS", 3)
    monkeypatch.setattr(spreadsheet, "MAX_COLUMNS", 4)
    monkeypatch.setattr(spreadsheet, "MAX_CELL", 5)
    assert len(read_rows("a.csv", b"a\n\n\na\n\na\n")) == 3
    assert refusal_of("a.csv", b"a\n" * 4) is Refusal.FILE_TOO_MANY_ROWS
    assert read_rows("a.csv", b"a,b,c,d,,,") == [(1, ["a", "b", "c", "d"])]
    assert refusal_of("a.csv", b"a,b,c,d,e") is Refusal.FILE_TOO_MANY_COLUMNS
    assert read_rows("a.csv", b"aaaaa") == [(1, ["aaaaa"])]
    assert refusal_of("a.csv", b"aaaaaa") is Refusal.FILE_CELL_TOO_LONG
    assert read_rows("a.csv", b"a\n" + b" " * 3 + b"\n" * 35)
    assert refusal_of("a.csv", b"a" * 41) is Refusal.FILE_TOO_LARGE


def test_workbook_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheet, "MAX_ROWS", 3)
    monkeypatch.setattr(spreadsheet, "MAX_COLUMNS", 4)
    assert len(read_rows("a.xlsx", with_cells(["a"], ["a"], ["a"]))) == 3
    assert refusal_of("a.xlsx", with_cells(*[["a"]] * 4)) is Refusal.FILE_TOO_MANY_ROWS
    assert len(read_rows("a.xlsx", with_cells(list("abcd")))[0][1]) == 4
    assert refusal_of("a.xlsx", with_cells(list("abcde"))) is Refusal.FILE_TOO_MANY_COLUMNS


def test_a_workbook_that_unpacks_too_large_is_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    body = with_cells(["a" * 30_000])
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        size = sum(part.file_size for part in archive.infolist())
        parts = len(archive.infolist())
    monkeypatch.setattr(spreadsheet, "MAX_UNPACKED", size)
    monkeypatch.setattr(spreadsheet, "MAX_PARTS", parts)
    assert read_rows("a.xlsx", body)
    monkeypatch.setattr(spreadsheet, "MAX_PARTS", parts - 1)
    assert refusal_of("a.xlsx", body) is Refusal.FILE_UNPACKS_TOO_LARGE
    monkeypatch.setattr(spreadsheet, "MAX_PARTS", parts)
    monkeypatch.setattr(spreadsheet, "MAX_UNPACKED", size - 1)
    assert refusal_of("a.xlsx", body) is Refusal.FILE_UNPACKS_TOO_LARGE


def test_a_row_number_beyond_any_sheet_ends_in_a_refusal() -> None:
    body = with_sheet(
        with_cells(["a"]),
        lambda xml: xml.replace('r="1"', 'r="99999999999"').replace('r="A1"', 'r="A99999999999"'),
    )
    assert refusal_of("a.xlsx", body) in (Refusal.FILE_TOO_MANY_ROWS, Refusal.FILE_UNREADABLE)


FORMULAS = ['=HYPERLINK("http://127.0.0.1")', "+1+1", "-2+3", "@SUM(A1)", "\t=1", " =1", "＝1+1", "=1\n+1"]


@pytest.mark.parametrize("text", [*FORMULAS, "李月娥", "1-1-202", "-88.62", "#N/A", ""])
def test_text_stays_text_in_a_workbook(text: str) -> None:
    body = workbook(lambda sheet: set_text(sheet["A1"], text))
    cell = load_workbook(io.BytesIO(body)).active["A1"]
    assert cell.data_type != "f"
    assert (cell.value or "") == text
    assert bool(cell.quotePrefix) is (text in FORMULAS)


def test_unprintable_characters_do_not_stop_a_workbook() -> None:
    body = workbook(lambda sheet: set_text(sheet["A1"], "李\x00月\x0b娥"))
    assert read_rows("a.xlsx", body) == [(1, ["李月娥"])]


@pytest.mark.parametrize("text", FORMULAS)
def test_text_that_looks_like_a_formula_is_marked_in_a_csv(text: str) -> None:
    buffer = io.StringIO()
    csv.writer(buffer).writerow([csv_text(text)])
    assert read_rows("a.csv", buffer.getvalue().encode()) == [(1, [f"'{text}"])]


@pytest.mark.parametrize("text", ["李月娥", "1-1-202", "-88.62", "+1", ""])
def test_other_text_is_left_alone_in_a_csv(text: str) -> None:
    assert csv_text(text) == text
