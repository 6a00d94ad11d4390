"""The published roll, its corrections, and who people decide to be one voter."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voting.errors import Refusal, Refused
from voting.rules.roll import RegisteredUnit, Scope, voters
from voting.rules.roll_changes import Correction, corrected, masked_name, public_roll, roll_version
from voting.rules.roll_proposals import PROPOSAL_WORDS, Decision, Proposal, ProposalKind, decided, proposals


def unit(label: str, names: str = "张三", keys: str = "", area: int = 8862, **more: Any) -> RegisteredUnit:
    building, stairwell = (*label.split("-"), "")[:2]
    owner_keys = tuple((keys or f"name-only|{label}|{names}").split(","))
    fields = {"building": building, "stairwell": stairwell, "use": "住宅", "area_dm2": area} | more
    return RegisteredUnit(label=label, owner_names=tuple(names.split("、")), owner_keys=owner_keys, **fields)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("王秀英", "王*"),
        ("王", "王*"),
        ("欧阳修", "欧*"),
        ("张三、李四", "张*、李*"),
        ("金苹果房地产开发有限公司", "金苹果房地产开发有限公司"),
        ("张公司", "张*"),
        ("", ""),
    ],
)
def test_names_are_masked_and_bodies_are_not(name: str, shown: str) -> None:
    assert masked_name(name) == shown


def test_what_is_published_has_no_names_and_its_totals() -> None:
    roll = voters([unit("1-1-101", "王秀英", "a"), unit("1-1-102", "王秀英", "a"), unit("2-1-101")], Scope())
    published = public_roll(roll, 2)
    assert (published.version, published.owners, published.area_dm2) == (2, 2, 3 * 8862)
    assert published.entries[0].labels == ("1-1-101", "1-1-102")
    assert "秀英" not in repr(published)


# corrections

REASON = "产权证上是 89.10"
FIRST = unit("1-1-101", keys="a")
UNITS = [FIRST, unit("1-1-102", "李四", "b")]


def test_a_correction_is_a_version() -> None:
    larger = replace(FIRST, area_dm2=8910)
    new = unit("1-1-103", "王五", "c")
    steps = [
        Correction(FIRST, larger, REASON, objection=1),
        Correction(None, new, "漏登的一套房"),
        Correction(UNITS[1], None, "这一套已经拆除"),
        Correction(larger, replace(larger, label="1-1-201"), "房号写错了一层"),
    ]
    labels = [[each.label for each in corrected(UNITS, steps[:n])] for n in range(len(steps) + 1)]
    assert labels == [
        ["1-1-101", "1-1-102"],
        ["1-1-101", "1-1-102"],
        ["1-1-101", "1-1-102", "1-1-103"],
        ["1-1-101", "1-1-103"],
        ["1-1-201", "1-1-103"],
    ]
    published = roll_version(UNITS, steps, Scope())
    assert (published.version, published.owners, published.area_dm2) == (4, 2, 8910 + 8862)


@pytest.mark.parametrize(
    ("correction", "refusal"),
    [
        (Correction(replace(FIRST, area_dm2=1), FIRST, REASON), Refusal.CORRECTION_OUTDATED),
        (Correction(None, FIRST, REASON), Refusal.CORRECTION_OUTDATED),
        (Correction(unit("9-1-101"), None, REASON), Refusal.CORRECTION_OUTDATED),
        (Correction(FIRST, replace(FIRST, label="1-1-102"), REASON), Refusal.CORRECTION_OUTDATED),
        (Correction(FIRST, FIRST, REASON), Refusal.CORRECTION_EMPTY),
        (Correction(None, None, REASON), Refusal.CORRECTION_EMPTY),
        (Correction(FIRST, replace(FIRST, area_dm2=0), REASON), Refusal.CORRECTION_EMPTY),
        (Correction(FIRST, replace(FIRST, owner_keys=()), REASON), Refusal.CORRECTION_EMPTY),
        (Correction(FIRST, None, ""), Refusal.REASON_MISSING),
    ],
)
def test_a_correction_fits_what_it_corrects(correction: Correction, refusal: Refusal) -> None:
    with pytest.raises(Refused) as refused:
        corrected(UNITS, [correction])
    assert refused.value.refusal is refusal


# proposals


def kinds(*units: RegisteredUnit) -> list[tuple[ProposalKind, tuple[str, ...]]]:
    return [(proposal.kind, proposal.labels) for proposal in proposals(units)]


def test_what_is_proposed() -> None:
    pair = ("1-1-101", "1-1-102")
    assert kinds(unit(pair[0]), unit(pair[1])) == [(ProposalKind.SAME_NAME, pair)]
    assert kinds(unit(pair[0], keys="a"), unit(pair[1])) == [(ProposalKind.SAME_NAME, pair)]
    developer = unit(pair[0], "金苹果公司", "developer|金苹果公司")
    assert kinds(developer, unit(pair[1], "金苹果公司", "z")) == [(ProposalKind.DEVELOPER, pair)]
    assert kinds(unit(pair[0], "张三、李四", "a,b"), unit(pair[1], "张三", "a")) == [
        (ProposalKind.CO_OWNERS, pair)
    ]
    assert kinds(unit(pair[0], "张三", "a"), unit(pair[1], "张山", "a")) == [
        (ProposalKind.NAMES_DIFFER, pair)
    ]


def test_what_is_not_proposed() -> None:
    assert kinds(unit("1-1-101", keys="a"), unit("1-1-102", keys="b")) == []  # namesakes
    assert kinds(unit("1-1-101", keys="a"), unit("1-1-102", keys="a")) == []  # one voter already
    assert kinds(unit("1-1-101", "张三"), unit("1-1-102", "李四")) == []


def count(units: Any) -> int:
    return len(voters(units, Scope()))


def test_people_decide() -> None:
    units = [unit("1-1-101"), unit("1-1-102"), unit("1-1-103", "李四")]
    (merge,) = proposals(units)
    yes, no = (Decision(merge, accepted, "核对过两张产权证") for accepted in (True, False))
    assert (count(units), count(decided(units, [yes])), count(decided(units, [no]))) == (3, 2, 3)
    assert proposals(decided(units, [yes])) == ()
    wrong = [unit("1-1-101", "张三", "a"), unit("1-1-102", "张山", "a")]
    (split,) = proposals(wrong)
    assert count(wrong) == 1
    assert count(decided(wrong, [Decision(split, True, "证件号码抄错了")])) == 2


def test_three_units_of_one_buyer_become_one_voter() -> None:
    units = [unit(f"1-1-10{n}") for n in (1, 2, 3)]
    merges = [Decision(proposal, True, "同一位买受人") for proposal in proposals(units)]
    assert len(merges) == 3
    assert count(decided(units, merges)) == 1


def test_a_decision_needs_its_units_and_a_reason() -> None:
    units = [unit("1-1-101"), unit("1-1-102")]
    (merge,) = proposals(units)
    for decision, held, refusal in (
        (Decision(merge, True, ""), units, Refusal.REASON_MISSING),
        (Decision(merge, True, "同一位买受人"), units[:1], Refusal.PROPOSAL_OUTDATED),
    ):
        with pytest.raises(Refused) as refused:
            decided(held, [decision])
        assert refused.value.refusal is refusal
    assert set(PROPOSAL_WORDS) == set(ProposalKind)


HELD = st.lists(
    st.tuples(st.sampled_from(["张三", "李四"]), st.sampled_from(["a", "b", ""])), min_size=1, max_size=6
).map(lambda rows: [unit(f"1-1-{n}", name, key) for n, (name, key) in enumerate(rows, start=101)])


@given(HELD, st.data())
def test_a_merge_never_makes_more_voters_and_nothing_moves_area(
    units: list[RegisteredUnit], data: Any
) -> None:
    found: tuple[Proposal, ...] = proposals(units)
    picked = [proposal for proposal in found if not proposal.split and data.draw(st.booleans())]
    after = decided(units, [Decision(proposal, True, "同一位买受人") for proposal in picked])
    assert count(after) <= count(units)
    assert sum(each.area_dm2 for each in after) == sum(each.area_dm2 for each in units)
    everything = proposals(list(reversed(units)))
    assert everything == found


# scopes


def test_owners_and_area_are_recomputed_in_the_scope() -> None:
    units = [
        unit("1-1-101", "张三", "a", 5000),
        unit("1-2-101", "张三", "a", 6000),
        unit("2-1-101", "张三", "a", 7000),
        unit("1-1-102", "李四", "b", 9000),
        unit("1-1-9", "张三", "a", 1200, use="车位"),
    ]

    def totals(scope: Scope) -> tuple[int, int]:
        roll = voters(units, scope)
        return len(roll), sum(voter.area_dm2 for voter in roll)

    assert totals(Scope()) == (2, 27000)
    assert totals(Scope(("1",))) == (2, 20000)
    assert totals(Scope(stairwells=(("1", "1"),))) == (2, 14000)
    assert totals(Scope(stairwells=(("1", "2"), ("2", "1")))) == (1, 13000)
    assert totals(Scope(units=("1-2-101", "1-1-102"))) == (2, 15000)
    assert totals(Scope(units=("1-1-9",))) == (0, 0)
    assert totals(Scope(exclude_uses=(), units=("1-1-9",))) == (1, 1200)
