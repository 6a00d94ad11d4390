"""The outcome: the golden-apple count to the last digit, ties, and rules that cannot be altered."""

import copy
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from voting.documents.spreadsheet import read_rows
from voting.errors import Refusal, Refused
from voting.language import sentence
from voting.rules.agenda import Agenda, CommitteeContest, Motion, agenda_from_json
from voting.rules.choices import choices_by_voter, read_choices
from voting.rules.outcome import Measured, canonical_json, decide, rules_agenda, rules_document
from voting.rules.register import parse_register
from voting.rules.roll import RollUnit, Scope, Voter, registered, voters

FIXTURES = Path(__file__).parents[2] / "fixtures"
TIMES = {"opens_at": datetime(2026, 5, 1, tzinfo=UTC), "closes_at": datetime(2026, 5, 15, tzinfo=UTC)}


def rows(name: str) -> list[tuple[int, list[str]]]:
    return read_rows(name, (FIXTURES / name).read_bytes())


def golden() -> tuple[dict[str, Any], Measured, Measured]:
    agenda = agenda_from_json(json.loads((FIXTURES / "golden-apple-agenda.json").read_text()))
    units = parse_register(rows("golden-apple-roll.xlsx")).units
    roll = voters((registered(unit, lambda number: number) for unit in units), agenda.scope)
    chosen = choices_by_voter(read_choices(rows("golden-apple-choices.csv"), agenda.questions), roll)

    def count(weight: Callable[[Voter], int]) -> Measured:
        cast = [(weight(voter), chosen[voter.number]) for voter in roll if voter.number in chosen]
        totals = tuple(
            tuple(sum(w * vectors[q][a] for w, vectors in cast) for a in range(len(cast[0][1][q])))
            for q in range(len(agenda.questions))
        )
        return Measured(sum(w for w, _ in cast), sum(weight(voter) for voter in roll), totals)

    rules = rules_document(agenda, roll, receipt_key="ab" * 32, **TIMES)
    return rules, count(lambda _: 1), count(lambda voter: voter.area_dm2)


def contains(whole: Any, part: Any) -> bool:
    if isinstance(part, dict):
        return all(key in whole and contains(whole[key], value) for key, value in part.items())
    return bool(whole == part)


def test_the_golden_apple_outcome_to_the_last_digit() -> None:
    expected = json.loads((FIXTURES / "golden-apple-expected.json").read_text())
    decided = decide(*golden())
    assert contains(decided, expected)
    assert decided["questions"]["q3"]["tie"] == []
    assert decided["questions"]["q3"]["seats_vacant"] == 1


def test_the_outcome_is_canonical_json() -> None:
    decided = decide(*golden())
    assert json.loads(canonical_json(decided)) == decided


NAMES = ("甲", "乙", "丙", "丁")


def contest(counts: dict[str, tuple[int, int]], seats: int = 3) -> dict[str, Any]:
    """The outcome for candidates with (owners, area) of 10 owners and 1000 dm², all taking part."""
    roll = [
        Voter(n, f"业主{n}", (RollUnit(f"1-{n}", "1", "", "住宅", 100),), 100, "1", (str(n),))
        for n in range(1, 11)
    ]
    question = CommitteeContest("q1", "选举", seats, tuple(counts), len(counts))
    rules = rules_document(Agenda("会议", "小区", Scope(), (question,)), roll, receipt_key="0" * 64, **TIMES)
    owners, area = (
        Measured(cast, cast, (tuple(count[i] for count in counts.values()),))
        for i, cast in enumerate((10, 1000))
    )
    decided: dict[str, Any] = decide(rules, owners, area)["questions"]["q1"]
    return decided


def test_owners_rank_before_area() -> None:
    decided = contest({"甲": (6, 900), "乙": (8, 600), "丙": (6, 950), "丁": (7, 501)})
    assert decided["over_the_threshold"] == ["乙", "丁", "丙", "甲"]
    assert decided["elected"] == ["乙", "丁", "丙"]
    assert decided["tie"] == []


def test_equals_at_the_last_seat_are_listed_and_none_of_them_is_elected() -> None:
    decided = contest({"甲": (6, 600), "乙": (8, 600), "丙": (6, 600), "丁": (7, 600)})
    assert decided["elected"] == ["乙", "丁"]
    assert decided["tie"] == ["甲", "丙"]
    assert decided["seats_vacant"] == 1


def test_equals_inside_the_seats_are_elected() -> None:
    decided = contest({"甲": (8, 600), "乙": (8, 600), "丙": (8, 600), "丁": (7, 600)})
    assert decided["elected"] == ["甲", "乙", "丙"]
    assert decided["tie"] == []


def test_a_tie_can_leave_nobody_elected() -> None:
    decided = contest(dict.fromkeys(NAMES, (8, 600)))
    assert decided["elected"] == []
    assert decided["tie"] == list(NAMES)


@pytest.mark.parametrize("short", [(5, 600), (6, 500)])
def test_a_candidate_needs_both_measures(short: tuple[int, int]) -> None:
    decided = contest({"甲": short, "乙": (6, 501), "丙": (0, 0)})
    assert decided["over_the_threshold"] == ["乙"]
    assert decided["elected"] == ["乙"]


def test_without_a_quorum_nobody_is_elected() -> None:
    rules, owners, area = golden()
    few = Measured(103, owners.total, ((103, 0, 0), (103, 0, 0), (103,) + (0,) * 6))
    decided = decide(rules, few, area)
    assert decided["quorum_met"] is False
    assert decided["questions"]["q1"]["passed"] is False
    assert decided["questions"]["q3"]["elected"] == []
    assert decided["questions"]["q3"]["over_the_threshold"] == ["丁建国"]


def replaced(measured: Measured, **changes: Any) -> Measured:
    return Measured(**{**vars(measured), **changes})


@pytest.mark.parametrize(
    "change",
    [
        {"cast": 157},
        {"cast": -1},
        {"total": 155},
        {"result": ()},
        {"result": ((121, 0), (121, 0, 0), (0,) * 7)},
        {"result": ((120, 0, 0), (121, 0, 0), (0,) * 7)},
        {"result": ((122, -1, 0), (121, 0, 0), (0,) * 7)},
        {"result": ((121, 0, 0), (121, 0, 0), (122,) + (0,) * 6)},
        {"result": ((121, 0, 0), (121, 0, 0), (121,) * 6 + (0,))},
    ],
)
def test_totals_that_no_ballots_can_make_are_refused(change: dict[str, Any]) -> None:
    rules, owners, area = golden()
    with pytest.raises(Refused) as refused:
        decide(rules, replaced(owners, **change), area)
    assert refused.value.refusal is Refusal.TOTALS_IMPOSSIBLE
    assert refused.value.context["measure"] == "owners"
    assert "人数" in sentence(refused.value)


@pytest.mark.parametrize(
    ("path", "value", "place"),
    [
        (("version",), 2, "version"),
        (("quorum", "numerator"), 1, "quorum"),
        (("quorum", "strict"), 0, "quorum"),
        (("questions", 1, "approval", "denominator"), 2, "questions"),
        (("questions", 0, "choices"), ["反对", "同意", "弃权"], "questions"),
        (("questions", 2, "ranking"), "area", "questions"),
        (("roll_sha256",), "x", "roll_sha256"),
        (("receipt_key",), 7, "receipt_key"),
        (("electorate", "owners"), 0, "electorate"),
        (("electorate", "area_dm2"), True, "electorate"),
        (("electorate", "area_dm2"), "1", "electorate"),
        (("electorate",), None, "electorate"),
        (("opens_at",), "2026-05-01T08:00:00+08:00", "opens_at"),
        (("secrecy",), "anonymous", "secrecy"),
        (("secrecy",), ["open"], "secrecy"),
        (("more",), 1, "more"),
    ],
)
def test_rules_other_than_the_law_s_are_refused(path: tuple[Any, ...], value: Any, place: str) -> None:
    rules, owners, area = golden()
    altered = copy.deepcopy(rules)
    inner: Any = altered
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    with pytest.raises(Refused) as refused:
        decide(altered, owners, area)
    assert refused.value.refusal is Refusal.RULES_MALFORMED
    assert refused.value.context["place"] == place
    assert "—" not in sentence(refused.value)  # the place is named, in words where it has some


@pytest.mark.parametrize("rules", [None, [], {}, {"questions": 3}, {"questions": [1]}, "rules"])
def test_anything_else_as_rules_is_refused(rules: Any) -> None:
    with pytest.raises(Refused):
        rules_agenda(rules)


def test_rules_survive_their_file() -> None:
    rules, owners, area = golden()
    again = json.loads(canonical_json(rules))
    assert again == rules
    assert decide(again, owners, area) == decide(rules, owners, area)
    assert rules_agenda(again).questions[0] == Motion(
        "q1", "是否同意通过《金苹果小区业主大会议事规则》?", "278-1"
    )


def test_rules_need_voters_and_times() -> None:
    agenda = Agenda("会议", "小区", Scope(), (Motion("q1", "是否同意?", "278-1"),))
    with pytest.raises(Refused) as refused:
        rules_document(agenda, [], receipt_key="0" * 64, **TIMES)
    assert refused.value.refusal is Refusal.ROLL_EMPTY
    voter = Voter(1, "张三", (RollUnit("1-1", "1", "", "住宅", 100),), 100, "1", ("k",))
    with pytest.raises(Refused) as refused:
        rules_document(agenda, [voter], receipt_key="0" * 64, opens_at=TIMES["opens_at"])
    assert refused.value.refusal is Refusal.AGENDA_FIELD_MISSING


def test_canonical_json_has_one_form() -> None:
    assert canonical_json({"b": [1, True, None], "a": "业"}) == '{"a":"业","b":[1,true,null]}'.encode()


@pytest.mark.parametrize("value", [1.0, {"a": float("nan")}, {1: "a"}, b"a", {"a": {1, 2}}, "\ud800"])
def test_canonical_json_refuses_what_has_several_forms(value: Any) -> None:
    with pytest.raises(Refused) as refused:
        canonical_json(value)
    assert refused.value.refusal is Refusal.JSON_NOT_CANONICAL
