"""From units to voters: domain.md §3 and the vectors V8 to V10."""

import random

import pytest

from voting.rules.register import Owner
from voting.rules.roll import RegisteredUnit, Scope, owner_keys, registered, roll_digest, voters
from voting.rules.units import Unit

ALL = Scope()


def unit(label: str, *keys: str, area: int = 10_000, use: str = "住宅") -> RegisteredUnit:
    building, _, rest = label.partition("-")
    return RegisteredUnit(label, building, rest.partition("-")[0], use, area, keys, keys)


def parsed(label: str, name: str, identity: str | None = None, *, developer: bool = False) -> Unit:
    owners = (Owner(name, identity),)
    return Unit(1, label, "1", "1", "住宅", 10_000, "", owners, None, "", developer)


def test_v8_one_owner_of_fifteen_units_is_one_owner_with_fifteen_areas() -> None:
    (voter,) = voters([unit(f"1-1-{n}", "甲") for n in range(1, 16)], ALL)
    assert voter.area_dm2 == 150_000
    assert len(voter.units) == 15
    assert voter.labels[:2] == ("1-1-1", "1-1-2")
    assert voter.labels[-1] == "1-1-15"


def test_v9_the_developer_is_one_owner_also_without_a_number() -> None:
    units = [parsed(f"1-1-{n}", "某置业公司", developer=True) for n in range(1, 24)]
    (voter,) = voters([registered(entry, str) for entry in units], ALL)
    assert voter.area_dm2 == 230_000


def test_v10_co_owners_of_one_unit_are_one_voter() -> None:
    (voter,) = voters([unit("1-1-1", "甲", "乙")], ALL)
    assert voter.name == "甲、乙"


def test_the_same_co_owners_in_another_order_are_the_same_voter() -> None:
    assert len(voters([unit("1-1-1", "甲", "乙"), unit("1-1-2", "乙", "甲")], ALL)) == 1


def test_a_co_owner_alone_is_another_voter() -> None:
    assert len(voters([unit("1-1-1", "甲", "乙"), unit("1-1-2", "甲")], ALL)) == 2


def test_nobody_is_merged_by_name_alone() -> None:
    units = [parsed("1-1-1", "张三"), parsed("1-1-2", "张三")]
    assert len(voters([registered(entry, str) for entry in units], ALL)) == 2


def test_an_identity_number_merges_and_is_not_kept() -> None:
    units = [parsed("1-1-1", "张三", "N1"), parsed("1-1-2", "张三", "N1")]
    assert owner_keys(units[0], lambda number: f"keyed {number}") == ("keyed N1",)
    kept = [registered(entry, lambda number: "keyed") for entry in units]
    assert "N1" not in repr(kept)
    assert len(voters(kept, ALL)) == 1


def test_numbers_follow_the_place_and_not_the_input() -> None:
    units = [unit(f"{b}-{s}-{r}", f"{b}{s}{r}") for b in (1, 2, 10) for s in (1, 2) for r in (101, 1001)]
    units += [unit("商-2", "x"), unit("商-10", "y")]
    shuffled = units[:]
    random.Random(7).shuffle(shuffled)
    roll = voters(shuffled, ALL)
    assert roll == voters(units, ALL)
    assert [voter.number for voter in roll] == list(range(1, 15))
    assert [voter.labels[0] for voter in roll] == [entry.label for entry in units]


def test_parking_does_not_count_unless_the_scope_says_so() -> None:
    units = [
        unit("1-1-1", "甲"),
        unit("车位-1", "甲", area=1_272, use="车位"),
        unit("车位-2", "乙", use="车位"),
    ]
    (counted,) = voters(units, ALL)
    assert counted.area_dm2 == 10_000
    assert [voter.area_dm2 for voter in voters(units, Scope(exclude_uses=()))] == [11_272, 10_000]


@pytest.mark.parametrize(
    ("buildings", "areas"), [(("1",), [10_000]), (("2",), [20_000]), (("1", "2"), [30_000]), (("3",), [])]
)
def test_owners_and_area_are_computed_inside_the_scope(buildings: tuple[str, ...], areas: list[int]) -> None:
    units = [unit("1-1-1", "甲"), unit("2-1-1", "甲"), unit("2-1-2", "甲")]
    assert [voter.area_dm2 for voter in voters(units, Scope(buildings=buildings))] == areas


def test_the_digest_holds_units_and_areas_but_no_names() -> None:
    roll = voters([unit("1-1-1", "甲"), unit("1-1-2", "乙")], ALL)
    same = voters([unit("1-1-1", "丙"), unit("1-1-2", "丁")], ALL)
    other = voters([unit("1-1-1", "甲"), unit("1-1-2", "乙", area=10_001)], ALL)
    assert roll_digest(roll) == roll_digest(same) != roll_digest(other)
    assert roll_digest(()) == "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945"
