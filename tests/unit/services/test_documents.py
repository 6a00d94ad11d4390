"""What papers are filled from where the election is part of an assembly, and where it stands alone."""

import io
import zipfile
from datetime import timedelta

import pytest

from tests.conventions import MOTION, Convention, at
from tests.unit.services.test_nominations import WANG, ZHANG, ZHAO, contest, listed, nominate
from voting.documents.notices import KINDS
from voting.rules.assembly import Meeting
from voting.rules.candidacy import Point
from voting.rules.questions import SURNAME_STROKES
from voting.services import assemblies, documents, elections, materials, nominations
from voting.services.materials import Place
from voting.services.site import Site

pytestmark = pytest.mark.either_database

ADDRESS = "https://vote.example/a/1"


def said(site: Site, uuid: str, key: str) -> str:
    facts = documents.facts_of(site, uuid, ADDRESS)
    return "".join(KINDS[key].paper(facts).texts())


def test_an_assembly_gives_its_convener_its_periods_and_the_day_of_its_notice(site: Site) -> None:
    convention = Convention(site).plan(Meeting.FIRST, "杭州")
    uuid = convention.add()
    before = said(site, uuid, "meeting")
    assert "15 日（《杭州市物业管理条例（2021年修订）》第十九条、第二十二条）" in before
    assert "年　　月　　日" in before
    convention.publish_roll()
    assert "2026年5月1日" in said(site, uuid, "roll")
    convention.until("2026-05-10 09:00").give_notice("2026-05-27 09:00", "2026-06-05 18:00")
    notice = said(site, uuid, "meeting")
    assert "首次业主大会会议公告" in notice
    assert "2026年5月10日" in notice
    assert "2026年5月27日 09:00 至 2026年6月5日 18:00" in notice
    assert "筹备组" in notice
    assert "网上投出的票是正式的表决票" in notice
    # No text was read for the cap on proxies and the objection period: they are said, and not as law.
    assert "通常做法" not in notice
    assert "每位受托人最多代理 3 户" in notice


def test_the_roll_of_an_assembly_stands_on_its_papers(site: Site) -> None:
    convention = Convention(site).plan()
    facts = documents.facts_of(site, convention.add(), ADDRESS)
    assert [line.number for line in facts.roll] == [1, 2, 3, 4, 5]
    assert len(facts.roll_sha256) == 64
    assert not facts.roll_frozen


def test_what_was_nominated_stands_on_the_forms_and_on_the_list(site: Site) -> None:
    convention = Convention(site).plan(elects_committee=True)
    uuid = contest(convention, order=SURNAME_STROKES)
    assert "□ 本人自荐" in said(site, uuid, "candidate-form")
    listed(convention, ZHAO, ZHANG)
    gone = nominate(convention, WANG)
    reason = "家里有事，不参选了"
    nominations.withdraw_nominee(site, convention.uuid, gone, reason, convention.actor, convention.now)
    convention.publish_candidates()
    introduced = ("做过楼栋长。\n" + "愿意把账目贴出来。" * 30)[:500]
    place = Place("q2", "张三")
    materials.write_statement(site, uuid, place, introduced, convention.actor, convention.now)
    forms = said(site, uuid, "candidate-form")
    assert forms.count("■ 业主联名推荐") == forms.count("■ 本人自荐") == 1
    assert "1-1-101、1-1-102" in forms
    assert "王五" not in forms
    assert forms.count("■ 是　□ 否") == 2 * len(Point)
    # What was not read is not quoted as law.
    assert "《物业管理条例（2018年修订）》第十六条" in forms
    assert "《业主大会和业主委员会指导规则（建房〔2009〕274号）》第三十一条" in forms
    assert "《通常做法》" not in forms
    published = said(site, uuid, "candidates")
    assert published.index("张三") < published.index("赵六")
    assert "按姓氏笔画为序" in published
    assert "做过楼栋长。 愿意把账目贴出来。" in published
    assert "…" in published


def test_the_package_holds_what_can_be_made_in_both_forms(site: Site) -> None:
    convention = Convention(site).plan()
    uuid = convention.add()
    ready = [
        paper.name
        for paper in documents.papers(site, uuid, ADDRESS, convention.now)
        if paper.awaits is None and KINDS[paper.key].filed
    ]
    assert "业主大会会议公告" in ready
    assert "送达登记表" not in ready
    with zipfile.ZipFile(io.BytesIO(documents.filing_package(site, uuid, ADDRESS))) as package:
        names = package.namelist()
    assert [name.partition(" ")[2] for name in names[:-1]] == [
        f"{name}.{form}" for name in (*ready, "文书张贴登记表") for form in ("pdf", "docx")
    ]
    assert names[-1] == "摘要.txt"


def test_a_notice_that_is_outdated_is_not_dated_back(site: Site) -> None:
    convention = Convention(site).noticed()
    uuid, now = convention.elections[0], at("2026-05-20 12:00")
    assert "2026年5月9日" in said(site, uuid, "meeting")
    assert "次公告" not in said(site, uuid, "meeting")
    changed = {**MOTION, "questions": [{**MOTION["questions"][0], "text": "是否同意修改议事规则？"}]}
    elections.edit_election(site, uuid, changed, now, now + timedelta(days=1), convention.actor, now)
    waiting = said(site, uuid, "meeting")
    assert "2026年5月9日" not in waiting
    assert "年　　月　　日" in waiting
    assert "本公告是第 2 次公告" in waiting
    convention.now = now
    convention.give_notice("2026-06-05 00:00", "2026-06-12 00:00", "第一项的题目写错了")
    assert "2026年5月20日" in said(site, uuid, "meeting")


def test_an_extension_is_told_beside_the_time_that_was_announced(site: Site, recorded_letters: None) -> None:
    convention = Convention(site).plan(Meeting.REGULAR)
    uuid = convention.add()
    convention.publish_roll().until("2026-05-09 00:00")
    convention.give_notice("2026-05-25 00:00", "2026-05-31 00:00").issue()
    convention.until("2026-05-25 00:00").until("2026-05-30 10:00")
    closes_at = at("2026-06-07 00:00")
    reason = "参加的人数还差十二户"
    assemblies.extend(site, convention.uuid, closes_at, reason, convention.actor, convention.now)
    announced, extended = "2026年5月31日 00:00", "2026年6月7日 00:00"
    assert extended not in said(site, uuid, "meeting")
    assert extended in said(site, uuid, "ballot")
    assert extended in said(site, uuid, "proxy")
    convention.until("2026-06-07 00:05").finish()
    result = said(site, uuid, "preliminary-result")
    assert f"公告的投票时间2026年5月25日 00:00 至 {announced}" in result
    assert f"延期2026年5月30日 10:00 公告，延至 {extended}；原因：{reason}" in result
    assert "实际投票时间2026年5月25日 00:00 至 2026年6月7日 00:05" in result
