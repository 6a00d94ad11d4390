"""A register of residents as community offices keep it, and the voters of a residents' meeting (居民会议).

One row is one person at one address. Residents who are eighteen have a vote; or, where a meeting is held by
households, one representative each. Everybody is one head: a home has no area here, and it does not matter
whose it is. Owners are another electorate with a register of its own (domain.md §1), and no file is both.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from voting.errors import Refusal, Refused
from voting.rules import ages, persons
from voting.rules.columns import (
    NAMES,
    UNITS,
    Layout,
    Rows,
    check_mapping,
    find_header,
    guess_header,
    unknown_columns,
)
from voting.rules.formula import begins_like_formula
from voting.rules.labels import natural_order, tidy
from voting.rules.problems import Problem, ProblemKind
from voting.rules.register import is_outside, is_total
from voting.rules.roll import RollUnit, Scope, Voter
from voting.rules.units import Row, check_texts, read_phones, read_place

# What every resident weighs where a record has a second number beside the heads (`services.weights`).
HEAD = 1
_HOME = "住宅"
RESIDENTS = Layout(
    {
        "label": (
            "住址",
            "门牌号",
            "房号",
            "家庭住址",
            "现住址",
            "居住地址",
            "地址",
            "住处",
            "门牌",
            "房屋编号",
        ),
        "building": NAMES["building"],
        "stairwell": NAMES["stairwell"],
        "room": NAMES["room"],
        "name": ("姓名", "居民姓名", "居民", "人员姓名", "成员姓名", "家庭成员", "家庭成员姓名"),
        "identity": NAMES["identity"],
        "phone": NAMES["phone"],
        "birth": ("出生日期", "出生年月", "出生年份", "出生年月日", "生日", "出生年"),
        "age": ("年龄", "周岁", "年龄(周岁)"),
        "adult": ("是否成年", "是否年满18周岁", "是否年满十八周岁", "是否满18周岁", "成年", "年满18周岁"),
        "household": ("户号", "户编号", "家庭编号", "户籍号"),
        "represents": (
            *("户代表", "是否户代表", "户代表姓名", "与户主关系", "与户主的关系", "户主关系"),
            *("是否户主", "户主", "户主姓名"),
        ),
    },
    (("label", "room"), ("name",), ("birth", "identity", "age", "adult")),
)
_REPRESENTS = {"户主", "本人", "代表", "户代表"}


@dataclass(frozen=True)
class Resident:
    """One person of a file; `household` tells two households of one address apart."""

    row: int
    label: str
    building: str
    stairwell: str
    household: str
    name: str
    identity: str | None
    phones: tuple[str, ...]
    represents: bool

    @property
    def home(self) -> tuple[str, str]:
        """Which household this is."""
        return self.label, self.household


@dataclass(frozen=True)
class RegisteredResident:
    """A resident as kept after the import: an opaque key, no number and no birth date.

    Of every household exactly one `represents` it.
    """

    label: str
    building: str
    stairwell: str
    household: str
    name: str
    key: str
    represents: bool

    @property
    def home(self) -> tuple[str, str]:
        """Which household this is."""
        return self.label, self.household


@dataclass(frozen=True)
class ParsedResidents:
    """What a file says: `residents` of age from rows without an error; every problem by row."""

    header_row: int
    columns: dict[str, int]
    unknown_columns: tuple[str, ...]
    residents: tuple[Resident, ...]
    minors: int
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.severity == "error")


def parse_residents(rows: Rows, on: date, mapping: Mapping[str, int] | None = None) -> ParsedResidents:
    """The residents who are eighteen on a day, and all problems of the file.

    Minors are named and left out; an age that cannot be told is an error, because leaving somebody out takes
    a vote away. Refused REGISTER_OF_OWNERS for a file with areas, and REGISTER_… as for units.
    """
    _refuse_owners(rows)
    header_row, columns = (
        find_header(rows, RESIDENTS) if mapping is None else check_mapping(rows, mapping, RESIDENTS)
    )
    _, header = guess_header(rows, RESIDENTS)
    residents: list[Resident] = []
    problems: list[Problem] = []
    read = minors = 0
    for number, cells in rows:
        if number <= header_row:
            continue
        row = Row(number, {name: cells[at] if at < len(cells) else "" for name, at in columns.items()})
        if cells == header or is_total(cells, row.cell("name")) or is_outside(row, cells, ("name",)):
            continue
        read += 1
        resident, is_of_age = _read_resident(row, on)
        if resident is not None and is_of_age:
            residents.append(resident)
        elif resident is not None:
            minors += 1
        problems += row.problems
    if read == 0:
        raise Refused(Refusal.REGISTER_EMPTY)
    across = _across(residents)
    doubtful = {problem.row for problem in across if problem.severity == "error"}
    sound, represented = _represented([each for each in residents if each.row not in doubtful])
    return ParsedResidents(
        header_row=header_row,
        columns=columns,
        unknown_columns=unknown_columns(header, columns),
        residents=sound,
        minors=minors,
        problems=tuple(sorted([*problems, *across, *represented], key=lambda problem: problem.row)),
    )


def registered_resident(resident: Resident, keyed: Callable[[str], str]) -> RegisteredResident:
    """A resident without numbers; without an identity number the key belongs to this address alone."""
    own = f"name-only|{resident.label}|{resident.household}|{resident.name}"
    return RegisteredResident(
        label=resident.label,
        building=resident.building,
        stairwell=resident.stairwell,
        household=resident.household,
        name=resident.name,
        key=own if resident.identity is None else keyed(resident.identity),
        represents=resident.represents,
    )


def resident_voters(
    residents: Iterable[RegisteredResident], scope: Scope, *, by_household: bool
) -> tuple[Voter, ...]:
    """The voters of a scope, numbered from 1 by their address; independent of input order.

    By household, each is named after its representative.
    """
    homes = [
        (each, RollUnit(each.label, each.building, each.stairwell, _HOME, HEAD))
        for each in residents
        if each.represents or not by_household
    ]
    inside = [(each, home) for each, home in homes if scope.holds(home)]
    return tuple(
        Voter(number, each.name, (home,), HEAD, each.building, (each.key,))
        for number, (each, home) in enumerate(sorted(inside, key=_order), start=1)
    )


def _order(pair: tuple[RegisteredResident, RollUnit]) -> tuple[object, ...]:
    each, _ = pair
    place = (natural_order(each.building), natural_order(each.stairwell), natural_order(each.label))
    return (*place, natural_order(each.household), each.name, each.key)


def _refuse_owners(rows: Rows) -> None:
    """A register of units has areas; nobody's vote here comes from one."""
    if "area" in UNITS.fields(guess_header(rows)[1]):
        raise Refused(Refusal.REGISTER_OF_OWNERS)


def _read_resident(row: Row, on: date) -> tuple[Resident | None, bool]:
    """The person of a row or None, and whether they are of age; what is wrong goes to `row.problems`."""
    building, stairwell, _room = read_place(row)
    check_texts(row, RESIDENTS.names)
    name = _read_name(row)
    identity = _read_identity(row)
    is_of_age = _read_age(row, identity, on)
    phones = read_phones(row)
    if row.sound and is_of_age and identity is None and not phones:
        row.wrong(ProblemKind.SECOND_FACTOR_MISSING, warning=True)
    if not row.sound:
        return None, False
    if not is_of_age:
        row.wrong(ProblemKind.MINOR, name, warning=True)
    resident = Resident(
        row=row.number,
        label=row.label,
        building=building,
        stairwell=stairwell,
        household=tidy(row.kept("household")),
        name=name,
        identity=identity,
        phones=phones,
        represents=_claims(row.kept("represents"), name),
    )
    return resident, is_of_age


def _claims(written: str, name: str) -> bool:
    """Whether a row says of its resident that they stand for the household."""
    return (
        tidy(written) in _REPRESENTS
        or ages.says(written) is True
        or (bool(written) and persons.same_name(written) == persons.same_name(name))
    )


def _read_name(row: Row) -> str:
    cell = row.cell("name")
    names = persons.names(cell)
    if begins_like_formula(cell) and names:
        row.wrong(ProblemKind.FORMULA, cell)
    elif not names:
        row.wrong(ProblemKind.RESIDENT_MISSING)
    elif len(names) > 1:
        row.wrong(ProblemKind.RESIDENTS_TOGETHER, "、".join(names))
    elif not persons.name_is_tidy(cell):
        row.wrong(ProblemKind.OWNER_SPACES, cell.strip(), warning=True)
    return names[0] if names else ""


def _read_identity(row: Row) -> str | None:
    numbers = [number for number in persons.identities(row.cell("identity")) if number is not None]
    if len(numbers) > 1:
        row.wrong(ProblemKind.RESIDENTS_TOGETHER)
    elif numbers and persons.is_damaged(numbers[0]):
        row.wrong(ProblemKind.IDENTITY_DAMAGED)
    elif numbers and not persons.is_identity(numbers[0]):
        row.wrong(ProblemKind.IDENTITY_MALFORMED, persons.masked(numbers[0]))
    return persons.today_form(numbers[0]) if len(numbers) == 1 else None


def _read_age(row: Row, identity: str | None, on: date) -> bool:
    """Whether the row's resident is eighteen on the day; all that it says of the age has to agree."""
    said = [ages.of_age(ages.birthday(row.kept("birth")), on)] if row.kept("birth") else []
    if row.kept("age"):
        said.append(ages.of_age_by_years(row.kept("age")))
    if row.kept("adult"):
        said.append(ages.says(row.kept("adult")))
    if identity is not None:
        said.append(ages.of_age(ages.birthday_of_identity(identity), on))
    known = {each for each in said if each is not None}
    if len(known) > 1:
        row.wrong(ProblemKind.AGE_CONTRADICTS)
    elif not known:
        row.wrong(ProblemKind.AGE_UNKNOWN)
    return known == {True}


def _across(residents: Sequence[Resident]) -> list[Problem]:
    """What only shows when rows are held against each other: who stands there twice."""
    problems = []
    often = Counter(persons.same_name(each.name) for each in residents)
    identities: set[str] = set()
    at_home: dict[tuple[str, str, str], list[Resident]] = {}
    for each in residents:
        name = persons.same_name(each.name)
        before = at_home.setdefault((*each.home, name), [])
        # Two of one name and address are two people only where both have a number.
        alike = any(other.identity is None or each.identity is None for other in before)
        if alike or (each.identity is not None and each.identity in identities):
            problems.append(Problem(each.row, each.label, ProblemKind.RESIDENT_TWICE, "error", each.name))
        elif each.identity is None and often[name] > 1:
            kind = ProblemKind.NAME_NOT_MERGED
            problems.append(Problem(each.row, each.label, kind, "warning", each.name))
        before.append(each)
        if each.identity is not None:
            identities.add(each.identity)
    return problems


def _represented(residents: Sequence[Resident]) -> tuple[tuple[Resident, ...], list[Problem]]:
    """The same residents with one representative a household, and where that had to be guessed."""
    homes: dict[tuple[str, str], list[Resident]] = {}
    for each in residents:
        homes.setdefault(each.home, []).append(each)
    chosen: set[int] = set()
    problems = []
    for members in homes.values():
        claiming = [each for each in members if each.represents]
        first = (claiming or members)[0]
        chosen.add(first.row)
        if len(claiming) != 1 and len(members) > 1:
            kind = ProblemKind.REPRESENTATIVE_TWICE if claiming else ProblemKind.REPRESENTATIVE_MISSING
            problems.append(Problem(first.row, first.label, kind, "warning", first.name))
    return tuple(replace(each, represents=each.row in chosen) for each in residents), problems
