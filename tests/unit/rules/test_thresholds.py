"""The vectors V1 to V7 of the law's thresholds, on both measures, through the decision itself."""

from datetime import UTC, datetime
from typing import Any

import pytest

from voting.rules.agenda import Agenda, Motion
from voting.rules.outcome import Measured, decide, rules_document
from voting.rules.questions import MATTERS
from voting.rules.roll import RollUnit, Scope, Voter
from voting.rules.thresholds import MORE_THAN_HALF, QUORUM, THREE_QUARTERS

OWNERS, AREA = 156, 1_326_050


def rules(matter: str) -> dict[str, Any]:
    """An estate of 156 owners and 13,260.50 m² that votes on one motion."""
    areas = [AREA - (OWNERS - 1) * 8_000] + [8_000] * (OWNERS - 1)
    roll = [
        Voter(n, f"业主{n}", (RollUnit(f"1-{n}", "1", "", "住宅", area),), area, "1", (str(n),))
        for n, area in enumerate(areas, start=1)
    ]
    agenda = Agenda("首次会议", "金苹果小区", Scope(), (Motion("q1", "是否同意?", matter),))
    return rules_document(
        agenda,
        roll,
        receipt_key="0" * 64,
        opens_at=datetime(2026, 5, 1, tzinfo=UTC),
        closes_at=datetime(2026, 5, 15, tzinfo=UTC),
    )


def outcome(matter: str, part: tuple[int, int], yes: tuple[int, int]) -> dict[str, Any]:
    owners, area = (
        Measured(cast, total, ((agreed, cast - agreed, 0),))
        for cast, total, agreed in zip(part, (OWNERS, AREA), yes, strict=True)
    )
    return decide(rules(matter), owners, area)


@pytest.mark.parametrize(
    ("matter", "part", "yes", "quorum", "passed"),
    [
        pytest.param("278-1", (104, 884_034), (53, 442_018), True, True, id="V1"),
        pytest.param("278-1", (104, 884_033), (104, 884_033), False, False, id="V2-area-short-by-0.01"),
        pytest.param("278-1", (104, 900_000), (52, 600_000), True, False, id="V3-half-of-the-owners"),
        pytest.param("278-1", (120, 1_000_000), (61, 499_999), True, False, id="V4-area"),
        pytest.param("278-8", (120, 1_000_000), (90, 750_000), True, True, id="V5-three-quarters"),
        pytest.param("278-8", (120, 1_000_000), (90, 749_999), True, False, id="V6"),
        pytest.param("278-1", (103, 1_300_000), (103, 1_300_000), False, False, id="V7-owners"),
        pytest.param("278-1", (104, 900_000), (53, 450_000), True, False, id="half-of-the-area"),
        pytest.param("278-8", (120, 1_000_000), (89, 1_000_000), True, False, id="owners-below-3/4"),
        pytest.param("278-1", (0, 0), (0, 0), False, False, id="nobody"),
        pytest.param("278-8", (0, 0), (0, 0), False, False, id="nobody-at-3/4"),
        pytest.param("278-8", (OWNERS, AREA), (OWNERS, AREA), True, True, id="everybody"),
    ],
)
def test_the_law_decides_on_both_measures(
    matter: str, part: tuple[int, int], yes: tuple[int, int], quorum: bool, passed: bool
) -> None:
    decided = outcome(matter, part, yes)
    assert decided["quorum_met"] is quorum
    assert decided["questions"]["q1"]["passed"] is passed


@pytest.mark.parametrize(
    ("matter", "yes", "no", "abstained", "quorum", "passed"),
    [
        # Who abstains took part: for the quorum, and in the whole of which 同意 is a share.
        ("278-1", (53, 442_018), (0, 0), (51, 442_016), True, True),
        ("278-1", (52, 442_018), (0, 0), (52, 442_016), True, False),
        ("278-1", (53, 442_017), (0, 0), (51, 442_017), True, False),
        ("278-1", (53, 442_018), (0, 0), (50, 442_016), False, False),
        ("278-7", (90, 750_000), (0, 0), (30, 250_000), True, True),
        ("278-7", (89, 750_000), (0, 0), (31, 250_000), True, False),
        ("278-7", (90, 749_999), (0, 0), (30, 250_001), True, False),
    ],
)
def test_whoever_abstains_took_part(
    matter: str,
    yes: tuple[int, int],
    no: tuple[int, int],
    abstained: tuple[int, int],
    quorum: bool,
    passed: bool,
) -> None:
    owners, area = (
        Measured(sum(votes), total, (votes,))
        for *votes, total in zip(yes, no, abstained, (OWNERS, AREA), strict=True)
    )
    decided = decide(rules(matter), owners, area)
    assert decided["quorum_met"] is quorum
    assert decided["questions"]["q1"]["passed"] is passed


def test_the_outcome_says_which_measure_was_short() -> None:
    assert outcome("278-1", (104, 884_033), (104, 884_033))["quorum"] == {"owners": True, "area": False}
    question = outcome("278-1", (120, 1_000_000), (61, 499_999))["questions"]["q1"]
    assert question["threshold_met"] == {"owners": True, "area": False}


@pytest.mark.parametrize(
    ("threshold", "part", "whole", "met"),
    [
        (QUORUM, 2, 3, True),
        (QUORUM, 199, 300, False),
        (QUORUM, 200, 300, True),
        (MORE_THAN_HALF, 1, 2, False),
        (MORE_THAN_HALF, 51, 100, True),
        (THREE_QUARTERS, 3, 4, True),
        (THREE_QUARTERS, 74, 100, False),
    ],
)
def test_including_and_strict(threshold: Any, part: int, whole: int, met: bool) -> None:
    assert threshold.met(part, whole) is met


def test_the_nine_matters_carry_the_law_s_thresholds() -> None:
    assert list(MATTERS) == [f"278-{n}" for n in range(1, 10)]
    three_quarters = {number for number, matter in MATTERS.items() if matter.approval == THREE_QUARTERS}
    assert three_quarters == {"278-6", "278-7", "278-8"}
    assert {matter.approval for matter in MATTERS.values()} == {THREE_QUARTERS, MORE_THAN_HALF}
