"""The assembly's clock: every boundary on both sides, every refusal by its name."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from voting.errors import Refusal, Refused
from voting.language import sentence
from voting.rules.assembly import (
    About,
    Act,
    Assembly,
    Meeting,
    Phase,
    Plan,
    Step,
    plan_from_json,
    step_from_json,
    to_json,
)
from voting.rules.clock import begin, obstacles, replay, take
from voting.rules.course import Event, dates, earliest_course, next_step
from voting.rules.presets import Settings
from voting.rules.settings import Setting

SHANGHAI = ZoneInfo("Asia/Shanghai")
SECOND = timedelta(seconds=1)
REASON = "候选人名单有变动"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def plan(meeting: Meeting = Meeting.REGULAR, place: str = "杭州", **changes: Any) -> Plan:
    return Plan(meeting, Settings(place), **changes)


def taken(assembly: Assembly, *steps: Step) -> Assembly:
    for step in steps:
        assembly = take(assembly, step)
    return assembly


def refusal(assembly: Assembly, step: Step) -> Refusal:
    with pytest.raises(Refused) as refused:
        take(assembly, step)
    assert "—" not in sentence(refused.value)
    return refused.value.refusal


ROLL = Step(Act.PUBLISH_ROLL, at("2026-05-01 10:00"))
# Seven days of objections end with 8 May; fifteen of notice with 24 May; five of voting with 30 May.
NOTICE = Step(
    Act.GIVE_NOTICE,
    at("2026-05-09 00:00"),
    ("q1", "q2"),
    opens_at=at("2026-05-25 00:00"),
    closes_at=at("2026-05-31 00:00"),
)
OPEN = Step(Act.OPEN, at("2026-05-25 00:00"), ("q1", "q2"))
CLOSE = Step(Act.CLOSE, at("2026-05-31 00:00"))


def noticed(**changes: Any) -> Assembly:
    return taken(begin(plan(**changes)), ROLL, NOTICE)


def opened(**changes: Any) -> Assembly:
    return taken(noticed(**changes), OPEN)


def test_the_whole_way() -> None:
    done = taken(
        opened(),
        CLOSE,
        Step(Act.PUBLISH_PRELIMINARY, at("2026-05-31 09:00")),
        Step(Act.PUBLISH_FINAL, at("2026-06-08 00:00")),
        Step(Act.FILE, at("2026-06-10 09:00")),
    )
    assert done.phase is Phase.FILED
    assert replay(done.plan, done.steps) == done


# what comes before the notice


def test_the_roll_s_objections_must_be_over_and_decided() -> None:
    published = take(begin(plan()), ROLL)
    early = replace(NOTICE, at=NOTICE.at - SECOND)
    assert refusal(published, early) is Refusal.OBJECTIONS_RUNNING
    objected = take(published, Step(Act.OBJECT, at("2026-05-08 23:59:59"), about=About.ROLL))
    assert refusal(published, Step(Act.OBJECT, NOTICE.at, about=About.ROLL)) is Refusal.OBJECTION_TOO_LATE
    assert refusal(objected, NOTICE) is Refusal.OBJECTIONS_UNDECIDED
    decision = Step(Act.DECIDE_OBJECTION, NOTICE.at, number=1, upheld=False, reason="与登记簿一致")
    assert take(take(objected, decision), NOTICE).phase is Phase.NOTICE_GIVEN


def test_objections_have_their_time_number_and_reason() -> None:
    start = begin(plan())
    assert refusal(start, Step(Act.OBJECT, ROLL.at, about=About.ROLL)) is Refusal.OBJECTION_TOO_EARLY
    objected = taken(start, ROLL, Step(Act.OBJECT, ROLL.at, about=About.ROLL))
    decision = Step(Act.DECIDE_OBJECTION, ROLL.at, number=1, upheld=True, reason="面积更正为产权证上的数")
    for wrong in (replace(decision, number=2), replace(decision, number=0), replace(decision, upheld=None)):
        assert refusal(objected, wrong) is Refusal.OBJECTION_UNKNOWN
    assert refusal(objected, replace(decision, reason="是的")) is Refusal.REASON_MISSING
    decided = take(objected, decision)
    assert decided.objections[0].upheld is True
    assert refusal(decided, decision) is Refusal.OBJECTION_DECIDED


def test_nothing_runs_backwards_or_out_of_order() -> None:
    published = take(begin(plan()), ROLL)
    earlier = Step(Act.OBJECT, ROLL.at - SECOND, about=About.ROLL)
    assert refusal(published, earlier) is Refusal.STEP_BACKWARDS
    for assembly, step in (
        (begin(plan()), NOTICE),
        (begin(plan()), OPEN),
        (published, OPEN),
        (noticed(), CLOSE),
        (opened(), NOTICE),
        (opened(), ROLL),
        (opened(), OPEN),
        (opened(), Step(Act.FILE, CLOSE.at)),
    ):
        assert refusal(assembly, step) is Refusal.STEP_OUT_OF_ORDER
    with pytest.raises(TypeError):
        take(published, replace(NOTICE, at=datetime(2026, 6, 1)))  # noqa: DTZ001


# the notice


@pytest.mark.parametrize(
    ("meeting", "place", "first_opening"),
    [
        (Meeting.REGULAR, "杭州", "2026-05-25 00:00"),
        (Meeting.FIRST, "杭州", "2026-05-25 00:00"),
        (Meeting.SPECIAL, "杭州", "2026-05-17 00:00"),
        (Meeting.SPECIAL, "北京", "2026-05-25 00:00"),
        (Meeting.SPECIAL, "全国", "2026-05-25 00:00"),
    ],
)
def test_the_notice_period_to_the_second(meeting: Meeting, place: str, first_opening: str) -> None:
    published = take(begin(plan(meeting, place)), ROLL)
    opens_at = at(first_opening)
    notice = replace(NOTICE, opens_at=opens_at, closes_at=opens_at + timedelta(days=10))
    assert take(published, notice).phase is Phase.NOTICE_GIVEN
    assert refusal(published, replace(notice, opens_at=opens_at - SECOND)) is Refusal.NOTICE_TOO_SHORT


def test_the_window_to_the_second() -> None:
    published = take(begin(plan()), ROLL)
    assert refusal(published, replace(NOTICE, closes_at=CLOSE.at - SECOND)) is Refusal.WINDOW_TOO_SHORT
    longest = at("2026-07-25 00:00")  # sixty days after 25 May end with 24 July
    assert take(published, replace(NOTICE, closes_at=longest)).notice
    assert refusal(published, replace(NOTICE, closes_at=longest + SECOND)) is Refusal.WINDOW_TOO_LONG
    assert refusal(published, replace(NOTICE, closes_at=None)) is Refusal.WINDOW_INVALID
    assert refusal(published, replace(NOTICE, items=())) is Refusal.NOTICE_WITHOUT_ITEMS


def test_a_change_after_the_notice_is_a_new_notice_and_a_new_period() -> None:
    later = replace(NOTICE, at=at("2026-05-20 12:00"), items=("q1", "q3"), reason="第二项议案的金额写错了")
    assert refusal(noticed(), later) is Refusal.NOTICE_TOO_SHORT
    moved = replace(later, opens_at=at("2026-06-05 00:00"), closes_at=at("2026-06-20 00:00"))
    assert refusal(noticed(), replace(moved, reason="")) is Refusal.REASON_MISSING
    again = take(noticed(), moved)
    assert again.notice is not None
    assert (again.notice.number, again.notice.items) == (2, ("q1", "q3"))
    assert refusal(again, replace(OPEN, items=("q1", "q3"))) is Refusal.NOTICE_PERIOD_RUNNING
    assert taken(again, Step(Act.OPEN, at("2026-06-05 00:00"), ("q1", "q3"))).phase is Phase.OPEN


@pytest.mark.parametrize("act", [Act.PUBLISH_ROLL, Act.PUBLISH_CANDIDATES])
def test_another_roll_or_list_takes_the_notice_back(act: Act) -> None:
    candidates = Step(Act.PUBLISH_CANDIDATES, ROLL.at)
    first = taken(begin(plan(elects_committee=True)), ROLL, candidates, NOTICE)
    again = take(first, Step(act, NOTICE.at))
    assert again.phase is Phase.ROLL_PUBLISHED
    assert again.notice is None
    assert refusal(again, OPEN) is Refusal.STEP_OUT_OF_ORDER


# candidates


def test_candidates_are_published_in_time_and_only_where_some_are_elected() -> None:
    candidates = Step(Act.PUBLISH_CANDIDATES, at("2026-05-09 23:59:59"))
    assert refusal(take(begin(plan()), ROLL), candidates) is Refusal.NO_COMMITTEE_ELECTED
    published = take(begin(plan(elects_committee=True)), ROLL)
    assert refusal(published, NOTICE) is Refusal.CANDIDATES_UNPUBLISHED
    listed = take(published, candidates)
    notice = replace(NOTICE, at=candidates.at)
    assert take(listed, notice).phase is Phase.NOTICE_GIVEN
    late = take(published, replace(candidates, at=candidates.at + SECOND))
    late_notice = replace(NOTICE, at=candidates.at + SECOND)
    assert refusal(late, late_notice) is Refusal.NOTICE_TOO_SHORT


def test_objections_to_candidates_are_decided_before_the_opening() -> None:
    listed = taken(begin(plan(elects_committee=True)), ROLL, Step(Act.PUBLISH_CANDIDATES, NOTICE.at), NOTICE)
    objected = take(listed, Step(Act.OBJECT, at("2026-05-16 23:59"), about=About.CANDIDATES))
    assert refusal(objected, OPEN) is Refusal.OBJECTIONS_UNDECIDED
    decision = Step(Act.DECIDE_OBJECTION, OPEN.at, number=1, upheld=False, reason="资格审查没有问题")
    assert taken(objected, decision, OPEN).phase is Phase.OPEN


# opening and items


def test_opening_waits_for_the_announced_time_and_not_past_the_closing() -> None:
    later = replace(NOTICE, opens_at=at("2026-05-26 08:00"), closes_at=at("2026-06-10 00:00"))
    assembly = taken(begin(plan()), ROLL, later)
    assert refusal(assembly, replace(OPEN, at=at("2026-05-26 07:59:59"))) is Refusal.OPENING_TOO_EARLY
    assert taken(assembly, replace(OPEN, at=at("2026-05-26 08:00"))).phase is Phase.OPEN
    assert refusal(assembly, replace(OPEN, at=at("2026-06-10 00:00"))) is Refusal.WINDOW_OVER
    assert take(assembly, replace(OPEN, at=at("2026-06-09 23:59:59"))).phase is Phase.OPEN


def test_exactly_what_the_notice_named_is_voted_on() -> None:
    assert refusal(noticed(), replace(OPEN, items=("q1", "q2", "q3"))) is Refusal.ITEM_NOT_ANNOUNCED
    assert refusal(noticed(), replace(OPEN, items=("q1",))) is Refusal.ITEM_LEFT_OUT


# extension and closing


def test_an_extension_is_counted_capped_and_gives_its_reason() -> None:
    extend = Step(
        Act.EXTEND,
        at("2026-05-30 23:59:59"),
        closes_at=at("2026-06-15 00:00"),
        reason="参与人数还差十户",
    )
    extended = take(opened(), extend)
    assert extended.notice is not None
    assert (extended.extensions, extended.notice.closes_at) == (1, at("2026-06-15 00:00"))
    assert refusal(extended, CLOSE) is Refusal.CLOSING_TOO_EARLY
    again = replace(extend, at=at("2026-06-10 00:00"), closes_at=at("2026-06-20 00:00"))
    assert refusal(extended, again) is Refusal.EXTENSIONS_USED_UP
    assert refusal(opened(), replace(extend, reason="")) is Refusal.REASON_MISSING
    assert refusal(opened(), replace(extend, at=CLOSE.at)) is Refusal.EXTENSION_TOO_LATE
    assert refusal(opened(), replace(extend, closes_at=CLOSE.at)) is Refusal.EXTENSION_BACKWARDS
    assert take(opened(), replace(extend, closes_at=CLOSE.at + SECOND)).extensions == 1
    longest = at("2026-07-25 00:00")
    assert take(opened(), replace(extend, closes_at=longest)).extensions == 1
    assert refusal(opened(), replace(extend, closes_at=longest + SECOND)) is Refusal.WINDOW_TOO_LONG


def test_a_committee_election_is_not_extended_unless_the_place_allows_it() -> None:
    candidates = Step(Act.PUBLISH_CANDIDATES, ROLL.at)
    extend = Step(Act.EXTEND, OPEN.at, closes_at=at("2026-06-15 00:00"), reason="参与人数还差十户")

    def opened_election(settings: Settings) -> Assembly:
        elects = Plan(Meeting.FIRST, settings, elects_committee=True)
        return taken(begin(elects), ROLL, candidates, NOTICE, OPEN)

    settings = Settings("杭州")
    assert refusal(opened_election(settings), extend) is Refusal.EXTENSION_IN_ELECTION
    allowed = settings.changed(Setting.EXTENSION_IN_ELECTION, True, "当地街道书面答复可以延期一次")
    assert take(opened_election(allowed), extend).extensions == 1


def test_closing_to_the_second() -> None:
    assert refusal(opened(), replace(CLOSE, at=CLOSE.at - SECOND)) is Refusal.CLOSING_TOO_EARLY
    assert take(opened(), CLOSE).phase is Phase.CLOSED


def test_the_result_is_final_after_its_objections() -> None:
    posted = taken(opened(), CLOSE, Step(Act.PUBLISH_PRELIMINARY, at("2026-05-31 09:00")))
    final = Step(Act.PUBLISH_FINAL, at("2026-06-08 00:00"))
    assert refusal(posted, replace(final, at=final.at - SECOND)) is Refusal.OBJECTIONS_RUNNING
    objected = take(posted, Step(Act.OBJECT, at("2026-06-07 23:59"), about=About.RESULT))
    assert refusal(objected, final) is Refusal.OBJECTIONS_UNDECIDED
    assert take(posted, final).phase is Phase.FINAL


def test_every_obstacle_is_named_at_once() -> None:
    step = Step(Act.OPEN, at("2026-05-10 00:00"), ("q9",))
    assert [refused.refusal for refused in obstacles(noticed(), step)] == [
        Refusal.NOTICE_PERIOD_RUNNING,
        Refusal.OPENING_TOO_EARLY,
        Refusal.ITEM_NOT_ANNOUNCED,
        Refusal.ITEM_LEFT_OUT,
        Refusal.ITEM_LEFT_OUT,
    ]


# what comes next, and the calendar


def test_the_next_step_says_from_when_until_when_and_what_is_missing() -> None:
    now = at("2026-05-09 12:00")
    following = next_step(noticed(), now)
    assert following is not None
    assert (following.act, following.earliest, following.deadline) == (
        Act.OPEN,
        at("2026-05-25 00:00"),
        at("2026-05-31 00:00"),
    )
    assert [refused.refusal for refused in following.missing] == [
        Refusal.NOTICE_PERIOD_RUNNING,
        Refusal.OPENING_TOO_EARLY,
    ]
    posting = next_step(take(opened(), CLOSE), CLOSE.at)
    assert posting is not None
    assert (posting.act, posting.deadline, posting.missing) == (
        Act.PUBLISH_PRELIMINARY,
        at("2026-06-04 00:00"),
        (),
    )


def test_the_calendar_has_every_date_and_says_which_are_planned() -> None:
    entries = {entry.event: entry for entry in dates(noticed(), at("2026-05-10 00:00"))}
    assert entries[Event.NOTICE_PERIOD].ends == at("2026-05-25 00:00")
    assert entries[Event.LATEST_CLOSING].begins == at("2026-07-25 00:00")
    assert [event for event, entry in entries.items() if not entry.planned] == [
        Event.ROLL_OBJECTIONS,
        Event.NOTICE_PERIOD,
        Event.OPENING,
        Event.CLOSING,
        Event.LATEST_CLOSING,
    ]
    assert entries[Event.RESULT_OBJECTIONS].ends == at("2026-06-08 00:00")
    assert Event.FILING not in entries
    assert entries[Event.REVOCATION].ends == at("2027-06-01 00:00")
    assert entries[Event.KEEPING].ends == at("2031-06-01 00:00")


def test_a_first_assembly_planned_from_its_first_day() -> None:
    elects = plan(Meeting.FIRST, elects_committee=True)
    course = earliest_course(begin(elects), at("2026-05-01 10:00"))
    assert course.phase is Phase.FILED
    entries = dates(begin(elects), at("2026-05-01 10:00"))
    assert all(entry.planned for entry in entries)
    found = {entry.event: entry.ends for entry in entries}
    assert found[Event.OPENING] == at("2026-05-25 00:00")
    assert found[Event.FILING] == at("2026-07-01 00:00")


def test_a_window_that_passed_unused_leaves_the_rest_unplanned() -> None:
    entries = {entry.event for entry in dates(noticed(), at("2026-07-01 00:00"))}
    assert Event.RESULT_POSTED not in entries
    following = next_step(noticed(), at("2026-07-01 00:00"))
    assert following is not None
    assert [refused.refusal for refused in following.missing] == [Refusal.WINDOW_OVER]


def test_nothing_comes_after_the_end() -> None:
    final = taken(
        opened(),
        CLOSE,
        Step(Act.PUBLISH_PRELIMINARY, CLOSE.at),
        Step(Act.PUBLISH_FINAL, at("2026-06-08 00:00")),
    )
    assert next_step(final, at("2026-06-08 00:00")) is None
    assert next_step(take(final, Step(Act.FILE, at("2026-06-09 00:00"))), at("2026-06-09 00:00")) is None


# records


def test_plan_and_steps_survive_their_record() -> None:
    done = taken(
        opened(elects_committee=False),
        Step(Act.EXTEND, OPEN.at, closes_at=at("2026-06-15 00:00"), reason="参与人数还差十户"),
    )
    again = replay(plan_from_json(to_json(done.plan)), [step_from_json(to_json(step)) for step in done.steps])
    assert again == done


@pytest.mark.parametrize(
    "change",
    [
        {"act": "jump"},
        {"at": "2026-05-01T10:00:00"},
        {"at": 7},
        {"number": "1"},
        {"upheld": "yes"},
        {"items": [1]},
        {"closes_at": "2026-05-01"},
    ],
)
def test_a_step_that_is_none_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(Refused) as refused:
        step_from_json(to_json(NOTICE) | change)
    assert refused.value.refusal is Refusal.ASSEMBLY_MALFORMED


@pytest.mark.parametrize("value", [None, [], {}, {"meeting": "first"}, "plan"])
def test_a_plan_that_is_none_is_refused(value: object) -> None:
    with pytest.raises(Refused) as refused:
        plan_from_json(value)
    assert refused.value.refusal is Refusal.ASSEMBLY_MALFORMED
