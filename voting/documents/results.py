"""The result as a workbook, for whoever wants to sum it again."""

import re
import zipfile
from collections.abc import Mapping, Sequence
from decimal import Decimal
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from voting.documents.question_report import terms_of
from voting.documents.report import ReportFacts, hours
from voting.documents.spreadsheet import set_text
from voting.documents.wording import MEASURES, Line, amount, clause, ranked, scope_words, standing
from voting.rules.agenda_form import Agenda
from voting.rules.area import area_m2
from voting.rules.document import rules_agenda
from voting.rules.questions import CommitteeContest, Plans, Question, ballot_questions, question_rule
from voting.rules.revoting import Revoting
from voting.rules.thresholds import QUORUM

_OWNERS, _AREA, _SHARE = "#,##0", "#,##0.00", "0.00%"
_HEAD = PatternFill("solid", fgColor="EFEBE1")
_TIMES = re.compile(rb"<dcterms:(created|modified)\b.*?</dcterms:\1>")
_THIN = Side(style="thin", color="B8B2A4")


def results_xlsx(rules: Mapping[str, Any], outcome: Mapping[str, Any], facts: ReportFacts) -> bytes:
    """Sheets 结果 (the election) and 每题 (one row a choice) as .xlsx bytes.

    `rules` is rules.json, `outcome` is outcome.json (formats: voting.rules.outcome); of `facts` come the
    hours, as announced, prolonged and kept. Owners and m² are numbers, exact to the last digit; shares are
    fractions of those who took part; deemed votes have a sheet of their own. Every text is text, whatever
    it begins with.
    """
    book = Workbook()
    first = book.active
    assert isinstance(first, Worksheet)
    first.title = "结果"
    agenda = rules_agenda(rules)
    _election(first, rules, agenda, outcome, facts)
    _questions(book.create_sheet("每题"), agenda, outcome)
    if "with_deemed" in outcome:
        # The votes cast stand alone in the sheets before.
        _questions(book.create_sheet("计入未投票的"), agenda, outcome | outcome["with_deemed"])
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


def _election(
    sheet: Worksheet,
    rules: Mapping[str, Any],
    agenda: Agenda,
    outcome: Mapping[str, Any],
    facts: ReportFacts,
) -> None:
    electorate, took_part = outcome["electorate"], outcome["participation"]
    measures = terms_of(agenda).measures
    quorum = question_rule(agenda.questions[0]).quorum or QUORUM
    line = Line(quorum)
    least = {each: line.least(amount(electorate, each)) for each in measures}
    by_law = "法定" if terms_of(agenda).of_owners else ""
    met = {each: quorum.met(amount(took_part, each), amount(electorate, each)) for each in measures}
    above: list[Sequence[object]] = [
        ("小区", rules["estate"]),
        ("会议", rules["title"]),
        ("选举编号", outcome.get("uuid", "")),
        *hours(rules, facts),
        ("范围", scope_words(rules["scope"], of_owners=terms_of(agenda).of_owners)),
        (),
    ]
    rows = [
        *above,
        ("", *(_heading(each) for each in measures)),
        ("应参与", *(_cell(each, amount(electorate, each)) for each in measures)),
        ("实际参与", *(_cell(each, amount(took_part, each)) for each in measures)),
        ("参与比例", *(_share(amount(took_part, each), amount(electorate, each)) for each in measures)),
        (
            f"{by_law}最少（{line.words}）",
            *(_cell(each, least[each]) for each in measures),
        ),
        ("是否达到", *("是" if met[each] else "否" for each in measures)),
        ("投票是否有效", _validity(outcome, len(measures))),
        *([("改投过、不计的票（张）", facts.replaced)] if agenda.revoting is not Revoting.NONE else []),
    ]
    for number, cells in enumerate(rows, 1):
        for column, value in enumerate(cells, 1):
            _put(sheet, number, column, value, _AREA if column == 3 else _OWNERS)
        sheet.cell(number, 1).font = Font(bold=True)
    head = len(above) + 1
    for column in range(1, len(measures) + 2):
        sheet.cell(head, column).font = Font(bold=True)
        sheet.cell(head, column).fill = _HEAD
        if column > 1:
            sheet.cell(head + 3, column).number_format = _SHARE
            for row in (head, head + 5):
                sheet.cell(row, column).alignment = Alignment(horizontal="right")
    _paper(sheet, (26, 24, 24), landscape=False)


def _validity(outcome: Mapping[str, Any], measures: int) -> str:
    if outcome["quorum_met"]:
        return "有效：两项都达到" if measures > 1 else "有效：达到"
    return "无效：未同时达到" if measures > 1 else "无效：未达到"


def _heading(measure: str) -> str:
    return "面积（平方米）" if measure == "area" else MEASURES[measure][0]


def _questions(sheet: Worksheet, agenda: Agenda, outcome: Mapping[str, Any]) -> None:
    measures = terms_of(agenda).measures
    shares = {"owners": "占参与人数", "heads": "占参与人数", "area": "占参与面积"}
    counted = [name for each in measures for name in (_heading(each), shares[each])]
    head = ("题号", "事项", "法律条款", "须达到", "选项", *counted, "结果")
    for column, text in enumerate(head, 1):
        _put(sheet, 1, column, text, "")
        sheet.cell(1, column).font = Font(bold=True)
        sheet.cell(1, column).fill = _HEAD
    row = 2
    for number, question in enumerate(agenda.questions, 1):
        for choice, counts, result in _choices(question, outcome):
            cells: list[tuple[object, str]] = [
                (number, "0"),
                (question.text, ""),
                (clause(question.matter), ""),
                (Line(question_rule(question).approval).words, ""),
                (choice, ""),
            ]
            for each in measures:
                part = amount(counts, each)
                cells.append((_cell(each, part), _AREA if each == "area" else _OWNERS))
                cells.append((_share(part, amount(outcome["participation"], each)), _SHARE))
            for column, (value, form) in enumerate([*cells, (result, "")], 1):
                _put(sheet, row, column, value, form)
            row += 1
        for column in range(1, len(head) + 1):
            sheet.cell(row - 1, column).border = Border(bottom=_THIN)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(head))}{row - 1}"
    sheet.print_title_rows = "1:1"
    wide = {"owners": (11, 12), "heads": (11, 12), "area": (16, 12)}
    widths = (6, 38, 26, 14, 14, *(each for name in measures for each in wide[name]), 24)
    _paper(sheet, widths, landscape=True)


def _choices(question: Question, outcome: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any], str]]:
    """Each choice with its counts and what became of it."""
    decided = outcome["questions"][question.id]
    counts = decided["counts"]
    if isinstance(question, CommitteeContest):
        quorum_met = decided.get("quorum_met", outcome["quorum_met"])
        results = {name: standing(name, decided, quorum_met=quorum_met) for name in ranked(question, decided)}
        if not question.each:
            return [(name, counts[name], result) for name, result in results.items()]
        return [
            (f"{name}：{answer}", counts[name][answer], result if answer == "同意" else "")
            for name, result in results.items()
            for answer in counts[name]
        ]
    answers = ballot_questions(question)[0].answers
    if isinstance(question, Plans):
        return [(each, counts[each], "选定" if each == decided["chosen"] else "") for each in answers]
    passed = "通过" if decided["passed"] else "未通过"
    return [(each, counts[each], passed if each == "同意" else "") for each in answers]


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


def _cell(measure: str, number: int) -> object:
    """Heads, or m² from 0.01 m²."""
    return Decimal(area_m2(number)) if measure == "area" else number


def _share(part: int, whole: int) -> object:
    """A fraction; "—" of nothing."""
    return round(Decimal(part) / whole, 10) if whole else "—"


def _paper(sheet: Worksheet, widths: Sequence[int], *, landscape: bool) -> None:
    """Column widths in characters; A4, one page wide."""
    for column, wide in zip("ABCDEFGHIJ", widths, strict=False):
        sheet.column_dimensions[column].width = wide
    sheet.page_setup.paperSize = 9  # A4 in the format's own numbering
    sheet.page_setup.orientation = "landscape" if landscape else "portrait"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
