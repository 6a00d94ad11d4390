"""An agenda read strictly from JSON: every fault is refused with its place."""

from dataclasses import replace
from datetime import date

from voting.errors import Refusal, Refused
from voting.rules.agenda_form import Agenda as Agenda
from voting.rules.agenda_form import agenda_to_json as agenda_to_json
from voting.rules.agenda_form import question_to_json as question_to_json
from voting.rules.agenda_form import scope_to_json as scope_to_json
from voting.rules.assembly import Effect, Meeting
from voting.rules.fields import MAX_NAME, fault, moment, names, record, text
from voting.rules.question_reader import MAX_TEXT, question_from_json
from voting.rules.questions import MOTION_CHOICES as MOTION_CHOICES
from voting.rules.questions import BallotAnswers as BallotAnswers
from voting.rules.questions import CommitteeContest as CommitteeContest
from voting.rules.questions import Matter as Matter
from voting.rules.questions import Motion as Motion
from voting.rules.questions import (
    Question,
    ballot_questions,
    question_rule,
)
from voting.rules.revoting import Revoting
from voting.rules.roll import Scope
from voting.rules.secrecy import Secrecy
from voting.rules.terms import BODIES, JOINS, Deemed, Terms

MAX_QUESTIONS = 20  # of one agenda; every question is a screen and a proof
MAX_BALLOT_QUESTIONS = 40  # of one ballot, where a contest asks for each candidate
MAX_TITLE = 100  # characters: one line of a letter


def _scope(value: object) -> Scope:
    fields = record(value, "scope", set(), {"buildings", "exclude_uses", "stairwells", "units"})
    buildings = fields.get("buildings")
    if buildings is not None:
        buildings = names(buildings, "scope.buildings", 1000)
        if not buildings:
            raise fault("scope.buildings", Refusal.AGENDA_SCOPE_EMPTY)
    uses = fields.get("exclude_uses")
    excluded = Scope().exclude_uses if uses is None else names(uses, "scope.exclude_uses", 100)
    stairwells = tuple(
        _pair(pair, f"scope.stairwells[{i}]")
        for i, pair in enumerate(_listed(fields.get("stairwells", []), "scope.stairwells"), start=1)
    )
    units = names(fields.get("units", []), "scope.units", 100_000)
    # One way of saying it, so that nobody has to guess which one counts.
    if sum((buildings is not None, bool(stairwells), bool(units))) > 1:
        raise fault("scope")
    return Scope(buildings, excluded, stairwells, units)


def _listed(value: object, place: str) -> list[object]:
    if not isinstance(value, list | tuple) or len(value) > 1000:
        raise fault(place)
    return list(value)


def _pair(value: object, place: str) -> tuple[str, str]:
    pair = _listed(value, place)
    if len(pair) != 2:
        raise fault(place)
    return text(pair[0], place, MAX_NAME), text(pair[1], place, MAX_NAME)


def _secrecy(value: object) -> Secrecy:
    if not isinstance(value, str) or value not in tuple(Secrecy):
        raise fault("secrecy", Refusal.AGENDA_SECRECY_UNKNOWN)
    return Secrecy(value)


def _revoting(value: object) -> Revoting:
    if not isinstance(value, str) or value not in tuple(Revoting):
        raise fault("revoting")
    return Revoting(value)


def _terms(value: object) -> Terms:
    fields = record(value, "terms", {"body", "meeting", "effect", "deemed"}, set())
    for name, one_of in (("body", tuple(BODIES)), ("meeting", tuple(Meeting)), ("effect", tuple(Effect))):
        if fields[name] not in one_of:
            raise fault(f"terms.{name}")
    terms = Terms(fields["body"], Meeting(fields["meeting"]), Effect(fields["effect"]))
    return replace(terms, deemed=_deemed(fields["deemed"], terms))


def _deemed(value: object, terms: Terms) -> Deemed | None:
    if value is None:
        return None
    if terms.meeting is Meeting.FIRST:
        raise Refused(Refusal.DEEMED_IN_FIRST)
    fields = record(value, "terms.deemed", {"clause", "dated", "joins"}, set())
    clause, dated = text(fields["clause"], "terms.deemed.clause", MAX_TEXT), fields["dated"]
    try:
        sound = isinstance(dated, str) and date.fromisoformat(dated).isoformat() == dated
    except ValueError:
        sound = False
    if not sound or fields["joins"] not in JOINS:
        raise fault("terms.deemed")
    return Deemed(clause, dated, fields["joins"])


def agenda_from_json(value: object) -> Agenda:
    """The agenda of a decoded JSON file; every fault is Refused AGENDA_… with its place.

    `{"title", "estate", "scope": {"buildings"?, "exclude_uses"?}, "questions": [...], "opens_at"?,
    "closes_at"?, "secrecy"?, "revoting"?}`; a motion is `{"id", "kind": "motion", "text", "matter"}`, a
    contest `{"id", "kind": "committee", "text", "seats", "candidates", "at_most"?, "matter"?}`, plans `{"id",
    "kind": "plans", "text", "matter", "plans"}`; times are ISO 8601 with an offset. What version 2 of
    rules.json adds stands in `CommitteeContest`, `Scope`, `Terms` and `Revoting`; a matter `other` brings its
    `rule`.
    """
    optional = {"scope", "opens_at", "closes_at", "secrecy", "revoting", "terms"}
    fields = record(value, "agenda", {"title", "estate", "questions"}, optional)
    listed = fields["questions"]
    if not isinstance(listed, list) or not listed:
        raise fault("questions", Refusal.AGENDA_QUESTIONS_MISSING)
    if len(listed) > MAX_QUESTIONS:
        raise Refused(Refusal.AGENDA_TOO_MANY, place="questions", most=MAX_QUESTIONS)
    questions: list[Question] = []
    for i, entry in enumerate(listed, start=1):
        place = f"questions[{i}]"
        question = question_from_json(entry, place)
        if question.id in {earlier.id for earlier in questions}:
            raise Refused(Refusal.AGENDA_NAME_TWICE, place=f"{place}.id", name=question.id)
        questions.append(question)
    opens_at, closes_at = (
        moment(fields.get("opens_at"), "opens_at"),
        moment(fields.get("closes_at"), "closes_at"),
    )
    if opens_at is not None and closes_at is not None and closes_at <= opens_at:
        raise fault("closes_at", Refusal.AGENDA_CLOSES_BEFORE_OPENING)
    if sum(len(ballot_questions(question)) for question in questions) > MAX_BALLOT_QUESTIONS:
        raise Refused(Refusal.AGENDA_TOO_MANY, place="questions", most=MAX_BALLOT_QUESTIONS)
    terms = _terms(fields["terms"]) if fields.get("terms") is not None else None
    for i, question in enumerate(questions, start=1):
        # Owners and residents are never mixed in one ballot.
        if not set(question_rule(question).measures) <= set((terms or Terms()).measures):
            raise fault(f"questions[{i}].matter", Refusal.AGENDA_MATTER_OF_OTHERS)
    return Agenda(
        title=text(fields["title"], "title", MAX_TITLE),
        estate=text(fields["estate"], "estate", MAX_TITLE),
        scope=_scope(fields.get("scope", {})),
        questions=tuple(questions),
        opens_at=opens_at,
        closes_at=closes_at,
        secrecy=_secrecy(fields.get("secrecy", Secrecy.CONFIDENTIAL)),
        terms=terms,
        revoting=_revoting(fields.get("revoting", Revoting.NONE)),
    )
