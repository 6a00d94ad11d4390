"""`rules.json`: all that the outcome needs, bound by every ballot.

Nothing in it is open: a document that is not exactly what `rules_document` makes of its own agenda is
refused. Version 1 is the owners' assembly with motions and contests by one ranking, in which nobody votes
twice; version 2 says the rule of each question, the terms and more of scopes, contests and revoting. A
document has the first version that can say it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from voting.errors import Refusal, Refused
from voting.rules.agenda import agenda_from_json
from voting.rules.agenda_form import Agenda, question_to_json, scope_to_json
from voting.rules.canonical import canonical_json
from voting.rules.convening import Convening, convening_from_json, terms_in
from voting.rules.questions import (
    MATTERS,
    OTHER_MATTER,
    CommitteeContest,
    Motion,
    Plans,
    Question,
    ballot_questions,
    question_rule,
)
from voting.rules.revoting import Revoting
from voting.rules.roll import Voter, roll_digest
from voting.rules.secrecy import Secrecy
from voting.rules.terms import Terms
from voting.rules.thresholds import OWNERS_AND_AREA, QUORUM

_SHA256 = re.compile(r"[0-9a-f]{64}")
# What a version adds to the questions of its agenda.
_DERIVED = {1: {"choices", "approval", "ranking"}, 2: {"choices", "approval"}}


def _question_1(question: Question) -> dict[str, Any]:
    written = question_to_json(question, version=1)
    approval = MATTERS[question.matter].approval.as_json()
    if isinstance(question, CommitteeContest):
        return {**written, "ranking": "owners-then-area", "approval": approval}
    return {**written, "choices": list(ballot_questions(question)[0].answers), "approval": approval}


def _question_2(question: Question) -> dict[str, Any]:
    written = question_to_json(question, version=2) | {"rule": question_rule(question).as_json()}
    if isinstance(question, Motion | Plans) or question.each:
        written["choices"] = list(ballot_questions(question)[0].answers)
    return written


def _electorate(measures: Sequence[str], heads: int, area_dm2: int) -> dict[str, int]:
    if tuple(measures) == OWNERS_AND_AREA:
        return {"owners": heads, "area_dm2": area_dm2}
    return {"heads": heads}


def _document(
    agenda: Agenda,
    electorate: Mapping[str, int],
    roll_sha256: str,
    receipt_key: str,
    group: str,
    convening: Convening | None = None,
) -> dict[str, Any]:
    if agenda.opens_at is None or agenda.closes_at is None:
        missing = "opens_at" if agenda.opens_at is None else "closes_at"
        raise Refused(Refusal.AGENDA_FIELD_MISSING, place=missing)
    version = 1 if convening is None and agenda.version == 1 else 2
    common = {
        "version": version,
        "title": agenda.title,
        "estate": agenda.estate,
        "scope": scope_to_json(agenda.scope, version=version),
        "electorate": dict(electorate),
        "roll_sha256": roll_sha256,
        "opens_at": agenda.opens_at.astimezone(UTC).isoformat(timespec="seconds"),
        "closes_at": agenda.closes_at.astimezone(UTC).isoformat(timespec="seconds"),
        "revoting": agenda.revoting.value,
        "secrecy": agenda.secrecy.value,
        "receipt_key": receipt_key,
        "group": group,
    }
    if version == 1:
        questions = [_question_1(question) for question in agenda.questions]
        return common | {"quorum": QUORUM.as_json(), "questions": questions}
    terms = agenda.terms or Terms()
    questions = [_question_2(question) for question in agenda.questions]
    second = {"terms": terms.as_json(), "measures": list(terms.measures), "questions": questions}
    return common | second | ({} if convening is None else {"assembly": convening.as_json()})


def rules_document(
    agenda: Agenda,
    roll: Sequence[Voter],
    *,
    receipt_key: str,
    opens_at: datetime | None = None,
    closes_at: datetime | None = None,
    group: str = "BELENIOS-2048",
    convening: Convening | None = None,
) -> dict[str, Any]:
    """The election's `rules.json`; the times stand in for the agenda's, aware and to the second.

    An election of an assembly has the terms of its meeting, whatever its agenda says of kind and effect.

    `receipt_key` is the hex of the Ed25519 public key that signs receipts. Refused ROLL_EMPTY for a scope
    that holds no voter, AGENDA_FIELD_MISSING without both times.
    """
    if not roll:
        raise Refused(Refusal.ROLL_EMPTY)
    timed = replace(agenda, opens_at=opens_at or agenda.opens_at, closes_at=closes_at or agenda.closes_at)
    if convening is not None:
        timed = replace(timed, terms=terms_in(timed.terms, convening.plan))
    measures = (agenda.terms or Terms()).measures
    electorate = _electorate(measures, len(roll), sum(voter.area_dm2 for voter in roll))
    return _document(timed, electorate, roll_digest(roll), receipt_key, group, convening)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _asked(question: object, version: int) -> object:
    """A question without what the version derives for it."""
    if not isinstance(question, Mapping):
        return question
    derived = _DERIVED[version]
    if version == 2 and question.get("matter") != OTHER_MATTER:
        derived = derived | {"rule"}
    return {key: value for key, value in question.items() if key not in derived}


def rules_agenda(rules: object) -> Agenda:
    """The agenda inside a `rules.json`, for documents that `rules_document` could have made.

    Refused RULES_MALFORMED with the first place that differs, or AGENDA_… for a fault in a question.
    """
    if not isinstance(rules, Mapping):
        raise Refused(Refusal.RULES_MALFORMED, place="rules")
    if rules.get("secrecy") not in tuple(Secrecy):
        raise Refused(Refusal.RULES_MALFORMED, place="secrecy")
    version = 2 if _version(rules) == 2 else 1
    if rules.get("revoting") not in (tuple(Revoting) if version == 2 else (Revoting.NONE,)):
        raise Refused(Refusal.RULES_MALFORMED, place="revoting")
    questions = rules.get("questions")
    agenda = agenda_from_json(
        {
            "title": rules.get("title"),
            "estate": rules.get("estate"),
            "scope": rules.get("scope"),
            "questions": [
                _asked(question, version)
                for question in (questions if isinstance(questions, list | tuple) else [])
            ],
            "opens_at": rules.get("opens_at"),
            "closes_at": rules.get("closes_at"),
            "secrecy": rules.get("secrecy"),
            "revoting": rules.get("revoting"),
            **({"terms": rules.get("terms")} if version == 2 else {}),
        }
    )
    electorate = rules.get("electorate")
    held = electorate if isinstance(electorate, Mapping) else {}
    wanted = _electorate((agenda.terms or Terms()).measures, 1, 1)
    counted = {key: held[key] for key in wanted if key in held and _is_count(held[key])}
    if counted.keys() != wanted.keys():
        raise Refused(Refusal.RULES_MALFORMED, place="electorate")
    texts = {}
    for key in ("roll_sha256", "receipt_key", "group"):
        text = rules.get(key)
        if not isinstance(text, str) or (key != "group" and not _SHA256.fullmatch(text)):
            raise Refused(Refusal.RULES_MALFORMED, place=key)
        texts[key] = text
    convening = rules_convening(rules, agenda) if version == 2 else None
    made = _document(agenda, counted, **texts, convening=convening)
    for key in sorted(made.keys() | rules.keys(), key=str):
        if key not in made or key not in rules or canonical_json(made[key]) != canonical_json(rules[key]):
            raise Refused(Refusal.RULES_MALFORMED, place=str(key)[:50])
    return agenda


def rules_convening(rules: Mapping[str, Any], agenda: Agenda) -> Convening | None:
    """The assembly that an election's rules name, or None. Refused like `convening_from_json`."""
    if rules.get("assembly") is None:
        return None
    return convening_from_json(rules["assembly"], agenda, agenda.terms or Terms())


def _version(rules: Mapping[str, Any]) -> int:
    """The version that a document claims, as an integer; 0 for none."""
    version = rules.get("version")
    return version if isinstance(version, int) and not isinstance(version, bool) else 0
