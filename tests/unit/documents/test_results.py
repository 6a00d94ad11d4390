"""The workbook: numbers stay exact numbers, and text stays text whatever it begins with."""

import io
import json
import time
import zipfile

import pytest
from openpyxl import load_workbook

from voting.documents.results import results_xlsx

from .conftest import UUID, golden, with_counts


def sheets(body):
    book = load_workbook(io.BytesIO(body))
    return {sheet.title: sheet for sheet in book}


def test_the_golden_apple_workbook():
    book = sheets(results_xlsx(*golden()))
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


def test_the_same_result_is_the_same_file_whenever_it_is_made(monkeypatch):
    first = results_xlsx(*golden())
    clock = time.time() + 86400
    monkeypatch.setattr(time, "time", lambda: clock)
    with zipfile.ZipFile(io.BytesIO(first)) as parts:
        assert {part.date_time for part in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"dcterms:" not in parts.read("docProps/core.xml").replace(b"xmlns:dcterms", b"")
    assert results_xlsx(*golden()) == first


def test_numbers_are_numbers_and_areas_are_exact_in_the_file():
    body = results_xlsx(*golden())
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
    for sheet in sheets(results_xlsx(rules, outcome)).values():
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f"
                if isinstance(cell.value, str) and cell.value.startswith(start):
                    assert cell.data_type == "s"
                    assert cell.quotePrefix
                    found += 1
    assert found == 2 + 1 + 3 + 1


def test_nobody_voting_leaves_shares_open():
    book = sheets(results_xlsx(*with_counts(owners=0, area="0.00")))
    assert book["每题"].cell(2, 7).value == "—"
    assert book["每题"].cell(2, 10).value == "未通过"
    assert book["结果"].cell(13, 2).value == "无效：未同时达到"
