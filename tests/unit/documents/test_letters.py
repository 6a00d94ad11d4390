"""Letters and the poster, as cameras, searches, envelopes and printers meet them."""

import itertools
import re
import zlib
from dataclasses import replace

import pypdfium2
import pytest

from tests.camera import codes_in
from voting.documents.letters import LetterBallot, letters_pdf, poster_pdf
from voting.documents.wording import SECRECY
from voting.errors import Refusal, Refused
from voting.rules.revoting import Revoting
from voting.rules.secrecy import Secrecy

from .conftest import UUID, qr_codes, texts

MM = 72 / 25.4
WINDOW = (10, 39, 112, 99)  # mm: all that a DL or C5/6 window can ever show, and the gutter beside it


def characters(pdf, page=0):
    """(character, left, top, right, bottom) in mm from the top left corner, blanks left out."""
    document = pypdfium2.PdfDocument(pdf)
    text = document[page].get_textpage()
    found = []
    for index in range(text.count_chars()):
        character = text.get_text_range(index, 1)
        if character.strip():
            left, bottom, right, top = (edge / MM for edge in text.get_charbox(index))
            found.append((character, left, 297 - top, right, 297 - bottom))
    return found


def test_each_page_has_one_code_and_it_is_exactly_the_link(notice, letter):
    letters = [letter(1), letter(2), letter(3)]
    assert qr_codes(letters_pdf(notice, letters)) == [[each.link] for each in letters]


def test_a_page_says_who_what_when_and_how(notice, letter):
    one = letter(1, units=("1-1-202", "1-1-301"), area_m2="1284.20")
    page = texts(letters_pdf(notice, [one]))[0]
    for said in (
        "王秀英",
        "1-1-202、1-1-301",
        "1,284.20 平方米",
        notice.title,
        "2026年11月23日 09:00 起",
        "2026年12月8日 00:30 止",  # past midnight in Shanghai
        one.code,
        "1. 是否同意通过《议事规则》？",
        "2. 选举第一届业主委员会委员（7选5）",
        notice.help,
        "第 1 页，共 1 页",
        UUID,
    ):
        assert said in page


@pytest.mark.parametrize("preset", list(Secrecy))
def test_a_letter_says_what_stays_secret(notice, letter, preset):
    page = texts(letters_pdf(replace(notice, secrecy=preset), [letter(1)]))[0]
    assert [name for name, _ in SECRECY.values() if f"{name}：" in page] == [SECRECY[preset][0]]
    # Beside the heading, clear of it, inside the margins.
    left = min(
        left
        for character, left, top, _, _ in characters(
            letters_pdf(replace(notice, secrecy=preset), [letter(1)])
        )
        if 203 < top < 208 and left > 45
    )
    assert left > 55


def test_pages_go_by_building_and_unit_and_are_numbered(notice, letter):
    letters = [
        letter(1, building="10", units=("10-1-101",), name="十栋"),
        letter(2, building="2", units=("2-1-1001",), name="二栋高层"),
        letter(3, building="2", units=("2-1-901",), name="二栋低层"),
    ]
    pages = texts(letters_pdf(notice, letters))
    order = [next(name for name in ("十栋", "二栋高层", "二栋低层") if name in page) for page in pages]
    assert order == ["二栋低层", "二栋高层", "十栋"]
    assert [re.search(r"第 \d 页，共 3 页", page)[0][2] for page in pages] == ["1", "2", "3"]


def test_progress_counts_every_letter(notice, letter):
    seen = []
    letters_pdf(notice, [letter(1), letter(2)], lambda done, total: seen.append((done, total)))
    assert seen == [(1, 2), (2, 2)]


def test_the_same_letters_are_the_same_bytes(notice, letter):
    assert letters_pdf(notice, [letter(1)]) == letters_pdf(notice, [letter(1)])


def test_fonts_are_embedded_subsets_and_the_file_is_small(notice, letter):
    pdf = letters_pdf(notice, [letter(number) for number in range(1, 41)])
    assert len(pdf) < 40 * 5000
    fonts = set(re.findall(rb"/BaseFont /(\S+)", pdf))
    assert len(fonts) == 3
    assert all(re.fullmatch(rb"[A-Z]{6}\+Noto\S+", font) for font in fonts)
    assert pdf.count(b"/FontFile3") == 3
    assert pdf.count(b"/ToUnicode") == 3


def test_a_page_is_a4_in_black(notice, letter):
    pdf = letters_pdf(notice, [letter(1)])
    page = pypdfium2.PdfDocument(pdf)[0]
    assert tuple(round(side / MM) for side in page.get_size()) == (210, 297)
    colours = page.render(scale=1).to_pil().convert("RGB").getcolors(maxcolors=1 << 20)
    assert all(red == green == blue for _, (red, green, blue) in colours)


@pytest.mark.parametrize("name", ["䶮㛃", "𬍛", "王𫖯"])
def test_rare_names_are_drawn_and_can_be_copied(notice, letter, name):
    assert name in texts(letters_pdf(notice, [letter(1, name=name)]))[0]


def test_a_character_the_font_lacks_is_refused_with_its_letter(notice, letter):
    with pytest.raises(Refused) as caught:
        letters_pdf(notice, [letter(1), letter(2, name="王\ue863"), letter(3, units=("1-\U0003ffff",))])
    assert caught.value.refusal is Refusal.LETTER_CHARACTER_MISSING
    assert caught.value.context == {"letters": "2（U+E863）；3（U+3FFFF）", "count": 2}


def test_a_character_missing_from_the_notice_is_refused(notice, letter):
    broken = replace(notice, help="找王\ue863")
    for make in (lambda: letters_pdf(broken, [letter(1)]), lambda: poster_pdf(broken, "https://x.cn/e/1")):
        with pytest.raises(Refused) as caught:
            make()
        assert caught.value.refusal is Refusal.NOTICE_CHARACTER_MISSING
        assert caught.value.context == {"characters": "U+E863"}


def test_help_typed_in_several_lines_is_set_as_one(notice, letter):
    typed = replace(notice, help="三号楼西侧\r\n\r\n每天下午")
    assert "三号楼西侧 每天下午" in texts(letters_pdf(typed, [letter(1)]))[0]


def test_an_address_that_cannot_be_printed_is_refused(notice, letter):
    with pytest.raises(Refused) as caught:
        letters_pdf(notice, [letter(1, link=f"https://\ue863.cn/v/{UUID}#x")])
    assert caught.value.refusal is Refusal.NOTICE_CHARACTER_MISSING


def crowded(notice, letter):
    """The longest of everything that the register and the agenda let through."""
    full = replace(
        notice,
        estate="金苹果花园小区" * 5,
        title="金苹果小区首次业主大会会议" * 7,
        questions=("是否同意利用小区北门空地设置充电桩对外经营" * 20,) * 20,
        help="社区居委会一楼筹备组值班室，每天上午九点到十一点半，" * 6,
    )
    units = tuple(f"10-2-{floor}0{door}" for floor in range(1, 13) for door in (1, 2))[:23]
    return full, letter(156, name="金苹果（宁阳）房地产开发有限公司" * 3, units=units, area_m2="123456.78")


def test_the_developer_with_23_units_fits(notice, letter):
    _, developer = crowded(notice, letter)
    pdf = letters_pdf(notice, [developer])
    page = texts(pdf)[0]
    assert "等 23 套" in page
    assert "（名下 23 套，面积合计）" in page
    assert len(pypdfium2.PdfDocument(pdf)) == 1


@pytest.mark.parametrize("full", [False, True])
def test_nothing_leaves_the_margins(notice, letter, full):
    said, one = crowded(notice, letter) if full else (notice, letter(1))
    for pdf in (letters_pdf(said, [one]), poster_pdf(said, f"https://vote.example.cn/e/{UUID}")):
        for character, left, top, right, bottom in characters(pdf):
            assert left >= 19.5, character
            assert right <= 190.5, character
            assert top >= 19.5, character
            assert bottom <= 277.5, character


@pytest.mark.parametrize("full", [False, True])
def test_lines_do_not_run_into_each_other(notice, letter, full):
    said, one = crowded(notice, letter) if full else (notice, letter(1))
    for pdf in (letters_pdf(said, [one]), poster_pdf(said, f"https://vote.example.cn/e/{UUID}")):
        boxes = characters(pdf)
        for index, (character, left, top, right, bottom) in enumerate(boxes):
            for other, left2, top2, right2, bottom2 in boxes[index + 1 :]:
                wide = min(right, right2) - max(left, left2)
                high = min(bottom, bottom2) - max(top, top2)
                assert wide < 0.4 or high < 0.4, (character, other)


@pytest.mark.parametrize("full", [False, True])
def test_the_window_shows_the_address_and_nothing_else(notice, letter, full):
    said, one = crowded(notice, letter) if full else (notice, letter(1))
    left, top, right, bottom = WINDOW
    shown = [
        c
        for c in characters(letters_pdf(said, [one]))
        if left < c[1] < right and c[4] > top and c[2] < bottom
    ]
    seen = "".join(c[0] for c in shown)
    assert seen.startswith(said.estate[:5])
    assert seen.endswith("收")
    assert one.name[:5] in seen
    for _, left, top, right, bottom in shown:  # inside the part that shows however the sheet has slid
        assert left >= 20
        assert right <= 100
        assert top >= 54
        assert bottom <= 84


def test_folded_the_secret_lies_inside(notice, letter):
    one = letter(1)
    pdf = letters_pdf(notice, [one])
    boxes = characters(pdf)
    start = "".join(c[0] for c in boxes).index(one.code)
    for _, _, top, _, bottom in boxes[start : start + len(one.code)]:
        assert top > 99
        assert bottom < 198
    pixels = 4
    page = pypdfium2.PdfDocument(pdf)[0].render(scale=pixels).to_pil()
    corners = codes_in(page)[0].position
    heights = [corner.y / MM / pixels for corner in (corners.top_left, corners.bottom_right)]
    assert 99 < min(heights) < max(heights) < 198
    assert (corners.top_right.x - corners.top_left.x) / MM / pixels >= 40


def test_the_printed_code_stands_in_even_columns(notice, letter):
    one = letter(2)  # its W and m are the widest letters
    text = pypdfium2.PdfDocument(letters_pdf(notice, [one]))[0].get_textpage()
    start = text.get_text_range().index(one.code)
    edges = [text.get_charbox(start + index, loose=True)[0] for index in range(len(one.code))]
    steps = {round(after - before, 1) for before, after in itertools.pairwise(edges)}
    assert len(steps) == 1


def test_the_poster_leads_to_the_board_only(notice):
    board = f"https://vote.example.cn/e/{UUID}"
    pdf = poster_pdf(notice, board)
    assert qr_codes(pdf) == [[board]]
    page = texts(pdf)[0]
    for said in (notice.title, "2026年11月23日 09:00 起", notice.help, "三步投票", board):
        assert said in page


def test_no_font_program_holds_more_than_the_used_characters(notice, letter):
    pdf = letters_pdf(notice, [letter(1)])
    streams = [
        zlib.decompress(s) for s in re.findall(rb"CIDFontType0C.*?stream\r?\n(.*?)endstream", pdf, re.S)
    ]
    assert len(streams) == 3
    assert all(len(stream) < 60_000 for stream in streams)


# ---- an assembly's letters ----


def served(*questions, title="全小区表决", area="88.62", secrecy=Secrecy.CONFIDENTIAL):
    return LetterBallot(title, questions, area, secrecy)


def test_an_assemblys_letter_lists_every_vote_with_its_questions(notice, letter):
    pump = served("是否同意更换水泵？", title="2栋水泵", area="70.00")
    both = letter(1, ballots=(served("是否同意修改管理规约？", "选举委员"), pump))
    one = letter(2, ballots=(pump,))
    first, second = texts(letters_pdf(notice, [both, one]))
    for said in (
        "（1）全小区表决，您计 88.62 平方米",
        "1. 是否同意修改管理规约？",
        "2. 选举委员",
        "（2）2栋水泵，您计 70.00 平方米",
        "1. 是否同意更换水泵？",
        "面积各项不同，见下面",
        "每项只能投一次",
        "会议编号",
    ):
        assert said in first
    assert notice.questions[0] not in first
    # Whoever votes in one of them gets the plain letter of that one.
    assert "1. 是否同意更换水泵？" in second
    assert "业主 1 人，面积 70.00 平方米" in second
    assert "全小区" not in second
    assert "投票码只能投一次" in second


def test_what_is_the_same_in_every_vote_is_said_once(notice, letter):
    same = (served("问一？"), served("问二？", title="2栋"))
    page = texts(letters_pdf(notice, [letter(1, ballots=same)]))[0]
    assert page.count("88.62") == 1
    assert page.count("记名保密") == 1
    secret = (*same, served("问三？", title="3栋", area=None, secrecy=Secrecy.SECRET))
    page = texts(letters_pdf(notice, [letter(1, ballots=secret)]))[0]
    assert "保密方式见各项" in page
    assert "（3）3栋，不公开任何单张票" in page


def test_however_much_is_asked_the_foot_stays_free(notice, letter):
    long = [served(*["是否同意" + "很长的事项" * 9 + "？"] * 9, title=f"第{n}次表决") for n in range(1, 4)]
    pdf = letters_pdf(notice, [letter(1, ballots=tuple(long))])
    lowest = [bottom for _, _, top, _, bottom in characters(pdf) if 209 < top < 244]
    assert max(lowest) < 243.5
    page = texts(pdf)[0]
    assert all(f"（{n}）第{n}次表决" in page for n in (1, 2, 3))
    assert page.count("等 9 项，全文见投票页面") == 3


def test_the_poster_names_the_votes(notice):
    page = texts(poster_pdf(replace(notice, votes=("全小区表决", "2栋水泵")), "https://x.cn/a/1"))[0]
    assert "共 2 项：全小区表决；2栋水泵" in page


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        (Revoting.NONE, "先投出的有效票为准"),
        (Revoting.ONCE, "截止前可以改投一次"),
        (Revoting.UNTIL_CLOSE, "以最后投的有效票为准"),
        (None, "各项不同，见会议公告"),
    ],
)
def test_the_poster_says_whether_one_may_vote_again(notice, rule, told):
    poster = poster_pdf(replace(notice, revoting=rule), "https://x.cn/e/1")
    assert told in "".join(texts(poster)[0].split())
    # Above the rule that parts it from the help below.
    assert max(bottom for _, _, top, _, bottom in characters(poster) if 120 < top < 207) < 207


def test_times_are_those_of_the_estate(notice, letter):
    there = replace(notice, zone="Asia/Urumqi")
    for pdf in (letters_pdf(there, [letter(1)]), poster_pdf(there, "https://x.cn/a/1")):
        assert "2026年11月23日 07:00 起" in texts(pdf)[0]
