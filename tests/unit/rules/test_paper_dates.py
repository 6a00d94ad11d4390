"""Until when each paper is needed: by which step, on which day, and what is only planned."""

from datetime import timedelta

from tests.conventions import at
from voting.documents.notices import KINDS
from voting.rules.assembly import About, Act, Assembly, Meeting, Plan, Step
from voting.rules.clock import begin, replay
from voting.rules.course import earliest_course
from voting.rules.paper_dates import FIRST_MEETING_DAYS, WHY_WORDS, Due, Why, dues, standing_dues
from voting.rules.presets import Settings

NOON = at("2026-05-01 12:00")


def whole(meeting: Meeting = Meeting.FIRST, *, elects: bool = True) -> Assembly:
    """Taken to its end, each step as early as it may be."""
    return earliest_course(begin(Plan(meeting, Settings("杭州"), elects_committee=elects)), NOON)


def test_before_any_step_everything_is_planned_and_nothing_stands() -> None:
    assembly = begin(Plan(Meeting.FIRST, Settings("杭州"), elects_committee=True))
    assert standing_dues(assembly) == {}
    assert all(due.planned for due in dues(assembly, NOON).values())
    assert set(dues(assembly, NOON)) == set(standing_dues(whole()))


def test_every_paper_has_its_step() -> None:
    assembly = whole()
    found = standing_dues(assembly)
    calendar = assembly.plan.calendar
    assert assembly.roll_at is not None
    assert assembly.notice is not None
    assert assembly.final_at is not None
    assert found["group"] == Due(assembly.roll_at, Why.BEFORE_ROLL)
    day = calendar.day(assembly.roll_at)
    midnight = calendar.end_of(day - timedelta(days=1))
    assert found["roll"] == Due(calendar.end_of(day), Why.WITH_ROLL, midnight)
    assert found["ballot"].at == assembly.notice.opens_at
    assert found["tally"].at == assembly.notice.closes_at
    assert found["preliminary-result"].since == assembly.closed_at
    first = calendar.deadline(assembly.final_at, FIRST_MEETING_DAYS)
    assert found["committee-minutes"].at == first
    assert found["filing"].at == found["archive"].at
    assert set(found) | {"candidate-form", "pact"} == set(KINDS)


def test_what_an_assembly_does_not_do_has_no_date() -> None:
    found = standing_dues(whole(Meeting.REGULAR, elects=False))
    assert not {"group", "preparation", "candidates", "filing", "committee-minutes"} & set(found)
    assert {"roll", "meeting", "preliminary-result", "final-result"} <= set(found)


def test_an_extension_moves_what_is_needed_for_the_closing() -> None:
    assembly = whole(Meeting.REGULAR, elects=False)
    opened = [step for step in assembly.steps if step.at <= (assembly.opened_at or NOON)]
    closing = assembly.notice.closes_at + timedelta(days=7)
    step = Step(Act.EXTEND, opened[-1].at, closes_at=closing, reason="参加的人数还不够")
    extended = replay(assembly.plan, [*opened, step])
    assert standing_dues(extended)["tally"].at == closing
    assert standing_dues(extended)["ballot"].at == assembly.notice.opens_at


def test_a_result_that_is_published_again_hangs_on_that_day() -> None:
    assembly = whole(Meeting.REGULAR, elects=False)
    posted = next(step for step in assembly.steps if step.act is Act.PUBLISH_PRELIMINARY)
    steps = assembly.steps[: assembly.steps.index(posted) + 1]
    moment = posted.at + timedelta(days=2, hours=3)
    objection = Step(Act.OBJECT, posted.at, about=About.RESULT)
    decision = Step(Act.DECIDE_OBJECTION, moment, number=1, upheld=True, reason="反对票抄错一户")
    again = Step(Act.PUBLISH_PRELIMINARY, moment, reason="反对票抄错一户")
    corrected = replay(assembly.plan, [*steps, objection, decision, again])
    day = corrected.plan.calendar.day(moment)
    due = standing_dues(corrected)["preliminary-result"]
    assert (due.since, due.at) == (corrected.plan.calendar.begin(day), corrected.plan.calendar.end_of(day))


def test_every_reason_has_words() -> None:
    assert set(WHY_WORDS) == set(Why)
