"""From units to voters: who has one head, and how much area goes with it.

法释〔2009〕7号 arts 8, 9 (domain.md §3):

- every exclusive unit has one owner's head, but one owner of several units is one;
- co-owners of one unit are one voter; the same set of co-owners of several units is one voter;
- everything unsold or undelivered in the developer's hands is one;
- area is always the sum of the units inside the scope.

So a voter is a *set* of owner keys. A key is opaque here: a keyed hash of an identity number, or something
that belongs to one unit only, so that nobody is merged by name alone.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from voting.rules.labels import natural_order
from voting.rules.units import Unit


@dataclass(frozen=True)
class Scope:
    """The units a vote is about: all, some buildings, some stairwells (building, stairwell), or chosen units.

    The uses that do not count are left out, of chosen units too; at most one of the three is set.
    """

    buildings: tuple[str, ...] | None = None
    exclude_uses: tuple[str, ...] = ("车位",)
    stairwells: tuple[tuple[str, str], ...] = ()
    units: tuple[str, ...] = ()

    def holds(self, unit: "RegisteredUnit | RollUnit") -> bool:
        """Whether a unit is inside, and counts."""
        if unit.use in self.exclude_uses:
            return False
        if self.units:
            return unit.label in self.units
        if self.stairwells:
            return (unit.building, unit.stairwell) in self.stairwells
        return self.buildings is None or unit.building in self.buildings


@dataclass(frozen=True)
class RollUnit:
    """A unit on the roll; `area_dm2` in 0.01 m²."""

    label: str
    building: str
    stairwell: str
    use: str
    area_dm2: int


@dataclass(frozen=True)
class RegisteredUnit:
    """A unit as it is kept after the import: owners are names and opaque keys, in the same order."""

    label: str
    building: str
    stairwell: str
    use: str
    area_dm2: int
    owner_names: tuple[str, ...]
    owner_keys: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True)
class Voter:
    """A set of owners with one head; `number` runs from 1 in the roll's order, `area_dm2` in 0.01 m²."""

    number: int
    name: str
    units: tuple[RollUnit, ...]
    area_dm2: int
    building: str
    owner_keys: tuple[str, ...]

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(unit.label for unit in self.units)


def owner_keys(unit: Unit, keyed: Callable[[str], str]) -> tuple[str, ...]:
    """The keys of a unit's owners, in their order; `keyed` turns an identity number into its keyed hash.

    Without a number the key belongs to this unit alone, except for the developer, who is one by law.
    """
    keys = []
    for owner in unit.owners:
        if owner.identity is not None:
            keys.append(keyed(owner.identity))
        elif unit.developer:
            keys.append(f"developer|{owner.name}")
        else:
            keys.append(f"name-only|{unit.label}|{owner.name}")
    return tuple(keys)


def registered(unit: Unit, keyed: Callable[[str], str]) -> RegisteredUnit:
    """A parsed unit without its identity and phone numbers."""
    return RegisteredUnit(
        label=unit.label,
        building=unit.building,
        stairwell=unit.stairwell,
        use=unit.use,
        area_dm2=unit.area_dm2,
        owner_names=tuple(owner.name for owner in unit.owners),
        owner_keys=owner_keys(unit, keyed),
        note=unit.note,
    )


def _place(unit: RegisteredUnit | RollUnit) -> tuple[tuple[tuple[int, int, str], ...], ...]:
    return natural_order(unit.building), natural_order(unit.stairwell), natural_order(unit.label)


def voters(units: Iterable[RegisteredUnit], scope: Scope) -> tuple[Voter, ...]:
    """The voters of a scope, numbered from 1 by the place of their first unit; independent of input order."""
    inside = sorted((unit for unit in units if scope.holds(unit)), key=_place)
    groups: dict[frozenset[str], list[RegisteredUnit]] = {}
    for unit in inside:
        groups.setdefault(frozenset(unit.owner_keys), []).append(unit)
    return tuple(
        Voter(
            number=number,
            name="、".join(held[0].owner_names),
            units=tuple(
                RollUnit(unit.label, unit.building, unit.stairwell, unit.use, unit.area_dm2) for unit in held
            ),
            area_dm2=sum(unit.area_dm2 for unit in held),
            building=held[0].building,
            owner_keys=tuple(sorted(keys)),
        )
        for number, (keys, held) in enumerate(groups.items(), start=1)
    )


def people(rolls: Sequence[Sequence[Voter]]) -> tuple[tuple[Voter | None, ...], ...]:
    """Everybody who votes in any of several rolls, once: as which voter in each roll, None where in none.

    The same set of owners is one person; they come in the order of their first unit, whichever roll it is in.
    """
    found: dict[frozenset[str], list[Voter | None]] = {}
    for at, roll in enumerate(rolls):
        for voter in roll:
            found.setdefault(frozenset(voter.owner_keys), [None] * len(rolls))[at] = voter
    return tuple(
        tuple(each)
        for each in sorted(
            found.values(),
            key=lambda each: min(_place(unit) for voter in each if voter for unit in voter.units),
        )
    )


def roll_json(roll: Sequence[Voter]) -> bytes:
    """The canonical JSON `[[number, [labels], area_dm2], …]`; names are not in it."""
    rows = [[voter.number, list(voter.labels), voter.area_dm2] for voter in roll]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode()


def roll_digest(roll: Sequence[Voter]) -> str:
    """SHA-256 (hex) of `roll_json`."""
    return hashlib.sha256(roll_json(roll)).hexdigest()
