"""The columns of a register: which row is the header, and which column is what, by their usual names.

A `Layout` is one kind of register. Owners and residents are two: a file of one is never read as the other.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from voting.errors import Refusal, Refused

# Row number as the spreadsheet shows it (from 1), and the row's cells as text.
Rows = list[tuple[int, list[str]]]

# Field -> the names that committees give its column; the first one is shown to people.
NAMES: dict[str, tuple[str, ...]] = {
    "label": ("房号", "房屋编号", "门牌号", "房屋号", "户号", "房产编号", "房屋坐落", "坐落", "房屋地址"),
    "building": ("楼栋", "楼栋号", "栋号", "幢号", "楼号", "座号", "栋", "幢", "楼", "座"),
    "stairwell": ("单元", "单元号", "梯号"),
    "room": ("房间", "房间号", "室号", "室"),
    "owners": (
        *("业主姓名", "产权人", "业主", "业主名称", "产权人姓名", "产权人名称"),
        *("姓名", "所有权人", "权利人", "权利人姓名", "房主"),
    ),
    "identity": (
        *("证件号码", "身份证号", "证件号", "身份证号码", "身份证", "公民身份号码", "证件编号"),
        *("业主身份证号", "身份证件号码"),
    ),
    "phone": (
        "联系电话",
        "手机",
        "电话",
        "手机号",
        "手机号码",
        "联系方式",
        "业主电话",
        "联系手机",
        "电话号码",
    ),
    "area": ("建筑面积", "产权面积", "房屋面积", "面积", "产权建筑面积", "登记面积", "房屋建筑面积"),
    "use": ("用途", "房屋用途", "规划用途", "房屋性质", "房屋类型", "物业类型", "使用性质"),
    "area_source": ("面积依据", "来源", "面积来源", "依据", "数据来源"),
    "note": ("备注", "说明", "附注"),
}
_IGNORED = {"序号", "编号", "行号"}
# A second column of these names changes nothing that is counted: the first one is taken.
_FIRST_OF_SEVERAL = {"phone", "area_source", "note", "birth"}
# 建筑面积(亩) is not an area that we can read.
_AREA_UNITS = {"", "m2", "m²", "平方米", "平米", "平方", "单位:m2", "单位:平方米", "单位:平米"}
_BRACKET = re.compile(r"^(.*?)[(\[【](.*?)[)\]】]$")
HEADER_WITHIN = 30  # rows with content: titles and instructions above the header are a few


@dataclass(frozen=True)
class Layout:
    """One kind of register: its `names`, and of which fields it `needs` at least one of each group."""

    names: Mapping[str, tuple[str, ...]]
    needs: tuple[tuple[str, ...], ...]

    def field(self, cell: str) -> str | None:
        """What a column with this header is."""
        narrow = "".join(unicodedata.normalize("NFKC", cell).split()).strip("*:").lower()
        bracket = ""
        if found := _BRACKET.match(narrow):
            narrow, bracket = found.groups()
        narrow = narrow.strip("*:")
        field = next((field for field, names in self.names.items() if narrow in names), None)
        return None if field == "area" and bracket not in _AREA_UNITS else field

    def fields(self, cells: list[str]) -> dict[str, list[int]]:
        """Field -> the columns that could be it."""
        found: dict[str, list[int]] = {}
        for column, cell in enumerate(cells):
            if (field := self.field(cell)) is not None:
                found.setdefault(field, []).append(column)
        return found

    def missing(self, columns: Mapping[str, int]) -> tuple[str, ...]:
        """The names, for people, of what a register cannot do without."""
        return tuple(self.names[group[0]][0] for group in self.needs if not columns.keys() & set(group))


# The register of units: the unit, its owners, its area.
UNITS = Layout(NAMES, (("label", "room"), ("owners",), ("area",)))


def guess_header(rows: Rows, layout: Layout = UNITS) -> tuple[int, list[str]]:
    """(row number, cells) of the likeliest header, for the mapping page; never refuses but for no rows.

    It is the row with the most usual names; failing any, the first row that is not a lone title cell.
    """
    if not rows:
        raise Refused(Refusal.REGISTER_EMPTY)
    near = rows[:HEADER_WITHIN]
    best = max(near, key=lambda row: len(layout.fields(row[1])))
    if len(layout.fields(best[1])) < 2:
        best = next((row for row in near if sum(bool(cell.strip()) for cell in row[1]) > 2), near[0])
    return best


def find_header(rows: Rows, layout: Layout = UNITS) -> tuple[int, dict[str, int]]:
    """(row number, field -> column index from 0).

    Refused REGISTER_HEADER_NOT_FOUND, REGISTER_COLUMN_MISSING(row, columns) when a column that is needed is
    not recognised, REGISTER_COLUMN_AMBIGUOUS(row, columns) when two could be it: people then map by hand.
    """
    row, cells = guess_header(rows, layout)
    found = layout.fields(cells)
    if len(found) < 2:
        raise Refused(Refusal.REGISTER_HEADER_NOT_FOUND)
    double = [
        cells[column].strip()
        for field, places in found.items()
        if len(places) > 1 and field not in _FIRST_OF_SEVERAL
        for column in places
    ]
    if double:
        raise Refused(Refusal.REGISTER_COLUMN_AMBIGUOUS, row=row, columns="、".join(double))
    columns = {field: places[0] for field, places in found.items()}
    if missing := layout.missing(columns):
        raise Refused(Refusal.REGISTER_COLUMN_MISSING, row=row, columns="、".join(missing))
    return row, columns


def check_mapping(
    rows: Rows, mapping: Mapping[str, int], layout: Layout = UNITS
) -> tuple[int, dict[str, int]]:
    """The same for columns that a person has mapped.

    Refused REGISTER_MAPPING_INVALID for an unknown field, a column outside the sheet or one used twice, and
    REGISTER_COLUMN_MISSING.
    """
    row, _ = guess_header(rows, layout)
    width = max(len(cells) for _, cells in rows)
    for field, column in mapping.items():
        known = field in layout.names
        if not known or not 0 <= column < width or list(mapping.values()).count(column) > 1:
            name = layout.names[field][0] if known else field[:20]
            raise Refused(Refusal.REGISTER_MAPPING_INVALID, column=name)
    if missing := layout.missing(mapping):
        raise Refused(Refusal.REGISTER_COLUMN_MISSING, row=row, columns="、".join(missing))
    return row, dict(mapping)


def unknown_columns(cells: list[str], columns: Mapping[str, int]) -> tuple[str, ...]:
    """The header cells that stand over a column that nothing reads, 序号 aside."""
    used = set(columns.values())
    names = ((column, cell.strip()) for column, cell in enumerate(cells))
    return tuple(name for column, name in names if name and column not in used and name not in _IGNORED)
