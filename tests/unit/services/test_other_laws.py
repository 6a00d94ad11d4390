"""Other bodies and other countries' laws are data: an agenda says them, and nothing else changes.

The two foreign rules are as their texts are commonly read; they are here to show that the form of a rule is
wide enough, not as advice.
"""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.assembly import register_csv, residents_csv
from tests.letters import recorded
from voting.errors import Refusal, Refused
from voting.services.rehearsal import Input, Rehearsal, rehearse
from voting.services.verification import verify_path

NOW = datetime(2026, 5, 20, 12, 0, tzinfo=UTC)
MORE_THAN_HALF = {"numerator": 1, "denominator": 2, "strict": True}
TWO_THIRDS = {"numerator": 2, "denominator": 3, "strict": False}
# Germany, WEG § 25: more votes for than against, one a head, and no quorum; who abstains has cast no vote.
GERMAN = {"measures": ["owners"], "quorum": None, "approval": MORE_THAN_HALF, "of": "expressed"}
# Netherlands, a special decision by model rules: two thirds of the votes cast, where two thirds of all votes
# take part; votes go by share.
DUTCH = {"measures": ["area"], "quorum": TWO_THIRDS, "approval": TWO_THIRDS, "of": "expressed"}
# As a company's members might have it: half of everybody, on both measures.
OF_ALL = {"measures": ["owners", "area"], "quorum": None, "approval": MORE_THAN_HALF, "of": "all"}
# 金桥小区: five owners with 150.50, 90.25, 70.00, 88.62 and 100.01, in all 499.38 m².
UNITS = ("1-1-101", "1-1-201", "2-1-101", "2-1-201", "2-1-301")


def held(agenda: dict[str, Any], choices: str, roll: bytes) -> Rehearsal:
    given = Input("roll.csv", roll, json.dumps(agenda).encode(), "choices.csv", choices.encode())
    with recorded():
        return rehearse(given, NOW, "https://vote.example", lambda _: lambda _done, _of: None, "Ed25519")


def verified(made: Rehearsal, tmp_path: Path) -> None:
    path = tmp_path / "EXPORT.zip"
    path.write_bytes(made.export)
    report = verify_path(path)
    assert report.findings == ()
    assert report.facts["outcome"] == made.outcome


@pytest.mark.parametrize(
    ("rule", "answers", "passed"),
    [
        # One voice for, nobody against, and one who abstains; by Chinese law nothing is decided.
        (GERMAN, ("同意", "弃权"), True),
        (GERMAN, ("同意", "同意", "反对"), True),
        (GERMAN, ("同意", "反对"), False),
        (GERMAN, ("弃权", "弃权"), False),
        # 150.50 + 90.25 + 70.00 take part, of 499.38; with 88.62 it is more than two thirds.
        (DUTCH, ("同意", "同意", "同意"), False),
        (DUTCH, ("同意", "同意", "反对", "弃权"), True),
        (DUTCH, ("同意", "反对", "反对", "弃权"), False),
        (OF_ALL, ("同意", "同意", "反对", "反对"), False),
        (OF_ALL, ("同意", "同意", "同意"), True),
    ],
)
def test_another_countrys_rule_is_data(
    rule: dict[str, Any], answers: tuple[str, ...], passed: bool, tmp_path: Path
) -> None:
    question = {"id": "q1", "kind": "motion", "text": "Neuer Anstrich?", "matter": "other", "rule": rule}
    agenda = {"title": "Versammlung", "estate": "Lindenhof", "questions": [question]}
    rows = "".join(f"{unit},{answer}\n" for unit, answer in zip(UNITS, answers, strict=False))
    made = held(agenda, f"房号,q1\n{rows}", register_csv())
    assert made.outcome["questions"]["q1"]["passed"] is passed
    verified(made, tmp_path)


def test_of_several_plans_an_abstention_counts_for_nothing_either(tmp_path: Path) -> None:
    question = {
        "id": "q1",
        "kind": "plans",
        "text": "Welche Farbe?",
        "matter": "other",
        "plans": ["gelb", "grün"],
        "rule": GERMAN,
    }
    agenda = {"title": "Versammlung", "estate": "Lindenhof", "questions": [question]}
    rows = "".join(
        f"{unit},{each}\n" for unit, each in zip(UNITS, ("gelb", "gelb", "弃权", "grün", "弃权"), strict=True)
    )
    made = held(agenda, f"房号,q1\n{rows}", register_csv())
    assert made.outcome["questions"]["q1"]["chosen"] == "gelb"
    verified(made, tmp_path)


@pytest.mark.parametrize(
    ("body", "rows"),
    [
        ("residents", "1-1-101 张三,同意\n1-1-101 钱二,同意\n2-1-201,反对\n"),
        ("households", "1-1-101,同意\n1-1-201,同意\n2-1-201,反对\n"),
    ],
)
def test_a_residents_meeting_can_be_rehearsed(body: str, rows: str, tmp_path: Path) -> None:
    agenda = {
        "title": "居民公约表决",
        "estate": "金桥小区",
        "questions": [
            {"id": "q1", "kind": "motion", "text": "是否通过《居民公约》？", "matter": "residents"}
        ],
        "terms": {"body": body, "meeting": "regular", "effect": "official", "deemed": None},
    }
    made = held(agenda, f"住址,q1\n{rows}", residents_csv())
    assert made.outcome["participation"] == {"heads": 3}
    assert made.outcome["questions"]["q1"]["passed"] is True
    verified(made, tmp_path)
    with pytest.raises(Refused) as refused:
        held(agenda, f"住址,q1\n{rows}", register_csv())
    assert refused.value.refusal is Refusal.REGISTER_OF_OWNERS
