"""The agenda of one election, read strictly from JSON: title, estate, scope, questions and times."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from voting.errors import Refusal, Refused
from voting.rules.questions import ELECT_COMMITTEE, MATTERS, CommitteeContest, Motion, Question
from voting.rules.questions import MOTION_CHOICES as MOTION_CHOICES
from voting.rules.questions import BallotAnswers as BallotAnswers
from voting.rules.questions import Matter as Matter
from voting.rules.questions import ballot_answers as ballot_answers
from voting.rules.roll import Scope
from voting.rules.secrecy import Secrecy

# 建房〔2009〕274号 art. 31: 5 to 11, odd; 3 where local rules let small estates (domain.md §7).
SEATS = (3, 5, 7, 9, 11)
MAX_QUESTIONS = 20  # on one ballot; every question is a screen and a proof
MAX_CANDIDATES = 50  # of one contest; each is a proof in every ballot
MAX_TITLE = 100  # characters: one line of a letter
MAX_TEXT = 500  # characters: one screen of a phone
MAX_NAME = 50  # characters of a candidate's or a building's name
# Between the names of a choice list in a spreadsheet, so never part of one.
NAME_SEPARATORS = "、,，;；\n\r\t"
_ID = re.compile(r"[a-z][a-z0-9_-]{0,31}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


@dataclass(frozen=True)
class Agenda:
    """One election's questions and the units they are about; the times are aware, or None when not set."""

    title: str
    estate: str
    scope: Scope
    questions: tuple[Question, ...]
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    secrecy: Secrecy = Secrecy.CONFIDENTIAL


def _fault(place: str, refusal: Refusal = Refusal.AGENDA_MALFORMED) -> Refused:
    return Refused(refusal, place=place)


def _text(value: object, place: str, longest: int) -> str:
    if not isinstance(value, str) or not value.strip():
        raise _fault(place, Refusal.AGENDA_TEXT_MISSING)
    text = value.strip()
    if _CONTROL.search(text):
        raise _fault(place, Refusal.AGENDA_TEXT_UNPRINTABLE)
    if len(text) > longest:
        raise Refused(Refusal.AGENDA_TEXT_TOO_LONG, place=place, longest=longest)
    return text


def _object(value: object, place: str, required: set[str], optional: set[str]) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise _fault(place)
    for key in sorted(required - value.keys()):
        raise _fault(f"{place}.{key}", Refusal.AGENDA_FIELD_MISSING)
    for key in sorted(str(key) for key in value.keys() - required - optional):
        raise _fault(f"{place}.{key[:MAX_NAME]}", Refusal.AGENDA_FIELD_UNKNOWN)
    return value


def _names(value: object, place: str, most: int) -> tuple[str, ...]:
    if not isinstance(value, list | tuple):
        raise _fault(place)
    if len(value) > most:
        raise Refused(Refusal.AGENDA_TOO_MANY, place=place, most=most)
    names = tuple(_text(name, f"{place}[{i}]", MAX_NAME) for i, name in enumerate(value, start=1))
    for i, name in enumerate(names, start=1):
        if name in names[: i - 1]:
            raise Refused(Refusal.AGENDA_NAME_TWICE, place=f"{place}[{i}]", name=name)
    return names


def _whole(value: object, place: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise _fault(place)
    return value


def _time(value: object, place: str) -> datetime | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise _fault(place, Refusal.AGENDA_TIME_UNREADABLE)
    try:
        time = datetime.fromisoformat(value)
        if time.tzinfo is None:
            raise _fault(place, Refusal.AGENDA_TIME_UNREADABLE)
        return time.astimezone(UTC)
    except (ValueError, OverflowError):
        raise _fault(place, Refusal.AGENDA_TIME_UNREADABLE) from None


def _contest(value: object, place: str) -> CommitteeContest:
    fields = _object(value, place, {"id", "kind", "text", "seats", "candidates"}, {"matter", "at_most"})
    if fields.get("matter", ELECT_COMMITTEE) != ELECT_COMMITTEE:
        raise _fault(f"{place}.matter", Refusal.AGENDA_MATTER_UNKNOWN)
    seats = _whole(fields["seats"], f"{place}.seats")
    if seats not in SEATS:
        raise Refused(Refusal.AGENDA_SEATS, place=place, seats=seats)
    candidates = _names(fields["candidates"], f"{place}.candidates", MAX_CANDIDATES)
    if not candidates:
        raise _fault(f"{place}.candidates", Refusal.AGENDA_CANDIDATES_MISSING)
    for i, name in enumerate(candidates, start=1):
        if any(separator in name for separator in NAME_SEPARATORS):
            raise _fault(f"{place}.candidates[{i}]", Refusal.AGENDA_NAME_SEPARATOR)
    at_most = fields.get("at_most")
    most = min(seats, len(candidates)) if at_most is None else _whole(at_most, f"{place}.at_most")
    if not 1 <= most <= len(candidates):
        raise Refused(Refusal.AGENDA_AT_MOST, place=place, most=len(candidates))
    return CommitteeContest(
        id=_id(fields["id"], place),
        text=_text(fields["text"], f"{place}.text", MAX_TEXT),
        seats=seats,
        candidates=candidates,
        at_most=most,
    )


def _motion(value: object, place: str) -> Motion:
    fields = _object(value, place, {"id", "kind", "text", "matter"}, set())
    matter = fields["matter"]
    if not isinstance(matter, str) or matter not in MATTERS:
        raise _fault(f"{place}.matter", Refusal.AGENDA_MATTER_UNKNOWN)
    return Motion(
        id=_id(fields["id"], place), text=_text(fields["text"], f"{place}.text", MAX_TEXT), matter=matter
    )


def _id(value: object, place: str) -> str:
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise _fault(f"{place}.id", Refusal.AGENDA_ID_MALFORMED)
    return value


def _scope(value: object) -> Scope:
    fields = _object(value, "scope", set(), {"buildings", "exclude_uses"})
    buildings = fields.get("buildings")
    if buildings is not None:
        buildings = _names(buildings, "scope.buildings", 1000)
        if not buildings:
            raise _fault("scope.buildings", Refusal.AGENDA_SCOPE_EMPTY)
    uses = fields.get("exclude_uses")
    if uses is None:
        return Scope(buildings=buildings)
    return Scope(buildings=buildings, exclude_uses=_names(uses, "scope.exclude_uses", 100))


def _secrecy(value: object) -> Secrecy:
    if not isinstance(value, str) or value not in tuple(Secrecy):
        raise _fault("secrecy", Refusal.AGENDA_SECRECY_UNKNOWN)
    return Secrecy(value)


def agenda_from_json(value: object) -> Agenda:
    """The agenda of a decoded JSON file; every fault is Refused AGENDA_… with its place.

    `{"title", "estate", "scope": {"buildings"?, "exclude_uses"?}, "questions": [...], "opens_at"?,
    "closes_at"?, "secrecy"?}`; a motion is `{"id", "kind": "motion", "text", "matter"}`, a contest `{"id",
    "kind": "committee", "text", "seats", "candidates", "at_most"?, "matter"?}`; times are ISO 8601 with
    an offset; `secrecy` is "confidential" unless it says otherwise.
    """
    optional = {"scope", "opens_at", "closes_at", "secrecy"}
    fields = _object(value, "agenda", {"title", "estate", "questions"}, optional)
    listed = fields["questions"]
    if not isinstance(listed, list) or not listed:
        raise _fault("questions", Refusal.AGENDA_QUESTIONS_MISSING)
    if len(listed) > MAX_QUESTIONS:
        raise Refused(Refusal.AGENDA_TOO_MANY, place="questions", most=MAX_QUESTIONS)
    questions: list[Question] = []
    for i, entry in enumerate(listed, start=1):
        place = f"questions[{i}]"
        kind = entry.get("kind") if isinstance(entry, Mapping) else None
        if kind not in ("motion", "committee"):
            raise _fault(f"{place}.kind", Refusal.AGENDA_KIND_UNKNOWN)
        question = _motion(entry, place) if kind == "motion" else _contest(entry, place)
        if question.id in {earlier.id for earlier in questions}:
            raise Refused(Refusal.AGENDA_NAME_TWICE, place=f"{place}.id", name=question.id)
        questions.append(question)
    opens_at, closes_at = (
        _time(fields.get("opens_at"), "opens_at"),
        _time(fields.get("closes_at"), "closes_at"),
    )
    if opens_at is not None and closes_at is not None and closes_at <= opens_at:
        raise _fault("closes_at", Refusal.AGENDA_CLOSES_BEFORE_OPENING)
    return Agenda(
        title=_text(fields["title"], "title", MAX_TITLE),
        estate=_text(fields["estate"], "estate", MAX_TITLE),
        scope=_scope(fields.get("scope", {})),
        questions=tuple(questions),
        opens_at=opens_at,
        closes_at=closes_at,
        secrecy=_secrecy(fields.get("secrecy", Secrecy.CONFIDENTIAL)),
    )


def question_to_json(question: Question) -> dict[str, Any]:
    """A question in the form that `agenda_from_json` reads."""
    common = {"id": question.id, "text": question.text, "matter": question.matter}
    if isinstance(question, Motion):
        return {"kind": "motion", **common}
    contest = {"seats": question.seats, "candidates": list(question.candidates), "at_most": question.at_most}
    return {"kind": "committee", **common, **contest}


def scope_to_json(scope: Scope) -> dict[str, Any]:
    """A scope in the form that `agenda_from_json` reads."""
    return {
        "buildings": None if scope.buildings is None else list(scope.buildings),
        "exclude_uses": list(scope.exclude_uses),
    }


def agenda_to_json(agenda: Agenda) -> dict[str, Any]:
    """The agenda in the form that `agenda_from_json` reads."""
    return {
        "title": agenda.title,
        "estate": agenda.estate,
        "scope": scope_to_json(agenda.scope),
        "questions": [question_to_json(question) for question in agenda.questions],
        "opens_at": None if agenda.opens_at is None else agenda.opens_at.isoformat(),
        "closes_at": None if agenda.closes_at is None else agenda.closes_at.isoformat(),
        "secrecy": agenda.secrecy.value,
    }
