"""Choices from a spreadsheet: vectors, and every fault with its row."""

from typing import Any

import pytest

from voting.errors import Refusal, Refused
from voting.language import sentence
from voting.rules.choices import choices_by_voter, read_choices
from voting.rules.columns import Rows
from voting.rules.questions import CommitteeContest, Motion, Plans
from voting.rules.roll import RegisteredUnit, Scope, voters

QUESTIONS = (
    Motion("q1", "是否同意?", "278-1"),
    CommitteeContest("q2", "选举", 3, ("甲", "乙", "丙"), 2),
)
HEADER = ["房号", "q1", "q2"]


def rows(*cells: list[str]) -> Rows:
    return list(enumerate([HEADER, *cells], start=1))


def test_choices_become_vectors() -> None:
    chosen = read_choices(
        rows(["1-1", "同意", "乙、甲"], ["1-2", " 弃权 ", ""], ["1-3", "反对", "丙，"], ["1-4", "反对"]),
        QUESTIONS,
    )
    assert chosen == {
        "1-1": [[1, 0, 0], [1, 1, 0]],
        "1-2": [[0, 0, 1], [0, 0, 0]],
        "1-3": [[0, 1, 0], [0, 0, 1]],
        "1-4": [[0, 1, 0], [0, 0, 0]],
    }


def test_columns_stand_in_any_order() -> None:
    assert read_choices([(1, ["q2", "房号", "q1"]), (2, ["甲", "1-1", "同意"])], QUESTIONS) == {
        "1-1": [[1, 0, 0], [1, 0, 0]]
    }


@pytest.mark.parametrize(
    ("cells", "refusal", "context"),
    [
        (["1-1", "赞成", ""], Refusal.CHOICE_UNKNOWN, {"question": "q1", "choice": "赞成"}),
        (["1-1", "同意", "甲、丁"], Refusal.CHOICE_UNKNOWN, {"question": "q2", "choice": "丁"}),
        (["1-1", "同意", "甲、甲"], Refusal.CHOICE_TWICE, {"question": "q2"}),
        (["1-1", "同意", "甲、乙、丙"], Refusal.CHOICES_TOO_MANY, {"question": "q2", "maximum": 2}),
        (["1-1", "同意、反对", ""], Refusal.CHOICES_TOO_MANY, {"question": "q1", "maximum": 1}),
        (["1-1", "", "甲"], Refusal.CHOICES_TOO_FEW, {"question": "q1", "minimum": 1}),
        (["", "同意", ""], Refusal.CHOICES_UNIT_MISSING, {}),
        (["9-9", "同意", ""], Refusal.CHOICES_UNIT_TWICE, {"label": "9-9"}),
        (["1-1", "同意", "甲", "乙"], Refusal.CHOICES_ROW_TOO_LONG, {}),
    ],
)
def test_faults_are_named_with_their_row(cells: list[str], refusal: Refusal, context: dict[str, Any]) -> None:
    with pytest.raises(Refused) as refused:
        read_choices(rows(["9-9", "同意", ""], cells), QUESTIONS)
    assert refused.value.refusal is refusal
    assert refused.value.context == {"row": 3, **context}
    assert "3" in sentence(refused.value)


@pytest.mark.parametrize(
    ("header", "refusal", "column"),
    [
        (["q1", "q2"], Refusal.CHOICES_COLUMN_MISSING, "房号"),
        (["房号", "q1"], Refusal.CHOICES_COLUMN_MISSING, "q2"),
        (["房号", "q1", "q2", "q3"], Refusal.CHOICES_COLUMN_UNKNOWN, "q3"),
        (["房号", "q1", "q2", "q1"], Refusal.CHOICES_COLUMN_TWICE, "q1"),
    ],
)
def test_headers(header: list[str], refusal: Refusal, column: str) -> None:
    with pytest.raises(Refused) as refused:
        read_choices([(1, header)], QUESTIONS)
    assert refused.value.refusal is refusal
    assert refused.value.context == {"column": column}
    assert column in sentence(refused.value)


def test_no_rows_at_all() -> None:
    with pytest.raises(Refused) as refused:
        read_choices([], QUESTIONS)
    assert refused.value.refusal is Refusal.CHOICES_COLUMN_MISSING


ROLL = voters(
    [
        RegisteredUnit("1-1", "1", "", "住宅", 100, ("甲",), ("a",)),
        RegisteredUnit("1-2", "1", "", "住宅", 100, ("乙",), ("b",)),
        RegisteredUnit("1-3", "1", "", "住宅", 100, ("甲",), ("a",)),
        RegisteredUnit("车位-1", "车位", "", "车位", 100, ("乙",), ("b",)),
    ],
    Scope(),
)


def test_choices_go_to_the_voter_of_the_unit() -> None:
    vectors = [[1, 0, 0], [0, 0, 0]]
    assert choices_by_voter({"1-3": vectors, "1-2": vectors}, ROLL) == {1: vectors, 2: vectors}


@pytest.mark.parametrize(
    ("labels", "refusal", "label"),
    [
        (["9-9"], Refusal.CHOICES_UNIT_UNKNOWN, "9-9"),
        (["车位-1"], Refusal.CHOICES_UNIT_UNKNOWN, "车位-1"),
        (["1-1", "1-3"], Refusal.CHOICES_VOTER_TWICE, "1-3"),
    ],
)
def test_choices_that_belong_to_no_voter(labels: list[str], refusal: Refusal, label: str) -> None:
    with pytest.raises(Refused) as refused:
        choices_by_voter({entry: [[1, 0, 0], [0, 0, 0]] for entry in labels}, ROLL)
    assert refused.value.refusal is refusal
    assert refused.value.context["label"] == label
    assert label in sentence(refused.value)


def test_plans_and_an_answer_to_each_candidate() -> None:
    plans = Plans("q1", "维修方案", "278-5", ("甲方案", "乙方案"))
    each = CommitteeContest("q2", "选举", 3, ("张三", "李四"), 2, each=True)
    header = ["房号", "q1", "q2:张三", "q2:李四"]
    chosen = read_choices([(1, header), (2, ["1-1-101", "都不同意", "同意", "弃权"])], [plans, each])
    assert chosen == {"1-1-101": [[0, 0, 1, 0], [1, 0, 0], [0, 0, 1]]}
    with pytest.raises(Refused) as refused:
        read_choices([(1, header), (2, ["1-1-101", "甲方案", "同意", ""])], [plans, each])
    assert refused.value.refusal is Refusal.CHOICES_TOO_FEW
    assert refused.value.context["question"] == "q2:李四"
