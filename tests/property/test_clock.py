"""No path through the assembly's clock skips a period: whatever is tried, in whatever order, at any time."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from voting.errors import Refused
from voting.rules.assembly import About, Act, Assembly, Meeting, Phase, Plan, Step
from voting.rules.assembly_periods import unheeded
from voting.rules.clock import begin, obstacles, replay, take
from voting.rules.course import dates, earliest_course
from voting.rules.places import PRESETS
from voting.rules.presets import Settings

START = datetime(2026, 5, 1, tzinfo=UTC)
ITEMS = st.sampled_from([("q1",), ("q1",), ("q1", "q2"), ()])
HOURS = st.one_of(st.integers(-24, 24 * 70), st.sampled_from([24 * days for days in (6, 7, 14, 15, 16, 60)]))
# Half of what is tried is what should come next, or else no path would get far.
JUMPS = st.one_of(st.just(0), st.integers(0, 24 * 30))


class Clock(RuleBasedStateMachine):
    """Someone who tries everything, with time going forward."""

    assembly: Assembly
    now: datetime = START

    @initialize(
        meeting=st.sampled_from(Meeting), place=st.sampled_from(sorted(PRESETS)), elects=st.booleans()
    )
    def begun(self, meeting: Meeting, place: str, elects: bool) -> None:
        self.assembly = begin(Plan(meeting, Settings(place), elects_committee=elects))

    def tried(self, step: Step) -> None:
        against = list(obstacles(self.assembly, step))
        try:
            self.assembly = take(self.assembly, step)
        except Refused as refused:
            assert refused.refusal is against[0].refusal  # noqa: PT017
        else:
            assert not against

    @rule(jump=JUMPS)
    def time_passes(self, jump: int) -> None:
        self.now += timedelta(hours=jump)

    @rule(steps=st.integers(1, 6), early=st.sampled_from([0, 0, 1, 24, 24 * 8]))
    def straight_on(self, steps: int, early: int) -> None:
        """As early as it can be, or still earlier."""
        course = earliest_course(self.assembly, self.now).steps[len(self.assembly.steps) :]
        for step in course[:steps]:
            if step.act is Act.GIVE_NOTICE:
                assert step.opens_at is not None
                step = replace(step, opens_at=step.opens_at - timedelta(hours=early))
            if step.act is Act.OPEN:
                step = replace(step, at=step.at - timedelta(hours=early))
            self.now = max(self.now, step.at)
            self.tried(step)

    @rule()
    def all_objections_are_decided(self) -> None:
        for objection in self.assembly.objections:
            if objection.upheld is None:
                number = objection.number
                self.tried(
                    Step(Act.DECIDE_OBJECTION, self.now, number=number, upheld=False, reason="不成立的")
                )

    @rule(act=st.sampled_from([act for act in Act if act not in (Act.GIVE_NOTICE, Act.OPEN)]), data=st.data())
    def anything(self, act: Act, data: Any) -> None:
        self.tried(
            Step(
                act,
                self.now,
                closes_at=self.now + timedelta(hours=data.draw(HOURS)),
                about=data.draw(st.sampled_from(About)),
                number=data.draw(st.integers(0, 3)),
                upheld=data.draw(st.booleans()),
                reason="有一个理由就可以",
            )
        )

    @rule(items=ITEMS, opens=HOURS, window=HOURS)
    def a_notice(self, items: tuple[str, ...], opens: int, window: int) -> None:
        opens_at = self.now + timedelta(hours=opens)
        closes_at = opens_at + timedelta(hours=window)
        self.tried(Step(Act.GIVE_NOTICE, self.now, items, opens_at, closes_at, reason="内容有变动"))

    @rule(items=ITEMS)
    def an_opening(self, items: tuple[str, ...]) -> None:
        self.tried(Step(Act.OPEN, self.now, items))

    @invariant()
    def nothing_opens_before_its_notice_is_over(self) -> None:
        assembly = self.assembly
        if assembly.opened_at is None:
            return
        assert assembly.notice is not None
        days = 7 if (assembly.plan.meeting, assembly.plan.settings.place) == (Meeting.SPECIAL, "杭州") else 15
        calendar = assembly.plan.calendar
        # Counted here by the days themselves, and not by the clock's own arithmetic.
        notice_day, opening_day = calendar.day(assembly.notice.at), calendar.day(assembly.opened_at)
        assert (opening_day - notice_day).days > days
        assert assembly.notice.opens_at <= assembly.opened_at
        opened = next(step for step in assembly.steps if step.act is Act.OPEN)
        assert set(opened.items) == set(assembly.notice.items) != set()
        last_change = max(
            index
            for index, step in enumerate(assembly.steps)
            if step.act in (Act.GIVE_NOTICE, Act.PUBLISH_ROLL, Act.PUBLISH_CANDIDATES)
        )
        assert assembly.steps[last_change].act is Act.GIVE_NOTICE
        assert assembly.roll_at is not None
        assert (notice_day - calendar.day(assembly.roll_at)).days > 7

    @invariant()
    def whoever_votes_has_the_shortest_window(self) -> None:
        assembly = self.assembly
        if assembly.closed_at is None:
            return
        assert assembly.opened_at is not None
        calendar = assembly.plan.calendar
        assert (calendar.day(assembly.closed_at) - calendar.day(assembly.opened_at)).days > 5

    @invariant()
    def no_upheld_objection_is_passed_over(self) -> None:
        if self.assembly.phase in (Phase.FINAL, Phase.FILED):
            assert not unheeded(self.assembly, About.RESULT)
        if self.assembly.opened_at is not None and self.assembly.plan.elects_committee:
            assert not unheeded(self.assembly, About.CANDIDATES)

    @invariant()
    def no_window_leaves_its_bounds(self) -> None:
        notice, calendar = self.assembly.notice, self.assembly.plan.calendar
        if notice is not None:
            shortest = calendar.begin(calendar.day(notice.opens_at) + timedelta(days=6))
            longest = calendar.begin(calendar.day(notice.opens_at) + timedelta(days=61))
            assert shortest <= notice.closes_at <= longest
            assert self.assembly.extensions <= 1

    @invariant()
    def nothing_is_final_with_an_objection_undecided(self) -> None:
        if self.assembly.phase in (Phase.FINAL, Phase.FILED):
            assert not self.assembly.undecided(About.RESULT)
            assert not self.assembly.undecided(About.ROLL)

    @invariant()
    def the_steps_alone_make_the_assembly(self) -> None:
        assert replay(self.assembly.plan, self.assembly.steps) == self.assembly

    @invariant()
    def there_is_always_a_calendar(self) -> None:
        entries = dates(self.assembly, self.now)
        assert list(entries) == sorted(entries, key=lambda entry: (entry.ends, entry.event))
        assert all(entry.begins <= entry.ends for entry in entries)
        earliest_course(self.assembly, self.now)


Clock.TestCase.settings = hypothesis_settings(max_examples=60, stateful_step_count=30, deadline=None)
TestClock = Clock.TestCase
