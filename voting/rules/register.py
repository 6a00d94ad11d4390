"""A register of units as committees keep it, read row by row into units, with every problem named.

A row is a unit unless it is a total (合计, 总计, 小计) or a line below the table (制表人, 说明). A row with
an error is no unit: it is listed, and the register is not imported until it is right.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from voting.errors import Refusal, Refused
from voting.rules import persons
from voting.rules.area import area_m2
from voting.rules.area import parse_area as parse_area
from voting.rules.columns import NAMES as NAMES
from voting.rules.columns import Rows as Rows
from voting.rules.columns import check_mapping as check_mapping
from voting.rules.columns import find_header as find_header
from voting.rules.columns import guess_header as guess_header
from voting.rules.columns import unknown_columns
from voting.rules.labels import tidy
from voting.rules.problems import WHAT_TO_DO as WHAT_TO_DO
from voting.rules.problems import Problem, ProblemKind
from voting.rules.units import USES as USES
from voting.rules.units import Owner as Owner
from voting.rules.units import Row, Unit, read_unit

_TOTAL = re.compile(r"(本页)?(合计|总计|小计|共计)([:(].*)?")
_FOOTER = re.compile(r"(制表|填表|审核|经办|复核|日期|说明|备注|注|填报)[人单位日期]*:.*")


@dataclass(frozen=True)
class ParsedRegister:
    """What a register says: `units` are the rows without an error, `problems` is every problem by row."""

    header_row: int
    columns: dict[str, int]
    unknown_columns: tuple[str, ...]
    units: tuple[Unit, ...]
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.severity == "error")


def _first(cells: list[str]) -> str:
    return next((tidy(cell) for cell in cells if cell.strip()), "")


def is_total(cells: list[str], who: str) -> bool:
    """A row that adds others up; `who` is its cell for the person, empty there."""
    return _TOTAL.fullmatch(_first(cells)) is not None and not who.strip()


def is_outside(row: Row, cells: list[str], fields: tuple[str, ...]) -> bool:
    """A line below the table, or with nothing in any column that is read; `fields` only a real row fills."""
    if not any(text.strip() for text in row.cells.values()):
        return True
    if any(row.cell(name).strip() for name in fields):
        return False
    return _FOOTER.fullmatch(_first(cells)) is not None


def _across(units: Iterable[Unit]) -> list[Problem]:
    """What only shows when rows are held against each other: who is, and who is not, one owner."""
    problems = []
    first_name: dict[str, str] = {}
    held = [(unit, owner) for unit in units for owner in unit.owners]
    often = Counter(persons.same_name(owner.name) for _, owner in held)
    for unit, owner in held:
        name = persons.same_name(owner.name)
        if owner.identity is None:
            if often[name] > 1 and not unit.developer:
                kind = ProblemKind.NAME_NOT_MERGED
                problems.append(Problem(unit.row, unit.label, kind, "warning", owner.name))
        elif first_name.setdefault(owner.identity, name) != name:
            kind = ProblemKind.IDENTITY_TWO_NAMES
            problems.append(Problem(unit.row, unit.label, kind, "error", owner.name))
    return problems


def _total_disagrees(row: Row, area_dm2: int) -> bool:
    try:
        return parse_area(row.cell("area")) != area_dm2
    except Refused:  # no total of areas, or a formula: nothing to compare
        return False


def parse_register(rows: Rows, mapping: Mapping[str, int] | None = None) -> ParsedRegister:
    """The units of a register and all its problems; `mapping` is field of `NAMES` -> column index from 0.

    Refused REGISTER_… when the columns are not found or nothing stands below the header.
    """
    header_row, columns = find_header(rows) if mapping is None else check_mapping(rows, mapping)
    _, header = guess_header(rows)
    units: list[Unit] = []
    problems: list[Problem] = []
    seen: set[tuple[str, str, str]] = set()
    read = 0
    totals: list[tuple[Row, int]] = []
    if "use" not in columns:
        problems.append(Problem(header_row, "", ProblemKind.USE_COLUMN_MISSING, "warning"))
    for number, cells in rows:
        if number <= header_row:
            continue
        row = Row(number, {name: cells[at] if at < len(cells) else "" for name, at in columns.items()})
        if is_total(cells, row.cell("owners")):
            totals.append((row, sum(unit.area_dm2 for unit in units)))
            continue
        # A table printed on several pages repeats its header.
        if cells == header or is_outside(row, cells, ("owners", "area")):
            continue
        read += 1
        if (unit := read_unit(row, seen, "use" in columns)) is not None:
            units.append(unit)
        problems += row.problems
    if read == 0:
        raise Refused(Refusal.REGISTER_EMPTY)
    across = _across(units)
    doubtful = {problem.row for problem in across if problem.severity == "error"}
    # A total of several pages' totals is compared only where every row above it could be added up.
    if len(totals) == 1 and len(units) == read and _total_disagrees(*totals[0]):
        said = totals[0][0].kept("area")
        value = f"{said} : {area_m2(totals[0][1])}"
        problems.append(Problem(totals[0][0].number, "", ProblemKind.TOTAL_DISAGREES, "warning", value))
    return ParsedRegister(
        header_row=header_row,
        columns=columns,
        unknown_columns=unknown_columns(header, columns),
        units=tuple(unit for unit in units if unit.row not in doubtful),
        problems=tuple(sorted(problems + across, key=lambda problem: problem.row)),
    )
