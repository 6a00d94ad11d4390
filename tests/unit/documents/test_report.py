"""The report: a verdict in words, both measures beside their lines, nothing from outside or unescaped."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest

from voting.documents.report import report_html

from .conftest import FACTS, UUID, golden, with_counts


class Page(HTMLParser):
    """The tags with their attributes, and the text, of a page."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(page.decode())
        self.text = "".join(self.words)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words.append(data)


def test_the_golden_apple_report_says_what_was_decided():
    text = Page(report_html(*golden(), FACTS)).text
    for said in (
        "投票有效。121 位业主参与（共 156 位），面积 9,913.71 平方米（共 13,260.50 平方米），",
        "人数和面积都达到三分之二以上。",
        "是否同意通过《金苹果小区业主大会议事规则》? —— 通过",
        "是否同意利用小区北门空地设置充电桩对外经营? —— 未通过",
        "选出 4 人：丁建国、石志强、方秀英、白丽华；空缺 1 席",
        "三分之二以上，即至少 104 位。达到，多 17 位。",
        "三分之二以上，即至少 8,840.34 平方米。达到，多 1,073.37 平方米。",
        "《民法典》第二百七十八条第一款第（八）项：改变共有部分的用途或者利用共有部分从事经营活动",
        "四分之三以上，即同意至少 91 位。未达到。",
        "全小区，车位不计入",
        "2026年11月23日 09:00",
        UUID,
        FACTS.owners_head,
        FACTS.area_head,
        FACTS.rules_sha256,
    ):
        assert said in text, said
    assert "提前结束" not in text


@pytest.mark.parametrize("preset", ["confidential", "secret", "open"])
def test_the_report_says_what_was_kept_secret(preset):
    rules, outcome = golden()
    text = Page(report_html({**rules, "secrecy": preset}, outcome, FACTS)).text
    said = {"confidential": "记名保密：", "secret": "不公开任何单张票：", "open": "监督员可见每张票："}
    assert [name for name, words in said.items() if words in text] == [preset]


def test_candidates_stand_in_order_with_their_standing_in_words():
    page = report_html(*golden(), FACTS).decode()
    rows = re.findall(r'<th scope="row">(.*?)</th><td class="standing">(.*?)</td>', page)
    assert rows == [
        ("丁建国", "当选"),
        ("石志强", "当选"),
        ("方秀英", "当选"),
        ("白丽华", "当选"),
        ("邹海燕", "未过线"),
        ("朱文斌", "未过线"),
        ("任桂芳", "未过线"),
    ]


def test_a_missed_quorum_comes_first_and_says_which_measure():
    rules, outcome = with_counts(owners=104, area="8840.33")
    text = Page(report_html(rules, outcome, FACTS)).text
    assert "投票未达到法定比例，各项均未通过。" in text
    assert "，面积没有达到三分之二以上。" in text
    assert "未达到，还差 0.01 平方米。" in text
    assert "至少 104 位。达到，正好。" in text


def test_an_early_closing_is_told_with_its_reason():
    text = Page(report_html(*golden(), replace(FACTS, early_close_reason="全体业主都已投票"))).text
    assert "提前结束的原因" in text
    assert "全体业主都已投票" in text


def test_what_people_wrote_is_escaped():
    rules, outcome = golden()
    bad = "<b>甲</b>\"&'<script>alert(1)</script>"
    text = json.dumps([rules, outcome], ensure_ascii=False)
    rules, outcome = json.loads(text.replace("丁建国", json.dumps(bad)[1:-1]))
    rules["title"] = rules["estate"] = rules["questions"][0]["text"] = bad
    rules["scope"]["buildings"] = [bad]
    page = Page(report_html(rules, outcome, replace(FACTS, early_close_reason=bad)))
    assert page.text.count(bad) == 10
    assert not {"b", "script"} & {tag for tag, _ in page.tags}


def test_one_file_without_anything_from_outside():
    page = Page(report_html(*golden(), FACTS))
    assert not {"script", "link", "img", "iframe", "object"} & {tag for tag, _ in page.tags}
    for _, attributes in page.tags:
        assert not {"src", "href", "style", "onclick"} & attributes.keys()
    assert "url(" not in page.text
    assert "@import" not in page.text


def test_the_bars_have_one_ink_and_stand_at_the_exact_share():
    page = report_html(*golden(), FACTS).decode()
    assert {*re.findall(r'fill="(#\w+)"', page)} == {"#e7e1d3", "#4a5560"}
    assert {*re.findall(r'd="M(\d+) 0V24"', page)} == {"666", "500", "750"}
    assert 'd="M0 4H775V20H0Z"' in page  # 121 of 156


def test_nobody_voting_makes_a_report_too():
    rules, outcome = with_counts(owners=0, area="0.00")
    text = Page(report_html(rules, outcome, FACTS)).text
    assert "0 位业主参与" in text
    assert "没有选出委员；空缺 5 席" in text


@pytest.mark.parametrize("question", ["q1", "q2"])
def test_choices_keep_the_order_of_the_ballot(question):
    rules, outcome = golden()
    page = report_html(rules, outcome, FACTS).decode()
    section = page.split('<section class="question">')[int(question[1])]
    assert re.findall(r'<div class="bar"><p><span>(.*?)</span>', section) == ["同意", "反对", "弃权"] * 2


def test_times_are_shown_where_the_estate_is():
    facts = replace(FACTS, closed_at=datetime(2026, 12, 31, 16, 5, tzinfo=UTC))
    assert "2027年1月1日 00:05" in Page(report_html(*golden(), facts)).text
