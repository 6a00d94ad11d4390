"""Buildings and floors: who has voted, never what.

The floor is read from the last part of a unit's label (2-1-302 is on floor 3); labels that carry none stand
under "other units".
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from voting.rules import labels
from voting.services.views import RollView

_ROOM = re.compile(r"(\d{1,2})\d{2}\D*")  # 302 and 1203: floor, then two digits of the room


@dataclass(frozen=True)
class Cell:
    """One unit on the grid."""

    label: str
    short: str
    voted: bool
    voter: int


@dataclass(frozen=True)
class Floor:
    """The units of one floor; `number` is None for units without one."""

    number: int | None
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Building:
    """A building from the top floor down; `voted` of `units` have voted."""

    name: str
    floors: tuple[Floor, ...]
    voted: int
    units: int


def grid(roll: Iterable[RollView]) -> list[Building]:
    """The roll as buildings in natural order."""
    cells: dict[str, dict[int | None, list[Cell]]] = {}
    for entry in roll:
        for label in entry.units:
            name, floor, short = _place(label, entry.building)
            cell = Cell(label, short, entry.has_voted, entry.number)
            cells.setdefault(name, {}).setdefault(floor, []).append(cell)
    buildings = []
    for name in sorted(cells, key=labels.natural_order):
        order = sorted(cells[name], key=lambda number: -1 if number is None else number, reverse=True)
        floors = tuple(
            Floor(
                number, tuple(sorted(cells[name][number], key=lambda cell: labels.natural_order(cell.short)))
            )
            for number in order
        )
        flat = [cell for floor in floors for cell in floor.cells]
        buildings.append(Building(name, floors, sum(cell.voted for cell in flat), len(flat)))
    return buildings


def _place(label: str, building: str) -> tuple[str, int | None, str]:
    """(building, floor, what to write in the cell) of a unit's label."""
    name, stairwell, room = labels.split(label)
    found = _ROOM.fullmatch(room)
    return name or building, int(found[1]) if found else None, labels.compose("", stairwell, room) or label
