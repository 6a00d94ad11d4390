"""From totals on two measures to what the law makes of them (Civil Code art. 278; domain.md §2, §7).

1. Quorum: at least 2/3 of the owners and at least 2/3 of the area of the scope took part.
2. A motion passes when the quorum is met and 同意 reaches its matter's threshold on both measures,
   counted among those who took part; 弃权 took part.
3. A candidate is over the threshold when the ticks reach that of 278-3 on both measures. With a quorum, the
   first `seats` of those are elected, ranked by owners, then by area. Equal on both at the last seat: none
   of the equals is elected and they are listed as `tie`, for nothing that was published decides between them.

`rules.json` holds all that this needs, and nothing in it is open: a document that is not exactly what
`rules_document` makes of its own agenda is refused.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from voting.errors import Refusal, Refused
from voting.rules.agenda import Agenda, agenda_from_json, question_to_json, scope_to_json
from voting.rules.area import area_m2
from voting.rules.questions import MATTERS, MOTION_CHOICES, CommitteeContest, Motion, Question, ballot_answers
from voting.rules.roll import Voter, roll_digest
from voting.rules.secrecy import Secrecy
from voting.rules.thresholds import QUORUM

_SHA256 = re.compile(r"[0-9a-f]{64}")
_DERIVED = {"choices", "approval", "ranking"}


@dataclass(frozen=True)
class Measured:
    """One measure's totals, in owners or in 0.01 m²: who took part, of how many, and one vector a question.

    `result` follows the questions of the rules; a vector follows `ballot_answers(question).answers`.
    """

    cast: int
    total: int
    result: tuple[tuple[int, ...], ...]


def _canonical(value: object) -> object:
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, Mapping) and all(isinstance(key, str) for key in value):
        return {key: _canonical(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_canonical(entry) for entry in value]
    raise Refused(Refusal.JSON_NOT_CANONICAL, what=type(value).__name__)


def canonical_json(value: object) -> bytes:
    """UTF-8, keys sorted, no spaces; only text, integers, true, false, null, lists and objects.

    Refused JSON_NOT_CANONICAL for anything else (a float above all).
    """
    try:
        text = json.dumps(_canonical(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return text.encode()
    except (UnicodeEncodeError, RecursionError, ValueError):
        raise Refused(Refusal.JSON_NOT_CANONICAL, what=type(value).__name__) from None


def outcome_json(outcome: Mapping[str, Any]) -> bytes:
    """outcome.json as it is published: for people to read, and in this one form only."""
    return json.dumps(outcome, ensure_ascii=False, indent=1).encode() + b"\n"


def _question_document(question: Question) -> dict[str, Any]:
    approval = MATTERS[question.matter].approval.as_json()
    if isinstance(question, Motion):
        return {**question_to_json(question), "choices": list(MOTION_CHOICES), "approval": approval}
    return {**question_to_json(question), "ranking": "owners-then-area", "approval": approval}


def _document(
    agenda: Agenda, owners: int, area_dm2: int, roll_sha256: str, receipt_key: str, group: str
) -> dict[str, Any]:
    if agenda.opens_at is None or agenda.closes_at is None:
        missing = "opens_at" if agenda.opens_at is None else "closes_at"
        raise Refused(Refusal.AGENDA_FIELD_MISSING, place=missing)
    return {
        "version": 1,
        "title": agenda.title,
        "estate": agenda.estate,
        "scope": scope_to_json(agenda.scope),
        "electorate": {"owners": owners, "area_dm2": area_dm2},
        "roll_sha256": roll_sha256,
        "quorum": QUORUM.as_json(),
        "questions": [_question_document(question) for question in agenda.questions],
        "opens_at": agenda.opens_at.astimezone(UTC).isoformat(timespec="seconds"),
        "closes_at": agenda.closes_at.astimezone(UTC).isoformat(timespec="seconds"),
        "revoting": "none",
        "secrecy": agenda.secrecy.value,
        "receipt_key": receipt_key,
        "group": group,
    }


def rules_document(
    agenda: Agenda,
    roll: Sequence[Voter],
    *,
    receipt_key: str,
    opens_at: datetime | None = None,
    closes_at: datetime | None = None,
    group: str = "BELENIOS-2048",
) -> dict[str, Any]:
    """The election's `rules.json`; the times stand in for the agenda's, aware and to the second.

    `receipt_key` is the hex of the Ed25519 public key that signs receipts. Refused ROLL_EMPTY for a scope
    that holds no voter, AGENDA_FIELD_MISSING without both times.
    """
    if not roll:
        raise Refused(Refusal.ROLL_EMPTY)
    timed = replace(agenda, opens_at=opens_at or agenda.opens_at, closes_at=closes_at or agenda.closes_at)
    area_dm2 = sum(voter.area_dm2 for voter in roll)
    return _document(timed, len(roll), area_dm2, roll_digest(roll), receipt_key, group)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def rules_agenda(rules: object) -> Agenda:
    """The agenda inside a `rules.json`, for documents that `rules_document` could have made.

    Refused RULES_MALFORMED with the first place that differs, or AGENDA_… for a fault in a question.
    """
    if not isinstance(rules, Mapping):
        raise Refused(Refusal.RULES_MALFORMED, place="rules")
    if rules.get("secrecy") not in tuple(Secrecy):
        raise Refused(Refusal.RULES_MALFORMED, place="secrecy")
    questions = rules.get("questions")
    agenda = agenda_from_json(
        {
            "title": rules.get("title"),
            "estate": rules.get("estate"),
            "scope": rules.get("scope"),
            "questions": [
                {key: value for key, value in question.items() if key not in _DERIVED}
                if isinstance(question, Mapping)
                else question
                for question in (questions if isinstance(questions, list | tuple) else [])
            ],
            "opens_at": rules.get("opens_at"),
            "closes_at": rules.get("closes_at"),
            "secrecy": rules.get("secrecy"),
        }
    )
    electorate = rules.get("electorate")
    held = electorate if isinstance(electorate, Mapping) else {}
    owners, area_dm2 = held.get("owners"), held.get("area_dm2")
    if (
        not isinstance(owners, int)
        or not isinstance(area_dm2, int)
        or not (_is_count(owners) and _is_count(area_dm2))
    ):
        raise Refused(Refusal.RULES_MALFORMED, place="electorate")
    texts = {}
    for key in ("roll_sha256", "receipt_key", "group"):
        text = rules.get(key)
        if not isinstance(text, str) or (key != "group" and not _SHA256.fullmatch(text)):
            raise Refused(Refusal.RULES_MALFORMED, place=key)
        texts[key] = text
    made = _document(agenda, owners, area_dm2, **texts)
    for key in sorted(made.keys() | rules.keys(), key=str):
        if key not in made or key not in rules or canonical_json(made[key]) != canonical_json(rules[key]):
            raise Refused(Refusal.RULES_MALFORMED, place=str(key)[:50])
    return agenda


def _check(measured: Measured, total: int, questions: Sequence[Question], measure: str) -> None:
    """Refused TOTALS_IMPOSSIBLE for numbers that no set of valid ballots can add up to."""
    if measured.total != total or not 0 <= measured.cast <= total or len(measured.result) != len(questions):
        raise Refused(Refusal.TOTALS_IMPOSSIBLE, measure=measure, question="")
    for question, vector in zip(questions, measured.result, strict=True):
        ballot = ballot_answers(question)
        possible = (
            len(vector) == len(ballot.answers)
            and all(0 <= count <= measured.cast for count in vector)
            and ballot.minimum * measured.cast <= sum(vector) <= ballot.maximum * measured.cast
        )
        if not possible:
            raise Refused(Refusal.TOTALS_IMPOSSIBLE, measure=measure, question=question.id)


def _both(owners: int, area_dm2: int) -> dict[str, Any]:
    return {"owners": owners, "area_m2": area_m2(area_dm2)}


def _elect(contest: CommitteeContest, ranked: Sequence[tuple[int, int, str]]) -> tuple[list[str], list[str]]:
    """(elected, tie) of the candidates over the threshold, ranked as (owners, area, name)."""
    seated = list(ranked[: contest.seats])
    tie: list[str] = []
    if len(ranked) > contest.seats and ranked[contest.seats][:2] == seated[-1][:2]:
        last = seated[-1][:2]
        tie = [name for *counts, name in ranked if tuple(counts) == last]
        seated = [candidate for candidate in seated if candidate[:2] != last]
    return [name for *_, name in seated], tie


def _question_outcome(
    question: Question, owners: Measured, area: Measured, position: int, quorum_met: bool
) -> dict[str, Any]:
    approval = MATTERS[question.matter].approval
    answers = ballot_answers(question).answers
    counted = list(zip(owners.result[position], area.result[position], answers, strict=True))
    counts = {answer: _both(heads, surface) for heads, surface, answer in counted}
    if isinstance(question, Motion):
        heads, surface, _ = counted[0]
        met = {"owners": approval.met(heads, owners.cast), "area": approval.met(surface, area.cast)}
        passed = quorum_met and met["owners"] and met["area"]
        return {"kind": "motion", "counts": counts, "threshold_met": met, "passed": passed}
    over = [
        (heads, surface, name)
        for heads, surface, name in counted
        if approval.met(heads, owners.cast) and approval.met(surface, area.cast)
    ]
    over.sort(key=lambda candidate: (-candidate[0], -candidate[1]))
    elected, tie = _elect(question, over) if quorum_met else ([], [])
    return {
        "kind": "committee",
        "counts": counts,
        "seats": question.seats,
        "over_the_threshold": [name for *_, name in over],
        "elected": elected,
        "tie": tie,
        "seats_vacant": question.seats - len(elected),
    }


def decide(rules: Mapping[str, Any], owners: Measured, area: Measured) -> dict[str, Any]:
    """`outcome.json` without its uuid: areas as decimal text with two places, owners as integers.

    `over_the_threshold` is by the numbers alone; `elected` and `passed` also need the quorum. Refused
    RULES_MALFORMED and AGENDA_… for the rules, TOTALS_IMPOSSIBLE for the totals.
    """
    agenda = rules_agenda(rules)
    _check(owners, rules["electorate"]["owners"], agenda.questions, "owners")
    _check(area, rules["electorate"]["area_dm2"], agenda.questions, "area")
    quorum = {"owners": QUORUM.met(owners.cast, owners.total), "area": QUORUM.met(area.cast, area.total)}
    quorum_met = quorum["owners"] and quorum["area"]
    return {
        "electorate": _both(owners.total, area.total),
        "participation": _both(owners.cast, area.cast),
        "quorum": quorum,
        "quorum_met": quorum_met,
        "questions": {
            question.id: _question_outcome(question, owners, area, position, quorum_met)
            for position, question in enumerate(agenda.questions)
        },
    }
