"""One row of a register, read into a unit: where it stands, whose it is, how large, and what for."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from voting.errors import Refusal, Refused
from voting.rules import persons
from voting.rules.area import parse_area
from voting.rules.columns import NAMES
from voting.rules.formula import begins_like_formula
from voting.rules.labels import compose, part, split, tidy
from voting.rules.problems import Problem, ProblemKind

# The fixed vocabulary of uses, and the words of registers and title deeds for each.
USES: dict[str, tuple[str, ...]] = {
    "住宅": ("成套住宅", "普通住宅", "住房", "居住", "公寓", "别墅", "非成套住宅"),
    "商业": ("商铺", "店铺", "门面", "商业服务", "商业用房", "商用", "商服", "营业用房"),
    "办公": ("写字楼", "办公用房"),
    "车位": ("车库", "停车位", "地下车位", "地下车库", "机动车位", "人防车位"),
    "储藏": ("储藏室", "储藏间", "杂物间", "杂物房", "地下室", "储物间"),
    "其他": ("其它", "工业", "仓储", "仓库", "幼儿园", "会所"),
}
_USE = {word: use for use, words in USES.items() for word in (use, *words)}
# 0.01 m²: above this a unit of the use is taken for a lost decimal point (88.62 written as 8862).
PLAUSIBLE_DM2 = {"住宅": 200_000, "车位": 50_000, "储藏": 50_000}
MAX_TEXT = 200  # characters of a cell that is kept
_DEVELOPER = re.compile(r"(尚?未出?售|尚未出售|(已售)?未交[付房]|(开发商|建设单位)(未售|自持|持有|所有)?)")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(T.*)?")
_AREA_PROBLEMS = {
    Refusal.AREA_MISSING: ProblemKind.AREA_MISSING,
    Refusal.AREA_UNREADABLE: ProblemKind.AREA_UNREADABLE,
    Refusal.AREA_NOT_POSITIVE: ProblemKind.AREA_NOT_POSITIVE,
    Refusal.AREA_TOO_FINE: ProblemKind.AREA_TOO_FINE,
    Refusal.AREA_TOO_LARGE: ProblemKind.AREA_TOO_LARGE,
}


@dataclass(frozen=True)
class Owner:
    """A person or a body on the title; `identity` is the normalised number, or None when not given."""

    name: str
    identity: str | None


@dataclass(frozen=True)
class Unit:
    """An exclusive unit (专有部分); `area_dm2` in 0.01 m²; `phone` is the first number of the row."""

    row: int
    label: str
    building: str
    stairwell: str
    use: str
    area_dm2: int
    area_source: str
    owners: tuple[Owner, ...]
    phone: str | None
    note: str
    developer: bool
    other_phones: tuple[str, ...] = ()


@dataclass
class Row:
    """One row on its way to a unit: its cells by field, and what was found wrong with it."""

    number: int
    cells: dict[str, str]
    label: str = ""
    problems: list[Problem] = field(default_factory=list)

    def cell(self, name: str) -> str:
        return self.cells.get(name, "")

    def kept(self, name: str) -> str:
        """A cell's text for keeping, empty for the signs that mean nothing."""
        text = self.cell(name).strip()
        return "" if persons.is_nothing(text) else text

    def wrong(self, kind: ProblemKind, value: str = "", *, warning: bool = False) -> None:
        severity: Literal["error", "warning"] = "warning" if warning else "error"
        self.problems.append(Problem(self.number, self.label, kind, severity, value[:MAX_TEXT]))

    @property
    def sound(self) -> bool:
        return all(problem.severity == "warning" for problem in self.problems)


def read_place(row: Row) -> tuple[str, str, str]:
    """(building, stairwell, room) of a row, and `row.label` with it; no room when the unit is missing."""
    label = tidy(row.kept("label")) or tidy(row.kept("room"))
    building, stairwell, room = split(label)
    own_building, own_stairwell = part(row.kept("building")), part(row.kept("stairwell"))
    if own_building and room and not building:
        label = compose(own_building, own_stairwell or stairwell, room)
    row.label = label[:MAX_TEXT]
    if not room:
        row.wrong(ProblemKind.UNIT_MISSING)
    elif _DATE.fullmatch(row.cell("label").strip()) or _DATE.fullmatch(row.cell("room").strip()):
        row.wrong(ProblemKind.UNIT_TURNED_INTO_DATE, row.label)
    return own_building or building, own_stairwell or stairwell, room


def _read_use(row: Row, has_column: bool) -> str:
    if not has_column:
        return "住宅"
    written = tidy(row.kept("use"))
    if not written:
        row.wrong(ProblemKind.USE_MISSING)
    elif written not in _USE:
        row.wrong(ProblemKind.USE_UNKNOWN, written)
    return _USE.get(written, "其他")


def _read_area(row: Row, use: str) -> int:
    written = row.kept("area")
    if begins_like_formula(written):
        row.wrong(ProblemKind.FORMULA, written)
        return 0
    try:
        area_dm2 = parse_area(written)
    except Refused as refused:
        row.wrong(_AREA_PROBLEMS[refused.refusal], written)
        return 0
    if area_dm2 > PLAUSIBLE_DM2.get(use, area_dm2):
        row.wrong(ProblemKind.AREA_TOO_LARGE, written)
    return area_dm2


def _read_owners(row: Row) -> tuple[Owner, ...]:
    cell = row.cell("owners")
    names = persons.names(cell)
    numbers = persons.identities(row.cell("identity"))
    formula = begins_like_formula(cell) and bool(names)
    if formula:
        row.wrong(ProblemKind.FORMULA, cell)
    elif not names:
        row.wrong(ProblemKind.OWNER_MISSING)
    elif not persons.name_is_tidy(cell):
        row.wrong(ProblemKind.OWNER_SPACES, cell.strip(), warning=True)
    malformed = False
    for number in numbers:
        if number is not None and persons.is_damaged(number):
            malformed = True
            row.wrong(ProblemKind.IDENTITY_DAMAGED)
        elif number is not None and not persons.is_identity(number):
            malformed = True
            row.wrong(ProblemKind.IDENTITY_MALFORMED, persons.masked(number))
    if formula or malformed or not names:
        return ()
    if numbers and len(numbers) != len(names):
        row.wrong(ProblemKind.IDENTITY_COUNT, f"{len(names)} : {len(numbers)}")
        return ()
    today = [None if number is None else persons.today_form(number) for number in numbers]
    owners = tuple(Owner(*pair) for pair in zip(names, today or [None] * len(names), strict=True))
    if len({owner.identity or persons.same_name(owner.name) for owner in owners}) != len(owners):
        row.wrong(ProblemKind.OWNER_TWICE)
    return owners


def check_texts(row: Row, names: Mapping[str, tuple[str, ...]]) -> None:
    """Cells that would run as a formula when the roll leaves as a spreadsheet, or that are no cell's text."""
    for name in ("label", "building", "stairwell", "room"):
        if begins_like_formula(row.kept(name)):
            row.wrong(ProblemKind.FORMULA, row.cell(name))
    for name in ("note", "area_source"):
        if begins_like_formula(row.kept(name)):
            row.wrong(ProblemKind.FORMULA, row.cell(name), warning=True)
    for name, text in row.cells.items():
        if len(text) > MAX_TEXT:
            row.wrong(ProblemKind.TEXT_TOO_LONG, names[name][0])


def read_phones(row: Row) -> tuple[str, ...]:
    """The telephone numbers of a row; what is none is listed."""
    phones, unreadable = persons.phones(row.cell("phone"))
    for piece in unreadable:
        row.wrong(ProblemKind.PHONE_MALFORMED, persons.masked(piece), warning=True)
    return phones


def read_unit(row: Row, seen: set[tuple[str, str, str]], has_use: bool) -> Unit | None:
    """The unit of a row, or None; what is wrong goes to `row.problems`, and its place into `seen`."""
    building, stairwell, _room = place = read_place(row)
    if row.sound and place in seen:
        row.wrong(ProblemKind.UNIT_DUPLICATE, row.label)
    seen.add(place)
    check_texts(row, NAMES)
    owners = _read_owners(row)
    use = _read_use(row, has_use)
    area_dm2 = _read_area(row, use)
    phones = read_phones(row)
    note = row.kept("note")
    developer = any(_DEVELOPER.fullmatch(piece) for piece in re.split(r"[\s,，;；、。:：()（）]+", note))
    if owners and not phones and not any(owner.identity for owner in owners):
        row.wrong(ProblemKind.SECOND_FACTOR_MISSING, warning=True)
    if not row.sound:
        return None
    return Unit(
        row=row.number,
        label=row.label,
        building=building,
        stairwell=stairwell,
        use=use,
        area_dm2=area_dm2,
        area_source=row.kept("area_source"),
        owners=owners,
        phone=phones[0] if phones else None,
        note=note,
        developer=developer,
        other_phones=phones[1:],
    )
