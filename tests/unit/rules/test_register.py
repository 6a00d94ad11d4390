"""Registers as committees keep them: the shipped ones to the last problem, and the oddities one by one."""

import json
from pathlib import Path

import pytest

from voting.documents.spreadsheet import read_rows
from voting.errors import Refusal, Refused
from voting.language import sentence
from voting.rules.area import area_m2, parse_area
from voting.rules.columns import NAMES, find_header, guess_header
from voting.rules.problems import WHAT_TO_DO, ProblemKind
from voting.rules.register import Owner, ParsedRegister, Rows, parse_register

FIXTURES = Path(__file__).parents[2] / "fixtures"
HEADER = ["房号", "业主姓名", "证件号码", "联系电话", "建筑面积(㎡)", "房屋用途", "备注"]
GOOD = ["1-1-202", "李月娥", "99999919410202001X", "19900000001", "142.10", "住宅", ""]


def register(*rows: list[str], header: list[str] = HEADER) -> ParsedRegister:
    return parse_register(list(enumerate([header, *rows], start=1)))


def row(**changes: str) -> list[str]:
    fields = ("label", "owners", "identity", "phone", "area", "use", "note")
    return [changes.get(field, cell) for field, cell in zip(fields, GOOD, strict=True)]


def kinds(parsed: ParsedRegister) -> list[tuple[int, str]]:
    return [(problem.row, problem.problem) for problem in parsed.problems]


def refusal_of(rows: Rows, mapping: dict[str, int] | None = None) -> Refused:
    with pytest.raises(Refused) as refused:
        parse_register(rows, mapping)
    assert sentence(refused.value).endswith("。")
    return refused.value


def test_the_shipped_register_is_clean_and_both_files_say_the_same() -> None:
    names = ("golden-apple-roll.xlsx", "golden-apple-roll.gb18030.csv")
    parsed = [parse_register(read_rows(name, (FIXTURES / name).read_bytes())) for name in names]
    assert [register.header_row for register in parsed] == [3, 1]
    assert [register.problems for register in parsed] == [(), ()]
    assert [register.unknown_columns for register in parsed] == [(), ()]
    workbook, text = ([{**vars(unit), "row": 0} for unit in register.units] for register in parsed)
    assert workbook == text
    assert len(workbook) == 176
    assert sum(unit["area_dm2"] for unit in workbook) == 1_341_314
    assert [unit["label"] for unit in workbook if unit["developer"]] == [
        *("4-2-502", "4-2-601", "4-2-602", "4-2-701", "4-2-702")
    ]


def test_the_broken_register_has_its_twelve_problems() -> None:
    parsed = parse_register(read_rows("broken-roll.xlsx", (FIXTURES / "broken-roll.xlsx").read_bytes()))
    expected = json.loads((FIXTURES / "broken-roll-expected.json").read_text())
    found = [{"row": p.row, "房号": p.label, "problem": p.problem.value} for p in parsed.problems]
    assert found == expected
    assert len(parsed.errors) == 11
    trimmed = next(unit for unit in parsed.units if unit.row == 29)
    assert trimmed.owners[0].name == "蒋志强"
    assert not {unit.row for unit in parsed.units} & {problem.row for problem in parsed.errors}


def test_every_problem_says_what_to_do() -> None:
    assert set(WHAT_TO_DO) == set(ProblemKind)
    assert all(sentence.endswith("。") for sentence in WHAT_TO_DO.values())


def test_a_problem_never_shows_an_identity_number() -> None:
    number = "9999991941020200"
    parsed = register(row(identity=number), row(label="1-1-203", identity=f"{number}、{number}、{number}"))
    assert parsed.problems
    assert all(number not in problem.value for problem in parsed.problems)


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"label": " "}, ProblemKind.UNIT_MISSING),
        ({"label": "—"}, ProblemKind.UNIT_MISSING),
        ({"label": "2026-02-01"}, ProblemKind.UNIT_TURNED_INTO_DATE),
        ({"label": "=1+1"}, ProblemKind.FORMULA),
        ({"owners": "无"}, ProblemKind.OWNER_MISSING),
        ({"owners": "@张三"}, ProblemKind.FORMULA),
        ({"owners": "张三、张三", "identity": ""}, ProblemKind.OWNER_TWICE),
        ({"identity": "12345"}, ProblemKind.IDENTITY_MALFORMED),
        ({"identity": "9999991941020200"}, ProblemKind.IDENTITY_MALFORMED),
        ({"identity": "9.99999194102E+17"}, ProblemKind.IDENTITY_DAMAGED),
        ({"owners": "张三、李四"}, ProblemKind.IDENTITY_COUNT),
        ({"area": ""}, ProblemKind.AREA_MISSING),
        ({"area": "约90"}, ProblemKind.AREA_UNREADABLE),
        ({"area": "=SUM(A1)"}, ProblemKind.FORMULA),
        ({"area": "0.00"}, ProblemKind.AREA_NOT_POSITIVE),
        ({"area": "88.625"}, ProblemKind.AREA_TOO_FINE),
        ({"area": "2000.01"}, ProblemKind.AREA_TOO_LARGE),
        ({"area": "500.01", "use": "车位"}, ProblemKind.AREA_TOO_LARGE),
        ({"area": "50000.01", "use": "商业"}, ProblemKind.AREA_TOO_LARGE),
        ({"use": ""}, ProblemKind.USE_MISSING),
        ({"use": "火星"}, ProblemKind.USE_UNKNOWN),
        ({"note": "长" * 201}, ProblemKind.TEXT_TOO_LONG),
    ],
)
def test_an_error_keeps_the_row_out(changes: dict[str, str], kind: ProblemKind) -> None:
    parsed = register(row(label="9-9-999", identity="", phone="19900000009"), row(**changes))
    assert kinds(parsed) == [(3, kind)]
    assert parsed.problems[0].severity == "error"
    assert len(parsed.units) == 1


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"owners": " 李月娥"}, ProblemKind.OWNER_SPACES),
        ({"owners": "李 月娥"}, ProblemKind.OWNER_SPACES),
        ({"phone": "没有电话"}, ProblemKind.PHONE_MALFORMED),
        ({"phone": "123"}, ProblemKind.PHONE_MALFORMED),
        ({"phone": "", "identity": "无"}, ProblemKind.SECOND_FACTOR_MISSING),
        ({"note": "=1+1"}, ProblemKind.FORMULA),
    ],
)
def test_a_warning_lets_the_row_in(changes: dict[str, str], kind: ProblemKind) -> None:
    parsed = register(row(**changes))
    assert kinds(parsed) == [(2, kind)]
    assert parsed.errors == ()
    assert parsed.units[0].owners[0].name == "李月娥"


@pytest.mark.parametrize(
    "changes",
    [
        {"phone": ""},
        {"identity": ""},
        {"identity": "99999999MA0000000X"},
        {"identity": "９９９９９９１９４１０２０２００１ｘ"},
        {"identity": "E12345678"},
        {"identity": "H1234567801"},
        {"identity": "A123456(7)"},
        {"identity": "01234567"},
        {"phone": "+86 199-0000-0001"},
        {"phone": "0731-88888888"},
        {"area": "2000.00"},
        {"area": "50000", "use": "商业"},
        {"area": "88.620"},
        {"use": "成套住宅"},
        {"note": "-"},
    ],
)
def test_what_is_no_problem(changes: dict[str, str]) -> None:
    parsed = register(row(**changes))
    assert parsed.problems == ()
    assert len(parsed.units) == 1


def test_identity_numbers_are_normalised() -> None:
    parsed = register(
        row(identity="９９９９９９１９４１０２０２００１ｘ"),
        row(label="1-1-203", owners="李月娥、王伟", identity="无, 110101 19900101 1237"),
        row(label="1-1-204", owners="陈皮", identity="110105491231002"),
        row(label="1-1-205", owners="某公司", identity="430000000012345"),
    )
    owners = [unit.owners for unit in parsed.units]
    assert owners[0] == (Owner("李月娥", "99999919410202001X"),)
    assert owners[1] == (Owner("李月娥", None), Owner("王伟", "110101199001011237"))
    # The example of GB 11643-1999: the old number of 11010519491231002X.
    assert owners[2] == (Owner("陈皮", "11010519491231002X"),)
    assert owners[3] == (Owner("某公司", "430000000012345"),)


def test_several_phones() -> None:
    unit = register(row(phone="19900000001/19900000002（女儿）")).units[0]
    assert (unit.phone, unit.other_phones) == ("19900000001", ("19900000002",))


def test_one_identity_number_with_two_names_is_an_error() -> None:
    parsed = register(row(), row(label="1-1-203", owners="李月鹅"))
    assert kinds(parsed) == [(3, ProblemKind.IDENTITY_TWO_NAMES)]
    assert [unit.label for unit in parsed.units] == ["1-1-202"]


def test_namesakes_without_numbers_are_named() -> None:
    parsed = register(
        row(), row(label="1-1-203", identity=""), row(label="1-1-204", owners="王伟", identity="")
    )
    assert kinds(parsed) == [(3, ProblemKind.NAME_NOT_MERGED)]


@pytest.mark.parametrize(
    ("label", "place"),
    [
        ("1-1-202", ("1", "1", "1-1-202")),
        ("1栋1单元202室", ("1", "1", "1栋1单元202室")),
        ("1号楼-1单元-202", ("1", "1", "1号楼-1单元-202")),
        ("１－１－２０２", ("1", "1", "1-1-202")),
        ("12#302", ("12", "", "12#302")),
        ("A座 1201", ("A", "", "A座1201")),
        ("商-19", ("商", "", "商-19")),
        ("东门商铺3", ("", "", "东门商铺3")),
        ("302", ("", "", "302")),
    ],
)
def test_labels(label: str, place: tuple[str, str, str]) -> None:
    unit = register(row(label=label)).units[0]
    assert (unit.building, unit.stairwell, unit.label) == place


def test_two_writings_of_one_unit_are_a_duplicate() -> None:
    parsed = register(row(), row(label="1栋1单元202室"))
    assert kinds(parsed) == [(3, ProblemKind.UNIT_DUPLICATE)]


@pytest.mark.parametrize("room", ["房间", "房号", "室号"])
def test_a_unit_in_three_columns(room: str) -> None:
    header = ["楼栋", "单元", room, "产权人", "产权面积（平方米）", "用途"]
    parsed = register(["3栋", "2单元", "302", "张三", "88.62", "住宅"], header=header)
    unit = parsed.units[0]
    assert (unit.label, unit.building, unit.stairwell) == ("3-2-302", "3", "2")


def test_a_full_label_beside_its_building_is_left_alone() -> None:
    parsed = register(["3栋", "3-2-302", "张三", "88.62"], header=["楼栋", "房号", "业主", "面积"])
    assert parsed.units[0].label == "3-2-302"


def test_without_a_column_for_the_use_all_are_dwellings_and_that_is_said_once() -> None:
    parsed = register(["1-1", "张三", "88.62"], ["1-2", "李四", "88.62"], header=["房号", "业主", "面积"])
    assert {unit.use for unit in parsed.units} == {"住宅"}
    said = [(p.row, p.problem) for p in parsed.problems if p.problem is ProblemKind.USE_COLUMN_MISSING]
    assert said == [(1, ProblemKind.USE_COLUMN_MISSING)]


def test_the_header_is_found_below_titles_and_unknown_columns_are_named() -> None:
    titles: Rows = [(1, ["某小区业主清册"]), (2, ["填表单位:筹备组", "2026年"])]
    header = ["序号", "房 号", "业主姓名*", "证件\n号码", "建筑面积(m²)", "户口", ""]
    parsed = parse_register([*titles, (5, header), (6, ["1", "1-1-202", "张三", "", "88.62", "x"])])
    assert parsed.header_row == 5
    assert parsed.columns == {"label": 1, "owners": 2, "identity": 3, "area": 4}
    assert parsed.unknown_columns == ("户口",)


def test_totals_footers_and_repeated_headers_are_no_units() -> None:
    blank = [""] * len(HEADER)
    parsed = register(
        row(),
        ["小 计", "", "", "", "142.10", "", ""],
        HEADER,
        blank,
        row(label="1-1-203"),
        ["总计:", "", "", "", "284.20", "", ""],
        ["制表人:张三", "", "", "", "", "", ""],
        ["备注：以上面积以登记为准", "", "", "", "", "", ""],
    )
    assert [unit.label for unit in parsed.units] == ["1-1-202", "1-1-203"]
    assert parsed.problems == ()


def test_a_total_that_disagrees_is_said() -> None:
    parsed = register(row(), ["合计", "", "", "", "142.11", "", ""])
    assert kinds(parsed) == [(3, ProblemKind.TOTAL_DISAGREES)]
    assert parsed.problems[0].value == "142.11 : 142.10"
    assert parsed.errors == ()


def test_a_unit_called_total_with_an_owner_is_not_dropped() -> None:
    assert len(register(row(), row(label="合计")).units) == 2


@pytest.mark.parametrize(
    ("rows", "refusal", "columns"),
    [
        ([(1, ["标题"]), (2, ["甲", "乙"])], Refusal.REGISTER_HEADER_NOT_FOUND, None),
        ([(1, ["房号", "面积"])], Refusal.REGISTER_COLUMN_MISSING, "业主姓名"),
        ([(1, ["房号", "业主", "建筑面积(亩)"])], Refusal.REGISTER_COLUMN_MISSING, "建筑面积"),
        ([(1, ["楼栋", "业主"])], Refusal.REGISTER_COLUMN_MISSING, "房号、建筑面积"),
        (
            [(1, ["房号", "业主", "建筑面积", "产权面积"])],
            Refusal.REGISTER_COLUMN_AMBIGUOUS,
            "建筑面积、产权面积",
        ),
        ([(1, HEADER)], Refusal.REGISTER_EMPTY, None),
        ([(1, HEADER), (2, ["合计", "", "", "", "1.00"])], Refusal.REGISTER_EMPTY, None),
        ([], Refusal.REGISTER_EMPTY, None),
    ],
)
def test_columns_that_are_not_found(rows: Rows, refusal: Refusal, columns: str | None) -> None:
    refused = refusal_of(rows)
    assert refused.refusal is refusal
    assert refused.context.get("columns") == columns


def test_two_phone_columns_are_no_doubt() -> None:
    assert find_header([(1, [*HEADER, "手机"])])[1]["phone"] == 3


def test_a_mapping_by_hand() -> None:
    rows: Rows = [(1, ["清册"]), (2, ["哪一户", "谁", "多大"]), (3, ["1-1-202", "张三", "88.62㎡"])]
    assert guess_header(rows) == rows[1]
    unit = parse_register(rows, {"label": 0, "owners": 1, "area": 2}).units[0]
    assert (unit.row, unit.label, unit.area_dm2) == (3, "1-1-202", 8862)


@pytest.mark.parametrize(
    ("mapping", "refusal"),
    [
        ({"label": 0, "owners": 1}, Refusal.REGISTER_COLUMN_MISSING),
        ({"label": 0, "owners": 1, "area": 1}, Refusal.REGISTER_MAPPING_INVALID),
        ({"label": 0, "owners": 1, "area": 3}, Refusal.REGISTER_MAPPING_INVALID),
        ({"label": -1, "owners": 1, "area": 2}, Refusal.REGISTER_MAPPING_INVALID),
        ({"label": 0, "owners": 1, "area": 2, "colour": 2}, Refusal.REGISTER_MAPPING_INVALID),
    ],
)
def test_a_mapping_that_cannot_be(mapping: dict[str, int], refusal: Refusal) -> None:
    rows: Rows = [(1, ["哪一户", "谁", "多大"]), (2, ["1-1-202", "张三", "88.62"])]
    assert refusal_of(rows, mapping).refusal is refusal


def test_a_column_name_belongs_to_one_field() -> None:
    names = [name for several in NAMES.values() for name in several]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("text", "area_dm2"),
    [
        ("88.62㎡", 8862),
        ("142.1", 14210),
        ("142", 14200),
        (" 1,234.50 平方米", 123450),
        ("８８．６２", 8862),
        ("88.62 m²", 8862),
        ("+0.01", 1),
        ("88.6200000", 8862),
        ("50000.00", 5_000_000),
    ],
)
def test_areas_are_read_exactly(text: str, area_dm2: int) -> None:
    assert parse_area(text) == area_dm2


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("", Refusal.AREA_MISSING),
        (" \u3000", Refusal.AREA_MISSING),
        ("九十", Refusal.AREA_UNREADABLE),
        ("88.62亩", Refusal.AREA_UNREADABLE),
        ("12,34.5", Refusal.AREA_UNREADABLE),
        ("1e2", Refusal.AREA_UNREADABLE),
        ("٣", Refusal.AREA_UNREADABLE),
        ("1" * 50, Refusal.AREA_UNREADABLE),
        ("-1", Refusal.AREA_NOT_POSITIVE),
        ("0.00", Refusal.AREA_NOT_POSITIVE),
        ("0.001", Refusal.AREA_TOO_FINE),
        ("88.625", Refusal.AREA_TOO_FINE),
        ("50000.01", Refusal.AREA_TOO_LARGE),
    ],
)
def test_areas_that_are_refused(text: str, refusal: Refusal) -> None:
    with pytest.raises(Refused) as refused:
        parse_area(text)
    assert refused.value.refusal is refusal


@pytest.mark.parametrize(("area_dm2", "text"), [(1, "0.01"), (10, "0.10"), (8862, "88.62"), (0, "0.00")])
def test_areas_are_written_with_two_places(area_dm2: int, text: str) -> None:
    assert area_m2(area_dm2) == text
