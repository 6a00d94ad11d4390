"""The browser's rules and ours decide the same of the same totals, and refuse the same documents."""

import copy
import json
import random
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Page

from voting.errors import Refused
from voting.rules.agenda_form import Agenda
from voting.rules.outcome import Measured, canonical_json, decide, outcome_json, rules_document
from voting.rules.questions import RANKINGS, CommitteeContest, Motion, Plans, Question, asked_of
from voting.rules.roll import RollUnit, Scope, Voter
from voting.rules.terms import JOINS, Deemed, DeemedVotes, Terms
from voting.rules.thresholds import OWNERS_AND_AREA, Rule, Threshold

pytestmark = pytest.mark.browser

CASES = 300
VOTERS = 12
ROLL = [
    Voter(n, "", (RollUnit(f"1-{n}", "1", "1", "住宅", 5000 + 500 * (n % 3)),), 5000 + 500 * (n % 3), "1", ())
    for n in range(1, VOTERS + 1)
]
COMPARE = """
async (cases) => {
  const { indentedJson, parse } = await import("/js/protocol/json.js");
  const { decide } = await import("/js/rules/outcome.js");
  return cases.map(({ rules, owners, area, closing, deemed }) => {
    try {
      return `${indentedJson(decide(parse(rules), owners, area, closing, deemed))}\\n`;
    } catch (error) {
      return error.refusal === undefined ? String(error.stack) : [error.refusal, error.context];
    }
  });
}
"""


def question(chance: random.Random, number: int) -> Question:
    base = chance.random()
    third = Threshold(1, 3, strict=False)
    own = Rule(OWNERS_AND_AREA, None, third, of_all=base < 0.5, of_expressed=base > 0.75)
    matter = chance.choice(["278-2", "278-6", "279", "other"])
    rule = own if matter == "other" else None
    kind = chance.randrange(4)
    if kind == 0:
        return Motion(f"q{number}", "问", matter, rule)
    if kind == 1:
        return Plans(f"q{number}", "选", matter, ("甲", "乙", "丙")[: chance.randint(2, 3)], rule)
    names = ("丁", "方", "石", "白", "田")[: chance.randint(2, 5)]
    sitting = chance.choice([0, 0, 2])
    seats = chance.choice([3, 5])
    return CommitteeContest(
        f"q{number}",
        "选举",
        seats,
        names,
        chance.randint(1, len(names)),
        each=kind == 3,
        ranking=chance.choice(RANKINGS),
        alternates=chance.randint(0, 3),
        size=seats + sitting if sitting else 0,
        sitting=sitting,
        least=chance.randint(0, 5),
        stands_incomplete=chance.random() < 0.5,
        sitting_members=("叶", "申") if sitting and seats == 5 else (),
    )


def totals(chance: random.Random, questions: tuple[Question, ...]) -> tuple[Measured, Measured]:
    """Everybody who votes is in one of three camps, so that equals are common."""
    asked = [each.ballot for each in asked_of(questions)]
    camps = []
    for _ in range(3):
        answers = []
        for ballot in asked:
            most = ballot.maximum if ballot.minimum == 0 else 1
            chosen = chance.sample(range(len(ballot.answers)), chance.randint(ballot.minimum, most))
            answers.append([int(place in chosen) for place in range(len(ballot.answers))])
        camps.append(answers)
    voting = chance.sample(ROLL, chance.choice([0, 5, 9, 11, VOTERS, VOTERS]))
    measured = []
    for weights in ({voter.number: 1 for voter in ROLL}, {voter.number: voter.area_dm2 for voter in ROLL}):
        result = [[0] * len(ballot.answers) for ballot in asked]
        for voter in voting:
            for row, answers in zip(result, camps[voter.number % 3], strict=True):
                for place, ticked in enumerate(answers):
                    row[place] += ticked * weights[voter.number]
        cast = sum(weights[voter.number] for voter in voting)
        measured.append(Measured(cast, sum(weights.values()), tuple(map(tuple, result))))
    return measured[0], measured[1]


def changed(chance: random.Random, rules: dict[str, Any]) -> dict[str, Any]:
    """The document with one value of it replaced, somewhere."""
    made = copy.deepcopy(rules)
    place: Any = made
    while True:
        key = chance.choice(list(place) if isinstance(place, dict) else range(len(place)))
        if isinstance(place[key], dict | list) and place[key] and chance.random() < 0.8:
            place = place[key]
            continue
        place[key] = chance.choice(
            [None, True, 0, 1, 2, 4, -1, "", "弃权", "278-6", [], {}, ["甲"], "a" * 64]
        )
        return made


def case(seed: int) -> tuple[dict[str, Any], object]:
    """What the browser is given, and what must come out."""
    chance = random.Random(seed)
    questions = tuple(question(chance, number) for number in range(1, chance.randint(1, 3) + 1))
    clause = Deemed("未投票的随多数", "2023-06-01", chance.choice(JOINS)) if chance.random() < 0.3 else None
    terms = Terms(deemed=clause) if clause or chance.random() < 0.5 else None
    days = {f"{name}_at": datetime(2026, 5, day, tzinfo=UTC) for name, day in (("opens", 1), ("closes", 9))}
    rules = rules_document(
        Agenda("会议", "小区", Scope(), questions, terms=terms), ROLL, receipt_key="0" * 64, **days
    )
    if seed % 3 == 0:
        rules = changed(chance, rules)
    owners, area = totals(chance, questions)
    closing = f"{seed:064x}" if chance.random() < 0.9 else ""
    silent = DeemedVotes(chance.randint(0, 4), 5000 * chance.randint(0, 4))
    deemed = silent if clause and chance.random() < 0.8 else None
    try:
        expected: object = outcome_json(decide(rules, owners, area, closing=closing, deemed=deemed)).decode()
    except Refused as refused:
        expected = [refused.refusal.value, json.loads(json.dumps(refused.context))]
    given = {
        "rules": canonical_json(rules).decode(),
        "owners": {"cast": owners.cast, "result": owners.result},
        "area": {"cast": area.cast, "result": area.result},
        "closing": closing,
        "deemed": deemed and {"heads": deemed.heads, "areaDm2": deemed.area_dm2},
    }
    return given, expected


def test_the_browser_decides_as_we_do(static_page: Page) -> None:
    cases = [case(seed) for seed in range(CASES)]
    answers = static_page.evaluate(COMPARE, [given for given, _ in cases])
    for seed, ((_, expected), answer) in enumerate(zip(cases, answers, strict=True)):
        assert answer == expected, seed
    refused = sum(isinstance(expected, list) for _, expected in cases)
    drawn = sum('"drawn"' in str(expected) for _, expected in cases)
    assert refused > CASES // 5
    assert drawn > 3
