"""An agenda as it is kept: title, estate, scope, questions, times and terms; `agenda` reads it from JSON."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from voting.rules.questions import MATTERS, CommitteeContest, Motion, Question
from voting.rules.revoting import Revoting
from voting.rules.roll import Scope
from voting.rules.secrecy import Secrecy
from voting.rules.terms import Terms


@dataclass(frozen=True)
class Agenda:
    """One election's questions and the units they are about; the times are aware, or None when not set.

    `terms` None: as in version 1 of rules.json, which knows the owners' assembly and nothing more of it.
    """

    title: str
    estate: str
    scope: Scope
    questions: tuple[Question, ...]
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    secrecy: Secrecy = Secrecy.CONFIDENTIAL
    terms: Terms | None = None
    revoting: Revoting = Revoting.NONE

    @property
    def version(self) -> int:
        """The first version of rules.json that can say all of it."""
        plain = self.terms is None and not self.scope.stairwells and not self.scope.units
        plain = plain and self.revoting is Revoting.NONE
        return 1 if plain and all(_is_plain(question) for question in self.questions) else 2


def _is_plain(question: Question) -> bool:
    if isinstance(question, Motion):
        return question.matter in MATTERS and question.rule is None
    if not isinstance(question, CommitteeContest):
        return False
    of_version_1 = CommitteeContest(
        question.id, question.text, question.seats, question.candidates, question.at_most
    )
    return question == of_version_1


def question_to_json(question: Question, *, version: int = 0) -> dict[str, Any]:
    """A question in the form that `agenda_from_json` reads; in `version` 2 with everything said.

    Without a version, as version 1 says it where that can.
    """
    common = {"id": question.id, "text": question.text, "matter": question.matter}
    if isinstance(question, CommitteeContest):
        contest = {
            "kind": "committee",
            **common,
            "seats": question.seats,
            "candidates": list(question.candidates),
            "at_most": question.at_most,
        }
        if (version or (1 if _is_plain(question) else 2)) == 1:
            return contest
        return contest | {
            "each": question.each,
            "ranking": question.ranking,
            "alternates": question.alternates,
            "size": question.size,
            "sitting": question.sitting,
            "least": question.least,
            "stands_incomplete": question.stands_incomplete,
            "order": question.order,
            # Said only where they are known: records from before have the number alone.
            **({"sitting_members": list(question.sitting_members)} if question.sitting_members else {}),
        }
    own = {} if question.rule is None else {"rule": question.rule.as_json()}
    if isinstance(question, Motion):
        return {"kind": "motion", **common, **own}
    return {"kind": "plans", **common, "plans": list(question.plans), **own}


def scope_to_json(scope: Scope, *, version: int = 0) -> dict[str, Any]:
    """A scope in the form that `agenda_from_json` reads."""
    plain = {
        "buildings": None if scope.buildings is None else list(scope.buildings),
        "exclude_uses": list(scope.exclude_uses),
    }
    if version == 1 or (version == 0 and not scope.stairwells and not scope.units):
        return plain
    return plain | {
        "stairwells": [list(pair) for pair in scope.stairwells],
        "units": list(scope.units),
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
        **({} if agenda.terms is None else {"terms": agenda.terms.as_json()}),
        **({} if agenda.revoting is Revoting.NONE else {"revoting": agenda.revoting.value}),
    }
