"""A register of units as committees keep it, read row by row into units, with every problem named."""

from dataclasses import dataclass

from voting.rules.problems import Problem as Problem
from voting.rules.problems import ProblemKind as ProblemKind

# Row number as the spreadsheet shows it (from 1), and the row's cells as text.
Rows = list[tuple[int, list[str]]]


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
