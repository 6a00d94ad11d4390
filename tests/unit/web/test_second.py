"""Pages with the questions of version 2: the form that makes them, what warns of them, and their outcome."""

from typing import Any

import pytest

from tests import second
from tests.assembly import Assembly
from tests.conftest import Clock
from tests.ledgers import delivered
from tests.unit.web.conftest import Visitor
from tests.unit.web.test_organiser import FORM, new_election, words
from voting.rules.questions import CommitteeContest, Plans
from voting.services import elections
from voting.services.site import Site

PLANS = FORM | {
    "q1-kind": "plans",
    "q1-text": "选择电梯维修方案",
    "q1-matter": "278-5",
    "q1-plans": "甲方案\n\n 乙方案 ",
    "q2-seats": "3",
    "q2-each": "yes",
    "q2-ranking": "owners-then-run-off",
    "q2-order": "surname-strokes",
    "q2-alternates": "1",
    "q2-least": "3",
}


def made(organiser: Visitor, assembly: Assembly, form: dict[str, str]) -> str:
    answer = organiser.post(new_election(assembly), form)
    assert answer.status_code == 302, words(answer.text)
    return answer.headers["Location"]


def test_plans_and_candidates_are_made_as_they_are_typed(organiser: Visitor, assembly: Assembly) -> None:
    assembly.draft()
    address = made(organiser, assembly, PLANS)
    plans, contest = elections.election(assembly.site, address.rpartition("/")[2]).agenda.questions
    assert isinstance(plans, Plans)
    assert plans.plans == ("甲方案", "乙方案")
    assert isinstance(contest, CommitteeContest)
    assert (contest.each, contest.ranking, contest.order) == (True, "owners-then-run-off", "surname-strokes")
    assert (contest.alternates, contest.least, contest.stands_incomplete) == (1, 3, True)
    page = words(organiser.get(address).text)
    assert "选一个方案，或者都不同意、弃权" in page
    assert "对每位候选人表示同意、反对或弃权" in page
    assert "另行投票再选" in page
    edit = organiser.get(f"{address}/edit").text
    assert "甲方案\n乙方案</textarea>" in edit
    assert 'name="q2-each" value="yes" checked' in edit
    assert 'name="q2-ranking" value="owners-then-run-off" checked' in edit
    before = elections.election(assembly.site, address.rpartition("/")[2]).agenda
    named = {"q1-id": "q1", "q2-id": "q2"}
    assert organiser.post(f"{address}/edit", PLANS | named).status_code == 302
    assert elections.election(assembly.site, address.rpartition("/")[2]).agenda == before


def test_a_by_election_fills_what_is_left(organiser: Visitor, assembly: Assembly) -> None:
    assembly.draft()
    address = made(organiser, assembly, FORM | {"q2-seats": "2", "q2-sitting": "3"})
    contest = elections.election(assembly.site, address.rpartition("/")[2]).agenda.questions[1]
    assert isinstance(contest, CommitteeContest)
    assert (contest.seats, contest.sitting, contest.size) == (2, 3, 5)


def test_a_stairwell_decides_alone(organiser: Visitor, assembly: Assembly) -> None:
    assembly.draft()
    address = made(organiser, assembly, FORM | {"scope": "stairwells", "stairwells": "1 1\n"})
    page = words(organiser.get(address).text)
    assert "1 栋 1 单元" in page
    view = elections.election(assembly.site, address.rpartition("/")[2])
    assert view.electorate_owners == 2
    for wrong in ("", "1", "1 1 1"):
        answer = organiser.post(new_election(assembly), FORM | {"scope": "stairwells", "stairwells": wrong})
        assert answer.status_code == 400


def test_residents_and_owners_are_never_mixed(organiser: Visitor, assembly: Assembly) -> None:
    assembly.draft()
    pact = FORM | {"questions": "1", "q1-text": "是否通过《居民公约》？", "q1-matter": "residents"}
    page = words(organiser.get(made(organiser, assembly, pact | {"body": "households"})).text)
    assert "参加的人里，同意的要过半数" in page
    # A committee in a residents' ballot, the pact in an owners', and owners' matters among residents.
    for mixed in (
        pact | {"questions": "2", "body": "residents"},
        pact,
        pact | {"body": "residents", "q1-matter": "278-2"},
    ):
        answer = organiser.post(new_election(assembly), mixed)
        assert answer.status_code == 400
        assert "不能放在同一张票上" in answer.text


def test_wording_is_warned_of_with_its_reason_and_nothing_is_blocked(
    organiser: Visitor, assembly: Assembly
) -> None:
    assembly.draft()
    doubtful = FORM | {"q1-text": "是否同意解聘甲物业公司并选聘乙物业公司？", "q1-matter": "278-4"}
    page = words(organiser.post(new_election(assembly), doubtful | {"step": "add-plans"}).text)
    assert "措辞提醒" in page
    assert "请一项只写一件事" in page
    address = made(organiser, assembly, doubtful)
    assert "请一项只写一件事" in words(organiser.get(address).text)
    assert "请一项只写一件事" in words(organiser.get(f"{address}/letters").text)
    assert "措辞提醒" not in words(organiser.get(made(organiser, assembly, FORM)).text)
    english = words(organiser.get(f"{address}?lang=en").text)
    assert "One matter an item" in english


def test_before_the_letters_the_meter_counts_who_could_be_told(
    organiser: Visitor, assembly: Assembly
) -> None:
    assembly.draft()
    page = words(organiser.get(f"/organise/elections/{assembly.uuid}/letters").text)
    assert "5 户里，有 5 户的面积和别人都不一样" in page
    assert "把表决范围放大" in page


@pytest.fixture
def second_assembly(site: Site, clock: Clock, recorded_letters: None) -> Assembly:
    return Assembly(site, clock(), agenda=second.AGENDA)


def test_the_outcome_of_every_kind_is_shown(visitor: Any, second_assembly: Assembly, clock: Clock) -> None:
    held = second_assembly.open().cast_all(second.BALLOTS)
    held.close()
    outcome = held.count()
    organiser = visitor()
    organiser.sign_in("wang")
    clock.now = held.closes_at
    page = words(organiser.get(f"/organise/elections/{held.uuid}/publish").text)
    assert "公布合计会不会露出某一户的选择" in page
    assert "可以推算出来" in page
    assert organiser.post(f"/organise/elections/{held.uuid}/publish").status_code == 302
    for address in (f"/e/{held.uuid}", f"/audit/{held.uuid}"):
        page = words(organiser.get(address).text)
        assert "第 1 项选定：甲方案：大修" in page
        assert "都不同意" in page
        assert outcome["questions"]["q3"]["lot"]["seed"] in page
        assert "候补：" in page
        assert "叶六：反对" in page
    assert "Chosen: 甲方案：大修" in words(organiser.get(f"/e/{held.uuid}?lang=en").text)


def test_both_results_stand_beside_each_other(
    visitor: Any, site: Site, clock: Clock, recorded_letters: None
) -> None:
    held = Assembly(site, clock(), agenda=second.DEEMED).open()
    clock.now = held.voting
    booth = words(visitor().get(f"/v/{held.uuid}").text)
    assert "第十二条：未投票的随多数" in booth
    held.cast_all({1: [second.YES], 2: [second.YES], 3: [second.NO]})
    delivered(held, "2-1-201")
    held.close()
    held.count()
    elections.publish_election(site, held.uuid, held.actor, held.closes_at)
    page = words(visitor().get(f"/e/{held.uuid}").text)
    assert page.index("这次表决没有作出决定") < page.index("计入未投票的以后")
    assert "通过。" in page[page.index("计入未投票的以后") :]


def test_a_residents_meeting_shows_heads_alone(
    visitor: Any, site: Site, clock: Clock, recorded_letters: None
) -> None:
    held = Assembly(site, clock(), agenda=second.RESIDENTS).open()
    held.cast_all({1: [second.YES], 2: [second.YES], 3: [second.NO]})
    clock.now = held.voting
    assert "3 / 5 人" in words(visitor().get(f"/e/{held.uuid}").text)
    held.close()
    held.count()
    elections.publish_election(site, held.uuid, held.actor, held.closes_at)
    page = words(visitor().get(f"/e/{held.uuid}").text)
    assert "参加表决的够了" in page
    assert "平方米" not in page
