"""What can be wrong in a register, as one closed list, and what to do about each.

An *error* keeps the register from being imported: counting would be wrong. A *warning* is listed, imported
and harmless to the count once someone has looked at it.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


class ProblemKind(StrEnum):
    """The closed list; the value is stable and may stand in a program's output."""

    UNIT_MISSING = "unit missing"
    UNIT_DUPLICATE = "duplicate unit"
    UNIT_TURNED_INTO_DATE = "unit turned into a date"
    OWNER_MISSING = "owner missing"
    OWNER_TWICE = "owner listed twice"
    OWNER_SPACES = "spaces around a name: warn, and trim"
    AREA_MISSING = "area missing"
    AREA_UNREADABLE = "area unreadable"
    AREA_NOT_POSITIVE = "area not positive"
    AREA_TOO_FINE = "area finer than 0.01 square metres"
    AREA_TOO_LARGE = "area implausibly large"
    USE_MISSING = "use missing"
    USE_UNKNOWN = "unknown use"
    USE_COLUMN_MISSING = "no column for the use"
    IDENTITY_MALFORMED = "identity number malformed"
    IDENTITY_DAMAGED = "identity number damaged by the spreadsheet"
    IDENTITY_COUNT = "owners and identity numbers differ in number"
    IDENTITY_TWO_NAMES = "one identity number with two names"
    NAME_NOT_MERGED = "same name without identity number: not merged"
    PHONE_MALFORMED = "phone number malformed"
    SECOND_FACTOR_MISSING = "neither phone nor identity number"
    FORMULA = "text begins like a formula"
    TEXT_TOO_LONG = "text too long"
    TOTAL_DISAGREES = "total row disagrees with the units"
    # of residents
    RESIDENT_MISSING = "resident's name missing"
    RESIDENTS_TOGETHER = "several residents in one row"
    RESIDENT_TWICE = "resident listed twice"
    MINOR = "under eighteen: left out"
    AGE_UNKNOWN = "age unknown"
    AGE_CONTRADICTS = "two ages in one row"
    REPRESENTATIVE_MISSING = "nobody represents the household"
    REPRESENTATIVE_TWICE = "two represent one household"


# What to do, for the person who keeps the register. Chinese is the source text of the translations.
WHAT_TO_DO: dict[ProblemKind, str] = {
    ProblemKind.UNIT_MISSING: "没有房号。请填上房号；如果这一行不是房屋，请删去整行。",
    ProblemKind.UNIT_DUPLICATE: (
        "这个房号前面已经出现过。请核对是哪一行写错了；一套房只能占一行，共有人写在同一格里。"
    ),
    ProblemKind.UNIT_TURNED_INTO_DATE: "房号被表格软件变成了日期。请把这一列设为“文本”格式，再重新填写房号。",
    ProblemKind.OWNER_MISSING: "没有业主姓名。请填上产权人；尚未售出的填建设单位的名称。",
    ProblemKind.OWNER_TWICE: "同一套房里把同一位业主写了两次。请删去重复的姓名和证件号码。",
    ProblemKind.OWNER_SPACES: "姓名前后有多余的空格，已自动去掉。请看一眼姓名是否正确，不必修改。",
    ProblemKind.AREA_MISSING: "没有建筑面积。请按不动产登记填写；没有登记的按测绘面积或买卖合同填写。",
    ProblemKind.AREA_UNREADABLE: "建筑面积读不懂。请只写一个数字，例如 88.62。",
    ProblemKind.AREA_NOT_POSITIVE: "建筑面积必须大于零。请按产权证更正。",
    ProblemKind.AREA_TOO_FINE: "建筑面积最多两位小数。请按产权证上的数字填写，不要自己四舍五入。",
    ProblemKind.AREA_TOO_LARGE: "建筑面积大得不合常理，多半是漏了小数点。请按产权证更正。",
    ProblemKind.USE_MISSING: (
        "没有房屋用途。请填写住宅、商业、办公、车位、储藏或其他；车位是否计入投票与此有关。"
    ),
    ProblemKind.USE_UNKNOWN: "不认识这种房屋用途。请改为住宅、商业、办公、车位、储藏或其他。",
    ProblemKind.USE_COLUMN_MISSING: (
        "表里没有“用途”一列，全部按住宅计入。如果含有车位或储藏间，请补上这一列。"
    ),
    ProblemKind.IDENTITY_MALFORMED: "证件号码的格式不对。请核对证件；多位共有人的号码用顿号“、”隔开。",
    ProblemKind.IDENTITY_DAMAGED: (
        "证件号码被表格软件改成了科学计数，后几位已经丢失。请把这一列设为“文本”格式，再重新填写。"
    ),
    ProblemKind.IDENTITY_COUNT: "业主人数与证件号码的个数不一致。请按同样的顺序一一对应；缺号码的写“无”。",
    ProblemKind.IDENTITY_TWO_NAMES: (
        "同一个证件号码对应了两个不同的姓名，会被当作同一位业主。请核对哪一个写错了。"
    ),
    ProblemKind.NAME_NOT_MERGED: (
        "同名的业主有多套房，但缺少证件号码，不能认定为同一人，会各算一位业主。请补上证件号码。"
    ),
    ProblemKind.PHONE_MALFORMED: "联系电话读不懂，投票时不能用它核对身份。请更正，或核对证件号码已填写。",
    ProblemKind.SECOND_FACTOR_MISSING: (
        "电话和证件号码都没有，这户投票时要先到服务点核对身份。请尽量补上其中一项。"
    ),
    ProblemKind.FORMULA: "内容以 = + - @ 开头，像是公式。请改为普通文字或数值。",
    ProblemKind.TEXT_TOO_LONG: "内容太长。请核对是否填错了格子，并缩短到 200 个字以内。",
    ProblemKind.TOTAL_DISAGREES: "合计行的面积与各户相加不一致。以各户为准；请核对有没有漏行。",
    ProblemKind.RESIDENT_MISSING: "没有姓名。请填上居民的姓名；如果这一行不是居民，请删去整行。",
    ProblemKind.RESIDENTS_TOGETHER: "一行里写了几个人。居民名册一人一行，请分开写。",
    ProblemKind.RESIDENT_TWICE: (
        "这个人前面已经登记过（证件号码相同，或者同一住处、姓名相同）。一人只登记一次，请删去重复的一行。"
    ),
    ProblemKind.MINOR: "未满十八周岁，没有列入。到投票那天已满十八周岁的，请把计算年龄的日期改成投票那天。",
    ProblemKind.AGE_UNKNOWN: (
        "看不出是否年满十八周岁。请填出生日期，或者在“是否成年”一列写“是”或“否”；只有出生年份、正好在十八岁上下的，"
        "也要写明。"
    ),
    ProblemKind.AGE_CONTRADICTS: "出生日期、年龄、证件号码和“是否成年”对不上。请核对证件，改正写错的一处。",
    ProblemKind.REPRESENTATIVE_MISSING: (
        "这一户没有写明由谁代表，暂由名册上这一户的第一位成年人代表。按户投票时请核对，也可以在名册页面上更换。"
    ),
    ProblemKind.REPRESENTATIVE_TWICE: (
        "这一户写了不止一位代表，取写在前面的一位。按户投票时请核对，也可以在名册页面上更换。"
    ),
}
# Where the same thing is wrong in a register of residents, and something else is to be done about it.
WHAT_RESIDENTS_DO: dict[ProblemKind, str] = WHAT_TO_DO | {
    ProblemKind.UNIT_MISSING: "没有住址。请填上门牌或房号；如果这一行不是居民，请删去整行。",
    ProblemKind.IDENTITY_MALFORMED: "证件号码的格式不对。请核对证件；一人一行，只写本人的号码。",
    ProblemKind.NAME_NOT_MERGED: (
        "不同住处有同名的居民，但缺少证件号码，不能认定是不是同一人，会各算一人。请核对，最好补上证件号码。"
    ),
    ProblemKind.SECOND_FACTOR_MISSING: (
        "电话和证件号码都没有，这位居民投票时要先到服务点核对身份。请尽量补上其中一项。"
    ),
}


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, where, and how badly; `value` is masked where it is a number of a person."""

    row: int
    label: str
    problem: ProblemKind
    severity: Literal["error", "warning"]
    value: str = ""
