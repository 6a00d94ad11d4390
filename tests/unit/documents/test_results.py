"""The workbook: numbers stay exact numbers, and text stays text whatever it begins with."""

import io
import json
import time
import zipfile
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from openpyxl import load_workbook

from voting.documents.report import report_html
from voting.documents.results import results_xlsx
from voting.rules.assembly import Act, Step

from .conftest import FACTS, UUID, golden, with_counts


def sheets(body):
    book = load_workbook(io.BytesIO(body))
    return {sheet.title: sheet for sheet in book}


def test_the_golden_apple_workbook():
    book = sheets(results_xlsx(*golden(), FACTS))
    assert list(book) == ["结果", "每题"]
    summary = {row[0]: row[1:] for row in book["结果"].iter_rows(values_only=True)}
    assert summary["选举编号"] == (UUID, None)
    assert summary["范围"][0] == "全小区，车位不计入"
    assert summary["应参与"] == (156, 13260.5)
    assert summary["实际参与"] == (121, 9913.71)
    assert summary["法定最少（三分之二以上）"] == (104, 8840.34)
    assert summary["是否达到"] == ("是", "是")
    rows = list(book["每题"].iter_rows(min_row=2, values_only=True))
    assert len(rows) == 3 + 3 + 7
    assert [(row[4], row[5], row[7], row[9]) for row in rows[:4]] == [
        ("同意", 103, 8439.27, "通过"),
        ("反对", 13, 1220.96, None),
        ("弃权", 5, 253.48, None),
        ("同意", 88, 7124.89, "未通过"),
    ]
    assert [(row[4], row[9]) for row in rows[6:]] == [
        ("丁建国", "当选"),
        ("石志强", "当选"),
        ("方秀英", "当选"),
        ("白丽华", "当选"),
        ("邹海燕", "未过线"),
        ("朱文斌", "未过线"),
        ("任桂芳", "未过线"),
    ]


def test_when_was_to_be_voted_and_when_it_was():
    at, until = datetime(2026, 12, 7, 1, tzinfo=UTC), datetime(2026, 12, 12, 10, tzinfo=UTC)
    extension = Step(Act.EXTEND, at, closes_at=until, reason="还差几户没有投")
    facts = replace(FACTS, closed_at=until, extensions=(extension,))
    for plain, said in ((FACTS, 0), (facts, 1)):
        rows = [row[:2] for row in sheets(results_xlsx(*golden(), plain))["结果"].iter_rows(values_only=True)]
        summary = dict(rows)
        assert summary["公告的投票时间"] == "2026年11月23日 09:00 至 2026年12月8日 18:00"
        assert [name for name, _ in rows].count("延期") == said
        assert summary["应参与"] == 156
    assert summary["延期"] == "2026年12月7日 09:00 公告，延至 2026年12月12日 18:00；原因：还差几户没有投"
    assert summary["实际投票时间"] == "2026年11月23日 09:00 至 2026年12月12日 18:00"
    assert "延期" in report_html(*golden(), facts).decode()
    early = sheets(results_xlsx(*golden(), replace(FACTS, early_close_reason="都投完了")))["结果"]
    assert ("提前结束的原因", "都投完了") in [row[:2] for row in early.iter_rows(values_only=True)]


def test_the_same_result_is_the_same_file_whenever_it_is_made(monkeypatch):
    first = results_xlsx(*golden(), FACTS)
    clock = time.time() + 86400
    monkeypatch.setattr(time, "time", lambda: clock)
    with zipfile.ZipFile(io.BytesIO(first)) as parts:
        assert {part.date_time for part in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"dcterms:" not in parts.read("docProps/core.xml").replace(b"xmlns:dcterms", b"")
    assert results_xlsx(*golden(), FACTS) == first


def test_numbers_are_numbers_and_areas_are_exact_in_the_file():
    body = results_xlsx(*golden(), FACTS)
    sheet = sheets(body)["每题"]
    assert [sheet.cell(2, column).data_type for column in (1, 6, 7, 8, 9)] == ["n"] * 5
    assert sheet.cell(2, 8).number_format == "#,##0.00"
    with zipfile.ZipFile(io.BytesIO(body)) as parts:
        xml = parts.read("xl/worksheets/sheet2.xml").decode()
    outcome = golden()[1]
    for question in outcome["questions"].values():
        for both in question["counts"].values():
            assert f"<v>{both['area_m2']}</v>" in xml


@pytest.mark.parametrize("start", ["=1+1", "+SUM(1)", "-甲", "@SUM(A1)", '=HYPERLINK("http://x")'])
def test_text_that_begins_like_a_formula_is_text_after_reopening(start):
    text = json.dumps(list(golden()), ensure_ascii=False).replace("丁建国", json.dumps(start)[1:-1])
    rules, outcome = json.loads(text)
    rules["title"] = rules["estate"] = rules["questions"][0]["text"] = start
    rules["scope"]["buildings"] = [start]
    found = 0
    for sheet in sheets(results_xlsx(rules, outcome, FACTS)).values():
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f"
                if isinstance(cell.value, str) and cell.value.startswith(start):
                    assert cell.data_type == "s"
                    assert cell.quotePrefix
                    found += 1
    assert found == 2 + 1 + 3 + 1


def test_nobody_voting_leaves_shares_open():
    book = sheets(results_xlsx(*with_counts(owners=0, area="0.00"), FACTS))
    assert book["每题"].cell(2, 7).value == "—"
    assert book["每题"].cell(2, 10).value == "未通过"
    summary = {row[0]: row[1] for row in book["结果"].iter_rows(values_only=True)}
    assert summary["投票是否有效"] == "无效：未同时达到"
