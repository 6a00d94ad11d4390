"""Every paper of an assembly: what it says, that both files say the same, and what it waits for."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from io import BytesIO

import pytest
from docx import Document
from docx.document import Document as Docx
from docx.oxml.ns import qn

from tests.unit.documents.conftest import golden, qr_codes, texts, with_counts
from voting.documents.facts import Facts, RollLine
from voting.documents.notices import KINDS, Awaited, awaited
from voting.documents.paper import Paper, Paragraph, Places, Signed, Table
from voting.documents.paper_docx import paper_docx
from voting.documents.paper_pdf import paper_pdf
from voting.documents.wording import DEFAULT_HELP
from voting.errors import Refusal, Refused
from voting.rules.assembly import Act, Meeting, Plan, Step
from voting.rules.assembly_periods import earliest_opening, shortest_closing
from voting.rules.clock import begin, replay, take
from voting.rules.outcome import rules_agenda
from voting.rules.presets import Settings

ADDRESS = "https://vote.example.cn/e/h8sQjXqk3LmN7p"


def facts(owners: int = 156) -> Facts:
    """The golden apple estate after its count, with so many on the roll; one of them has five units."""
    rules, outcome = golden()
    roll = tuple(
        RollLine(
            number,
            "王秀英" if number % 2 else "张三、李四",
            tuple(f"{number}-1-{room}01" for room in range(1, 6 if number == 3 else 2)),
            8862,
        )
        for number in range(1, owners + 1)
    )
    return Facts(
        agenda=rules_agenda(rules),
        address=ADDRESS,
        opens_at=datetime(2026, 11, 23, 1, tzinfo=UTC),
        closes_at=datetime(2026, 12, 8, 10, tzinfo=UTC),
        roll=roll,
        roll_sha256="ab" * 32,
        roll_frozen=True,
        help="筹备组值班室（3 号楼西侧），每天 18:30–20:30。",
        opened_at=datetime(2026, 11, 23, 1, tzinfo=UTC),
        closed_at=datetime(2026, 12, 8, 10, tzinfo=UTC),
        published_at=datetime(2026, 12, 9, tzinfo=UTC),
        outcome=outcome,
    )


def bare(text: str) -> str:
    """Without spaces and line ends."""
    return "".join(text.split())


def pdf_text(pdf: bytes) -> str:
    """What stands above the feet of all pages, without spaces."""
    return "".join(bare(page.rpartition("公开页 https")[0]) for page in texts(pdf))


def docx_texts(body: bytes) -> list[str]:
    """The body's texts in their order."""
    return [text for text in _walk(Document(BytesIO(body))) if bare(text)]


def _walk(document: Docx) -> Iterator[str]:
    for block in document.iter_inner_content():
        if hasattr(block, "rows"):
            yield from (cell.text for row in block.rows for cell in row.cells)
        else:
            yield from block.text.split("\t")


def said(paper: Paper) -> list[str]:
    return [text for text in paper.texts() if bare(text)]


@cache
def drawn(key: str) -> tuple[Paper, bytes]:
    """A paper and its PDF, which takes half a second."""
    paper = KINDS[key].paper(facts(40))
    return paper, paper_pdf(paper)


@pytest.mark.parametrize("key", KINDS)
def test_both_files_say_all_of_the_paper_and_nothing_else(key):
    paper, pdf = drawn(key)
    assert docx_texts(paper_docx(paper)) == said(paper)
    shown = pdf_text(pdf)
    at = 0
    for text in said(paper):
        # A table's head comes again on each page, and a long paragraph is broken between two.
        found = shown.find(bare(text), at)
        assert found >= 0, text
        at = found
    heads = sum(len(bare("".join(each.head))) for each in paper.blocks if isinstance(each, Table))
    whole = sum(len(bare(text)) for text in said(paper))
    assert whole <= len(shown) <= whole + heads * len(texts(pdf))


@pytest.mark.parametrize("key", KINDS)
def test_every_page_has_its_number_the_digest_and_the_way_to_the_public_page(key):
    paper, pdf = drawn(key)
    pages = texts(pdf)
    for number, page in enumerate(pages, 1):
        assert f"第 {number} 页，共 {len(pages)} 页" in page
        assert paper.digest in page
    assert qr_codes(pdf) == [[ADDRESS]] * len(pages)
    foot = Document(BytesIO(paper_docx(paper))).sections[0].footer
    assert paper.digest in "".join(line.text for line in foot.paragraphs)


def test_a_long_roll_breaks_between_rows_and_masks_every_name():
    pdf = paper_pdf(KINDS["roll"].paper(facts(156)))
    pages = texts(pdf)
    assert len(pages) > 3
    assert all("序号" in page for page in pages)
    whole = "".join(pages)
    assert "王*" in whole
    assert "张*、李*" in whole
    assert "秀英" not in whole
    assert "平方米，160 套" in whole


def test_the_units_of_a_developer_fill_pages():
    known = facts(3)
    units = tuple(f"9-9-{number}" for number in range(900))
    crowded = replace(known, roll=(*known.roll, RollLine(4, "建设单位", units, 1)))
    whole = bare("".join(texts(paper_pdf(KINDS["roll"].paper(crowded)))))
    assert all(f"9-9-{number}" in whole for number in range(900))


def test_the_notice_names_every_item_its_clause_and_its_line():
    known = facts()
    whole = pdf_text(paper_pdf(KINDS["meeting"].paper(known)))
    assert all(bare(question.text) in whole for question in known.agenda.questions)
    assert "第二百七十八条第一款第（八）项" in whole
    assert "四分之三以上同意" in whole
    assert "156位，专有部分面积" in whole


def test_the_result_says_both_measures_the_line_and_who_is_elected_in_order():
    whole = pdf_text(paper_pdf(KINDS["preliminary-result"].make(facts())))
    assert "121位，77.56%，达到" in whole
    assert "至少8,840.34平方米" in whole
    assert "依次当选：丁建国、石志强、方秀英、白丽华。空缺1席。" in whole
    assert "没有通过。" in whole


def test_an_authority_is_ticked_where_a_ballot_is():
    (table,) = (block for block in KINDS["proxy"].paper(facts()).blocks if isinstance(block, Table))
    motion, _, first, *others = table.rows
    assert motion == ("1. 是否同意通过《金苹果小区业主大会议事规则》?", "—", "", "", "")
    # A contest: whom to choose, or nobody; there is no 反对.
    assert first[0].endswith("（在“同意”栏打“√”，最多 5 人）")
    assert first[1:] == ("丁建国", "", "—", "")
    assert [row[1] for row in others] == ["方秀英", "石志强", "白丽华", "朱文斌", "任桂芳", "邹海燕"]
    assert {(row[0], *row[2:]) for row in others} == {("", "", "—", "—")}


@pytest.mark.parametrize("key", ["roll", "candidates", "preparation", "preliminary-result"])
def test_an_objection_goes_to_who_gave_the_notice_at_a_place(key):
    known = replace(facts(), convener="首次业主大会筹备组")
    told = "".join(KINDS[key].paper(known).texts())
    assert "书面交给首次业主大会筹备组：筹备组值班室（3 号楼西侧）" in told
    # What letters say of help is no place where something can be handed in.
    for nowhere in ("", DEFAULT_HELP):
        told = "".join(KINDS[key].paper(replace(known, help=nowhere)).texts())
        assert "书面交给首次业主大会筹备组：地点＿＿＿＿＿＿" in told
        assert DEFAULT_HELP not in told


def test_a_committee_that_is_not_full_is_filed_with_its_size():
    told = "".join(KINDS["filing"].make(facts()).texts())
    assert "请予备案" in told
    assert "4 人，议事规则定为 5 人" in told


def test_the_editable_file_has_its_columns_and_lines_in_every_office():
    document = Document(BytesIO(paper_docx(KINDS["proxy"].paper(facts()))))
    asked = document.tables[1]
    # LibreOffice and WPS go by the grid, Word by the cells: both say the same.
    wide = [round(column.width.mm) for column in asked.columns]
    assert wide == [74, 51, 15, 15, 15]
    assert [round(cell.width.mm) for cell in asked.rows[1].cells] == wide
    assert 'w:eastAsia="zh-CN"' in document.styles.element.xml
    places = document.tables[-1]
    assert [cell.text for cell in places.rows[0].cells] == ["委托人（签名）", "", "受托人（签名）"]
    assert ["tcBorders" in cell._tc.xml for cell in places.rows[0].cells] == [True, False, True]
    result = Document(BytesIO(paper_docx(KINDS["preliminary-result"].make(facts()))))
    pictures = result.element.xpath("//wp:inline")
    assert {each.get(side) for each in pictures for side in ("distL", "distR")} == {"0"}
    foot = result.sections[0].footer._element
    assert [each.get(qn("w:instr")) for each in foot.xpath("//w:fldSimple")] == ["PAGE", "NUMPAGES"]
    assert len(foot.xpath("//w:fldSimple/w:r/w:rPr/w:sz")) == 2


def test_after_a_by_election_the_committee_is_completed_and_not_begun():
    known = facts()
    *motions, contest = known.agenda.questions
    filled = replace(contest, sitting=1, size=6, sitting_members=("王秀英",))
    known = replace(known, agenda=replace(known.agenda, questions=(*motions, filled)))
    filed, held = ("".join(KINDS[key].make(known).texts()) for key in ("filing", "committee-minutes"))
    assert "已经补选业主委员会委员 4 人，请予变更备案" in filed
    assert (filed.count("留任"), filed.count("补选")) == (1, 5)
    assert "业主委员会补选后首次会议记录" in held
    assert "职务没有空缺的，不必重新推选。" in held


@pytest.mark.parametrize(
    ("lines", "notes", "ending", "together"),
    [
        # As many lines as bring the end of a page between the two.
        (
            24,
            0,
            (Paragraph("以上公告。"), Places(("计票人",)), Signed("筹备组", "5月1日")),
            ("以上公告", "筹备组"),
        ),
        (26, 0, (Paragraph("以上公告。"), Signed("筹备组", "5月1日")), ("以上公告", "筹备组")),
        (27, 1, (Paragraph("表决事项", flush=True), Paragraph("依据：", note=True)), ("表决事项", "依据")),
    ],
)
def test_no_seal_stands_alone_and_no_item_apart_from_what_is_said_of_it(lines, notes, ending, together):
    filling = [Paragraph("行", flush=True)] * lines + [Paragraph("注", note=True)] * notes
    pages = texts(paper_pdf(Paper("公告", "小区", ADDRESS, (*filling, *ending))))
    assert len(pages) == 2
    assert all(words in pages[1] for words in together)


def test_without_a_quorum_nothing_is_said_to_be_decided():
    rules, outcome = with_counts(103, "13000.00")
    known = replace(facts(), agenda=rules_agenda(rules), outcome=outcome)
    whole = pdf_text(paper_pdf(KINDS["preliminary-result"].make(known)))
    assert "参与表决的没有达到法定比例，没有作出决定。" in whole
    assert "：通过。" not in whole
    assert "当选" not in whole


def test_a_period_is_said_as_law_only_where_its_source_was_read():
    plan = Plan(Meeting.FIRST, Settings("全国"))
    known = replace(facts(), assembly=begin(plan), convener="首次业主大会筹备组")
    notice = "".join(KINDS["meeting"].paper(known).texts())
    assert "15 日（《物业管理条例（2018年修订）》第十四条）" in notice
    assert "首次业主大会会议公告" in notice
    roll = "".join(KINDS["roll"].paper(known).texts())
    assert "7 日" in roll
    assert "通常做法" not in notice + roll
    assert "274号" not in notice + roll


def test_a_second_notice_says_that_the_first_is_void():
    plan = Plan(Meeting.REGULAR, Settings("全国"))
    published = datetime(2026, 10, 1, tzinfo=UTC)
    state = replay(plan, [Step(Act.PUBLISH_ROLL, published)])
    for day in (20, 21):
        at = datetime(2026, 10, day, tzinfo=UTC)
        opens = earliest_opening(plan, at, None)
        closes = shortest_closing(plan, opens)
        state = take(state, Step(Act.GIVE_NOTICE, at, ("1",), opens, closes, reason="表决事项有更正"))
    whole = "".join(KINDS["meeting"].paper(replace(facts(), assembly=state)).texts())
    assert "第 2 次公告" in whole


def test_papers_say_what_they_wait_for():
    known = replace(facts(), roll=(), outcome=None)
    assert awaited(KINDS["roll"], known) is Awaited.REGISTER
    assert awaited(KINDS["preliminary-result"], known) is Awaited.COUNT
    assert awaited(KINDS["final-result"], replace(facts(), published_at=None)) is Awaited.FINAL
    assert all(awaited(kind, facts()) is None for kind in KINDS.values())
    later = replace(facts(), assembly=begin(Plan(Meeting.REGULAR, Settings("全国"))))
    assert awaited(KINDS["group"], later) is Awaited.FIRST


def test_a_character_that_no_face_has_is_refused_by_name_and_left_to_the_office():
    known = facts(2)
    rare = replace(known, roll=(RollLine(1, "\U0003106c秀英", ("1-1-101",), 8862),))
    paper = KINDS["roll"].paper(rare)
    with pytest.raises(Refused) as refused:
        paper_pdf(paper)
    assert refused.value.refusal is Refusal.PAPER_CHARACTER_MISSING
    assert refused.value.context == {"title": "业主清册公示", "characters": "U+3106C"}
    assert "\U0003106c*" in docx_texts(paper_docx(paper))


def test_the_digest_is_of_the_words():
    paper = KINDS["meeting"].paper(facts())
    assert paper.digest == KINDS["meeting"].paper(facts()).digest
    assert paper.digest != KINDS["meeting"].paper(replace(facts(), help="改了")).digest
    assert paper_pdf(paper) == paper_pdf(paper)
