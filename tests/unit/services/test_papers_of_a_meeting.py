"""A meeting of several votes has one notice, one roll, one authority, the same from whichever vote."""

import io
import zipfile
from datetime import timedelta
from typing import Any

import pytest

from tests.assembly import AGENDA
from tests.conventions import MOTION, Convention, at
from tests.ledgers import photograph
from voting.documents.notices import KINDS
from voting.documents.paper import Paper, Table
from voting.rules.posting import Posting
from voting.services import documents, postings
from voting.services.postings import Stage
from voting.services.site import Site

ADDRESS = "https://vote.example/a/1"
ONE_BUILDING = {"buildings": ["2"], "exclude_uses": ["车位"]}
ROOF: dict[str, Any] = {
    **AGENDA,
    "title": "二号楼屋面维修",
    "scope": ONE_BUILDING,
    "questions": [{"id": "q1", "kind": "motion", "text": "是否同意维修屋面？", "matter": "278-5"}],
}
WHOLE = ("group", "preparation", "roll", "meeting", "delivery", "proxy", "archive", "pact")
pytestmark = pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)


@pytest.fixture
def convention(site: Site) -> Convention:
    """Two votes of the whole estate, one of a building; the notice given on 9 May."""
    convention = Convention(site).plan()
    for agenda in (MOTION, {**MOTION, "title": "议事规则"}, ROOF):
        convention.add(agenda)
        convention.now += timedelta(minutes=1)
    convention.publish_roll().until("2026-05-09 00:00")
    return convention.give_notice("2026-05-25 00:00", "2026-05-31 00:00")


def paper(convention: Convention, key: str, vote: int = 0) -> Paper:
    return KINDS[key].paper(documents.facts_of(convention.site, convention.elections[vote], ADDRESS))


def said(convention: Convention, key: str) -> str:
    return "\n".join(paper(convention, key).texts())


@pytest.mark.parametrize("key", WHOLE)
def test_it_is_the_same_paper_from_every_vote(convention: Convention, key: str) -> None:
    assert len({paper(convention, key, vote).digest for vote in range(3)}) == 1


def test_the_notice_names_every_item_and_whose_scope_is_which(convention: Convention) -> None:
    notice = said(convention, "meeting")
    assert "会议名称\n金桥小区首次业主大会会议\n" in notice
    titles = "（1）金桥小区业主大会", "（2）议事规则", "（3）二号楼屋面维修"
    assert [notice.count(title) for title in titles] == [1, 1, 1]
    assert notice.count("是否同意修改管理规约？") == 2
    assert notice.index("（3）") < notice.index("是否同意维修屋面？")
    assert "“金桥小区业主大会”、“议事规则”：全小区，车位不计入\n计入总数\n业主 5 位" in notice
    assert "“二号楼屋面维修”：2 栋，车位不计入\n计入总数\n业主 3 位" in notice
    # What holds for all is said once.
    assert notice.count("未参与表决的不计入任何一种意见。") == notice.count("保密方式") == 1


def test_one_vote_is_told_without_its_name_before_everything(site: Site) -> None:
    convention = Convention(site).noticed()
    assert "表决范围\n全小区，车位不计入" in said(convention, "meeting")
    assert "（1）" not in said(convention, "meeting")


def test_the_roll_is_one_table_for_votes_of_one_scope_and_another_for_another(convention: Convention) -> None:
    tables = [block for block in paper(convention, "roll").blocks if isinstance(block, Table)]
    assert [len(table.rows) for table in tables] == [5, 3]
    assert [row[2] for row in tables[1].rows] == ["2-1-101", "2-1-201", "2-1-301"]
    assert "“二号楼屋面维修”的名册" in said(convention, "roll")


def test_every_unit_is_delivered_to_once(convention: Convention) -> None:
    (table,) = (block for block in paper(convention, "delivery").blocks if isinstance(block, Table))
    labels = [row[0] for row in table.rows if row[0]]
    assert labels == ["1-1-101", "1-1-102", "1-1-201", "2-1-101", "2-1-201", "2-1-301"]


def test_an_authority_holds_an_instruction_for_every_item(convention: Convention) -> None:
    tables = [block for block in paper(convention, "proxy").blocks if isinstance(block, Table)]
    assert [table.rows[0][0] for table in tables] == [
        "1. 是否同意修改管理规约？",
        "1. 是否同意修改管理规约？",
        "1. 是否同意维修屋面？",
    ]


def test_what_was_posted_for_one_vote_hangs_for_all_of_them(convention: Convention) -> None:
    site, actor, now = convention.site, convention.actor, convention.now
    first, _, last = convention.elections
    documents.made_paper(site, last, ADDRESS, "meeting", "docx", actor, now)
    documents.made_paper(site, first, ADDRESS, "meeting", "docx", actor, now)
    posting = Posting("meeting", last, ("小区公告栏",), now, "王一", 1, "")
    postings.record_posting(site, posting, photograph(), actor, now)
    for uuid in convention.elections:
        meeting = postings.paper_dates(site, uuid, now)["meeting"]
        assert ([made.version for made in meeting.versions], meeting.stage) == ([1], Stage.DONE)
        listed = {each.key: each for each in documents.papers(site, uuid, ADDRESS, now)}
        assert (listed["meeting"].whole, listed["meeting"].changed) == (True, False)
        assert not listed["ballot"].whole
    (line,) = postings.posting_lines(site, convention.uuid)
    assert line.paper == "业主大会会议公告"


def test_a_vote_that_joins_after_the_paper_hung_makes_it_another(convention: Convention) -> None:
    before = paper(convention, "meeting").digest
    convention.add({**MOTION, "title": "又一项"})
    notice = said(convention, "meeting")
    assert "（4）又一项" in notice
    assert "本公告是第 2 次公告" in notice
    assert paper(convention, "meeting").digest != before


def test_the_meeting_s_papers_are_due_once(convention: Convention) -> None:
    convention.now = at("2026-05-10 00:00")
    waiting = postings.papers_due(convention.site, convention.uuid, convention.now)
    assert [each.key for each in waiting if each.overdue] == ["group", "preparation", "roll", "meeting"]


def test_the_package_holds_them_once_and_each_vote_s_own_papers(
    convention: Convention, recorded_letters: None
) -> None:
    convention.issue().until("2026-05-25 00:00").until("2026-05-31 00:00").finish()
    body = documents.filing_package(convention.site, convention.elections[1], ADDRESS)
    with zipfile.ZipFile(io.BytesIO(body)) as package:
        names = [name for name in package.namelist() if name.endswith(".docx")]
    assert sum("会议公告" in name for name in names) == sum("业主清册公示" in name for name in names) == 1
    assert [name for name in names if "结果公告（初步）" in name] == [
        f"11-{vote} 结果公告（初步）.docx" for vote in (1, 2, 3)
    ]
