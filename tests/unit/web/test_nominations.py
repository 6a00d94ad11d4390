"""Nominations on the organisers' page: entered, checked, decided, arranged, and into the election's form."""

from tests.conventions import Convention
from tests.unit.services.test_nominations import CONTEST, contest
from tests.unit.web.conftest import Visitor
from tests.unit.web.test_organiser import words
from voting.rules.candidacy import REQUIREMENTS, Point
from voting.services import elections, nominations
from voting.services.site import Site

ALL_MET = {f"{point}-found": "met" for point in Point}


def planned(site: Site) -> tuple[Convention, str]:
    convention = Convention(site).plan(elects_committee=True)
    return convention, f"/organise/assemblies/{convention.uuid}/nominations"


def test_from_the_form_to_the_list(site: Site, organiser: Visitor) -> None:
    convention, address = planned(site)
    uuid = contest(convention)
    form = {
        "name": "张三",
        "units": "1-1-101、1-1-102",
        "nominator": "owners",
        "supporters": "12",
        "consent": "1",
    }
    assert organiser.post(address, form).status_code == 302
    organiser.post(address, {"name": "王五", "units": "1-1-201", "nominator": "self"})
    page = words(organiser.get(address).text)
    assert "业主联名推荐，12 位业主署名；本人已同意" in page
    assert "还有 2 位没有决定" in page
    refused = organiser.post(f"{address}/2/decide", {"listed": "yes"})
    assert refused.status_code == 400
    assert "没有核对，不能列入名单" in words(refused.text)
    for number in (1, 2):
        note = {"pact-note": "物业费已交清"}
        assert organiser.post(f"{address}/{number}/checks", ALL_MET | note).status_code == 302
        assert organiser.post(f"{address}/{number}/decide", {"listed": "yes"}).status_code == 302
    assert "物业费已交清" in organiser.get(address).text
    organiser.post(f"{address}/2/up")
    assert nominations.listed_names(site, convention.uuid) == ("王五", "张三")
    step = f"/organise/assemblies/{convention.uuid}/steps/publish-candidates"
    assert step in organiser.get(address).text
    assert organiser.post(step).status_code == 302
    (asked,) = elections.election(site, uuid).agenda_json["questions"]
    assert asked["candidates"] == ["王五", "张三"]
    # In the election's form nobody types them again, or anything else.
    edit = f"/organise/elections/{uuid}/edit"
    page = organiser.get(edit).text
    assert 'type="hidden" name="q1-candidates" value="王五\n张三"' in page
    public = organiser.get(f"/a/{convention.uuid}").text
    assert public.index("<li>王五</li>") < public.index("<li>张三</li>")
    assert f"/e/{uuid}/questions/{asked['id']}" in public
    assert "没有提交介绍" in organiser.get(f"/e/{uuid}/questions/{asked['id']}").text
    page = organiser.get(f"/organise/assemblies/{convention.uuid}").text
    assert "选票上仍是公告的名单" not in page
    chronicle = words(page)
    assert "核对第 1 号报名的资格：9 项符合，0 项不符合" in chronicle
    assert "第 1 号报名列入候选人名单" in chronicle


def test_what_was_not_read_is_not_shown_as_law(site: Site, organiser: Visitor) -> None:
    _, address = planned(site)
    organiser.post(address, {"name": "张三", "units": "1-1-101", "nominator": "self"})
    page = organiser.get(address).text
    assert "《物业管理条例（2018年修订）》第十六条</p>" in page
    assert page.count("指导规则（建房〔2009〕274号）》第三十一条</p>") == 4
    assert page.count('<p class="hint">通常做法，请核对</p>') == sum(
        not each.source.read for each in REQUIREMENTS.values()
    )


def test_who_is_not_on_the_roll_is_said_so_and_the_form_is_kept(site: Site, organiser: Visitor) -> None:
    _, address = planned(site)
    answer = organiser.post(address, {"name": "某某", "units": "1-1-101", "nominator": "community"})
    assert answer.status_code == 400
    assert "1-1-101 的业主里没有某某" in words(answer.text)
    assert 'value="某某"' in answer.text
    assert 'value="community" checked' in answer.text
    for nothing in ({}, {"nominator": "nobody"}):
        refused = organiser.post(address, nothing)
        assert (refused.status_code, "“谁推荐的”还没有选" in refused.text) == (400, True)
    assert "checked" not in organiser.get(address).text.partition("登记一位")[2]
    assert organiser.post(f"{address}/7/up").status_code == 404


def test_a_withdrawal_and_a_refusal_show_their_reasons(site: Site, organiser: Visitor) -> None:
    _, address = planned(site)
    for name, unit in (("张三", "1-1-101"), ("王五", "1-1-201")):
        organiser.post(address, {"name": name, "units": unit, "nominator": "self"})
    organiser.post(f"{address}/1/withdraw", {"reason": "家里有事，不参选了"})
    organiser.post(f"{address}/2/decide", {"listed": "no", "reason": "配偶在物业公司任职"})
    page = words(organiser.get(address).text)
    assert "退出的原因：家里有事，不参选了" in page
    assert "决定的原因：配偶在物业公司任职" in page


def test_nobody_else_learns_who_was_nominated(site: Site, organiser: Visitor, stranger: Visitor) -> None:
    convention, address = planned(site)
    contest(convention, candidates=CONTEST["candidates"])
    organiser.post(address, {"name": "孙七", "units": "2-1-201", "nominator": "self"})
    convention.publish_roll()
    assert "孙七" not in stranger.get(f"/a/{convention.uuid}").text
    assert stranger.get(address).status_code == 302
