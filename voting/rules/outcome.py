"""From totals on the measures to what the law makes of them (Civil Code arts 278, 279; domain.md §2, §6, §7).

1. Quorum: at least 2/3 of the owners and at least 2/3 of the area of the scope took part, or what the
   question's own rule asks.
2. A motion passes when the quorum is met and 同意 reaches its rule's approval on every measure; 弃权 took
   part. Of several plans, the one that does is chosen; if a rule lets more than one, none is, and they are
   listed.
3. A candidate is over the threshold when the ticks (or 同意) reach that of 278-3. With a quorum, the first
   `seats` of those are elected by the contest's ranking (`ranking`).
4. Where silence counts by the rules of procedure, everything is decided twice: of the votes cast alone, which
   stands at the top, and with the deemed ones, which stands under `with_deemed`. A person is never elected by
   silence: for candidates, deemed votes only took part.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from voting.errors import Refusal, Refused
from voting.rules.agenda_form import Agenda
from voting.rules.area import area_m2
from voting.rules.canonical import canonical_json as canonical_json
from voting.rules.canonical import outcome_json as outcome_json
from voting.rules.committee import stands
from voting.rules.document import rules_agenda as rules_agenda
from voting.rules.document import rules_document as rules_document
from voting.rules.questions import (
    RANKINGS,
    CommitteeContest,
    Motion,
    Plans,
    Question,
    ballot_questions,
    question_rule,
)
from voting.rules.ranking import Standing, elect
from voting.rules.terms import DeemedVotes, Terms
from voting.rules.thresholds import QUORUM, Rule


@dataclass(frozen=True)
class Measured:
    """One measure's totals, in heads or in 0.01 m²: who took part, of how many, and one vector a question.

    `result` follows the `ballot_questions` of the rules' questions; a vector follows its answers.
    """

    cast: int
    total: int
    result: tuple[tuple[int, ...], ...]


Tally = Mapping[str, Measured]
NOBODY: Mapping[str, int] = MappingProxyType({})


def _check(measured: Measured, total: int, questions: Sequence[Question], measure: str) -> None:
    """Refused TOTALS_IMPOSSIBLE for numbers that no set of valid ballots can add up to."""
    asked = [(question, ballot) for question in questions for ballot in ballot_questions(question)]
    if measured.total != total or not 0 <= measured.cast <= total or len(measured.result) != len(asked):
        raise Refused(Refusal.TOTALS_IMPOSSIBLE, measure=measure, question="")
    for (question, ballot), vector in zip(asked, measured.result, strict=True):
        possible = (
            len(vector) == len(ballot.answers)
            and all(0 <= count <= measured.cast for count in vector)
            and ballot.minimum * measured.cast <= sum(vector) <= ballot.maximum * measured.cast
        )
        if not possible:
            raise Refused(Refusal.TOTALS_IMPOSSIBLE, measure=measure, question=question.id)


def _amounts(of: Mapping[str, int]) -> dict[str, Any]:
    """Amounts as they are published: heads as integers, areas as decimal text."""
    return {
        ("area_m2" if measure == "area" else measure): area_m2(amount) if measure == "area" else amount
        for measure, amount in of.items()
    }


@dataclass(frozen=True)
class _Count:
    """One election's totals on the way to its outcome."""

    tally: Tally
    version: int
    closing: str

    @property
    def cast(self) -> dict[str, int]:
        return {measure: measured.cast for measure, measured in self.tally.items()}

    @property
    def total(self) -> dict[str, int]:
        return {measure: measured.total for measure, measured in self.tally.items()}

    def counts(self, question: Question, first: int) -> list[dict[str, dict[str, int]]]:
        """For each ballot question of a question: answer -> measure -> amount."""
        return [
            {
                answer: {name: measured.result[first + place][i] for name, measured in self.tally.items()}
                for i, answer in enumerate(ballot.answers)
            }
            for place, ballot in enumerate(ballot_questions(question))
        ]

    def approved(
        self, rule: Rule, part: Mapping[str, int], abstained: Mapping[str, int] = NOBODY
    ) -> dict[str, bool]:
        """For each measure, whether enough is for it."""
        if self.version != 1:
            return rule.approved(part, rule.base(self.cast, self.total, abstained))
        # As version 1 has always said it: of nobody, nobody is three quarters.
        return {name: rule.approval.met(part[name], self.cast[name]) for name in rule.measures}

    def question(self, question: Question, first: int) -> dict[str, Any]:
        """A question's outcome; `first` is the place of its first ballot question."""
        rule = question_rule(question)
        quorum = rule.quorum_met(self.cast, self.total)
        met = all(quorum.values())
        counted = self.counts(question, first)
        if isinstance(question, CommitteeContest):
            decided = self.contest(question, counted, met)
        elif isinstance(question, Motion):
            approved = self.approved(rule, counted[0]["同意"], counted[0]["弃权"])
            decided = {
                "kind": "motion",
                "counts": {answer: _amounts(of) for answer, of in counted[0].items()},
                "threshold_met": approved,
                "passed": met and all(approved.values()),
            }
        else:
            decided = self.plans(question, counted[0], met)
        return decided if self.version == 1 else decided | {"quorum": quorum, "quorum_met": met}

    def plans(self, question: Plans, counted: Mapping[str, Mapping[str, int]], met: bool) -> dict[str, Any]:
        rule = question_rule(question)
        approved = {name: self.approved(rule, counted[name], counted["弃权"]) for name in question.plans}
        over = [name for name in question.plans if met and all(approved[name].values())]
        return {
            "kind": "plans",
            "counts": {answer: _amounts(of) for answer, of in counted.items()},
            "threshold_met": approved,
            "chosen": over[0] if len(over) == 1 else None,
            "tie": over if len(over) > 1 else [],
            "passed": len(over) == 1,
        }

    def contest(
        self, question: CommitteeContest, counted: Sequence[Mapping[str, Mapping[str, int]]], met: bool
    ) -> dict[str, Any]:
        rule = question_rule(question)
        if question.each:
            given = dict(zip(question.candidates, counted, strict=True))
            ticks = {name: counts["同意"] for name, counts in given.items()}
            counts: dict[str, Any] = {
                name: {answer: _amounts(of) for answer, of in each.items()} for name, each in given.items()
            }
        else:
            ticks = dict(counted[0])
            counts = {name: _amounts(of) for name, of in ticks.items()}
        heads = next(name for name in self.tally if name != "area")
        over = [
            Standing(name, of[heads], of.get("area", 0))
            for name, of in ticks.items()
            if all(self.approved(rule, of).values())
        ]
        cast = self.cast[heads], self.cast.get("area", 0)
        # Without a quorum nobody is elected, and no lot is drawn.
        barred = replace(question, seats=0, alternates=0, ranking=RANKINGS[0])
        ranked = elect(question if met else barred, over, cast, self.closing)
        vacant = question.seats - len(ranked.elected)
        decided = {
            "kind": "committee",
            "counts": counts,
            "seats": question.seats,
            "over_the_threshold": list(ranked.ranked),
            "elected": list(ranked.elected),
            "tie": list(ranked.tie),
            "seats_vacant": vacant,
        }
        if self.version == 1:
            return decided
        return decided | {
            "alternates": list(ranked.alternates),
            "alternates_tie": list(ranked.alternates_tie),
            "lot": {"seed": ranked.seed, "drawn": list(ranked.lot)} if ranked.lot else None,
            "committee_stands": stands(question, len(ranked.elected)),
            **(
                {"committee": [*question.sitting_members, *ranked.elected]}
                if question.sitting_members
                else {}
            ),
        }

    def with_deemed(self, agenda: Agenda, deemed: DeemedVotes, joins: str) -> "_Count":
        """The totals with silence counted as the rules of procedure have it."""
        amounts = {"area": deemed.area_dm2}
        vectors: dict[str, list[tuple[int, ...]]] = {name: [] for name in self.tally}
        first = 0
        for question in agenda.questions:
            for counts in self.counts(question, first):
                joined = None if isinstance(question, CommitteeContest) else _joined(question, counts, joins)
                for name, of in vectors.items():
                    more = amounts.get(name, deemed.heads)
                    of.append(
                        tuple(given[name] + more * (answer == joined) for answer, given in counts.items())
                    )
                first += 1
        tally = {
            name: Measured(
                measured.cast + amounts.get(name, deemed.heads), measured.total, tuple(vectors[name])
            )
            for name, measured in self.tally.items()
        }
        return replace(self, tally=tally)

    def outcome(self, agenda: Agenda) -> dict[str, Any]:
        """Participation, quorum and every question."""
        questions, first = {}, 0
        for question in agenda.questions:
            questions[question.id] = self.question(question, first)
            first += len(ballot_questions(question))
        quorum = {name: QUORUM.met(self.cast[name], self.total[name]) for name in self.tally}
        if self.version == 1:
            return {
                "participation": _amounts(self.cast),
                "quorum": quorum,
                "quorum_met": all(quorum.values()),
                "questions": questions,
            }
        return {
            "participation": _amounts(self.cast),
            "quorum_met": all(decided["quorum_met"] for decided in questions.values()),
            "questions": questions,
        }


def _joined(question: Question, counts: Mapping[str, Mapping[str, int]], joins: str) -> str | None:
    """The answer that silence joins: with most votes on every measure, or 同意; None where there is none."""
    if joins == "consent":
        return "同意" if isinstance(question, Motion) else None
    if joins != "majority":
        return None
    leaders = []
    for measure in next(iter(counts.values())):
        most = max(of[measure] for of in counts.values())
        leading = [answer for answer, of in counts.items() if of[measure] == most]
        leaders.append(leading[0] if len(leading) == 1 else None)
    return leaders[0] if len(set(leaders)) == 1 else None


def decide(
    rules: Mapping[str, Any],
    owners: Measured,
    area: Measured | None = None,
    *,
    closing: str = "",
    deemed: DeemedVotes | None = None,
) -> dict[str, Any]:
    """`outcome.json` without its uuid: areas as decimal text with two places, heads as integers.

    `owners` counts heads; `area` is None where the rules know no area. `over_the_threshold` is by the
    numbers alone; `elected`, `chosen` and `passed` also need the quorum. `closing` is the closing digest
    for a lot, in hex. Refused RULES_MALFORMED and AGENDA_… for the rules, TOTALS_IMPOSSIBLE for the
    totals, LOT_SEED_MISSING, DEEMED_NOT_AGREED for deemed votes under rules without them.
    """
    agenda = rules_agenda(rules)
    terms = agenda.terms or Terms()
    tally: dict[str, Measured] = {}
    for measure, measured in zip(terms.measures, (owners, area), strict=False):
        if measured is None:
            raise Refused(Refusal.TOTALS_IMPOSSIBLE, measure=measure, question="")
        tally[measure] = measured
        total = rules["electorate"]["area_dm2" if measure == "area" else measure]
        _check(measured, total, agenda.questions, measure)
    count = _Count(tally, agenda.version, closing)
    electorate = {"electorate": _amounts(count.total)}
    outcome = electorate | count.outcome(agenda)
    if deemed is None and terms.deemed is None:
        return outcome
    if terms.deemed is None:
        raise Refused(Refusal.DEEMED_NOT_AGREED)
    silent = deemed or DeemedVotes(0, 0)
    with_deemed = count.with_deemed(agenda, silent, terms.deemed.joins)
    for measure, measured in with_deemed.tally.items():
        if measured.cast > measured.total:
            raise Refused(Refusal.TOTALS_IMPOSSIBLE, measure=measure, question=agenda.questions[0].id)
    amounts = {name: silent.area_dm2 if name == "area" else silent.heads for name in tally}
    return outcome | {
        "with_deemed": {"deemed": _amounts(amounts), **with_deemed.outcome(agenda)},
    }
