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
from voting.rules.clock import begin, obstacles, replanned, replay, take
from voting.rules.course import Event, dates, earliest_course, filing_by, next_step, posted_by
from voting.rules.periods import Calendar
from voting.rules.places import PRESETS
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


@pytest.mark.parametrize(
    ("zone", "notice", "opens_at", "closes_at"),
    [
        # In Berlin 29 March has 23 hours, in New York 1 November has 25, in Cairo 24 April begins at one.
        ("Europe/Berlin", "2026-03-28T12:00", "2026-04-12T22:00", "2026-04-18T22:00"),
        ("America/New_York", "2026-10-20T03:59", "2026-11-04T05:00", "2026-11-10T05:00"),
        ("America/New_York", "2026-10-20T04:00", "2026-11-05T05:00", "2026-11-11T05:00"),
        ("Africa/Cairo", "2026-04-08T10:00", "2026-04-23T22:00", "2026-04-29T21:00"),
        ("Asia/Shanghai", "2026-05-08T15:59", "2026-05-23T16:00", "2026-05-29T16:00"),
        ("Asia/Shanghai", "2026-05-08T16:00", "2026-05-24T16:00", "2026-05-30T16:00"),
    ],
)
def test_notice_and_window_are_days_of_the_estate_s_own_clocks(
    zone: str, notice: str, opens_at: str, closes_at: str
) -> None:
    given, opens, closes = (datetime.fromisoformat(f"{each}+00:00") for each in (notice, opens_at, closes_at))
    published = take(begin(plan(calendar=Calendar(zone))), Step(Act.PUBLISH_ROLL, given - timedelta(days=9)))
    step = replace(NOTICE, at=given, opens_at=opens, closes_at=closes)
    assert refusal(published, replace(step, opens_at=opens - SECOND)) is Refusal.NOTICE_TOO_SHORT
    assert refusal(published, replace(step, closes_at=closes - SECOND)) is Refusal.WINDOW_TOO_SHORT
    announced = take(published, step)
    assert refusal(announced, replace(OPEN, at=opens - SECOND)) is Refusal.NOTICE_PERIOD_RUNNING
    running = take(announced, replace(OPEN, at=opens))
    assert refusal(running, Step(Act.CLOSE, closes - SECOND)) is Refusal.CLOSING_TOO_EARLY
    assert take(running, Step(Act.CLOSE, closes)).phase is Phase.CLOSED


@pytest.mark.parametrize("place", sorted(PRESETS))
@pytest.mark.parametrize("meeting", Meeting)
def test_only_a_special_meeting_of_hangzhou_has_seven_days_of_notice(place: str, meeting: Meeting) -> None:
    days = 7 if (place, meeting) == ("杭州", Meeting.SPECIAL) else 15
    published = take(begin(plan(meeting, place)), ROLL)
    opens_at = NOTICE.at + timedelta(days=days + 1)
    notice = replace(NOTICE, opens_at=opens_at, closes_at=opens_at + timedelta(days=10))
    assert take(published, notice).phase is Phase.NOTICE_GIVEN
    assert refusal(published, replace(notice, opens_at=opens_at - SECOND)) is Refusal.NOTICE_TOO_SHORT


def test_candidates_of_a_special_meeting_hang_their_fifteen_days_all_the_same() -> None:
    published = take(begin(plan(Meeting.SPECIAL, elects_committee=True)), ROLL)
    listed = take(published, Step(Act.PUBLISH_CANDIDATES, NOTICE.at))
    short = replace(NOTICE, opens_at=at("2026-05-24 23:59:59"))
    assert refusal(listed, short) is Refusal.NOTICE_TOO_SHORT
    assert take(listed, NOTICE).phase is Phase.NOTICE_GIVEN


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


def test_objections_to_candidates_have_seven_days_to_the_second() -> None:
    listed = taken(begin(plan(elects_committee=True)), ROLL, Step(Act.PUBLISH_CANDIDATES, ROLL.at))
    objection = Step(Act.OBJECT, at("2026-05-08 23:59:59"), about=About.CANDIDATES)
    assert len(take(listed, objection).objections) == 1
    late = replace(objection, at=objection.at + SECOND)
    assert refusal(listed, late) is Refusal.OBJECTION_TOO_LATE
    unlisted = take(begin(plan(elects_committee=True)), ROLL)
    assert refusal(unlisted, objection) is Refusal.OBJECTION_TOO_EARLY


def test_an_upheld_objection_to_the_candidates_asks_for_another_list() -> None:
    candidates = Step(Act.PUBLISH_CANDIDATES, ROLL.at)
    listed = taken(begin(plan(elects_committee=True)), ROLL, candidates)
    objected = take(listed, Step(Act.OBJECT, at("2026-05-08 23:59:59"), about=About.CANDIDATES))
    decision = Step(Act.DECIDE_OBJECTION, NOTICE.at, number=1, upheld=True, reason="有一位不是业主")
    upheld = take(objected, decision)
    assert refusal(upheld, NOTICE) is Refusal.OBJECTION_UNHEEDED
    following = next_step(upheld, NOTICE.at)
    assert following is not None
    assert (following.act, following.missing) == (Act.PUBLISH_CANDIDATES, ())
    again = replace(candidates, at=NOTICE.at)
    assert taken(upheld, again, NOTICE).phase is Phase.NOTICE_GIVEN
    # The same after the notice: what was announced does not open.
    late = taken(objected, replace(NOTICE, at=decision.at), decision)
    assert refusal(late, OPEN) is Refusal.OBJECTION_UNHEEDED
    assert take(late, again).phase is Phase.ROLL_PUBLISHED
    dismissed = take(objected, replace(decision, upheld=False))
    assert taken(dismissed, NOTICE, OPEN).phase is Phase.OPEN


# opening and items


def test_opening_waits_for_the_announced_time_and_not_past_the_closing() -> None:
    later = replace(NOTICE, opens_at=at("2026-05-26 08:00"), closes_at=at("2026-06-10 00:00"))
    assembly = taken(begin(plan()), ROLL, later)
    assert refusal(assembly, replace(OPEN, at=at("2026-05-26 07:59:59"))) is Refusal.OPENING_TOO_EARLY
    assert taken(assembly, replace(OPEN, at=at("2026-05-26 08:00"))).phase is Phase.OPEN
    assert refusal(assembly, replace(OPEN, at=at("2026-06-10 00:00"))) is Refusal.WINDOW_OVER
    assert refusal(assembly, replace(OPEN, at=at("2026-06-09 23:59:59"))) is Refusal.OPENING_TOO_LATE


def test_nothing_opens_so_late_that_less_than_the_shortest_window_is_left() -> None:
    # Five whole days before 10 June 00:00 begin with 5 June: the day of the opening itself does not count.
    later = replace(NOTICE, opens_at=at("2026-05-26 08:00"), closes_at=at("2026-06-10 00:00"))
    assembly = taken(begin(plan()), ROLL, later)
    latest = at("2026-06-04 23:59:59")
    assert take(assembly, replace(OPEN, at=latest)).phase is Phase.OPEN
    assert refusal(assembly, replace(OPEN, at=latest + SECOND)) is Refusal.OPENING_TOO_LATE
    following = next_step(assembly, latest)
    assert following is not None
    assert (following.act, following.deadline) == (Act.OPEN, latest + SECOND)
    # A new notice is the way out, and its own period with it.
    again = replace(
        NOTICE,
        at=latest + SECOND,
        opens_at=at("2026-06-21 00:00"),
        closes_at=at("2026-06-27 00:00"),
        reason="选票信送晚了，错过了开始的时间",
    )
    assert refusal(assembly, replace(again, opens_at=again.opens_at - SECOND)) is Refusal.NOTICE_TOO_SHORT
    assert taken(assembly, again, replace(OPEN, at=again.opens_at)).phase is Phase.OPEN


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


def test_an_upheld_objection_to_the_result_asks_for_it_to_be_published_again() -> None:
    preliminary = Step(Act.PUBLISH_PRELIMINARY, at("2026-05-31 09:00"))
    posted = taken(opened(), CLOSE, preliminary)
    final = Step(Act.PUBLISH_FINAL, at("2026-06-08 00:00"))
    corrected = replace(preliminary, at=at("2026-06-07 12:00"), reason="第一项的反对户数抄错了")
    assert refusal(posted, corrected) is Refusal.STEP_OUT_OF_ORDER
    objected = take(posted, Step(Act.OBJECT, at("2026-06-07 10:00"), about=About.RESULT))
    decision = Step(
        Act.DECIDE_OBJECTION, at("2026-06-07 11:00"), number=1, upheld=True, reason="反对的少抄了一户"
    )
    dismissed = take(objected, replace(decision, upheld=False))
    assert refusal(dismissed, corrected) is Refusal.STEP_OUT_OF_ORDER
    upheld = take(objected, decision)
    assert refusal(upheld, final) is Refusal.OBJECTION_UNHEEDED
    following = next_step(upheld, corrected.at)
    assert following is not None
    assert (following.act, following.deadline, following.missing) == (Act.PUBLISH_PRELIMINARY, None, ())
    assert refusal(upheld, replace(corrected, reason="改过")) is Refusal.REASON_MISSING
    again = take(upheld, corrected)
    # Seven days of objections run again, from the corrected result.
    assert refusal(again, final) is Refusal.OBJECTIONS_RUNNING
    ends = at("2026-06-15 00:00")
    late = Step(Act.OBJECT, ends, about=About.RESULT)
    assert refusal(again, late) is Refusal.OBJECTION_TOO_LATE
    assert len(take(again, replace(late, at=ends - SECOND)).objections) == 2
    assert refusal(again, replace(final, at=ends - SECOND)) is Refusal.OBJECTIONS_RUNNING
    assert take(again, replace(final, at=ends)).phase is Phase.FINAL


@pytest.mark.parametrize(
    ("setting", "shorter", "longer"),
    [(Setting.ROLL_OBJECTION_DAYS, 6, 8), (Setting.CANDIDATES_SHOWN_DAYS, 6, 8)],
)
def test_a_period_that_was_published_never_becomes_shorter(
    setting: Setting, shorter: int, longer: int
) -> None:
    settings = Settings("杭州")
    plain = plan(elects_committee=True)

    def changed(days: int | None) -> Plan:
        return replace(plain, settings=settings.changed(setting, days, "街道书面答复可以改"))

    draft = begin(plain)
    assert replanned(draft, changed(shorter)).plan == changed(shorter)
    published = taken(draft, ROLL, Step(Act.PUBLISH_CANDIDATES, ROLL.at))
    with pytest.raises(Refused) as refused:
        replanned(published, changed(shorter))
    assert refused.value.refusal is Refusal.OBJECTIONS_RUNNING
    assert replanned(published, changed(longer)).plan == changed(longer)
    if setting is Setting.CANDIDATES_SHOWN_DAYS:
        with pytest.raises(Refused):
            replanned(published, changed(None))


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
        at("2026-05-26 00:00"),
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


@pytest.mark.parametrize(
    ("closes_at", "posted", "filed"),
    [
        ("2026-06-15 23:59:59", "2026-06-19 00:00", "2026-07-16 00:00"),
        ("2026-06-16 00:00:00", "2026-06-20 00:00", "2026-07-17 00:00"),
    ],
)
def test_a_result_is_posted_by_the_third_day_and_filed_by_the_thirtieth(
    closes_at: str, posted: str, filed: str
) -> None:
    """The day of the closing does not count; the first moment of the day after the last one is too late."""
    elects = plan(place="北京", elects_committee=True)
    notice = replace(NOTICE, closes_at=at(closes_at))
    running = taken(begin(elects), ROLL, Step(Act.PUBLISH_CANDIDATES, ROLL.at), notice, OPEN)
    assert (posted_by(running), filing_by(running)) == (None, None)
    closed = take(running, replace(CLOSE, at=at(closes_at)))
    assert (posted_by(closed), filing_by(closed)) == (at(posted), at(filed))
    # What is late is late, and still has to be done.
    late = take(closed, Step(Act.PUBLISH_PRELIMINARY, at(posted)))
    final = take(late, Step(Act.PUBLISH_FINAL, at(filed) - SECOND))
    assert take(final, Step(Act.FILE, at(filed))).phase is Phase.FILED


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
