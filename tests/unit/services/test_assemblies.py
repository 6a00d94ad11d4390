"""An assembly through the services, each period on both sides; on SQLite and on PostgreSQL."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.assembly import AGENDA, PASSPHRASE
from tests.conventions import MOTION, Convention, at
from voting.errors import Refusal, Refused
from voting.rules.assembly import About, Act, Effect, Meeting, Phase
from voting.rules.settings import Setting
from voting.services import assemblies, assembly_letters, elections, log, objections, roll_corrections
from voting.services.assemblies import Planned
from voting.services.assembly_view import public_assembly
from voting.services.clockwork import tick
from voting.services.objections import Objecting
from voting.services.roll_corrections import Corrected
from voting.services.site import Site
from voting.services.views import Act as ElectionAct
from voting.store.roll import roll as roll_rows

SECOND = timedelta(seconds=1)
pytestmark = [pytest.mark.usefixtures("recorded_letters"), pytest.mark.either_database]


@pytest.fixture
def convention(site: Site) -> Convention:
    return Convention(site)


def refusal(act: Any, *arguments: Any, **more: Any) -> Refusal:
    with pytest.raises(Refused) as refused:
        act(*arguments, **more)
    return refused.value.refusal


def missing(convention: Convention) -> list[Refusal]:
    following = convention.view.next
    return [] if following is None else [each.refusal for each in following.missing]


@pytest.mark.both_databases
def test_nothing_opens_before_the_announced_second_and_everything_at_it(convention: Convention) -> None:
    convention.noticed().issue()
    opens_at, closes_at = at("2026-05-25 00:00"), at("2026-05-31 00:00")
    assert tick(convention.site, opens_at - SECOND) == ()
    assert convention.phases() == ["draft"]
    assert tick(convention.site, opens_at) == (convention.uuid,)
    assert convention.phases() == ["open"]
    convention.now = opens_at
    assert convention.view.phase is Phase.OPEN
    assert tick(convention.site, closes_at - SECOND) == ()
    assert tick(convention.site, closes_at) == (convention.uuid,)
    assert convention.phases() == ["closed"]
    assert tick(convention.site, closes_at + SECOND) == ()


def test_nobody_opens_or_closes_by_hand(convention: Convention) -> None:
    convention.noticed().issue()
    site, uuid, actor = convention.site, convention.elections[0], convention.actor
    opens_at = at("2026-05-25 00:00")
    assert refusal(elections.open_election, site, uuid, actor, opens_at) is Refusal.OPENS_BY_CLOCK
    tick(site, opens_at)
    early = (site, uuid, actor, opens_at + SECOND, "人都投完了，提前截止")
    assert refusal(elections.close_election, *early) is Refusal.CLOSES_BY_CLOCK
    view = elections.election(site, uuid)
    offered = elections.next_acts(view, opens_at + SECOND)
    assert not {ElectionAct.OPEN, ElectionAct.CLOSE, ElectionAct.CLOSE_EARLY} & set(offered)


def test_letters_wait_for_the_notice_and_the_opening_for_the_letters(convention: Convention) -> None:
    convention.plan()
    convention.add()
    issue = assembly_letters.issue_letters
    arguments = (convention.site, convention.uuid, PASSPHRASE, "https://vote.example", convention.actor)
    assert refusal(issue, *arguments, convention.now) is Refusal.NOTICE_NOT_GIVEN
    convention.publish_roll().until("2026-05-09 00:00")
    convention.give_notice("2026-05-25 00:00", "2026-05-31 00:00").until("2026-05-25 00:00")
    assert convention.phases() == ["draft"]
    assert missing(convention) == [Refusal.LETTERS_MISSING]
    # The hour has come and gone; what is missing is made up for, and the next tick opens.
    convention.issue().until("2026-05-25 08:00")
    assert convention.phases() == ["open"]
    assert convention.view.state.opened_at == at("2026-05-25 08:00")


def test_what_changes_after_the_notice_needs_a_new_one(convention: Convention) -> None:
    convention.noticed()
    site, uuid, actor = convention.site, convention.elections[0], convention.actor
    now = at("2026-05-20 12:00")
    changed = {**MOTION, "questions": [{**MOTION["questions"][0], "text": "是否同意修改议事规则？"}]}
    elections.edit_election(site, uuid, changed, now, now + SECOND, actor, now)
    convention.now = now
    assert convention.view.outdated
    following = convention.view.next
    assert following is not None
    assert following.act is Act.GIVE_NOTICE
    assert refusal(convention.issue) is Refusal.NOTICE_OUTDATED
    assert ElectionAct.ISSUE not in elections.next_acts(elections.election(site, uuid), now)
    tick(site, at("2026-05-25 00:00"))
    assert convention.phases() == ["draft"]
    again = ("2026-06-05 00:00", "2026-06-12 00:00", "第一项的题目写错了")
    short = ("2026-06-04 23:59", "2026-06-12 00:00", "第一项的题目写错了")
    assert refusal(convention.give_notice, *short) is Refusal.NOTICE_TOO_SHORT
    assert refusal(convention.give_notice, *again[:2]) is Refusal.REASON_MISSING
    convention.give_notice(*again).issue().until("2026-06-05 00:00")
    assert convention.phases() == ["open"]
    assert elections.election(site, uuid).closes_at == at("2026-06-12 00:00")


def test_an_item_added_after_the_notice_is_not_voted_on(convention: Convention) -> None:
    convention.noticed().issue()
    convention.now = at("2026-05-20 12:00")
    convention.add({**MOTION, "title": "临时加的一项"})
    convention.until("2026-05-25 00:00")
    assert convention.phases() == ["draft", "draft"]
    assert convention.view.outdated


def test_letters_fix_what_was_announced_until_they_are_withdrawn(convention: Convention) -> None:
    convention.noticed().issue()
    site, uuid, actor, now = convention.site, convention.elections[0], convention.actor, convention.now
    edit = (site, uuid, MOTION, now, now + SECOND, actor, now)
    assert refusal(elections.edit_election, *edit) is Refusal.CREDENTIALS_ALREADY_ISSUED
    again = ("2026-06-05 00:00", "2026-06-12 00:00", "投票时间改晚了")
    assert refusal(convention.give_notice, *again) is Refusal.LETTERS_OUT
    assert refusal(convention.publish_roll, "名册重新公示") is Refusal.LETTERS_OUT
    assembly_letters.withdraw_letters(site, convention.uuid, "时间要改，信全部收回", actor, now)
    convention.give_notice(*again)
    convention.issue().until("2026-06-05 00:00")
    assert refusal(
        assembly_letters.withdraw_letters,
        site,
        convention.uuid,
        "已经开始了还想收回",
        actor,
        convention.now,
    ) in (Refusal.ELECTION_WRONG_PHASE, Refusal.STEP_OUT_OF_ORDER)


@pytest.mark.both_databases
def test_a_roll_is_corrected_before_the_notice_and_frozen_with_it(convention: Convention) -> None:
    convention.plan()
    uuid = convention.add()
    convention.publish_roll()
    site, actor = convention.site, convention.actor
    number = objections.file_objection(
        site,
        convention.uuid,
        Objecting(About.ROLL, "面积不对，产权证是 91.25", "李四 1-1-201"),
        actor,
        convention.now,
    )
    convention.until("2026-05-09 00:00")
    window = ("2026-05-25 00:00", "2026-05-31 00:00")
    assert refusal(convention.give_notice, *window) is Refusal.OBJECTIONS_UNDECIDED
    correct = (site, convention.uuid, Corrected("1-1-201", area="91.25"), "以产权证为准更正", number, actor)
    assert roll_corrections.correct_unit(*correct, convention.now) == 1
    objections.answer_objection(site, convention.uuid, number, "已按产权证更正", actor, convention.now)
    decide = (site, convention.uuid, number, True, "面积以产权证为准", actor, convention.now)
    objections.decide_objection(*decide)
    assert refusal(objections.decide_objection, *decide) is Refusal.OBJECTION_DECIDED
    convention.give_notice(*window)
    facts = convention.view.last(Act.GIVE_NOTICE)
    assert facts is not None
    assert facts.facts["roll"]["area_dm2"] == 15050 + 9125 + 7000 + 8862 + 10001
    assert refusal(roll_corrections.correct_unit, *correct, convention.now) is Refusal.ROLL_FROZEN
    convention.issue()
    frozen = elections.election(site, uuid)
    assert frozen.electorate_area_dm2 == facts.facts["elections"][0]["area_dm2"]
    [told] = objections.objections(site, convention.uuid)
    assert (told.answer, told.upheld, told.decided_by) == ("已按产权证更正", True, "wang")
    assert [change.labels for change in roll_corrections.changes(site, convention.uuid)] == [("1-1-201",)]


def test_a_new_owner_is_not_let_in_by_the_old_one_s_number(convention: Convention) -> None:
    convention.plan()
    convention.add()
    convention.publish_roll()
    corrected = Corrected("2-1-101", owners="钱九，吴十")
    roll_corrections.correct_unit(
        convention.site, convention.uuid, corrected, "房屋已经过户", None, convention.actor, convention.now
    )
    roll = roll_corrections.published_roll(convention.site, convention.uuid)
    assert roll is not None
    assert [entry.name for entry in roll.entries][2] == "钱*、吴*"
    convention.until("2026-05-09 00:00").give_notice("2026-05-25 00:00", "2026-05-31 00:00").issue()
    with convention.site.store.read() as tx:
        held = {entry.name: entry.factors for entry in roll_rows(tx, convention.elections[0])}
    assert held["钱九、吴十"] == ()
    assert held["孙七"]


@pytest.mark.both_databases
def test_who_is_one_voter_is_decided_by_people(site: Site) -> None:
    convention = Convention(site)
    rows = convention.register[1].decode().splitlines()
    convention.register = ("roll.csv", "\n".join([*rows, "3-1-101,周八,,,80.00,住宅,测绘"]).encode())
    convention.plan()
    uuid = convention.add()
    convention.publish_roll()
    [proposal] = roll_corrections.open_proposals(site, convention.uuid)
    assert proposal.labels == ("2-1-301", "3-1-101")
    arguments = (site, convention.uuid, proposal.key, True, "核对过，是同一个人", convention.actor)
    roll_corrections.decide_proposal(*arguments, convention.now)
    assert roll_corrections.open_proposals(site, convention.uuid) == ()
    roll = roll_corrections.published_roll(site, convention.uuid)
    assert roll is not None
    assert (roll.version, roll.owners) == (1, 5)
    assert elections.election(site, uuid).electorate_owners == 5


def test_candidates_that_changed_are_published_again(convention: Convention) -> None:
    convention.plan()
    uuid = convention.add(AGENDA)
    site, actor, now = convention.site, convention.actor, convention.now
    assert convention.view.state.plan.elects_committee
    convention.publish_roll()
    window = ("2026-05-25 00:00", "2026-05-31 00:00")
    convention.until("2026-05-09 00:00")
    assert refusal(convention.give_notice, *window) is Refusal.CANDIDATES_UNPUBLISHED
    convention.publish_candidates()
    contest = {**AGENDA["questions"][1], "candidates": ["丁一", "方二", "石三", "白四", "钱五"]}
    changed = {**AGENDA, "questions": [AGENDA["questions"][0], contest]}
    elections.edit_election(site, uuid, changed, now, now + SECOND, actor, convention.now)
    assert refusal(convention.give_notice, *window) is Refusal.CANDIDATES_CHANGED
    assert refusal(convention.publish_candidates) is Refusal.REASON_MISSING
    convention.publish_candidates("有人补报名，资格已审查").give_notice(*window)
    assert convention.view.phase is Phase.NOTICE_GIVEN


@pytest.mark.both_databases
def test_an_extension_moves_the_closing_for_everyone(convention: Convention) -> None:
    convention.noticed().issue().until("2026-05-25 00:00")
    site, uuid, actor = convention.site, convention.uuid, convention.actor
    closes_at = at("2026-06-10 00:00")
    arguments = (site, uuid, closes_at, "参与的户数还差十户", actor)
    late = at("2026-05-31 00:00")
    assert refusal(assemblies.extend, *arguments, late) is Refusal.EXTENSION_TOO_LATE
    assemblies.extend(*arguments, late - SECOND)
    assert tick(site, late) == ()
    view = elections.election(site, convention.elections[0])
    assert view.closes_at == closes_at
    acts = [entry.act for entry in log.entries(site, convention.elections[0])]
    assert acts[-1] == "election-extended"
    assert refusal(assemblies.extend, *arguments, late) is Refusal.EXTENSIONS_USED_UP
    tick(site, closes_at)
    assert convention.phases() == ["closed"]


@pytest.mark.both_databases
def test_the_result_is_published_for_all_elections_at_once(convention: Convention) -> None:
    convention.plan()
    first, second = convention.add(), convention.add({**MOTION, "title": "另一项表决"})
    convention.publish_roll().until("2026-05-09 00:00")
    convention.give_notice("2026-05-25 00:00", "2026-05-31 00:00").issue().until("2026-05-25 00:00")
    for uuid in (first, second):
        convention.cast(uuid, 1, [[1, 0, 0]])
    convention.until("2026-05-31 00:00")
    site, uuid, actor = convention.site, convention.uuid, convention.actor
    elections.count_election(site, first, actor, convention.now)
    publish = (assemblies.publish_preliminary, site, uuid, actor, convention.now)
    assert refusal(*publish) is Refusal.ELECTIONS_NOT_COUNTED
    assert missing(convention) == [Refusal.ELECTIONS_NOT_COUNTED]
    assert (
        refusal(elections.publish_election, site, first, actor, convention.now)
        is Refusal.PUBLISHED_BY_ASSEMBLY
    )
    elections.count_election(site, second, actor, convention.now)
    assemblies.publish_preliminary(site, uuid, actor, convention.now)
    assert convention.phases() == ["published", "published"]
    final = at("2026-06-08 00:00")
    assert refusal(assemblies.publish_final, site, uuid, actor, final - SECOND) is Refusal.OBJECTIONS_RUNNING
    assemblies.publish_final(site, uuid, actor, final)
    assemblies.file(site, uuid, actor, final + SECOND)
    assert convention.view.phase is Phase.FILED


def test_settings_change_with_a_reason_and_not_after_the_notice(convention: Convention) -> None:
    convention.plan()
    convention.add()
    site, uuid, actor, now = convention.site, convention.uuid, convention.actor, convention.now
    change = (site, uuid, Setting.ROLL_OBJECTION_DAYS, 10)
    assert refusal(assemblies.change_setting, *change, "", actor, now) is Refusal.REASON_MISSING
    assemblies.change_setting(*change, "街道要求公示十天", actor, now)
    convention.publish_roll().until("2026-05-09 00:00")
    window = ("2026-05-28 00:00", "2026-06-10 00:00")
    assert refusal(convention.give_notice, *window) is Refusal.OBJECTIONS_RUNNING
    convention.until("2026-05-12 00:00").give_notice(*window)
    assert (
        refusal(assemblies.change_setting, *change, "街道又改了要求", actor, convention.now)
        is Refusal.SETTING_FIXED
    )


def test_an_assembly_needs_names_a_place_and_a_zone(convention: Convention) -> None:
    convention.plan()
    planned = Planned("会议", "筹备组", Meeting.REGULAR, "全国")
    arguments = (convention.actor, convention.now)
    for wrong, expected in (
        (replace(planned, title=" "), Refusal.ASSEMBLY_NAME_INVALID),
        (replace(planned, convener="组\n长"), Refusal.ASSEMBLY_NAME_INVALID),
        (replace(planned, place="火星"), Refusal.PLACE_UNKNOWN),
        (replace(planned, zone="Mars/Olympus"), Refusal.ZONE_UNKNOWN),
    ):
        found = refusal(assemblies.plan_assembly, convention.site, convention.estate_id, wrong, *arguments)
        assert found is expected
    assert refusal(public_assembly, convention.site, convention.uuid, convention.now) is (
        Refusal.ASSEMBLY_UNKNOWN
    )


def test_the_log_tells_every_step_and_no_name(convention: Convention) -> None:
    convention.plan()
    convention.add()
    convention.publish_roll()
    objecting = Objecting(About.ROLL, "我家不是两户", "张三")
    objections.file_objection(convention.site, convention.uuid, objecting, convention.actor, convention.now)
    decide = (convention.site, convention.uuid, 1, False, "与登记簿一致", convention.actor, convention.now)
    objections.decide_objection(*decide)
    convention.until("2026-05-09 00:00").give_notice("2026-05-25 00:00", "2026-05-31 00:00")
    entries = log.entries(convention.site, convention.uuid)
    acts = [entry.act for entry in entries]
    assert acts == [
        "assembly-planned",
        "assembly-publish-roll",
        "assembly-object",
        "assembly-decide-objection",
        "assembly-give-notice",
    ]
    told = " ".join(str(entry.details) for entry in entries)
    assert not any(name in told for name in ("张三", "李四", "赵六"))
    [created, noticed] = [entry.act for entry in log.entries(convention.site, convention.elections[0])]
    assert (created, noticed) == ("election-created", "notice-given")


def test_votes_are_changed_no_more_often_than_the_place_allows(convention: Convention) -> None:
    convention.plan()
    uuid = convention.add()
    site, actor, now = convention.site, convention.actor, convention.now
    agenda = elections.election(site, uuid).agenda_json
    again = (site, uuid, {**agenda, "revoting": "once"}, now, now + timedelta(days=1), actor, now)
    with pytest.raises(Refused) as caught:
        elections.edit_election(*again)
    assert caught.value.refusal is Refusal.REVOTING_NOT_IN_PLACE
    assert caught.value.context["revoting"] == "none"
    change = (site, convention.uuid, Setting.REVOTING)
    assemblies.change_setting(*change, "once", "议事规则第九条允许改投一次", actor, now)
    elections.edit_election(*again)
    assert elections.election(site, uuid).agenda.revoting.value == "once"
    # The place's rule is made stricter: the notice finds it.
    assemblies.change_setting(*change, "none", "议事规则第九条已经废止", actor, now)
    convention.publish_roll().until("2026-05-12 00:00")
    given = refusal(convention.give_notice, "2026-05-28 00:00", "2026-06-10 00:00")
    assert given is Refusal.REVOTING_NOT_IN_PLACE


@pytest.mark.parametrize(
    ("place", "changes", "expected"),
    [
        # Six units: 杭州 lets at most a hundred households have three; usual practice elsewhere is five.
        ("杭州", {}, None),
        ("全国", {}, Refusal.COMMITTEE_SIZE),
        ("杭州", {"seats": 11, "size": 11}, None),
        ("杭州", {"seats": 13, "size": 13}, Refusal.COMMITTEE_SIZE),
        ("杭州", {"alternates": 4}, None),
        ("上海", {"alternates": 1}, Refusal.ALTERNATES_TOO_MANY),
        ("北京", {"alternates": 3}, None),
        ("北京", {"alternates": 4}, Refusal.ALTERNATES_TOO_MANY),
        ("杭州", {"least": 3, "stands_incomplete": True}, None),
        ("杭州", {"least": 2, "stands_incomplete": True}, Refusal.INCOMPLETE_TOO_FEW),
        ("北京", {"least": 3, "stands_incomplete": True}, Refusal.INCOMPLETE_NOT_IN_PLACE),
    ],
)
def test_a_committee_has_the_size_that_its_place_allows(
    site: Site, place: str, changes: dict[str, Any], expected: Refusal | None
) -> None:
    paper = Effect.PAPER_PRIMARY
    convention = Convention(site).plan(Meeting.REGULAR, place, elects_committee=True, effect=paper)
    contest = AGENDA["questions"][1] | {"at_most": 2} | changes
    convention.add({**AGENDA, "questions": [contest]})
    convention.publish_roll().publish_candidates()
    convention.until("2026-05-16 09:00")
    window = ("2026-06-05 00:00", "2026-06-15 00:00")
    if expected is not None:
        following = convention.view.next
        assert following is not None
        assert expected in {each.refusal for each in following.missing}
        assert refusal(convention.give_notice, *window) is expected
        return
    convention.give_notice(*window)
    assert convention.view.phase is Phase.NOTICE_GIVEN
