"""Lines of Chinese type: where they break, how they shrink, how lists end."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from voting.documents.page import clipped, listed, natural, shrunk, until, width, wrap

TEXT = st.text(alphabet="金苹果小区，。（《》）abc123-/ 、", max_size=80)


@given(TEXT, st.floats(20, 170))
def test_no_line_is_too_wide_and_no_character_is_lost(text, limit):
    lines = wrap(text, 12, limit)
    assert all(width(line, 12) <= limit for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_no_line_begins_with_a_comma_or_ends_with_an_opening_bracket():
    em = width("金", 10)
    assert wrap("金苹果，小区", 10, em * 3 + 0.1) == ["金苹", "果，小", "区"]
    assert wrap("金苹（果）", 10, em * 3 + 0.1) == ["金苹", "（果）"]


def test_a_word_stays_whole_unless_it_is_longer_than_the_line():
    assert wrap("打电话 0571-8888 来", 10, width("打电话 0571", 10)) == ["打电话", "0571-8888", "来"]
    assert wrap("AAAA", 10, width("AA", 10)) == ["AA", "AA"]


def test_a_list_that_does_not_fit_says_how_many_there_are():
    labels = [f"1-1-{number}" for number in range(101, 124)]
    assert listed(labels[:2], 1, 12, 76, "套") == ["1-1-101、1-1-102"]
    lines = listed(labels, 2, 12, 76, "套")
    assert len(lines) == 2
    assert lines[-1].endswith(" 等 23 套")
    assert all(part in labels for part in "".join(lines).removesuffix(" 等 23 套").split("、"))


def test_text_shrinks_before_it_is_cut():
    fits = width("金苹果小区", 10)
    assert shrunk("金苹果小区", fits, (1, 20, 8)) == (10, ["金苹果小区"])
    size, lines = shrunk("金苹果小区首次业主大会", fits, (1, 20, 8))
    assert size == 8
    assert lines[0].endswith("…")
    assert width(lines[0], 8) <= fits


def test_a_period_ends_with_its_last_day_and_a_vote_with_its_minute():
    midnight = datetime(2026, 5, 8, 16, tzinfo=UTC)
    assert until(midnight) == "2026年5月8日"
    assert until(midnight + timedelta(minutes=1)) == "2026年5月9日 00:01"
    assert until(midnight, "Asia/Urumqi") == "2026年5月8日 22:00"


def test_clipped_keeps_what_fits():
    assert clipped(["一", "二"], 2, 10, 50) == ["一", "二"]
    assert clipped(["一", "二"], 1, 10, 50) == ["一…"]


def test_buildings_and_floors_are_in_the_order_people_count():
    labels = ["10-1-101", "2-1-1001", "2-1-901", "甲-1", "2-1-901"]
    assert sorted(labels, key=natural) == ["2-1-901", "2-1-901", "2-1-1001", "10-1-101", "甲-1"]
