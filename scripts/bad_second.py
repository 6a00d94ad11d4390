"""Records with the questions of version 2: plans, each candidate, rankings, lots, heads, silence."""

import copy
import json
from collections.abc import Callable, Iterator
from typing import Any

from forge import AGENDA, VOTERS, Held, Json, hold, public, set_at
from forge_export import Case, Seals, seal

from voting.protocol.group import ED25519
from voting.rules.outcome import outcome_json
from voting.rules.terms import DeemedVotes

BASE, HEADS, SILENT = "version 2", "residents", "silence"
YES, NO, ABSTAIN = [1, 0, 0], [0, 1, 0], [0, 0, 1]
SECOND: Json = {
    **AGENDA,
    "scope": {"exclude_uses": ["车位"], "stairwells": [["1", "1"]]},
    "questions": [
        {"id": "q1", "kind": "plans", "text": "选一个方案", "matter": "278-5", "plans": ["甲方案", "乙方案"]},
        {
            "id": "q2",
            "kind": "committee",
            "text": "选举",
            "seats": 3,
            "candidates": ["丁", "方"],
            "each": True,
            "order": "surname-strokes",
        },
        {
            "id": "q3",
            "kind": "committee",
            "text": "另选",
            "seats": 3,
            "candidates": ["石", "白", "田", "叶"],
            "at_most": 4,
            "ranking": "shares-then-area-then-lot",
            "alternates": 1,
            "least": 3,
            "stands_incomplete": True,
        },
    ],
}
# 白, 田 and 叶 come out equal, for two seats.
CHOICES = (
    [[1, 0, 0, 0], YES, NO, [1, 1, 1, 1]],
    [[1, 0, 0, 0], YES, YES, [1, 1, 1, 1]],
    [[0, 0, 1, 0], ABSTAIN, NO, [1, 0, 0, 0]],
)
RESIDENTS: Json = {
    **AGENDA,
    "questions": [{"id": "q1", "kind": "motion", "text": "是否通过公约？", "matter": "residents"}],
    "terms": {"body": "residents", "meeting": "regular", "effect": "advisory", "deemed": None},
}
CLAUSE: Json = {"clause": "未投票的随多数", "dated": "2023-06-01", "joins": "majority"}
DEEMED: Json = {
    **AGENDA,
    "questions": AGENDA["questions"][:1],
    "terms": {"body": "owners", "meeting": "regular", "effect": "advisory", "deemed": CLAUSE},
}
MOTION_CHOICES = ([YES], [YES], [NO])
Change = Callable[[Any], Any]


def held(base: str = BASE, **changes: Any) -> Held:
    """One of the three good elections, with changes."""
    kinds: dict[str, Json] = {
        BASE: {"agenda": SECOND, "choices": CHOICES},
        HEADS: {"agenda": RESIDENTS, "choices": MOTION_CHOICES},
        SILENT: {"agenda": DEEMED, "choices": MOTION_CHOICES, "deemed": DeemedVotes(1, 7000)},
    }
    return Held(group=ED25519, **(kinds[base] | changes))


def cases() -> Iterator[Case]:
    """Every record."""
    yield from _outcomes()
    yield from _rules()
    yield from _questions()
    yield from _silence()


def _outcomes() -> Iterator[Case]:
    """Another outcome.json; the log says its digest, and the checkpoint is signed again."""

    def outcome(name: str, path: str, change: Change, base: str = BASE) -> Case:
        parts = hold(held(base))
        made = json.loads(parts.outcome)
        changed = set_at(path, change)(copy.deepcopy(made))
        assert changed != made, name
        parts.outcome = outcome_json(changed)
        return Case(name, "server", seal(parts), [("outcome-mismatch", {"place": path})], base=base)

    yield outcome("another plan said to be chosen", "questions.q1.chosen", lambda _: "乙方案")
    yield outcome("a plan said to have too few", "questions.q1.passed", lambda _: False)
    yield outcome(
        "fewer who refuse all plans", "questions.q1.counts.都不同意.owners", lambda number: number - 1
    )
    yield outcome("more against a candidate", "questions.q2.counts.丁.反对.area_m2", lambda _: "62.48")
    yield outcome("a committee that is said to stand", "questions.q2.committee_stands", lambda _: True)
    yield outcome("a lot drawn in another order", "questions.q3.lot.drawn", lambda names: names[::-1])
    yield outcome("a lot with another seed", "questions.q3.lot.seed", lambda seed: seed[::-1])
    yield outcome("no lot where one decides", "questions.q3.lot", lambda _: None)
    yield outcome("a ranking against the lot", "questions.q3.over_the_threshold", lambda x: [x[0], *x[:0:-1]])
    yield outcome(
        "elected against the lot",
        "questions.q3.elected",
        lambda names: [*names[:2], "叶" if names[2] != "叶" else "田"],
    )
    yield outcome("an alternate too few", "questions.q3.alternates", lambda _: [])
    yield outcome("a tie that the lot has ended", "questions.q3.tie", lambda _: ["白", "田", "叶"])
    yield outcome("a quorum of one question said to be missed", "questions.q3.quorum.area", lambda _: False)
    yield outcome("a residents' meeting with more heads", "participation.heads", lambda n: n + 1, HEADS)
    yield outcome("a pact said to have failed", "questions.q1.passed", lambda _: False, HEADS)
    yield outcome("more silent voters in the outcome alone", "with_deemed.deemed.owners", lambda _: 0, SILENT)
    yield outcome(
        "a decision by silence said to differ", "with_deemed.questions.q1.passed", lambda _: False, SILENT
    )


def _rules() -> Iterator[Case]:
    """Rules that the voters signed and that are none."""

    def rules(name: str, path: str, change: Change, refusal: str, base: str = BASE, /, **place: Any) -> Case:
        return Case(
            name,
            "server",
            seal(hold(held(base, rules=set_at(path, change)))),
            [(refusal, place)],
            base=base,
        )

    malformed = "rules-malformed"
    yield rules(
        "rules of version 2 that say 1",
        "version",
        lambda _: 1,
        "agenda-field-unknown",
        place="questions[1].rule",
    )
    yield rules(
        "rules of version 3", "version", lambda _: 3, "agenda-field-unknown", place="questions[1].rule"
    )
    yield rules(
        "a lower line for a plan",
        "questions.0.rule.approval.denominator",
        lambda _: 3,
        malformed,
        place="questions",
    )
    yield rules(
        "plans without a way to refuse them",
        "questions.0.choices",
        lambda x: [*x[:2], x[3]],
        malformed,
        place="questions",
    )
    yield rules(
        "one plan alone",
        "questions.0.plans",
        lambda x: x[:1],
        "agenda-plans-missing",
        place="questions[1].plans",
    )
    yield rules(
        "abstention as a plan",
        "questions.0.plans",
        lambda x: [*x, "弃权"],
        "agenda-name-twice",
        place="questions[1].plans",
        name="弃权",
    )
    yield rules(
        "a ranking that nobody knows",
        "questions.2.ranking",
        lambda _: "age",
        "agenda-malformed",
        place="questions[3].ranking",
    )
    yield rules(
        "an even number of members",
        "questions.2.size",
        lambda _: 4,
        "agenda-seats",
        place="questions[3]",
        seats=4,
    )
    yield rules("other measures", "measures", lambda _: ["owners"], malformed, place="measures")
    yield rules(
        "a stairwell without a building",
        "scope.stairwells",
        lambda _: [["1"]],
        "agenda-malformed",
        place="scope.stairwells[1]",
    )
    yield rules(
        "a scope said in two ways", "scope.units", lambda _: ["1-1-101"], "agenda-malformed", place="scope"
    )
    yield rules(
        "owners' matters before residents",
        "terms.body",
        lambda _: "residents",
        "agenda-matter-of-others",
        place="questions[1].matter",
    )
    yield rules(
        "residents' matters before owners",
        "terms.body",
        lambda _: "owners",
        "agenda-matter-of-others",
        HEADS,
        place="questions[1].matter",
    )
    yield rules("silence in a first assembly", "terms.meeting", lambda _: "first", "deemed-in-first", SILENT)
    yield rules(
        "silence by a clause without its day",
        "terms.deemed.dated",
        lambda _: "2023-02-30",
        "agenda-malformed",
        SILENT,
        place="terms.deemed",
    )
    yield rules(
        "silence that joins nobody knows what",
        "terms.deemed.joins",
        lambda _: "chair",
        "agenda-malformed",
        SILENT,
        place="terms.deemed",
    )
    yield rules("no terms at all", "terms", lambda _: None, malformed, place="terms")
    yield rules(
        "a residents' meeting with an area",
        "electorate",
        lambda x: x | {"area_dm2": 4},
        malformed,
        HEADS,
        place="electorate",
    )
    yield rules(
        "a residents' meeting with more residents",
        "electorate.heads",
        lambda n: n + 1,
        "rules-disagree",
        HEADS,
        place="electorate.owners",
    )


def _questions() -> Iterator[Case]:
    """Ballots that ask something else than the rules."""

    def asked(name: str, path: str, change: Change) -> Case:
        files = seal(hold(held(election=set_at(path, change))))
        return Case(name, "server", files, [("rules-disagree", {"place": "questions"})], base=BASE)

    yield asked("a ballot that asks about another candidate", "questions.1.question", lambda _: "选举：田")
    yield asked("a ballot that asks no candidate by name", "questions.2.question", lambda _: "选举")
    yield asked(
        "a ballot with the plans in another order", "questions.0.answers", lambda x: [x[1], x[0], *x[2:]]
    )
    yield _heavier()


def _heavier() -> Case:
    """A residents' meeting in which one resident, who did not vote, weighs two."""
    key = public(VOTERS[-1][0], ED25519)
    files = seal(
        hold(
            held(
                HEADS,
                credentials={
                    "area": lambda listed: [each + "0" if each.startswith(key) else each for each in listed]
                },
            )
        )
    )
    return Case(
        "a resident who weighs ten",
        "server",
        files,
        [("rules-disagree", {"place": "electorate.area"})],
        base=HEADS,
    )


def _silence() -> Iterator[Case]:
    def told(value: object) -> Callable[[list[Json]], list[Json]]:
        def change(log: list[Json]) -> list[Json]:
            for entry in log:
                if entry["act"] == "election-counted":
                    entry["details"]["deemed"] = value
            return log

        return change

    def silence(name: str, base: str, value: object, refusal: str, **place: Any) -> Case:
        files = seal(hold(held(base)), Seals(log=told(value)))
        return Case(name, "server", files, [(refusal, place)], base=base)

    yield silence(
        "more silent voters in the log alone",
        SILENT,
        {"heads": 0, "area_dm2": 0},
        "outcome-mismatch",
        place="with_deemed.deemed.area_m2",
    )
    yield silence(
        "more silent voters than there are",
        SILENT,
        {"heads": 2, "area_dm2": 7000},
        "totals-impossible",
        measure="owners",
        question="q1",
    )
    yield silence("silence without a clause", BASE, {"heads": 1, "area_dm2": 7000}, "deemed-not-agreed")
