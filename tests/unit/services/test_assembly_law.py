"""What a careless or hostile committee might try with an assembly, and what the law makes of it."""

from datetime import timedelta
from pathlib import Path
from shutil import copy
from typing import Any

import pytest

from tests.assembly import AGENDA, register_csv
from tests.conventions import MOTION, Convention, at
from voting.documents.notices import KINDS
from voting.errors import Refusal, Refused
from voting.rules.assembly import About, Act, Effect, Meeting, Phase
from voting.rules.candidacy import Check, Found, Point
from voting.rules.settings import Scalar, Setting
from voting.rules.terms import Deemed, Terms
from voting.services import (
    assemblies,
    assembly_letters,
    by_elections,
    documents,
    elections,
    nominations,
    objections,
    roll_corrections,
)
from voting.services.assemblies import Planned
from voting.services.assembly_notice import notice_obstacles
from voting.services.assembly_state import held
from voting.services.nominations import Nominating
from voting.services.objections import Objecting
from voting.services.roll_corrections import Corrected
from voting.services.site import Keys, Site
from voting.store.engine import Store

pytestmark = pytest.mark.usefixtures("recorded_letters")
WINDOW = ("2026-05-25 00:00", "2026-05-31 00:00")
CONTEST: dict[str, Any] = AGENDA["questions"][1]
REASON = "街道书面答复可以改"


@pytest.fixture
def convention(sqlite: Path, tmp_path: Path) -> Convention:
    store = Store(f"sqlite:///{copy(sqlite, tmp_path / 'voting.sqlite')}")
    return Convention(Site(store, Keys.derive(b"a master secret of 32 bytes only")))


def refusal(act: Any, *arguments: Any, **more: Any) -> Refusal:
    with pytest.raises(Refused) as refused:
        act(*arguments, **more)
    return refused.value.refusal


def missing(convention: Convention) -> set[Refusal]:
    following = convention.view.next
    return set() if following is None else {each.refusal for each in following.missing}


def change(convention: Convention, setting: Setting, value: Scalar, reason: str = REASON) -> None:
    actor, now = convention.actor, convention.now
    assemblies.change_setting(convention.site, convention.uuid, setting, value, reason, actor, now)


def objected(convention: Convention, about: About, *, upheld: bool) -> int:
    """An objection that is filed and decided now; its number."""
    site, uuid, actor, now = convention.site, convention.uuid, convention.actor, convention.now
    number = objections.file_objection(site, uuid, Objecting(about, "这里写错了", "一位业主"), actor, now)
    objections.decide_objection(site, uuid, number, upheld, "已经核对过原件", actor, now)
    return number


def correct(convention: Convention, area: str, objection: int | None) -> None:
    corrected = Corrected("1-1-201", area=area)
    actor, now = convention.actor, convention.now
    roll_corrections.correct_unit(
        convention.site, convention.uuid, corrected, "产权证上多一平方米", objection, actor, now
    )


# the window


def test_letters_that_come_too_late_for_the_shortest_window_need_a_new_notice(convention: Convention) -> None:
    convention.noticed().until("2026-05-25 23:59:59")
    assert convention.issue().until("2026-05-26 00:00").phases() == ["draft"]
    assert missing(convention) == {Refusal.OPENING_TOO_LATE}
    again = ("2026-06-11 00:00", "2026-06-17 00:00", "选票信做晚了，错过了开始的时间")
    assert refusal(convention.give_notice, *again) is Refusal.LETTERS_OUT
    site, uuid, actor = convention.site, convention.uuid, convention.actor
    assembly_letters.withdraw_letters(site, uuid, "开始的时间错过了，信全部收回", actor, convention.now)
    convention.give_notice(*again).issue().until("2026-06-11 00:00")
    assert convention.phases() == ["open"]


def test_the_last_second_of_the_first_day_still_leaves_the_shortest_window(convention: Convention) -> None:
    assert convention.noticed().issue().until("2026-05-25 23:59:59").phases() == ["open"]


# settings


@pytest.mark.parametrize(
    ("days", "expected"), [(6, Refusal.SETTING_FIXED), (0, Refusal.SETTING_FIXED), (7, None), (8, None)]
)
def test_a_period_for_objections_that_runs_becomes_no_shorter(
    convention: Convention, days: int, expected: Refusal | None
) -> None:
    convention.plan().add()
    convention.publish_roll()
    if expected is None:
        change(convention, Setting.ROLL_OBJECTION_DAYS, days)
        return
    assert refusal(change, convention, Setting.ROLL_OBJECTION_DAYS, days) is expected
    convention.until("2026-05-08 23:59:59")
    assert refusal(convention.give_notice, *WINDOW) is Refusal.OBJECTIONS_RUNNING


def test_where_the_city_s_own_system_is_asked_for_ours_is_not_the_official_one(
    convention: Convention,
) -> None:
    convention.plan(Meeting.REGULAR, "北京").add()
    assert missing(convention) == {Refusal.OFFICIAL_ELSEWHERE}
    assert refusal(convention.publish_roll) is Refusal.OFFICIAL_ELSEWHERE
    change(convention, Setting.OFFICIAL_SYSTEM, False, "市住建委书面同意接入本系统")
    convention.publish_roll().until("2026-05-09 00:00")
    change(convention, Setting.OFFICIAL_SYSTEM, True, "市住建委收回了同意")
    assert refusal(convention.give_notice, *WINDOW) is Refusal.OFFICIAL_ELSEWHERE


@pytest.mark.parametrize("effect", [Effect.PAPER_PRIMARY, Effect.ADVISORY])
def test_beside_signed_paper_or_for_advice_it_may_be_used_there(
    convention: Convention, effect: Effect
) -> None:
    convention.plan(Meeting.REGULAR, "北京", effect=effect).add()
    assert missing(convention) == set()
    convention.publish_roll().until("2026-05-09 00:00").give_notice(*WINDOW)
    assert convention.view.phase is Phase.NOTICE_GIVEN


@pytest.mark.parametrize(("dated", "adopted"), [("2026-05-01", True), ("2026-05-02", False)])
def test_silence_counts_by_a_clause_that_was_adopted(
    convention: Convention, dated: str, adopted: bool
) -> None:
    convention.plan(Meeting.REGULAR)
    change(convention, Setting.DEEMED_VOTES, True, "议事规则第十二条已经通过")
    deemed = Deemed("第十二条：未投票的随多数", dated, "majority")
    agenda = {**MOTION, "terms": Terms(meeting=Meeting.REGULAR, deemed=deemed).as_json()}
    convention.until("2026-05-01 23:59:59")
    if adopted:
        assert convention.add(agenda)
    else:
        assert refusal(convention.add, agenda) is Refusal.DEEMED_NOT_ADOPTED


# what was announced


def test_an_item_that_was_announced_is_not_dropped_without_a_new_notice(convention: Convention) -> None:
    convention.plan()
    dropped = convention.add()
    convention.now += timedelta(seconds=1)
    convention.add({**MOTION, "title": "另一项表决"})
    convention.publish_roll().until("2026-05-09 00:00").give_notice(*WINDOW)
    elections.delete_draft(convention.site, dropped, convention.actor, convention.now)
    convention.elections.remove(dropped)
    assert convention.view.outdated
    assert refusal(convention.issue) is Refusal.NOTICE_OUTDATED
    convention.until("2026-05-25 00:00")
    assert convention.phases() == ["draft"]


def test_a_candidate_who_withdraws_after_the_notice_is_pointed_out(convention: Convention) -> None:
    convention.plan(elects_committee=True)
    convention.add({**AGENDA, "questions": [CONTEST]})
    site, uuid, actor, now = convention.site, convention.uuid, convention.actor, convention.now
    for name, unit in (("张三", "1-1-101"), ("赵六", "2-1-101")):
        number = nominations.nominate(site, uuid, Nominating(name, (unit,), consent=True), actor, now)
        met = {point: Check(Found.MET) for point in Point}
        nominations.check_nominee(site, uuid, number, met, actor, now)
        nominations.decide_nominee(site, uuid, number, True, "", actor, now)
    convention.publish_roll().publish_candidates().until("2026-05-16 09:00")
    window = ("2026-06-05 00:00", "2026-06-15 00:00")
    convention.give_notice(*window)
    assert not convention.view.behind
    nominations.withdraw_nominee(site, uuid, 2, "本人书面退出选举", actor, convention.now)
    assert convention.view.behind
    # Until the list is published again, the ballot has the list that was announced.
    assert refusal(convention.give_notice, *window, "有一位候选人退出") is Refusal.CANDIDATES_CHANGED
    convention.publish_candidates("有一位候选人退出")
    assert not convention.view.behind


# what an upheld objection asks for


def test_an_upheld_objection_to_the_roll_is_followed_by_a_correction(convention: Convention) -> None:
    convention.plan().add()
    convention.publish_roll()
    correct(convention, "90.50", None)
    convention.until("2026-05-08 12:00")
    first = objected(convention, About.ROLL, upheld=True)
    second = objected(convention, About.ROLL, upheld=False)
    convention.until("2026-05-09 00:00")
    # What was corrected before it, or for another one, is no answer to it.
    correct(convention, "91.00", second)
    assert missing(convention) == {Refusal.OBJECTION_UNHEEDED}
    assert refusal(convention.give_notice, *WINDOW) is Refusal.OBJECTION_UNHEEDED
    correct(convention, "91.25", first)
    convention.give_notice(*WINDOW)
    assert convention.view.phase is Phase.NOTICE_GIVEN


def test_a_roll_that_is_published_anew_answers_what_was_upheld(convention: Convention) -> None:
    convention.plan().add()
    convention.publish_roll()
    objected(convention, About.ROLL, upheld=True)
    convention.publish_roll("按更正后的登记簿重新公示").until("2026-05-08 23:59:59")
    assert refusal(convention.give_notice, *WINDOW) is Refusal.OBJECTIONS_RUNNING
    convention.until("2026-05-09 00:00").give_notice(*WINDOW)
    assert convention.view.phase is Phase.NOTICE_GIVEN


def test_an_upheld_objection_to_the_result_keeps_it_from_being_final(convention: Convention) -> None:
    convention.noticed().issue().until("2026-05-25 00:00").until("2026-05-31 00:00").finish()
    site, uuid, actor = convention.site, convention.uuid, convention.actor
    publish = (assemblies.publish_preliminary, site, uuid, actor)
    corrected = "更正：第一项反对的户数抄错了"
    assert refusal(*publish, convention.now, corrected) is Refusal.STEP_OUT_OF_ORDER
    objected(convention, About.RESULT, upheld=True)
    following = convention.view.next
    assert following is not None
    assert following.act is Act.PUBLISH_PRELIMINARY
    convention.until("2026-06-08 00:00")
    assert refusal(assemblies.publish_final, site, uuid, actor, convention.now) is Refusal.OBJECTION_UNHEEDED
    assert refusal(*publish, convention.now) is Refusal.REASON_MISSING
    assemblies.publish_preliminary(site, uuid, actor, convention.now, corrected)
    facts = documents.facts_of(site, convention.elections[0], "https://vote.example/a/1")
    assert corrected in "".join(KINDS["preliminary-result"].make(facts).texts())
    early = at("2026-06-15 23:59:59")
    assert refusal(assemblies.publish_final, site, uuid, actor, early) is Refusal.OBJECTIONS_RUNNING
    assemblies.publish_final(site, uuid, actor, at("2026-06-16 00:00"))
    assert convention.view.phase is Phase.FINAL


# small estates


def estate_of(units: int) -> bytes:
    rows = [f"1-1-{number},业主{number},,,50.00,住宅,测绘" for number in range(101, 101 + units)]
    return register_csv(*rows)


def area_of(parking: str) -> bytes:
    homes = [f"1-1-{number},业主{number},,,998.75,住宅,测绘" for number in range(101, 111)]
    return register_csv(*homes, f"车位-01,业主101,,,{parking},车位,不动产登记")


@pytest.mark.parametrize(
    ("place", "register", "allowed"),
    [
        pytest.param("杭州", estate_of(100), True, id="杭州-100"),
        pytest.param("杭州", estate_of(101), False, id="杭州-101"),
        pytest.param("北京", estate_of(100), True, id="北京-100"),
        pytest.param("北京", estate_of(101), False, id="北京-101"),
        # 建筑面积 is all that was built: the parking space is counted, though nobody votes with it.
        pytest.param("上海", area_of("12.50"), True, id="上海-10000.00"),
        pytest.param("上海", area_of("12.51"), False, id="上海-10000.01"),
    ],
)
def test_a_committee_of_three_is_for_small_estates(
    convention: Convention, place: str, register: bytes, allowed: bool
) -> None:
    convention.register = ("roll.csv", register)
    convention.plan(Meeting.REGULAR, place, elects_committee=True, effect=Effect.PAPER_PRIMARY)
    convention.add({**AGENDA, "questions": [CONTEST]})
    convention.publish_roll().publish_candidates().until("2026-05-16 09:00")
    window = ("2026-06-05 00:00", "2026-06-15 00:00")
    if allowed:
        assert missing(convention) == set()
        convention.give_notice(*window)
    else:
        assert missing(convention) == {Refusal.COMMITTEE_SIZE}
        assert refusal(convention.give_notice, *window) is Refusal.COMMITTEE_SIZE


# by-elections


def held_on(convention: Convention, month: int, contest: dict[str, Any]) -> str:
    """A whole assembly in a month of 2026, up to its preliminary result; the election."""
    uuid = convention.add({**AGENDA, "questions": [contest]}, "Ed25519")
    convention.publish_roll().publish_candidates().until(f"2026-{month:02}-09 00:00")
    convention.give_notice(f"2026-{month:02}-25 08:00", f"2026-{month + 1:02}-02 08:00").issue()
    convention.until(f"2026-{month:02}-25 08:00")
    convention.cast(uuid, 1, [[1] * len(contest["candidates"])])
    convention.until(f"2026-{month + 1:02}-02 08:00").finish()
    return uuid


def against_a_notice(convention: Convention) -> set[Refusal]:
    with convention.site.store.read() as tx:
        return {each.refusal for each in notice_obstacles(tx, held(tx, convention.uuid))}


def test_who_stays_in_office_comes_from_a_result(convention: Convention) -> None:
    convention.plan(elects_committee=True)
    asked = {**CONTEST, "seats": 1, "size": 3, "sitting": 2, "at_most": 1}
    # A committee from before: how many stay is typed, and no names.
    typed = convention.add({**AGENDA, "questions": [asked]})
    assert Refusal.SITTING_NOT_PLANNED not in against_a_notice(convention)
    elections.delete_draft(convention.site, typed, convention.actor, convention.now)
    convention.add({**AGENDA, "questions": [{**asked, "sitting_members": ["某甲", "某乙"]}]})
    assert Refusal.SITTING_NOT_PLANNED in against_a_notice(convention)


def test_a_by_election_begins_with_the_last_final_result(convention: Convention) -> None:
    site = convention.site
    convention.register = ("roll.csv", estate_of(1))
    contest = {**CONTEST, "at_most": 2, "candidates": ["丁一", "方二"]}
    convention.plan(elects_committee=True)
    first = held_on(convention, 5, contest)
    actor, planned = convention.actor, Planned("补选", "业委会", Meeting.REGULAR, "杭州", Effect.OFFICIAL)
    plan = (site, first, planned, (), "", actor)
    final = at("2026-06-10 00:00")
    assert refusal(by_elections.plan_by_election, *plan, convention.now) is Refusal.RESULT_NOT_FINAL
    assemblies.publish_final(site, convention.uuid, actor, final)
    empty = by_elections.vacancy(site, first)
    assert (empty.left.members, empty.left.vacant) == (("丁一", "方二"), 1)

    again = Convention(site, at("2026-07-01 09:00"))
    again.actor, again.estate_id = actor, convention.estate_id
    again.uuid = by_elections.plan_by_election(*plan, again.now)
    asked = {
        **CONTEST,
        "seats": 1,
        "size": 3,
        "sitting": 2,
        "sitting_members": ["丁一", "方二"],
        "at_most": 1,
        "candidates": ["石三"],
    }
    # It fills what is vacant, beside those who were elected: nobody else, and no further seats.
    for wrong in (
        {"seats": 3, "size": 5},
        {"sitting_members": ["丁一", "某某"]},
        {"sitting": 1, "sitting_members": ["丁一"], "seats": 2},
        {"sitting_members": None},
    ):
        named = {key: value for key, value in {**asked, **wrong}.items() if value is not None}
        draft = again.add({**AGENDA, "questions": [named]})
        assert Refusal.BY_ELECTION_DIFFERS in against_a_notice(again)
        elections.delete_draft(site, draft, actor, again.now)
        again.elections.clear()
    second = held_on(again, 7, asked)
    # Until that result is final, the first one still says who is in office.
    assert by_elections.vacancy(site, first).left.vacant == 1
    assemblies.publish_final(site, again.uuid, actor, at("2026-08-10 00:00"))
    assert refusal(by_elections.vacancy, site, first) is Refusal.COMMITTEE_ELECTED_SINCE
    assert refusal(by_elections.plan_by_election, *plan, again.now) is Refusal.COMMITTEE_ELECTED_SINCE
    assert not by_elections.is_open(site, elections.election(site, first))
    assert refusal(by_elections.vacancy, site, second) is Refusal.NOTHING_VACANT
    left = by_elections.vacancy(site, second, ("方二",))
    assert (left.left.members, left.left.vacant) == (("丁一", "石三"), 1)
