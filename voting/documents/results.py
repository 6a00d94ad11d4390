"""The result as a workbook, for whoever wants to sum it again."""

import re
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from voting.documents.page import moment
from voting.documents.spreadsheet import set_text
from voting.documents.wording import Line, clause, dm2, ranked, scope_words, standing

_OWNERS, _AREA, _SHARE = "#,##0", "#,##0.00", "0.00%"
_HEAD = PatternFill("solid", fgColor="EFEBE1")
_TIMES = re.compile(rb"<dcterms:(created|modified)\b.*?</dcterms:\1>")
_THIN = Side(style="thin", color="B8B2A4")


def results_xlsx(rules: Mapping[str, Any], outcome: Mapping[str, Any]) -> bytes:
    """Sheets 结果 (the election) and 每题 (one row a choice) as .xlsx bytes.

    `rules` is rules.json, `outcome` is outcome.json (formats: voting.rules.outcome). Owners and m² are
    numbers, exact to the last digit; shares are fractions of those who took part. Every text is text,
    whatever it begins with.
    """
    book = Workbook()
    first = book.active
    assert isinstance(first, Worksheet)
    first.title = "结果"
    _election(first, rules, outcome)
    _questions(book.create_sheet("每题"), rules, outcome)
    return _undated(book)


def _undated(book: Workbook) -> bytes:
    """The workbook without the time of its making, so that the same result gives the same bytes."""
    saved, out = BytesIO(), BytesIO()
    book.save(saved)
    with zipfile.ZipFile(saved) as made, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as kept:
        for name in made.namelist():
            part = made.read(name)
            if name == "docProps/core.xml":
                part = _TIMES.sub(b"", part)
            kept.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), part, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _election(sheet: Worksheet, rules: Mapping[str, Any], outcome: Mapping[str, Any]) -> None:
    electorate, took_part = outcome["electorate"], outcome["participation"]
    quorum = Line.of(rules["quorum"])
    rows: list[Sequence[object]] = [
        ("小区", rules["estate"]),
        ("会议", rules["title"]),
        ("选举编号", outcome.get("uuid", "")),
        ("投票时间", f"{_shanghai(rules['opens_at'])} 至 {_shanghai(rules['closes_at'])}"),
        ("范围", scope_words(rules["scope"])),
        (),
        ("", "业主人数", "面积（平方米）"),
        ("应参与", electorate["owners"], Decimal(electorate["area_m2"])),
        ("实际参与", took_part["owners"], Decimal(took_part["area_m2"])),
        ("参与比例", *_shares(took_part, electorate)),
        (f"法定最少（{quorum.words}）", *_least(quorum, electorate)),
        ("是否达到", *("是" if outcome["quorum"][each] else "否" for each in ("owners", "area"))),
        ("投票是否有效", "有效：两项都达到" if outcome["quorum_met"] else "无效：未同时达到"),
    ]
    for number, cells in enumerate(rows, 1):
        for column, value in enumerate(cells, 1):
            _put(sheet, number, column, value, _AREA if column == 3 else _OWNERS)
        sheet.cell(number, 1).font = Font(bold=True)
    for column in (1, 2, 3):
        sheet.cell(7, column).font = Font(bold=True)
        sheet.cell(7, column).fill = _HEAD
        if column > 1:
            sheet.cell(10, column).number_format = _SHARE
            for line in (7, 12):
                sheet.cell(line, column).alignment = Alignment(horizontal="right")
    _paper(sheet, (26, 24, 24), landscape=False)


def _questions(sheet: Worksheet, rules: Mapping[str, Any], outcome: Mapping[str, Any]) -> None:
    head = (
        "题号",
        "事项",
        "法律条款",
        "须达到",
        "选项",
        "业主人数",
        "占参与人数",
        "面积（平方米）",
        "占参与面积",
        "结果",
    )
    for column, text in enumerate(head, 1):
        _put(sheet, 1, column, text, "")
        sheet.cell(1, column).font = Font(bold=True)
        sheet.cell(1, column).fill = _HEAD
    row = 2
    for number, question in enumerate(rules["questions"], 1):
        decided = outcome["questions"][question["id"]]
        motion = question["kind"] == "motion"
        for choice in question["choices"] if motion else ranked(question, decided):
            counted = decided["counts"][choice]
            if motion:
                result = ("通过" if decided["passed"] else "未通过") if choice == "同意" else ""
            else:
                result = standing(choice, decided, quorum_met=outcome["quorum_met"])
            owners_share, area_share = _shares(counted, outcome["participation"])
            cells: tuple[tuple[object, str], ...] = (
                (number, "0"),
                (question["text"], ""),
                (clause(question["matter"]), ""),
                (Line.of(question["approval"]).words, ""),
                (choice, ""),
                (counted["owners"], _OWNERS),
                (owners_share, _SHARE),
                (Decimal(counted["area_m2"]), _AREA),
                (area_share, _SHARE),
                (result, ""),
            )
            for column, (value, form) in enumerate(cells, 1):
                _put(sheet, row, column, value, form)
            row += 1
        for column in range(1, len(head) + 1):
            sheet.cell(row - 1, column).border = Border(bottom=_THIN)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:J{row - 1}"
    sheet.print_title_rows = "1:1"
    _paper(sheet, (6, 38, 26, 14, 14, 11, 12, 16, 12, 24), landscape=True)


def _put(sheet: Worksheet, row: int, column: int, value: object, form: str) -> None:
    """A text as text, a number with its format; nothing else is ever written."""
    cell = sheet.cell(row, column)
    assert isinstance(cell, Cell)  # no cells are merged here
    if isinstance(value, str):
        set_text(cell, value)
        cell.alignment = Alignment(vertical="top", wrap_text=True)
    elif isinstance(value, int | Decimal):
        cell.value = str(value)
        cell.data_type = (
            "n"  # a number as written: openpyxl would pass it through a float, to 9181.120000000001
        )
        cell.number_format = form
        cell.alignment = Alignment(vertical="top")


def _shares(part: Mapping[str, Any], whole: Mapping[str, Any]) -> tuple[object, object]:
    """Fractions on both measures; "—" of nothing."""
    pairs = ((part["owners"], whole["owners"]), (dm2(part["area_m2"]), dm2(whole["area_m2"])))
    owners, area = (round(Decimal(of) / total, 10) if total else "—" for of, total in pairs)
    return owners, area


def _least(line: Line, whole: Mapping[str, Any]) -> tuple[int, Decimal]:
    return line.least(whole["owners"]), Decimal(line.least(dm2(whole["area_m2"]))) / 100


def _shanghai(iso: str) -> str:
    return moment(datetime.fromisoformat(iso))


def _paper(sheet: Worksheet, widths: Sequence[int], *, landscape: bool) -> None:
    """Column widths in characters; A4, one page wide."""
    for column, wide in zip("ABCDEFGHIJ", widths, strict=False):
        sheet.column_dimensions[column].width = wide
    sheet.page_setup.paperSize = 9  # A4 in the format's own numbering
    sheet.page_setup.orientation = "landscape" if landscape else "portrait"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
