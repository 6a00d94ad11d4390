"""A register of residents, row by row, and who votes in a residents' meeting."""

from datetime import date

import pytest

from voting.errors import Refusal, Refused
from voting.rules import ages
from voting.rules.persons import today_form
from voting.rules.problems import ProblemKind
from voting.rules.residents import (
    HEAD,
    ParsedResidents,
    RegisteredResident,
    parse_residents,
    registered_resident,
    resident_voters,
)
from voting.rules.roll import Scope

ON = date(2026, 12, 1)
HEADER = ["住址", "姓名", "证件号码", "联系电话", "出生日期", "与户主关系"]
OLD, YOUNG = "110101197001011234", "110101201001011235"


def parsed(*rows: list[str], header: list[str] = HEADER, on: date = ON) -> ParsedResidents:
    return parse_residents([(i, cells) for i, cells in enumerate([header, *rows], 1)], on)


def kinds(found: ParsedResidents) -> list[tuple[int, ProblemKind, str]]:
    return [(each.row, each.problem, each.severity) for each in found.problems]


def people(found: ParsedResidents) -> list[RegisteredResident]:
    return [registered_resident(each, lambda identity: f"key {identity}") for each in found.residents]


# On the eighteenth birthday and the day before it; by a month and by a year.
@pytest.mark.parametrize(
    ("born", "is_of_age"),
    [
        ("2008-12-01", True),
        ("2008-12-02", False),
        ("2008年12月1日", True),
        ("20081202", False),
        ("2008/12/1", True),
        ("2008.12.2", False),
        ("2008-12-01T00:00:00", True),
        ("2008-11", True),
        ("2008年12月", None),
        ("2009-01", False),
        ("2007", True),
        ("2008年", None),
        ("2009", False),
        ("1896", True),
        ("1895", None),
        ("2027-01-01", None),
        ("2008-02-30", None),
        ("八十年代", None),
        ("31108", None),
    ],
)
def test_who_is_eighteen_by_a_birth_date(born: str, is_of_age: bool | None) -> None:
    assert ages.of_age(ages.birthday(born), ON) is is_of_age


def test_of_29_february_the_eighteenth_birthday_is_the_first_of_march() -> None:
    born = ages.birthday("2008-02-29")
    assert ages.of_age(born, date(2026, 2, 28)) is False
    assert ages.of_age(born, date(2026, 3, 1)) is True


@pytest.mark.parametrize(
    ("years", "is_of_age"),
    [("18", True), ("17", None), ("16", False), ("75岁", True), ("131", None), ("老", None)],
)
def test_an_age_in_years_leaves_seventeen_open(years: str, is_of_age: bool | None) -> None:
    assert ages.of_age_by_years(years) is is_of_age


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        (["1-1-101", "张三", "", "13800000001", "", ""], ProblemKind.AGE_UNKNOWN),
        (["1-1-101", "张三", "", "13800000001", "2008", ""], ProblemKind.AGE_UNKNOWN),
        (["1-1-101", "张三", YOUNG, "", "1970-01-01", ""], ProblemKind.AGE_CONTRADICTS),
        (["1-1-101", "", OLD, "", "", ""], ProblemKind.RESIDENT_MISSING),
        (["1-1-101", "张三、李四", OLD, "", "", ""], ProblemKind.RESIDENTS_TOGETHER),
        (["1-1-101", "张三", f"{OLD}、{OLD}", "", "1970", ""], ProblemKind.RESIDENTS_TOGETHER),
        (["", "张三", OLD, "", "", ""], ProblemKind.UNIT_MISSING),
        (["1-1-101", "张三", "4.30102E+17", "", "1970", ""], ProblemKind.IDENTITY_DAMAGED),
        (["1-1-101", "张三", "12", "", "1970", ""], ProblemKind.IDENTITY_MALFORMED),
        (["1-1-101", "=HYPERLINK()", OLD, "", "", ""], ProblemKind.FORMULA),
    ],
)
def test_an_error_names_its_row_and_keeps_the_resident_out(cells: list[str], problem: ProblemKind) -> None:
    found = parsed(["1-1-100", "王一", "", "13800000009", "1960", "户主"], cells)
    assert (3, problem, "error") in kinds(found)
    assert [each.name for each in found.residents] == ["王一"]


def test_minors_are_named_and_left_out() -> None:
    found = parsed(
        ["1-1-101", "张三", OLD, "", "", "户主"],
        ["1-1-101", "张小三", YOUNG, "", "", "子"],
        ["1-1-102", "李小四", "", "", "2015-01-01", ""],
    )
    assert kinds(found) == [(3, ProblemKind.MINOR, "warning"), (4, ProblemKind.MINOR, "warning")]
    assert [problem.value for problem in found.problems] == ["张小三", "李小四"]
    assert found.minors == 2
    assert not found.errors
    # A year later one of them is of age.
    later = parsed(["1-1-101", "张小三", "", "13800000001", "2008-12-02", ""], on=date(2026, 12, 2))
    assert [each.name for each in later.residents] == ["张小三"]


@pytest.mark.parametrize("said", ["是", "成年", "√", "已满18周岁"])
def test_a_plain_yes_is_enough(said: str) -> None:
    found = parsed(["1-1-101", "张三", "13800000001", said], header=["住址", "姓名", "电话", "是否成年"])
    assert [each.name for each in found.residents] == ["张三"]
    # It settles a year that left the age open, and contradicts one that does not.
    header = ["住址", "姓名", "电话", "是否成年", "出生年份"]
    assert not parsed(["1-1-101", "张三", "13800000001", said, "2008"], header=header).errors
    contradicted = parsed(["1-1-101", "张三", "13800000001", said, "2015"], header=header)
    assert [each.problem for each in contradicted.errors] == [ProblemKind.AGE_CONTRADICTS]


def test_one_person_is_registered_once() -> None:
    found = parsed(
        ["1-1-101", "张三", today_form("110101700101123"), "", "", "户主"],
        # The same person by number, under the number of the first generation, at another address.
        ["2-1-101", "张三", "110101700101123", "", "", ""],
        ["1-1-102", "李四", "", "13800000001", "1970", ""],
        ["1-1-102", "李 四", "", "13800000002", "1970", ""],
    )
    assert [(each.row, each.problem) for each in found.errors] == [
        (3, ProblemKind.RESIDENT_TWICE),
        (5, ProblemKind.RESIDENT_TWICE),
    ]


def test_two_of_one_name_with_numbers_of_their_own_are_two_people() -> None:
    found = parsed(
        ["1-1-101", "张三", OLD, "", "", "户主"],
        ["1-1-101", "张三", "110101197501011234", "", "", "兄"],
        ["1-1-102", "王五", "", "13800000001", "1970", ""],
        ["1-1-103", "王五", "", "13800000002", "1970", ""],
    )
    assert not found.errors
    assert [each.row for each in found.problems if each.problem is ProblemKind.NAME_NOT_MERGED] == [4, 5]
    assert len(found.residents) == 4


def test_every_household_has_one_representative() -> None:
    found = parsed(
        ["1-1-101", "张三", OLD, "", "", "妻"],
        ["1-1-101", "李四", "110101197501011234", "", "", "户主"],
        ["1-1-102", "王五", "", "13800000001", "1970", ""],
        ["1-1-102", "赵六", "", "13800000002", "1970", ""],
        ["1-1-103", "孙七", "", "13800000003", "1970", "户主"],
        ["1-1-103", "周八", "", "13800000004", "1970", "户主"],
        ["1-1-104", "吴九", "", "13800000005", "1970", ""],
    )
    assert [each.name for each in found.residents if each.represents] == ["李四", "王五", "孙七", "吴九"]
    assert [(each.row, each.problem) for each in found.problems] == [
        (4, ProblemKind.REPRESENTATIVE_MISSING),
        (6, ProblemKind.REPRESENTATIVE_TWICE),
    ]


def test_a_minor_does_not_represent() -> None:
    found = parsed(
        ["1-1-101", "张小三", YOUNG, "", "", "户主"],
        ["1-1-101", "张三", OLD, "", "", "父"],
    )
    assert [(each.name, each.represents) for each in found.residents] == [("张三", True)]


def test_households_of_one_address_are_told_apart() -> None:
    header = ["住址", "户号", "姓名", "电话", "出生年份", "户代表姓名"]
    found = parsed(
        ["1-1-101", "1", "张三", "13800000001", "1970", "张三"],
        ["1-1-101", "2", "李四", "13800000002", "1970", "王五"],
        ["1-1-101", "2", "王五", "13800000003", "1970", "王五"],
        header=header,
    )
    assert not found.problems
    by_household = resident_voters(people(found), Scope(), by_household=True)
    assert [(each.name, each.labels) for each in by_household] == [
        ("张三", ("1-1-101",)),
        ("王五", ("1-1-101",)),
    ]


def test_voters_are_heads_in_the_order_of_their_addresses() -> None:
    found = parsed(
        ["2-1-101", "赵六", "", "13800000004", "1970", ""],
        ["1-1-1002", "王五", "", "13800000003", "1970", ""],
        ["1-1-302", "李四", "", "13800000002", "1970", ""],
        ["1-1-302", "张三", OLD, "", "", "户主"],
    )
    everybody = resident_voters(people(found), Scope(), by_household=False)
    assert [each.name for each in everybody] == ["张三", "李四", "王五", "赵六"]
    assert [each.number for each in everybody] == [1, 2, 3, 4]
    assert {each.area_dm2 for each in everybody} == {HEAD}
    assert everybody == resident_voters(reversed(people(found)), Scope(), by_household=False)
    first = resident_voters(people(found), Scope(buildings=("1",)), by_household=True)
    assert [each.name for each in first] == ["张三", "王五"]
    # No use of a unit counts anybody out: an address is where somebody lives.
    assert len(resident_voters(people(found), Scope(), by_household=True)) == 3


def test_a_register_of_owners_is_refused_by_name() -> None:
    with pytest.raises(Refused) as refused:
        parsed(["1-1-101", "张三", OLD, "88.62"], header=["房号", "业主姓名", "证件号码", "建筑面积"])
    assert refused.value.refusal is Refusal.REGISTER_OF_OWNERS


@pytest.mark.parametrize(
    ("header", "refusal"),
    [
        (["住址", "姓名", "电话"], Refusal.REGISTER_COLUMN_MISSING),
        (["姓名", "出生日期"], Refusal.REGISTER_COLUMN_MISSING),
        (["住址", "出生日期"], Refusal.REGISTER_COLUMN_MISSING),
        (["住址", "姓名", "家庭成员", "出生日期"], Refusal.REGISTER_COLUMN_AMBIGUOUS),
        (["甲", "乙"], Refusal.REGISTER_HEADER_NOT_FOUND),
    ],
)
def test_columns_that_are_missing_or_double_are_named(header: list[str], refusal: Refusal) -> None:
    with pytest.raises(Refused) as refused:
        parsed(["1", "2", "3", "4"], header=header)
    assert refused.value.refusal is refusal


def test_columns_can_be_mapped_by_hand() -> None:
    rows = [(1, ["甲", "乙", "丙"]), (2, ["1-1-101", "张三", "1970"])]
    found = parse_residents(rows, ON, {"label": 0, "name": 1, "birth": 2})
    assert [each.name for each in found.residents] == ["张三"]


def test_nothing_below_the_header_is_no_register() -> None:
    with pytest.raises(Refused) as refused:
        parsed(["合计", "", "", "", "", ""])
    assert refused.value.refusal is Refusal.REGISTER_EMPTY
