"""An assembly in the browser: from planning to filing by the pages alone, and what each role sees."""

import re

import pytest
from werkzeug.test import TestResponse

from tests.assembly import AGENDA
from tests.conftest import Clock
from tests.conventions import Convention, at
from tests.unit.web.conftest import Visitor
from tests.unit.web.test_organiser import words
from voting.protocol.credentials import public_credential, secret_exponent, sign_message
from voting.protocol.group import ED25519
from voting.rules.assembly import Phase
from voting.services import elections, log
from voting.services.assembly_view import assembly
from voting.services.site import Site

pytestmark = pytest.mark.usefixtures("recorded_letters")
ADDRESS = "/organise/assemblies/"


@pytest.fixture
def convention(site: Site, clock: Clock) -> Convention:
    clock.now = at("2026-05-01 09:00")
    return Convention(site)


def moved(convention: Convention, clock: Clock, text: str) -> Convention:
    """Time passes, and nobody ticks: the next request does."""
    clock.now = convention.now = at(text)
    return convention


def test_from_planning_to_the_notice_by_the_pages(
    convention: Convention, organiser: Visitor, stranger: Visitor, clock: Clock, site: Site
) -> None:
    convention.plan()
    shown = organiser.post(
        f"/organise/estates/{convention.estate_id}/assemblies/new", {"step": "show", "place": "北京"}
    )
    assert "《北京市物业管理条例（2024年修正）》第三十二条、第三十五条" in shown.text
    assert "通常做法，请核对" in shown.text
    form = {
        "step": "save",
        "title": "金桥小区首次会议",
        "convener": "筹备组",
        "meeting": "first",
        "effect": "official",
        "place": "杭州",
        "holidays": "2026-05-05",
    }
    made = organiser.post(f"/organise/estates/{convention.estate_id}/assemblies/new", form)
    address = made.headers["Location"]
    uuid = address.rpartition("/")[2]
    page = organiser.get(address)
    assert "请公示业主清册" in page.text
    assert stranger.get(f"/a/{uuid}").status_code == 404
    added = organiser.post(
        f"/organise/estates/{convention.estate_id}/elections/new",
        {
            "assembly": uuid,
            "step": "save",
            "title": "修改管理规约",
            "scope": "all",
            "exclude_uses": "车位",
            "questions": "1",
            "q1-kind": "motion",
            "q1-text": "是否同意修改管理规约？",
            "q1-matter": "278-2",
            "secrecy": "confidential",
            "group": "BELENIOS-2048",
        },
    )
    assert added.status_code == 302, added.text
    assert "会议公告决定" in organiser.get(added.headers["Location"] + "/edit").text
    asked = organiser.get(f"{address}/steps/publish-roll")
    assert "5 位业主" in asked.text
    assert organiser.post(f"{address}/steps/publish-roll").status_code == 302
    early = organiser.post(
        f"{address}/steps/give-notice", {"opens_at": "2026-05-25T08:00", "closes_at": "2026-05-31T20:00"}
    )
    assert early.status_code == 400
    assert "异议期到 2026年5月9日 00:00 才结束" in early.text
    clock.now = at("2026-05-09 09:00")
    short = organiser.post(
        f"{address}/steps/give-notice", {"opens_at": "2026-05-24T23:59", "closes_at": "2026-05-31T20:00"}
    )
    assert "最早只能从 2026年5月25日 00:00 开始投票" in short.text
    given = organiser.post(
        f"{address}/steps/give-notice", {"opens_at": "2026-05-25T08:00", "closes_at": "2026-05-31T20:00"}
    )
    assert given.status_code == 302
    assert assembly(site, uuid, clock()).phase is Phase.NOTICE_GIVEN
    page = organiser.get(address)
    assert "请制作选票信" in page.text
    public = stranger.get(f"/a/{uuid}")
    assert "是否同意修改管理规约？" in public.text
    assert "2026年5月25日 08:00" in public.text
    calendar = organiser.get(f"{address}/calendar.ics")
    assert calendar.mimetype == "text/calendar"
    assert b"BEGIN:VCALENDAR" in calendar.data
    assert stranger.get(f"/a/{uuid}/calendar.ics").status_code == 200


def test_a_request_opens_what_is_due_and_offers_no_early_end(
    convention: Convention, organiser: Visitor, stranger: Visitor, clock: Clock
) -> None:
    convention.noticed().issue()
    uuid = convention.elections[0]
    moved(convention, clock, "2026-05-24 23:59:59")
    assert "等待开始" in stranger.get(f"/e/{uuid}").text
    moved(convention, clock, "2026-05-25 00:00")
    assert "正在投票" in stranger.get(f"/e/{uuid}").text
    page = organiser.get(f"/organise/elections/{uuid}").text
    assert "提前截止" not in page
    assert organiser.get(f"/organise/elections/{uuid}/close").status_code == 400
    assert organiser.post(f"/organise/elections/{uuid}/close", {"reason": "大家都投完了"}).status_code == 400
    extended = organiser.post(
        f"{ADDRESS}{convention.uuid}/steps/extend",
        {"closes_at": "2026-06-10T00:00", "reason": "参与的户数还不够"},
    )
    assert extended.status_code == 302
    assert "参与的户数还不够" in stranger.get(f"/a/{convention.uuid}").text
    moved(convention, clock, "2026-06-10 00:00")
    assert "已截止" in stranger.get(f"/e/{uuid}").text
    assert "请逐项计票" in organiser.get(f"{ADDRESS}{convention.uuid}").text
    elections.count_election(convention.site, uuid, convention.actor, clock())
    for act in ("publish-preliminary", "publish-final", "file"):
        assert organiser.get(f"{ADDRESS}{convention.uuid}/steps/{act}").status_code == 200
    assert organiser.post(f"{ADDRESS}{convention.uuid}/steps/publish-preliminary").status_code == 302
    assert "初步结果公示" in stranger.get(f"/a/{convention.uuid}").text
    assert organiser.post(f"{ADDRESS}{convention.uuid}/steps/publish-final").status_code == 400
    moved(convention, clock, "2026-06-18 00:00")
    assert organiser.post(f"{ADDRESS}{convention.uuid}/steps/publish-final").status_code == 302
    assert organiser.get(f"{ADDRESS}{convention.uuid}").status_code == 200


def test_objections_and_corrections_by_the_pages(
    convention: Convention, organiser: Visitor, auditor: Visitor, stranger: Visitor, clock: Clock
) -> None:
    convention.plan()
    convention.add()
    convention.publish_roll()
    address = f"{ADDRESS}{convention.uuid}"
    filed = organiser.post(
        f"{address}/objections",
        {"about": "roll", "filed_by": "李四 1-1-201", "text": "我家面积是 91.25"},
    )
    assert filed.status_code == 302
    page = organiser.get(f"{address}/objections").text
    assert "我家面积是 91.25" in page
    correct = {"label": "1-1-201", "area": "91.25", "reason": "产权证上是 91.25", "objection": "1"}
    assert organiser.post(f"{address}/roll/correct", correct).status_code == 302
    assert organiser.post(f"{address}/roll/correct", {**correct, "label": "9-9-9"}).status_code == 400
    assert organiser.post(f"{address}/objections/1/answer", {"answer": "已更正"}).status_code == 302
    decided = organiser.post(f"{address}/objections/1/decide", {"upheld": "yes", "reason": "以产权证为准"})
    assert decided.status_code == 302
    assert organiser.post(f"{address}/objections/1/decide", {"reason": "以产权证为准"}).status_code == 400
    public = stranger.get(f"/a/{convention.uuid}").text
    assert "以产权证为准" in public
    assert "李四" not in public
    assert "91.25" not in public
    roll = stranger.get(f"/a/{convention.uuid}/roll").text
    assert "李*" in roll
    assert "91.25" in roll
    # Everybody sees what was changed since it hangs there, and whether somebody could still object.
    assert "1-1-201。产权证上是 91.25（第 1 号异议）" in roll
    assert "异议期以后改的" not in roll
    moved(convention, clock, "2026-05-09 00:00")
    late = {"label": "1-1-201", "area": "91.20", "reason": "又核对了一遍"}
    assert organiser.post(f"{address}/roll/correct", late).status_code == 302
    changed = stranger.get(f"/a/{convention.uuid}/roll").text
    assert changed.count("异议期以后改的") == 1
    assert changed.index("产权证上是 91.25") < changed.index("又核对了一遍") < changed.index("异议期以后改的")
    assert not re.search("张三|李四|王五|赵六|孙七|周八", roll)
    kept = auditor.get(f"/audit/assemblies/{convention.uuid}").text
    assert "我家面积是 91.25" in kept
    assert "采纳第 1 号异议" in kept
    for told in ("召集人 筹备组", "种类 首次会议", "规则 杭州"):
        assert told in words(kept)
    assert "更正名册（第 1 版）：1-1-201" in kept
    assert convention.uuid in auditor.get("/audit").text
    assert "更正" in organiser.get(f"{address}/roll").text


def test_a_rule_is_changed_with_a_reason(convention: Convention, organiser: Visitor) -> None:
    convention.plan()
    address = f"{ADDRESS}{convention.uuid}/rules"
    assert "通常做法，请核对" in organiser.get(address).text
    law = "《物业管理条例（2018年修订）》第十六条规定的是：30 天"
    assert law in organiser.get(f"{address}/filing-days").text
    assert "规定的是" not in organiser.get(f"{address}/roll-objection-days").text
    for setting, value in (
        ("roll-objection-days", "10"),
        ("deemed-votes", "no"),
        ("alternates", "half"),
        ("window-most-days", ""),
    ):
        assert organiser.get(f"{address}/{setting}").status_code == 200
        changed = organiser.post(f"{address}/{setting}", {"value": value, "reason": "街道书面答复的"})
        assert changed.status_code == 302, setting
    assert organiser.post(f"{address}/notice-days", {"value": "20", "reason": ""}).status_code == 400
    assert (
        organiser.post(f"{address}/notice-days", {"value": "x", "reason": "街道书面答复的"}).status_code
        == 400
    )
    assert organiser.get(f"{address}/nothing").status_code == 404
    assert "街道书面答复的" in organiser.get(address).text


def test_a_changed_rule_is_told_in_words(convention: Convention, organiser: Visitor) -> None:
    convention.plan()
    address = f"{ADDRESS}{convention.uuid}"
    for setting, value in (("deemed-votes", "no"), ("revoting", "once"), ("window-most-days", "")):
        form = {"value": value, "reason": "街道书面答复的"}
        assert organiser.post(f"{address}/rules/{setting}", form).status_code == 302
    page, english = words(organiser.get(address).text), words(organiser.get(f"{address}?lang=en").text)
    assert "把“改投”由“不能改投”改为“可以改一次”" in page
    assert "把“投票最多天数”由“60 天”改为“没有规定”" in page
    assert "“Changing a vote” was changed from “not possible” to “once”" in english
    for text in (page, english):
        assert not re.search("“(True|False|None|none)”", text)
    assert "May 2026 Mo Tu We" in english


def test_what_is_announced_or_published_is_on_the_page_that_asks(
    convention: Convention, organiser: Visitor, clock: Clock
) -> None:
    convention.plan()
    uuid = convention.add()
    convention.publish_roll()
    address = f"{ADDRESS}{convention.uuid}"
    moved(convention, clock, "2026-05-09 09:00")
    asked = organiser.get(f"{address}/steps/give-notice").text
    assert "是否同意修改管理规约？" in asked
    assert "公布合计会不会露出某一户的选择" in asked
    # It opens in a morning and closes on an evening that the place's least window allows.
    assert 'value="2026-05-25T08:00"' in asked
    assert 'value="2026-05-31T20:00"' in asked
    convention.give_notice("2026-05-25 00:00", "2026-05-31 00:00").issue()
    convention.until("2026-05-25 00:00")
    for voter in (1, 2, 3, 4):
        convention.cast(uuid, voter, [[1, 0, 0]])
    convention.until("2026-05-31 00:00")
    elections.count_election(convention.site, uuid, convention.actor, convention.now)
    clock.now = convention.now
    asked = organiser.get(f"{address}/steps/publish-preliminary").text
    assert "第 1 项通过。" in words(asked)
    assert "至少 4 户的选择可以推算出来" in words(asked)
    # What could have helped before the vote helps no more.
    assert "现在已经改不了" in asked
    assert "名册里就写整平方米" not in asked


def test_every_act_of_an_assembly_is_told_in_both_languages(
    convention: Convention, organiser: Visitor, clock: Clock
) -> None:
    convention.noticed().issue()
    moved(convention, clock, "2026-05-31 00:00")
    organiser.get("/")
    page = organiser.get(f"/audit/assemblies/{convention.uuid}")
    english = organiser.get(f"/audit/assemblies/{convention.uuid}?lang=en")
    # Sentences of both languages have their spaces, and times and values are in words.
    assert not re.search(r"[.]Reason|[a-z][(]|20[0-9]{2}-[0-9]{2}-[0-9]{2} ", words(english.text))
    for entry in log.entries(convention.site, convention.uuid):
        assert entry.act not in words(page.text)
        assert entry.act not in words(english.text)


def test_pages_of_an_unknown_assembly(organiser: Visitor, stranger: Visitor) -> None:
    for path in ("", "/rules", "/roll", "/objections", "/steps/publish-roll", "/calendar.ics"):
        assert organiser.get(f"{ADDRESS}abcdefghijkmnp{path}").status_code == 404
    for path in ("", "/roll", "/calendar.ics"):
        assert stranger.get(f"/a/abcdefghijkmnp{path}").status_code == 404


def test_home_pages_show_the_assembly(convention: Convention, organiser: Visitor, stranger: Visitor) -> None:
    convention.plan()
    title = "金桥小区首次业主大会会议"
    assert title in organiser.get("/organise").text
    assert title not in stranger.get("/").text
    convention.publish_roll()
    assert title in stranger.get("/").text


def test_a_voter_objects_with_the_letter(
    convention: Convention, stranger: Visitor, organiser: Visitor, clock: Clock
) -> None:
    convention.plan()
    uuid = convention.add(AGENDA)
    convention.publish_roll().until("2026-05-09 00:00").publish_candidates()
    assert stranger.get(f"/v/{uuid}/objection").status_code == 404
    convention.give_notice("2026-05-25 00:00", "2026-05-31 00:00").issue()
    clock.now = at("2026-05-10 20:00")
    assert "候选人名单" in stranger.get(f"/v/{uuid}/objection").text
    asked = stranger.client.post(
        f"/v/{uuid}/objection/challenge", json={}, headers={"X-CSRFToken": stranger.token}
    )
    challenge = asked.json["challenge"]
    credential = convention.private[uuid][3]
    secret = secret_exponent(ED25519, uuid, credential)
    proof = sign_message(ED25519, secret, f"objection|{uuid}|{challenge}")

    def send(**changes: str) -> TestResponse:
        entry = {
            "public_credential": public_credential(ED25519, uuid, credential),
            "challenge": challenge,
            "proof": {"challenge": proof.challenge, "response": proof.response},
            "digits": "4321",
            "about": "candidates",
            "text": "有一位候选人不是业主",
        }
        return stranger.client.post(
            f"/v/{uuid}/objection", json=entry | changes, headers={"X-CSRFToken": stranger.token}
        )

    assert send(digits="0000").json["refusal"] == "second-factor-wrong"
    assert send(about="roll").json["refusal"] == "objection-too-late"
    assert send(about="weather").json["refusal"] == "request-unreadable"
    assert send(text=" ").json["refusal"] == "objection-text-invalid"
    assert send().json == {"number": 1}
    page = organiser.get(f"{ADDRESS}{convention.uuid}/objections").text
    assert "有一位候选人不是业主" in page
    assert "赵六（2-1-101），" in page
    assert "凭选票信提出" in page
    clock.now = at("2026-05-25 00:00")
    assert "等待开始" in stranger.get(f"/e/{uuid}").text
    assert "还有异议没有处理完" in organiser.get(f"{ADDRESS}{convention.uuid}").text


def test_a_missed_window_leads_to_another_notice(
    convention: Convention, organiser: Visitor, clock: Clock
) -> None:
    convention.noticed()
    address = f"{ADDRESS}{convention.uuid}"
    moved(convention, clock, "2026-05-25 23:59:59")
    assert "错过了公告的投票时间" not in organiser.get(address).text
    moved(convention, clock, "2026-05-26 00:00")
    page = organiser.get(address)
    assert "错过了公告的投票时间" in page.text
    assert f"{address}/steps/give-notice" in page.text
    assert "离公告的截止时间 2026年5月31日 00:00 已经不足 5 天" in page.text
    # Making letters now would not help.
    assert "还没有制作，到时间不能开始投票" not in page.text


def test_a_result_is_put_right_and_published_again_by_the_pages(
    convention: Convention, organiser: Visitor, stranger: Visitor, clock: Clock
) -> None:
    convention.noticed().issue().until("2026-05-25 00:00").until("2026-05-31 00:00").finish()
    moved(convention, clock, "2026-06-01 09:00")
    address, step = f"{ADDRESS}{convention.uuid}", "/steps/publish-preliminary"
    objection = {"about": "result", "text": "反对少数了一户", "filed_by": "一位业主"}
    assert organiser.post(f"{address}/objections", objection).status_code == 302
    decision = {"upheld": "yes", "reason": "复核属实，抄错一户"}
    assert organiser.post(f"{address}/objections/1/decide", decision).status_code == 302
    assert "采纳了对结果的异议" in organiser.get(address).text
    asked = organiser.get(address + step)
    assert "票箱里的票和计票不会因此改变" in asked.text
    assert organiser.post(address + step, {"reason": ""}).status_code == 400
    reason = "反对由 12 户更正为 13 户"
    assert organiser.post(address + step, {"reason": reason}).status_code == 302
    assert reason in stranger.get(f"/a/{convention.uuid}").text
