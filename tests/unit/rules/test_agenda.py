"""Agendas: read strictly, written back, and every fault named with its place."""

import copy
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from voting.errors import Refusal, Refused
from voting.language import sentence
from voting.rules.agenda import MAX_QUESTIONS, agenda_from_json, agenda_to_json
from voting.rules.questions import BallotAnswers, CommitteeContest, Motion, ballot_questions
from voting.rules.secrecy import Secrecy

FIXTURES = Path(__file__).parents[2] / "fixtures"
GOLDEN: dict[str, Any] = json.loads((FIXTURES / "golden-apple-agenda.json").read_text())


def changed(path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    agenda = copy.deepcopy(GOLDEN)
    inner: Any = agenda
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return agenda


def test_the_shipped_agenda() -> None:
    agenda = agenda_from_json(GOLDEN)
    assert (agenda.title, agenda.estate) == ("金苹果小区首次业主大会会议", "金苹果小区")
    assert agenda.scope.buildings is None
    assert agenda.scope.exclude_uses == ("车位",)
    first, second, third = agenda.questions
    assert isinstance(first, Motion)
    assert isinstance(third, CommitteeContest)
    assert (first.matter, second.matter, third.matter) == ("278-1", "278-8", "278-3")
    assert (third.seats, third.at_most, len(third.candidates)) == (5, 5, 7)


def test_an_agenda_survives_its_file() -> None:
    timed = {**GOLDEN, "opens_at": "2026-05-01T08:00:00+08:00", "closes_at": "2026-05-15T20:00:00+08:00"}
    agenda = agenda_from_json(timed)
    assert agenda.opens_at == datetime(2026, 5, 1, tzinfo=UTC)
    assert agenda_from_json(json.loads(json.dumps(agenda_to_json(agenda)))) == agenda


@pytest.mark.parametrize("preset", list(Secrecy))
def test_the_secrecy_is_one_of_three(preset: Secrecy) -> None:
    agenda = agenda_from_json({**GOLDEN, "secrecy": preset.value})
    assert agenda.secrecy is preset
    assert agenda_from_json(agenda_to_json(agenda)) == agenda


def test_a_ballot_is_confidential_unless_the_agenda_says_otherwise() -> None:
    assert agenda_from_json(GOLDEN).secrecy is Secrecy.CONFIDENTIAL


def test_how_a_ballot_asks() -> None:
    motion, _, contest = agenda_from_json(GOLDEN).questions
    assert ballot_questions(motion)[0] == BallotAnswers(("同意", "反对", "弃权"), 1, 1)
    assert ballot_questions(contest)[0] == BallotAnswers(tuple(GOLDEN["questions"][2]["candidates"]), 0, 5)


@pytest.mark.parametrize(("candidates", "at_most"), [(7, 5), (5, 5), (3, 3)])
def test_at_most_is_the_seats_unless_there_are_fewer_candidates(candidates: int, at_most: int) -> None:
    names = [f"候选人{n}" for n in range(candidates)]
    contest = agenda_from_json(changed(("questions", 2, "candidates"), names)).questions[2]
    assert ballot_questions(contest)[0].maximum == at_most


@pytest.mark.parametrize("seats", [3, 5, 7, 9, 11])
@pytest.mark.parametrize("at_most", [1, 7])
def test_seats_and_at_most_at_their_bounds(seats: int, at_most: int) -> None:
    agenda = changed(("questions", 2, "seats"), seats)
    agenda["questions"][2]["at_most"] = at_most
    assert ballot_questions(agenda_from_json(agenda).questions[2])[0].maximum == at_most


Q = "questions"


@pytest.mark.parametrize(
    ("path", "value", "refusal", "place"),
    [
        (("title",), " ", Refusal.AGENDA_TEXT_MISSING, "title"),
        (("title",), 7, Refusal.AGENDA_TEXT_MISSING, "title"),
        (("title",), "长" * 101, Refusal.AGENDA_TEXT_TOO_LONG, "title"),
        (("estate",), "小\n区", Refusal.AGENDA_TEXT_UNPRINTABLE, "estate"),
        (("estate",), "小\ud800区", Refusal.AGENDA_TEXT_UNPRINTABLE, "estate"),
        (("more",), 1, Refusal.AGENDA_FIELD_UNKNOWN, "agenda.more"),
        (("scope",), [], Refusal.AGENDA_MALFORMED, "scope"),
        (("scope", "floors"), [], Refusal.AGENDA_FIELD_UNKNOWN, "scope.floors"),
        (("scope", "buildings"), [], Refusal.AGENDA_SCOPE_EMPTY, "scope.buildings"),
        (("scope", "buildings"), "1", Refusal.AGENDA_MALFORMED, "scope.buildings"),
        (("scope", "buildings"), ["1", "1"], Refusal.AGENDA_NAME_TWICE, "scope.buildings[2]"),
        (("scope", "exclude_uses"), [1], Refusal.AGENDA_TEXT_MISSING, "scope.exclude_uses[1]"),
        (("secrecy",), "anonymous", Refusal.AGENDA_SECRECY_UNKNOWN, "secrecy"),
        (("secrecy",), None, Refusal.AGENDA_SECRECY_UNKNOWN, "secrecy"),
        (("secrecy",), ["open"], Refusal.AGENDA_SECRECY_UNKNOWN, "secrecy"),
        ((Q,), [], Refusal.AGENDA_QUESTIONS_MISSING, "questions"),
        ((Q,), {}, Refusal.AGENDA_QUESTIONS_MISSING, "questions"),
        ((Q,), [{}] * (MAX_QUESTIONS + 1), Refusal.AGENDA_TOO_MANY, "questions"),
        ((Q, 0), "q1", Refusal.AGENDA_KIND_UNKNOWN, "questions[1].kind"),
        ((Q, 0, "kind"), "poll", Refusal.AGENDA_KIND_UNKNOWN, "questions[1].kind"),
        ((Q, 0, "kind"), [], Refusal.AGENDA_KIND_UNKNOWN, "questions[1].kind"),
        ((Q, 0, "approval"), {}, Refusal.AGENDA_FIELD_UNKNOWN, "questions[1].approval"),
        ((Q, 0, "id"), "房号", Refusal.AGENDA_ID_MALFORMED, "questions[1].id"),
        ((Q, 0, "id"), 1, Refusal.AGENDA_ID_MALFORMED, "questions[1].id"),
        ((Q, 1, "id"), "q1", Refusal.AGENDA_NAME_TWICE, "questions[2].id"),
        ((Q, 0, "text"), "", Refusal.AGENDA_TEXT_MISSING, "questions[1].text"),
        ((Q, 0, "text"), "长" * 501, Refusal.AGENDA_TEXT_TOO_LONG, "questions[1].text"),
        ((Q, 0, "matter"), "278-10", Refusal.AGENDA_MATTER_UNKNOWN, "questions[1].matter"),
        ((Q, 0, "matter"), [], Refusal.AGENDA_MATTER_UNKNOWN, "questions[1].matter"),
        ((Q, 2, "matter"), "278-4", Refusal.AGENDA_MATTER_UNKNOWN, "questions[3].matter"),
        ((Q, 2, "seats"), 1, Refusal.AGENDA_SEATS, "questions[3]"),
        ((Q, 2, "seats"), 6, Refusal.AGENDA_SEATS, "questions[3]"),
        ((Q, 2, "seats"), 13, Refusal.AGENDA_SEATS, "questions[3]"),
        ((Q, 2, "seats"), "5", Refusal.AGENDA_MALFORMED, "questions[3].seats"),
        ((Q, 2, "seats"), True, Refusal.AGENDA_MALFORMED, "questions[3].seats"),
        ((Q, 2, "candidates"), [], Refusal.AGENDA_CANDIDATES_MISSING, "questions[3].candidates"),
        ((Q, 2, "candidates"), "甲", Refusal.AGENDA_MALFORMED, "questions[3].candidates"),
        ((Q, 2, "candidates"), ["甲", "甲 "], Refusal.AGENDA_NAME_TWICE, "questions[3].candidates[2]"),
        ((Q, 2, "candidates"), ["甲", ""], Refusal.AGENDA_TEXT_MISSING, "questions[3].candidates[2]"),
        ((Q, 2, "candidates"), ["甲、乙"], Refusal.AGENDA_NAME_SEPARATOR, "questions[3].candidates[1]"),
        ((Q, 2, "candidates"), list("甲" * 51), Refusal.AGENDA_TOO_MANY, "questions[3].candidates"),
        ((Q, 2, "at_most"), 0, Refusal.AGENDA_AT_MOST, "questions[3]"),
        ((Q, 2, "at_most"), 8, Refusal.AGENDA_AT_MOST, "questions[3]"),
        (("opens_at",), "2026-05-01T08:00:00", Refusal.AGENDA_TIME_UNREADABLE, "opens_at"),
        (("opens_at",), "tomorrow", Refusal.AGENDA_TIME_UNREADABLE, "opens_at"),
        (("opens_at",), "0001-01-01T00:00:00+08:00", Refusal.AGENDA_TIME_UNREADABLE, "opens_at"),
        (("closes_at",), 7, Refusal.AGENDA_TIME_UNREADABLE, "closes_at"),
    ],
)
def test_faults_are_named(path: tuple[Any, ...], value: Any, refusal: Refusal, place: str) -> None:
    with pytest.raises(Refused) as refused:
        agenda_from_json(changed(path, value))
    assert refused.value.refusal is refusal
    assert refused.value.context["place"] == place
    assert sentence(refused.value).endswith("。")


@pytest.mark.parametrize("field", ["title", "estate", "questions"])
def test_a_field_that_is_missing(field: str) -> None:
    with pytest.raises(Refused) as refused:
        agenda_from_json({key: value for key, value in GOLDEN.items() if key != field})
    assert refused.value.refusal is Refusal.AGENDA_FIELD_MISSING
    assert refused.value.context["place"] == f"agenda.{field}"


@pytest.mark.parametrize("closes", ["2026-05-01T08:00:00+08:00", "2026-05-01T00:00:00+00:00"])
def test_closing_must_come_after_opening(closes: str) -> None:
    with pytest.raises(Refused) as refused:
        agenda_from_json({**GOLDEN, "opens_at": "2026-05-01T08:00:00+08:00", "closes_at": closes})
    assert refused.value.refusal is Refusal.AGENDA_CLOSES_BEFORE_OPENING


@pytest.mark.parametrize("value", [None, [], "agenda", 7])
def test_what_is_no_agenda(value: Any) -> None:
    with pytest.raises(Refused) as refused:
        agenda_from_json(value)
    assert refused.value.refusal is Refusal.AGENDA_MALFORMED
