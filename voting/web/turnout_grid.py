"""Buildings, stairwells and floors: who has voted, never what, or to whom the ballot was brought.

The floor is read from the room of a unit's label (2-1-302 is on floor 3); rooms that carry none (商-07)
stand together on a row without a number.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from voting.rules import labels
from voting.services.views import RollView

_ROOM = re.compile(r"(\d{1,2})\d{2}\D*")  # 302 and 1203: floor, then two digits of the room


@dataclass(frozen=True)
class Cell:
    """One unit on the grid; `room` is what stands in its cell, `done`: it has voted, or has its ballot."""

    label: str
    room: str
    done: bool


@dataclass(frozen=True)
class Floor:
    """The units of one floor, one tuple a stairwell; `number` is None for units without a floor."""

    number: int | None
    stairwells: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class Building:
    """A building from the top floor down; `done` of `units` are. A stairwell may be unnamed ("")."""

    name: str
    stairwells: tuple[str, ...]
    floors: tuple[Floor, ...]
    done: int
    units: int


def grid(roll: Iterable[RollView]) -> list[Building]:
    """Who has voted, as buildings in natural order."""
    return grid_of((label, entry.building, entry.has_voted) for entry in roll for label in entry.units)


def grid_of(units: Iterable[tuple[str, str, bool]]) -> list[Building]:
    """Units (label, building where the label has none, done) as buildings in natural order."""
    places: dict[str, list[tuple[int | None, str, Cell]]] = {}
    for label, where, done in units:
        building, stairwell, room = labels.split(label)
        found = _ROOM.fullmatch(room)
        floor = int(found[1]) if found else None
        places.setdefault(building or where, []).append((floor, stairwell, Cell(label, room or label, done)))
    return [_building(name, places[name]) for name in sorted(places, key=labels.natural_order)]


def _building(name: str, places: list[tuple[int | None, str, Cell]]) -> Building:
    stairwells = sorted({stairwell for _floor, stairwell, _cell in places}, key=labels.natural_order)
    numbers = {floor for floor, _stairwell, _cell in places}
    floors = []
    for number in sorted(numbers, key=lambda floor: -1 if floor is None else floor, reverse=True):
        columns = []
        for stairwell in stairwells:
            cells = [cell for floor, where, cell in places if (floor, where) == (number, stairwell)]
            columns.append(tuple(sorted(cells, key=lambda cell: labels.natural_order(cell.room))))
        floors.append(Floor(number, tuple(columns)))
    done = sum(cell.done for _floor, _stairwell, cell in places)
    return Building(name, tuple(stairwells), tuple(floors), done, len(places))
