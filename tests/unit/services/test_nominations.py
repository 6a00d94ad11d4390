"""Candidates: nominated from the roll, looked at point by point, listed, published, typed once."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.assembly import AGENDA
from tests.conventions import Convention, at
from tests.refusals import refusal_of, refused_by
from voting.errors import Refusal
from voting.rules.assembly import About, Act
from voting.rules.candidacy import Check, Found, Nominator, Point
from voting.rules.questions import SURNAME_STROKES
from voting.services import elections, log, nominations, objections
from voting.services.nominations import Nominating
from voting.services.objections import Objecting
from voting.services.site import Site

pytestmark = pytest.mark.either_database

CONTEST: dict[str, Any] = {**AGENDA["questions"][1], "seats": 3, "candidates": ["某某"]}
ZHANG = Nominating("张三", ("1-1-101", "1-1-102"), Nominator.SELF, consent=True)
WANG = Nominating("王五", ("1-1-201",), Nominator.CO_OWNERS, consent=True)
ZHAO = Nominating("赵六", ("2-1-101",), Nominator.OWNERS, 5, consent=True)
SUN = Nominating("孙七", ("2-1-201",), Nominator.COMMUNITY)
ALL_MET = dict.fromkeys(Point, Check(Found.MET))


@pytest.fixture
def convention(site: Site) -> Convention:
    return Convention(site).plan(elects_committee=True)


def nominate(convention: Convention, nominating: Nominating) -> int:
    return nominations.nominate(
        convention.site, convention.uuid, nominating, convention.actor, convention.now
    )


def check(convention: Convention, number: int, **found: Found) -> None:
    named = {Point(key.replace("_", "-")): Check(value) for key, value in found.items()}
    checks = {**ALL_MET, **named}
    nominations.check_nominee(
        convention.site, convention.uuid, number, checks, convention.actor, convention.now
    )


def decide(convention: Convention, number: int, listed: bool = True, reason: str = "", **more: Any) -> None:
    arguments = (number, listed, reason, convention.actor, convention.now)
    nominations.decide_nominee(convention.site, convention.uuid, *arguments, **more)


def listed(convention: Convention, *nominated: Nominating) -> list[int]:
    numbers = [nominate(convention, each) for each in nominated]
    for number in numbers:
        check(convention, number)
        decide(convention, number)
    return numbers


def contest(convention: Convention, **more: Any) -> str:
    return convention.add({**AGENDA, "questions": [{**CONTEST, **more}]})


def candidates(convention: Convention, uuid: str) -> list[str]:
    (asked,) = elections.election(convention.site, uuid).agenda_json["questions"]
    names: list[str] = asked["candidates"]
    return names


@pytest.mark.both_databases
def test_from_the_nomination_to_the_published_list(convention: Convention) -> None:
    uuid = contest(convention, at_most=1)
    listed(convention, ZHAO, ZHANG, WANG)
    refused = nominate(convention, SUN)
    check(convention, refused, consent=Found.NOT_MET)
    decide(convention, refused, False, "本人没有签名同意")
    convention.publish_candidates()
    assert candidates(convention, uuid) == ["赵六", "张三", "王五"]
    step = convention.view.last(Act.PUBLISH_CANDIDATES)
    assert step is not None
    (published,) = step.facts["candidates"]
    assert published["candidates"] == ["赵六", "张三", "王五"]
    assert "order" not in published
    acts = [entry for entry in log.entries(convention.site, convention.uuid) if "candidate-" in entry.act]
    assert [entry.act for entry in acts].count("candidate-decided") == 4
    # Before they are published, names are in no log.
    assert not any(name in str(acts) for name in ("张三", "王五", "赵六", "孙七"))


def test_the_list_by_strokes_says_so(convention: Convention) -> None:
    uuid = contest(convention, order=SURNAME_STROKES)
    listed(convention, ZHAO, ZHANG, WANG)
    convention.publish_candidates()
    assert candidates(convention, uuid) == ["王五", "张三", "赵六"]
    step = convention.view.last(Act.PUBLISH_CANDIDATES)
    assert step is not None
    assert step.facts["candidates"][0]["order"] == SURNAME_STROKES


def test_the_fixed_order_is_arranged(convention: Convention) -> None:
    uuid = contest(convention)
    _, second, third = listed(convention, ZHAO, ZHANG, WANG)
    for number in (third, third, second):
        nominations.move_nominee_up(
            convention.site, convention.uuid, number, convention.actor, convention.now
        )
    convention.publish_candidates()
    assert candidates(convention, uuid) == ["王五", "张三", "赵六"]


@pytest.mark.parametrize(
    ("nominating", "refusal"),
    [
        (replace(ZHANG, units=("2-1-101",)), Refusal.NOMINEE_NOT_ON_ROLL),
        (replace(ZHANG, units=("1-1-101", "9-9-909")), Refusal.NOMINEE_NOT_ON_ROLL),
        (replace(ZHANG, name="张三三"), Refusal.NOMINEE_NOT_ON_ROLL),
        (replace(ZHANG, name=" "), Refusal.NOMINEE_NAME_INVALID),
        (replace(ZHANG, units=("", " ")), Refusal.NOMINEE_NAME_INVALID),
        (replace(ZHANG, supporters=-1), Refusal.NUMBER_UNREADABLE),
    ],
)
def test_who_is_no_owner_is_not_entered(
    convention: Convention, nominating: Nominating, refusal: Refusal
) -> None:
    assert refusal_of(lambda: nominate(convention, nominating)) is refusal
    assert nominations.nominees(convention.site, convention.uuid) == []


def test_nobody_is_entered_twice_and_may_come_back(convention: Convention) -> None:
    number = nominate(convention, ZHANG)
    assert (
        refusal_of(lambda: nominate(convention, replace(ZHANG, units=("1-1-102",)))) is Refusal.NOMINEE_TWICE
    )
    arguments = (
        convention.site,
        convention.uuid,
        number,
        "家里有事，不参选了",
        convention.actor,
        convention.now,
    )
    nominations.withdraw_nominee(*arguments)
    assert refusal_of(lambda: nominations.withdraw_nominee(*arguments)) is Refusal.NOMINEE_WITHDRAWN
    assert refusal_of(lambda: decide(convention, number)) is Refusal.NOMINEE_WITHDRAWN
    assert nominate(convention, ZHANG) == number + 1


def test_only_who_was_looked_at_and_is_qualified_is_listed(convention: Convention) -> None:
    number = nominate(convention, SUN)
    unchecked = refused_by(lambda: decide(convention, number))
    assert (unchecked.refusal, unchecked.context) == (Refusal.NOMINEE_UNCHECKED, {"count": len(Point) - 1})
    check(convention, number, no_tie=Found.NOT_MET)
    unmet = refused_by(lambda: decide(convention, number))
    assert (unmet.refusal, unmet.context) == (Refusal.NOMINEE_NOT_QUALIFIED, {"count": 1})
    assert refusal_of(lambda: decide(convention, number, False)) is Refusal.REASON_MISSING
    decide(convention, number, False, "配偶在物业公司任职")
    # Looked at again, the decision is open again.
    check(convention, number)
    (nominee,) = nominations.nominees(convention.site, convention.uuid)
    assert nominee.is_open
    decide(convention, number)
    assert nominations.listed_names(convention.site, convention.uuid) == ("孙七",)
    assert refusal_of(lambda: decide(convention, 99)) is Refusal.NOMINEE_UNKNOWN


def test_that_somebody_is_on_the_roll_nobody_can_claim(convention: Convention) -> None:
    number = nominate(convention, ZHANG)
    check(convention, number, on_roll=Found.NOT_MET)
    (nominee,) = nominations.nominees(convention.site, convention.uuid)
    assert nominee.checks[Point.ON_ROLL].found is Found.MET


def test_nothing_is_published_while_somebody_waits_or_without_a_contest(convention: Convention) -> None:
    listed(convention, ZHANG)
    assert refusal_of(convention.publish_candidates) is Refusal.NOMINATIONS_ONE_CONTEST
    contest(convention)
    waiting = nominate(convention, WANG)
    undecided = refused_by(convention.publish_candidates)
    assert (undecided.refusal, undecided.context) == (Refusal.NOMINATIONS_UNDECIDED, {"count": 1})
    check(convention, waiting)
    decide(convention, waiting, False, "没有时间参加工作")
    convention.publish_candidates()
    contest(convention)
    assert refusal_of(lambda: convention.publish_candidates("又有一项")) is Refusal.NOMINATIONS_ONE_CONTEST


def test_an_upheld_objection_leads_to_a_corrected_list(convention: Convention) -> None:
    uuid = contest(convention)
    numbers = listed(convention, ZHANG, WANG, ZHAO)
    convention.publish_candidates().publish_roll()
    site, actor = convention.site, convention.actor
    convention.now = at("2026-05-02 09:00")
    objecting = Objecting(About.CANDIDATES, "王五的儿子在物业公司任职。", "李四")
    objection = objections.file_objection(site, convention.uuid, objecting, actor, convention.now)
    objections.decide_objection(
        site, convention.uuid, objection, True, "查实在物业公司任职", actor, convention.now
    )
    unknown = refusal_of(lambda: decide(convention, numbers[1], False, "查实有利害关系", objection=9))
    assert unknown is Refusal.OBJECTION_UNKNOWN
    decide(convention, numbers[1], False, "查实有利害关系", objection=objection)
    # The list that hangs is still the old one: no notice can be given on it.
    convention.now = at("2026-05-20 00:00")
    window = ("2026-06-05 00:00", "2026-06-12 00:00")
    assert refusal_of(lambda: convention.give_notice(*window)) is Refusal.CANDIDATES_CHANGED
    assert refusal_of(convention.publish_candidates) is Refusal.REASON_MISSING
    convention.publish_candidates("采纳异议，去掉一位")
    assert candidates(convention, uuid) == ["张三", "赵六"]
    told = [entry for entry in log.entries(site, convention.uuid) if entry.act == "candidate-decided"]
    assert told[-1].details == {
        "number": numbers[1],
        "listed": False,
        "reason": "查实有利害关系",
        "objection": objection,
    }


def test_who_withdraws_after_the_list_needs_a_new_one(convention: Convention) -> None:
    contest(convention)
    numbers = listed(convention, ZHANG, WANG, ZHAO)
    convention.publish_candidates().publish_roll()
    convention.now = at("2026-05-20 00:00")
    nominations.withdraw_nominee(
        convention.site, convention.uuid, numbers[0], "身体不好，退出", convention.actor, convention.now
    )
    window = ("2026-06-05 00:00", "2026-06-12 00:00")
    assert refusal_of(lambda: convention.give_notice(*window)) is Refusal.CANDIDATES_CHANGED


def test_two_of_one_name_are_told_apart_by_their_units(site: Site) -> None:
    row = "{},王五,,,80,住宅,不动产登记"
    register = "房号,业主姓名,证件号码,联系电话,建筑面积,用途,面积依据\n" + "\n".join(
        row.format(label) for label in ("1-1-101", "1-1-102")
    )
    convention = Convention(site, register=("roll.csv", register.encode())).plan(elects_committee=True)
    listed(convention, Nominating("王五", ("1-1-102",)), Nominating("王五", ("1-1-101",)))
    expected = ("王五（1-1-102）", "王五（1-1-101）")
    assert nominations.listed_names(site, convention.uuid) == expected


@pytest.mark.usefixtures("recorded_letters")
def test_once_voting_has_begun_nothing_changes(site: Site) -> None:
    convention = Convention(site)
    convention.noticed().issue().until("2026-05-25 00:00")
    convention.now += timedelta(hours=1)
    assert refusal_of(lambda: nominate(convention, ZHANG)) is Refusal.STEP_OUT_OF_ORDER
