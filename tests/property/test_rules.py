"""What holds for every area, every threshold and every count."""

from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voting.errors import Refusal, Refused
from voting.rules.agenda import Agenda, CommitteeContest, Motion
from voting.rules.area import MAX_AREA_DM2, area_m2, parse_area
from voting.rules.outcome import Measured, decide, rules_document
from voting.rules.register import ParsedRegister, parse_register
from voting.rules.roll import RegisteredUnit, Scope, Voter, roll_digest, voters
from voting.rules.thresholds import MORE_THAN_HALF, QUORUM, THREE_QUARTERS, Threshold

AREAS = st.integers(1, MAX_AREA_DM2)
WIDE = str.maketrans("0123456789.", "０１２３４５６７８９．")


@given(AREAS, st.sampled_from(["", "㎡", " m²", "平方米"]), st.booleans(), st.integers(0, 5))
def test_an_area_survives_being_written(area_dm2: int, unit: str, wide: bool, zeros: int) -> None:
    written = area_m2(area_dm2) + "0" * zeros
    assert parse_area((written.translate(WIDE) if wide else written) + unit) == area_dm2


@given(AREAS, st.text("0123456789", min_size=1, max_size=10).filter(lambda digits: digits.strip("0")))
def test_anything_finer_than_a_hundredth_is_refused(area_dm2: int, finer: str) -> None:
    with pytest.raises(Refused) as refused:
        parse_area(area_m2(area_dm2) + finer)
    assert refused.value.refusal is Refusal.AREA_TOO_FINE


@given(st.text())
def test_any_text_is_an_area_or_refused(text: str) -> None:
    refusal, area_dm2 = "area-", 1
    try:
        area_dm2 = parse_area(text)
    except Refused as refused:
        refusal = refused.refusal
    assert refusal.startswith("area-")
    assert 0 < area_dm2 <= MAX_AREA_DM2


@given(
    st.sampled_from([QUORUM, MORE_THAN_HALF, THREE_QUARTERS]), st.integers(0, 10**12), st.integers(1, 10**12)
)
def test_thresholds_are_exact(threshold: Threshold, part: int, whole: int) -> None:
    share, line = Fraction(part, whole), Fraction(threshold.numerator, threshold.denominator)
    assert threshold.met(part, whole) == (share > line if threshold.strict else share >= line)


LABELS = st.text("0123456789-商栋", min_size=1, max_size=8)
UNITS = st.lists(
    st.tuples(
        LABELS, st.sampled_from(["1", "2", "10", "商"]), AREAS, st.sets(st.sampled_from("abcdef"), min_size=1)
    ),
    min_size=1,
    max_size=12,
    unique_by=lambda unit: unit[:2],
).map(
    lambda units: [
        RegisteredUnit(f"{b}-{label}", b, "", "住宅", area, tuple(sorted(keys)), tuple(sorted(keys)))
        for label, b, area, keys in units
    ]
)


@given(UNITS, st.randoms())
def test_the_roll_does_not_depend_on_the_order_of_the_register(units: list[RegisteredUnit], rng: Any) -> None:
    roll = voters(units, Scope())
    shuffled = units[:]
    rng.shuffle(shuffled)
    again = voters(shuffled, Scope())
    assert again == roll
    assert roll_digest(again) == roll_digest(roll)
    assert sum(voter.area_dm2 for voter in roll) == sum(unit.area_dm2 for unit in units)
    assert len(roll) == len({frozenset(unit.owner_keys) for unit in units})
    assert [voter.number for voter in roll] == list(range(1, len(roll) + 1))


NAMES = ("甲", "乙", "丙", "丁", "戊")
# A ballot: the area behind it, the answer to the motion, the ticked candidates.
BALLOTS = st.lists(
    st.tuples(st.integers(1, 5), st.integers(0, 2), st.sets(st.sampled_from(NAMES), max_size=3)), max_size=12
)


def outcome(ballots: list[tuple[int, int, set[str]]], absent: int, names: tuple[str, ...]) -> dict[str, Any]:
    """The outcome of these ballots with so many absent owners of 0.01 m² each."""
    weights = [weight for weight, *_ in ballots] + [1] * absent
    roll = [Voter(n, "", (), weight, "1", (str(n),)) for n, weight in enumerate(weights, start=1)]
    questions = (Motion("m", "是否同意?", "278-6"), CommitteeContest("c", "选举", 3, names, 3))
    rules = rules_document(
        Agenda("会议", "小区", Scope(), questions),
        roll,
        receipt_key="0" * 64,
        opens_at=datetime(2026, 5, 1, tzinfo=UTC),
        closes_at=datetime(2026, 5, 15, tzinfo=UTC),
    )

    def measured(weigh: Any) -> Measured:
        motion = tuple(sum(weigh(w) for w, answer, _ in ballots if answer == i) for i in range(3))
        contest = tuple(sum(weigh(w) for w, _, ticked in ballots if name in ticked) for name in names)
        return Measured(sum(weigh(w) for w, *_ in ballots), sum(map(weigh, weights)), (motion, contest))

    return decide(rules, measured(lambda _: 1), measured(lambda w: w))


@given(BALLOTS, st.integers(0, 6), st.permutations(NAMES), st.randoms())
def test_an_outcome_does_not_depend_on_order(
    ballots: list[tuple[int, int, set[str]]], absent: int, names: list[str], rng: Any
) -> None:
    if not ballots and not absent:
        absent = 1
    first = outcome(ballots, absent, NAMES)
    shuffled = ballots[:]
    rng.shuffle(shuffled)
    second = outcome(shuffled, absent, tuple(names))
    for key in ("electorate", "participation", "quorum_met"):
        assert first[key] == second[key]
    assert first["questions"]["m"] == second["questions"]["m"]
    before, after = first["questions"]["c"], second["questions"]["c"]
    assert before["counts"] == after["counts"]
    # The order of candidates never decides who is elected, only how equals are listed.
    for key in ("elected", "tie", "over_the_threshold"):
        assert set(before[key]) == set(after[key])
    assert not set(before["elected"]) & set(before["tie"])
    assert len(before["elected"]) <= 3


@given(BALLOTS.filter(bool), st.integers(0, 6))
def test_an_outcome_does_not_depend_on_names(ballots: list[tuple[int, int, set[str]]], absent: int) -> None:
    renamed = dict(zip(NAMES, "ABCDE", strict=True))
    first = outcome(ballots, absent, NAMES)["questions"]["c"]
    others = [(weight, answer, {renamed[name] for name in ticked}) for weight, answer, ticked in ballots]
    second = outcome(others, absent, tuple("ABCDE"))["questions"]["c"]
    for key in ("elected", "tie", "over_the_threshold"):
        assert [renamed[name] for name in first[key]] == second[key]


CELLS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["房号", "业主姓名", "建筑面积", "用途", "证件号码", "联系电话", "备注", "合计", "1-1-101"]
    ),
    st.sampled_from(["张三、李四", "88.62㎡", "住宅", "99999919410202001X", "=1+1", "-", "４３", "未售"]),
)
HEADER = ["房号", "业主姓名", "证件号码", "联系电话", "建筑面积", "用途", "备注"]


@given(st.lists(st.lists(CELLS, max_size=8), max_size=6), st.booleans())
def test_any_rows_are_a_register_or_refused(rows: list[list[str]], headed: bool) -> None:
    numbered = list(enumerate([HEADER, *rows] if headed else rows, start=1))
    refusal = "register-"
    parsed = ParsedRegister(0, {}, (), (), ())
    try:
        parsed = parse_register(numbered)
    except Refused as refused:
        refusal = refused.refusal
    assert refusal.startswith("register-")
    assert not {unit.row for unit in parsed.units} & {problem.row for problem in parsed.errors}
    assert all(unit.area_dm2 > 0 and unit.owners and unit.label for unit in parsed.units)
